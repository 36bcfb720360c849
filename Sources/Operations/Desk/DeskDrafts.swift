public import Domain
import Persistence

/// Forms that are not sent yet (INT-4: nothing is lost, also when a tab is closed or a session ends). Each person's own; nobody else reads them.
public struct DeskDrafts: Sendable {
  let company: Company

  /// Of one person so many are kept, the newest.
  public static let kept = 5
  static let days: Int64 = 14

  /// What a draft holds: the inputs of the form, by their names.
  public static let shape = Shape(
    "DeskDraftInput",
    [
      ("name", 100), ("phone", 40), ("contact", 64), ("equipment", 64), ("customer", 64), ("kind", 20), ("scope", 20), ("place", 200),
      ("said", 10_000),
      ("urgency", 20), ("harm", 20), ("channel", 20), ("join", 40), ("triedRestart", 1), ("triedPower", 1), ("triedCable", 1),
    ].map { Field($0.0, .text(max: $0.1, lines: $0.0 == "said")) })

  public func put(_ id: String, _ input: Fields, by actor: Actor) async throws {
    let (staff, now) = (try own(actor), try company.clock())
    guard (1...100).contains(id.utf8.count) else { throw AccessError.notFound("draft") }
    let values = input.values.keys.sorted().compactMap { name in input.text(name).map { JSONValue.Member(name: name, value: .text($0)) } }
    let body = JSONWriter.text(JSONValue.object(values))
    try await company.database.write { db in
      try db.execute(
        """
        INSERT INTO desk_draft (staff, id, body, changed) VALUES (?, ?, ?, ?)
        ON CONFLICT (staff, id) DO UPDATE SET body = excluded.body, changed = excluded.changed
        """, [.text(staff), .text(id), .text(body), .integer(now.milliseconds)])
      try db.execute(
        """
        DELETE FROM desk_draft WHERE staff = ? AND id NOT IN (SELECT id FROM desk_draft WHERE staff = ? ORDER BY changed DESC, id DESC LIMIT ?)
        """, [.text(staff), .text(staff), .int(Self.kept)])
    }
  }

  /// The newest first.
  public func list(by actor: Actor) async throws -> [DeskDraft] {
    let staff = try own(actor)
    return try await company.database.read { db in
      try db.rows(
        "SELECT id, body, changed FROM desk_draft WHERE staff = ? ORDER BY changed DESC, id DESC LIMIT ?", [.text(staff), .int(Self.kept)]
      ) {
        DeskDraft(id: $0.text(0), values: DeskDraft.values(of: $0.text(1)), changedAt: Instant(milliseconds: $0.integer(2)))
      }
    }
  }

  /// It was sent, or is not wanted any more.
  public func drop(_ id: String, by actor: Actor) async throws {
    guard let staff = actor.staff?.text else { return }
    try await company.database.write { db in
      _ = try db.execute("DELETE FROM desk_draft WHERE staff = ? AND id = ?", [.text(staff), .text(id)])
    }
  }

  /// The form goes on under another key; where nothing was kept, there is nothing to do.
  public func rename(_ id: String, to next: String, by actor: Actor) async throws {
    guard let staff = actor.staff?.text else { return }
    try await company.database.write { db in
      _ = try db.execute("UPDATE desk_draft SET id = ? WHERE staff = ? AND id = ?", [.text(next), .text(staff), .text(id)])
    }
  }

  private func own(_ actor: Actor) throws(AccessError) -> String {
    try actor.require(.requestReport)
    guard let staff = actor.staff?.text else { throw .notAllowed(.requestReport) }
    return staff
  }

  /// Nobody came back for these.
  static func sweep(at now: Instant, in db: any SQLWriter) throws {
    try db.execute("DELETE FROM desk_draft WHERE changed < ?", [.integer(now.milliseconds - days * 86_400_000)])
  }

  /// Drafts that name this person: their number, address, id or name in any field.
  static func naming(_ search: ForgetSearch, in db: any SQLReader) throws -> [[SQLValue]] {
    var found: [[SQLValue]] = []
    let phones = Set(search.phones.map(SearchTerms.digits)), others = search.names.union(search.emails).filter { $0.count > 1 }
    try db.forEach("SELECT staff, id, body FROM desk_draft", []) { row in
      let values = DeskDraft.values(of: row.text(2))
      let isNamed = values.contains { name, value in
        if name == "contact" { return value == search.contact }
        let digits = SearchTerms.digits(value)
        return phones.contains { $0.count >= 5 && digits.contains($0) } || others.contains { value.contains($0) }
      }
      if isNamed { found.append([.text(row.text(0)), .text(row.text(1))]) }
      return true
    }
    return found
  }

  static func erase(_ keys: [[SQLValue]], in db: any SQLWriter) throws {
    for key in keys { try db.execute("DELETE FROM desk_draft WHERE staff = ? AND id = ?", key) }
  }
}

public struct DeskDraft: Sendable, JSONWritable {
  public let id: String
  public let values: [String: String]
  public let changedAt: Instant

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("changedAt", changedAt)
      json.object("fields") { json in
        for name in values.keys.sorted() { json.field(name, values[name]) }
      }
    }
  }

  static func values(of body: String) -> [String: String] {
    let members = (try? JSONValue(parsing: body))?.members ?? []
    return Dictionary(members.compactMap { member in member.value.text.map { (member.name, $0) } }) { first, _ in first }
  }
}

public import Domain
import Persistence

/// What a desk must be told at once, written in the transaction of the event itself: possible harm to quality (BEY-2).
public struct NoticeOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// The notices of the actor's role, newest first; managers and administrators see all.
  public func list(after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<NoticeView> {
    try actor.require(.noticeRead)
    let all = actor.role.isManager
    let from = try cursor.map { try Cursor.number($0) }
    return try await company.database.read { db in
      let role = all ? "" : "n.role = ? AND "
      var arguments: [SQLValue] = all ? [] : [.text(actor.role.rawValue)]
      arguments += [.integer(from?.key ?? .max), .text(from?.id ?? ""), .int(limit + 1)]
      var items = try db.rows(
        """
        SELECT n.id, n.role, n.kind, n.stream, n.number, n.created, n.seen_by, n.seen_at, r.summary, c.name, p.value
        FROM notice n LEFT JOIN request r ON r.number = n.number LEFT JOIN customer told ON told.id = r.customer_id
        LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
        LEFT JOIN staff s ON s.id = substr(n.seen_by, 7) LEFT JOIN personal p ON p.hash = s.name
        WHERE \(role)(n.created, n.id) < (?, ?) ORDER BY n.created DESC, n.id DESC LIMIT ?
        """, arguments
      ) { row in
        NoticeView(
          id: row.text(0), role: row.text(1), kind: row.text(2), stream: row.text(3), number: row.text(4),
          created: Instant(milliseconds: row.integer(5)), seenBy: row.optionalText(6),
          seenAt: row.optionalInteger(7).map { Instant(milliseconds: $0) }, summary: row.optionalText(8), customer: row.optionalText(9),
          seenByName: row.optionalText(10))
      }
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(items: items, next: more ? items.last.map { Cursor(key: String($0.created.milliseconds), id: $0.id).text } : nil)
    }
  }

  /// Says that it was read, by whom and when; the first reader stands.
  public func see(_ id: String, by actor: Actor) async throws {
    try actor.require(.noticeRead)
    let clock = company.clock
    try await company.database.write { db in
      let role = try db.first("SELECT role FROM notice WHERE id = ?", [.text(id)]) { $0.text(0) }
      guard let role, actor.role.isManager || role == actor.role.rawValue else { throw AccessError.notFound("notice") }
      try db.execute(
        "UPDATE notice SET seen_by = ?, seen_at = ? WHERE id = ? AND seen_at IS NULL",
        [.text(actor.author.actor), .integer(try clock().milliseconds), .text(id)])
    }
  }
}

public struct NoticeView: Sendable, JSONWritable {
  public let id, role, kind, stream, number: String
  public let created: Instant
  public let seenBy: String?
  public let seenAt: Instant?
  /// For screens: what the case is about, whose it is, and who read the notice.
  public let summary, customer, seenByName: String?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("role", role)
      json.field("kind", kind)
      json.field("stream", stream)
      json.field("number", number)
      json.field("created", created)
      json.field("seenBy", seenBy)
      json.field("seenAt", seenAt)
    }
  }
}

enum Notices {
  static func tell(of events: [RequestEvent], case file: CaseFile, at now: Instant, chance: Chance, in db: any SQLWriter) throws {
    for event in events {
      let harm: Harm? =
        switch event {
        case .reported(let body): body.harm
        case .changed(let body): body.harm
        default: nil
        }
      guard let harm, harm != .none else { continue }
      let id: ID<NoticeView> = chance.newID(at: now)
      try db.execute(
        "INSERT INTO notice (id, role, kind, stream, number, created) VALUES (?, ?, ?, ?, ?, ?)",
        [
          .text(id.text), .text(Role.quality.rawValue), .text("harm-\(harm.rawValue)"), .text(file.stream),
          .text(file.request.reported?.number ?? ""), .integer(now.milliseconds),
        ])
      try put(harm, of: file, at: now, chance: chance, in: db)
    }
  }

  /// Beside the notice on the screen: every active member of the role quality is told on their own ways, at any hour, and the rooms that
  /// take such messages.
  private static func put(_ harm: Harm, of file: CaseFile, at now: Instant, chance: Chance, in db: any SQLWriter) throws {
    let people = try db.rows(
      "SELECT id FROM staff WHERE role = ? AND archived = 0 ORDER BY id LIMIT 500", [.text(Role.quality.rawValue)]
    ) { OutgoingMessage.Recipient.staff($0.text(0)) }
    let customer = try file.request.reported?.customer.map { id in
      try db.first("SELECT name FROM customer WHERE id = ?", [.text(id.text)]) { $0.text(0) }
    }
    let facts = ["harm": harm.rawValue, "customer": (customer ?? nil) ?? ""]
    try Outbox.put(
      (people + [.rooms]).map { to in
        OutgoingMessage(
          key: "harm/\(file.stream)/\(file.history.version)", kind: .harm, to: to, stream: file.stream,
          number: file.request.reported?.number, facts: facts, isEmergency: true)
      }, at: now, chance: chance, in: db)
  }
}

import Crypto
public import Domain
import Foundation
import Persistence

/// A new hotline number is told to every customer in writing, three days ahead; the list and what became of each message stay (ORG-6).
public struct AnnouncementOperations: Sendable {
  let company: Company
  let channels: OutboxChannels
  public static let aheadMilliseconds: Int64 = 3 * 86_400_000
  /// Customers in one transaction.
  private static let batch = 100

  public init(_ company: Company, channels: OutboxChannels = OutboxChannels()) { (self.company, self.channels) = (company, channels) }

  /// `announced` in the policy's stream.
  struct Announced: Codable {
    let announcement, hotline: String
    let before: String?
    let from: Instant
    let customers, messages, letters: Int
    /// SHA-256 of the list: who was to be told how.
    let list: String
  }

  /// Makes the list and puts its messages into the outbox. Cut off, it goes on where it was when it is run again; run twice, it tells nobody twice.
  ///
  /// - Parameter from: from when the number holds.
  /// - Throws: ``AnnouncementRefusal``; ``PolicyRefusal``.
  public func announce(_ version: String, from: Instant, by actor: Actor) async throws -> Announcement {
    try actor.require(.policyWrite)
    let policy = try company.policies.whole(version)
    let now = try company.clock()
    guard from > now else { throw AnnouncementRefusal.past }
    let before = company.policies.hotlines(before: from, of: version, at: now).before
    guard let hotline = policy.hotline else { throw AnnouncementRefusal.noNumber }
    guard hotline != before else { throw AnnouncementRefusal.sameNumber(hotline) }
    let company = company, author = actor.author.actor
    let row = try await company.database.write { db -> AnnouncementRow in
      if let known = try AnnouncementRow.of(version, hotline, from, in: db) { return known }
      let id: ID<Announcement> = company.chance.newID(at: now)
      try db.execute(
        """
        INSERT INTO announcement (id, policy, hotline, hotline_before, starts, created, created_by, listed_to) VALUES (?, ?, ?, ?, ?, ?, ?, '')
        """,
        [
          .text(id.text), .text(version), .text(hotline), .optional(before), .integer(from.milliseconds), .integer(now.milliseconds),
          .text(author),
        ])
      return AnnouncementRow(id: id.text, listedTo: "", isListed: false)
    }
    var last = row.isListed ? nil : Optional(row.listedTo)
    while let after = last { last = try await list(row.id, after: after, hotline, before, from) }
    if !row.isListed { try await finish(row.id, version, hotline, before, from, by: actor) }
    return try await find(row.id)
  }

  /// What a list would hold: nothing is written.
  public func preview(_ version: String, by actor: Actor) async throws -> (customers: Int, messages: Int, letters: Int) {
    try actor.require(.policyWrite)
    _ = try company.policies.whole(version)
    var last: String? = "", counts = (customers: 0, messages: 0, letters: 0)
    while let after = last {
      let entries = try await company.database.read { [channels] db in try Self.entries(after: after, channels, in: db) }
      counts.customers += Set(entries.map(\.customer)).count
      counts.messages += entries.count { $0.way != "letter" }
      counts.letters += entries.count { $0.way == "letter" }
      last = entries.last?.customer
    }
    return counts
  }

  // MARK: The list

  private struct Entry: Sendable { let customer, contact, way: String }

  /// The contacts of the next customers, and how each is reached. Where nobody is, the customer gets a letter.
  private static func entries(after: String, _ channels: OutboxChannels, in db: any SQLReader) throws -> [Entry] {
    let customers = try db.rows(
      "SELECT id FROM customer WHERE id > ? AND archived = 0 AND merged_into IS NULL ORDER BY id LIMIT ?", [.text(after), .int(batch)]
    ) { $0.text(0) }
    return try customers.flatMap { customer in
      let contacts = try db.rows(
        "SELECT id FROM contact WHERE customer = ? AND archived = 0 ORDER BY id LIMIT 1000", [.text(customer)]
      ) { $0.text(0) }
      let reached = try contacts.compactMap { contact -> Entry? in
        let way = try OutboxReach(.contact(contact), isUrgent: false, in: db).way(for: channels)
        return way.map { Entry(customer: customer, contact: contact, way: $0.text) }
      }
      return reached.isEmpty ? [Entry(customer: customer, contact: "", way: "letter")] : reached
    }
  }

  private func list(_ id: String, after: String, _ hotline: String, _ before: String?, _ from: Instant) async throws -> String? {
    let company = company, channels = channels
    return try await company.database.write { db in
      let now = try company.clock(), entries = try Self.entries(after: after, channels, in: db)
      guard let last = entries.last?.customer else { return nil }
      for entry in entries {
        try db.execute(
          "INSERT INTO announcement_entry (announcement_id, customer_id, contact_id, way) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
          [.text(id), .text(entry.customer), .text(entry.contact), .text(entry.way)])
        guard entry.way != "letter" else { continue }
        try Outbox.put(
          OutgoingMessage(
            key: "announcement/\(id)", kind: .announcement, to: .contact(entry.contact), stream: "announcement/\(id)", number: nil,
            facts: ["hotline": hotline, "before": before ?? "", "from": String(from.milliseconds)]), at: now, chance: company.chance, in: db
        )
      }
      try db.execute("UPDATE announcement SET listed_to = ? WHERE id = ?", [.text(last), .text(id)])
      return last
    }
  }

  private func finish(
    _ id: String, _ version: String, _ hotline: String, _ before: String?, _ from: Instant, by actor: Actor
  ) async throws {
    let company = company
    let changes = try await company.database.write { db -> [Watchers.Change] in
      let now = try company.clock()
      guard
        try db.execute("UPDATE announcement SET listed = ? WHERE id = ? AND listed IS NULL", [.integer(now.milliseconds), .text(id)]) == 1
      else { return [] }
      var hash = SHA256(), customers: Set<String> = [], messages = 0, letters = 0
      let sql = "SELECT customer_id, contact_id, way FROM announcement_entry WHERE announcement_id = ? ORDER BY customer_id, contact_id"
      try db.forEach(sql, [.text(id)]) { row in
        hash.update(data: Data("\(row.text(0)) \(row.text(1)) \(row.text(2))\n".utf8))
        customers.insert(row.text(0))
        if row.text(2) == "letter" { letters += 1 } else { messages += 1 }
        return true
      }
      let body = Announced(
        announcement: id, hotline: hotline, before: before, from: from, customers: customers.count, messages: messages, letters: letters,
        list: hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
      let stream = "policy/\(version)", past = try Journal.events(of: stream, in: db)
      let event = try PolicyOperations.event("announced", body, schema: 1, at: now)
      try PolicyOperations.append([event], to: stream, after: past, by: actor, at: now, in: db)
      return [Watchers.Change(stream: stream, version: past.count + 1)]
    }
    company.watchers.tell(changes)
  }
}

private struct AnnouncementRow: Sendable {
  let id, listedTo: String
  let isListed: Bool

  static func of(_ version: String, _ hotline: String, _ from: Instant, in db: any SQLReader) throws -> AnnouncementRow? {
    try db.first(
      "SELECT id, listed_to, listed FROM announcement WHERE policy = ? AND hotline = ? AND starts = ?",
      [.text(version), .text(hotline), .integer(from.milliseconds)]
    ) { AnnouncementRow(id: $0.text(0), listedTo: $0.text(1), isListed: $0.optionalInteger(2) != nil) }
  }
}

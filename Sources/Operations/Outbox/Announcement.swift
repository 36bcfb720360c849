public import Domain
import Persistence

/// One announcement, and how far it has come.
public struct Announcement: Sendable, Hashable, JSONWritable {
  public let id, policy, hotline: String
  public let before: String?
  /// From when the number holds, and when it was announced.
  public let from, created: Instant
  public let customers, sent, waiting, failed, letters, lettersToSend: Int

  public init(
    id: String, policy: String, hotline: String, before: String?, from: Instant, created: Instant, customers: Int, sent: Int, waiting: Int,
    failed: Int, letters: Int, lettersToSend: Int
  ) {
    (self.id, self.policy, self.hotline, self.before, self.from, self.created) = (id, policy, hotline, before, from, created)
    (self.customers, self.sent, self.waiting, self.failed) = (customers, sent, waiting, failed)
    (self.letters, self.lettersToSend) = (letters, lettersToSend)
  }

  init?(_ id: String, in db: any SQLReader) throws {
    let found = try db.first("SELECT policy, hotline, hotline_before, starts, created FROM announcement WHERE id = ?", [.text(id)]) {
      ($0.text(0), $0.text(1), $0.optionalText(2), $0.integer(3), $0.integer(4))
    }
    guard let found else { return nil }
    (self.id, policy, hotline, before) = (id, found.0, found.1, found.2)
    (from, created) = (Instant(milliseconds: found.3), Instant(milliseconds: found.4))
    let entries = "FROM announcement_entry WHERE announcement_id = ?"
    customers = try db.first("SELECT COUNT(DISTINCT customer_id) \(entries)", [.text(id)]) { $0.int(0) } ?? 0
    letters = try db.first("SELECT COUNT(*) \(entries) AND way = 'letter'", [.text(id)]) { $0.int(0) } ?? 0
    lettersToSend = try db.first("SELECT COUNT(*) \(entries) AND way = 'letter' AND letter_at IS NULL", [.text(id)]) { $0.int(0) } ?? 0
    // A row that went on to a way counts there; one that found none is dead itself.
    var counts: [String: Int] = [:]
    try db.forEach(
      "SELECT state, COUNT(*) FROM outbox WHERE key = ? AND (channel <> 'screen' OR state <> 'sent') GROUP BY state",
      [.text("announcement/\(id)")]
    ) { row in
      counts[row.text(0)] = row.int(1)
      return true
    }
    (sent, waiting) = (counts["sent"] ?? 0, counts["waiting"] ?? 0)
    failed = (counts["dead"] ?? 0) + (counts["given-up"] ?? 0)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("policy", policy)
      json.field("hotline", hotline)
      json.field("before", before)
      json.field("from", from)
      json.field("createdAt", created)
      json.field("customers", customers)
      json.field("sent", sent)
      json.field("waiting", waiting)
      json.field("failed", failed)
      json.field("letters", letters)
      json.field("lettersToSend", lettersToSend)
    }
  }
}

/// What ORG-6 asks for and is not there when a policy is to hold.
public enum AnnouncementProblem: Sendable, Hashable, CustomStringConvertible {
  case notAnnounced(String, before: String)
  case otherTime(Instant, from: Instant)
  case tooLate(Instant, from: Instant)
  case notAllSent(Int)

  public var description: String {
    switch self {
    case .notAnnounced(let hotline, let before):
      "The hotline changes from \(before) to \(hotline), and no customer was told (ORG-6: in writing, 3 days ahead). `weibao policy announce` does."
    case .otherTime(let announced, let from):
      "Customers were told that the new hotline holds from \(announced), not from \(from) (ORG-6). Announce the new time too, or activate it from "
        + "the announced one."
    case .tooLate(let announced, let from):
      "The new hotline was announced \(announced), less than 3 days before \(from) (ORG-6). A later --from keeps to it."
    case .notAllSent(let count):
      "Of the announcement of the new hotline \(count) messages and letters have not gone out yet (ORG-6): see /announcements."
    }
  }
}

public enum AnnouncementRefusal: Refusal, Hashable {
  case noNumber
  case sameNumber(String)
  case past

  public var code: String {
    switch self {
    case .noNumber: "announcement.no-number"
    case .sameNumber: "announcement.same-number"
    case .past: "announcement.past"
    }
  }
  public var message: String {
    switch self {
    case .noNumber: "The policy names no hotline: there is nothing to announce. Write `hotline` in it."
    case .sameNumber(let number): "Just before then the hotline is \(number) already: there is nothing to announce."
    case .past: "A number is announced before it holds. Give a later moment."
    }
  }
  public var arguments: [String] { if case .sameNumber(let number) = self { [number] } else { [] } }
  public var category: RefusalCategory { .invalid }
}

extension Migration {
  /// Who was to be told of a new hotline, how; the messages themselves are in the outbox.
  static let announcements = Migration(
    "0046-announcements", tables: ["announcement": .operational, "announcement_entry": .operational],
    """
    CREATE TABLE announcement (
      id TEXT NOT NULL PRIMARY KEY,
      policy TEXT NOT NULL,
      hotline TEXT NOT NULL,
      hotline_before TEXT,
      starts BIGINT NOT NULL,
      created BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      listed_to TEXT NOT NULL, -- the last customer on the list so far
      listed BIGINT -- when the list was whole
    )
    """,
    "CREATE UNIQUE INDEX announcement_number ON announcement (policy, hotline, starts)",
    "CREATE INDEX announcement_created ON announcement (created, id)",
    """
    CREATE TABLE announcement_entry (
      announcement_id TEXT NOT NULL,
      customer_id TEXT NOT NULL,
      contact_id TEXT NOT NULL, -- '' for a letter to the customer
      way TEXT NOT NULL, -- mail, sms, letter
      letter_at BIGINT,
      letter_by TEXT,
      PRIMARY KEY (announcement_id, customer_id, contact_id)
    )
    """)
}

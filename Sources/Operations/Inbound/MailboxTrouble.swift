public import Domain
import Persistence

/// A mailbox that cannot be read: what is written to it waits there.
public struct MailboxTrouble: Sendable, Hashable {
  /// Its address without the password.
  public let box: String
  public let since: Instant
  /// In the mail server's words.
  public let error: String

  public init(box: String, since: Instant, error: String) { (self.box, self.since, self.error) = (box, since, error) }

  /// Milliseconds. Of one that nobody tried for so long nothing is known: it is read no more, or the program stands still.
  static let current: Int64 = 10 * 60_000

  static func begin(_ box: String, error: String, at now: Instant, in db: any SQLWriter) throws {
    try db.execute(
      """
      INSERT INTO mailbox_trouble (box, since, tried, error) VALUES (?, ?, ?, ?)
      ON CONFLICT (box) DO UPDATE SET tried = excluded.tried, error = excluded.error,
        since = CASE WHEN mailbox_trouble.tried < ? THEN excluded.since ELSE mailbox_trouble.since END
      """,
      [
        .text(box), .integer(now.milliseconds), .integer(now.milliseconds), .text(String(error.prefix(300))),
        // What nobody knew for so long is a new trouble, or we would say for how long it was without knowing.
        .integer(now.milliseconds - current),
      ])
  }

  static func end(_ box: String, in db: any SQLWriter) throws {
    try db.execute("DELETE FROM mailbox_trouble WHERE box = ?", [.text(box)])
  }
}

extension InboundOperations {
  /// The mailboxes that cannot be read now, the longest first.
  public func troubles(by actor: Actor) async throws -> [MailboxTrouble] {
    try actor.require(.inboundHandle)
    let now = try company.clock()
    return try await company.database.read { db in
      try db.rows(
        "SELECT box, since, error FROM mailbox_trouble WHERE tried > ? ORDER BY since, box LIMIT 20",
        [.integer(now.milliseconds - MailboxTrouble.current)]
      ) { MailboxTrouble(box: $0.text(0), since: Instant(milliseconds: $0.integer(1)), error: $0.text(2)) }
    }
  }
}

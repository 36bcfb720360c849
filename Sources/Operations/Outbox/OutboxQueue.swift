import Domain
import Persistence

/// The rows on their way: who takes them, and what became of them.
///
/// A row that is taken is due again when the time for a try is over, so a node that dies lets go of it. Only the try that holds a row
/// says how it ended: one that comes back late changes nothing.
struct OutboxQueue: Sendable {
  let company: Company
  /// Longer than a try can take (``CurlCaller/timeoutMilliseconds``).
  static let heldMilliseconds: Int64 = 90_000
  private static let columns = OutboxRow.columns.joined(separator: ", ")

  /// One look by index `outbox_due` a channel and rank, whatever lies in the table.
  static func dueSQL(_ channels: Int) -> String {
    let one = "(SELECT 1 FROM outbox WHERE channel = ? AND rank IN (0, 1, 2) AND state = 'waiting' AND next_try <= ? LIMIT 1)"
    return "SELECT " + Array(repeating: one, count: channels).joined(separator: ", ")
  }

  static func claimSQL(_ dialect: SQLDialect) -> String {
    """
    UPDATE outbox SET holder = ?, next_try = ?, attempts = attempts + 1 WHERE state = 'waiting' AND id IN (
      SELECT id FROM outbox WHERE channel = ? AND rank = ? AND state = 'waiting' AND next_try <= ? ORDER BY next_try, id LIMIT ?\(dialect.skipLocked))
    RETURNING \(columns)
    """
  }

  func due(of channels: [NoticeChannel]) async throws -> [NoticeChannel] {
    let now = try company.clock().milliseconds
    return try await company.database.read { db in
      let arguments = channels.flatMap { [SQLValue.text($0.text), .integer(now)] }
      return try db.first(Self.dueSQL(channels.count), arguments) { row in
        channels.indices.filter { row.optionalInteger($0) != nil }.map { channels[$0] }
      } ?? []
    }
  }

  struct Claim: Sendable {
    let holder: String
    let rows: [OutboxRow]
  }

  /// Takes what is due on a channel, the most urgent first.
  func claim(_ channel: NoticeChannel, limit: Int) async throws -> Claim {
    let company = company, holder = String(company.chance.next(), radix: 16), sql = Self.claimSQL(company.database.dialect)
    let rows = try await company.database.write { db in
      let now = try company.clock().milliseconds
      var rows: [OutboxRow] = []
      for rank in 0...2 where rows.count < limit {
        rows += try db.rows(
          sql,
          [
            .text(holder), .integer(now + Self.heldMilliseconds), .text(channel.text), .int(rank), .integer(now), .int(limit - rows.count),
          ]
        ) { OutboxRow($0) }.compactMap(\.self)
      }
      return rows
    }
    return Claim(holder: holder, rows: rows)
  }

  /// Where a row ends up.
  enum End: Sendable, Hashable {
    case sent
    /// Not before then; a try that was none is not counted.
    case later(Instant, error: String?, text: String?, counts: Bool)
    case dead(error: String, text: String?)
    case givenUp(error: String)
  }

  /// - Returns: false where another try holds the row by now, or somebody gave it up.
  @discardableResult
  func end(_ row: OutboxRow, _ end: End, holder: String) async throws -> Bool {
    let company = company
    return try await company.database.write { db in try Self.end(row, end, holder: holder, at: try company.clock(), in: db) }
  }

  static func end(_ row: OutboxRow, _ end: End, holder: String, at now: Instant, in db: any SQLWriter) throws -> Bool {
    var state = OutboxRow.State.waiting, next = row.nextTry.milliseconds, sent: Int64?, error: String?, text: String?, less = 0
    switch end {
    case .sent: (state, sent) = (.sent, now.milliseconds)
    case .later(let instant, let code, let words, let counts):
      (next, error, text, less) = (instant.milliseconds, code, words, counts ? 0 : 1)
    case .dead(let code, let words): (state, error, text) = (.dead, code, words)
    case .givenUp(let code): (state, error) = (.givenUp, code)
    }
    return try db.execute(
      """
      UPDATE outbox SET state = ?, next_try = ?, sent_at = ?, error = ?, error_text = ?, holder = NULL, attempts = attempts - ?
      WHERE id = ? AND holder = ? AND state = 'waiting'
      """,
      [
        .text(state.rawValue), .integer(next), .optional(sent), .optional(error), .optional(text), .int(less), .text(row.id), .text(holder),
      ]) == 1
  }
}

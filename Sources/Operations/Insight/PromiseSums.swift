import Domain
import Persistence

/// Decided promises by month, so that a month of the company is some hundred rows however many cases it had (REP-1). Two sides: what an
/// engineer does and what a customer has would multiply in one.
enum PromiseSums {
  enum Side: String, CaseIterable, Sendable {
    case engineer, customer
    /// Of a customer, all targets and branches in one: a year of all customers is a few thousand rows (120 ms without, measured).
    case total
  }

  /// What verification compares with the promises themselves.
  static let columns = ["id", "side", "month", "target", "branch_id", "member_id", "met", "missed"]

  private struct Key: Hashable {
    let side: Side
    let month: Month
    let target, branch, member: String

    // A target's name may hold a slash; ids hold none, and the month is of six digits.
    var id: String { "\(side.rawValue)/\(month.number)/\(target)/\(branch)/\(member)" }
  }

  static func move(from old: Set<PromiseRow>, to new: Set<PromiseRow>, in db: any SQLWriter) throws {
    var deltas: [Key: (met: Int, missed: Int)] = [:]
    func add(_ row: PromiseRow, _ count: Int) {
      guard row.isDecided else { return }
      for side in Side.allCases {
        let isTotal = side == .total
        let key = Key(
          side: side, month: row.month, target: isTotal ? "" : row.target, branch: isTotal ? "" : row.branch,
          member: side == .engineer ? row.engineer : row.customer)
        if row.outcome == .met { deltas[key, default: (0, 0)].met += count } else { deltas[key, default: (0, 0)].missed += count }
      }
    }
    for row in old { add(row, -1) }
    for row in new { add(row, 1) }
    // In one order, so that two writers never wait for each other in a circle.
    for (key, delta) in deltas.sorted(by: { $0.key.id < $1.key.id }) where delta != (0, 0) {
      try db.execute(
        """
        INSERT INTO promise_sum (\(columns.joined(separator: ", "))) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET met = promise_sum.met + excluded.met, missed = promise_sum.missed + excluded.missed
        """,
        [
          .text(key.id), .text(key.side.rawValue), .int(key.month.number), .text(key.target), .text(key.branch), .text(key.member),
          .int(delta.met), .int(delta.missed),
        ])
      if delta.met < 0 || delta.missed < 0 {
        try db.execute("DELETE FROM promise_sum WHERE id = ? AND met = 0 AND missed = 0", [.text(key.id)])
      }
    }
  }

  /// All sums anew, from the promises.
  static func rebuild(in db: any SQLWriter) throws {
    try db.execute("DELETE FROM promise_sum")
    for side in Side.allCases { try db.execute("INSERT INTO promise_sum (\(columns.joined(separator: ", "))) \(made(side))") }
  }

  /// The sums of one side as the promises have them.
  private static func made(_ side: Side) -> String {
    let member = side == .engineer ? "engineer_id" : "customer_id", isTotal = side == .total
    let target = isTotal ? "''" : "target", branch = isTotal ? "''" : "branch_id"
    return """
      SELECT '\(side.rawValue)/' || month || '/' || \(target) || '/' || \(branch) || '/' || \(member) AS id, '\(side.rawValue)' AS side, month,
        \(target) AS target, \(branch) AS branch_id, \(member) AS member_id, COUNT(CASE WHEN outcome = 0 THEN 1 END) AS met,
        COUNT(CASE WHEN outcome = 1 THEN 1 END) AS missed
      FROM promise WHERE decided = 1 GROUP BY month, \(isTotal ? "" : "target, branch_id, ")\(member)
      """
  }

  /// The sums that are not what the promises say, in one moment of the database; at most 200.
  static func wrong(in db: any SQLReader) throws -> [String] {
    let names = columns.joined(separator: ", ")
    return try Side.allCases.flatMap { side in
      let stored = "SELECT \(names) FROM promise_sum WHERE side = '\(side.rawValue)'"
      return try db.rows(
        """
        SELECT id FROM (\(made(side)) EXCEPT \(stored)) AS lacking
        UNION SELECT id FROM (\(stored) EXCEPT \(made(side))) AS wrong LIMIT 200
        """
      ) { $0.text(0) }
    }
  }
}

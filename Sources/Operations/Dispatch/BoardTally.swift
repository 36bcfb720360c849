import Domain
import Persistence

/// How many open cases there are of each sort: one pass over the open ones answers every tab, chip and heading of the board, however many
/// cases have ended.
public struct BoardTally: Sendable {
  /// In the order of the list; `held` and `none` owe nothing that runs.
  public enum Bucket: Int, Sendable, Hashable, CaseIterable { case late, hour, today, later, held, none }

  struct Line: Sendable {
    let branch: String?
    let urgency, kind, state: String
    let bucket: Bucket
    let isSent: Bool
    /// Of one engineer's open work orders; nil where all cases are counted.
    let engineer: String?
    let count: Int
  }

  let cases: [Line]
  /// The same for each engineer who is sent.
  let sent: [Line]

  // Index request_board holds all of it but whether somebody is sent, which is work_order_request_open.
  static let casesSQL = """
    SELECT r.branch_id, r.urgency, r.kind, r.state, \(bucket),
      CASE WHEN EXISTS (SELECT 1 FROM work_order w WHERE w.request_id = r.id AND w.open = 1) THEN 1 ELSE 0 END, COUNT(*)
    FROM request r WHERE r.open = 1 GROUP BY 1, 2, 3, 4, 5, 6
    """
  static let sentSQL = """
    SELECT r.branch_id, r.urgency, r.kind, r.state, \(bucket), w.engineer_id, COUNT(DISTINCT r.id)
    FROM work_order w JOIN request r ON r.id = w.request_id WHERE w.open = 1 AND r.open = 1 GROUP BY 1, 2, 3, 4, 5, 6
    """
  private static let bucket = """
    CASE WHEN r.next_due < ? THEN 0 WHEN r.next_due <= ? THEN 1 WHEN r.next_due < ? THEN 2 WHEN r.next_due < ? THEN 3
      WHEN r.paused IS NOT NULL THEN 4 ELSE 5 END
    """

  static func bounds(at now: Instant) -> [SQLValue] {
    let tomorrow = CompanyClock.midnight(before: now).milliseconds + 86_400_000
    return [
      .integer(now.milliseconds), .integer(now.milliseconds + 3_600_000), .integer(tomorrow), .integer(RequestProjector.noDue),
    ]
  }

  static func read(at now: Instant, in db: any SQLReader) throws -> BoardTally {
    func line(_ row: borrowing SQLRow, isSent: Bool, engineer: String?) -> Line {
      Line(
        branch: row.optionalText(0), urgency: row.text(1), kind: row.text(2), state: row.text(3),
        bucket: Bucket(rawValue: row.int(4)) ?? .none, isSent: isSent, engineer: engineer, count: row.int(6))
    }
    let bounds = bounds(at: now)
    return BoardTally(
      cases: try db.rows(casesSQL, bounds) { line($0, isSent: $0.int(5) == 1, engineer: nil) },
      sent: try db.rows(sentSQL, bounds) { line($0, isSent: true, engineer: $0.text(5)) })
  }

  public func groups(of filter: BoardFilter) -> [Bucket: Int] {
    var groups: [Bucket: Int] = [:]
    for line in filter.engineer == nil ? cases : sent where Self.matches(line, filter) { groups[line.bucket, default: 0] += line.count }
    return groups
  }

  public func count(of filter: BoardFilter) -> Int { groups(of: filter).values.reduce(0, +) }

  private static func matches(_ line: Line, _ filter: BoardFilter) -> Bool {
    switch filter.place {
    case .open: break
    case .toSend: guard !line.isSent, line.state == "accepted" || line.state == "working" else { return false }
    case .state(let state): guard line.state == state.rawValue else { return false }
    }
    return (filter.branch == nil || line.branch == filter.branch) && (filter.urgency == nil || line.urgency == filter.urgency?.rawValue)
      && (filter.kind == nil || line.kind == filter.kind?.rawValue) && (filter.engineer == nil || line.engineer == filter.engineer)
  }
}

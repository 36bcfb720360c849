public import Domain
import Persistence

/// One promise of one case as rates count it (REP-1). Dropped promises have no row: they stand outside every rate.
struct PromiseRow: Hashable, Sendable {
  enum Outcome: Int64, Sendable {
    case met = 0
    /// Missed, or running: then it is missed as soon as its due time has passed, though no event says so.
    case owed = 1
    /// The clock waits for somebody; nothing is missed meanwhile.
    case waiting = 2
  }

  static let columns = [
    "id", "request_id", "target", "outcome", "decided", "due", "month", "branch_id", "engineer_id", "customer_id",
  ]

  let request, target: String
  let outcome: Outcome
  let isDecided: Bool
  let due: Instant
  let branch, engineer, customer: String

  var id: String { "\(request)/\(target)" }
  var month: Month { Month(of: due) }

  var values: [SQLValue] {
    [
      .text(id), .text(request), .text(target), .integer(outcome.rawValue), .bool(isDecided), .integer(due.milliseconds),
      .int(month.number), .text(branch), .text(engineer), .text(customer),
    ]
  }

  static func of(_ request: String, in db: any SQLReader) throws -> [PromiseRow] {
    try db.rows(
      "SELECT target, outcome, decided, due, branch_id, engineer_id, customer_id FROM promise WHERE request_id = ?", [.text(request)]
    ) { row in
      PromiseRow(
        request: request, target: row.text(0), outcome: Outcome(rawValue: row.integer(1)) ?? .waiting, isDecided: row.int(2) == 1,
        due: Instant(milliseconds: row.integer(3)), branch: row.text(4), engineer: row.text(5), customer: row.text(6))
    }
  }
}

/// A month of the company's calendar. A promise counts in the month in which it was due: it has one from its first day on, whatever
/// happens, and a missed one needs no event to have it.
public struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let year, month: Int

  public init(of instant: Instant) {
    let day = CompanyClock.date(of: instant)
    (year, month) = (day.year, day.month)
  }

  private init(index: Int) { (year, month) = (index / 12, index % 12 + 1) }

  init(number: Int) { (year, month) = (number / 100, number % 100) }

  /// `2026-11`.
  public init?(parsing text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 7, parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), (1...12).contains(month), (1970...9998).contains(year)
    else { return nil }
    (self.year, self.month) = (year, month)
  }

  /// 202611.
  var number: Int { year * 100 + month }
  private var index: Int { year * 12 + month - 1 }
  public func adding(_ months: Int) -> Month { Month(index: index + months) }
  public func months(since other: Month) -> Int { index - other.index }

  /// Its first instant.
  var begins: Instant {
    CompanyClock.midnight(of: CivilDate(year: year, month: month, day: 1) ?? CivilDate(daysSinceEpoch: 0))
  }

  public var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }
  public static func < (a: Month, b: Month) -> Bool { a.index < b.index }
}

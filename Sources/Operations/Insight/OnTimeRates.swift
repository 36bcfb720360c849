import Domain
import Persistence

/// How many promises were kept, by what the reader asks for.
public struct OnTimeCount: Sendable, Hashable {
  public internal(set) var met = 0, missed = 0
  public var all: Int { met + missed }
  /// Tenths of a percent, rounded down: 99.99 % is not all. Nil where nothing was due.
  public var permille: Int? { all == 0 ? nil : met * 1_000 / all }

  init(met: Int = 0, missed: Int = 0) { (self.met, self.missed) = (met, missed) }

  static func + (a: OnTimeCount, b: OnTimeCount) -> OnTimeCount { OnTimeCount(met: a.met + b.met, missed: a.missed + b.missed) }
}

/// One statement over the sums of decided promises, one over those that only the passing of time has made missed.
enum OnTimeRates {
  struct Parts: Sendable {
    let sql: String
    let values: [SQLValue]
  }

  static func counts(
    _ filter: OnTimeFilter, by group: OnTimeGroup, customers: [String]?, at now: Instant, in db: any SQLReader
  ) throws -> [String: OnTimeCount] {
    var counts: [String: OnTimeCount] = [:]
    // A merged customer counts with the one that goes on. Few are merged: joined to every sum, they cost more than all the sums.
    let into = group == .customer ? Dictionary(uniqueKeysWithValues: try db.rows(absorbedSQL) { ($0.text(0), $0.text(1)) }) : [:]
    for parts in [decided(filter, by: group, customers: customers), overdue(filter, by: group, customers: customers, at: now)] {
      try db.forEach(parts.sql, parts.values) { row in
        let key = into[row.text(0)] ?? row.text(0)
        counts[key, default: OnTimeCount()] = counts[key, default: OnTimeCount()] + OnTimeCount(met: row.int(1), missed: row.int(2))
        return true
      }
    }
    return counts
  }

  static let absorbedSQL = "SELECT id, merged_into FROM customer WHERE merged_into IS NOT NULL"

  /// Of the sums; where both an engineer and a customer are asked for, which no sum knows together, of the promises of one of them.
  static func decided(_ filter: OnTimeFilter, by group: OnTimeGroup, customers: [String]?) -> Parts {
    let ofCustomers = customers != nil || group == .customer, ofEngineers = filter.engineer != nil || group == .engineer
    guard !(ofCustomers && ofEngineers) else {
      let (condition, values) = conditions(filter, customers: customers, Columns())
      return Parts(
        sql: """
          SELECT \(Columns().key(group)), COUNT(CASE WHEN p.outcome = 0 THEN 1 END), COUNT(CASE WHEN p.outcome = 1 THEN 1 END)
          FROM promise p WHERE \(condition) AND p.due >= ? AND p.due < ? AND p.decided = 1 GROUP BY 1
          """, values: values + [.integer(filter.from.begins.milliseconds), .integer(filter.to.adding(1).begins.milliseconds)])
    }
    let columns = Columns(engineer: "p.member_id", customer: "p.member_id")
    let (condition, values) = conditions(filter, customers: customers, columns)
    let isWhole = filter.target == nil && filter.branch == nil && group != .target && group != .branch
    let side: PromiseSums.Side = !ofCustomers ? .engineer : isWhole ? .total : .customer
    // One by one, so that the index goes on to the target behind the month.
    let months = (0...filter.to.months(since: filter.from)).map { String(filter.from.adding($0).number) }.joined(separator: ", ")
    return Parts(
      sql: """
        SELECT \(columns.key(group)), CAST(SUM(p.met) AS BIGINT), CAST(SUM(p.missed) AS BIGINT)
        FROM promise_sum p WHERE p.side = ? AND \(condition) AND p.month IN (\(months)) GROUP BY 1
        """, values: [.text(side.rawValue)] + values)
  }

  /// Due, and nothing has happened since: as many as there are open cases in trouble.
  static func overdue(_ filter: OnTimeFilter, by group: OnTimeGroup, customers: [String]?, at now: Instant) -> Parts {
    let (condition, values) = conditions(filter, customers: customers, Columns())
    return Parts(
      sql: """
        SELECT \(Columns().key(group)), CAST(0 AS BIGINT), COUNT(*) FROM promise p
        WHERE p.decided = 0 AND p.outcome = 1 AND \(condition) AND p.due >= ? AND p.due < ? GROUP BY 1
        """,
      values: values + [
        .integer(filter.from.begins.milliseconds), .integer(min(filter.to.adding(1).begins, now).milliseconds),
      ])
  }

  struct Columns {
    var engineer = "p.engineer_id", customer = "p.customer_id"

    func key(_ group: OnTimeGroup) -> String {
      switch group {
      case .target: "p.target"
      case .branch: "p.branch_id"
      // Not the bare column: the engine would walk all months in its order, to have no grouping to do.
      case .engineer: "(\(engineer) || '')"
      case .customer: "(\(customer) || '')"
      case .month: "CAST(p.month AS TEXT)"
      }
    }
  }

  static func conditions(_ filter: OnTimeFilter, customers: [String]?, _ columns: Columns) -> (String, [SQLValue]) {
    var parts: [String] = ["1 = 1"], values: [SQLValue] = []
    func equal(_ column: String, _ value: String?) {
      guard let value else { return }
      parts.append("\(column) = ?")
      values.append(.text(value))
    }
    equal("p.target", filter.target)
    equal("p.branch_id", filter.branch)
    equal(columns.engineer, filter.engineer)
    if let customers {
      let all = OneOf(columns.customer, customers)
      parts.append(all.condition)
      values += all.values
    }
    return (parts.joined(separator: " AND "), values)
  }
}

/// What a table of rates has a row for.
public enum OnTimeGroup: String, Sendable, CaseIterable, Hashable {
  case target, branch, engineer, customer, month
}

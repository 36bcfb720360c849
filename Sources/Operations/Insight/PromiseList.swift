import Domain
import Persistence

/// The cases behind a figure of the on-time rates: a page of them, the promise due last first, each case once.
enum PromiseList {
  struct Place: Sendable {
    let request: String
    let due: Int64
  }

  static func page(
    _ filter: PromiseFilter, customers: [String]?, after cursor: String?, limit: Int, at now: Instant, in db: any SQLReader
  ) throws -> [Place] {
    let parts = try plan(filter, customers: customers, after: cursor, limit: limit, at: now)
    return try db.rows(parts.sql, parts.values) { Place(request: $0.text(0), due: $0.integer(1)) }
  }

  /// Due times give the order, by the index of the engineer's, the customer's, the missed or all promises.
  static func plan(
    _ filter: PromiseFilter, customers: [String]?, after cursor: String?, limit: Int, at now: Instant
  ) throws -> OnTimeRates.Parts {
    let first = filter.of.from.begins.milliseconds, end = filter.of.to.adding(1).begins.milliseconds
    func matching(_ alias: String) -> OnTimeRates.Parts {
      let (condition, values) = OnTimeRates.conditions(
        filter.of, customers: customers, OnTimeRates.Columns())
      var parts = [condition, "p.due >= ?"], all = values + [.integer(first)]
      switch filter.outcome {
      case .met:
        parts += ["p.outcome = 0", "p.due < ?"]
        all.append(.integer(end))
      case .missed:
        parts += ["p.outcome = 1", "p.due < ?"]
        all.append(.integer(min(end, now.milliseconds)))
      case .decided:
        parts += ["p.due < ?", "(p.outcome = 0 OR (p.outcome = 1 AND p.due < ?))"]
        all += [.integer(end), .integer(now.milliseconds)]
      }
      return OnTimeRates.Parts(sql: parts.joined(separator: " AND ").replacing("p.", with: "\(alias)."), values: all)
    }
    let own = matching("p")
    var sql = "SELECT p.request_id, p.due FROM promise p WHERE \(own.sql)"
    var values = own.values
    if filter.of.target == nil {
      let later = matching("q")
      sql += " AND NOT EXISTS (SELECT 1 FROM promise q WHERE q.request_id = p.request_id AND (q.due, q.target) > (p.due, p.target)"
      sql += " AND \(later.sql))"
      values += later.values
    }
    if let cursor {
      let from = try Cursor.number(cursor)
      sql += " AND (p.due, p.request_id) < (?, ?)"
      values += [.integer(from.key), .text(from.id)]
    }
    return OnTimeRates.Parts(sql: sql + " ORDER BY p.due DESC, p.request_id DESC LIMIT ?", values: values + [.int(limit)])
  }
}

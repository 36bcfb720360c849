public import Persistence

/// How the engine would run a query: which tables it reads whole, by which indexes the others, and whether it sorts.
public struct QueryPlan: Sendable, CustomStringConvertible {
  public var steps: [String] = []
  /// Tables (or their aliases) read from end to end without an index.
  public var scanned: [String] = []
  public var indexes: [String] = []
  public var sorts = false

  public var description: String { steps.joined(separator: "\n") }
}

extension SQLReader {
  /// PostgreSQL would read small tables whole whatever indexes they have: for the question it is told not to where it can help it.
  public func plan(of sql: String, _ arguments: [SQLValue] = []) throws -> QueryPlan {
    switch TestEngine.dialect {
    case .sqlite: .sqlite(try rows("EXPLAIN QUERY PLAN \(sql)", arguments) { $0.text(3) })
    case .postgres:
      try {
        for setting in ["enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"] {
          _ = try rows("SET LOCAL \(setting) = off") { _ in }
        }
        return .postgres(try rows("EXPLAIN \(sql)", arguments) { $0.text(0) })
      }()
    }
  }
}

extension SQLReader {
  /// Every table of the test's own database, sorted; those are left out that SQLite makes for a full-text index.
  public func tables() throws -> [String] {
    switch TestEngine.dialect {
    case .sqlite:
      try rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name"
      ) { $0.text(0) }
    case .postgres: try rows("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1") { $0.text(0) }
    }
  }
}

extension QueryPlan {
  /// `SCAN r USING INDEX request_due`, `SEARCH …`, `SCAN journal`, `USE TEMP B-TREE FOR ORDER BY`.
  fileprivate static func sqlite(_ steps: [String]) -> QueryPlan {
    var plan = QueryPlan(steps: steps)
    for step in steps {
      let words = step.split(separator: " ").map(String.init)
      if step.contains("TEMP B-TREE FOR ORDER BY") { plan.sorts = true }
      guard let first = words.first, first == "SCAN" || first == "SEARCH", words.count > 1 else { continue }
      if let index = words.firstIndex(of: "INDEX"), index + 1 < words.count { plan.indexes.append(words[index + 1]) }
      let isIndexed = step.contains("INDEX") || step.contains("PRIMARY KEY")
      if !isIndexed, !step.contains("CONSTANT ROW"), !words[1].hasPrefix("(") { plan.scanned.append(words[1]) }
    }
    return plan
  }

  /// `->  Index Scan using request_due on request r  (cost=…)`, `Seq Scan on journal`, `Sort`.
  fileprivate static func postgres(_ lines: [String]) -> QueryPlan {
    var plan = QueryPlan(steps: lines)
    for line in lines {
      let step = line.drop { $0 == " " || $0 == "-" || $0 == ">" }
      let words = step.split(separator: " ").map(String.init)
      if step.hasPrefix("Sort ") || step.hasPrefix("Incremental Sort ") { plan.sorts = true }
      if step.hasPrefix("Seq Scan on "), words.count > 3 { plan.scanned.append(words[3]) }
      if let using = words.firstIndex(of: "using"), using + 1 < words.count, step.contains("Scan") { plan.indexes.append(words[using + 1]) }
      if step.hasPrefix("Bitmap Index Scan on "), words.count > 4 { plan.indexes.append(words[4]) }
    }
    return plan
  }
}

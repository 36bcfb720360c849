public import Persistence
import Synchronization

/// A stream kind's row, or its rows in one table: a pure function of the stream's events alone. The write path, `rebuild` and `verify` all use it,
/// so what is stored, what is restored and what is compared cannot drift apart.
public protocol Projector: Sendable {
  /// What stands before the slash of the stream's name, such as `equipment`.
  var streamKind: String { get }
  var table: String { get }
  /// Grows when the same events make another row: the table is then made anew when the program starts.
  var version: Int { get }
  /// The column that holds the stream's id: `id`, where a stream makes one row.
  var streamColumn: String { get }
  /// Every column of the table, `id` first; the order of ``ProjectedRow/values``.
  var columns: [String] { get }

  /// The row of a stream that has these events, oldest first; nil when it has none.
  ///
  /// - Throws: when an event cannot be read. That is a fault: the journal holds only what was folded once.
  func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow?
  /// All rows of a stream that makes several; else its one.
  func rows(stream: String, events: [JournalEvent]) throws -> [ProjectedRow]
}

public struct ProjectedRow: Sendable, Hashable {
  public let table: String
  public let columns: [String]
  /// In the order of `columns`; the first is the id.
  public let values: [SQLValue]

  public init(table: String, columns: [String], values: [SQLValue]) {
    precondition(columns.count == values.count && columns.first == "id", "a projected row names its columns, id first")
    (self.table, self.columns, self.values) = (table, columns, values)
  }

  public var id: SQLValue { values[0] }
}

public enum ProjectionWriter {
  /// Puts the row in place of whatever stood under its id.
  ///
  /// - Throws: `DatabaseError.notUnique` when another stream's row holds what must be unique.
  public static func upsert(_ row: ProjectedRow, in db: any SQLWriter) throws {
    try db.execute(statement(for: row), row.values)
  }

  /// A table's columns are always the same, so its statement is written once.
  private static let statements = Mutex<[String: String]>([:])

  private static func statement(for row: ProjectedRow) -> String {
    if let known = statements.withLock({ $0[row.table] }) { return known }
    let names = row.columns.joined(separator: ", ")
    let marks = row.columns.map { _ in "?" }.joined(separator: ", ")
    let others = row.columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    let conflict = others.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(others)"
    let sql = "INSERT INTO \(row.table) (\(names)) VALUES (\(marks)) ON CONFLICT (id) \(conflict)"
    statements.withLock { $0[row.table] = sql }
    return sql
  }
}

extension Projector {
  public var version: Int { 1 }
  public var streamColumn: String { "id" }
  public func rows(stream: String, events: [JournalEvent]) throws -> [ProjectedRow] {
    try row(stream: stream, events: events).map { [$0] } ?? []
  }

  /// The id in a stream's name: what stands after the slash.
  public func id(of stream: String) -> String {
    guard let slash = stream.firstIndex(of: "/") else { return stream }
    return String(stream[stream.index(after: slash)...])
  }
}

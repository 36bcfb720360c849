/// A database of either engine. Bodies are synchronous, run on the engine's own threads, and touch nothing but the
/// handle they are given: a `write` may run again (after a failed shared commit or a serialization failure).
public protocol SQLDatabase: Sendable {
  var dialect: SQLDialect { get }

  /// Reads one consistent state. Never waits for writers.
  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T

  /// One transaction. Returns only when its commit is on disk. What `body` throws undoes this write alone and is
  /// thrown on.
  ///
  /// - Throws: ``DatabaseError`` when the queue is full, the disk refuses, or the file may not be written.
  @discardableResult
  func write<T: Sendable>(_ body: @escaping @Sendable (any SQLWriter) throws -> T) async throws -> T

  /// Leaves nothing readable of what was erased where the engine can see to it.
  ///
  /// - Parameter rewrite: writes the tables anew, without what moving rows may have left behind; writers wait meanwhile.
  /// - Returns: false when another process kept it from being done.
  func removeTraces(rewrite: Bool) async throws -> Bool

  /// Writes that follow touch millions of rows: what they sort, and what a savepoint would bring back, belongs on disk and not in memory.
  ///
  /// - Parameter isLarge: false once they are done.
  func expectLargeWrites(_ isLarge: Bool) async throws

  /// Ends what is under way, and lets go of files and connections.
  func close() async throws
}

public protocol SQLReader: AnyObject {
  /// All rows, each turned into a `T`; `?` in `sql` are filled from `arguments` in order.
  func rows<T>(_ sql: String, _ arguments: [SQLValue], _ make: (borrowing SQLRow) throws -> T) throws -> [T]
  /// The first row, or nil.
  func first<T>(_ sql: String, _ arguments: [SQLValue], _ make: (borrowing SQLRow) throws -> T) throws -> T?
  /// Row by row, for what does not fit in memory; `body` answers false to stop.
  func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (borrowing SQLRow) throws -> Bool) throws
}

public protocol SQLWriter: SQLReader {
  /// Runs one statement; answers the number of rows it changed.
  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int
  /// Puts many rows into a table, in this transaction, as the engine is fastest at it: a statement stepped row by row on SQLite, COPY on
  /// PostgreSQL.
  ///
  /// - Parameter next: gives row after row, then nil; it does not use this handle. When it throws, the whole write is to be undone.
  /// - Returns: how many.
  @discardableResult
  func insert(into table: String, columns: [String], _ next: () throws -> [SQLValue]?) throws -> Int
  /// Runs `body` in a savepoint of its own: what it throws undoes what it wrote, and is thrown on.
  func savepoint<T>(_ body: () throws -> T) throws -> T
  /// Names a query that finds a row exactly when this transaction is committed. An engine that can lose sight of its server at
  /// the commit asks it before anything is answered.
  func proveCommit(by sql: String, _ arguments: [SQLValue])
}

extension SQLDatabase {
  public func expectLargeWrites(_ isLarge: Bool) async throws {}
}

extension SQLWriter {
  public func proveCommit(by sql: String, _ arguments: [SQLValue]) {}
}

extension SQLReader {
  public func rows<T>(_ sql: String, _ make: (borrowing SQLRow) throws -> T) throws -> [T] { try rows(sql, [], make) }
  public func first<T>(_ sql: String, _ make: (borrowing SQLRow) throws -> T) throws -> T? { try first(sql, [], make) }
}

extension SQLWriter {
  @discardableResult
  public func execute(_ sql: String) throws -> Int { try execute(sql, []) }

  @discardableResult
  public func insert(_ rows: [[SQLValue]], into table: String, columns: [String]) throws -> Int {
    guard !rows.isEmpty else { return 0 }
    var index = 0
    return try insert(into: table, columns: columns) {
      guard index < rows.count else { return nil }
      index += 1
      return rows[index - 1]
    }
  }
}

/// One value on its way to or from SQL.
public enum SQLValue: Hashable, Sendable, ExpressibleByNilLiteral {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  public init(nilLiteral: ()) { self = .null }
  public static func optional(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
  public static func optional(_ integer: Int64?) -> SQLValue { integer.map { .integer($0) } ?? .null }
  public static func bool(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
  public static func int(_ value: Int) -> SQLValue { .integer(Int64(value)) }
}

/// One row while it is read; columns are counted from 0 in the order of SELECT. It is a view into the engine's
/// statement and must not leave the closure.
public struct SQLRow: ~Copyable {
  let source: any SQLRowSource

  public func text(_ column: Int) -> String { source.text(column) ?? "" }
  public func optionalText(_ column: Int) -> String? { source.text(column) }
  public func integer(_ column: Int) -> Int64 { source.integer(column) ?? 0 }
  public func optionalInteger(_ column: Int) -> Int64? { source.integer(column) }
  public func int(_ column: Int) -> Int { Int(source.integer(column) ?? 0) }
  public func bool(_ column: Int) -> Bool { (source.integer(column) ?? 0) != 0 }
  public func blob(_ column: Int) -> [UInt8]? { source.blob(column) }
  public func value(_ column: Int) -> SQLValue { source.value(column) }
  /// All values in order, where the engine keeps them: for rows that go by the million.
  ///
  /// - Throws: ``DatabaseError`` when there is no memory for one.
  public func forEachCell(_ body: (SQLCell) -> Void) throws { try source.forEachCell(body) }
  public var count: Int { source.count }
}

/// What a ``SQLValue`` is made from. Bytes are the engine's, and valid in the closure that gets them only.
public enum SQLCell {
  case null
  case integer(Int64)
  case real(Double)
  case text(UnsafeRawBufferPointer)
  case blob(UnsafeRawBufferPointer)
}

/// What an engine gives for one row. Integers come from INTEGER and BOOLEAN columns; nil is NULL.
protocol SQLRowSource {
  var count: Int { get }
  func text(_ column: Int) -> String?
  func integer(_ column: Int) -> Int64?
  func blob(_ column: Int) -> [UInt8]?
  func value(_ column: Int) -> SQLValue
  func forEachCell(_ body: (SQLCell) -> Void) throws
  /// The value as text, where the engine keeps it: valid until the next call for this column or the next row.
  func bytes(_ column: Int) -> UnsafeRawBufferPointer?
}

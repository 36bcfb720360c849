import GRDB
import GRDBSQLite

/// One connection while a body uses it. Statements are prepared once per connection (GRDB's cache) and stepped here,
/// because GRDB's own row and argument types cost more than SQLite's work on a row.
final class SQLiteConnection: SQLWriter {
  private let database: Database
  private let connection: OpaquePointer
  /// A body may write only while its transaction stands: an I/O error can end it under the body's feet, and what it
  /// wrote after that would be committed row by row.
  private let needsTransaction: Bool

  init(_ database: Database, needsTransaction: Bool = false) throws {
    guard let connection = database.sqliteConnection else { throw DatabaseError.other("The database is closed.") }
    self.database = database
    self.connection = connection
    self.needsTransaction = needsTransaction
  }

  var transactionStands: Bool { sqlite3_get_autocommit(connection) == 0 }

  func rows<T>(_ sql: String, _ arguments: [SQLValue], _ make: (borrowing SQLRow) throws -> T) throws -> [T] {
    var found: [T] = []
    try forEach(sql, arguments) { row in
      found.append(try make(row))
      return true
    }
    return found
  }

  func first<T>(_ sql: String, _ arguments: [SQLValue], _ make: (borrowing SQLRow) throws -> T) throws -> T? {
    var found: T?
    try forEach(sql, arguments) { row in
      found = try make(row)
      return false
    }
    return found
  }

  func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (borrowing SQLRow) throws -> Bool) throws {
    try withStatement(sql, arguments) { statement in
      let row = SQLRow(source: SQLiteRow(statement: statement))
      while true {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: guard try body(row) else { return }
        case SQLITE_DONE: return
        default: throw failure()
        }
      }
    }
  }

  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    try withStatement(sql, arguments) { statement in
      while true {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: continue
        case SQLITE_DONE: return Int(sqlite3_changes(connection))
        default: throw failure()
        }
      }
    }
  }

  func insert(into table: String, columns: [String], _ next: () throws -> [SQLValue]?) throws -> Int {
    if needsTransaction && !transactionStands { throw DatabaseError.inputOutput("The transaction was rolled back.") }
    let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    let prepared = try prepare("INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))")
    let statement = prepared.sqliteStatement
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    var count = 0
    while let row = try next() {
      guard row.count == columns.count else { throw DatabaseError.other("\(row.count) values for \(columns.count) columns of \(table)") }
      for (index, value) in row.enumerated() { try bind(value, to: statement, at: Int32(index + 1)) }
      guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
      sqlite3_reset(statement)
      count += 1
    }
    return withExtendedLifetime(prepared) { count }
  }

  func savepoint<T>(_ body: () throws -> T) throws -> T {
    try execute("SAVEPOINT inner_write", [])
    let result: T
    do {
      result = try body()
    } catch {
      if transactionStands {
        try execute("ROLLBACK TO inner_write", [])
        try execute("RELEASE inner_write", [])
      }
      throw error
    }
    try execute("RELEASE inner_write", [])
    return result
  }

  /// BEGIN, COMMIT and the like: without the check that a transaction stands.
  func control(_ sql: String) throws {
    let statement = try prepare(sql).sqliteStatement
    let code = sqlite3_step(statement)
    defer { sqlite3_reset(statement) }
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
  }

  private func withStatement<T>(_ sql: String, _ arguments: [SQLValue], _ body: (OpaquePointer) throws -> T) throws -> T {
    if needsTransaction && !transactionStands { throw DatabaseError.inputOutput("The transaction was rolled back.") }
    let prepared = try prepare(sql)
    let statement = prepared.sqliteStatement
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    guard Int(sqlite3_bind_parameter_count(statement)) == arguments.count else {
      throw DatabaseError.other("\(arguments.count) values for the ? of: \(sql)")
    }
    for (index, argument) in arguments.enumerated() { try bind(argument, to: statement, at: Int32(index + 1)) }
    return try withExtendedLifetime(prepared) { try body(statement) }
  }

  private func prepare(_ sql: String) throws -> Statement {
    do {
      let statement = try database.cachedStatement(sql: sql)
      // The same query within its own rows needs a statement of its own.
      return sqlite3_stmt_busy(statement.sqliteStatement) == 0 ? statement : try database.makeStatement(sql: sql)
    } catch {
      throw SQLiteFailure.translate(error)
    }
  }

  private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) throws {
    let code: Int32
    switch value {
    case .null: code = sqlite3_bind_null(statement, index)
    case .integer(let integer): code = sqlite3_bind_int64(statement, index, integer)
    case .real(let real): code = sqlite3_bind_double(statement, index, real)
    case .text(var text):
      code = text.withUTF8 { utf8 in
        utf8.withMemoryRebound(to: CChar.self) { characters in
          // An empty Swift string may have no address, which SQLite would read as NULL.
          guard let start = characters.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, Self.copied) }
          return sqlite3_bind_text(statement, index, start, Int32(characters.count), Self.copied)
        }
      }
    case .blob(let bytes):
      code = bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
        return sqlite3_bind_blob(statement, index, start, Int32(bytes.count), Self.copied)
      }
    }
    guard code == SQLITE_OK else { throw failure() }
  }

  /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  private func failure() -> any Error {
    // A reader is interrupted when its task is cancelled, and then only.
    if sqlite3_errcode(connection) == SQLITE_INTERRUPT { return CancellationError() }
    return SQLiteFailure.last(connection)
  }
}

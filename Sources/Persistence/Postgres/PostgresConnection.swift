import CPostgres

/// One connection, used by one thread at a time. Statements are prepared once and kept by their text.
final class PostgresConnection: SQLWriter {
  let connection: OpaquePointer
  private var statements: [String: String] = [:]
  private var made = 0
  /// What would tell, on another connection, that the transaction under way was committed.
  private(set) var proof: (sql: String, arguments: [SQLValue])?
  /// What failed in the transaction under way, even where the body went on.
  private(set) var failure: PostgresFailure?

  /// - Throws: ``PostgresFailure`` when the server cannot be reached or refuses us.
  init(url: String, statementTimeout seconds: Int) throws {
    guard let connection = PQconnectdb(url) else { throw PostgresFailure(state: "53200", message: "There is no memory left.") }
    self.connection = connection
    guard PQstatus(connection) == CONNECTION_OK else { throw PostgresFailure(nil, connection) }
    // A company may switch this off for other work; here an answer means that the disk has it.
    try run(
      """
      SET synchronous_commit = on; SET statement_timeout = '\(seconds)s'; SET idle_in_transaction_session_timeout = '\(2 * seconds)s';
      SET client_min_messages = warning; SET standard_conforming_strings = on; SET client_encoding = 'UTF8'; SET bytea_output = 'hex'
      """)
  }

  deinit { PQfinish(connection) }

  /// The server's process behind this connection.
  var backend: Int32 { PQbackendPID(connection) }
  var socket: Int32 { PQsocket(connection) }
  var isUsable: Bool { PQstatus(connection) == CONNECTION_OK }
  var isInTransaction: Bool { PQtransactionStatus(connection) != PQTRANS_IDLE }

  func rows<T>(_ sql: String, _ arguments: [SQLValue], _ make: (borrowing SQLRow) throws -> T) throws -> [T] {
    let result = try query(sql, arguments)
    defer { PQclear(result) }
    let count = PQntuples(result)
    var found: [T] = []
    found.reserveCapacity(Int(count))
    for row in 0..<count { found.append(try make(SQLRow(source: PostgresRow(result: result, row: row)))) }
    return found
  }

  func first<T>(_ sql: String, _ arguments: [SQLValue], _ make: (borrowing SQLRow) throws -> T) throws -> T? {
    let result = try query(sql, arguments)
    defer { PQclear(result) }
    return PQntuples(result) > 0 ? try make(SQLRow(source: PostgresRow(result: result, row: 0))) : nil
  }

  /// By a cursor, a thousand rows at a time.
  func forEach(_ sql: String, _ arguments: [SQLValue], _ body: (borrowing SQLRow) throws -> Bool) throws {
    made += 1
    let cursor = "c\(made)"
    let declared = withParameters(arguments) { count, values, lengths, formats in
      PQexecParams(
        connection, "DECLARE \(cursor) NO SCROLL CURSOR FOR \(SQLDialect.numbered(sql))", count, nil, values, lengths, formats, 0)
    }
    defer { PQclear(declared) }
    try check(declared)
    while true {
      let result = PQexec(connection, "FETCH 1000 FROM \(cursor)")
      defer { PQclear(result) }
      try check(result)
      guard let result else { throw PostgresFailure(state: "", message: "The connection is lost.") }
      let count = PQntuples(result)
      var goesOn = count == 1_000
      for row in 0..<count {
        guard try body(SQLRow(source: PostgresRow(result: result, row: row))) else {
          goesOn = false
          break
        }
      }
      if !goesOn { return try run("CLOSE \(cursor)") }
    }
  }

  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    let result = try query(sql, arguments)
    defer { PQclear(result) }
    return Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  func savepoint<T>(_ body: () throws -> T) throws -> T {
    try run("SAVEPOINT inner_write")
    do {
      let result = try body()
      try run("RELEASE inner_write")
      return result
    } catch {
      // After a failed statement the server takes nothing but this; a lost connection takes nothing at all.
      if isUsable, isInTransaction { try run("ROLLBACK TO inner_write; RELEASE inner_write") }
      throw error
    }
  }

  func proveCommit(by sql: String, _ arguments: [SQLValue]) { proof = (sql, arguments) }

  /// - Parameter isolation: as BEGIN names it.
  func begin(_ isolation: String) throws {
    (proof, failure) = (nil, nil)
    try run("BEGIN ISOLATION LEVEL \(isolation)")
  }

  /// Asks for the commit. The server answers a transaction that had failed with a rollback, and without a word.
  func commit() throws {
    if let failure, PQtransactionStatus(connection) == PQTRANS_INERROR { throw failure }
    try run("COMMIT")
  }

  /// Savepoints and the like.
  func run(_ sql: String) throws {
    let result = PQexec(connection, sql)
    defer { PQclear(result) }
    try check(result)
  }

  private func query(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
    let name = try prepared(sql)
    let result = withParameters(arguments) { count, values, lengths, formats in
      PQexecPrepared(connection, name, count, values, lengths, formats, 0)
    }
    do {
      try check(result)
    } catch {
      PQclear(result)
      throw error
    }
    guard let result else { throw PostgresFailure(state: "", message: "The connection is lost.") }
    return result
  }

  private func prepared(_ sql: String) throws -> String {
    if let name = statements[sql] { return name }
    if statements.count >= 512 {
      try run("DEALLOCATE ALL")
      statements = [:]
    }
    made += 1
    let name = "s\(made)"
    let result = PQprepare(connection, name, SQLDialect.numbered(sql), 0, nil)
    defer { PQclear(result) }
    try check(result)
    statements[sql] = name
    return name
  }

  func check(_ result: OpaquePointer?) throws {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
    default:
      let failure = PostgresFailure(result, connection)
      self.failure = failure
      // What makes the transaction run again is for the database alone; the rest is told in the words both engines share.
      throw failure.canRunAgain || failure.isConnectionLost ? failure : failure.translated
    }
  }

  /// Text as text, bytes as bytes; the server knows the types from the statement.
  private func withParameters<R>(
    _ arguments: [SQLValue],
    _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
  ) -> R {
    var buffer: [CChar] = []
    var offsets: [Int?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    for argument in arguments {
      let start = buffer.count
      var isNull = false
      var format: Int32 = 0
      switch argument {
      case .null: isNull = true
      case .integer(let integer): buffer.append(contentsOf: String(integer).utf8.lazy.map(CChar.init(bitPattern:)))
      case .real(let real): buffer.append(contentsOf: String(real).utf8.lazy.map(CChar.init(bitPattern:)))
      case .text(let text): buffer.append(contentsOf: text.utf8.lazy.map(CChar.init(bitPattern:)))
      case .blob(let bytes):
        buffer.append(contentsOf: bytes.lazy.map(CChar.init(bitPattern:)))
        format = 1
      }
      offsets.append(isNull ? nil : start)
      lengths.append(Int32(buffer.count - start))
      formats.append(format)
      buffer.append(0)
    }
    return buffer.withUnsafeBufferPointer { bytes in
      let values = offsets.map { offset in offset.flatMap { bytes.baseAddress?.advanced(by: $0) } }
      return body(Int32(arguments.count), values, lengths, formats)
    }
  }
}

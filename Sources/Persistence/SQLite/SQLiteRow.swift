import GRDBSQLite

/// The row a statement stands on, read without copies beyond the value asked for.
struct SQLiteRow: SQLRowSource {
  let statement: OpaquePointer

  var count: Int { Int(sqlite3_column_count(statement)) }

  func text(_ column: Int) -> String? {
    guard let bytes = bytes(column) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  func integer(_ column: Int) -> Int64? {
    let column = Int32(column)
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, column)
  }

  func blob(_ column: Int) -> [UInt8]? {
    let column = Int32(column)
    guard sqlite3_column_type(statement, column) != SQLITE_NULL else { return nil }
    guard let start = sqlite3_column_blob(statement, column) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
  }

  func value(_ column: Int) -> SQLValue {
    switch sqlite3_column_type(statement, Int32(column)) {
    case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, Int32(column)))
    case SQLITE_FLOAT: .real(sqlite3_column_double(statement, Int32(column)))
    case SQLITE_TEXT: .text(text(column) ?? "")
    case SQLITE_BLOB: .blob(blob(column) ?? [])
    default: .null
    }
  }

  func forEachCell(_ body: (SQLCell) -> Void) throws {
    for column in 0..<sqlite3_column_count(statement) {
      switch sqlite3_column_type(statement, column) {
      case SQLITE_INTEGER: body(.integer(sqlite3_column_int64(statement, column)))
      case SQLITE_FLOAT: body(.real(sqlite3_column_double(statement, column)))
      case SQLITE_TEXT:
        // An empty text has an address too.
        guard let start = sqlite3_column_text(statement, column) else { throw DatabaseError.other("There is no memory for a text.") }
        body(.text(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))))
      case SQLITE_BLOB:
        let start = sqlite3_column_blob(statement, column), count = Int(sqlite3_column_bytes(statement, column))
        guard start != nil || count == 0 else { throw DatabaseError.other("There is no memory for bytes.") }
        body(.blob(UnsafeRawBufferPointer(start: start, count: count)))
      default: body(.null)
      }
    }
  }

  func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
    let column = Int32(column)
    // A NULL is a null pointer; an empty text is not.
    guard let start = sqlite3_column_text(statement, column) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }
}

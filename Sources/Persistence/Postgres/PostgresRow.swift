import CPostgres

/// One row of a result, as text from the server's buffer, read without copies beyond the value asked for.
struct PostgresRow: SQLRowSource {
  let result: OpaquePointer
  let row: Int32

  var count: Int { Int(PQnfields(result)) }

  func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
    let column = Int32(column)
    guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
  }

  func text(_ column: Int) -> String? { bytes(column).map { String(decoding: $0, as: UTF8.self) } }

  func integer(_ column: Int) -> Int64? {
    guard let bytes = bytes(column) else { return nil }
    switch type(column) {
    case .boolean: return bytes.first == UInt8(ascii: "t") ? 1 : 0
    default: return Int64(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The server writes bytes as `\x` and hex digits.
  func blob(_ column: Int) -> [UInt8]? {
    guard let bytes = bytes(column) else { return nil }
    return Hex.bytes(String(decoding: bytes.dropFirst(2), as: UTF8.self)) ?? []
  }

  func value(_ column: Int) -> SQLValue {
    guard let bytes = bytes(column) else { return .null }
    switch type(column) {
    case .integer, .boolean: return .integer(integer(column) ?? 0)
    case .real: return .real(Double(String(decoding: bytes, as: UTF8.self)) ?? 0)
    case .bytes: return .blob(blob(column) ?? [])
    case .text: return .text(String(decoding: bytes, as: UTF8.self))
    }
  }

  func forEachCell(_ body: (SQLCell) -> Void) {
    for column in 0..<count {
      guard let bytes = bytes(column) else {
        body(.null)
        continue
      }
      switch type(column) {
      case .text: body(.text(bytes))
      case .integer, .boolean: body(.integer(integer(column) ?? 0))
      case .real: body(.real(Double(String(decoding: bytes, as: UTF8.self)) ?? 0))
      case .bytes: (blob(column) ?? []).withUnsafeBytes { body(.blob($0)) }
      }
    }
  }

  private enum Kind { case integer, boolean, real, bytes, text }

  /// The type's number in the server's catalogue, which never changes.
  private func type(_ column: Int) -> Kind {
    switch PQftype(result, Int32(column)) {
    case 20, 21, 23: .integer
    case 16: .boolean
    case 700, 701, 1700: .real
    case 17: .bytes
    default: .text
    }
  }
}

import CPostgres

extension PostgresConnection {
  /// By COPY in its text form: the server reads the values as each column's type. It takes them in while the next rows are made.
  func insert(into table: String, columns: [String], _ next: () throws -> [SQLValue]?) throws -> Int {
    let started = PQexec(connection, "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN")
    defer { PQclear(started) }
    guard PQresultStatus(started) == PGRES_COPY_IN else {
      try check(started)
      throw DatabaseError.other("The server does not take rows for \(table).")
    }
    var text = CopyText()
    var count = 0
    do {
      while let row = try next() {
        guard row.count == columns.count else { throw DatabaseError.other("\(row.count) values for \(columns.count) columns of \(table)") }
        try text.append(row)
        count += 1
        if text.bytes.count >= 1 << 16 { try send(&text) }
      }
      try send(&text)
    } catch {
      // The transaction ends with this: the server forgets what it took.
      if isUsable { PQputCopyEnd(connection, "given up") }
      try? finishCopy()
      throw error
    }
    guard PQputCopyEnd(connection, nil) == 1 else { throw PostgresFailure(nil, connection) }
    try finishCopy()
    return count
  }

  private func send(_ text: inout CopyText) throws {
    let sent = text.bytes.withUnsafeBytes { bytes in
      PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    guard sent == 1 else { throw PostgresFailure(nil, connection) }
    text.bytes.removeAll(keepingCapacity: true)
  }

  /// What the server said in the end; the connection is free for the next statement then.
  private func finishCopy() throws {
    var failed: (any Error)?
    while let result = PQgetResult(connection) {
      defer { PQclear(result) }
      do { try check(result) } catch { failed = failed ?? error }
    }
    if let failed { throw failed }
  }
}

/// Rows as COPY reads them: a tab between values, a line each.
private struct CopyText {
  var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(1 << 17) }

  mutating func append(_ row: [SQLValue]) throws {
    for (index, value) in row.enumerated() {
      if index > 0 { bytes.append(0x09) }
      switch value {
      case .null: bytes.append(contentsOf: [0x5C, 0x4E])  // \N
      case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
      case .real(let real): bytes.append(contentsOf: String(real).utf8)
      case .text(var text): try text.withUTF8 { try append($0) }
      case .blob(let blob):
        bytes.append(contentsOf: [0x5C, 0x5C, 0x78])  // \\x, then hex digits
        bytes.append(contentsOf: Hex.text(blob).utf8)
      }
    }
    bytes.append(0x0A)
  }

  /// Most texts hold nothing that COPY would read otherwise: then they go over in one piece.
  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) throws {
    var plain = 0
    for (index, byte) in text.enumerated() where byte < 0x20 || byte == 0x5C {
      let letter: UInt8
      switch byte {
      case 0x5C: letter = 0x5C
      case 0x09: letter = UInt8(ascii: "t")
      case 0x0A: letter = UInt8(ascii: "n")
      case 0x0D: letter = UInt8(ascii: "r")
      // As with a parameter: the server keeps no text with NUL.
      case 0x00: throw DatabaseError.other("PostgreSQL keeps no text with the character NUL.")
      default: continue
      }
      bytes.append(contentsOf: text[plain..<index])
      bytes.append(0x5C)
      bytes.append(letter)
      plain = index + 1
    }
    bytes.append(contentsOf: text[plain...])
  }
}

/// Comma-separated text (RFC 4180): quotes, doubled quotes, line breaks in quotes; LF or CRLF. Semicolons and tabs separate too, where
/// the first line has more of them.
enum CSV {
  struct Row: Sendable, Hashable {
    /// The line of the file it starts on, counted from 1.
    let line: Int
    let cells: [String]
  }

  static let rowsLimit = 1_000_000
  static let columnsLimit = 1_000

  /// Quoted where it must be.
  static func line(_ cells: [String]) -> String {
    cells.map { cell in
      cell.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }.joined(separator: ",")
  }
}

/// The rows of a file, one after another, so that a large file needs no more memory than a small one.
final class CSVReader {
  private let decoder: CSVDecoder
  private var buffer: [UInt8] = [], place = 0
  private var line = 1
  private var separator: UInt8?

  init(_ file: ImportFile, _ text: CSVText) throws { decoder = try CSVDecoder(file, text.encoding) }

  /// The next row with at least one cell that is not blank; nil at the end.
  func next() throws -> CSV.Row? {
    let separator = try self.separator ?? foundSeparator()
    while true {
      guard let row = try row(separator) else { return nil }
      if row.cells.contains(where: { !$0.isEmpty }) { return row }
    }
  }

  private func row(_ separator: UInt8) throws -> CSV.Row? {
    var cells: [String] = [], cell: [UInt8] = [], after: [UInt8] = []
    var quoted = false, wasQuoted = false, size = 0
    let first = line
    func endCell() throws {
      guard Self.isBlank(after) else { throw ImportRefusal.strayQuote(line: line) }
      let text = String(decoding: cell, as: UTF8.self)
      cells.append(wasQuoted ? text : text.trimmed)
      cell.removeAll(keepingCapacity: true)
      after.removeAll(keepingCapacity: true)
      wasQuoted = false
      guard cells.count <= CSV.columnsLimit else { throw ImportRefusal.tooManyColumns(line: first) }
    }
    while let byte = try take() {
      size += 1
      guard size <= CSVText.lineLimit else { throw ImportRefusal.longLine(line: first) }
      guard byte != 0 else { throw ImportRefusal.nul(line: line) }
      if quoted {
        if byte != UInt8(ascii: "\"") {
          if byte == 0x0A { line += 1 }
          cell.append(byte)
        } else if try peek() == byte {
          cell.append(byte)
          _ = try take()
        } else {
          quoted = false
        }
        continue
      }
      switch byte {
      case separator: try endCell()
      case 0x0A:
        try endCell()
        line += 1
        return CSV.Row(line: first, cells: cells)
      case 0x0D where try peek() == 0x0A: break
      case UInt8(ascii: "\""):
        guard !wasQuoted, Self.isBlank(cell) else { throw ImportRefusal.strayQuote(line: line) }
        (quoted, wasQuoted) = (true, true)
        cell.removeAll(keepingCapacity: true)
      default: if wasQuoted { after.append(byte) } else { cell.append(byte) }
      }
    }
    guard !quoted else { throw ImportRefusal.strayQuote(line: first) }
    guard size > 0 else { return nil }
    try endCell()
    return CSV.Row(line: first, cells: cells)
  }

  private static func isBlank(_ bytes: [UInt8]) -> Bool { bytes.isEmpty || String(decoding: bytes, as: UTF8.self).trimmed.isEmpty }

  private func take() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    place += 1
    return byte
  }

  private func peek() throws -> UInt8? {
    if place == buffer.count {
      buffer = try decoder.next()
      place = 0
    }
    return place < buffer.count ? buffer[place] : nil
  }

  /// What stands between the headings.
  private func foundSeparator() throws -> UInt8 {
    var seen = 0, quoted = false
    var counts: [UInt8: Int] = [UInt8(ascii: ","): 0, UInt8(ascii: "\t"): 0, UInt8(ascii: ";"): 0]
    search: while true {
      while seen < buffer.count {
        let byte = buffer[seen]
        seen += 1
        if byte == UInt8(ascii: "\"") { quoted.toggle() }
        if quoted { continue }
        if byte == 0x0A { break search }
        counts[byte]? += 1
      }
      guard buffer.count <= CSVText.lineLimit else { throw ImportRefusal.longLine(line: 1) }
      let more = try decoder.next()
      guard !more.isEmpty else { break }
      buffer += more
    }
    let most = counts.values.max() ?? 0
    let found = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")].first { counts[$0] == most } ?? UInt8(ascii: ",")
    separator = found
    return found
  }
}

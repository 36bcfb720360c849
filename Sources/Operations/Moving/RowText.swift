import Domain
import Persistence

/// A row as a line of a company's file: a JSON array of numbers, texts, null and `{"hex":"…"}` for bytes. Rows go by the million, so
/// texts go straight from the engine's memory into the line, and from the line into values.
enum RowText {
  static func append(_ row: borrowing SQLRow, to line: LineBuffer) throws {
    line.append(UInt8(ascii: "["))
    var isFirst = true
    try row.forEachCell { cell in
      if !isFirst { line.append(UInt8(ascii: ",")) }
      isFirst = false
      append(cell, to: line)
    }
    line.append(UInt8(ascii: "]"))
    line.append(0x0A)
  }

  static func append(_ cell: SQLCell, to line: LineBuffer) {
    switch cell {
    case .null: line.append("null")
    case .integer(let integer): line.append(decimal: integer)
    case .real(let real): line.append(String(real))
    case .text(let text): line.append(quoted: text)
    case .blob(let bytes):
      line.append(#"{"hex":""#)
      line.append(hex: bytes)
      line.append(#""}"#)
    }
  }

  /// - Returns: nil for a line that is no row.
  static func values(_ line: UnsafeRawBufferPointer, width: Int) -> [SQLValue]? {
    var reader = RowReader(line: line)
    return reader.row(width: width) ?? usual(line)
  }

  /// What nobody wrote here, but is the same in JSON: spaces, other escapes.
  private static func usual(_ line: UnsafeRawBufferPointer) -> [SQLValue]? {
    guard let items = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)).array else { return nil }
    let values = items.compactMap { item -> SQLValue? in
      switch item {
      case .null: return .null
      case .integer(let integer): return .integer(integer)
      case .real(let real): return .real(real)
      case .text(let text): return .text(text)
      case .object:
        guard let hex = item["hex"]?.text.map({ Array($0.utf8) }) else { return nil }
        return hex.withUnsafeBytes { RowReader.bytes(hex: $0) }.map { .blob($0) }
      case .bool, .array: return nil
      }
    }
    return values.count == items.count ? values : nil
  }
}

/// Reads the lines that ``RowText`` writes; nil for anything else.
private struct RowReader {
  let line: UnsafeRawBufferPointer
  var index = 0
  private var room: [UInt8] = []

  init(line: UnsafeRawBufferPointer) { self.line = line }

  mutating func row(width: Int) -> [SQLValue]? {
    guard take("[") else { return nil }
    var values: [SQLValue] = []
    values.reserveCapacity(width)
    repeat {
      guard let value = value() else { return nil }
      values.append(value)
    } while take(",")
    return take("]") && index == line.count ? values : nil
  }

  private mutating func value() -> SQLValue? {
    guard index < line.count else { return nil }
    switch line[index] {
    case UInt8(ascii: "\""): return text()
    case UInt8(ascii: "n"): return takeAll("null") ? .null : nil
    case UInt8(ascii: "{"):
      guard takeAll(#"{"hex":""#), let end = line[index...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
      let bytes = Self.bytes(hex: UnsafeRawBufferPointer(rebasing: line[index..<end]))
      index = end
      return takeAll(#""}"#) ? bytes.map { .blob($0) } : nil
    default: return number()
    }
  }

  private mutating func number() -> SQLValue? {
    let isNegative = take("-")
    let start = index
    var number: Int64 = 0
    while index < line.count, (0x30...0x39).contains(line[index]), index - start < 18 {
      number = number * 10 + Int64(line[index] & 15)
      index += 1
    }
    // What is longer, or broken, is left to the usual reader.
    guard index > start, index < line.count, line[index] == UInt8(ascii: ",") || line[index] == UInt8(ascii: "]") else { return nil }
    return .integer(isNegative ? -number : number)
  }

  private mutating func text() -> SQLValue? {
    index += 1
    var plain = index
    room.removeAll(keepingCapacity: true)
    while index < line.count {
      let byte = line[index]
      if byte == UInt8(ascii: "\"") {
        let rest = UnsafeRawBufferPointer(rebasing: line[plain..<index])
        index += 1
        if room.isEmpty { return .text(String(decoding: rest, as: UTF8.self)) }
        room.append(contentsOf: rest)
        return .text(String(decoding: room, as: UTF8.self))
      }
      index += 1
      guard byte == UInt8(ascii: "\\") else { continue }
      guard index < line.count else { return nil }
      room.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[plain..<index - 1]))
      switch line[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): room.append(line[index])
      case UInt8(ascii: "b"): room.append(0x08)
      case UInt8(ascii: "t"): room.append(0x09)
      case UInt8(ascii: "n"): room.append(0x0A)
      case UInt8(ascii: "f"): room.append(0x0C)
      case UInt8(ascii: "r"): room.append(0x0D)
      case UInt8(ascii: "u"):
        guard index + 4 < line.count, line[index + 1] == UInt8(ascii: "0"), line[index + 2] == UInt8(ascii: "0"),
          let byte = Self.bytes(hex: UnsafeRawBufferPointer(rebasing: line[index + 3...index + 4]))?.first, byte < 0x80
        else { return nil }
        room.append(byte)
        index += 4
      default: return nil
      }
      index += 1
      plain = index
    }
    return nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < line.count, line[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func takeAll(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index + length <= line.count,
      UnsafeRawBufferPointer(rebasing: line[index..<index + length]).elementsEqual(
        UnsafeBufferPointer(start: word.utf8Start, count: length))
    else { return false }
    index += length
    return true
  }

  static func bytes(hex: UnsafeRawBufferPointer) -> [UInt8]? {
    guard hex.count.isMultiple(of: 2) else { return nil }
    func value(_ digit: UInt8) -> UInt8? {
      switch digit {
      case 0x30...0x39: digit - 0x30
      case 0x61...0x66: digit - 0x61 + 10
      case 0x41...0x46: digit - 0x41 + 10
      default: nil
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hex.count / 2)
    for start in stride(from: 0, to: hex.count, by: 2) {
      guard let high = value(hex[start]), let low = value(hex[start + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

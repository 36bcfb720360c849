/// Reads one JSON value from UTF-8.
struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var failure: JSONSyntaxError { JSONSyntaxError(offset: index) }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else { throw failure }
    return value
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    guard depth <= 32 else { throw failure }
    skipSpace()
    guard index < bytes.count else { throw failure }
    switch bytes[index] {
    case UInt8(ascii: "{"):
      index += 1
      var members: [JSONValue.Member] = []
      if try closes(UInt8(ascii: "}")) { return .object([]) }
      while true {
        skipSpace()
        let name = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw failure }
        members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
        skipSpace()
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "}")) else { throw failure }
        return .object(members)
      }
    case UInt8(ascii: "["):
      index += 1
      var items: [JSONValue] = []
      if try closes(UInt8(ascii: "]")) { return .array([]) }
      while true {
        items.append(try value(depth: depth + 1))
        skipSpace()
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "]")) else { throw failure }
        return .array(items)
      }
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func closes(_ bracket: UInt8) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    return take(bracket)
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    guard take(UInt8(ascii: "\"")) else { throw failure }
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") { index += 1 }
    guard index < bytes.count else { throw failure }
    if take(UInt8(ascii: "\"")) { return String(decoding: bytes[start..<index - 1], as: UTF8.self) }
    var collected = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: collected, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard index < bytes.count else { throw failure }
        let escape = bytes[index]
        index += 1
        switch escape {
        case UInt8(ascii: "n"): collected.append(0x0A)
        case UInt8(ascii: "t"): collected.append(0x09)
        case UInt8(ascii: "r"): collected.append(0x0D)
        case UInt8(ascii: "b"): collected.append(0x08)
        case UInt8(ascii: "f"): collected.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): collected.append(escape)
        case UInt8(ascii: "u"): collected.append(contentsOf: String(try scalar()).utf8)
        default: throw failure
        }
      default: collected.append(byte)
      }
    }
    throw failure
  }

  private mutating func scalar() throws(JSONSyntaxError) -> Character {
    let first = try hex()
    var code = UInt32(first)
    if (0xD800..<0xDC00).contains(first) {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw failure }
      let second = try hex()
      guard (0xDC00..<0xE000).contains(second) else { throw failure }
      code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure }
    return Character(scalar)
  }

  private mutating func hex() throws(JSONSyntaxError) -> UInt16 {
    guard index + 4 <= bytes.count, let value = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16) else {
      throw failure
    }
    index += 4
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = index
    while index < bytes.count, isNumeric(bytes[index]) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    guard let real = Double(text) else { throw JSONSyntaxError(offset: start) }
    return .real(real)
  }

  private func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard index + expected.count <= bytes.count, bytes[index..<index + expected.count].elementsEqual(expected) else { throw failure }
    index += expected.count
    return value
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09 { index += 1 }
  }
}

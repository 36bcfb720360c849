/// A JSON value as read from an event's body. Why not `JSONDecoder`: `verify` and `rebuild` read every body of the journal, and a
/// body whose fields are only known at run time costs it about ten times as much.
public enum JSONValue: Hashable, Sendable {
  public struct Member: Hashable, Sendable {
    public let name: String
    public var value: JSONValue
  }

  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  case array([JSONValue])
  /// In the order written.
  case object([Member])

  /// - Throws: ``JSONSyntaxError`` when `text` is not one JSON value, or nests deeper than 32.
  public init(parsing text: String) throws(JSONSyntaxError) {
    var copy = text
    let parsed: Result<JSONValue, JSONSyntaxError> = copy.withUTF8 { bytes in
      var parser = JSONParser(bytes: bytes)
      do throws(JSONSyntaxError) { return .success(try parser.document()) } catch { return .failure(error) }
    }
    self = try parsed.get()
  }

  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
  public var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
}

public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes from the start.
  public let offset: Int
  public var description: String { "not JSON at byte \(offset)" }
}

extension JSONValue: JSONWritable {
  public func write(to json: inout JSONWriter) {
    switch self {
    case .null: json.raw("null")
    case .bool(let bool): json.raw(bool ? "true" : "false")
    case .integer(let integer): json.raw(String(integer))
    case .real(let real): json.raw(String(real))
    case .text(let text): json.value(text)
    case .array(let items): json.array(nil, items) { $0.value($1) }
    case .object(let members): json.object { json in for member in members { json.field(member.name, member.value) } }
    }
  }
}

private struct JSONParser {
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

/// Whether bytes are one JSON value to the letter of RFC 8259, and which members are named twice. Why not leave it to
/// `JSONDecoder`: it reads numbers and texts only when asked for them, lets `[1,]`, `01` and raw line breaks pass where nobody
/// asks, and silently keeps one of two members of the same name, so that two readers of one body may see different things.
struct JSONSyntax {
  /// The first thing wrong, in words that follow "the body cannot be read:"; nil where nothing is.
  private(set) var fault: String?
  /// Members that their object names twice, as `contact.name`.
  private(set) var repeated: [String] = []

  private let bytes: [UInt8]
  private let maxDepth: Int
  private var index = 0
  private struct Stop: Error { let why: String }

  init(_ bytes: [UInt8], maxDepth: Int) {
    self.bytes = bytes
    self.maxDepth = maxDepth
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    do throws(Stop) {
      skipSpace()
      guard index < bytes.count else { throw Stop(why: "it is empty") }
      try value(depth: 0, at: "")
      skipSpace()
      guard index == bytes.count else { throw Stop(why: "something stands after its end") }
    } catch {
      fault = error.why
    }
  }

  private var failure: Stop { Stop(why: "it is not JSON at byte \(index)") }

  private mutating func value(depth: Int, at path: String) throws(Stop) {
    guard index < bytes.count else { throw failure }
    switch bytes[index] {
    case UInt8(ascii: "{"): try object(depth: depth + 1, at: path)
    case UInt8(ascii: "["): try array(depth: depth + 1, at: path)
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
  }

  private func checkDepth(_ depth: Int) throws(Stop) {
    guard depth <= maxDepth else { throw Stop(why: "it is nested deeper than \(maxDepth)") }
  }

  private mutating func object(depth: Int, at path: String) throws(Stop) {
    try checkDepth(depth)
    index += 1
    skipSpace()
    if take("}") { return }
    var names: Set<[UInt8]> = []
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw failure }
      let name = try string()
      let place = path + String(decoding: name, as: UTF8.self)
      if !names.insert(name).inserted, repeated.count < Shape.maxProblems { repeated.append(place) }
      skipSpace()
      guard take(":") else { throw failure }
      skipSpace()
      try value(depth: depth, at: place + ".")
      skipSpace()
      if take(",") { continue }
      guard take("}") else { throw failure }
      return
    }
  }

  private mutating func array(depth: Int, at path: String) throws(Stop) {
    try checkDepth(depth)
    index += 1
    skipSpace()
    if take("]") { return }
    while true {
      skipSpace()
      try value(depth: depth, at: path)
      skipSpace()
      if take(",") { continue }
      guard take("]") else { throw failure }
      return
    }
  }

  /// The bytes between the quotes, escapes resolved, so that `"k\u0069nd"` is seen to be `"kind"`.
  private mutating func string() throws(Stop) -> [UInt8] {
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return text
      case 0..<0x20: throw Stop(why: "a control character stands in a text at byte \(index)")
      case UInt8(ascii: "\\"): try escape(into: &text)
      default:
        text.append(byte)
        index += 1
      }
    }
    throw failure
  }

  private mutating func escape(into text: inout [UInt8]) throws(Stop) {
    guard index + 1 < bytes.count else { throw failure }
    let letter = bytes[index + 1]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      guard let code = unit(at: index + 2) else { throw failure }
      // Half of a pair is no character; whoever reads the value says so. Here it only has to be told from others.
      text.append(contentsOf: Unicode.Scalar(code).map { Array(String(Character($0)).utf8) } ?? Array("\\u\(code)".utf8))
      index += 4
    default: throw failure
    }
    index += 2
  }

  /// Four hex digits.
  private func unit(at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var code: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    return code
  }

  private mutating func number() throws(Stop) {
    _ = take("-")
    if take("0") {} else { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
  }

  private mutating func digits() throws(Stop) {
    let start = index
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
    guard index > start else { throw failure }
  }

  private mutating func word(_ text: String) throws(Stop) {
    guard bytes[index...].starts(with: text.utf8) else { throw failure }
    index += text.utf8.count
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }
}

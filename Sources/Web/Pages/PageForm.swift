import Crypto
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// What a page's form sent: `application/x-www-form-urlencoded`, each name once.
struct PageForm: Sendable {
  static let bodyLimit = 1 << 18

  private(set) var values: [String: String] = [:]
  let bodyHash: String

  init(_ request: Request) async throws {
    let type = request.headers[.contentType]?.lowercased() ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") else { throw WebRefusal.foreign }
    try self.init(bytes: Array(buffer: try await request.body.collect(upTo: Self.bodyLimit)))
  }

  init(text: String) throws { try self.init(bytes: Array(text.utf8)) }

  private init(bytes: [UInt8]) throws {
    bodyHash = SHA256.hash(data: bytes).hexadecimal
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.text(parts[0]), let value = Self.text(parts.count > 1 ? parts[1] : []) else {
        throw InputRefusal.malformed("it is not UTF-8")
      }
      guard values.updateValue(value, forKey: name) == nil else { throw InputRefusal.invalid([.repeated(FieldProblem.printable(name))]) }
    }
  }

  /// What a form of ours would have sent.
  init(values: [String: String]) { (self.values, bodyHash) = (values, "") }

  subscript(name: String) -> String { values[name] ?? "" }

  /// Takes a value that is ours and no field of the step.
  mutating func take(_ name: String) -> String? {
    guard let value = values.removeValue(forKey: name), !value.isEmpty else { return nil }
    return value
  }

  /// The values as a shape reads them: a browser's moment, `2026-11-23T10:42`, is one of the company's own clock.
  func fields(of shape: Shape, offsetSeconds: Int) throws(InputRefusal) -> Fields {
    var values = values
    for field in shape.fields {
      guard case .instant = field.type, let text = values[field.name], (16...23).contains(text.utf8.count) else { continue }
      let sign = offsetSeconds < 0 ? "-" : "+", minutes = abs(offsetSeconds) / 60
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
      values[field.name] = "\(text)\(text.utf8.count == 16 ? ":00" : "")\(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }
    return try shape.decode(text: values)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    String(validating: bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)?.removingURLPercentEncoding()
  }
}

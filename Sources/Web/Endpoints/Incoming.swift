import Crypto
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// A call that has passed the guard, checked and decoded.
struct Incoming: Sendable {
  /// A body of the JSON interface (413 beyond it).
  static let bodyLimit = 1 << 20

  let request: Request
  let context: WebContext
  let actor: Actor
  let input: Fields
  let query: Fields
  let call: Call
  /// `If-Match: *`: whatever version there is.
  let anyVersion: Bool

  /// A part of the path, decoded.
  ///
  /// - Throws: `AccessError.notFound` for what can be no id or number.
  func parameter(_ name: String) throws -> String {
    guard let raw = context.parameters.get(name), raw.utf8.count <= 200, let text = raw.removingURLPercentEncoding(),
      !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw AccessError.notFound(context.language == .zh ? "这个编号" : "such number") }
    return text
  }

  var limit: Int { query.integer("limit") ?? 50 }
  var cursor: String? { query.text("cursor") }
}

extension Endpoint {
  /// Rights first, then the form of the call, then its content.
  func read(_ request: Request, _ context: WebContext) async throws -> Incoming {
    guard let actor = context.actor ?? (access == .open ? Actor.nobody : nil) else { throw AccessError.notSignedIn }
    if case .right(let action) = access { try actor.require(action) }
    let named = try IfMatch(request.headers[.ifMatch], used: version != .no)
    if version == .required, named == .absent { throw WebRefusal.versionRequired }
    let key = try isIdempotent ? idempotencyKey(request) : nil
    let query = try Endpoint.query(self.query, of: request)
    var body: [UInt8] = []
    var input = Fields()
    if let shape = self.input {
      body = try await Endpoint.body(of: request)
      // A step that needs nothing may come without a body at all.
      if body.isEmpty, !shape.fields.contains(where: \.required) {
        input = Fields()
      } else {
        input = try shape.decode(body)
      }
    }
    var call = Call(actor)
    if case .version(let version) = named { call.expected = version }
    if let key {
      call.idempotency = IdempotencyKey(
        key: key, method: method.rawValue, path: request.uri.path, bodyHash: SHA256.hash(data: body).hexadecimal)
    }
    return Incoming(request: request, context: context, actor: actor, input: input, query: query, call: call, anyVersion: named == .any)
  }

  private func idempotencyKey(_ request: Request) throws(WebRefusal) -> String? {
    guard let key = request.headers[.idempotencyKey] else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { throw .badKey }
    return key
  }

  /// Query items by their shape; an unknown, repeated or empty one is refused by its name.
  static func query(_ shape: Shape?, of request: Request) throws -> Fields {
    var values: [String: String] = [:]
    for item in request.uri.queryParameters {
      let (name, value) = (FieldProblem.printable(String(item.key)), String(item.value))
      guard values.updateValue(value, forKey: name) == nil else { throw InputRefusal.invalid([.repeated(name)]) }
      guard !value.isEmpty else { throw InputRefusal.invalid([.empty(name)]) }
    }
    return try (shape ?? .nothing).decode(text: values)
  }

  /// - Throws: ``WebRefusal/bodyTooLarge(_:)``, before reading where `Content-Length` says so, else while reading.
  static func body(of request: Request) async throws -> [UInt8] {
    let length = request.headers[.contentLength].flatMap { Int($0) }
    if let length, length > Incoming.bodyLimit { throw WebRefusal.bodyTooLarge(Incoming.bodyLimit) }
    let type = request.headers[.contentType]
    if let type, !isJSON(type) { throw WebRefusal.contentType }
    let buffer = try await request.body.collect(upTo: Incoming.bodyLimit)
    guard type != nil || buffer.readableBytes == 0 else { throw WebRefusal.contentType }
    return Array(buffer: buffer)
  }

  private static func isJSON(_ type: String) -> Bool {
    let parts = type.lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
    guard parts.first == "application/json" else { return false }
    return parts.dropFirst().allSatisfy { !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains($0) }
  }
}

/// What `If-Match` says (RFC 9110, 13.1.1).
enum IfMatch: Hashable {
  case absent, any
  case version(Int)

  /// - Throws: ``WebRefusal/badVersion`` for what names no version of ours; then nothing can match it (412).
  init(_ header: String?, used: Bool) throws(WebRefusal) {
    guard used, let text = header.map({ String($0.filter { !$0.isWhitespace }) }) else {
      self = .absent
      return
    }
    if text == "*" {
      self = .any
      return
    }
    // A weak tag never matches (strong comparison), and of several ours gives only one.
    guard text.count > 2, text.first == "\"", text.last == "\"", let version = Int(text.dropFirst().dropLast()), version >= 0 else {
      throw .badVersion
    }
    self = .version(version)
  }
}

extension Actor {
  /// Stands where a route is open to all; has no right at all.
  static let nobody = Actor(identity: .link("nobody"), name: "", role: .hospital)
}

extension Sequence<UInt8> {
  /// 64 digits for a SHA-256.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension String {
  /// Nil when a `%` is followed by no byte, or the bytes are not UTF-8.
  func removingURLPercentEncoding() -> String? {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      if byte == 0x25 {
        guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

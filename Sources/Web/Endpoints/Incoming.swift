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
  /// How long a body may take to arrive (408): 1 MiB at 35 kB/s.
  static let bodySeconds = 30

  let request: Request
  let context: WebContext
  let actor: Actor
  let input: Fields
  let query: Fields
  let call: Call
  /// The body as it came, where it is signed; then nothing is read out of it yet.
  let raw: [UInt8]
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
    var call = Call(actor)
    if case .version(let version) = named { call.expected = version }
    var input = Fields(), raw: [UInt8] = []
    if isSigned {
      raw = try await Endpoint.body(of: request)
    } else if let shape = self.input {
      let body = try await Endpoint.body(of: request)
      if let key {
        call.idempotency = IdempotencyKey(
          key: key, method: method.rawValue, path: request.uri.path, bodyHash: SHA256.hash(data: body).hexadecimal)
      }
      // A step that needs nothing may come without a body at all.
      if !body.isEmpty || shape.fields.contains(where: \.required) {
        do throws(InputRefusal) { input = try shape.decode(body) } catch {
          guard call.idempotency != nil else { throw error }
          throw RefusedInput(refusal: error, call: call)
        }
      }
    }
    return Incoming(
      request: request, context: context, actor: actor, input: input, query: query, call: call, raw: raw, anyVersion: named == .any)
  }

  private func idempotencyKey(_ request: Request) throws(WebRefusal) -> String? {
    guard let key = request.headers[.idempotencyKey] else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { throw .badKey }
    return key
  }

  /// Query items by their shape; an unknown, repeated, empty or unreadable one is refused by its name.
  static func query(_ shape: Shape?, of request: Request) throws -> Fields {
    var values: [String: String] = [:]
    for item in (request.uri.query ?? "").split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // Forms and most clients write a space as +.
      let texts = parts.map { String($0.replacing("+", with: " ")).removingURLPercentEncoding() }
      let name = FieldProblem.printable(texts[0] ?? String(parts[0]))
      guard texts.allSatisfy({ $0 != nil }) else { throw InputRefusal.invalid([.notEncoded(name)]) }
      guard values.updateValue(texts.count > 1 ? texts[1] ?? "" : "", forKey: name) == nil else {
        throw InputRefusal.invalid([.repeated(name)])
      }
      guard values[name] != "" else { throw InputRefusal.invalid([.empty(name)]) }
    }
    return try (shape ?? .nothing).decode(text: values)
  }

  /// - Throws: ``WebRefusal/bodyTooLarge(_:)``, before reading where `Content-Length` says so, else while reading.
  static func body(of request: Request) async throws -> [UInt8] {
    let length = request.headers[.contentLength].flatMap { Int($0) }
    if let length, length > Incoming.bodyLimit { throw WebRefusal.bodyTooLarge(Incoming.bodyLimit) }
    let type = request.headers[.contentType]
    if let type, !isJSON(type) { throw WebRefusal.contentType }
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" { throw WebRefusal.contentEncoding }
    let buffer = try await Deadline.within(Incoming.bodySeconds, else: WebRefusal.bodyTooSlow) {
      try await request.body.collect(upTo: Incoming.bodyLimit)
    }
    guard type != nil || buffer.readableBytes == 0 else { throw WebRefusal.contentType }
    return Array(buffer: buffer)
  }

  private static func isJSON(_ type: String) -> Bool {
    let parts = type.lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
    guard parts.first == "application/json" else { return false }
    return parts.dropFirst().allSatisfy { !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains($0) }
  }
}

/// A body that cannot be read or is wrong, under an Idempotency-Key: the refusal is the first answer, and is kept as such.
struct RefusedInput: Error {
  let refusal: InputRefusal
  let call: Call
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
    guard text.count > 2, text.first == "\"", text.last == "\"", text.dropFirst().dropLast().allSatisfy(\.isASCIIDigit),
      let version = Int(text.dropFirst().dropLast())
    else {
      throw .badVersion
    }
    self = .version(version)
  }
}

extension Actor {
  /// Stands where a route is open to all; has no right at all.
  static let nobody = Actor(identity: .link("nobody"), name: "", role: .hospital)
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
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
        guard rest.count >= 2, rest.prefix(2).allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
          let value = UInt8(Substring(rest.prefix(2)), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

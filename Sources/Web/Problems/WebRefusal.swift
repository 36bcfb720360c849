import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// What HTTP itself refuses.
enum WebRefusal: Refusal, Hashable {
  case noSuchPath
  case methodNotAllowed(String)
  case bodyTooLarge(Int)
  /// The body did not arrive in time.
  case bodyTooSlow
  /// The caller went away, or sent no HTTP, in the middle of the body.
  case bodyBroken
  case contentType
  case contentEncoding
  case badKey
  case badVersion
  case versionRequired
  case tooManyTokens(seconds: Int)
  /// Too many calls of one link, or of one address without a sign-in.
  case tooOften(seconds: Int)
  /// A form or call that did not come from our own pages.
  case foreign

  init?(_ error: any Error) {
    switch error {
    case is NIOTooManyBytesError: self = .bodyTooLarge(Incoming.bodyLimit)
    case is HTTPParserError: self = .bodyBroken
    case let error as HTTPError where error.status == .notFound: self = .noSuchPath
    case let error as HTTPError where error.status == .contentTooLarge: self = .bodyTooLarge(Incoming.bodyLimit)
    default: return nil
    }
  }

  var code: String {
    switch self {
    case .noSuchPath: "http.no-such-path"
    case .methodNotAllowed: "http.method-not-allowed"
    case .bodyTooLarge: "http.body-too-large"
    case .bodyTooSlow: "http.body-too-slow"
    case .bodyBroken: "http.body-broken"
    case .contentType: "http.content-type"
    case .contentEncoding: "http.content-encoding"
    case .badKey: "http.bad-idempotency-key"
    case .badVersion: "http.bad-if-match"
    case .versionRequired: "http.version-required"
    case .tooManyTokens: "http.too-many-tokens"
    case .tooOften: "http.too-often"
    case .foreign: "http.foreign-form"
    }
  }
  var message: String {
    switch self {
    case .noSuchPath: "There is nothing at this address. /api/openapi.json lists all that there is."
    case .methodNotAllowed(let methods): "This address does not take this method. It takes \(methods)."
    case .bodyTooLarge(let bytes): "The body is larger than \(bytes) bytes. Send less at once."
    case .bodyTooSlow: "The body did not arrive within \(Incoming.bodySeconds) seconds. Nothing was stored; send it again."
    case .bodyBroken: "The body ended before it was whole. Nothing was stored; send it again."
    case .contentEncoding: "A compressed body is not read here. Send it as it is, without Content-Encoding."
    case .contentType: "Only JSON is read here. Send Content-Type: application/json."
    case .badKey: "An Idempotency-Key has 1 to 255 printable ASCII characters. Use a shorter one, such as a UUID."
    case .badVersion: "If-Match does not name a version. Send the ETag of your last read as it was given."
    case .versionRequired: "Say which version you change: send its ETag in If-Match."
    case .tooManyTokens(let seconds): "Too many unknown tokens came from this address. Wait \(seconds) seconds."
    case .tooOften(let seconds): "Too many calls came from here. Wait \(seconds) seconds, then open the page again."
    case .foreign: "This did not come from a page of weibao. Open the page again and repeat it there."
    }
  }
  var arguments: [String] {
    switch self {
    case .methodNotAllowed(let methods): [methods]
    case .bodyTooLarge(let bytes): [String(bytes)]
    case .bodyTooSlow: [String(Incoming.bodySeconds)]
    case .tooManyTokens(let seconds), .tooOften(let seconds): [String(seconds)]
    default: []
    }
  }
  var category: RefusalCategory {
    switch self {
    case .noSuchPath: .missing
    case .methodNotAllowed: .missing  // 405: the mapping sets it, with `Allow`
    case .bodyTooLarge: .tooLarge
    case .bodyTooSlow, .bodyBroken: .malformed  // 408 for the slow one: the mapping sets it
    case .contentType, .contentEncoding: .unsupported
    case .badKey: .invalid
    case .badVersion: .stale
    case .versionRequired: .versionRequired
    case .tooManyTokens, .tooOften: .tooMany
    case .foreign: .forbidden
    }
  }
  var fields: [FieldProblem] {
    self == .badKey ? [FieldProblem(field: "Idempotency-Key", message: message, code: code)] : []
  }
}

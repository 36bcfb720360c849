import Domain
import HTTPTypes
import Hummingbird
import Logging
import Operations

extension RefusalCategory {
  /// The one place where a refusal becomes a status.
  var status: HTTPResponse.Status {
    switch self {
    case .malformed: .badRequest
    case .unauthenticated: .unauthorized
    case .forbidden: .forbidden
    case .missing: .notFound
    case .conflict: .conflict
    case .stale: .preconditionFailed
    case .tooLarge: .contentTooLarge
    case .unsupported: .unsupportedMediaType
    case .invalid: .unprocessableContent
    case .versionRequired: .preconditionRequired
    case .tooMany: .tooManyRequests
    case .unavailable: .serviceUnavailable
    }
  }
}

extension Problem {
  /// - Parameter named: whether the call named a version in `If-Match`.
  init(_ refusal: any Refusal, in language: Language, named: Bool = false) {
    var category = refusal.category
    if named, case StorageRefusal.changed = refusal { category = .stale }
    status = category.status
    code = refusal.code
    title = Catalogue.of(language).text("problem.\(category.status.code)") ?? status.reasonPhrase
    detail = refusal.message(in: language)
    errors = refusal.fields
    if let kept = refusal as? KeptRefusal {
      if kept.state != nil { (state, steps) = (kept.state, kept.steps) }
      if kept.replayed { headers[.idempotencyReplayed] = "true" }
    }
    switch category {
    case .unauthenticated: headers[.wwwAuthenticate] = "Bearer"
    case .tooMany, .unavailable: headers[.retryAfter] = String(Problem.retrySeconds(refusal))
    default: break
    }
    if let refusal = refusal as? WebRefusal, case .methodNotAllowed(let methods) = refusal {
      status = .methodNotAllowed
      title = Catalogue.of(language).text("problem.405") ?? status.reasonPhrase
      headers[.allow] = methods
    }
    if refusal.isTooSlow {
      status = .requestTimeout
      title = Catalogue.of(language).text("problem.408") ?? status.reasonPhrase
      // What is left of the body would be read as the next call.
      headers[.connection] = "close"
    }
    switch refusal {
    case UploadRefusal.gap(let offset): self.offset = offset
    case UploadRefusal.tooLarge: headers[.connection] = "close"  // most of it has not come yet
    default: break
    }
  }

  /// Whatever was thrown: a refusal as it is, all else as a fault that is logged whole, once, here.
  init(_ error: any Error, in language: Language, named: Bool, requestID: String, logger: Logger) {
    if let refusal = error as? any Refusal ?? StorageRefusal(error) ?? WebRefusal(error) {
      self.init(refusal, in: language, named: named)
      if status == .serviceUnavailable { logger.warning("Refused for now.", metadata: ["code": "\(refusal.code)", "error": "\(error)"]) }
    } else {
      logger.error("A fault.", metadata: ["id": "\(requestID)", "error": "\(String(reflecting: error))"])
      let texts = Catalogue.of(language), status = HTTPResponse.Status.internalServerError
      self.init(
        status: status, code: "fault", title: texts.text("problem.500") ?? status.reasonPhrase,
        detail: texts.text("problem.fault", [requestID]) ?? requestID, id: requestID)
    }
  }

  private static func retrySeconds(_ refusal: any Refusal) -> Int {
    switch refusal {
    case AccessError.tooManyTries(let seconds): max(seconds, 1)
    case WebRefusal.tooManyTokens(let seconds), WebRefusal.tooOften(let seconds): max(seconds, 1)
    case StorageRefusal.busy(let seconds): max(seconds, 1)
    case PaperError.busy(let seconds), ProgramError.busy(_, let seconds): max(seconds, 1)
    default: 30
    }
  }
}

extension Refusal {
  fileprivate var isTooSlow: Bool {
    switch self as any Refusal {
    case WebRefusal.bodyTooSlow, UploadRefusal.tooSlow: true
    default: false
    }
  }
}

extension HTTPField.Name {
  static let idempotencyKey = Self("Idempotency-Key")!  // the literal is a token
  static let idempotencyReplayed = Self("Idempotency-Replayed")!
  static let forwardedFor = Self("X-Forwarded-For")!
  static let forwardedProto = Self("X-Forwarded-Proto")!
  static let requestID = Self("X-Request-Id")!
  static let fetchSite = Self("Sec-Fetch-Site")!
  static let contentTypeOptions = Self("X-Content-Type-Options")!
  static let referrerPolicy = Self("Referrer-Policy")!
  static let frameOptions = Self("X-Frame-Options")!
}

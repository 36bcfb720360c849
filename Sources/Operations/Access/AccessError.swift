public import Domain

/// Who may not, and why.
public enum AccessError: Refusal, Hashable {
  case notSignedIn
  case tokenExpired
  case wrongPassword
  case tooManyTries(seconds: Int)
  case notAllowed(Action)
  /// There is no such thing, or the reader may not know of it.
  case notFound(String)
  /// A record older than policy lets this person write (403).
  case tooLate(hours: Int)

  public var code: String {
    switch self {
    case .notSignedIn: "access.not-signed-in"
    case .tokenExpired: "access.token-expired"
    case .wrongPassword: "access.wrong-password"
    case .tooManyTries: "access.too-many-tries"
    case .notAllowed: "access.not-allowed"
    case .notFound: "access.not-found"
    case .tooLate: "access.too-late"
    }
  }
  public var message: String {
    switch self {
    case .notSignedIn: "Nobody is signed in. Sign in, or send a token."
    case .tokenExpired: "This token is unknown or has expired. Make a new one with `weibao token create`."
    case .wrongPassword: "Name and password do not fit. Try again, or ask the administrator."
    case .tooManyTries(let seconds): "Too many tries. Wait \(seconds) seconds."
    case .notAllowed(let action): "Your role does not allow this (\(action.rawValue)). Ask someone whose role does."
    case .notFound(let what): "There is no \(what) here that you may see. Check the number."
    case .tooLate(let hours): "This happened more than \(hours) hours ago. A manager can record it, with lateReason."
    }
  }
  public var arguments: [String] {
    switch self {
    case .tooManyTries(let seconds): [String(seconds)]
    case .notAllowed(let action): [action.rawValue]
    case .notFound(let what): [what]
    case .tooLate(let hours): [String(hours)]
    default: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .notSignedIn, .tokenExpired, .wrongPassword: .unauthenticated
    case .tooManyTries: .tooMany
    case .notAllowed, .tooLate: .forbidden
    case .notFound: .missing
    }
  }
}

extension Actor {
  /// How far this person may do it (`Permissions`).
  ///
  /// The holder of a link has no role's rights: what a link may do is asked of the link (`Links`).
  ///
  /// - Throws: ``AccessError/notAllowed(_:)``.
  @discardableResult
  public func require(_ action: Action) throws(AccessError) -> Scope {
    guard !isStranger, let scope = Permissions.scope(of: action, for: role) else { throw .notAllowed(action) }
    return scope
  }
}

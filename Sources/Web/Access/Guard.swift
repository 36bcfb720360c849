import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Finds out who calls: a bearer token, or the cookie of a session. Every route that is not open asks it first.
struct Guard: Sendable {
  let authenticator: any Authenticator
  let tokens = BadTokens()

  /// - Throws: ``AccessError``; ``WebRefusal/tooManyTokens(seconds:)``; ``WebRefusal/foreign`` for a change that a
  ///   foreign page sends along with our cookie.
  func signedIn(_ request: Request, _ context: WebContext) async throws -> (actor: Actor, session: String?) {
    var found = try await identified(request, context)
    found.actor.address = context.address
    return found
  }

  private func identified(_ request: Request, _ context: WebContext) async throws -> (actor: Actor, session: String?) {
    if let header = request.headers[.authorization] {
      guard header.lowercased().hasPrefix("bearer "), case let token = header.dropFirst(7).filter({ $0 != " " }), !token.isEmpty else {
        throw AccessError.notSignedIn
      }
      do {
        return (try await authenticator.actor(token: token), nil)
      } catch let refusal as AccessError {
        if refusal == .tokenExpired, let seconds = tokens.bad(from: context.address) { throw WebRefusal.tooManyTokens(seconds: seconds) }
        throw refusal
      }
    }
    guard let session = SessionCookie.read(request) else { throw AccessError.notSignedIn }
    let actor = try await authenticator.actor(session: session)
    if !request.method.isSafe { try SameOrigin.require(request, context) }
    return (actor, session)
  }
}

extension HTTPRequest.Method {
  var isSafe: Bool { self == .get || self == .head || self == .options }
}

/// A change by cookie must come from our own pages: the browser says so in `Origin` or `Sec-Fetch-Site`.
enum SameOrigin {
  static func require(_ request: Request, _ context: WebContext) throws(WebRefusal) {
    if let origin = request.headers[.origin] {
      let host = request.head.authority ?? ""
      // From a page that sends no Referer the browser sends no Origin either, and says itself whose page it is.
      if origin == "null", request.headers[.fetchSite] == "same-origin" { return }
      // Where the caller speaks TLS, a page without it may have been written by whoever is on the wire.
      guard origin == "https://\(host)" || (!context.isSecure && origin == "http://\(host)") else { throw .foreign }
      return
    }
    // Browsers older than both headers do not exist any more; what sends neither is no browser, and holds no cookie by accident.
    guard request.headers[.fetchSite].map({ $0 == "same-origin" }) ?? true else { throw .foreign }
  }
}

extension SameOrigin {
  /// For pages whose address is the right: who knows it may send the form, so there is no cookie to misuse. A browser that says that
  /// another site sent it is refused all the same; one too old to say anything is not.
  static func requireOutside(_ request: Request, _ context: WebContext) throws(WebRefusal) {
    if request.headers[.origin] == "null", request.headers[.fetchSite] == nil { return }
    try require(request, context)
  }
}

/// The cookie that holds a session's secret: not for scripts, not for foreign pages' posts.
enum SessionCookie {
  static let name = "weibao-session"

  static func read(_ request: Request) -> String? { request.cookies[name]?.value }

  static func set(_ value: String, secure: Bool) -> Cookie {
    Cookie(name: name, value: value, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
  }

  static func clear(secure: Bool) -> Cookie {
    Cookie(name: name, value: "", maxAge: 0, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
  }
}

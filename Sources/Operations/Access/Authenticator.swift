public import Domain

/// Turns what a caller holds into who they are. Web knows no more of accounts than this.
public protocol Authenticator: Sendable {
  /// - Throws: ``AccessError/tokenExpired`` for a token that is unknown, expired, revoked or its user's disabled.
  func actor(token: String) async throws -> Actor
  /// - Throws: ``AccessError/notSignedIn``.
  func actor(session: String) async throws -> Actor
  /// - Parameter address: where the call comes from; tries are limited by name and address.
  /// - Throws: ``AccessError/wrongPassword``, ``AccessError/tooManyTries(seconds:)``.
  func signIn(name: String, password: String, address: String) async throws -> SignIn
  func signOut(session: String) async throws
}

/// A session just opened. `session` goes into the cookie and is nowhere stored as it is.
public struct SignIn: Sendable {
  public let session: String
  public let actor: Actor
  /// The latest it can last; it ends earlier when unused.
  public let expires: Instant

  public init(session: String, actor: Actor, expires: Instant) {
    (self.session, self.actor, self.expires) = (session, actor, expires)
  }
}

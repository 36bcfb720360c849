public import Hummingbird
import Operations

/// What is known of one call besides the request: where it came from, in which language, and who is signed in.
public struct WebContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address of the caller; of the proxy's client where the proxy is trusted.
  public internal(set) var address: String
  /// What a person reads to an operator; stands in the log line.
  public internal(set) var requestID = ""
  /// Whether the caller's side speaks TLS, here or at a trusted proxy.
  var isSecure = false
  var language = Language.en
  /// Set by the guard; nil on public routes.
  var actor: Actor?
  /// The session's secret, where a cookie signed the caller in.
  var session: String?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = NetworkPlace.plain(source.channel.remoteAddress?.ipAddress ?? "local")
  }
}

import Crypto
import Hummingbird

/// Proof that a form came from a page we gave to this very session: nothing to store, nothing to guess.
enum PageToken {
  /// Stands in every form as `token`.
  static func make(session: String) -> String { SHA256.hash(data: Array("page token\n\(session)".utf8)).hexadecimal }

  /// - Throws: ``WebRefusal/foreign`` when the form is not of this session, or came from another place.
  static func require(_ token: String?, session: String, _ request: Request, _ context: WebContext) throws(WebRefusal) {
    try SameOrigin.require(request, context)
    guard let token, token == make(session: session) else { throw .foreign }
  }
}

import Domain
import HTTPTypes
import Hummingbird
import Operations

/// One route of the JSON interface, said once: the router, the OpenAPI document and the test that walks all routes are made of it.
struct Endpoint: Sendable {
  enum Access: Sendable, Hashable {
    /// Needs nobody signed in.
    case open
    /// Any signed-in person.
    case signedIn
    /// Whoever's role may do this at all; how far it reaches, Operations decides.
    case right(Action)
  }

  enum Versioned: Sendable {
    case no, optional, required
  }

  let method: HTTPRequest.Method
  /// `/api/v1/requests/{id}`.
  let path: String
  let summary: String
  let tag: String
  let access: Access
  var input: Shape?
  var query: Shape?
  /// Whether it takes `If-Match`, and answers with an ETag.
  var version = Versioned.no
  var success = HTTPResponse.Status.ok
  /// The schema's name in the document.
  let answer: String
  var contentType = "application/json"
  /// Content types of a body that is no JSON, and is read as it comes.
  var bytes: [String] = []
  /// Open to whoever signs the body: the handler looks at the bytes before anything is read out of them.
  var isSigned = false
  /// False where an answer must not be kept under an Idempotency-Key.
  var keepsAnswers = true
  /// False for what a generated client cannot read, such as a stream without end.
  var documented = true
  let handle: @Sendable (Incoming) async throws -> Reply

  /// A change takes `Idempotency-Key`.
  var isIdempotent: Bool { !method.isSafe && input != nil && keepsAnswers }

  /// `/api/v1/requests/{id}/accept` as `postRequestsIdAccept`.
  var operationID: String {
    let words = path.replacing("/api/v1", with: "").split { !$0.isLetter && !$0.isNumber }
    return method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// As Hummingbird's router writes it.
  var routerPath: String { path.replacing("{", with: ":").replacing("}", with: "") }

  /// The problems it may answer with.
  var problems: [HTTPResponse.Status] {
    var statuses: [HTTPResponse.Status] = []
    if access != .open || isSigned { statuses += [.unauthorized, .tooManyRequests] }
    if case .right = access { statuses.append(.forbidden) }
    if path.contains("{") { statuses.append(.notFound) }
    // An unknown query item is refused everywhere on the interface.
    if access != .open || query != nil || input != nil { statuses.append(.unprocessableContent) }
    if !bytes.isEmpty {
      statuses += [.badRequest, .requestTimeout, .conflict, .contentTooLarge, .unsupportedMediaType]
    }
    if input != nil {
      statuses += [
        .badRequest, .requestTimeout, .forbidden, .notFound, .conflict, .preconditionFailed, .contentTooLarge, .unsupportedMediaType,
      ]
    }
    if version == .required { statuses.append(.preconditionRequired) }
    if access != .open || isSigned { statuses += [.internalServerError, .serviceUnavailable] }
    var seen: Set<Int> = []
    return statuses.filter { seen.insert($0.code).inserted }.sorted { $0.code < $1.code }
  }
}

extension Shape {
  /// What a call takes that takes nothing.
  static let nothing = Shape("Nothing", [])
}

public import Domain

/// One request to change something: who, and how the change is to be kept apart from its repetitions.
public struct Call: Sendable {
  public let actor: Actor
  /// The version the caller saw (`If-Match`); nil where it named none.
  public var expected: Int?
  public var idempotency: IdempotencyKey?

  public init(_ actor: Actor, expected: Int? = nil, idempotency: IdempotencyKey? = nil) {
    (self.actor, self.expected, self.idempotency) = (actor, expected, idempotency)
  }
}

/// `Idempotency-Key` with its scope; the body is compared by its bytes.
public struct IdempotencyKey: Sendable, Hashable {
  public let key, method, path: String
  /// SHA-256 of the body, 64 hex digits.
  public let bodyHash: String

  public init(key: String, method: String, path: String, bodyHash: String) {
    (self.key, self.method, self.path, self.bodyHash) = (key, method, path, bodyHash)
  }
}

/// What a change answers, once it is on disk.
public struct Answer: Sendable, Hashable {
  /// True where a thing was made (201), false where one was changed (200).
  public var created: Bool
  public var version: Int
  /// JSON text of the whole object as it now is.
  public var body: String
  /// True when this is a kept first answer.
  public var replayed: Bool

  public init(created: Bool, version: Int, body: String, replayed: Bool = false) {
    (self.created, self.version, self.body, self.replayed) = (created, version, body, replayed)
  }
}

/// A refusal in a form that can be kept and thrown again for the same key.
public struct KeptRefusal: Refusal, Hashable, Codable {
  public let code, message: String
  public let arguments: [String]
  public let category: RefusalCategory
  public let fields: [FieldProblem]
  /// Where the case stands, for conflicts: its state and the steps it allows now.
  public let state: String?
  public let steps: [String]
  public internal(set) var replayed: Bool

  public init(
    code: String, message: String, arguments: [String], category: RefusalCategory, fields: [FieldProblem], state: String? = nil,
    steps: [String] = [], replayed: Bool = false
  ) {
    (self.code, self.message, self.arguments, self.category) = (code, message, arguments, category)
    (self.fields, self.state, self.steps, self.replayed) = (fields, state, steps, replayed)
  }

  public init(_ refusal: any Refusal, state: String? = nil, steps: [String] = []) {
    self.init(
      code: refusal.code, message: refusal.message, arguments: refusal.arguments, category: refusal.category, fields: refusal.fields,
      state: state, steps: steps)
  }
}

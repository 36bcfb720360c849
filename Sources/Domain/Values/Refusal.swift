/// A rule saying no: expected, shown to the person, no error in the log. All else that is thrown is a fault.
public protocol Refusal: Error, Sendable, CustomStringConvertible {
  /// Stable: the problem's `type` and the key in the catalogues, such as `request.not-higher`.
  var code: String { get }
  /// What is so, then what to do. English; the catalogues hold the other languages under `code`.
  var message: String { get }
  /// The values in `message`, in the order the catalogue's `{0}`, `{1}` name them.
  var arguments: [String] { get }
  /// What sort of "no" it is; Web turns it into a status.
  var category: RefusalCategory { get }
  /// The input fields it is about, where it is about fields.
  var fields: [FieldProblem] { get }
}

extension Refusal {
  public var arguments: [String] { [] }
  public var fields: [FieldProblem] { [] }
  public var description: String { message }
}

/// One input field and what is wrong with it.
public struct FieldProblem: Hashable, Sendable, Codable {
  public let field: String
  public let message: String
  /// The key in the catalogues, such as `field.too-long`; empty where there is only the English message.
  public let code: String
  /// The values in `message`, as in ``Refusal/arguments``.
  public let arguments: [String]

  public init(field: String, message: String, code: String = "", arguments: [String] = []) {
    (self.field, self.message, self.code, self.arguments) = (field, message, code, arguments)
  }
}

public enum RefusalCategory: String, Codable, Hashable, Sendable {
  /// The bytes are not what they claim to be: not JSON, not UTF-8 (400).
  case malformed
  /// Nobody is signed in, or not any more (401).
  case unauthenticated
  /// Known, and not allowed (403).
  case forbidden
  /// There is no such thing, or the reader may not know of it (404).
  case missing
  /// The state does not allow it (409).
  case conflict
  /// Somebody was faster than the version the writer named (412).
  case stale
  /// Too large (413).
  case tooLarge
  /// A type we do not read (415).
  case unsupported
  /// Understood, and a value is wrong (422).
  case invalid
  /// A change without naming the version it changes (428).
  case versionRequired
  /// Too often (429).
  case tooMany
  /// Cannot be done safely at this moment; nothing was written (503).
  case unavailable
}

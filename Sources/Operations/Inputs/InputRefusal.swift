public import Domain

/// Bad input, said field by field.
public enum InputRefusal: Refusal, Hashable {
  /// Not JSON, or not UTF-8 (400).
  case malformed(String)
  /// Understood, and wrong in these fields (422).
  case invalid([FieldProblem])

  public var code: String {
    switch self {
    case .malformed: "input.malformed"
    case .invalid: "input.invalid"
    }
  }
  public var message: String {
    switch self {
    case .malformed(let why): "The body cannot be read: \(why). Send one JSON object in UTF-8."
    case .invalid(let problems): "Correct \(problems.map(\.field).joined(separator: ", ")) and send it again; nothing was stored."
    }
  }
  public var arguments: [String] {
    switch self {
    case .malformed(let why): [why]
    case .invalid(let problems): [problems.map(\.field).joined(separator: ", ")]
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .malformed: .malformed
    case .invalid: .invalid
    }
  }
  public var fields: [FieldProblem] {
    switch self {
    case .malformed: []
    case .invalid(let problems): problems
    }
  }

  /// - Parameter code: the catalogues' key; without one, everybody reads English.
  public static func field(_ name: String, _ message: String, code: String = "") -> InputRefusal {
    .invalid([FieldProblem(field: name, message: message, code: code)])
  }
}

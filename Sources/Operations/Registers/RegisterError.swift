public import Domain

/// What a register refuses.
public enum RegisterError: Refusal, Hashable {
  /// Another record has this value in these fields.
  case notUnique([String])
  case archived
  case notArchived
  /// It was merged into this record.
  case merged(into: String)
  /// The version named in `If-Match` is not the newest.
  case changed(expected: Int, actual: Int)
  /// A change without `If-Match`.
  case versionRequired

  public var code: String {
    switch self {
    case .notUnique: "register.not-unique"
    case .archived: "register.archived"
    case .notArchived: "register.not-archived"
    case .merged: "register.merged"
    case .changed: "register.changed"
    case .versionRequired: "register.version-required"
    }
  }
  public var message: String {
    switch self {
    case .notUnique(let fields): "Another record has the same \(fields.joined(separator: ", ")). Change that one, or correct the value."
    case .archived: "This record is archived. Restore it first."
    case .notArchived: "This record is not archived."
    case .merged(let into): "This record was merged into \(into). Change that one."
    case .changed(let expected, let actual):
      "Somebody changed this record: you saw version \(expected), it now has \(actual). Read it again, then repeat your change."
    case .versionRequired: "Say which version you change: send its ETag in If-Match."
    }
  }
  public var arguments: [String] {
    switch self {
    case .notUnique(let fields): [fields.joined(separator: ", ")]
    case .changed(let expected, let actual): [String(expected), String(actual)]
    case .merged(let into): [into]
    case .archived, .notArchived, .versionRequired: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .notUnique: .invalid
    case .archived, .notArchived, .merged: .conflict
    case .changed: .stale
    case .versionRequired: .versionRequired
    }
  }
  public var fields: [FieldProblem] {
    switch self {
    case .notUnique(let fields): fields.map { FieldProblem(field: $0, message: "Another record has this value.", code: "field.not-unique") }
    default: []
    }
  }
}

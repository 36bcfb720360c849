public import Domain
import Persistence

/// One field of a register: what the API takes, where it lies, what reads show of it.
public struct RegisterField: Sendable {
  public enum Storage: Sendable, Hashable {
    case plain
    /// The id of a record of another register; anything else is refused.
    case reference(Register)
    /// A value of a person: event and row hold its salted hash, reads join table `personal`.
    case personal
  }

  public let field: Field
  public let column: String
  public let storage: Storage
  /// May stand in a list's query.
  public let isFilter: Bool
  /// A reference shown as `{id, name}`; others are shown as the id, with the name in `…Name` beside it.
  public let isNested: Bool
  /// What a new record gets where the input says nothing.
  public let fallback: FieldValue?

  public var name: String { field.name }

  public init(
    _ name: String, _ type: FieldType, required: Bool = false, storage: Storage = .plain, filter: Bool = false, nested: Bool = false,
    fallback: FieldValue? = nil, note: String = ""
  ) {
    field = Field(name, type, required: required, note: note)
    column = RegisterField.snake(name)
    (self.storage, isFilter, isNested, self.fallback) = (storage, filter, nested, fallback)
  }

  static func reference(
    _ name: String, _ register: Register, required: Bool = false, filter: Bool = true, nested: Bool = false, note: String = ""
  ) -> RegisterField {
    RegisterField(name, .reference, required: required, storage: .reference(register), filter: filter, nested: nested, note: note)
  }

  static func personal(_ name: String, max: Int, required: Bool = false, filter: Bool = false) -> RegisterField {
    RegisterField(name, .text(max: max), required: required, storage: .personal, filter: filter)
  }

  /// How the name is read, where the usual readings are wrong; search finds it by both.
  static let pinyin = RegisterField(
    "pinyin", .text(max: 200), note: "How the name is read, syllable by syllable, where search reads it otherwise: yan shan xian")

  /// Where it is; the district is filled in from it where it is empty (ORG-5).
  static let divisionCode = RegisterField(
    "divisionCode", .divisionCode, filter: true, note: "行政区划代码, GB/T 2260; fills `district` where it is empty")

  /// Where it is, for distances and routes (INT-6): a place of which one half is known is unknown.
  static let place = [
    RegisterField("latitude", .degrees(max: 90), note: "WGS-84, decimal degrees: 28.6956"),
    RegisterField("longitude", .degrees(max: 180), note: "WGS-84, decimal degrees: 116.6844"),
  ]

  /// `serialNumber` as `serial_number`.
  static func snake(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }

  /// The value as its column holds it.
  func column(_ value: JSONValue?) -> SQLValue {
    switch value {
    case nil, .null: .null
    case .text(let text): .text(text)
    case .integer(let integer): .integer(integer)
    case .bool(let bool): .bool(bool)
    case .real(let real): .real(real)
    case .some(let whole): .text(JSONWriter.text(whole))
    }
  }

  /// Lists and objects lie in their column as JSON text.
  var isJSON: Bool {
    switch field.type {
    case .list, .object: true
    default: false
    }
  }

  var isInteger: Bool { if case .integer = field.type { true } else { false } }
}

extension FieldValue {
  /// As an event's body holds it.
  public var json: JSONValue {
    switch self {
    case .null: .null
    case .text(let text): .text(text)
    case .instant(let instant): .text(instant.description)
    case .date(let date): .text(date.description)
    case .integer(let integer): .integer(Int64(integer))
    case .bool(let bool): .bool(bool)
    // Sorted, so that the same fields are always the same bytes.
    case .object(let fields):
      .object(fields.values.sorted { $0.key < $1.key }.map { JSONValue.Member(name: $0.key, value: $0.value.json) })
    case .list(let items): .array(items.map(\.json))
    }
  }
}

public import Domain

/// What an input must look like, said once: the API decodes by it, OpenAPI prints it, imports check by it.
public struct Shape: Sendable {
  /// The schema's name in OpenAPI, such as `ReportRequest`.
  public let name: String
  public let fields: [Field]

  public init(_ name: String, _ fields: [Field]) {
    self.name = name
    self.fields = fields
  }
}

public struct Field: Sendable {
  public let name: String
  public let type: FieldType
  public let required: Bool
  /// One sentence for OpenAPI and the import template; may cite a clause.
  public let note: String

  public init(_ name: String, _ type: FieldType, required: Bool = false, note: String = "") {
    (self.name, self.type, self.required, self.note) = (name, type, required, note)
  }
}

public indirect enum FieldType: Sendable {
  /// Text of 1 to `max` characters; control characters are refused (line breaks and tabs allowed where `lines`).
  case text(max: Int, lines: Bool = false)
  /// One of these words.
  case word([String])
  /// RFC 3339.
  case instant
  /// `2026-11-23`.
  case date
  case integer(ClosedRange<Int>)
  case bool
  /// An id, or what stands for one (a number, a name); up to 64 characters.
  case reference
  /// 统一社会信用代码 with its check character (ORG-5).
  case creditCode
  /// 行政区划代码 that the shipped table knows (ORG-5).
  case divisionCode
  /// Decimal degrees as text, `28.695630`, at most so many either way: a number would be rounded on the way.
  case degrees(max: Int)
  /// A `data:image/png;base64,` URL of at most so many bytes.
  case picture(max: Int)
  case object(Shape)
  case list(of: FieldType, max: Int)
}

/// A checked input: only declared fields, each of its type. A field given as JSON null is present as `.null`.
public struct Fields: Sendable, Hashable {
  public var values: [String: FieldValue]

  public init(_ values: [String: FieldValue] = [:]) { self.values = values }

  public func text(_ name: String) -> String? {
    if case .text(let text) = values[name] { text } else { nil }
  }
  public func instant(_ name: String) -> Instant? {
    if case .instant(let instant) = values[name] { instant } else { nil }
  }
  public func date(_ name: String) -> CivilDate? {
    if case .date(let date) = values[name] { date } else { nil }
  }
  public func integer(_ name: String) -> Int? {
    if case .integer(let integer) = values[name] { integer } else { nil }
  }
  public func bool(_ name: String) -> Bool? {
    if case .bool(let bool) = values[name] { bool } else { nil }
  }
  public func object(_ name: String) -> Fields? {
    if case .object(let fields) = values[name] { fields } else { nil }
  }
  public func list(_ name: String) -> [FieldValue]? {
    if case .list(let list) = values[name] { list } else { nil }
  }
}

public enum FieldValue: Sendable, Hashable {
  case null
  case text(String)
  case instant(Instant)
  case date(CivilDate)
  case integer(Int)
  case bool(Bool)
  case object(Fields)
  case list([FieldValue])
}

import Domain
import Operations

extension Shape {
  /// As the document writes an input: what is not named is refused.
  var schema: JSON {
    let required = fields.filter(\.required).map { JSON.text($0.name) }
    return JSON.object([
      ("type", "object"), ("additionalProperties", false),
      ("properties", .object(fields.map { ($0.name, $0.schema) })),
    ]).adding("required", required.isEmpty ? nil : .array(required))
  }
}

extension Field {
  var schema: JSON { (required ? type.schema : type.schema.orNull).adding("description", note.isEmpty ? nil : .text(note)) }
}

extension FieldType {
  /// No control characters nor what turns text around, and not blank.
  private static let line = pattern(refused: #"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"#)
  private static let lines = pattern(refused: #"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"#)

  private static func pattern(refused: String) -> String {
    #"^[^\#(refused)]*[^\s\#(refused)\u00ad\u200b-\u200f\u2060\ufeff][^\#(refused)]*$"#
  }

  var schema: JSON {
    switch self {
    case .text(let max, let lines):
      ["type": "string", "minLength": 1, "maxLength": .integer(max), "pattern": .text(lines ? Self.lines : Self.line)]
    case .word(let words): ["type": "string", "enum": .array(words.map { .text($0) })]
    case .instant: ["type": "string", "format": "date-time", "example": "2026-11-23T10:42:00.000Z"]
    case .date: ["type": "string", "format": "date", "example": "2026-11-23"]
    case .integer(let range): ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .bool: ["type": "boolean"]
    case .reference: ["type": "string", "minLength": 1, "maxLength": 64, "pattern": .text(Self.line)]
    case .creditCode:
      ["type": "string", "pattern": "^[0-9A-HJ-NP-RT-UW-Ya-hj-np-rt-uw-y]{2}[0-9]{6}[0-9A-HJ-NP-RT-UW-Ya-hj-np-rt-uw-y]{10}$"]
    case .divisionCode: ["type": "string", "pattern": "^([0-9]{6}|[0-9]{9}|[0-9]{12})$", "example": "361127"]
    case .degrees(let max):
      [
        "type": "string", "pattern": #"^-?[0-9]{1,3}(\.[0-9]{1,6})?$"#, "example": "28.6956",
        "description": .text("Decimal degrees (WGS-84), from -\(max) to \(max)"),
      ]
    case .picture(let max):
      ["type": "string", "maxLength": .integer(max), "pattern": #"^data:image/png;base64,iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$"#]
    case .object(let shape): shape.schema
    case .list(let element, let max): ["type": "array", "maxItems": .integer(max), "items": element.schema]
    }
  }
}

extension JSON {
  /// The same, or null: `type` becomes a list, and null one of the words.
  var orNull: JSON {
    guard case .object(let members) = self else { return self }
    if members.contains(where: { $0.0 == "$ref" }) { return ["anyOf": [self, ["type": "null"]]] }
    return .object(
      members.map { name, value in
        switch (name, value) {
        case ("type", .text): (name, .array([value, "null"]))
        case ("enum", .array(let words)): (name, .array(words + [.null]))
        default: (name, value)
        }
      })
  }

  static func reference(_ name: String) -> JSON { ["$ref": "#/components/schemas/\(name)"] }
}

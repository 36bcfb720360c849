public import Domain

/// What can be wrong with a field; the catalogues hold the other languages under the codes.
extension FieldProblem {
  static func unknown(_ field: String, known: [String]) -> FieldProblem {
    let names = known.joined(separator: ", ")
    return FieldProblem(
      field: field, message: known.isEmpty ? "There is no such field." : "There is no such field. There are \(names).",
      code: "field.unknown", arguments: [names])
  }
  static func missing(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is required.", code: "field.missing")
  }
  static func null(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is required and cannot be null.", code: "field.null")
  }
  static func wrongType(_ field: String, expected: FieldType) -> FieldProblem {
    FieldProblem(
      field: field, message: "Give \(expected.inWords).", code: "field.type-\(expected.typeName)", arguments: [])
  }
  static func tooLong(_ field: String, max: Int) -> FieldProblem {
    FieldProblem(field: field, message: "At most \(max) characters.", code: "field.too-long", arguments: [String(max)])
  }
  public static func empty(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is empty. Write something or leave the field out.", code: "field.empty")
  }
  static func controlCharacter(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It holds a control character. Remove it.", code: "field.control-character")
  }
  static func notAWord(_ field: String, _ words: [String]) -> FieldProblem {
    let list = words.joined(separator: ", ")
    return FieldProblem(field: field, message: "Choose one of \(list).", code: "field.word", arguments: [list])
  }
  static func notAnInstant(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is not a moment. Write it like 2026-11-23T10:42:00+08:00.", code: "field.instant")
  }
  static func notADate(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is not a date. Write it like 2026-11-23.", code: "field.date")
  }
  static func notAMailAddress(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is no mail address. Write it like li@example.com.", code: "field.mail")
  }
  static func notATime(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is no time of day. Write it like 22:30.", code: "field.time")
  }
  static func outOfRange(_ field: String, _ range: ClosedRange<Int>) -> FieldProblem {
    FieldProblem(
      field: field, message: "Between \(range.lowerBound) and \(range.upperBound).", code: "field.range",
      arguments: [String(range.lowerBound), String(range.upperBound)])
  }
  public static func repeated(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "Give it once only.", code: "field.repeated")
  }
  public static func notEncoded(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is not percent-encoded UTF-8. Encode it, such as %E4%BD%99.", code: "field.not-encoded")
  }
  /// A reference that names no record in use.
  static func noRecord(_ field: String, _ register: Register) -> FieldProblem {
    let list = "/\(register.rawValue)"
    return FieldProblem(
      field: field, message: "Nothing in use has this id. Take it from \(list).", code: "field.no-record", arguments: [list])
  }
  static let notACursor = FieldProblem(
    field: "cursor", message: "No list gave out this cursor. Take `next` of the page before, or leave it out.", code: "field.cursor")
  static func tooMany(_ field: String, max: Int) -> FieldProblem {
    FieldProblem(field: field, message: "At most \(max) of them.", code: "field.too-many", arguments: [String(max)])
  }
  static func notACreditCode(_ field: String, _ fault: SocialCreditCode.Fault) -> FieldProblem {
    switch fault {
    case .length(let count):
      FieldProblem(
        field: field, message: "A unified social credit code has 18 characters; these are \(min(count, 999)).",
        code: "field.credit-code-length",
        arguments: [String(min(count, 999))])
    case .place(let place, _):
      FieldProblem(
        field: field, message: "Character \(place) cannot stand there. Look for O instead of 0, I instead of 1, S instead of 5.",
        code: "field.credit-code-place", arguments: [String(place)])
    case .check:
      FieldProblem(
        field: field, message: "The check character does not fit: one character is wrong or two are swapped. Copy it again.",
        code: "field.credit-code-check")
    }
  }
  static func notADivision(_ field: String, _ fault: DivisionCode.Fault) -> FieldProblem {
    switch fault {
    case .form:
      FieldProblem(
        field: field, message: "A division code has 6 digits, or 9 or 12 with township and village.", code: "field.division-form")
    case .province(let digits):
      FieldProblem(
        field: field, message: "No province begins with \(digits). Look at the first two digits.", code: "field.division-province",
        arguments: [digits])
    case .unknown(let code, let edition):
      FieldProblem(
        field: field, message: "The table of \(edition) has no division \(code). Take the county's code.", code: "field.division-unknown",
        arguments: [code, edition])
    case .otherDistrict(let name):
      FieldProblem(
        field: field, message: "The division code stands for \(name). Correct one of the two.", code: "field.division-differs",
        arguments: [name])
    }
  }
  static func notDegrees(_ field: String, max: Int) -> FieldProblem {
    FieldProblem(
      field: field, message: "Write degrees like 28.6956, with at most 6 decimals, from -\(max) to \(max).", code: "field.degrees",
      arguments: [String(max)])
  }
  static func notAPicture(_ field: String) -> FieldProblem {
    FieldProblem(field: field, message: "It is not a PNG. Send data:image/png;base64, and the picture.", code: "field.picture")
  }
  static func pictureTooLarge(_ field: String, max: Int) -> FieldProblem {
    FieldProblem(field: field, message: "At most \(max) bytes.", code: "field.picture-size", arguments: [String(max)])
  }

  /// A name as a stranger sent it, fit to be shown: cut, control characters replaced.
  public static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(name.unicodeScalars.prefix(64).map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "\u{FFFD}" : $0 })
    )
  }
}

extension FieldType {
  /// The last part of the code `field.type-…`.
  var typeName: String {
    switch self {
    case .text, .word, .instant, .date, .reference, .creditCode, .divisionCode, .degrees, .picture: "text"
    case .integer: "integer"
    case .bool: "bool"
    case .object: "object"
    case .list: "list"
    }
  }
  var inWords: String {
    switch self {
    case .text, .word, .instant, .date, .reference, .creditCode, .divisionCode, .degrees, .picture: "a text"
    case .integer: "a whole number"
    case .bool: "true or false"
    case .object: "an object"
    case .list: "a list, each item of the right type"
    }
  }
}

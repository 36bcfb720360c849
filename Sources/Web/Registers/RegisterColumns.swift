import Domain
import Operations

/// One column of a register's list.
struct RegisterColumn: Sendable {
  /// The field, or what is made of several.
  let name: String
  /// How wide, and whether a narrow screen has it: a class of records.css.
  let look: String

  init(_ name: String, _ look: String) { (self.name, self.look) = (name, look) }

  /// What a person tells two records apart by, the name first.
  static func all(of register: Register) -> [RegisterColumn] {
    switch register {
    case .customers:
      [
        .init("name", "c-name"), .init("kind", "s"), .init("district", "s"), .init("branch", "m"), .init("importance", "s lo"),
        .init("address", "l lo"),
      ]
    case .sites:
      [.init("name", "c-name"), .init("customer", "l"), .init("area", "s"), .init("district", "s lo"), .init("address", "l lo")]
    case .departments: [.init("name", "c-name"), .init("customer", "l"), .init("site", "l")]
    case .contacts:
      [.init("name", "c-name"), .init("phone", "m"), .init("customer", "l"), .init("place", "l lo"), .init("function", "m lo")]
    case .models:
      [
        .init("name", "c-name"), .init("category", "m"), .init("manufacturer", "l"), .init("class", "s lo"),
        .init("warrantyMonths", "s lo"),
      ]
    case .equipment:
      [
        .init("serialNumber", "c-name"), .init("model", "m"), .init("customer", "l"), .init("place", "l lo"), .init("state", "s lo"),
        .init("warranty", "w"),
      ]
    case .staff:
      [
        .init("name", "c-name"), .init("role", "s"), .init("branch", "m"), .init("badgeNumber", "m lo"), .init("skills", "l lo"),
        .init("certificates", "w"), .init("phone", "m lo"),
      ]
    case .branches: [.init("name", "c-name"), .init("code", "s"), .init("district", "m"), .init("phone", "m"), .init("address", "l lo")]
    }
  }

  static let place = ["site", "department"]

  /// The field whose index gives this column's order.
  func sort(_ description: RegisterDescription) -> String? { description.sortable.contains(name) ? name : nil }
}

/// A cell: a word, or a tag with a tone.
struct RegisterCell: PageValue {
  let look, words: String
  /// Nil: plain words.
  var tone: String?
  var isDim = false
  var isNumber = false
  /// Where the row leads; of the first cell only.
  var href = ""
  /// Stands as a heading on a narrow screen.
  var label = ""
  /// Behind the name: it is out of use.
  var mark = ""

  static let numbers: Set = ["phone", "serialNumber", "badgeNumber", "code", "uscc", "divisionCode", "udi"]

  init(_ column: RegisterColumn, of item: RecordItem, _ words: RegisterWords) {
    look = column.look
    let wording = words.wording
    label = words.label(column.name)
    switch column.name {
    case "place":
      self.words = RegisterColumn.place.compactMap { item.reference($0)?.name }.joined(separator: " · ")
    case "warranty":
      guard let ends = item.warrantyEnds else {
        (self.words, isDim) = (wording.text("warranty.unknown"), true)
        return
      }
      let validity = Validity(ends: ends, "warranty", wording)
      (self.words, tone) = (validity.words, validity.tone)
    case "certificates":
      let validity = Validity(ofCertificates: item.certificates, wording)
      (self.words, tone) = (validity.words, validity.words.isEmpty ? nil : validity.tone)
    default:
      let field = item.register.description.field(column.name)
      let value = item.text(column.name)
      if case .reference = field?.storage {
        self.words = item.reference(column.name)?.name ?? ""
      } else if case .word = field?.field.type, let value {
        self.words = words.word(column.name, value)
        tone = RegisterWords.tone(column.name, value)
      } else if let list = item.json[column.name]?.array {
        self.words = wording.list(list.compactMap(\.text))
      } else if column.name == "warrantyMonths" {
        self.words = value.map { wording.text("months", $0) } ?? ""
      } else {
        self.words = value ?? ""
        isNumber = Self.numbers.contains(column.name)
      }
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "look": look
    case "cellWords": words
    case "tone": tone ?? ""
    case "isTag": tone != nil && !words.isEmpty
    case "isDim": isDim
    case "isNumber": isNumber
    case "cellHref": href.isEmpty ? false : href
    case "cellLabel": label
    case "mark": mark.isEmpty ? false : mark
    default: nil
    }
  }
}

import Domain
import Operations

/// A record's fields as inputs, made from the register's description.
struct RecordForm: Sendable {
  let register: Register
  /// By the names of the inputs: `customer` is what people read, `customer.id` what it stands for; `certificates.0.name`.
  var typed: [String: String] = [:]
  /// By the names of the inputs, in the reader's language.
  var problems: [String: String] = [:]
  /// Where a name that was typed could mean several.
  var meant: [String: [Choice]] = [:]
  var branches: [NamedThing] = []

  /// Rows for a list of objects beyond those that are filled.
  static let emptyRows = 2
  static let rowsMost = 50

  init(_ register: Register, typed: [String: String] = [:]) { (self.register, self.typed) = (register, typed) }

  init(_ item: RecordItem) {
    register = item.register
    for field in register.description.fields {
      if case .reference = field.storage {
        guard let found = item.reference(field.name) else { continue }
        refer(field.name, found.id, found.name)
      } else if field.name == "certificates" {
        for (row, certificate) in item.certificates.enumerated() {
          typed["certificates.\(row).name"] = certificate.name
          typed["certificates.\(row).expires"] = certificate.expires.description
        }
      } else if let list = item.json[field.name]?.array {
        typed[field.name] = list.compactMap(\.text).joined(separator: "\n")
      } else {
        typed[field.name] = item.text(field.name)
      }
    }
  }

  mutating func refer(_ name: String, _ id: String, _ title: String) {
    (typed[name], typed["\(name).id"], typed["\(name).was"]) = (title, id, title)
  }

  func inputs(_ words: RegisterWords) -> [RecordInput] {
    var focused = false
    return register.description.fields.map { field in
      var input = RecordInput(field, self, words)
      if !focused, input.hasProblem { (input.isFocused, focused) = (true, true) }
      return input
    }
  }
}

/// One labelled input.
struct RecordInput: PageValue {
  enum Look { case line, area, choice, date, number, reference, rows }

  let name, label, hint, value, problem: String
  let look: Look
  let required: Bool
  var isFocused = false
  var max = 200
  var low = "", high = ""
  var choices: [Choice] = []
  /// Of a reference.
  var id = "", register = "", within = "", meant: [Choice] = []
  var rows: [RecordRowInput] = []

  var hasProblem: Bool { !problem.isEmpty || rows.contains { !$0.nameProblem.isEmpty || !$0.dayProblem.isEmpty } }

  init(_ field: RegisterField, _ form: RecordForm, _ words: RegisterWords) {
    name = field.name
    (label, hint, required) = (words.label(field.name), words.hint(field.name), field.field.required)
    value = form.typed[field.name] ?? ""
    problem = form.problems[field.name] ?? ""
    if case .reference(let other) = field.storage {
      if other == .branches, !form.branches.isEmpty {
        look = .choice
        let chosen = form.typed["\(field.name).id"] ?? form.typed[field.name] ?? ""
        choices = form.branches.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == chosen) }
        return
      }
      look = .reference
      (id, register) = (form.typed["\(field.name).id"] ?? "", other.rawValue)
      meant = form.meant[field.name] ?? []
      // A site is one of the customer beside it.
      within = other == .sites || other == .departments ? "customer" : ""
      max = 200
      return
    }
    switch field.field.type {
    case .word(let list):
      look = .choice
      let chosen = form.typed[field.name] ?? ""
      choices = list.map { Choice(value: $0, words: words.word(field.name, $0), isChosen: $0 == chosen) }
    case .date: look = .date
    case .integer(let range):
      look = .number
      (low, high) = (String(range.lowerBound), String(range.upperBound))
    case .list(of: .object, _):
      look = .rows
      let filled =
        form.typed.compactMap { key, value in
          value.isEmpty || !key.hasPrefix("\(field.name).") ? nil : key.split(separator: ".").dropFirst().first.flatMap { Int($0) }
        }.max().map { $0 + 1 } ?? 0
      rows = (0..<Swift.min(filled + RecordForm.emptyRows, RecordForm.rowsMost)).map { row in
        let path = "\(field.name).\(row)"
        return RecordRowInput(
          name: "\(path).name", day: "\(path).expires", number: row + 1, nameValue: form.typed["\(path).name"] ?? "",
          dayValue: form.typed["\(path).expires"] ?? "", nameProblem: form.problems["\(path).name"] ?? "",
          dayProblem: form.problems["\(path).expires"] ?? "")
      }
    case .list: (look, max) = (.area, 4_000)
    case .text(let limit, let lines): (look, max) = (lines ? .area : .line, limit)
    default: (look, max) = (.line, 40)
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "inputName": name
    case "inputID": "f-\(name)"
    case "label": label
    case "hint": hint.isEmpty ? false : hint
    case "inputValue": value
    case "inputProblem": problem.isEmpty ? false : problem
    case "required": required
    case "isFocused": isFocused
    case "max": max
    case "low": low
    case "high": high
    case "isLine": look == .line
    case "isArea": look == .area
    case "isChoice": look == .choice
    case "isDate": look == .date
    case "isNumber": look == .number
    case "isReference": look == .reference
    case "isRows": look == .rows
    case "choices": choices
    case "referenceID": id
    case "referenceRegister": register
    case "referenceWithin": within.isEmpty ? false : within
    case "meant": meant
    case "hasMeant": !meant.isEmpty
    case "certificateRows": rows
    default: nil
    }
  }
}

/// A certificate: its name, and the day it ends.
struct RecordRowInput: PageValue {
  let name, day: String
  let number: Int
  let nameValue, dayValue, nameProblem, dayProblem: String

  func child(named: String) -> Any? {
    switch named {
    case "rowName": name
    case "rowDay": day
    case "rowNumber": number
    case "rowNameValue": nameValue
    case "rowDayValue": dayValue
    case "rowNameProblem": nameProblem.isEmpty ? false : nameProblem
    case "rowDayProblem": dayProblem.isEmpty ? false : dayProblem
    default: nil
    }
  }
}

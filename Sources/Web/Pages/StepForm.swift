import Domain
import Operations

/// A step that was refused: what was typed, and why it was not taken.
struct RefusedStep: Sendable {
  /// `accept`, or the step of a work order.
  var step: String
  /// The work order it was for; nil for the case itself.
  var workOrder: String?
  /// By the names of the inputs.
  var values: [String: String]
  /// What is so, then what to do, in the reader's language.
  var message: String
  /// By the names of the fields.
  var fields: [String: String] = [:]
  /// The version of the case that the person saw when the step was typed.
  var seen: Int?
  /// Whether anything would be lost.
  var isTyped: Bool { values.values.contains { !$0.isEmpty } }
}

/// One step as a form, made from its shape: labels always visible, words as a list to choose from.
struct StepForm: PageValue {
  let step, action: String
  private(set) var inputs: [StepInput]
  let late: [StepInput]
  let wording: Wording
  /// The next step: shown in ink, its form ready.
  var isFirst = false
  let isOpen: Bool
  let problem: String
  /// Nothing to fill in: the button alone does it.
  var isOnePress: Bool { inputs.isEmpty && !isOpen }
  /// Told apart so that a second press of the button is not a second step.
  let key: String
  /// Seldom wanted: stands behind one more press.
  var isRare: Bool { ["raise", "remote-start", "standby", "change", "merge", "cancel"].contains(step) }
  /// The version seen, where a change of several fields could undo another's.
  let version: Int?
  /// The version that stood on the page: after a refusal the page tells what happened since.
  var seen = 0
  /// What taking it brings about, on the button: `出发去余干县人民医院`.
  var effect = ""

  init(
    _ step: String, shape: Shape, action: String, prefilled: [String: String] = [:], choices: [String: [NamedThing]] = [:],
    refused: RefusedStep? = nil, key: String, version: Int? = nil, _ wording: Wording
  ) {
    (self.step, self.action, self.wording, self.key, self.version) = (step, action, wording, key, version)
    let values = refused?.values ?? prefilled
    var inputs: [StepInput] = [], late: [StepInput] = []
    func add(_ field: Field, _ path: String) {
      if case .object(let shape) = field.type {
        for inner in shape.fields {
          add(Field(inner.name, inner.type, required: field.required && inner.required), path + field.name + ".")
        }
        return
      }
      guard let input = StepInput(field, path: path, step: step, values: values, choices: choices, refused: refused, wording) else {
        return
      }
      if field.name == "occurredAt" || field.name == "lateReason" { late.append(input) } else { inputs.append(input) }
    }
    for field in shape.fields { add(field, "") }
    (self.inputs, self.late) = (inputs, late)
    isOpen = refused != nil
    // A field's own problem stands beside it; the page says the rest above.
    problem = refused.map { $0.fields.isEmpty ? $0.message : "" } ?? ""
    if let first = self.inputs.firstIndex(where: { !$0.problem.isEmpty }) { self.inputs[first].isFocused = true }
  }

  func child(named: String) -> Any? {
    switch named {
    case "stepWords": effect.isEmpty ? wording.word("step", step) : effect
    case "stepIcon": Self.icon(step)
    case "isOnePress": isOnePress
    case "step": step
    case "action": action
    case "inputs": inputs
    case "hasInputs": !inputs.isEmpty
    case "late": late
    case "hasLate": !late.isEmpty
    case "lateOpen": late.contains { !$0.value.isEmpty || !$0.problem.isEmpty }
    case "isFirst": isFirst
    case "isOpen": isOpen
    case "problem": problem.isEmpty ? false : problem
    case "key": key
    case "version": version ?? false
    case "seen": seen > 0 ? seen : false
    default: nil
    }
  }
}

extension RequestStep {
  /// What a field of the step is chosen from, where the case says it: the reasons of its policy for a wait (SLA-8).
  func choices(of view: RequestView, _ wording: Wording) -> [String: [NamedThing]] {
    self == .pause ? ["reason": view.pauseReasons.map { NamedThing(id: $0, name: wording.word("wait", $0)) }] : [:]
  }
}

extension StepForm {
  /// As the story shows what the step leads to.
  static func icon(_ step: String) -> String {
    switch step {
    case "accept": "case"
    case "acknowledge", "agree", "confirm", "sign-off", "close": "check"
    case "respond", "attempt": "phone"
    case "resume": "play"
    case "locate": "search"
    case "propose": "edit"
    case "dispatch": "people"
    case "depart", "leave": "go"
    case "arrive": "pin"
    case "clear", "record": "tool"
    default: "go"
    }
  }
}

/// One labelled input.
struct StepInput: PageValue {
  enum Look { case line, area, choice, moment }

  let name, id, label, hint, value, problem: String
  let look: Look
  let required: Bool
  /// Where a person goes on after a refusal, without searching the page.
  var isFocused = false
  let max: Int
  let choices: [Choice]

  /// Nil for what a form without script cannot take: a drawn signature, a table of readings; and for what nobody knows by heart,
  /// the ids of a customer and a site, which come with the machine.
  init?(
    _ field: Field, path: String, step: String, values: [String: String], choices: [String: [NamedThing]], refused: RefusedStep?,
    _ wording: Wording
  ) {
    if step == "change", field.name == "customer" || field.name == "site" { return nil }
    name = path + field.name
    id = "\(step)-\(name.replacing(".", with: "-"))"
    label = wording.text("label.\(name)")
    let value = values[name] ?? ""
    self.value = value
    problem = refused?.fields[name] ?? ""
    required = field.required
    let hints = ["hint.\(step).\(name)", "hint.\(name)"]
    hint = hints.first(where: wording.has).map { wording.text($0) } ?? ""
    func words(_ group: String, _ values: [String]) -> [Choice] {
      values.map { Choice(value: $0, words: wording.word(group, $0), isChosen: $0 == value) }
    }
    if field.name == "cause" {
      (look, max, self.choices) = (.choice, 40, words("cause", CauseCode.allCases.map(\.rawValue)))
      return
    }
    if let things = choices[name], !things.isEmpty {
      (look, max) = (.choice, 64)
      self.choices = things.map {
        Choice(value: $0.id, words: $0.note.isEmpty ? $0.name : "\($0.name) · \($0.note)", isChosen: $0.id == value)
      }
      return
    }
    switch field.type {
    case .word(let list): (look, max, self.choices) = (.choice, 40, words(Self.group(of: field.name), list))
    case .text(let limit, let lines): (look, max, self.choices) = (lines ? .area : .line, limit, [])
    case .instant: (look, max, self.choices) = (.moment, 40, [])
    case .reference: (look, max, self.choices) = (.line, 64, [])
    case .date, .integer, .bool, .creditCode, .divisionCode, .degrees: (look, max, self.choices) = (.line, 20, [])
    case .list(of: .text(_, _), _): (look, max, self.choices) = (.line, 4_000, [])
    case .picture, .object, .list: return nil
    }
  }

  /// Which words a field's values are; see the catalogues.
  private static func group(of field: String) -> String { field == "how" ? "means" : field }

  func child(named: String) -> Any? {
    switch named {
    case "inputName": name
    case "inputID": id
    case "label": label
    case "hint": hint.isEmpty ? false : hint
    case "inputValue": value
    case "inputProblem": problem.isEmpty ? false : problem
    case "required": required
    case "isFocused": isFocused
    case "max": max
    case "isLine": look == .line
    case "isArea": look == .area
    case "isChoice": look == .choice
    case "isMoment": look == .moment
    case "choices": choices
    default: nil
    }
  }
}

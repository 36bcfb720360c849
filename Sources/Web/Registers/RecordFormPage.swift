import Domain
import Operations

/// A record being made or changed.
struct RecordFormPage: Sendable {
  var frame: Frame
  var form: RecordForm
  /// Nil for a new one.
  var item: RecordItem?
  var key = ""
  /// The version that the form was filled from.
  var version = 0
  /// What may be the same, shown before another is made.
  var alike: [RecordItem] = []
  /// One of ``alike`` has what must be there once only.
  var isTaken = false
  /// Fields that somebody else changed meanwhile.
  var conflict: [Conflict] = []
  var conflictBy = ""
  /// What concerns the whole.
  var problem: String?

  struct Conflict: PageValue {
    let label, was, theirs, mine: String
    /// Both changed it: what was typed stands in the form, and theirs is in the record.
    let isBoth: Bool

    func child(named: String) -> Any? {
      switch named {
      case "conflictLabel": label
      case "conflictWas": was
      case "conflictTheirs": theirs
      case "conflictMine": mine
      case "isBoth": isBoth
      default: nil
      }
    }
  }

  func values() -> RecordFormValues { RecordFormValues(self) }
}

struct RecordFormValues: PageValue {
  let page: RecordFormPage
  let words: RegisterWords
  let inputs: [RecordInput]

  init(_ page: RecordFormPage) {
    self.page = page
    words = RegisterWords(page.form.register, page.frame.wording)
    inputs = page.form.inputs(words)
  }

  private var wording: Wording { words.wording }

  func child(named: String) -> Any? {
    let register = page.form.register
    switch named {
    case "registerTabs": return RegisterTab.all(here: register.rawValue, page.frame)
    case "registerName": return words.name
    case "listAddress": return RegisterWords.address(register)
    case "formTitle": return title
    case "formAction": return page.item.map { RegisterWords.address(register, $0.id, "/edit") } ?? RegisterWords.address(register)
    case "backAddress": return page.item.map { RegisterWords.address(register, $0.id) } ?? RegisterWords.address(register)
    case "recordAddress": return page.item.map { RegisterWords.address(register, $0.id) } ?? false
    case "submitWords": return wording.text(page.item == nil ? (isSure ? "form.create-anyway" : "form.create") : "form.save", words.one)
    case "isSure": return isSure
    case "alikeWords": return wording.text(page.isTaken ? "form.taken" : "form.alike")
    case "formKey": return page.key
    case "version": return page.item == nil ? false : page.version
    case "inputs": return inputs
    case "wrong": return wrong
    case "hasWrong": return !wrong.isEmpty
    case "wrongWords": return wording.text("form.wrong", String(wrong.count))
    case "problem": return page.problem ?? false
    case "alike": return page.alike.map(alike)
    case "hasAlike": return !page.alike.isEmpty
    case "conflict": return page.conflict
    case "hasConflict": return !page.conflict.isEmpty
    case "conflictWords":
      return wording.text(page.conflict.contains(where: \.isBoth) ? "form.conflict-both" : "form.conflict-other", page.conflictBy)
    default: return nil
    }
  }

  var title: String {
    page.item.map { wording.text("form.change", $0.title.isEmpty ? words.one : $0.title) }
      ?? wording.text("register.\(page.form.register.rawValue).new")
  }

  private var isSure: Bool { !page.alike.isEmpty && !page.isTaken && page.item == nil }

  /// Fields to correct, as links to them.
  private var wrong: [Choice] {
    inputs.filter(\.hasProblem).map { Choice(value: "f-\($0.name)\($0.look == .rows ? ".0.name" : "")", words: $0.label) }
  }

  private func alike(_ item: RecordItem) -> RecordLine {
    let places = ["customer", "model", "branch"].compactMap { item.reference($0)?.name }
    let facts = ["district", "phone", "badgeNumber", "manufacturer"].compactMap { item.text($0) }
    return RecordLine(
      href: RegisterWords.address(item.register, item.id), title: item.title.isEmpty ? wording.text("records.forgotten") : item.title,
      note: (places + facts).joined(separator: " · "))
  }
}

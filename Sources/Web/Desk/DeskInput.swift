import Domain
import Operations

/// The form of the desk as the inputs of a case. Names of fields come back as the form's own, so that a refusal stands beside what it is about.
struct DeskInput {
  let values: [String: String]
  let wording: Wording

  /// Input of the form by the field of the case.
  private static let names = [
    "contact.name": "name", "contact.phone": "phone", "contact": "phone", "summary": "said", "description": "said",
    "equipment": "equipment", "text": "said",
    "customer": "equipment", "kind": "kind", "urgency": "urgency", "harm": "harm", "channel": "channel",
  ]

  static func problems(of refusal: any Refusal, in language: Language) -> [String: String] {
    Dictionary(refusal.fields.map { (names[$0.field] ?? $0.field, $0.message(in: language)) }) { first, _ in first }
  }

  var note: DeskNote {
    var note = DeskNote()
    note.scope = values["scope"] ?? ""
    note.tries = DeskForm.tries.filter { values[DeskForm.input(of: $0)] == "1" }
    note.place = trimmed("place")
    note.said = trimmed("said").replacing("\r\n", with: "\n")
    return note
  }

  /// - Parameter isNew: a new fault says what it is about; a second call about one need not say it again.
  /// - Throws: ``InputRefusal`` with all that is wrong at once.
  func report(isNew: Bool = true) throws(InputRefusal) -> Fields {
    let scopeProblem = isNew ? self.scopeProblem : []
    var text = ["kind": values["kind"] ?? "support", "contact.name": trimmed("name"), "contact.phone": trimmed("phone")]
    text["summary"] = note.summary
    text["description"] = note.description(wording)
    text["urgency"] = values["urgency"]
    text["channel"] = values["channel"] ?? "hotline"
    text["harm"] = values["harm"]
    text["equipment"] = values["equipment"]
    if (values["equipment"] ?? "").isEmpty { text["customer"] = values["customer"] }
    let fields: Fields
    do throws(InputRefusal) { fields = try Shapes.report.decode(text: text.filter { !$0.value.isEmpty }) } catch {
      throw .invalid(error.fields + scopeProblem)
    }
    guard scopeProblem.isEmpty else { throw .invalid(scopeProblem) }
    return fields
  }

  /// What differs from the case as it is (`change`); empty where nothing does.
  func change(of view: RequestView) throws(InputRefusal) -> Fields {
    var all = try report()
    all.values["channel"] = nil
    func drop(_ name: String, _ now: String?) { if all.text(name) == now { all.values[name] = nil } }
    drop("kind", view.kind.rawValue)
    drop("urgency", view.urgency.rawValue)
    drop("harm", view.harm.rawValue)
    drop("summary", view.summary)
    drop("description", view.description)
    drop("equipment", view.equipment?.id)
    drop("customer", view.customer?.id)
    if let contact = all.object("contact"), contact.text("name") == view.contact.name, contact.text("phone") == view.contact.phone {
      all.values["contact"] = nil
    }
    return all
  }

  /// What a second call says about a case that is open already: a remark, and what makes it worse.
  func again(on view: RequestView) throws(InputRefusal) -> (comment: Fields, change: Fields) {
    let input = try report(isNew: false)
    let who = input.object("contact"), name = who?.text("name") ?? "", phone = who?.text("phone") ?? ""
    // The caller of the case stands in it; only somebody else has to be named.
    let isSame = phone == view.contact.phone
    let head = isSame ? wording.text("desk.again.same") : wording.text("desk.again.other", name, phone)
    var change = Fields()
    if let harm = input.text("harm"), harm != Harm.none.rawValue, harm != view.harm.rawValue { change.values["harm"] = .text(harm) }
    if input.text("urgency") == Urgency.emergency.rawValue, view.urgency != .emergency {
      change.values["urgency"] = .text(Urgency.emergency.rawValue)
    }
    let text = "\(head)\n\(note.description(wording) ?? note.said)"
    // Longer than a remark may be: it is refused beside the field, not cut.
    return (try RequestStep.comment.shape.decode(text: ["text": text]), change)
  }

  private var scopeProblem: [FieldProblem] {
    guard (values["kind"] ?? "support") == RequestKind.support.rawValue, !DeskForm.scopes.contains(values["scope"] ?? "") else { return [] }
    return [FieldProblem(field: "scope", message: "It is required.", code: "field.missing")]
  }

  private func trimmed(_ name: String) -> String {
    let text = (values[name] ?? "").drop { $0.isWhitespace }
    return String(text.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension DeskForm {
  /// A case as it stands, for correcting it.
  init(correcting view: RequestView, key: String) {
    let note = DeskNote(description: view.description, summary: view.summary)
    values = [
      "name": view.contact.name ?? "", "phone": view.contact.phone ?? "", "equipment": view.equipment?.id ?? "",
      "customer": view.customer?.id ?? "", "kind": view.kind.rawValue, "scope": note.scope, "said": note.said, "place": note.place,
      "urgency": view.urgency.rawValue, "harm": view.harm.rawValue, "channel": view.channel.rawValue,
    ]
    for tried in note.tries { values[DeskForm.input(of: tried)] = "1" }
    for (name, value) in values { values[DeskForm.was + name] = value }
    machineLabel = [view.equipment?.model, view.equipment?.serialNumber, view.customer?.name].compactMap { $0 }.joined(separator: " · ")
    correcting = (view.number, view.version)
    self.key = key
  }
}

import Domain
import Operations

/// The case as it is typed, by the names of its inputs.
struct DeskForm: Sendable {
  /// INT-7: what a fault is about, in the order of the digit keys.
  static let scopes = ["down", "slow", "operation", "environment", "software", "other"]
  /// First-line handling by the hospital's own people.
  static let tries = ["restart", "power", "cable"]

  var values: [String: String] = [:]
  var problems: [String: String] = [:]
  var message = ""
  /// The same for one form however often it is sent.
  var key = ""
  /// What is known of the machine in `equipment`, to show it by.
  var machineLabel = ""
  /// Open cases of the machine: a second call may belong to one of them.
  var offered: [DeskFound.Case] = []
  /// All there are; of them the newest are offered.
  var openCount = 0
  /// The case that is being corrected, with the version seen; nil for a new one.
  var correcting: (number: String, version: Int)?
  /// Since when it waits to be sent, where it is a draft.
  var draftOf: Instant?
  /// Another that waits.
  var otherDraft: String?

  /// `triedRestart`.
  static func input(of tried: String) -> String { "tried\(tried.prefix(1).uppercased())\(tried.dropFirst())" }

  subscript(name: String) -> String { values[name] ?? "" }
}

struct DeskFormPart: PageValue {
  let form: DeskForm
  let page: DeskPage
  let wording: Wording

  init(_ form: DeskForm, _ page: DeskPage, _ wording: Wording) { (self.form, self.page, self.wording) = (form, page, wording) }

  func child(named: String) -> Any? {
    switch named {
    case "formAction": return form.correcting.map { "/desk/correct/\(Address.escaped($0.number))" } ?? "/desk"
    case "formKey": return form.key
    case "formVersion": return form.correcting?.version ?? false
    case "formWas":
      return form.values.keys.filter { form.correcting != nil && $0.hasPrefix(DeskForm.was) }.sorted().map {
        KeyChoice(name: $0, value: form[$0], words: "", isChosen: false, press: "")
      }
    case "isCorrecting": return form.correcting.map { DeskWords.short($0.number) } ?? false
    case "formProblem": return form.message.isEmpty ? false : form.message
    case "callerName": return form["name"]
    case "callerPhone": return form["phone"]
    case "formEquipment": return form["equipment"]
    case "formCustomer": return form["customer"]
    case "formMachine": return form.machineLabel.isEmpty ? false : form.machineLabel
    case "formPlace": return form["place"]
    case "clearAddress": return page.address.with("clear", "1").text
    case "formSaid": return form["said"]
    case "nameProblem", "phoneProblem", "saidProblem", "scopeProblem", "joinProblem", "equipmentProblem":
      return form.problems[String(named.dropLast("Problem".count))] ?? false
    case "kinds": return RequestKind.allCases.map { choice("kind", $0.rawValue, wording.word("kind", $0.rawValue), or: "support") }
    case "channels": return Channel.allCases.map { choice("channel", $0.rawValue, wording.word("channel", $0.rawValue), or: "hotline") }
    case "scopes":
      return zip(DeskForm.scopes, 1...).map { choice("scope", $0, wording.text("desk.scope.\($0)"), press: String($1)) }
    case "urgencies":
      return [("normal", "P"), ("emergency", "J")].map {
        choice("urgency", $0.0, wording.word("urgency", $0.0), or: "normal", press: $0.1)
      }
    case "harms": return Harm.allCases.map { choice("harm", $0.rawValue, wording.text("desk.harm.\($0.rawValue)"), or: "none") }
    case "isHarmful": return !form["harm"].isEmpty && form["harm"] != Harm.none.rawValue
    case "tries":
      return DeskForm.tries.map {
        KeyChoice(
          name: DeskForm.input(of: $0), value: "1", words: wording.text("desk.tried.\($0)"), isChosen: form[DeskForm.input(of: $0)] == "1",
          press: "")
      }
    case "draftNote": return form.draftOf.map { wording.text("desk.draft", wording.moment($0)) } ?? false
    case "draftChanged": return form.draftOf.map { String($0.milliseconds) } ?? false
    case "formNow": return String(page.frame.now.milliseconds)
    case "otherDraft": return form.otherDraft.map { "/desk?draft=\(Address.escaped($0))" } ?? false
    case "offer": return form.offered.isEmpty ? false : true
    case "offerWords": return wording.text("desk.offer", String(max(form.openCount, form.offered.count)))
    case "offered":
      return form.offered.map {
        KeyChoice(
          name: "join", value: $0.number, words: wording.text("desk.offer-join", DeskWords.short($0.number)),
          isChosen: form["join"] == $0.number,
          press: $0.number == form.offered.first?.number ? "C" : "",
          note: "\($0.summary) · \(wording.word("state", $0.state.rawValue)) · \(wording.moment($0.reportedAt))")
      }
    case "isNewChosen": return form["join"] == "new"
    default: return nil
    }
  }

  private func choice(_ name: String, _ value: String, _ words: String, or fallback: String = "", press: String = "") -> KeyChoice {
    let now = form[name].isEmpty ? fallback : form[name]
    return KeyChoice(name: name, value: value, words: words, isChosen: now == value, press: press)
  }
}

/// A choice that has a key.
struct KeyChoice: PageValue {
  let name, value, words: String
  let isChosen: Bool
  let press: String
  var note = ""

  func child(named: String) -> Any? {
    switch named {
    case "name": name
    case "value": value
    case "words": words
    case "isChosen": isChosen
    case "press": press.isEmpty ? false : press
    case "choiceNote": note.isEmpty ? false : note
    default: nil
    }
  }
}

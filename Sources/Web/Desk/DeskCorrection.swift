import Domain
import Operations

/// A case that somebody else changed while it was corrected: what only they changed is taken over, what both changed is shown from both sides.
extension DeskForm {
  /// Inputs that say what the case was when its form was made.
  static let was = "was."

  /// What is corrected, in the order of the form.
  private static let corrected =
    ["name", "phone", "equipment", "place", "scope", "said", "urgency"] + tries.map(input(of:)) + ["harm", "kind"]

  /// - Parameter view: the case as it is now.
  mutating func catchUp(with view: RequestView, _ wording: Wording) {
    let now = DeskForm(correcting: view, key: key)
    var changes: [String] = []
    for name in Self.corrected {
      let (mine, was, theirs) = (plain(name), plain(Self.was + name), now[name])
      guard theirs != was, theirs != mine else { continue }
      let (label, words) = (Self.label(name, wording), now.words(of: name, wording))
      if mine == was {
        values[name] = theirs
        changes.append(wording.text("desk.meanwhile-theirs", label, words))
      } else {
        changes.append(wording.text("desk.meanwhile-both", label, words))
        problems[name] = wording.text("desk.meanwhile-now", words)
      }
    }
    if values["equipment"] == now["equipment"] { (machineLabel, values["customer"]) = (now.machineLabel, now["customer"]) }
    for (name, value) in now.values where name.hasPrefix(Self.was) { values[name] = value }
    correcting = now.correcting
    message = wording.text(changes.isEmpty ? "desk.meanwhile-none" : "desk.meanwhile", wording.list(changes))
  }

  /// A browser sends its own ends of lines.
  private func plain(_ name: String) -> String { self[name].replacing("\r\n", with: "\n") }

  private static func label(_ name: String, _ wording: Wording) -> String {
    switch name {
    case "name": wording.text("desk.who")
    case "phone": wording.text("desk.call-back")
    case "equipment", "place": wording.text("desk.machine")
    case "said": wording.text("desk.said-short")
    case "scope", "urgency", "harm", "kind": wording.text("desk.\(name)")
    default: wording.text("desk.tried")
    }
  }

  private func words(of name: String, _ wording: Wording) -> String {
    let value = self[name]
    switch name {
    case "equipment": return machineLabel
    case "scope": return value.isEmpty ? wording.text("desk.meanwhile-empty") : wording.text("desk.scope.\(value)")
    case "harm": return wording.text("desk.harm.\(value)")
    case "urgency", "kind": return wording.word(name, value)
    case "name", "phone", "place", "said":
      guard !value.isEmpty else { return wording.text("desk.meanwhile-empty") }
      return value.count > 80 ? "\(value.prefix(80))…" : value
    default:
      guard let tried = Self.tries.first(where: { Self.input(of: $0) == name }), value == "1" else {
        return wording.text("desk.meanwhile-empty")
      }
      return wording.text("desk.tried.\(tried)")
    }
  }
}

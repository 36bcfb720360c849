import Domain
import Operations

/// One change of a record in plain words: who, when, which field from what to what.
struct ChangeTelling: PageValue {
  let change: RegisterChange
  let wording: Wording
  let fields: [FieldLine]

  struct FieldLine: PageValue {
    let label, from, to: String

    func child(named: String) -> Any? {
      switch named {
      case "changeLabel": label
      case "changeFrom": from.isEmpty ? false : from
      case "changeTo": to
      default: nil
      }
    }
  }

  init(_ change: RegisterChange, _ words: RegisterWords) {
    (self.change, wording) = (change, words.wording)
    let wording = words.wording
    fields = change.fields.map { field in
      let (from, to) = (Self.words(field.from, field.name, words), Self.words(field.to, field.name, words))
      return FieldLine(label: words.label(field.name), from: from, to: to.isEmpty ? wording.text("history.emptied") : to)
    }
  }

  private var isNew: Bool { change.event == "recorded" && change.version == 1 }

  func child(named: String) -> Any? {
    switch named {
    case "changeWhen": wording.moment(change.at)
    case "changeISO": change.at.description
    case "changeWho":
      change.actorName
        ?? wording.text(change.actor == "system" ? "story.system" : change.actor.hasPrefix("link:") ? "story.link" : "story.someone")
    case "changeWhat": what
    case "changeIcon": Self.icons[change.event] ?? "edit"
    // What a record began with stands beside it already: it folds away.
    case "isNew": isNew && !fields.isEmpty
    case "isChange": !isNew && !fields.isEmpty
    case "newFields": wording.text("history.fields", String(fields.count))
    case "changeFields": fields
    case "changeReason": change.reason.map { wording.text("story.reason", $0) } ?? false
    default: nil
    }
  }

  private var what: String {
    if isNew { return wording.text("history.new") }
    let key = "history.\(change.event)"
    if change.isAbsorbed {
      return wording.text("\(wording.has(key) ? key : "history.recorded")", change.other?.name ?? "") + wording.text("history.of-other")
    }
    return wording.has(key) ? wording.text(key, change.other?.name ?? "") : wording.text("event.unknown", change.event)
  }

  static let icons = [
    "recorded": "edit", "archived": "lock", "restored": "play", "forgotten": "no", "merged": "merge", "absorbed": "merge",
    "redirected": "merge", "unmerged": "merge", "released": "merge", "moved": "go", "returned": "go",
  ]

  /// A value as the record's page shows it; empty for none.
  static func words(_ value: RegisterChange.Value, _ name: String, _ words: RegisterWords) -> String {
    let wording = words.wording
    switch value {
    case .none: return ""
    case .erased: return wording.text("history.erased")
    case .reference(_, let name): return name
    case .text(let text):
      switch words.register.description.field(name)?.field.type {
      case .word: return words.word(name, text)
      case .integer where name == "warrantyMonths": return wording.text("months", text)
      case .date: return CivilDate(parsing: text).map { wording.date($0) } ?? text
      default: return text
      }
    case .whole(let json):
      let items = (json.array ?? []).map { item in
        item.text ?? [item["name"]?.text, item["expires"]?.text].compactMap { $0 }.joined(separator: " ")
      }
      return items.isEmpty ? "" : wording.list(items)
    }
  }
}

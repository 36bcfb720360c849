import Domain
import Operations

/// What one event says: a sentence, what goes with it, and somebody's own words. Read from the body as JSON, so that an event of a
/// later version is still told, if only by its name.
struct Telling {
  let what: String
  var more: [String] = []
  /// Somebody's own words.
  var quote = ""
  let icon: String
  var readings: [ReadingLine] = []
  /// How an attempt or a session ended, as a word with its state.
  var mark: (words: String, tone: String)?

  init(event: String, body: JSONValue, story: Story) {
    let wording = story.wording
    func text(_ name: String) -> String { body[name]?.text ?? "" }
    func word(_ group: String, _ name: String) -> String { wording.word(group, text(name)) }
    func say(_ arguments: String...) -> String {
      switch arguments.count {
      case 0: wording.text("event.\(event)")
      case 1: wording.text("event.\(event)", arguments[0])
      default: wording.text("event.\(event)", arguments[0], arguments[1])
      }
    }
    icon = event == "commented" && text("audience") != Audience.customer.rawValue ? "lock" : Self.icons[event] ?? "case"
    switch event {
    case "reported":
      what = say(word("channel", "channel"))
      quote = text("summary")
    case "accepted":
      let owner = story.names[text("owner")]
      what = owner.map { wording.text("event.accepted.for", $0) } ?? say()
    case "acknowledged", "agreed", "confirmed":
      what = say(word("means", "how"))
      if let rating = body["rating"]?.integer { more.append(wording.text("story.rating", String(rating))) }
    case "attempted":
      what = word("level", "level")
      mark = (word("result", "result"), text("result") == AttemptResult.solved.rawValue ? "met" : "")
      quote = text("note")
    case "located":
      what = say(word("cause", "cause"))
      if !text("part").isEmpty { more.append(wording.text("story.part", text("part"))) }
    case "level-raised":
      what = say(word("level", "from"), word("level", "to"))
      quote = text("reason")
    case "dispatched":
      what = story.names[text("engineer")].map { wording.text("event.dispatched.to", $0) } ?? say()
      more.append(wording.text("story.order", text("number")))
      if let partner = body["partner"]?.text { more.append(wording.text("case.partner", partner)) }
    case "departed", "arrived", "left", "handed-back", "work-recorded":
      what = say()
      if story.orders.count > 1, let order = story.orders[text("workOrder")] { more.append(wording.text("story.order", order.number)) }
      quote = event == "work-recorded" ? text("work") : text("reason")
      let parts = (body["parts"]?.array ?? []).compactMap(\.text)
      if !parts.isEmpty { more.append(wording.text("story.parts", wording.list(parts))) }
      readings = (body["readings"]?.array ?? []).map { reading in
        let value = reading["value"]?.text ?? "", unit = reading["unit"]?.text ?? ""
        var passed: Bool?
        if case .bool(let flag)? = reading["passed"] { passed = flag }
        return ReadingLine(
          name: reading["name"]?.text ?? "", value: unit.isEmpty ? value : "\(value) \(unit)", expected: reading["expected"]?.text ?? "",
          passed: passed)
      }
    case "proposed":
      what = say()
      quote = text("remedy")
    case "cleared":
      what = say()
      more.append(wording.text("story.cause", word("cause", "cause")))
      quote = text("remedy")
    case "remote-started":
      what = say()
      more.append(wording.text("story.tool", text("tool"), text("purpose")))
    case "remote-ended":
      what = say()
      mark = (word("result", "result"), text("result") == RemoteResult.solved.rawValue ? "met" : "")
    case "paused": what = say(word("wait", "reason"))
    case "changed":
      let changes = Self.changes(body, wording)
      what = say(wording.list(changes.map(\.field)))
      more = changes.filter { !$0.value.isEmpty }.map { wording.text("story.to", $0.field, $0.value) }
    case "merged", "absorbed":
      what = say(text("number"))
      quote = text("reason")
    case "commented":
      what = text("audience") == Audience.customer.rawValue ? wording.text("event.commented.customer") : say()
      quote = text("text")
    case "attached":
      what = story.files[text("attachment")].map { wording.text("event.attached.named", $0) } ?? say()
      if !text("paper").isEmpty { more.append(wording.text("files.paper", word("paper-form", "paper"))) }
      quote = text("note")
    case "policy-moved":
      what = text("to").isEmpty ? say() : wording.text("event.policy-moved.to", text("to"))
      quote = text("reason")
      more = Self.movedDue(body, story, wording)
    case "due-changed":
      let years = (body["years"]?.array ?? []).compactMap(\.integer).map { String($0) }
      what = years.isEmpty ? say() : wording.text("event.due-changed.to", wording.list(years), text("to"))
      more = Self.movedDue(body, story, wording)
      if more.isEmpty { more = [wording.text("story.none-moved")] }
    case "warned", "escalated":
      let target = text("target"), due = (try? Instant(parsing: text("due"))).map(wording.moment) ?? ""
      what = wording.text("event.\(event).of", story.targets[target] ?? target, due)
      let told = (body["told"]?.array ?? []).compactMap(\.text).map { story.names[$0] ?? wording.text("story.someone") }
      let role = text("to").isEmpty ? "" : word("role", "to")
      more.append(told.isEmpty ? wording.text("story.told-role", role) : wording.text("story.told", role, wording.list(told)))
      if body["late"] == .bool(true) { more.append(wording.text("story.said-late")) }
    case "escalation-answered":
      let to = story.names[text("to")] ?? wording.text("story.someone"), target = story.targets[text("target")] ?? text("target")
      what = wording.text("event.escalation-answered.\(text("answer").isEmpty ? "seen" : text("answer"))", target, to)
      quote = text("note")
    case "closed", "reopened", "cancelled", "rejected", "attachment-erased":
      what = say()
      quote = text("reason")
    default: what = wording.has("event.\(event)") ? say() : wording.text("event.unknown", event)
    }
  }

  /// Each target that is due at another time, with both.
  private static func movedDue(_ body: JSONValue, _ story: Story, _ wording: Wording) -> [String] {
    (body["due"]?.array ?? []).map { moved in
      let target = moved["target"]?.text ?? ""
      func moment(_ name: String) -> String {
        moved[name]?.text.flatMap { try? Instant(parsing: $0) }.map(wording.moment) ?? wording.text("story.no-due")
      }
      return wording.text("story.due-moved", story.targets[target] ?? target, moment("was"), moment("now"))
    }
  }

  /// The fields that an event changed; an id or a hash would tell nobody anything, so those are only named.
  private static func changes(_ body: JSONValue, _ wording: Wording) -> [(field: String, value: String)] {
    (body.members ?? []).compactMap { member in
      guard member.name != "attributes", member.name != "lateReason" else { return nil }
      let value = member.value.text ?? ""
      let words =
        switch member.name {
        case "urgency", "kind", "harm": wording.word(member.name, value)
        case "summary", "description": value
        default: ""
        }
      return (wording.text("label.\(member.name)"), words)
    }
  }

  static let icons = [
    "reported": "phone", "accepted": "case", "acknowledged": "talk", "responded": "phone", "attempted": "phone", "remote-failed": "alert",
    "located": "search", "level-raised": "up", "dispatched": "people", "departed": "go", "arrived": "pin", "left": "go",
    "handed-back": "merge", "work-recorded": "tool", "proposed": "edit", "agreed": "check", "remote-started": "screen",
    "remote-ended": "screen", "paused": "pause", "resumed": "play", "changed": "edit", "cleared": "tool", "standby-provided": "machine",
    "confirmed": "check", "rejected": "no", "signed-off": "check", "closed": "lock", "reopened": "play", "cancelled": "no",
    "merged": "merge", "absorbed": "merge", "attached": "case", "attachment-erased": "no", "corrected": "edit", "policy-moved": "clock",
    "due-changed": "clock",
    "warned": "clock", "escalated": "alert", "escalation-answered": "check", "commented": "talk",
  ]
}

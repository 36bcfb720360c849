import Domain
import Operations

/// A case followed like a parcel: where it is, who comes, what was promised, what is asked of the reader.
struct ParcelPage: PageValue {
  let story: PublicCase
  let wording: Wording
  let here: String
  /// What was just done, by the name of the step.
  var justDone = ""

  private func text(_ key: String, _ argument: String? = nil) -> String {
    argument.map { wording.text("hospital.\(key)", $0) } ?? wording.text("hospital.\(key)")
  }

  func child(named: String) -> Any? {
    switch named {
    case "number": story.number
    case "machineWords": Self.machine(story, wording)
    case "headline": headline
    case "eta": eta.words.isEmpty ? false : eta.words
    case "isLate": eta.isLate
    case "done": wording.has("hospital.done.\(justDone)") ? text("done.\(justDone)") : false
    case "engineer": story.engineer?.name ?? false
    case "engineerRole": text(story.engineer?.isPartner == true ? "engineer-partner" : "engineer")
    case "engineerNote": engineerNote
    case "badgePage": "\(here)/badge"
    case "remote": story.remote.map { wording.text("hospital.remote-running", $0.by ?? text("technician"), $0.tool, $0.purpose) } ?? false
    case "consent": story.allows(.consent) ? "\(here)/consent" : false
    case "endRemote": "\(here)/remote-end"
    case "stages": stages
    case "promise": promise.isEmpty ? false : promise
    case "acknowledge": asksAcceptance ? "\(here)/acknowledge" : false
    case "hasMessages": !story.messages.isEmpty
    case "messages":
      story.messages.map { message in
        let who = text(message.isOwn ? "by-you" : "by-us")
        return Choice(value: "\(who) \(wording.moment(message.at))", words: message.text, isChosen: message.isOwn)
      }
    case "next": next.map { "\(here)/\($0)" } ?? false
    case "nextWords": next.map { text("next.\($0)") } ?? ""
    case "message": story.steps.contains(.comment) ? "\(here)/message" : false
    case "asOf": wording.text("as-of", wording.clock(wording.now))
    default: nil
    }
  }

  private var engineerNote: String {
    let skills = story.engineer?.skills.prefix(2).joined(separator: " ") ?? ""
    let isComing = story.now == .dispatched || story.now == .departed || story.now == .arrived
    return [skills, isComing ? text("see-badge") : ""].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  static func machine(_ story: PublicCase, _ wording: Wording) -> String {
    guard let machine = story.machine else { return story.customer ?? "" }
    return [machine.category.isEmpty ? nil : machine.category, machine.model, machine.department ?? machine.site].compactMap { $0 }
      .joined(separator: " · ")
  }

  /// INT-5: from the acceptance until somebody is there; then other things matter.
  private var asksAcceptance: Bool {
    story.steps.contains(.acknowledge) && !story.wasAcknowledged && [.accepted, .contacted, .dispatched, .departed].contains(story.now)
  }

  /// What the case waits for the reader to do; the one ink-black button.
  private var next: String? {
    if let remedy = story.remedy, !remedy.isAgreed, story.steps.contains(.agree) { return "agree" }
    return story.steps.contains(.confirm) ? "confirm" : nil
  }

  private var headline: String {
    if next == "agree" { return text("hero.agree") }
    if let reason = story.paused, story.state.isOpen {
      // A policy's own reason is the company's word, not the hospital's.
      return text("paused.\((PauseReason.shipped.contains(reason) ? reason : .other).rawValue)")
    }
    if story.wasRejected, story.now == .contacted || story.now == .accepted { return text("hero.again") }
    return text("hero.\(story.now.rawValue)")
  }

  /// When something will happen: planned, else promised; what is late is said so.
  private var eta: (words: String, isLate: Bool) {
    guard story.state.isOpen, story.paused == nil, next == nil else { return ("", false) }
    switch story.now {
    case .dispatched, .departed:
      if let planned = story.engineer?.plannedAt, planned > wording.now {
        let left = wording.duration(milliseconds: planned.milliseconds(since: wording.now))
        return (wording.text("hospital.eta", wording.isToday(planned) ? wording.clock(planned) : wording.moment(planned), left), false)
      }
      return owed("visit", "on-site")
    case .arrived: return owed("clear")
    case .reported, .accepted, .contacted: return owed("respond", "visit", "on-site")
    default: return ("", false)
    }
  }

  private func owed(_ ids: String...) -> (String, Bool) {
    guard let promise = story.promises.first(where: { ids.contains($0.id) && !$0.isPaused }) else { return ("", false) }
    return promise.due < wording.now || promise.isMissed
      ? (wording.text("hospital.late"), true) : (text("until.\(promise.id)", wording.moment(promise.due)), false)
  }

  private var promise: String {
    let promises = story.promises.filter { !$0.isPaused && !$0.isMissed && $0.due >= wording.now }
    var said: [String] = []
    if !promises.isEmpty {
      let list = promises.map { text("by.\($0.id)", wording.moment($0.due)) }
      said.append(text("promised", wording.list(list)))
    }
    if story.isInWarranty, story.state.isOpen { said.append(text("warranty")) }
    return said.joined(separator: wording.language == .zh ? "" : " ")
  }

  private var stages: [StageLine] {
    story.stages.map { stage in
      StageLine(
        stage: stage.stage, isDone: stage.at != nil && stage.stage != story.now, isNow: isNow(stage.stage),
        name: name(of: stage),
        time: stage.at.map { wording.isToday($0) ? wording.clock($0) : wording.moment($0) } ?? "", iso: stage.at?.description ?? "",
        note: stage.stage == .contacted && stage.at != nil && story.stages.contains { $0.stage == .dispatched } ? text("needs-visit") : "")
    }
  }

  /// What is confirmed waits for nothing more of the reader.
  private func isNow(_ stage: PublicStage) -> Bool { stage == story.now && story.state.isOpen && stage != .confirmed }

  private func name(of stage: PublicCase.Stage) -> String {
    if stage.stage == .departed, stage.at != nil, !isNow(.departed) { return text("departed") }
    return text((stage.at == nil ? "todo." : "stage.") + stage.stage.rawValue)
  }

  private struct StageLine: PageValue {
    let stage: PublicStage
    let isDone, isNow: Bool
    let name, time, iso, note: String

    private static let icons: [PublicStage: String] = [
      .reported: "phone", .accepted: "case", .contacted: "talk", .dispatched: "people", .departed: "nav", .arrived: "pin", .cleared: "tool",
      .confirmed: "check",
    ]

    func child(named: String) -> Any? {
      switch named {
      case "mark": isNow ? "now" : isDone || !iso.isEmpty ? "done" : "todo"
      // The last stage of a case that has ended is done, and nothing is now.
      case "isDone": !isNow && !iso.isEmpty
      case "isNow": isNow
      case "stageIcon": Self.icons[stage] ?? "clock"
      case "stageName": name
      case "stageTime": time
      case "stageISO": iso.isEmpty ? false : iso
      case "stageNote": note.isEmpty ? false : note
      default: nil
      }
    }
  }
}

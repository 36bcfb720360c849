import Domain
import Operations

/// A page where the customer gives their word: agree to a remedy (FLT-3), confirm what was done, or say that it is not (INT-5).
struct WordPage: PageValue {
  enum Word: String, Sendable, CaseIterable { case agree, decline, consent, confirm, reject }

  let word: Word
  let story: PublicCase
  let wording: Wording
  let here: String
  var typed: [String: String] = [:]

  private func text(_ key: String) -> String { wording.text("hospital.\(word.rawValue).\(key)") }

  func child(named: String) -> Any? {
    switch named {
    case "machineWords": ParcelPage.machine(story, wording)
    case "number": story.number
    case "pageTitle": text("title")
    case "pageNote": note
    case "action": "\(here)/\(word.rawValue)"
    case "facts": facts
    case "reasonLabel": asksWhy ? text("reason") : false
    case "seen": (word == .agree || word == .decline) ? story.remedy.map { String($0.version) } ?? false : false
    case "reasonName": "reason"
    case "reason": typed["reason"] ?? ""
    case "hasName": word != .decline && word != .consent
    case "contact": typed["contact"] ?? ""
    case "hasRating": word == .confirm
    case "ratings":
      (1...5).map { Choice(value: String($0), words: wording.text("hospital.rating.\($0)"), isChosen: typed["rating"] == String($0)) }
    case "doWords": text("do")
    case "other": asksWhy || word == .consent ? false : "\(here)/\(word == .agree ? "decline" : "reject")"
    case "otherWords": asksWhy || word == .consent ? "" : text("other")
    default: nil
    }
  }

  private var asksWhy: Bool { word == .reject || word == .decline }

  private var note: String {
    switch word {
    case .agree:
      guard let remedy = story.remedy else { return "" }
      return [remedy.by, wording.moment(remedy.at)].compactMap { $0 }.joined(separator: wording.language == .zh ? "，" : ", ")
    case .confirm, .reject, .decline, .consent: return text("note")
    }
  }

  private var facts: [Choice] {
    switch word {
    case .agree:
      var facts = [Choice(value: story.remedy?.text ?? "", words: text("what"))]
      if story.isInWarranty { facts.append(Choice(value: wording.text("hospital.warranty"), words: text("cost"))) }
      return facts
    case .confirm: return story.result.map { [Choice(value: $0, words: text("what"))] } ?? []
    case .decline: return [Choice(value: story.remedy?.text ?? "", words: text("what"))]
    case .consent: return [Choice(value: text("terms"), words: text("what"))]
    case .reject: return []
    }
  }
}

/// A badge, checked: the answer first, then the name, then the number (ORG-4).
struct BadgePage: PageValue {
  let checks: [DoorCheck]
  let wording: Wording
  /// Whether it was opened from a case; a badge's own code knows of none.
  let isDoor: Bool
  let here: String

  func child(named: String) -> Any? {
    switch named {
    case "clock": wording.clock(wording.now)
    case "checks": checks.map { CheckCard(check: $0, wording: wording, isDoor: isDoor) }
    case "hasChecks": !checks.isEmpty
    case "letIn": isDoor && checks.contains { $0.badge.isValid } ? here : false
    case "here": isDoor ? here : false
    default: nil
    }
  }

  private struct CheckCard: PageValue {
    let check: DoorCheck
    let wording: Wording
    let isDoor: Bool

    func child(named: String) -> Any? {
      let badge = check.badge, number = badge.badgeNumber ?? wording.text("hospital.no-number")
      switch named {
      case "isValid": return badge.isValid
      case "tone": return badge.isValid ? "met" : "late"
      case "answer":
        guard badge.isValid else { return wording.text("hospital.invalid") }
        return wording.text(isDoor ? "hospital.valid-here" : "hospital.valid")
      case "name": return badge.name
      case "photoNumber": return number
      case "askNumber": return wording.text("hospital.ask-number", number)
      case "lines": return lines(badge)
      default: return nil
      }
    }

    private func lines(_ badge: BadgeCheck) -> [Choice] {
      var lines: [Choice] = []
      if let home = badge.home { lines.append(Choice(value: home, words: wording.text("hospital.home"))) }
      if !badge.skills.isEmpty { lines.append(Choice(value: wording.list(badge.skills), words: wording.text("hospital.skills"))) }
      for certificate in badge.certificates.prefix(6) {
        let until = wording.text(
          certificate.isValid ? "hospital.valid-until" : "hospital.expired", certificate.name, wording.date(certificate.expires))
        lines.append(Choice(value: until, words: wording.text("hospital.certificate")))
      }
      return lines
    }
  }
}

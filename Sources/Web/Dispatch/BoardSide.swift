import Domain
import Operations

/// The selected case: its clocks, what was tried, and who could go.
struct BoardSide: PageValue {
  let board: BoardCase
  let page: BoardPage
  let wording: Wording
  private let offers: [BoardOffer]
  private let others: [BoardOffer]

  /// As many as there are digits to press.
  static let most = 9
  /// So many of those who do not fit are named; nobody reads the reasons of fifty.
  static let named = 6

  init(_ board: BoardCase, _ page: BoardPage) {
    (self.board, self.page) = (board, page)
    let wording = page.frame.wording
    self.wording = wording
    let fitting = board.offers.filter(\.suggestion.fits)
    offers = fitting.prefix(Self.most).enumerated().map { BoardOffer($1, place: $0 + 1, wording) }
    let branch = board.view.branch
    let unfit = board.offers.filter { !$0.suggestion.fits }
    let near = unfit.filter { branch == nil || $0.engineer.branch == branch }
    others = near.prefix(Self.named).map { BoardOffer($0, place: 0, wording) }
  }

  private var view: RequestView { board.view }
  private var isOpen: Bool { view.steps.contains(RequestStep.dispatch.rawValue) }

  func child(named: String) -> Any? {
    switch named {
    case "caseID": return view.id
    case "caseNumber": return view.number
    case "caseVersion": return view.version
    case "caseAddress": return "/requests/\(view.number)"
    case "caseHead": return wording.text("board.reported", wording.word("urgency", view.urgency.rawValue), wording.moment(view.reportedAt))
    case "isUrgent": return view.urgency == .emergency
    case "isHarm": return view.harm != .none
    case "caseSummary": return view.summary
    case "casePlace": return place
    case "caseMachine": return machine
    case "caseClocks": return clocks
    case "attempt": return attempt ?? false
    case "attemptIcon": return attemptIcon
    case "sentTo": return board.sent.map { BoardSent($0, page, wording) }
    case "isSent": return !board.sent.isEmpty
    case "maySend": return isOpen
    case "whyNot": return whyNot ?? false
    case "offers": return Array(offers.prefix(3))
    case "moreOffers": return Array(offers.dropFirst(3))
    case "hasMore": return offers.count > 3
    case "moreCount": return offers.count - 3
    case "others": return others
    case "hasOffers": return !offers.isEmpty
    case "fitWords": return fitWords
    case "best": return offers.first ?? false
    case "hasBest": return !offers.isEmpty
    case "refusedWords": return page.refused?.message ?? false
    case "plannedAt": return page.refused?.plannedAt ?? ""
    case "timeOpen": return page.refused.map { !$0.plannedAt.isEmpty } ?? false
    default: return nil
    }
  }

  private var place: String {
    [view.customer?.name, board.site, board.department].compactMap { $0 }.joined(separator: " ")
  }

  private var machine: String {
    var parts: [String] = []
    if let machine = view.equipment {
      parts.append(machine.model)
      if let ends = machine.warrantyEnds { parts.append(wording.text(ends < wording.todayDate ? "board.warranty-over" : "board.warranty")) }
      if board.casesOfYear > 1 { parts.append(wording.text("board.cases-of-year", String(board.casesOfYear))) }
    }
    return parts.joined(separator: " · ")
  }

  /// What is owed, the nearest first and with its sum; then what was met.
  private var clocks: [BoardClock] {
    let owed = view.targets.filter(\.isOwed).sorted { $0.reading.due < $1.reading.due }
    let met = view.targets.filter { !$0.isOwed && $0.reading.state == .met }
    return (owed + met).prefix(4).enumerated().map { index, target in
      let explanation = index == 0 && target.isOwed ? board.explanations[target.reading.id] : nil
      return BoardClock(clock: ClockPart(target, wording), sum: explanation.map { ClockSum(explanation: $0, wording: wording).brief } ?? "")
    }
  }

  private var attempt: String? {
    guard let item = board.lastAttempt, let body = try? JSONValue(parsing: item.data) else { return nil }
    let what = wording.text(
      "board.attempt", wording.word("level", body["level"]?.text ?? ""), wording.word("result", body["result"]?.text ?? ""))
    return [item.actorName, wording.moment(item.occurredAt), what].compactMap { $0 }.joined(separator: " ")
      + (body["note"]?.text.map { "：\($0)" } ?? "").replacing("：", with: wording.language == .zh ? "：" : ": ")
  }

  private var attemptIcon: String {
    let level = board.lastAttempt.flatMap { try? JSONValue(parsing: $0.data) }?["level"]?.text
    return switch level {
    case "remote": "screen"
    case "on-site", "on-site-parts": "tool"
    default: "phone"
    }
  }

  private var fitWords: String {
    let fitting = board.offers.count { $0.suggestion.fits }
    return wording.text("board.fit", String(fitting), String(board.offers.count - fitting))
  }

  /// What stands in the way of sending anybody.
  private var whyNot: String? {
    if isOpen { return nil }
    return wording.text(view.state == .reported ? "board.accept-first" : "board.no-dispatch", wording.word("state", view.state.rawValue))
  }
}

/// A clock of the panel, its sum on one line.
struct BoardClock: PageValue {
  let clock: ClockPart
  let sum: String

  func child(named: String) -> Any? {
    switch named {
    case "clock": clock
    case "hasSum": !sum.isEmpty
    case "sumLine": sum
    default: nil
    }
  }
}

/// Somebody is on the way already: who, when, and by whom sent.
struct BoardSent: PageValue {
  let sent: BoardCase.Sent
  let wording: Wording
  let mayUndo: Bool

  init(_ sent: BoardCase.Sent, _ page: BoardPage, _ wording: Wording) {
    (self.sent, self.wording) = (sent, wording)
    mayUndo =
      sent.workOrder.state == .dispatched
      && (page.frame.reader.map { Permissions.scope(of: .workOrderStep, for: $0.role) == .all } ?? false)
  }

  func child(named: String) -> Any? {
    switch named {
    case "person": sent.workOrder.engineer.name
    case "initial": PersonChip.initial(sent.workOrder.engineer.name)
    case "isAbsent": false
    case "sentState": wording.word("order", sent.workOrder.state.rawValue)
    case "sentPlan": sent.workOrder.plannedAt.map { wording.text("board.planned", wording.moment($0)) } ?? ""
    case "sentBy": sentBy
    case "sentActor": sent.by ?? ""
    case "sentTime": wording.clock(sent.workOrder.dispatchedAt)
    case "undoOrder": mayUndo ? sent.workOrder.id : false
    default: nil
    }
  }

  private var sentBy: String {
    let time = wording.moment(sent.workOrder.dispatchedAt)
    if sent.isOwn { return wording.text("board.sent-by-you", time) }
    return sent.by.map { wording.text("board.sent-by", $0, time) } ?? wording.text("board.sent-at", time)
  }
}

/// One engineer with the reasons for and against, in words.
struct BoardOffer: PageValue {
  let offer: BoardCase.Offer
  /// 1 is the best; 0 does not fit.
  let place: Int
  let wording: Wording

  init(_ offer: BoardCase.Offer, place: Int, _ wording: Wording) { (self.offer, self.place, self.wording) = (offer, place, wording) }

  func child(named: String) -> Any? {
    switch named {
    case "person": offer.engineer.name
    case "initial": PersonChip.initial(offer.engineer.name)
    case "isAbsent": false
    case "engineerID": offer.engineer.id
    case "place": place
    case "isBest": place == 1
    case "arrives": wording.isToday(offer.suggestion.arrives) ? wording.clock(arrives) : wording.moment(arrives)
    case "arrivesISO": arrives.description
    case "home": offer.engineer.partner ?? offer.engineer.branchName ?? ""
    case "reasons": reasons
    case "whyNot": offer.suggestion.reasons.filter { $0.weight == .forbids }.map { BoardReason($0, wording).words }.joined(separator: "；")
    default: nil
    }
  }

  /// On five minutes: an estimate pretends to no more.
  private var arrives: Instant {
    let step: Int64 = 300_000
    return Instant(milliseconds: (offer.suggestion.arrives.milliseconds + step - 1) / step * step)
  }

  private var reasons: [BoardReason] { offer.suggestion.reasons.map { BoardReason($0, wording) } }
}

/// A reason in the reader's words.
struct BoardReason: PageValue {
  let name, words, mark: String

  init(_ reason: Suggestion.Reason, _ wording: Wording) {
    func duration(_ seconds: Int64) -> String { wording.duration(milliseconds: seconds * 1_000) }
    func time(_ instant: Instant) -> String { wording.isToday(instant) ? wording.clock(instant) : wording.moment(instant) }
    (name, words) =
      switch reason {
      case .skill(let skill, nil): ("skill", wording.text("board.reason.skill", skill))
      case .skill(let skill, let until?): ("skill", wording.text("board.reason.certificate", skill, wording.date(until)))
      case .noSkill(let skill): ("skill", wording.text("board.reason.no-skill", skill))
      case .skillUnknown: ("skill", wording.text("board.reason.skill-unknown"))
      case .certificateExpired(let skill, let day): ("skill", wording.text("board.reason.expired", skill, wording.date(day)))
      case .way(let metres, let seconds): ("way", wording.text("board.reason.way", String((metres + 500) / 1_000), duration(seconds)))
      case .wayUnknown: ("way", wording.text("board.reason.way-unknown"))
      case .load(0, let free): ("load", wording.text("board.reason.free", time(free)))
      case .load(let open, let free): ("load", wording.text("board.reason.load", String(open), time(free)))
      case .otherBranch: ("branch", wording.text("board.reason.other-branch"))
      case .knowsMachine(let at): ("machine", wording.text("board.reason.knows", wording.shortDay(at)))
      case .alreadySent: ("sent", wording.text("board.reason.sent"))
      case .tooLate(let seconds): ("due", wording.text("board.reason.too-late", duration(seconds)))
      }
    mark =
      switch reason.weight {
      case .speaksFor: "check"
      case .neutral: "clock"
      case .forbids: "no"
      }
    label = wording.text("board.reason-of.\(name)")
  }

  private let label: String

  func child(named: String) -> Any? {
    switch named {
    case "reasonName": label
    case "reasonWords": words
    case "reasonMark": mark
    case "isFor": mark == "check"
    default: nil
    }
  }
}

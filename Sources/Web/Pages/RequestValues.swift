import Domain
import Operations

struct RequestValues: PageValue {
  let page: RequestPage
  let view: RequestView
  let wording: Wording
  let first: StepForm?
  let others, rare: [StepForm]
  let composer: Composer?
  let stages: [StageMark]

  init(_ page: RequestPage) {
    (self.page, view, wording) = (page, page.view, page.frame.wording)
    let events = (page.journal ?? []).map(\.event)
    let next = NextStep.first(of: page.view, after: events)
    var forms: [StepForm] = []
    for step in RequestStep.allCases {
      let refused = page.refused.flatMap { $0.step == step.rawValue && $0.workOrder == nil ? $0 : nil }
      // A refused step stays on the page even when it is not offered any more: nothing typed is lost.
      guard page.view.steps.contains(step.rawValue) || refused?.isTyped == true else { continue }
      var form = StepForm(
        step.rawValue, shape: step.shape, action: "/requests/\(page.view.number)/\(step.rawValue)",
        prefilled: Self.prefilled(step, page.view, page.journal ?? []),
        choices: step.choices(of: page.view, page.frame.wording).merging(["engineer": page.engineers]) { $1 }, refused: refused,
        key: "\(page.formKey)-\(step.rawValue)", version: step == .change ? page.view.version : nil, page.frame.wording)
      form.isFirst = step.rawValue == next
      form.seen = page.view.version
      if form.isFirst { form.effect = Self.effect(step, page) }
      forms.append(form)
    }
    first = forms.first(where: \.isFirst)
    composer = forms.contains { $0.step == "comment" } ? Composer(page) : nil
    // What was done once is seldom done again: it stands behind one more press.
    let again = Set(events.compactMap { Self.doneBy[$0] })
    func isRare(_ form: StepForm) -> Bool { form.isRare || (again.contains(form.step) && !form.isOpen) }
    others = forms.filter { !$0.isFirst && $0.step != "comment" && !isRare($0) }
    rare = forms.filter { !$0.isFirst && isRare($0) }
    stages = StageMark.stages(of: page.view, page.journal ?? [], page.frame.wording)
  }

  private static let doneBy = [
    "acknowledged": "acknowledge", "responded": "respond", "attempted": "respond", "located": "locate", "proposed": "propose",
  ]

  /// The next step's button names what it brings about.
  private static func effect(_ step: RequestStep, _ page: RequestPage) -> String {
    let wording = page.frame.wording, key = "next.\(step.rawValue)"
    guard wording.has(key) else { return "" }
    return wording.text(key, page.view.customer?.name ?? wording.text("next.there"))
  }

  /// What is known already, so that it need not be typed again.
  private static func prefilled(_ step: RequestStep, _ view: RequestView, _ journal: [JournalItem]) -> [String: String] {
    func last(_ event: String, _ field: String) -> String {
      journal.last { $0.event == event }.flatMap { try? JSONValue(parsing: $0.data) }?[field]?.text ?? ""
    }
    switch step {
    case .clear: return ["cause": last("located", "cause"), "remedy": last("proposed", "remedy")]
    case .locate: return ["cause": last("located", "cause"), "part": last("located", "part")]
    case .acknowledge, .agree, .confirm, .reject: return ["contact": view.contact.name ?? ""]
    case .remoteStart: return ["consent": view.contact.name ?? ""]
    case .attempt: return ["level": view.level.rawValue]
    case .change:
      return [
        "urgency": view.urgency.rawValue, "kind": view.kind.rawValue, "summary": view.summary, "description": view.description ?? "",
        "harm": view.harm.rawValue,
      ]
    default: return [:]
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "number": return view.number
    case "shortNumber": return view.number.split(separator: "-").last.map(String.init) ?? view.number
    case "caseID": return view.id
    case "caseVersion": return view.version
    case "orderIDs": return view.workOrders.map(\.id).joined(separator: " ")
    case "here": return "/requests/\(view.number)"
    case "paperPage": return "/requests/\(view.number)/repair-report"
    case "paperPDF": return "/api/v1/requests/\(view.number)/repair-report.pdf"
    case "summary": return view.summary
    case "description": return view.description ?? false
    case "isUrgent": return view.urgency == .emergency
    case "isHarm": return view.harm != .none
    case "harmWords": return wording.word("harm", view.harm.rawValue)
    case "state": return wording.word("state", view.state.rawValue)
    case "stateTone": return view.state == .closed || view.state == .confirmed || view.state == .cleared ? "met" : "plain"
    case "kind": return wording.word("kind", view.kind.rawValue)
    case "urgency": return wording.word("urgency", view.urgency.rawValue)
    case "level": return wording.word("level", view.level.rawValue)
    case "channel": return wording.word("channel", view.channel.rawValue)
    case "isPaused": return view.paused
    case "pausedWords": return view.paused ? paused : ""
    case "isOpenCase": return view.state.isOpen
    case "isEnded": return !view.state.isOpen && view.state != .merged
    case "mergedInto": return view.mergedInto.map { "/requests/\(Address.escaped($0))" } ?? false
    case "customer": return view.customer?.name ?? wording.text("no-customer")
    case "asOf": return wording.text("as-of", wording.clock(wording.now))
    case "reportedAt": return wording.moment(view.reportedAt)
    case "reportedISO": return view.reportedAt.description
    case "branch": return page.branchName.isEmpty ? false : page.branchName
    case "site": return page.siteName.isEmpty ? false : page.siteName
    case "policy": return wording.text("case.policy", view.policy)
    case "machine": return view.equipment?.model ?? false
    case "serial": return view.equipment?.serialNumber ?? false
    case "warranty": return warranty.words
    case "warrantyTone": return warranty.tone
    case "machineCases": return view.equipment.map { CasesPage.Filters(state: "all", equipment: $0.id).address() } ?? false
    case "customerCases": return view.customer.map { CasesPage.Filters(state: "all", customer: $0.id).address() } ?? false
    case "people": return people
    case "hasPeople": return !people.isEmpty
    case "contactPhone": return view.contact.phone ?? false
    case "writers": return writers
    case "targets": return targets
    case "hasTargets": return !view.targets.isEmpty
    case "stages": return stages
    case "hasStages": return !stages.isEmpty
    case "first": return first ?? false
    case "others": return others
    case "rare": return rare
    case "hasOthers": return !others.isEmpty || !rare.isEmpty
    case "hasRare": return !rare.isEmpty
    case "rareOpen": return rare.contains(where: \.isOpen)
    case "hasSteps": return first != nil || !others.isEmpty || !rare.isEmpty
    case "composer": return composer ?? false
    case "cannot": return cannot
    case "remote": return RemotePart(view, page.journal ?? [], wording) ?? false
    case "parts": return parts
    case "hasParts": return !parts.isEmpty
    case "orders": return view.workOrders.map { OrderPart($0, page: page, wording) }
    case "hasOrders": return !view.workOrders.isEmpty
    case "files":
      let role = page.frame.reader?.role, mayErase = role.map { Permissions.scope(of: .attachmentErase, for: $0) != nil } ?? false
      return page.attachments.map { AttachmentPart(view: $0, wording: wording, mayErase: mayErase, key: page.formKey) }
    case "hasFiles": return !page.attachments.isEmpty
    case "filesGoOn": return page.attachmentsGoOn
    case "mayAttach": return page.frame.reader.map { Permissions.scope(of: .requestAttach, for: $0.role) != nil } ?? false
    case "mayHide": return page.frame.reader.map { $0.role != .hospital } ?? false
    case "attach": return "/requests/\(view.number)/attachments"
    case "attachKey": return "\(page.formKey)-attach"
    case "attachNote": return page.refused.flatMap { $0.step == "attach" ? $0.values["note"] : nil } ?? ""
    case "token": return page.token
    case "caseLinks": return page.links ?? false
    case "mayRead": return page.journal != nil
    case "story": return story.suffix
    case "hasStory": return !story.suffix.isEmpty
    case "earlier": return story.earlier > 0 ? wording.text("case.story-earlier", String(story.earlier)) : false
    case "wholeStory": return "/requests/\(view.number)?story=all#story"
    case "journalGoesOn": return page.journalGoesOn
    case "meanwhile": return meanwhile
    case "hasMeanwhile": return !meanwhile.isEmpty
    case "done": return page.done.map { wording.text("done", wording.word("step", $0)) } ?? false
    case "wasRefused": return page.refused != nil
    case "refusal": return page.refused?.message ?? ""
    case "wasTyped": return page.refused?.isTyped ?? false
    case "possible": return possible
    default: return nil
    }
  }

  private var teller: Story { Story(view, page.journal ?? [], staff: page.engineers, files: page.attachments, wording) }

  /// The newest first, and how many older ones are not told.
  private var story: (suffix: [StoryEntry], earlier: Int) {
    guard let journal = page.journal else { return (page.messages.reversed().map { StoryEntry($0, page.frame) }, 0) }
    let earlier = page.isWholeStory ? 0 : max(0, journal.count - RequestPage.storyLength)
    let entries = teller.entries(journal, isOpen: view.state.isOpen).prefix(journal.count - earlier).map { entry in
      guard let id = entry.attachment, let view = page.attachments.first(where: { $0.id == id }) else { return entry }
      var entry = entry
      entry.photos = [AttachmentPart(view: view, wording: wording, mayErase: false, key: "")]
      return entry
    }
    return (entries, earlier)
  }

  /// After a refusal: what others did since the page was read, so that both stand side by side.
  private var meanwhile: [StoryEntry] {
    guard let seen = page.refused?.seen, seen < view.version, let journal = page.journal else { return [] }
    let others = journal.filter { $0.stream == "request/\(view.id)" && $0.version > seen }
    return teller.entries(others, isOpen: false).map { entry in
      var entry = entry
      // It stands in the story too, and there has its id.
      (entry.day, entry.id) = ("", "")
      return entry
    }
  }

  /// What lies ahead, in words: at most two, the nearest first.
  private var cannot: [Choice] {
    page.hindrances.prefix(2).map { hindrance in
      let step = wording.word("step", hindrance.step.rawValue)
      switch hindrance.reason {
      case .others(let roles):
        return Choice(value: "", words: wording.text("cannot.others", step, wording.list(roles.map { wording.word("role", $0.rawValue) })))
      case .rule(.notAllowed): return Choice(value: "", words: wording.text("cannot.\(hindrance.step.rawValue)"))
      case .rule(let error): return Choice(value: "", words: wording.text("cannot.rule", step, error.message(in: wording.language)))
      }
    }
  }

  /// Parts that work orders recorded, the newest last.
  private var parts: [Choice] {
    (page.journal ?? []).filter { $0.event == "work-recorded" }.flatMap { item in
      ((try? JSONValue(parsing: item.data))?["parts"]?.array ?? []).compactMap(\.text).map {
        Choice(value: wording.moment(item.occurredAt), words: $0)
      }
    }
  }

  /// What can be done instead, where the step itself was refused and not a field of it.
  private var possible: String {
    guard let refused = page.refused, refused.fields.isEmpty, !view.steps.contains(refused.step) else { return "" }
    let steps = ([first].compactMap { $0 } + others).prefix(6).map { wording.word("step", $0.step) }
    return steps.isEmpty ? wording.text("case.nothing-possible") : wording.text("case.possible", wording.list(steps))
  }

  /// Which wait, and whether a clock really stands for it: policy does not stop every clock for every wait.
  private var paused: String {
    let reason = (page.journal ?? []).last { $0.event == "paused" }.flatMap { try? JSONValue(parsing: $0.data) }?["reason"]?.text
    let words = reason.map { wording.word("wait", $0) } ?? wording.text("case.paused-plain")
    let stands = view.targets.contains { $0.reading.state == .paused }
    return stands || !view.targets.contains(where: \.isOwed) ? wording.text("case.paused", words) : wording.text("case.paused-not", words)
  }

  /// Owed first, in the order they run out; then the kept and the dropped.
  private var targets: [ClockPart] {
    func rank(_ target: TargetView) -> (Int, Instant) {
      let reading = target.reading
      return (target.isOwed ? (reading.state == .paused ? 1 : 0) : reading.state == .dropped ? 3 : 2, reading.due)
    }
    let names = teller.names
    return view.targets.sorted { rank($0) < rank($1) }
      .enumerated().map { index, target in
        var part = ClockPart(target, wording)
        let explanation = page.explanations[target.reading.id]
        part.sum = explanation.map { ClockSum(explanation: $0, wording: wording, journal: page.journal, names: names).lines } ?? []
        part.isOpen = index == 0 && target.isOwed
        return part
      }
  }

  private var warranty: (words: String, tone: String) {
    guard let ends = view.equipment?.warrantyEnds else { return (wording.text("case.warranty-unknown"), "plain") }
    let covers = wording.todayDate <= ends
    return (wording.text(covers ? "case.in-warranty" : "case.out-of-warranty", wording.date(ends)), covers ? "met" : "soon")
  }

  /// Each address once: a mail says no telephone number.
  private var writers: [Choice] {
    var seen: Set<String> = []
    return page.arrived.compactMap(\.sender).filter { seen.insert($0).inserted }.map { sender in
      let isAddress = sender.contains("@")
      return Choice(value: "\(isAddress ? "mailto:" : "/inbound?sender=")\(Address.escaped(sender))", words: sender)
    }
  }

  private var people: [PersonChip] {
    var people: [PersonChip] = []
    if let name = view.contact.name { people.append(PersonChip(name: name, note: wording.text("case.contact"))) }
    if let name = view.ownerName { people.append(PersonChip(name: name, note: wording.text("case.owner"))) }
    for order in view.workOrders.reversed() where !people.contains(where: { $0.name == order.engineer.name && $0.note != "" }) {
      people.append(PersonChip(name: order.engineer.name, note: order.partner ?? wording.text("case.engineer")))
    }
    return people
  }
}

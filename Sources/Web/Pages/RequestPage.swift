import Domain
import Operations

/// One case: its clocks, its next steps, what happened (INT-4, INT-6).
struct RequestPage: Sendable {
  var frame: Frame
  var view: RequestView
  /// Oldest first; nil where the reader's role does not show it.
  var journal: [JournalItem]?
  /// There was more than `journal` holds.
  var journalGoesOn = false
  var branchName = ""
  var siteName = ""
  /// Oldest first, as far as the reader may see them; at most a hundred.
  var attachments: [AttachmentView] = []
  var attachmentsGoOn = false
  /// For whoever may make them.
  var links: CaseLinksPart?
  /// Proves that a form with a file is ours.
  var token = ""
  /// Whom the reader may send.
  var engineers: [NamedThing] = []
  /// The step just taken, said once.
  var done: String?
  var refused: RefusedStep?
  /// A fresh idempotency key a form: `key-STEP`.
  var formKey = ""

  func values() -> some PageValue { RequestValues(self) }
}

struct RequestValues: PageValue {
  let page: RequestPage
  let view: RequestView
  let wording: Wording
  let first: StepForm?
  let others, rare: [StepForm]
  let comment: StepForm?
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
        prefilled: Self.prefilled(step, page.view, page.journal ?? []), choices: ["engineer": page.engineers], refused: refused,
        key: "\(page.formKey)-\(step.rawValue)", version: step == .change ? page.view.version : nil, page.frame.wording)
      form.isFirst = step.rawValue == next
      forms.append(form)
    }
    first = forms.first(where: \.isFirst)
    comment = forms.first { $0.step == "comment" }
    others = forms.filter { !$0.isFirst && $0.step != "comment" && !$0.isRare }
    rare = forms.filter { !$0.isFirst && $0.isRare }
    stages = StageMark.stages(of: page.view, page.journal ?? [], page.frame.wording)
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
    case "comment": return comment ?? false
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
    case "story":
      let journal = page.journal ?? []
      return Story(view, journal, staff: page.engineers, files: page.attachments, wording).entries(journal)
    case "journalGoesOn": return page.journalGoesOn
    case "done": return page.done.map { wording.text("done", wording.word("step", $0)) } ?? false
    case "wasRefused": return page.refused != nil
    case "refusal": return page.refused?.message ?? ""
    case "wasTyped": return page.refused?.isTyped ?? false
    case "possible": return possible
    default: return nil
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
    return view.targets.sorted { rank($0) < rank($1) }.map { ClockPart($0, wording, withSum: $0.isOwed) }
  }

  private var warranty: (words: String, tone: String) {
    guard let ends = view.equipment?.warrantyEnds else { return (wording.text("case.warranty-unknown"), "plain") }
    let covers = wording.todayDate <= ends
    return (wording.text(covers ? "case.in-warranty" : "case.out-of-warranty", wording.date(ends)), covers ? "met" : "soon")
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

/// One work order with its times and what its engineer may do next.
struct OrderPart: PageValue {
  let order: WorkOrderView
  let wording: Wording
  let forms: [StepForm]

  init(_ order: WorkOrderView, page: RequestPage, _ wording: Wording) {
    (self.order, self.wording) = (order, wording)
    // The case's own buttons act on its only open work order; here are those it cannot mean.
    let isOnly = page.view.workOrders.filter(\.state.isOpen).count == 1
    forms = WorkOrderStep.allCases.compactMap { step in
      let refused = page.refused.flatMap { $0.step == step.rawValue && $0.workOrder == order.id ? $0 : nil }
      let offered = order.steps.contains(step.rawValue) && (step == .record || !isOnly || !order.state.isOpen)
      guard offered || refused != nil else { return nil }
      return StepForm(
        step.rawValue, shape: step.shape, action: "/work-orders/\(order.number)/\(step.rawValue)", refused: refused,
        key: "\(page.formKey)-\(order.number)-\(step.rawValue)", wording)
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "orderNumber": order.number
    case "orderState": wording.word("order", order.state.rawValue)
    case "orderOpen": order.state.isOpen
    case "person": order.engineer.name
    case "initial": PersonChip.initial(order.engineer.name)
    case "orderPartner": order.partner.map { wording.text("case.partner", $0) } ?? false
    case "times":
      [
        ("dispatched", order.dispatchedAt as Instant?), ("departed", order.departedAt), ("arrived", order.arrivedAt),
        ("left", order.leftAt),
        ("handed-back", order.handedBackAt),
      ].compactMap { name, instant in
        instant.map { Choice(value: wording.moment($0), words: wording.word("order-time", name)) }
      }
    case "orderForms": forms
    default: nil
    }
  }
}

/// One stage of a case on the rail: done, now, still to come.
struct StageMark: PageValue {
  let name, time, mark: String

  private static let stages: [(name: String, events: Set<String>)] = [
    ("accepted", ["accepted"]), ("responded", ["responded", "attempted"]), ("dispatched", ["dispatched"]), ("arrived", ["arrived"]),
    ("located", ["located"]), ("agreed", ["agreed"]), ("cleared", ["cleared"]), ("confirmed", ["confirmed"]),
    ("signed-off", ["signed-off"]),
    ("closed", ["closed"]),
  ]

  /// Empty where a case went another way, or its journal is not shown.
  static func stages(of view: RequestView, _ journal: [JournalItem], _ wording: Wording) -> [StageMark] {
    guard !journal.isEmpty, view.state != .cancelled, view.state != .merged else { return [] }
    // A rejected outcome and a reopening take the end back.
    let turned = journal.lastIndex { $0.event == "rejected" || $0.event == "reopened" } ?? -1
    let ends: Set = ["cleared", "confirmed", "signed-off", "closed"]
    var done: [(name: String, at: Instant)] = []
    for stage in stages {
      let hits = journal.enumerated().filter { stage.events.contains($1.event) && ($0 > turned || !ends.contains(stage.name)) }
      // The first answer was the response; of several visits the last counts.
      guard let item = stage.name == "responded" ? hits.first?.element : hits.last?.element else { continue }
      done.append((stage.name, item.occurredAt))
    }
    let reached = Set(done.map(\.name)), last = stages.lastIndex { reached.contains($0.name) } ?? -1
    let isComing = view.workOrders.contains { $0.state == .dispatched || $0.state == .departed }
    let coming = stages.enumerated().compactMap { index, stage -> String? in
      guard !reached.contains(stage.name) else { return nil }
      // What was passed over was not needed: a fault solved on the phone sends nobody. But who is on the way will arrive.
      if index < last { return stage.name == "arrived" && isComing ? stage.name : nil }
      let isOnSite = ["dispatched", "arrived", "located", "agreed"].contains(stage.name)
      // A complaint or a course sends nobody, unless somebody was sent.
      guard view.workOrders.isEmpty else { return stage.name }
      return stage.name == "signed-off" || (isOnSite && view.kind != .support) ? nil : stage.name
    }
    var marks: [StageMark] = [], day: Instant?
    for stage in done.sorted(by: { $0.at < $1.at }) {
      let isSameDay = day.map { wording.sameDay($0, stage.at) } ?? wording.isToday(stage.at)
      let time = wording.clock(stage.at)
      marks.append(
        StageMark(
          name: wording.text("case.stage.\(stage.name)"), time: isSameDay ? time : "\(wording.shortDay(stage.at)) \(time)", mark: "done"))
      day = stage.at
    }
    for (index, name) in coming.enumerated() {
      let isNow = index == 0 && view.state.isOpen
      marks.append(
        StageMark(
          name: wording.text("case.stage.\(name)"), time: isNow ? wording.text("case.stage-next") : "", mark: isNow ? "now" : "todo"))
    }
    return marks
  }

  func child(named: String) -> Any? {
    switch named {
    case "stageName": name
    case "stageTime": time
    case "mark": mark
    case "isNow": mark == "now"
    default: nil
    }
  }
}

import Domain
import Persistence

/// Tells one case: who calls about what, who does what about it, and how long each takes.
struct DemoTeller {
  let cases: DemoCases
  let isOpen: Bool
  let at: Instant
  let numbers: DemoNumbers
  var random: DemoRandom

  init(_ cases: DemoCases, index: Int, isOpen: Bool, numbers: DemoNumbers) {
    (self.cases, self.isOpen, self.numbers) = (cases, isOpen, numbers)
    at = cases.times[index]
    random = DemoRandom(cases.seed, part: "case", index)
  }

  private struct Cast {
    let caller: DemoCompany.Caller
    let taker, dispatcher, manager, service: Author
    let owner: StaffID
    let engineer, second: DemoCompany.Colleague
    var word: Person { Person(contact: caller.id) }
  }

  /// Tells it to its end, or where it stands now.
  mutating func story() throws -> DemoStory {
    var machine = random.pick(cases.company.machines)
    // What stands there today was not there twenty years ago; after some tries it is what stood in its place.
    let day = CompanyClock.date(of: at)
    for _ in 0..<12 where machine.installed > day { machine = random.pick(cases.company.machines) }
    let kind = random.pick(
      [RequestKind](repeating: .support, count: 80) + [
        .parts, .parts, .parts, .parts, .parts, .parts, .training, .training,
        .training, .renewal, .renewal, .renewal, .complaint, .complaint, .complaint, .return, .return,
      ])
    let model = DemoWords.models[machine.model]
    let fault = DemoFault.fault(of: model.category, using: &random)
    let errand = DemoFault.errand(kind, using: &random)
    let urgency: Urgency = kind == .support && model.isKey && random.chance(percent: 20) ? .emergency : .normal
    let cast = cast(at: machine.place)
    var story = try report(machine, kind: kind, urgency: urgency, summary: kind == .support ? fault.summary : errand.summary, cast)
    // An open case stands somewhere before its end; a closed one is told whole, if today leaves room for it.
    let minutes = cases.now.milliseconds(since: at) / 60_000
    let stops = !isOpen ? Int.max : minutes < 30 ? random.number(0...2) : minutes < 116 ? random.number(2...6) : random.number(4...9)
    if kind == .support {
      try support(&story, cast, fault, urgency: urgency, stops: stops)
    } else {
      try self.errand(&story, cast, remedy: errand.remedy, stops: stops)
    }
    return story
  }

  /// A second call about the machine of `first`, merged into it; nil where that has ended or is not a fault.
  mutating func duplicate(of first: DemoStory) throws -> DemoStory? {
    guard let reported = first.request.reported, reported.kind == .support, first.request.state.isOpen || first.time > at + 3_600,
      let machine = cases.company.machines.first(where: { $0.id == reported.equipment })
    else { return nil }
    let cast = cast(at: machine.place)
    var story = try report(machine, kind: .support, urgency: reported.urgency, summary: reported.summary, cast)
    try story.tell(after: 4, .accept(owner: cast.owner), by: cast.taker)
    let merged = RequestEvent.Merged(into: first.id, number: reported.number, reason: "同一台设备同一故障的重复报修")
    // The first must still be open at that moment, as it would have had to be.
    guard first.history.request(at: story.time + 360).state.isOpen, story.time + 360 < cases.now else { return story }
    try story.tell(after: 6, .merge(merged), by: cast.taker)
    return story
  }

  private mutating func cast(at place: DemoCompany.Place) -> Cast {
    func author(_ colleague: DemoCompany.Colleague) -> Author { Author(actor: "staff:\(colleague.id)") }
    let company = cases.company
    let taker = random.pick(company.staff(.callTaker))
    let engineers = company.staff(.engineer, branch: place.branch)
    return Cast(
      caller: random.pick(company.callers[place.customer] ?? []), taker: author(taker),
      dispatcher: author(random.pick(company.staff(.dispatcher))),
      manager: author(random.pick(company.staff(.branchManager, branch: place.branch))),
      service: author(random.pick(company.staff(.serviceManager))), owner: taker.id, engineer: random.pick(engineers),
      second: random.chance(percent: 15)
        ? random.pick(company.staff(.partner)) : random.pick(company.staff(.engineer, branch: 0)))
  }

  private mutating func report(
    _ machine: DemoCompany.Machine, kind: RequestKind, urgency: Urgency, summary: String, _ cast: Cast
  ) throws -> DemoStory {
    let id: RequestID = ID(at: at, using: &random)
    let stream = "request/\(id)"
    let name = personal(cast.caller.name, "name", stream), phone = personal(cast.caller.phone, "phone", stream)
    let model = DemoWords.models[machine.model]
    let attributes = ["area": machine.place.area.rawValue, "region": machine.place.region, "class": model.isKey ? "key" : "normal"]
    let reported = RequestEvent.Reported(
      number: numbers.next("SR", at: at), kind: kind, urgency: urgency,
      channel: random.pick([.hotline, .hotline, .hotline, .hotline, .web, .label, .message, .email, .engineer]),
      summary: kind == .support ? "\(model.category)\(summary)" : summary,
      description: kind == .support ? "\(model.name)：\(summary)。已重启一次，无效。" : nil,
      contact: Person(contact: cast.caller.id, name: name.hash, phone: phone.hash), customer: machine.place.customer,
      site: machine.place.site,
      equipment: machine.id, branch: cases.company.branches[machine.place.branch], harm: .none,
      policy: cases.policies.inForce(at: at)?.version ?? "", attributes: attributes)
    return DemoStory(reported, id: id, people: [name, phone], at: at, by: cast.taker, end: cases.now)
  }

  private mutating func personal(_ value: String, _ field: String, _ stream: String) -> PersonalValue {
    var salt: [UInt8] = []
    for _ in 0..<4 { withUnsafeBytes(of: random.next().bigEndian) { salt.append(contentsOf: $0) } }
    return PersonalValue(value, subject: stream, field: field, salt: salt)
  }

  // MARK: the ways of a case

  private mutating func support(_ story: inout DemoStory, _ cast: Cast, _ fault: DemoFault, urgency: Urgency, stops: Int) throws {
    let engineer = Author(actor: "staff:\(cast.engineer.id)")
    let word = RequestEvent.Word(contact: cast.word, how: .phone)
    if stops == 0 { return }
    try story.tell(after: random.number(1...25), .accept(owner: cast.owner), by: cast.taker)
    try story.tell(after: 1, .acknowledge(word), by: cast.taker)
    if stops == 1 { return }
    if random.chance(percent: 2) {
      try story.tell(after: 30, .cancel(reason: "客户来电：插头松动，已自行恢复"), by: cast.taker)
      return
    }
    // One in twelve is answered late (SLA-1).
    try story.tell(after: random.chance(percent: 8) ? random.number(125...240) : random.number(3...50), .respond, by: cast.taker)
    if stops == 2 { return }
    let onPhone = random.chance(percent: 35)
    let phone = RequestEvent.Attempted(level: .phone, result: onPhone ? .solved : .failed, note: onPhone ? "电话指导后恢复" : "电话指导无效")
    if urgency == .normal || onPhone { try story.tell(after: random.number(5...20), .attempt(phone), by: engineer) }
    if stops == 3 { return }
    var solved = onPhone
    if !solved, urgency == .normal, fault.cause != .hardware, random.chance(percent: 60) {
      solved = random.chance(percent: 55)
      try story.tell(
        after: random.number(5...25), .remoteStart(.init(consent: cast.word, tool: "远程桌面", purpose: "检查\(fault.part)")), by: engineer)
      try story.tell(after: random.number(10...50), .remoteEnd(solved ? .solved : .failed), by: engineer)
    }
    if stops == 4 { return }
    try story.tell(after: 2, .locate(.init(cause: fault.cause, part: fault.part == "无" ? nil : fault.part)), by: engineer)
    if !solved { try visits(&story, cast, fault, urgency: urgency, stops: stops) }
    if stops <= 7 { return }
    try story.tell(after: random.number(2...20), .clear(.init(cause: fault.cause, remedy: fault.remedy)), by: engineer)
    for order in story.request.openWorkOrders { try story.tell(after: random.number(10...40), .leave(order), by: engineer) }
    if stops == 8 { return }
    if random.chance(percent: 4) {
      try story.tell(after: 180, .reject(.init(contact: cast.word, reason: "半天后故障又出现")), by: cast.taker)
      try visit(&story, cast.second, cast, fault, delay: 300, last: true)
      try story.tell(
        after: 30, .clear(.init(cause: fault.cause, remedy: "\(fault.remedy)，并更换关联部件")), by: Author(actor: "staff:\(cast.second.id)"))
      for order in story.request.openWorkOrders {
        try story.tell(after: 20, .leave(order), by: Author(actor: "staff:\(cast.second.id)"))
      }
    }
    try finish(&story, cast, stops: stops)
  }

  private mutating func visits(_ story: inout DemoStory, _ cast: Cast, _ fault: DemoFault, urgency: Urgency, stops: Int) throws {
    // Emergencies go out at once (SLA-2); one normal case in ten is sent late.
    let delay = urgency == .emergency ? 1 : random.chance(percent: 10) ? random.number(60...180) : random.number(3...25)
    if random.chance(percent: 5) {
      let first = story.request.workOrderIDs.count
      try dispatch(&story, cast.engineer, cast, after: delay)
      let order = story.request.workOrderIDs.dropFirst(first).first
      try story.tell(after: 20, .handBack(order, reason: "在另一台急修设备现场，不能脱身"), by: Author(actor: "staff:\(cast.engineer.id)"))
      if stops == 5 { return }
      try visit(&story, cast.second, cast, fault, delay: 5, last: true)
    } else {
      let parts = fault.cause == .hardware && random.chance(percent: 25)
      try visit(&story, cast.engineer, cast, fault, delay: delay, last: !parts, stops: stops)
      if stops <= 6 { return }
      if parts {
        try story.tell(after: random.number(10...40), .pause(.parts), by: cast.dispatcher)
        if stops == 7 { return }
        try story.tell(after: random.number(600...2_400), .resume, by: cast.dispatcher)
        if story.request.level < .onSiteParts {
          try story.tell(after: 2, .raise(to: .onSiteParts, reason: "需带\(fault.part)到现场"), by: cast.dispatcher)
        }
        try visit(&story, random.chance(percent: 30) ? cast.second : cast.engineer, cast, fault, delay: 5, last: true)
      }
    }
  }

  private mutating func dispatch(_ story: inout DemoStory, _ engineer: DemoCompany.Colleague, _ cast: Cast, after minutes: Int) throws {
    let order: WorkOrderID = ID(at: story.time, using: &random)
    let body = RequestEvent.Dispatched(
      workOrder: order, number: numbers.next("WO", at: story.time), request: story.id,
      requestNumber: story.request.reported?.number ?? "", engineer: engineer.id,
      partner: engineer.role == .partner ? DemoWords.partners[0] : nil, plannedAt: planned(after: story.time + Int64(minutes) * 60))
    try story.tell(after: minutes, .dispatch(body), by: cast.dispatcher)
  }

  /// Two in three are told when they are to be there: on a quarter of an hour, one to four hours ahead. Drawn apart, so that the stories stay
  /// as they were without it.
  private func planned(after instant: Instant) -> Instant? {
    var draw = DemoRandom(UInt64(truncatingIfNeeded: instant.milliseconds) ^ cases.seed, part: "planned")
    guard draw.chance(percent: 66) else { return nil }
    let quarter: Int64 = 900_000
    return Instant(milliseconds: (instant.milliseconds / quarter + Int64(draw.number(4...16))) * quarter)
  }

  /// One trip: there, found, agreed, and back where `last` is false because a part is missing.
  private mutating func visit(
    _ story: inout DemoStory, _ engineer: DemoCompany.Colleague, _ cast: Cast, _ fault: DemoFault, delay: Int, last: Bool, stops: Int = .max
  ) throws {
    let author = Author(actor: "staff:\(engineer.id)")
    let known = story.request.workOrderIDs.count
    try dispatch(&story, engineer, cast, after: delay)
    guard let order = story.request.workOrderIDs.dropFirst(known).first else { return }
    if stops == 5 { return story.stop() }
    try story.tell(after: random.number(5...40), .depart(order), by: author)
    try story.tell(after: random.chance(percent: 5) ? 1_500 : random.number(25...110), .arrive(order), by: author)
    if stops == 6 { return story.stop() }
    try story.tell(after: random.number(15...60), .propose(fault.remedy), by: author)
    try story.tell(after: random.number(2...15), .agree(.init(contact: cast.word, how: .phone)), by: author)
    guard last else {
      let missing = RequestEvent.Attempted(level: .onSite, result: .failed, note: "需更换\(fault.part)，手头无备件")
      try story.tell(after: random.number(10...40), .attempt(missing), by: author)
      try story.tell(after: 10, .leave(order), by: author)
      return
    }
    try story.tell(after: random.number(20...90), .comment(.init(text: "\(fault.part)已处理，试机中")), by: author)
    let passed = RequestEvent.WorkRecorded.Measured(name: "试机", value: "通过", unit: nil, expected: "通过", passed: true)
    story.record(
      .init(workOrder: order, work: fault.remedy, parts: fault.cause == .hardware ? [fault.part] : nil, readings: [passed]), by: author)
  }

  private mutating func errand(_ story: inout DemoStory, _ cast: Cast, remedy: String, stops: Int) throws {
    let word = RequestEvent.Word(contact: cast.word, how: .phone)
    if stops <= 1 { return }
    try story.tell(after: random.number(2...40), .accept(owner: cast.owner), by: cast.taker)
    try story.tell(after: 2, .acknowledge(word), by: cast.taker)
    if stops <= 3 { return }
    try story.tell(after: random.number(5...60), .respond, by: cast.taker)
    if stops <= 5 { return }
    try story.tell(after: random.number(60...600), .propose(remedy), by: cast.service)
    try story.tell(after: random.number(30...900), .agree(word), by: cast.taker)
    if stops <= 8 { return }
    try story.tell(after: random.number(60...2_000), .clear(.init(cause: .other, remedy: remedy)), by: cast.taker)
    try finish(&story, cast, stops: stops)
  }

  private mutating func finish(_ story: inout DemoStory, _ cast: Cast, stops: Int) throws {
    let how: Means = random.pick([.phone, .phone, .signature, .message, .link])
    try story.tell(after: random.number(5...240), .confirm(.init(contact: cast.word, how: how)), by: cast.taker)
    if stops == 9 { return }
    if !story.request.workOrderIDs.isEmpty { try story.tell(after: random.number(30...600), .signOff(by: nil), by: cast.manager) }
    try story.tell(after: random.number(5...120), .close(reason: nil, manager: false), by: cast.taker)
    if random.chance(percent: 2) {
      try story.tell(after: random.number(600...4_000), .reopen(reason: "客户来电：同样的故障又出现"), by: cast.taker)
      try story.tell(after: 20, .respond, by: cast.taker)
      try story.tell(after: 30, .clear(.init(cause: .operation, remedy: "电话指导重新设置，恢复正常")), by: cast.taker)
      try story.tell(after: 60, .confirm(.init(contact: cast.word, how: .phone)), by: cast.taker)
      if !story.request.workOrderIDs.isEmpty { try story.tell(after: 60, .signOff(by: nil), by: cast.manager) }
      try story.tell(after: 30, .close(reason: nil, manager: false), by: cast.taker)
    }
  }
}

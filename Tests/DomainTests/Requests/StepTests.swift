import Domain
import Testing

/// One test a rule: what a step needs beyond the state, and what it brings with it.
@Suite struct StepTests {
  // MARK: FLT-1, levels

  @Test func `a level that was not tried is not left (FLT-1)`() throws {
    var it = try TestCase.in(.working)
    #expect(throws: RequestError.notAttempted(.phone)) { try it.take(.raise(to: .remote, reason: "x"), "10:00") }
    try it.take(.tried(.phone), "10:01")
    #expect(try it.take(.raise(to: .remote, reason: "x"), "10:02") == ["level-raised"])
    #expect(it.request.level == .remote)
    #expect(throws: RequestError.notHigher(current: .remote)) { try it.take(.raise(to: .remote, reason: "x"), "10:03") }
    #expect(throws: RequestError.notHigher(current: .remote)) { try it.take(.raise(to: .phone, reason: "x"), "10:03") }
    #expect(throws: RequestError.notAttempted(.remote)) { try it.take(.raise(to: .onSite, reason: "x"), "10:03") }
  }

  @Test func `a remote session that ended is the attempt at its level (FLT-1, REM-2)`() throws {
    let it = try TestCase.in(.working).taking(.remoteStart(.session), .remoteEnd(.stopped), .raise(to: .onSite, reason: "x"))
    #expect(it.request.attempts == [.remote: .failed])
    #expect(it.kinds.suffix(4) == ["level-raised", "remote-started", "remote-ended", "level-raised"])
  }

  @Test func `dispatch needs no attempt and no raise, and raises the level itself`() throws {
    var it = try TestCase.in(.accepted)
    #expect(try it.take(.dispatch(.to(.wang)), "09:30") == ["level-raised", "dispatched"])
    #expect(it.request.level == .onSite)
    #expect(try it.take(.dispatch(.to(.li)), "09:31") == ["dispatched"])
  }

  @Test func `an attempt above the level raises it, one below does not lower it`() throws {
    var it = try TestCase.in(.accepted)
    #expect(try it.take(.tried(.remote, .solved), "09:30") == ["level-raised", "attempted"])
    #expect(try it.take(.tried(.phone, .solved), "09:31") == ["attempted"])
    #expect(it.request.level == .remote)
    #expect(it.request.attempts == [.remote: .solved, .phone: .solved])
  }

  // MARK: SLA-4, remote-failed

  @Test func `a failed remote attempt or session says so, unless an engineer is on site (SLA-4)`() throws {
    var it = try TestCase.in(.working)
    #expect(try it.take(.tried(.phone), "10:00") == ["attempted"])
    #expect(try it.take(.tried(.remote), "10:01") == ["level-raised", "attempted", "remote-failed"])
    #expect(try it.take(.remoteStart(.session), "10:02") == ["remote-started"])
    #expect(try it.take(.remoteEnd(.failed), "10:03") == ["remote-ended", "remote-failed"])
    try it.take(from: "10:04", .remoteStart(.session), .remoteEnd(.solved), .remoteStart(.session), .remoteEnd(.stopped))
    #expect(it.kinds.filter { $0 == "remote-failed" }.count == 2)
    try it.take(from: "10:10", .dispatch(.to(.wang)), .arrive(nil))
    #expect(try it.take(.tried(.remote), "10:20") == ["attempted"])
    try it.take(.remoteStart(.session), "10:21")
    #expect(try it.take(.remoteEnd(.failed), "10:22") == ["remote-ended"])
    try it.take(.leave(nil), "10:30")
    #expect(try it.take(.tried(.remote), "10:31") == ["attempted", "remote-failed"])
  }

  @Test func `remote-impossible after a failed phone attempt says so too (SLA-4)`() throws {
    var it = try TestCase.in(.working).taking(.tried(.phone))
    #expect(try it.take(.raise(to: .onSite, reason: "remote-impossible"), "10:00") == ["level-raised", "remote-failed"])
    var other = try TestCase.in(.working).taking(.tried(.phone))
    #expect(try other.take(.raise(to: .onSite, reason: "the customer wants it"), "10:00") == ["level-raised"])
    var solved = try TestCase.in(.working).taking(.tried(.phone, .solved))
    #expect(try solved.take(.raise(to: .onSite, reason: "remote-impossible"), "10:00") == ["level-raised"])
    var parts = try TestCase.in(.working).taking(.tried(.phone))
    #expect(try parts.take(.raise(to: .onSiteParts, reason: "remote-impossible"), "10:00") == ["level-raised"])
    // Raised to remote first, then found impossible there.
    var later = try TestCase.in(.working).taking(.tried(.phone), .raise(to: .remote, reason: "x"))
    #expect(try later.take(.raise(to: .onSite, reason: "remote-impossible"), "10:00") == ["level-raised", "remote-failed"])
  }

  @Test func `a session that ends after the work starts no clock (SLA-4)`() throws {
    for ending: RequestCommand in [.clear(.done), .cancel(reason: "x")] {
      var it = try TestCase.in(.working).taking(.remoteStart(.session), ending)
      #expect(try it.take(.remoteEnd(.failed), "10:00") == ["remote-ended"])
    }
  }

  // MARK: REM-2, sessions

  @Test func `one remote session at a time, and it can be ended whatever becomes of the case (REM-2)`() throws {
    var it = try TestCase.in(.working)
    #expect(throws: RequestError.remoteNotRunning) { try it.take(.remoteEnd(.solved), "10:00") }
    try it.take(.remoteStart(.session), "10:01")
    #expect(throws: RequestError.remoteRunning) { try it.take(.remoteStart(.session), "10:02") }
    let closed = try it.taking(from: "10:03", .clear(.done), .confirm(.word), .close(reason: nil, manager: false), .remoteEnd(.stopped))
    #expect(closed.state == .closed)
    #expect(!closed.request.remoteRunning)
  }

  // MARK: FLT-2, FLT-3

  @Test func `locating and solving are recorded apart (FLT-2)`() throws {
    let located = try TestCase.in(.accepted).taking(.locate(.init(cause: .database, part: "disk")))
    #expect(located.request.cause == .database)
    #expect(located.state == .working)
    #expect(try located.taking(from: "09:30", .clear(.done)).request.cause == .hardware)
  }

  @Test func `a proposed remedy waits for the customer's agreement (FLT-3)`() throws {
    var it = try TestCase.in(.working).taking(.agree(.word), .propose("Replace the tube"))
    #expect(throws: RequestError.agreementMissing) { try it.take(.clear(.done), "10:00") }
    try it.take(.agree(.word), "10:01")
    try it.take(.clear(.done), "10:02")
    #expect(it.state == .cleared)
  }

  @Test func `a job on site waits for the customer's agreement too (FLT-3)`() throws {
    var it = try TestCase.in(.working).taking(.dispatch(.to(.wang)), .handBack(nil, reason: "ill"))
    #expect(throws: RequestError.agreementMissing) { try it.take(.clear(.done), "10:00") }
    #expect(try TestCase.in(.working).taking(.clear(.done)).state == .cleared)
  }

  // MARK: FLT-4, trips and sign-off

  @Test func `arrive needs no depart, a trip goes its way once (FLT-4)`() throws {
    var it = try TestCase.in(.working).taking(.dispatch(.to(.wang)))
    #expect(throws: RequestError.workOrderStep(.leave, .dispatched)) { try it.take(.leave(nil), "10:00") }
    try it.take(.arrive(nil), "10:01")
    #expect(throws: RequestError.workOrderStep(.depart, .arrived)) { try it.take(.depart(nil), "10:02") }
    #expect(throws: RequestError.workOrderStep(.arrive, .arrived)) { try it.take(.arrive(.first), "10:02") }
    try it.take(.leave(nil), "10:03")
    #expect(throws: RequestError.noOpenWorkOrder) { try it.take(.leave(nil), "10:04") }
    #expect(throws: RequestError.workOrderStep(.handBack, .left)) { try it.take(.handBack(.first, reason: "x"), "10:04") }
    let order = try #require(it.request.workOrders[.first])
    #expect(order.arrivedAt == Story.at("10:01") && order.leftAt == Story.at("10:03") && order.departedAt == nil)
  }

  @Test func `with several engineers the case asks which one is meant`() throws {
    var it = try TestCase.in(.working).taking(.dispatch(.to(.wang)), .dispatch(.to(.li)))
    #expect(throws: RequestError.severalWorkOrders) { try it.take(.arrive(nil), "10:00") }
    #expect(throws: RequestError.alreadyDispatched) { try it.take(.dispatch(.to(.wang, "again")), "10:00") }
    try it.take(.arrive(.second), "10:01")
    try it.take(.handBack(.first, reason: "called elsewhere"), "10:02")
    try it.take(.leave(nil), "10:03")
    #expect(it.request.openWorkOrders.isEmpty)
    #expect(it.request.workOrders[.first]?.handBackReason == "called elsewhere")
    try it.take(.dispatch(.to(.wang, "again")), "10:04")
    #expect(it.request.workOrderIDs == [.first, .second, WorkOrderID("again")])
    #expect(throws: RequestError.noOpenWorkOrder) { try it.take(.arrive(WorkOrderID("unknown")), "10:05") }
  }

  @Test func `a partner's job says whose it is (ORG-3)`() throws {
    let it = try TestCase.in(.working).taking(.dispatch(.to(.li, partner: "Jiangxi Medical Service")))
    #expect(it.request.workOrders[.second]?.dispatched?.partner == "Jiangxi Medical Service")
  }

  @Test func `clearing does not end the trip, and nothing closes before it ends (FLT-4)`() throws {
    var it = try TestCase.in(.confirmed, engineer: .wang)
    #expect(it.request.openWorkOrders == [.first])
    #expect(throws: RequestError.openWorkOrder) { try it.take(.close(reason: nil, manager: true), "10:00") }
    try it.take(.leave(nil), "10:01")
    #expect(throws: RequestError.signOffMissing) { try it.take(.close(reason: nil, manager: true), "10:02") }
    #expect(throws: RequestError.ownWork) { try it.take(.signOff(by: .wang), "10:03") }
    try it.take(.signOff(by: .chen), "10:04")
    #expect(throws: RequestError.alreadySignedOff) { try it.take(.signOff(by: .chen), "10:05") }
    try it.take(.close(reason: nil, manager: false), "10:06")
    #expect(it.state == .closed)
  }

  @Test func `own work stays own work when it was handed back (FLT-4)`() throws {
    var it = try TestCase.in(.working).taking(.dispatch(.to(.wang)), .handBack(nil, reason: "x"), .agree(.word), .clear(.done))
    #expect(throws: RequestError.ownWork) { try it.take(.signOff(by: .wang), "10:00") }
  }

  // MARK: INT-4, INT-5: how it ends

  @Test func `a case solved on the phone needs the customer's word and nothing more (INT-5)`() throws {
    let it = try TestCase.in(.confirmed).taking(from: "10:00", .close(reason: nil, manager: false))
    #expect(it.state == .closed)
  }

  @Test func `nothing closes silently: unconfirmed only a manager with a reason (INT-4)`() throws {
    var it = try TestCase.in(.cleared)
    #expect(throws: RequestError.confirmationMissing) { try it.take(.close(reason: nil, manager: true), "10:00") }
    #expect(throws: RequestError.confirmationMissing) { try it.take(.close(reason: "nobody answers", manager: false), "10:00") }
    try it.take(.close(reason: "nobody answers", manager: true), "10:01")
    #expect(it.state == .closed)
  }

  @Test func `a rejected outcome reopens the case, and its sign-off is void (INT-5)`() throws {
    var it = try TestCase.in(.confirmed, engineer: .wang).taking(from: "10:00", .leave(nil), .signOff(by: .chen))
    try it.take(.reject(.word), "10:10")
    #expect(it.state == .working && !it.request.signedOff)
    try it.take(from: "10:11", .clear(.done), .confirm(.word))
    #expect(throws: RequestError.signOffMissing) { try it.take(.close(reason: nil, manager: false), "10:20") }
  }

  @Test func `reopening goes back to work, or to the desk where nobody had accepted`() throws {
    for state: RequestState in [.confirmed, .closed, .cancelled] {
      #expect(try TestCase.in(state).taking(from: "10:00", .reopen(reason: "x")).state == .working)
    }
    let never = try TestCase.in(.reported).taking(.cancel(reason: "x"), .reopen(reason: "a mistake"))
    #expect(never.state == .reported)
    #expect(never.request.steps.contains(.accept))
  }

  // MARK: pauses

  @Test func `clear, cancel and merge end a pause, and so does a manager's close`() throws {
    var it = try TestCase.in(.working)
    #expect(throws: RequestError.notPaused) { try it.take(.resume, "10:00") }
    try it.take(.pause(.parts), "10:01")
    #expect(it.request.paused == .parts)
    #expect(throws: RequestError.alreadyPaused) { try it.take(.pause(.customer), "10:02") }
    for ending: RequestCommand in [.resume, .clear(.done), .cancel(reason: "x"), .any(.merge)] {
      #expect(try it.taking(from: "10:03", ending).request.paused == nil)
    }
    // `close` ends one too; no way leads there with the pause standing, the fold is tried alone.
    var folded = it.request
    folded.apply(.closed(.init(reason: "x")), at: Story.at("10:05"))
    #expect(folded.paused == nil)
  }

  // MARK: change, merge

  @Test func `a change changes only what it names, and must name something`() throws {
    var it = try TestCase.in(.accepted)
    #expect(throws: RequestError.nothingChanged) { try it.take(.change(.init()), "10:00") }
    try it.take(.change(.emergency), "10:01")
    #expect(it.request.reported?.urgency == .emergency)
    #expect(it.request.reported?.summary == "DR does not start")
    var moved = RequestEvent.Changed()
    (moved.customer, moved.site, moved.attributes) = (CustomerID("c2"), SiteID(""), ["area": "", "region": "north"])
    try it.take(.change(moved), "10:02")
    #expect(it.request.reported?.site == nil)
    #expect(it.request.reported?.attributes == ["region": "north"])
  }

  @Test func `a duplicate goes only into an open, older case, never in a circle`() throws {
    let own = RequestID("r1"), id = RequestID("r2")
    func merge(_ own: RequestID, _ mine: TestCase, _ other: TestCase, then: TestCase? = nil) throws(RequestError) {
      try mine.request.checkMerge(own, into: other.request, id, then: (then ?? other).request)
    }
    let older = TestCase(reportedAt: "08:00"), same = TestCase(), younger = TestCase(reportedAt: "09:01"), mine = TestCase()
    #expect(throws: Never.self) { try merge(own, mine, older) }
    #expect(throws: Never.self) { try merge(own, mine, same) }
    #expect(throws: RequestError.mergeIntoYounger) { try merge(own, mine, younger) }
    #expect(throws: RequestError.mergeIntoItself) { try merge(id, mine, older) }
    for state: RequestState in [.closed, .cancelled, .merged] {
      #expect(throws: RequestError.mergeIntoEnded) { try merge(own, mine, try TestCase.in(state)) }
      #expect(throws: RequestError.mergeIntoEnded) { try merge(own, mine, older, then: try TestCase.in(state)) }
    }
    // r2 went into r1 already.
    let merged = try TestCase.in(.merged)
    #expect(throws: RequestError.mergeIntoItself) { try mine.request.checkMerge(id, into: merged.request, own, then: merged.request) }
    #expect(merged.request.mergedInto == id)
  }

  @Test(arguments: RequestKind.allCases)
  func `every kind of request follows the same rules to its outcome (INT-2)`(_ kind: RequestKind) throws {
    let it = try TestCase(kind: kind).taking(
      .accept(owner: .chen), .respond, .clear(.init(cause: .other, remedy: "Answered")), .confirm(.word),
      .close(reason: nil, manager: false))
    #expect(it.state == .closed && it.request.owner == .chen)
  }
}

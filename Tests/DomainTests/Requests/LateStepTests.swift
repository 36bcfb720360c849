import Domain
import Testing

/// Steps that arrive late keep their real time (design.md): judged by the state then, and by what is recorded after them.
@Suite struct LateStepTests {
  @Test func `two engineers and a desk whose steps arrive out of order (FLT-4)`() throws {
    let told: [(RequestCommand, String)] = [
      (.accept(owner: .chen), "09:05"), (.tried(.phone), "09:20"), (.dispatch(.to(.wang)), "09:30"), (.dispatch(.to(.li)), "09:40"),
      (.depart(.first), "09:45"), (.depart(.second), "09:50"), (.arrive(.first), "10:30"), (.arrive(.second), "10:40"),
      (.locate(.init(cause: .hardware, part: "fuse")), "11:00"), (.propose("Replace the fuse"), "11:05"), (.agree(.word), "11:10"),
      (.handBack(.second, reason: "not needed"), "11:30"), (.clear(.done), "12:00"), (.leave(.first), "12:10"), (.confirm(.word), "12:20"),
    ]
    // As it happened.
    var orderly = TestCase()
    for (command, time) in told { try orderly.take(command, time) }
    // As it was learnt: the desk first, then Li from the car park, then Wang from the cellar.
    var late = TestCase()
    let desk = told.filter { ["09:05", "09:20", "09:30", "09:40"].contains($0.1) }
    let li = told.filter { ["09:50", "10:40", "11:30"].contains($0.1) }
    let wang = told.filter { ["09:45", "10:30", "11:00", "11:05", "11:10", "12:00", "12:10"].contains($0.1) }
    for (command, time) in desk + li + wang + [told.last!] { try late.take(command, time) }
    #expect(late.request == orderly.request)
    #expect(late.history.entries.map(\.at) == orderly.history.entries.map(\.at))
    #expect(late.kinds == orderly.kinds)
    #expect(late.history.entries.map(\.version) != orderly.history.entries.map(\.version))
    // Read again from the journal, in order of version, it is the same history.
    #expect(RequestHistory(late.history.entries.sorted { $0.version < $1.version }) == late.history)
    #expect(late.request.workOrders[.second]?.handedBackAt == Story.at("11:30"))
  }

  @Test func `a late step is judged by the state at its time`() throws {
    var it = try TestCase.in(.cleared)  // cleared at 09:20
    #expect(try it.take(.tried(.phone, .solved), "09:15") == ["attempted"])
    #expect(it.state == .cleared)
    #expect(throws: RequestError.notAllowed(.attempt, .cleared)) { try it.take(.tried(.phone), "09:20") }
    #expect(throws: RequestError.notAllowed(.respond, .reported)) { try it.take(.respond, "09:00") }
    #expect(throws: RequestError.beforeReport) { try it.take(.comment(.init(text: "x")), "08:59") }
  }

  @Test func `a late step that would make a later one impossible is refused`() throws {
    // A remedy proposed late, without an agreement before the work was done.
    var cleared = try TestCase.in(.working).taking(from: "10:00", .clear(.done))
    #expect(throws: RequestError.laterStep("cleared")) { try cleared.take(.propose("x"), "09:50") }
    #expect(throws: RequestError.laterStep("cleared")) { try cleared.take(.dispatch(.to(.wang)), "09:50") }
    #expect(throws: RequestError.laterStep("cleared")) { try cleared.take(.cancel(reason: "x"), "09:50") }
    // Agreed before, both may be told late.
    try cleared.take(.agree(.word), "09:55")
    try cleared.take(.dispatch(.to(.wang)), "09:50")
    #expect(cleared.state == .cleared)

    var confirmed = try TestCase.in(.confirmed)  // cleared at 09:20, confirmed at 09:21
    #expect(throws: RequestError.laterStep("confirmed")) { try confirmed.take(.reject(.word), "09:20") }
    var closed = try TestCase.in(.closed)
    #expect(throws: RequestError.laterStep("closed")) { try closed.take(.reject(.word), "09:21") }

    var paused = try TestCase.in(.working).taking(from: "10:00", .pause(.parts), .resume)
    #expect(throws: RequestError.laterStep("paused")) { try paused.take(.pause(.customer), "09:50") }
    #expect(throws: RequestError.laterStep("resumed")) { try paused.take(.resume, "10:00") }
    var accepted = try TestCase.in(.accepted)
    #expect(throws: RequestError.laterStep("accepted")) { try accepted.take(.accept(owner: .li), "09:00") }
    var remote = try TestCase.in(.working).taking(from: "10:00", .remoteStart(.session))
    #expect(throws: RequestError.laterStep("remote-started")) { try remote.take(.remoteStart(.session), "09:50") }
    var sent = try TestCase.in(.working).taking(from: "10:00", .dispatch(.to(.wang)))
    #expect(throws: RequestError.laterStep("dispatched")) { try sent.take(.dispatch(.to(.wang, "again")), "09:50") }
    var raised = try TestCase.in(.working).taking(from: "10:00", .tried(.phone), .raise(to: .remote, reason: "x"))
    #expect(throws: RequestError.laterStep("level-raised")) { try raised.take(.tried(.remote), "09:50") }
  }

  @Test func `what a refused step would have changed stays as it was`() throws {
    let before = try TestCase.in(.working).taking(from: "10:00", .clear(.done))
    var it = before
    #expect(throws: RequestError.self) { try it.take(.propose("x"), "09:50") }
    #expect(it.history == before.history)
  }

  @Test func `comments never stand in the way, before or after`() throws {
    var it = try TestCase.in(.working).taking(from: "10:00", .comment(.init(text: "we wait")), .comment(.init(text: "still")))
    try it.take(.cancel(reason: "solved itself"), "09:50")
    #expect(it.state == .cancelled)
    try it.take(.comment(.init(text: "they thank")), "09:05")
  }

  @Test func `steps of one work order go forward in time, of two they need not`() throws {
    var it = try TestCase.in(.working).taking(from: "10:00", .dispatch(.to(.wang)), .dispatch(.to(.li)))
    try it.take(.arrive(.first), "11:00")
    #expect(throws: RequestError.workOrderGoesForward) { try it.take(.handBack(.first, reason: "x"), "10:59") }
    #expect(throws: RequestError.self) { try it.take(.depart(.first), "10:30") }
    try it.take(.arrive(.second), "10:45")
    try it.take(.leave(.first), "11:00")
    #expect(it.request.openWorkOrders == [.second])
  }

  @Test func `at one instant what was recorded first happened first`() throws {
    var it = try TestCase.in(.working)
    try it.take(.pause(.parts), "10:00")
    try it.take(.resume, "10:00")
    #expect(it.request.paused == nil)
    #expect(it.kinds.suffix(2) == ["paused", "resumed"])
  }

  @Test func `another case's end is no place for a late merge (INT-4)`() throws {
    var ended = try TestCase.in(.cancelled)
    try ended.history.insert([.absorbed(.init(request: RequestID("r9"), number: "SR-20261123-0009"))], at: Story.at("09:10"))
    #expect(ended.request.absorbed == [RequestID("r9")])
    // One that absorbed at 09:30 cannot have been cancelled at 09:25.
    var absorbing = try TestCase.in(.working)
    try absorbing.history.insert([.absorbed(.init(request: RequestID("r9"), number: "SR-20261123-0009"))], at: Story.at("09:30"))
    #expect(throws: RequestError.laterStep("absorbed")) { try absorbing.take(.cancel(reason: "x"), "09:25") }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)  // a failing seed can be run again
  func `random steps at random times always leave a history that reads back the same`(seed: UInt64) throws {
    var random = SplitMix(seed), it = TestCase()
    var taken = 0, refused = 0
    for turn in 0..<120 {
      let minutes = turn < 20 ? turn : Int.random(in: 0...180, using: &random)
      let step = RequestStep.allCases.randomElement(using: &random)!
      let engineer = [StaffID.wang, .li].randomElement(using: &random)!
      var command = turn == 0 ? RequestCommand.any(.accept) : .any(step)
      switch step {
      case .dispatch: command = .dispatch(.to(engineer, "w\(turn)"))
      case .depart, .arrive, .leave, .handBack:
        let order = it.request.workOrderIDs.randomElement(using: &random)
        command = [.depart(order), .arrive(order), .leave(order), .handBack(order, reason: "x")].randomElement(using: &random)!
      case .attempt: command = .tried(SupportLevel.allCases.randomElement(using: &random)!)
      case .raise: command = .raise(to: SupportLevel.allCases.randomElement(using: &random)!, reason: "remote-impossible")
      // Rare, else every run ends at once.
      case .cancel, .merge: if Int.random(in: 0..<20, using: &random) > 0 { continue }
      default: break
      }
      let before = it.history, at = Story.at("09:00") + Int64(minutes * 60)
      do {
        let events = try it.history.take(command, at: at)
        taken += 1
        #expect(!events.isEmpty)
        #expect(Set(it.history.entries.map(\.version)) == Set(1...before.version + events.count))
      } catch {
        refused += 1
        #expect(it.history == before, "seed \(seed): a refused step changed the case")
      }
      let stored = it.history.entries.sorted { $0.version < $1.version }
      #expect(RequestHistory(stored) == it.history, "seed \(seed): read back it is another case")
    }
    #expect(taken > 3 && refused > 3)
  }
}

/// The same seed, the same run.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

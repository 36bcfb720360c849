import Domain
import Testing

@Suite struct ClockPropertyTests {
  @Test(arguments: 0..<300 as Range<UInt64>)  // a failing seed can be run again
  func `a clock read from its row is the clock run anew (SLA-1..SLA-9)`(seed: UInt64) throws {
    var random = Dice(state: seed)
    let policy = try policy(&random), attributes = ["urgency": pick(["normal", "emergency"], &random), "area": "covered"]
    var run = ClockRun(policy: policy, attributes: attributes, explained: true), told: [ClockEvent] = [], at = Story.at("09:00")
    for step in 0..<40 {
      let event = step == 0 ? ClockEvent(at: at, event: "reported") : event(at, &random)
      let before = Dictionary(uniqueKeysWithValues: run.states.map { ($0.id, $0) })
      run.apply(event)
      told.append(event)
      let stored = try ClockState.read(ClockState.text(of: run.states), under: policy)
      #expect(stored == run.states && stored == policy.clocks(attributes: attributes, timeline: told))
      at = at + Int64(Int.random(in: 0...3, using: &random) * 600)
      // A comment at any later moment changes no clock: the row alone must say the same.
      let now = at + 300
      var anew = ClockRun(policy: policy, attributes: attributes)
      anew.apply(told + [ClockEvent(at: at, event: "commented"), ClockEvent(at: now, event: "commented")])
      #expect(stored.map { policy.reading(of: $0, at: now) } == anew.readings(at: now))

      for state in stored {
        let reading = policy.reading(of: state, at: now)
        let calendar = try #require(policy.rule(of: state).map(policy.calendar))
        if state.isOwed {
          #expect(reading.usedSeconds + reading.pausedSeconds == calendar.workingMilliseconds(from: state.start, to: now) / 1_000)
        } else {
          #expect(reading == policy.reading(of: state, at: now + 86_400))
        }
        if state.state == .paused { #expect(reading.state == .paused && calendar.workingMilliseconds(from: reading.due, to: now) <= 0) }
        if reading.state == .running { #expect(reading.due >= now) }
        if before[state.id]?.state == .missed { #expect(state.state == .missed) }
        if state.state == .met { #expect(state.metAt != nil && state.metAt! <= state.due) }
        let explained = try #require(run.explanations(at: now).first { $0.reading.id == state.id })
        #expect(explained.reading == reading && explained.steps.last { $0.due != nil }?.due == reading.due, "the sum comes out")
        expectSums(explained.steps, since: state.start)
        #expect(waited(explained.steps) / 1_000 == reading.pausedSeconds)
      }
    }
  }

  /// Each line of a change has all that its due time is made of.
  private func expectSums(_ steps: [ClockStep], since first: Instant) {
    var start = first
    for step in steps {
      if case .started(let at, _, _) = step { start = at }
      guard case .changed(let change, let promise) = step else { continue }
      let end = promise.unrounded ?? promise.due
      switch promise.basis {
      case .start:
        let whole = promise.calendar.add(to: start, promise.within)
        #expect(end == promise.calendar.add(to: whole, working: promise.pausedMilliseconds))
      case .change: #expect(end == promise.calendar.add(to: change, promise.within))
      case .promisedBefore: #expect(promise.due <= promise.calendar.closing(of: promise.calendar.add(to: change, promise.within)))
      }
    }
  }

  /// What the lines say of waits since it last started.
  private func waited(_ steps: [ClockStep]) -> Int64 {
    steps.reduce(0) { sum, step in
      switch step {
      case .started: 0
      case .paused(let pause) where pause.effect == .ignored: sum
      case .paused(let pause), .reopened(let pause, _): sum + pause.milliseconds - pause.countedMilliseconds
      case .changed(_, let promise) where promise.recountsWaits: promise.pausedMilliseconds
      default: sum
      }
    }
  }

  private func policy(_ random: inout Dice) throws -> ServicePolicy {
    let pauses: [TargetRule.Pauses] = [.never, .always, .reasons(["customer"])]
    var rules: [TargetRule] = []
    for (id, starts, met) in [
      ("respond", "reported", ["responded", "cleared"]), ("clear", "arrived", ["cleared"]), ("go", "reported", ["arrived"]),
    ] {
      for when in [[:], ["urgency": "emergency"], ["area": "outside"]] where !when.isEmpty || Bool.random(using: &random) {
        rules.append(
          TargetRule(
            id: id, starts: starts, metBy: met, within: .seconds(Int.random(in: 1...8, using: &random) * 1_800),
            calendar: pick(["always", "always", "office"], &random), pauses: pick(pauses, &random),
            onReopen: pick(TargetRule.Reopening.allCases, &random), when: when))
        if rules[rules.count - 1].calendar == "office", Bool.random(using: &random) { rules[rules.count - 1].ends = .close }
      }
    }
    return try ServicePolicy(version: "\(rules.count)", targets: rules, calendars: ["office": Story.office])
  }

  private func event(_ at: Instant, _ random: inout Dice) -> ClockEvent {
    let names = [
      "paused", "paused", "resumed", "resumed", "changed", "changed", "arrived", "responded", "cleared", "confirmed", "closed", "reopened",
      "rejected", "cancelled", "commented",
    ]
    var event = ClockEvent(at: at, event: pick(names, &random))
    if event.event == "paused" { event.reason = pick(["customer", "parts"], &random) }
    if event.event == "changed" {
      event.attributes =
        Bool.random(using: &random)
        ? ["urgency": pick(["normal", "emergency"], &random)] : ["area": pick(["covered", "outside"], &random)]
    }
    return event
  }

  private func pick<Value>(_ values: [Value], _ random: inout Dice) -> Value { values.randomElement(using: &random)! }
}

/// SplitMix64: the same throws for the same seed.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

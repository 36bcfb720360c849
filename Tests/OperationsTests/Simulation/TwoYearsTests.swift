import Domain
import Operations
import Testing

/// Every clause of SLA over two years of a company of 110 people and 40,000 cases, against a naive model of the design's words.
@Suite struct TwoYearsTests {
  private static let cases = 40_000

  /// What was looked at, so that nothing is right because it never happened.
  private struct Tally {
    var readings = 0
    /// `SLA-5 paused`: how often a target of a clause was read in a state.
    var states: [String: Int] = [:]
    /// Events of all kinds, and the cases of each version.
    var events: [String: Int] = [:]
    var versions: [String: Int] = [:]
    var wrong: [String] = []

    mutating func add(_ other: Tally) {
      readings += other.readings
      states.merge(other.states) { $0 + $1 }
      events.merge(other.events) { $0 + $1 }
      versions.merge(other.versions) { $0 + $1 }
      wrong += other.wrong
    }
  }

  @Test func `forty thousand cases keep every promise as a naive model says, at every moment looked at (SLA-1..SLA-9)`() async throws {
    let shelf = PolicyShelf()
    let months = [0, 180, 480].map { Instant(milliseconds: Int64(SimulatedCompany.begin + $0 * 86_400) * 1_000) }
    shelf.put(ShippedPolicy.policy, from: months[0])
    shelf.put(try SimulatedPolicy.read(SimulatedPolicy.own("own")), from: months[1])
    shelf.put(try SimulatedPolicy.read(SimulatedPolicy.later), from: months[2])
    let each = Self.cases / SimulatedCompany.branches + 1
    let tally = await withTaskGroup(of: Tally.self, returning: Tally.self) { group in
      for branch in 0..<SimulatedCompany.branches { group.addTask { Self.run(branch: branch, cases: each, shelf) } }
      return await group.reduce(into: Tally()) { $0.add($1) }
    }
    #expect(tally.wrong.prefix(5) == [], "\(tally.wrong.count) of \(tally.readings) readings")
    #expect(tally.versions.values.reduce(0, +) >= Self.cases && tally.versions.values.allSatisfy { $0 > Self.cases / 10 })
    #expect(tally.readings > 2 * Self.cases)
    let clauses = ["SLA-1", "SLA-2", "SLA-3", "SLA-4", "SLA-5", "SLA-6"]
    for seen in clauses.flatMap({ clause in ["running", "paused", "met", "missed", "dropped"].map { "\(clause) \($0)" } }) {
      #expect(tally.states[seen, default: 0] > 50, "\(seen)")
    }
    for event in ["paused", "resumed", "changed", "rejected", "reopened", "merged", "cancelled", "standby-provided", "remote-failed"] {
      #expect(tally.events[event, default: 0] > 200, "\(event)")
    }
  }

  private static func run(branch: Int, cases: Int, _ shelf: PolicyShelf) -> Tally {
    var tally = Tally(), company = SimulatedCompany(branch: branch, seed: 20_261_128), dice = Seeded(UInt64(branch) + 7)
    let calendars = SimulatedPolicy.naive()
    for (number, one) in company.cases(cases).enumerated() {
      // A case keeps the policy it was accepted under, whatever holds later (SLA-9).
      guard let policy = shelf.inForce(at: one.events[0].event.at) else { continue }
      tally.versions[policy.version, default: 0] += 1
      let groups = Dictionary(grouping: policy.targets, by: \.id)
      var run = ClockRun(policy: policy, attributes: one.attributes)
      for (place, event) in one.events.enumerated() {
        tally.events[event.name, default: 0] += 1
        run.apply(event.event)
        let next = place + 1 < one.events.count ? one.events[place + 1].at : event.at + 400_000
        // Not after every event: a look costs the naive model the whole history.
        guard place + 1 == one.events.count || Int.random(in: 0..<8, using: &dice) == 0 else { continue }
        var moments = [Int.random(in: event.at...next, using: &dice)]
        // At the very instant that something is due, and a second after.
        if Bool.random(using: &dice), let state = run.states.randomElement(using: &dice) {
          let due = Int(state.due.milliseconds / 1_000)
          moments += [due, due + 1].filter { (event.at...next).contains($0) }
        }
        for now in moments {
          tally.readings += 1
          let readings = run.readings(at: Instant(milliseconds: Int64(now) * 1_000)).map(Self.expected)
          let naive = policy.groups.compactMap { group in
            NaiveClock.read(group.id, groups[group.id]!, calendars, one.attributes, one.events[...place], at: now)
          }
          for (reading, state) in zip(readings, run.states) { tally.states["\(state.clause ?? "") \(reading.state)", default: 0] += 1 }
          if readings != naive { tally.wrong.append(Self.difference(branch, number, policy.version, one, place, now, readings, naive)) }
        }
      }
    }
    return tally
  }

  private static func expected(_ reading: TargetReading) -> Expected {
    Expected(
      id: reading.id, owner: reading.owner ?? "", state: reading.state.rawValue, start: Int(reading.start.milliseconds / 1_000),
      due: Int(reading.due.milliseconds / 1_000), metAt: reading.metAt.map { Int($0.milliseconds / 1_000) },
      used: Int(reading.usedSeconds), paused: Int(reading.pausedSeconds))
  }

  private static func difference(
    _ branch: Int, _ number: Int, _ version: String, _ one: SimulatedCompany.Case, _ place: Int, _ now: Int, _ readings: [Expected],
    _ naive: [Expected]
  ) -> String {
    let story = one.events[...place].map { event in
      "\(event.at) \(event.name) \(event.reason ?? "") \(event.attributes.map { "\($0)=\($1)" }.joined())"
    }.joined(separator: "\n")
    let ids = naive.filter { !readings.contains($0) }
    let ours = readings.filter { !naive.contains($0) }
    return "branch \(branch) case \(number) under \(version) at \(now)\n\(one.attributes)\n\(story)\nnaive \(ids)\nours  \(ours)\n"
  }
}

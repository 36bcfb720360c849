import Domain
import Persistence
import Testing

@testable import Operations

/// Every clause of SLA over two years of a company of 110 people and 40,000 cases, against a naive model of the design's words.
@Suite struct TwoYearsTests {
  private static let cases = 40_000

  /// What was looked at, so that nothing is right because it never happened.
  private struct Tally {
    var readings = 0
    /// `SLA-5 paused`: how often a target of a clause was read in a state.
    var states: [String: Int] = [:]
    /// `SLA-2 warning`, `SLA-2 waited`: how often an alarm was looked at, and how many warnings waited for an opening.
    var alarms: [String: Int] = [:]
    /// `SLA-2 warning`: what was said while the whole case went by.
    var said: [String: Int] = [:]
    /// Events of all kinds, and the cases of each version.
    var events: [String: Int] = [:]
    var versions: [String: Int] = [:]
    /// Cases that were moved to another version in between.
    var moved = 0
    /// Whom the alarms of the cases that went by were asked for.
    var asked: [SimulatedStaff.Question] = []
    var wrong: [String] = []

    mutating func add(_ other: Tally) {
      readings += other.readings
      states.merge(other.states) { $0 + $1 }
      alarms.merge(other.alarms) { $0 + $1 }
      said.merge(other.said) { $0 + $1 }
      events.merge(other.events) { $0 + $1 }
      versions.merge(other.versions) { $0 + $1 }
      moved += other.moved
      asked += other.asked
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
    for seen in clauses.flatMap({ ["\($0) warning", "\($0) escalation"] }) {
      #expect(tally.alarms[seen, default: 0] > 50 && tally.said[seen, default: 0] > 50, "\(seen)")
    }
    for clause in clauses { #expect(tally.alarms["\(clause) waited", default: 0] > 50, "\(clause)") }
    #expect(tally.moved > 200 && tally.said["afterwards", default: 0] > 1_000)
    try await Self.expectTold(tally.asked)
    for event in ["paused", "resumed", "changed", "rejected", "reopened", "merged", "cancelled", "standby-provided", "remote-failed"] {
      #expect(tally.events[event, default: 0] > 200, "\(event)")
    }
  }

  /// Who is told of each alarm, by the roster of the two years and the people there are (SLA-8).
  private static func expectTold(_ asked: [SimulatedStaff.Question]) async throws {
    let staff = SimulatedStaff(), company = try await TestCompany()
    #expect(staff.people.count == SimulatedCompany.staff)
    try await company.company.database.write { db in try staff.write(to: db) }
    var ways: [String: Int] = [:], wrong: [String] = []
    for some in stride(from: 0, to: asked.count, by: 1_000).map({ asked[$0..<min($0 + 1_000, asked.count)] }) {
      let told = try await company.company.database.read { db in
        try some.map { question in
          try Addressees.staff(
            of: question.role, hands: question.hands.map { StaffID($0) }, branch: question.branch,
            at: Instant(milliseconds: Int64(question.at) * 1_000), in: db
          ).map(\.text)
        }
      }
      for (question, ours) in zip(some, told) {
        let naive = staff.told(question)
        if ours != naive { wrong.append("\(question): \(ours), naive \(naive)") }
        let way =
          question.hands.contains(where: naive.contains) ? "in hand" : naive.count == 1 ? "one" : naive.isEmpty ? "nobody" : "several"
        ways["\(question.role.rawValue) \(way)", default: 0] += 1
      }
    }
    #expect(wrong.prefix(5) == [], "\(wrong.count) of \(asked.count)")
    for seen in [
      "engineer in hand", "engineer several", "call-taker in hand", "dispatcher one", "dispatcher several", "branch-manager one",
      "service-manager several", "general-manager one", "storekeeper one",
    ] { #expect(ways[seen, default: 0] > 50, "\(seen): \(ways)") }
  }

  private static func run(branch: Int, cases: Int, _ shelf: PolicyShelf) -> Tally {
    var tally = Tally(), company = SimulatedCompany(branch: branch, seed: 20_261_128), dice = Seeded(UInt64(branch) + 7)
    let calendars = SimulatedPolicy.naive()
    for (number, one) in company.cases(cases).enumerated() {
      // A case keeps the policy it was accepted under, whatever holds later (SLA-9).
      guard var policy = shelf.inForce(at: one.events[0].event.at) else { continue }
      tally.versions[policy.version, default: 0] += 1
      var groups = Dictionary(grouping: policy.targets, by: \.id)
      var run = ClockRun(policy: policy, attributes: one.attributes)
      var watched = ClockRun(policy: policy, attributes: one.attributes, watched: true)
      // Some are followed from the first event to the last: what a sweeper would have said, and what was owed.
      let isFollowed = number % 16 == 0
      var raised: Set<Alarm.Key> = [], said: Set<ExpectedAlarm.Key> = []
      // Unless somebody moves it, with a reason: then all its clocks are reckoned under the other version, from the first event on.
      let move = number % 32 == 0 ? Int.random(in: 1...one.events.count, using: &dice) : nil
      var hands: (engineer: String?, callTaker: String?), isOver = false
      for (place, event) in one.events.enumerated() {
        tally.events[event.name, default: 0] += 1
        run.apply(event.event)
        if isFollowed { watched.apply(event.event) }
        if place == move, let other = shelf[["own", "later"].randomElement(using: &dice)!], other.version != policy.version {
          (policy, groups) = (other, Dictionary(grouping: other.targets, by: \.id))
          run = ClockRun(policy: policy, attributes: one.attributes)
          run.apply(one.events[...place].map(\.event))
          tally.moved += 1
        }
        switch event.name {
        case "accepted": hands.callTaker = SimulatedStaff.callTaker(of: branch)
        case "dispatched": hands.engineer = SimulatedStaff.engineer((number + place) % 6, of: branch)
        case "left", "cleared", "cancelled": hands.engineer = nil
        default: break
        }
        // Nobody is told of a case that is over, whatever policy lets it owe.
        if ["closed", "cancelled", "merged"].contains(event.name) { isOver = true }
        if ["reopened", "rejected"].contains(event.name) { isOver = false }
        let isLast = place + 1 == one.events.count, next = isLast ? event.at + 400_000 : one.events[place + 1].at
        // Not after every event: a look costs the naive model the whole history.
        defer {
          // What it says afterwards is what was said on the way (BEY-5).
          if isLast, isFollowed, policy.version == watched.policy.version {
            let after = watched.said(by: Instant(milliseconds: Int64(next) * 1_000 - 1)).map(ExpectedAlarm.init)
            compare(after.map(\.key.description).sorted(), said.map(\.description).sorted(), at: next)
            tally.said["afterwards", default: 0] += after.count
          }
        }
        guard isLast || isFollowed || Int.random(in: 0..<8, using: &dice) == 0 else { continue }
        let naive = policy.groups.compactMap { NaiveClock.after(one.events[...place], $0.id, groups[$0.id]!, calendars, one.attributes) }
        func compare<Value: Hashable & CustomStringConvertible>(_ ours: [Value], _ naive: [Value], at now: Int) {
          guard ours != naive else { return }
          tally.wrong.append(
            Self.difference(branch, number, policy.version, one, place, now, ours.map(\.description), naive.map(\.description)))
        }

        let owed = Self.inOrder(naive.flatMap { $0.alarms(at: event.at) }).filter { !said.contains($0.key) }
        let alarms = run.alarms(except: raised)
        compare(alarms.map(ExpectedAlarm.init), owed, at: event.at)
        for clock in naive { Self.count(clock, owed, at: event.at, in: &tally.alarms) }
        if isFollowed, !isOver {
          let due = owed.prefix { $0.at < next * 1_000 }
          for alarm in due {
            tally.said["\(naive.first { $0.id == alarm.key.target }?.rule.clause ?? "") \(alarm.key.kind)", default: 0] += 1
          }
          tally.asked += due.compactMap { alarm in
            guard let role = Role(rawValue: alarm.to) else { return nil }
            return SimulatedStaff.Question(
              role: role, hands: [hands.engineer, hands.callTaker].compactMap(\.self), branch: SimulatedStaff.branch(branch),
              at: alarm.at / 1_000)
          }
          said.formUnion(due.map(\.key))
          raised.formUnion(alarms.prefix { $0.at < Instant(milliseconds: Int64(next) * 1_000) }.map(\.key))
        }

        var moments = [Int.random(in: event.at...next, using: &dice)]
        // At the very instant that something is due, and a second after.
        if Bool.random(using: &dice), let state = run.states.randomElement(using: &dice) {
          let due = Int(state.due.milliseconds / 1_000)
          moments += [due, due + 1].filter { (event.at...next).contains($0) }
        }
        for now in moments {
          tally.readings += 1
          let readings = run.readings(at: Instant(milliseconds: Int64(now) * 1_000)).map(Self.expected)
          for (reading, state) in zip(readings, run.states) { tally.states["\(state.clause ?? "") \(reading.state)", default: 0] += 1 }
          compare(readings, naive.map { $0.reading(at: now) }, at: now)
        }
      }
    }
    return tally
  }

  /// By their instants; at one instant as the policy lists them.
  private static func inOrder(_ alarms: [ExpectedAlarm]) -> [ExpectedAlarm] {
    alarms.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  private static func count(_ clock: NaiveClock, _ alarms: [ExpectedAlarm], at now: Int, in tally: inout [String: Int]) {
    let clause = clock.rule.clause ?? ""
    for alarm in alarms where alarm.key.target == clock.id {
      tally["\(clause) \(alarm.key.kind)", default: 0] += 1
      if alarm.key.kind == "warning", clock.waits(alarm.key.place, at: now) { tally["\(clause) waited", default: 0] += 1 }
    }
  }

  private static func expected(_ reading: TargetReading) -> Expected {
    Expected(
      id: reading.id, owner: reading.owner ?? "", state: reading.state.rawValue, start: Int(reading.start.milliseconds / 1_000),
      due: Int(reading.due.milliseconds / 1_000), metAt: reading.metAt.map { Int($0.milliseconds / 1_000) },
      used: Int(reading.usedSeconds), paused: Int(reading.pausedSeconds))
  }

  private static func difference(
    _ branch: Int, _ number: Int, _ version: String, _ one: SimulatedCompany.Case, _ place: Int, _ now: Int, _ ours: [String],
    _ naive: [String]
  ) -> String {
    let story = one.events[...place].map { event in
      "\(event.at) \(event.name) \(event.reason ?? "") \(event.attributes.map { "\($0)=\($1)" }.joined())"
    }.joined(separator: "\n")
    let missing = naive.filter { !ours.contains($0) }, extra = ours.filter { !naive.contains($0) }
    return "branch \(branch) case \(number) under \(version) at \(now)\n\(one.attributes)\n\(story)\nnaive \(missing)\nours  \(extra)\n"
  }
}

import Domain
import Testing

/// Who is sent (INT-6): 余干 at 10:54 on Monday 2026-11-23.
@Suite struct SuggestionTests {
  private static let yugan = Coordinate(latitude: "28.6956", longitude: "116.6844")
  private static let poyang = Coordinate(latitude: "28.9924", longitude: "116.6675")
  private static let now = Story.at("10:54")
  private static let today = CivilDate(year: 2026, month: 11, day: 23)!
  private let errand = Errand(category: "DR", branch: BranchID("yugan"), place: yugan, due: nil, urgency: .normal)

  private func engineer(
    _ name: String, skills: [String] = ["DR"], certificates: [Candidate.Certificate] = [], branch: String = "yugan",
    base: Coordinate? = yugan, visits: [Visit] = [], knows: Instant? = nil, sent: Bool = false
  ) -> Candidate {
    Candidate(
      staff: StaffID(name), branch: BranchID(branch), skills: skills, certificates: certificates, base: base, visits: visits,
      knowsMachineSince: knows, isSent: sent)
  }

  private func rank(_ candidates: Candidate..., for other: Errand? = nil) -> [Suggestion] {
    Suggestion.rank(candidates, for: other ?? errand, at: Self.now, today: Self.today)
  }

  private func until(_ year: Int, _ month: Int, _ day: Int) -> Candidate.Certificate {
    .init(name: "DR维修上岗证", expires: CivilDate(year: year, month: month, day: day)!)
  }

  @Test func `whoever lacks the skill, or whose certificate has expired, does not fit and stands last (ORG-4)`() {
    let found = rank(
      engineer("expired", certificates: [until(2026, 11, 22)]), engineer("other", skills: ["CT"]),
      engineer("today", certificates: [until(2026, 11, 23)], base: Self.poyang),
      engineer("renewed", certificates: [until(2026, 1, 1), until(2027, 1, 1)]))
    #expect(found.map(\.staff.text) == ["renewed", "today", "expired", "other"])
    #expect(found.map(\.fits) == [true, true, false, false])
    #expect(found[2].reasons.contains(.certificateExpired("DR", on: CivilDate(year: 2026, month: 11, day: 22)!)))
    #expect(found[3].reasons.contains(.noSkill("DR")))
    #expect(found[0].reasons.contains(.skill("DR", until: CivilDate(year: 2027, month: 1, day: 1)!)))
  }

  @Test func `nobody is ruled out by what nobody recorded`() {
    let unknown = rank(engineer("blank", skills: []))[0]
    #expect(unknown.fits && unknown.reasons.contains(.skillUnknown))
    let machine = rank(engineer("ct", skills: ["CT"]), for: Errand(category: nil, branch: nil, place: nil, due: nil, urgency: .normal))[0]
    #expect(machine.fits && machine.reasons == [.skillUnknown, .wayUnknown, .load(open: 0, free: Self.now)])
    #expect(machine.arrives == Self.now + 3_600)
  }

  @Test func `the nearer one is there first: 33 km are 57 minutes, next door five`() {
    let found = rank(engineer("far", base: Self.poyang), engineer("near"))
    #expect(found.map(\.staff.text) == ["near", "far"])
    #expect(found[1].reasons.contains(.way(metres: 33_044, seconds: 3_393)))
    #expect(found[0].arrives == Self.now + 300 && found[1].arrives == Self.now + 3_393)
  }

  @Test func `half an hour is worth keeping to the district, but an emergency goes to whoever is there first (ORG-2, INT-8)`() {
    let busy = Visit(state: .arrived, dispatchedAt: Story.at("09:00"), arrivedAt: Story.at("10:00"), place: Self.yugan)
    let own = engineer("own", visits: [busy]), other = engineer("other", branch: "poyang", base: Self.poyang)
    // The own one is free at 11:30 and there at 11:35; the other at 11:51.
    #expect(rank(own, other).map(\.staff.text) == ["own", "other"])
    #expect(rank(own, other)[1].reasons.contains(.otherBranch))
    var longer = busy
    longer.arrivedAt = Story.at("10:30")
    // Now the own one is there at 12:05, and still preferred; but not where a minute counts.
    let later = engineer("own", visits: [longer])
    #expect(rank(later, other).map(\.staff.text) == ["own", "other"])
    var urgent = errand
    urgent.urgency = .emergency
    #expect(rank(later, other, for: urgent).map(\.staff.text) == ["other", "own"])
  }

  @Test func `whoever repaired this very machine is worth waiting three quarters of an hour for`() {
    let knowing = engineer("knowing", base: Self.poyang, knows: Story.at("09:00"))
    #expect(rank(engineer("near"), knowing).map(\.staff.text) == ["near", "knowing"])
    let visit = Visit(state: .dispatched, dispatchedAt: Story.at("10:00"), plannedAt: Story.at("11:00"), place: Self.yugan)
    let found = rank(engineer("near", visits: [visit]), knowing)
    #expect(found.map(\.staff.text) == ["knowing", "near"])
    #expect(found[0].reasons.contains(.knowsMachine(Story.at("09:00"))))
  }

  @Test func `a second visit fits into a gap that holds way, work and the way on, else it waits`() {
    func planned(_ time: String) -> Visit {
      Visit(state: .dispatched, dispatchedAt: Story.at("09:00"), plannedAt: Story.at(time), place: Self.yugan)
    }
    func arrives(_ times: String...) -> String { Story.time(rank(engineer("w", visits: times.map(planned)))[0].arrives) }
    #expect(arrives() == "10:59")
    #expect(arrives("12:34") == "10:59")
    #expect(arrives("12:33") == "14:08")
    #expect(arrives("11:00", "13:00") == "14:35")
    #expect(arrives("11:00", "14:10") == "12:35")
  }

  @Test func `on site, on the way, planned and waiting are each reckoned with`() {
    let onSite = Visit(state: .arrived, dispatchedAt: Story.at("08:00"), arrivedAt: Story.at("08:30"), place: Self.yugan)
    let waiting = Visit(state: .dispatched, dispatchedAt: Story.at("09:00"), place: Self.poyang)
    let past = Visit(state: .dispatched, dispatchedAt: Story.at("09:00"), plannedAt: Story.at("09:30"), place: Self.yugan)
    let done = Visit(state: .left, dispatchedAt: Story.at("07:00"), leftAt: Story.at("08:00"))
    func day(_ visits: Visit...) -> [String] {
      DayPlan(visits, base: Self.yugan, at: Self.now).open.map { "\($0.index) \(Story.time($0.arrives)) \(Story.time($0.ends))" }
    }
    // Overdue to leave: a quarter of an hour more.
    #expect(day(onSite, done) == ["0 08:30 11:09"])
    // The one without a plan follows: away at 11:09, 57 minutes.
    #expect(day(onSite, waiting) == ["0 08:30 11:09", "1 12:05 13:35"])
    #expect(day(past) == ["0 10:54 12:24"])
    let driving = Visit(state: .departed, dispatchedAt: Story.at("09:00"), departedAt: Story.at("10:30"), place: Self.poyang)
    #expect(day(driving) == ["0 11:26 12:56"])
  }

  @Test func `what comes too late, and whoever is on the way already, is said`() {
    var due = errand
    due.due = Story.at("10:55")
    #expect(rank(engineer("w"), for: due)[0].reasons.contains(.tooLate(seconds: 240)))
    let sent = rank(engineer("w", sent: true))[0]
    #expect(!sent.fits && sent.reasons.first == .alreadySent)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)  // a failing seed can be run again
  func `everybody is ranked once, the fitting first, nobody arrives before a way from now, and order of input does not matter`(seed: UInt64)
  {
    var random = Dice(state: seed)
    let candidates = (0..<Int.random(in: 1...12, using: &random)).map { index in self.candidate(index, &random) }
    let errand = Errand(
      category: Bool.random(using: &random) ? "DR" : nil, branch: BranchID("yugan"), place: Self.yugan, due: Self.now + 3_600,
      urgency: Bool.random(using: &random) ? .normal : .emergency)
    let found = Suggestion.rank(candidates, for: errand, at: Self.now, today: Self.today)
    #expect(Set(found.map(\.staff)) == Set(candidates.map(\.staff)) && found.count == candidates.count)
    #expect(found.map(\.fits) == found.map(\.fits).sorted { $0 && !$1 })
    for suggestion in found { #expect(suggestion.arrives >= Self.now + 300) }
    #expect(Suggestion.rank(candidates.shuffled(using: &random), for: errand, at: Self.now, today: Self.today) == found)
    for candidate in candidates {
      let arrives = found.first { $0.staff == candidate.staff }!.arrives
      for visit in DayPlan(candidate.visits, base: candidate.base, at: Self.now).open {
        #expect(visit.ends < arrives || arrives + Reckoning.onSite < visit.arrives, "nobody is in two places at once")
      }
    }
  }

  private func candidate(_ index: Int, _ random: inout Dice) -> Candidate {
    let visits = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      Visit(
        state: [WorkOrderState.dispatched, .departed, .arrived, .left].randomElement(using: &random)!,
        dispatchedAt: Self.now - .random(in: 0...9_000, using: &random),
        plannedAt: Bool.random(using: &random) ? Self.now + .random(in: -3_600...20_000, using: &random) : nil,
        departedAt: Self.now - .random(in: 0...3_600, using: &random), arrivedAt: Self.now - .random(in: 0...3_600, using: &random),
        place: [Self.yugan, Self.poyang, nil].randomElement(using: &random)!)
    }
    return engineer(
      "w\(index)", skills: [["DR"], ["CT"], []].randomElement(using: &random)!,
      certificates: Bool.random(using: &random) ? [until(2026, .random(in: 9...12, using: &random), 1)] : [],
      branch: ["yugan", "poyang"].randomElement(using: &random)!, base: [Self.yugan, Self.poyang].randomElement(using: &random)!,
      visits: visits, knows: Bool.random(using: &random) ? Self.now - 90_000 : nil)
  }
}

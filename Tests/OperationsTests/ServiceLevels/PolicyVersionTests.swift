import Domain
import Persistence
import Testing

@testable import Operations

/// Versions of the service policy: recorded whole, compared, tried, activated (SLA-9, BEY-5).
@Suite struct PolicyVersionTests {
  private static let stricter = ShippedPolicy.yaml.replacing(#"policy: "2026-11""#, with: #"policy: "2026-12""#)
    .replacing("within: 2h", with: "within: 30min")
  private static let byHours = """
    policy: "2027-01"
    calendars: {office: office.cal.yaml}
    targets:
      - {id: respond, clause: SLA-1, starts: reported, met_by: responded, within: 2h, calendar: office}
    """

  private func policies(_ desk: TestDesk) -> PolicyOperations { PolicyOperations(desk.test.company) }

  @Test func `a new version holds from its moment on, and a case keeps the one it was accepted under`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    let before = try await desk.report(["serialNumber": "SN-1"])
    _ = try await policies.record(Self.stricter, calendars: [:], by: .system)
    // Recorded is not in force.
    #expect(try await desk.report(["serialNumber": "SN-2"])["policy"].text == "2026-11")
    let from = desk.test.now + 3_600
    #expect(try await policies.activate("2026-12", from: from, by: .system) == from)
    #expect(try await desk.report(["serialNumber": "SN-2"])["policy"].text == "2026-11")
    desk.test.set(from)
    let after = try await desk.report(["serialNumber": "SN-2"])
    #expect(after["policy"].text == "2026-12")
    #expect(after.promises.first == "respond running 10:30")
    #expect(try await desk.find(before["id"].text).promises.first == "respond running 11:00")
    let listed = try await policies.list(by: desk.chen)
    #expect(listed.map(\.version) == ["2026-11", "2026-12"] && listed.map(\.isInForce) == [false, true])
    #expect(try await policies.text(of: "2026-12", by: desk.chen) == Self.stricter)
  }

  @Test func `a version is decided once: the same again changes nothing, other words are refused`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    for _ in 0..<2 { _ = try await policies.record(Self.stricter, calendars: [:], by: .system) }
    #expect(try await desk.events("policy/2026-12").map(\.kind) == ["recorded"])
    let other = Self.stricter.replacing("30min", with: "31min")
    #expect(await desk.outcome { try await policies.record(other, calendars: [:], by: .system) } == "conflict policy.exists")
    #expect(await desk.outcome { try await policies.activate("2030-01", by: .system) } == "missing policy.unknown")
    let yesterday = desk.test.now - 86_400
    #expect(await desk.outcome { try await policies.activate("2026-12", from: yesterday, by: .system) } == "invalid policy.past")
    for actor in [desk.chen, desk.gao, desk.wang, desk.manager, desk.doctor] {
      #expect(await desk.outcome { try await policies.activate("2026-12", by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await policies.record(other, calendars: [:], by: actor) } == "forbidden access.not-allowed")
    }
  }

  @Test func `an open case is moved to another version with a reason, and its promises are reckoned anew (SLA-9)`() async throws {
    let desk = try await TestDesk(), policies = policies(desk), move = PolicyMove(desk.test.company)
    let one = try await desk.report(["serialNumber": "SN-1"]), other = try await desk.report(["serialNumber": "SN-2"])
    let ended = try await desk.report(["kind": "training", "serialNumber": "SN-1"])
    try await desk.take(.cancel, ["reason": "x"], on: ended["id"].text)
    _ = try await policies.record(Self.stricter, calendars: [:], by: .system)
    let input: Fields = Fields(["policy": "2026-12", "reason": "误用旧版"])
    for actor in [desk.chen, desk.manager, desk.doctor] {
      #expect(await desk.outcome { try await move.move(one["id"].text, input, Call(actor)) } == "forbidden access.not-allowed")
    }
    let moved = try await JSON(move.move(one["id"].text, input, Call(desk.administrator)).body)
    #expect(moved["policy"].text == "2026-12" && moved.promises.first == "respond running 09:30")
    let event = try #require(try await desk.events("request/\(one["id"].text)").last)
    #expect(event.kind == "policy-moved" && event.body.contains("误用旧版"))
    #expect(try JSON(event.body)["due"][0]["target"].text == "respond")
    #expect(await desk.outcome { try await move.move(ended["id"].text, input, Call(.system)) } == "conflict policy.case-ended")
    let unknown = Fields(["policy": "2031-01", "reason": "x"])
    #expect(await desk.outcome { try await move.move(one["id"].text, unknown, Call(.system)) } == "missing policy.unknown")
    var report = PolicyMove.Report()
    (report.cases, report.changed) = (1, 1)
    #expect(try await move.moveAll(to: "2026-12", because: "新版", by: .system) == report)
    #expect(try await move.moveAll(to: "2026-12", because: "新版", by: .system) == PolicyMove.Report())
    #expect(try await desk.find(other["id"].text).promises.first == "respond running 09:30")
    #expect(try await Verify(desk.test.company).run().findings.isEmpty)
    // The warning is now that of the new version.
    #expect(try await Sweeper(desk.test.company).sweep().next == monday("09:15"))
  }

  @Test func `a policy that is to come back later holds until another takes its place (SLA-9)`() async throws {
    let desk = try await TestDesk(), policies = policies(desk), day: Int64 = 86_400, now = desk.test.now
    func version() async throws -> String { try await desk.report(["serialNumber": "SN-2"])["policy"].text }
    _ = try await policies.record(Self.stricter, calendars: [:], by: .system)
    // The stricter one for a week, from the tenth day on the present one again; decided in whatever order.
    _ = try await policies.activate("2026-11", from: now + 10 * day, by: .system)
    _ = try await policies.activate("2026-12", from: now + 3 * day, by: .system)
    #expect(try await version() == "2026-11")
    let listed = try await policies.list(by: desk.chen)
    #expect(listed.map(\.isInForce) == [true, false] && listed.map(\.next) == [now + 10 * day, nil])
    #expect(try #require(listed[0].from) <= now && listed[1].from == now + 3 * day)
    // Put off by two days: the day that was still to come is no more.
    _ = try await policies.activate("2026-12", from: now + 5 * day, by: .system)
    for (days, holds) in [(4, "2026-11"), (5, "2026-12"), (9, "2026-12"), (10, "2026-11")] {
      desk.test.set(now + Int64(days) * day)
      #expect(try await version() == holds, "day \(days)")
    }
    // Another start reads the same from the journal; of two for one instant the later decision holds.
    try await policies.load()
    #expect(try await version() == "2026-11" && desk.test.company.policies.inForce(at: now + 6 * day)?.version == "2026-12")
    let same = now + 20 * day
    _ = try await policies.activate("2026-11", from: same, by: .system)
    desk.test.pass(seconds: 1)
    _ = try await policies.activate("2026-12", from: same, by: .system)
    desk.test.set(same)
    #expect(try await version() == "2026-12")
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a policy adds reasons to wait, for the cases it was accepted under and for no other (SLA-8)`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    let old = try await desk.report(["serialNumber": "SN-1"])["id"].text
    let draft = """
      policy: "2026-12"
      pause_reasons: [等院方验收]
      targets:
        - {id: respond, clause: SLA-1, starts: reported, met_by: responded, within: 2h, pauses: [等院方验收]}
      """
    _ = try await policies.record(draft, calendars: [:], by: .system)
    _ = try await policies.activate("2026-12", by: .system)
    let new = try await desk.report(["serialNumber": "SN-2"])["id"].text
    for id in [old, new] { try await desk.take(.accept, on: id) }
    desk.at("09:30")
    let waiting = try await desk.take(.pause, ["reason": "等院方验收"], on: new)
    #expect(waiting.promises == ["respond paused 11:00"])
    desk.at("10:00")
    #expect(try await desk.find(new).promises == ["respond paused 11:30"])
    #expect(
      await desk.outcome { try await desk.take(.pause, ["reason": "等院方验收"], on: old) } == "invalid input.invalid")
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a machine's contract has its own promises, and a case takes them over with the machine (SLA-9)`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    let text = """
      policy: "2027-01"
      targets:
        - {id: respond, clause: SLA-1, starts: reported, met_by: responded, within: 2h}
        - {id: respond, clause: SLA-9, starts: reported, met_by: responded, within: 1h, when: {contract: gold}}
      """
    _ = try await policies.record(text, calendars: [:], by: .system)
    _ = try await policies.activate("2027-01", by: .system)
    let machine = try await desk.find(try await desk.report(["serialNumber": "SN-1"])["id"].text)["equipment"]["id"].text
    _ = try await desk.test.registers.change(.equipment, machine, Fields(["contract": "gold"]), Call(desk.manager, expected: 1))
    let gold = try await desk.report(["serialNumber": "SN-1"]), plain = try await desk.report(["serialNumber": "SN-2"])
    #expect(gold.promises == ["respond running 10:00"] && plain.promises == ["respond running 11:00"])
    try await desk.take(.accept, on: plain["id"].text)
    // It was the other machine: an hour from the change on.
    desk.at("09:30")
    #expect(try await desk.take(.change, ["equipment": "SN-1"], on: plain["id"].text).promises == ["respond running 10:30"])
    #expect(try await desk.take(.change, ["equipment": "SN-2"], on: plain["id"].text).promises == ["respond running 11:00"])
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `what nobody can want is not recorded, though clocks would run by it`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    func outcome(_ text: String, _ calendar: String = "") async -> String {
      await desk.outcome { try await policies.record(text, calendars: ["office.cal.yaml": calendar], by: .system) }
    }
    #expect(await outcome("policy: \"2027-01\"") == "invalid policy.missing-key")
    #expect(await outcome("policy: \"2027-01\"\ntargets: []") == "invalid policy.missing-key")
    for reason in [String(repeating: "x", count: 61), "\"  \"", "\"等\\u202E院方\""] {
      let text = Self.byHours.replacing("within: 2h,", with: "within: 2h, pauses: [\(reason)],")
      #expect(await outcome(text, OfficeHours.yaml) == "invalid policy.wrong-shape", "\(reason)")
    }
    // Every Monday off for a year and a half: a promise would run for ever.
    let mondays = (0..<80).map { "\(CivilDate(daysSinceEpoch: 20_794 + $0 * 7)): off" }.joined(separator: ", ")
    let closed = "time_zone: Asia/Shanghai\nweek: {mon: [\"09:00-17:00\"]}\ndays: {\(mondays)}\n"
    #expect(await outcome(Self.byHours, closed) == "invalid calendar.closed-too-long")
    #expect(await outcome(Self.byHours, closed.replacing("{mon:", with: "{tue: [\"09:00-10:00\"], mon:")) == "taken")
  }

  @Test func `what is probably a mistake is said, and taken`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    let text = """
      policy: "2027-01"
      pause_reasons: [customs]
      targets:
        - {id: a, starts: reported, met_by: responded, within: 2h, warn: [50%], pauses: [custmer, customs, parts]}
        - {id: b, starts: reported, met_by: responded, within: 2h, warn: [3h]}
        - {id: a, starts: reported, met_by: responded, within: 1h, when: {customer: \(desk.hospital)}}
        - {id: a, starts: reported, met_by: responded, within: 1h, when: {customer: nobody, site: nowhere}}
      """
    let policy = try await policies.record(text, calendars: [:], by: .system)
    // Closing time, or a wait, may put due so late that it comes.
    let mended = text.replacing("custmer, ", with: "").replacing("warn: [3h]", with: "warn: [3h], pauses: true")
    #expect(try ServicePolicy(yaml: mended).remarks.isEmpty)
    #expect(policy.remarks.count == 2 && policy.remarks[0].contains("“custmer”") && policy.remarks[1].contains("warns 3 h before due"))
    #expect(policy.pauseReasons == ["customer", "parts", "access", "other", "customs", "custmer"])
    let strangers = try await policies.strangers(in: policy, by: .system)
    #expect(strangers.map { $0.prefix(26) } == ["There is no customer nobod", "There is no site nowhere; "])
    #expect(ShippedPolicy.policy.remarks.isEmpty)
  }

  @Test func `its calendars and the table of holidays are frozen with it (SLA-7)`() async throws {
    let desk = try await TestDesk(), policies = policies(desk)
    let recorded = try await policies.record(Self.byHours, calendars: ["office.cal.yaml": OfficeHours.yaml], by: .system)
    // Read anew from the journal alone: no file stands beside it.
    desk.test.company.policies.put(ShippedPolicy.policy, from: nil)
    try await policies.load()
    let kept = try #require(desk.test.company.policies["2027-01"])
    #expect(kept == recorded)
    // Wednesday 30 September 2026 at 16:30: half an hour that day, and then the 8th, after 国庆节.
    let due = kept.calendar(of: kept.targets[0]).add(to: try Instant(parsing: "2026-09-30T16:30:00+08:00"), .seconds(7_200))
    #expect(due == (try Instant(parsing: "2026-10-08T10:30:00+08:00")))
    let body = try #require(try await desk.events("policy/2027-01").first?.body)
    #expect(body.contains("2026 off") && body.contains("09:00-17:00"))
    // Without its calendar it is no policy.
    let alone = Self.byHours.replacing("2027-01", with: "x")
    #expect(await desk.outcome { try await policies.record(alone, calendars: [:], by: .system) } != "taken")
  }

  @Test func `what another policy would have made of the cases is counted, and nothing is written (BEY-5)`() async throws {
    let desk = try await TestDesk()
    let quick = try await desk.report(["serialNumber": "SN-1"])["id"].text, slow = try await desk.report(["serialNumber": "SN-2"])
    for id in [quick, slow["id"].text] { try await desk.take(.accept, on: id) }
    desk.at("09:46")
    try await desk.take(.respond, on: quick, at: "09:10")
    try await desk.take(.respond, on: slow["id"].text, at: "09:46")
    let before = try await desk.test.number("SELECT COUNT(*) FROM journal")
    let draft = try ServicePolicy(yaml: Self.stricter)
    let report = try await PolicyTrial(desk.test.company).run(draft, by: .system)
    #expect(report.cases == 2 && report.changed == 1)
    let respond = try #require(report.targets.first { $0.id == "respond" })
    #expect((respond.was.met, respond.was.missed) == (2, 0) && (respond.would.met, respond.would.missed) == (1, 1))
    #expect(respond.was.warned.isEmpty && respond.was.told.isEmpty)
    // Half an hour before due is at once, half of it the slow one only; from 09:30 the owner, the branch's manager after 15 minutes.
    #expect(respond.would.warned == ["call-taker": 3])
    #expect(respond.would.told == ["call-taker": 1, "branch-manager": 1])
    let change = try #require(report.changes.first)
    #expect(report.changes.count == 1 && change.number == slow["number"].text)
    #expect(change.target == "respond" && change.was == .met && change.would == .missed)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM journal") == before)
    let later = try await PolicyTrial(desk.test.company).run(draft, since: desk.test.now + 1, by: .system)
    #expect(later.cases == 0 && later.targets.map(\.id).contains("respond"))
  }
}

import Domain
import Persistence
import Testing

@testable import Operations

/// A newer table of holidays reaches policies and open cases: a revision that holds, and `due-changed` in each case (SLA-7, SLA-9).
@Suite struct PolicyRevisionTests {
  /// `respond` by the office's days; `hotline` by every hour, whatever the table says.
  private static func policy(_ version: String, respond: String = "30wd") -> String {
    """
    policy: "\(version)"
    targets:
      - {id: respond, clause: SLA-1, starts: reported, met_by: responded, within: \(respond), calendar: office}
      - {id: hotline, starts: reported, met_by: [responded, cleared], within: 2h}
    calendars: {office: office.cal.yaml}
    """
  }

  private func record(_ version: String, _ desk: TestDesk, respond: String = "30wd") async throws {
    _ = try await PolicyOperations(desk.test.company)
      .record(Self.policy(version, respond: respond), calendars: ["office.cal.yaml": OfficeHours.yaml], by: .system)
  }

  private func take(_ table: String, _ desk: TestDesk) async throws -> PolicyRevisions.Report {
    _ = try await CalendarOperations(desk.test.company).record(table, by: .system)
    return try await follow(desk)
  }

  private func follow(_ desk: TestDesk, by actor: Actor = .system) async throws -> PolicyRevisions.Report {
    try await PolicyRevisions(desk.test.company).follow(patience: .zero, by: actor)
  }

  /// The table of a year as it is shipped, said otherwise.
  private static func year(_ year: Int, _ change: (String) -> String) -> String { change(HolidayTable.china.only([year]).text) }

  private func states(of number: String, _ desk: TestDesk) async throws -> [String] {
    try await desk.find(number)["targets"].value.array?.compactMap { $0["state"]?.text } ?? []
  }

  private func due(_ target: Int, of number: String, _ desk: TestDesk) async throws -> String? {
    try await desk.find(number)["targets"][target]["due"].text
  }

  @Test func `next year's table moves what is due in it, and each open case keeps both due times (SLA-7)`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    let shipped = try await desk.report()["number"].text
    try await record("one", desk)
    _ = try await policies.activate("one", by: .system)
    let open = try await desk.report()["number"].text, ended = try await desk.report()["number"].text
    try await desk.take(.cancel, ["reason": "x"], on: ended)
    #expect(try await due(0, of: open, desk) == "2027-01-04T01:00:00.000Z")

    let wanted = PolicyRevisions.Revision(from: "one", to: "one-r2", years: [2027])
    var report = PolicyRevisions.Report(revisions: [wanted])
    (report.cases, report.changed) = (1, 1)
    _ = try await CalendarOperations(desk.test.company).record(OfficeHours.year2027, by: .system)
    #expect(try await PolicyRevisions(desk.test.company).preview(by: .system) == report)
    #expect(try await desk.find(open)["policy"].text == "one" && desk.test.company.policies["one-r2"] == nil)
    #expect(try await follow(desk) == report)

    let view = try await desk.find(open)
    #expect(view["policy"].text == "one-r2" && view["targets"][0]["due"].text == "2027-01-05T01:00:00.000Z")
    let event = try #require(try await desk.events("request/\(view["id"].text)").last), body = try JSON(event.body)
    #expect(event.kind == "due-changed" && body["from"].text == "one" && body["to"].text == "one-r2")
    #expect(body["due"].count == 1 && body["due"][0]["target"].text == "respond")
    #expect(body["due"][0]["was"].text == "2027-01-04T01:00:00.000Z" && body["due"][0]["now"].text == "2027-01-05T01:00:00.000Z")
    // Under a policy without working hours, and over: both stay as they are.
    #expect(try await desk.find(shipped)["policy"].text == "2026-11")
    #expect(try await desk.find(ended)["policy"].text == "one")
    // New cases follow, and a second run finds nothing to do; another start reads the same.
    #expect(try await desk.report()["policy"].text == "one-r2")
    #expect(try await follow(desk) == PolicyRevisions.Report())
    try await policies.load()
    #expect(desk.test.company.policies.inForce(at: desk.test.now)?.version == "one-r2")
    #expect(try await policies.text(of: "one-r2", by: desk.chen) == Self.policy("one"))
    #expect(desk.test.company.policies.base(of: "one-r2") == "one")
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a case that the table does not touch yet follows too: a wait may carry it there`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    _ = try await policies.record(
      Self.policy("one", respond: "3wd").replacing("calendar: office}", with: "calendar: office, pauses: true}"),
      calendars: ["office.cal.yaml": OfficeHours.yaml], by: .system)
    _ = try await policies.activate("one", by: .system)
    let number = try await desk.report()["number"].text
    try await desk.take(.accept, on: number)
    try await desk.take(.pause, ["reason": "parts"], on: number)
    let report = try await take(OfficeHours.year2027, desk)
    #expect(report.cases == 1 && report.changed == 0)
    desk.test.set(try Instant(parsing: "2026-12-31T09:00:00+08:00"))
    // 26 November, and the 28 days that it has waited: to the evening of the 5th, as 1 January is off.
    #expect(try await due(0, of: number, desk) == "2027-01-05T09:00:00.000Z")
  }

  @Test func `a table decides nothing anew: what would be met or missed by it is left to a person, with its number (SLA-9)`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company), move = PolicyMove(desk.test.company)
    try await record("one", desk, respond: "1wd")
    _ = try await policies.activate("one", by: .system)
    let late = try await desk.report()["number"].text
    desk.test.set(try Instant(parsing: "2026-11-26T09:00:00+08:00"))
    let fresh = try await desk.report()["number"].text
    #expect(try await desk.find(late)["targets"][0]["state"].text == "missed")
    // The whole week was off, says a table that comes afterwards.
    let report = try await take(Self.year(2026) { $0.replacing("\n2026 work", with: " 11-23..11-27\n2026 work") }, desk)
    #expect(report.left == [.init(number: late, from: "one", to: "one-r2")] && report.cases == 1 && report.changed == 1)
    #expect(try await due(0, of: fresh, desk) == "2026-11-30T01:00:00.000Z")
    let view = try await desk.find(late)
    #expect(view["policy"].text == "one" && view["targets"][0]["state"].text == "missed")
    #expect(try await follow(desk).left == report.left, "it is named until somebody decides")
    _ = try await move.move(late, Fields(["policy": "one-r2", "reason": "当周放假"]), Call(.system))
    #expect(try await desk.find(late)["targets"][0]["state"].text == "running")
    #expect(try await follow(desk) == PolicyRevisions.Report())
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a revision holds wherever its policy does: what was planned stays planned, and may be put off`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company), day: Int64 = 86_400, now = desk.test.now
    for version in ["one", "two"] { try await record(version, desk) }
    _ = try await policies.activate("one", by: .system)
    let old = try await desk.report()["number"].text
    desk.test.pass(seconds: 1)
    _ = try await policies.activate("2026-11", by: .system)
    _ = try await policies.activate("two", from: now + 10 * day, by: .system)
    _ = try await policies.activate("one", from: now + 20 * day, by: .system)
    let report = try await take(OfficeHours.year2027, desk)
    #expect(report.revisions.map(\.to) == ["one-r2", "two-r2"] && report.cases == 1)
    #expect(try await desk.find(old)["policy"].text == "one-r2")
    let listed = try await policies.list(by: desk.chen)
    #expect(listed.map(\.revision) == [nil, "one-r2", "two-r2"] && listed.map(\.isInForce) == [true, false, false])
    #expect(listed.map(\.next)[1] == now + 20 * day && listed[2].from == now + 10 * day)
    // Put off by three days, and the table is said otherwise once more.
    _ = try await policies.activate("two", from: now + 13 * day, by: .system)
    _ = try await take(OfficeHours.year2027.replacing("01-01..01-03", with: "01-01..01-06"), desk)
    #expect(desk.test.company.policies.inForce(from: now + 5).map(\.version) == ["2026-11", "two-r3", "one-r3"])
    // The present one has no working hours; it goes on.
    for (days, holds) in [(0, "2026-11"), (12, "2026-11"), (13, "two-r3"), (19, "two-r3"), (20, "one-r3")] {
      desk.test.set(now + 2 + Int64(days) * day)
      #expect(try await desk.report()["policy"].text == holds, "day \(days)")
    }
    #expect(try await follow(desk).revisions.isEmpty)
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a revision is named by its policy: it is neither activated, announced nor recorded by itself (SLA-9, ORG-6)`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    try await record("one", desk)
    _ = try await policies.activate("one", by: .system)
    _ = try await take(OfficeHours.year2027, desk)
    #expect(await desk.outcome { try await policies.activate("one-r2", by: .system) } == "conflict policy.revision")
    let announcements = AnnouncementOperations(desk.test.company), later = desk.test.now + 864_000
    #expect(await desk.outcome { try await announcements.announce("one-r2", from: later, by: .system) } == "conflict policy.revision")
    #expect(await desk.outcome { try await record("one-r2", desk) } == "conflict policy.revision")
    #expect(await desk.outcome { try await policies.activate("one-r3", by: .system) } == "missing policy.unknown")
    // The same file once more is what it has become.
    let again = try await policies.record(Self.policy("one"), calendars: ["office.cal.yaml": OfficeHours.yaml], by: .system)
    #expect(again == desk.test.company.policies["one-r2"])
  }

  @Test func `a table that is said otherwise twice leads back to the version that has it, and a name that is taken is left out`()
    async throws
  {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    try await record("one", desk)
    _ = try await policies.activate("one", by: .system)
    // A version that somebody named so already.
    try await record("one-r2", desk, respond: "29wd")
    let number = try await desk.report()["number"].text
    let longer = OfficeHours.year2027.replacing("01-01..01-03", with: "01-01..01-06")
    func held() async throws -> String { try await desk.find(number)["policy"].text }
    _ = try await take(OfficeHours.year2027, desk)
    #expect(try await held() == "one-r3")
    desk.test.pass(seconds: 1)
    _ = try await take(longer, desk)
    #expect(try await held() == "one-r4")
    #expect(try await due(0, of: number, desk) == "2027-01-08T01:00:00.000Z")
    desk.test.pass(seconds: 1)
    #expect(try await take(OfficeHours.year2027, desk).revisions.first == .init(from: "one-r4", to: "one-r3", years: [2027]))
    #expect(try await held() == "one-r3")
    #expect(try await due(0, of: number, desk) == "2027-01-05T01:00:00.000Z")
    #expect(desk.test.company.policies.inForce(at: desk.test.now)?.version == "one-r3")
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a case that is opened again under what its policy was follows, and one that a person put there stays`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    try await record("one", desk)
    _ = try await policies.activate("one", by: .system)
    let reopened = try await desk.report()["number"].text, decided = try await desk.report()["number"].text
    try await desk.take(.cancel, ["reason": "x"], on: reopened)
    _ = try await take(OfficeHours.year2027, desk)
    try await desk.take(.reopen, ["reason": "x"], on: reopened)
    _ = try await PolicyMove(desk.test.company).move(decided, Fields(["policy": "one-r1", "reason": "按原安排"]), Call(.system))
    #expect(try await desk.find(reopened)["policy"].text == "one")
    #expect(try await follow(desk).cases == 1)
    #expect(try await desk.find(reopened)["policy"].text == "one-r2")
    #expect(try await desk.find(decided)["policy"].text == "one")
    // A table that came after the decision was not known to whoever made it.
    desk.test.pass(seconds: 1)
    #expect(try await take(OfficeHours.year2027.replacing("01-01..01-03", with: "01-01..01-06"), desk).cases == 2)
    #expect(try await desk.find(decided)["policy"].text == "one-r3")
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `a policy's own name means what it has become, and a case is kept where it is by a decision (SLA-9)`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company), move = PolicyMove(desk.test.company)
    for version in ["one", "two"] { try await record(version, desk, respond: "1wd") }
    _ = try await policies.activate("one", by: .system)
    let late = try await desk.report()["number"].text
    desk.test.set(try Instant(parsing: "2026-11-26T09:00:00+08:00"))
    func input(_ version: String) -> Fields { Fields(["policy": .text(version), "reason": "x"]) }
    _ = try await take(Self.year(2026) { $0.replacing("\n2026 work", with: " 11-23..11-27\n2026 work") }, desk)
    #expect(try await PolicyRevisions(desk.test.company).preview(by: .system).left.map(\.number) == [late])
    // Another policy is no word about the table: it is followed there, by its own name.
    let other = try await desk.report()["number"].text
    _ = try await move.move(other, input("two"), Call(.system))
    #expect(try await desk.find(other)["policy"].text == "two-r2")
    _ = try await move.move(other, input("one-r1"), Call(.system))
    #expect(try await desk.find(other)["policy"].text == "one")
    #expect(try await follow(desk).cases == 1)
    #expect(try await desk.find(other)["policy"].text == "one-r2")
    #expect(await desk.outcome { try await move.move(other, input("one"), Call(.system)) } == "conflict policy.same")
    // The one that was named stays, with a reason, and is named no more.
    _ = try await move.move(late, input("one-r1"), Call(.system))
    #expect(try await desk.find(late)["policy"].text == "one")
    #expect(try await follow(desk) == PolicyRevisions.Report())
    #expect(try await move.moveAll(to: "one", because: "x", by: .system).cases == 1)
    #expect(try await desk.find(late)["policy"].text == "one-r2")
  }

  @Test func `a table by which the office would never open again is refused before anything follows it`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    try await record("one", desk)
    _ = try await policies.activate("one", by: .system)
    let months = zip(1..., [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
      .map { month, days in
        let month = month < 10 ? "0\(month)" : "\(month)"
        return "\(month)-01..\(month)-\(days)"
      }
    let never = (2027...2028).map { "\($0) off \(months.joined(separator: " "))\n" }.joined()
    let table = try HolidayTable(parsing: never)
    #expect(
      await desk.outcome { try await PolicyRevisions(desk.test.company).preview(HolidayTable.china.replacing(yearsOf: table), by: .system) }
        .hasPrefix("invalid"))
    #expect(try await follow(desk) == PolicyRevisions.Report())
  }

  @Test func `two who import at once come out with the newest table, and every open case under it`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    try await record("one", desk)
    _ = try await policies.activate("one", by: .system)
    for _ in 0..<6 { _ = try await desk.report() }
    for round in 4...7 {
      try await withThrowingTaskGroup { group in
        for last in [round, round + 5] {
          group.addTask { _ = try await take(OfficeHours.year2027.replacing("01-01..01-03", with: "01-01..01-\(last + 10)"), desk) }
        }
        try await group.waitForAll()
      }
      let newest = try await CalendarOperations(desk.test.company).table()
      let held = try #require(desk.test.company.policies.inForce(at: desk.test.now))
      let wanted = try ServicePolicy(yaml: Self.policy("one"), holidays: newest) { _ in OfficeHours.yaml }
      #expect(wanted.years(countedOtherwiseThan: held).isEmpty)
      #expect(try await PolicyRevisions(desk.test.company).preview(by: .system) == PolicyRevisions.Report())
      desk.test.pass(seconds: 1)
    }
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }

  @Test func `only who may write policies lets them follow`() async throws {
    let desk = try await TestDesk()
    for actor in [desk.chen, desk.gao, desk.wang, desk.manager, desk.doctor] {
      #expect(await desk.outcome { try await follow(desk, by: actor) } == "forbidden access.not-allowed")
    }
  }

  @Test func `whatever the table, no open case changes what is met or missed, and each follows or is named`() async throws {
    let desk = try await TestDesk(), policies = PolicyOperations(desk.test.company)
    var random = Seeded(2_027)
    try await record("one", desk, respond: "2wd")
    _ = try await policies.activate("one", by: .system)
    var numbers: [String] = []
    for _ in 0..<25 {
      desk.test.pass(seconds: Int64.random(in: 3_600...90_000, using: &random))
      let number = try await desk.report()["number"].text
      numbers.append(number)
      try await desk.take(.accept, on: number)
      if Bool.random(using: &random) { try await desk.take(.respond, on: number) }
    }
    var followed = 0, left = 0
    for _ in 0..<4 {
      // Working days of the two and a half weeks from 23 November on.
      let days = Set((0..<8).map { _ in Int.random(in: 0..<18, using: &random) }.filter { $0 % 7 < 5 }).sorted()
      let off = days.map { $0 < 8 ? "11-\(23 + $0)" : "12-\($0 < 17 ? "0" : "")\($0 - 7)" }.joined(separator: " ")
      var before: [[String]] = []
      for number in numbers { before.append(try await states(of: number, desk)) }
      desk.test.pass(seconds: 1)
      let report = try await take(Self.year(2026) { $0.replacing("\n2026 work", with: " \(off)\n2026 work") }, desk)
      (followed, left) = (followed + report.cases, left + report.left.count)
      let inForce = try #require(desk.test.company.policies.inForce(at: desk.test.now))
      for (number, was) in zip(numbers, before) {
        let view = try await desk.find(number)
        #expect(try await states(of: number, desk) == was)
        #expect(view["policy"].text == inForce.version || report.left.contains { $0.number == number }, "\(number)")
      }
    }
    #expect(followed > 0 && left > 0)
    #expect(try await Verify(desk.test.company).run(files: false).findings.isEmpty)
  }
}

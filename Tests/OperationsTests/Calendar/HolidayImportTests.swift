import Domain
import Persistence
import Testing

@testable import Operations

/// A later year's table of holidays: recorded as a revision, followed by what is recorded after it (SLA-7, SLA-9).
@Suite struct HolidayImportTests {
  private static func policy(_ version: String) -> String {
    """
    policy: "\(version)"
    calendars: {office: office.cal.yaml}
    targets:
      - {id: respond, clause: SLA-1, starts: reported, met_by: responded, within: 2h, calendar: office}
    """
  }

  private func record(_ version: String, _ desk: TestDesk) async throws -> ServicePolicy {
    try await PolicyOperations(desk.test.company)
      .record(Self.policy(version), calendars: ["office.cal.yaml": OfficeHours.yaml], by: .system)
  }

  /// When a fault of the evening before the Spring Festival of 2027 must be responded to.
  private func due(_ policy: ServicePolicy) throws -> String {
    let end = policy.calendar(of: policy.targets[0]).add(to: try Instant(parsing: "2027-02-04T16:00:00+08:00"), .seconds(7_200))
    return end.text(offsetSeconds: 28_800)
  }

  @Test func `an imported table holds for policies recorded after it, and not for one before`() async throws {
    let desk = try await TestDesk(), calendars = CalendarOperations(desk.test.company)
    let before = try await record("before", desk)
    let outcome = try await calendars.record(OfficeHours.year2027, by: .system)
    #expect(outcome == .init(revision: 1, new: [2027], changed: [], same: []))
    let after = try await record("after", desk)
    #expect(try due(before) == "2027-02-05T10:00:00.000+08:00")
    #expect(try due(after) == "2027-02-12T10:00:00.000+08:00")
    // From the journal alone it is the same.
    try await PolicyOperations(desk.test.company).load()
    #expect(desk.test.company.policies["before"] == before && desk.test.company.policies["after"] == after)
  }

  @Test func `the same policy under the newer table is refused, or nobody would know that it counts by the old one`() async throws {
    let desk = try await TestDesk(), calendars = CalendarOperations(desk.test.company)
    _ = try await record("one", desk)
    _ = try await record("one", desk)
    _ = try await calendars.record(OfficeHours.year2027, by: .system)
    let error = await #expect(throws: PolicyRefusal.self) { try await record("one", desk) }
    #expect(error == .olderHolidays("one", years: "2027"))
    // A policy that follows no holidays is the same under every table.
    for _ in 0..<2 {
      _ = try await PolicyOperations(desk.test.company).record(
        ShippedPolicy.yaml.replacing("\"2026-11\"", with: "x"), calendars: [:], by: .system)
    }
  }

  @Test func `each import is a revision; what is known already makes none, and a year said otherwise takes its place`() async throws {
    let desk = try await TestDesk(), calendars = CalendarOperations(desk.test.company)
    #expect(try await calendars.record(OfficeHours.year2027, dryRun: true, by: .system).revision == nil)
    #expect(try await desk.events("calendar/china").isEmpty)
    _ = try await calendars.record(OfficeHours.year2027, by: .system)
    #expect(try await calendars.record(OfficeHours.year2027, by: .system) == .init(revision: nil, new: [], changed: [], same: [2027]))
    // 2020's Spring Festival was prolonged on 26 January: such things happen.
    let prolonged = OfficeHours.year2027.replacing("02-05..02-11", with: "02-05..02-14")
    #expect(try await calendars.record(prolonged, by: .system) == .init(revision: 2, new: [], changed: [2027], same: []))
    #expect(try await desk.events("calendar/china").map(\.kind) == ["recorded", "recorded"])
    let years = try await calendars.years(by: desk.chen)
    #expect(years.map(\.year) == Array(2019...2027))
    let last = try #require(years.last)
    #expect((last.off, last.work, last.imported?.revision, last.imported?.actor) == (23, 2, 2, "system"))
    #expect(years.dropLast().allSatisfy { $0.imported == nil })
    let report = try await Verify(desk.test.company).run()
    #expect(report.findings.isEmpty)
  }

  @Test func `a table that is wrong records nothing, and only who may write policies imports one`() async throws {
    let desk = try await TestDesk(), calendars = CalendarOperations(desk.test.company)
    #expect(await desk.outcome { try await calendars.record("2027 off 10-01", by: .system) } == "invalid calendar.incomplete-holidays")
    let long = String(repeating: "#\n", count: 60_000)
    #expect(await desk.outcome { try await calendars.record(long, by: .system) } == "tooLarge policy.too-large")
    for actor in [desk.chen, desk.gao, desk.wang, desk.manager, desk.doctor] {
      #expect(await desk.outcome { try await calendars.record(OfficeHours.year2027, by: actor) } == "forbidden access.not-allowed")
    }
    #expect(try await desk.events("calendar/china").isEmpty)
  }

  @Test func `from November on a policy by working hours wants next year's table, and earlier where a promise reaches it`() throws {
    let hours = try ServicePolicy(yaml: Self.policy("hours"), calendar: { _ in OfficeHours.yaml })
    func look(_ policy: ServicePolicy, _ now: String, _ newest: HolidayTable = .china) throws -> [HolidayOutlook] {
      HolidayOutlook.look(at: [policy], newest: newest, now: try Instant(parsing: now))
    }
    #expect(try look(hours, "2026-10-31T23:59:59+08:00").isEmpty)
    // 1 November, by the wall of the office.
    let lacking = try #require(try look(hours, "2026-10-31T16:00:00Z").first)
    #expect(lacking.unknown == [2027])
    let newest = HolidayTable.china.replacing(yearsOf: try HolidayTable(parsing: OfficeHours.year2027))
    // A revision is what it lacks then (PolicyRevisions).
    #expect(try look(hours, "2026-11-01T00:00:00+08:00", newest).isEmpty)
    let long = try ServicePolicy(yaml: Self.policy("long").replacing("2h", with: "60wd"), calendar: { _ in OfficeHours.yaml })
    #expect(try look(long, "2026-09-28T09:00:00+08:00").isEmpty)
    #expect(try look(long, "2026-10-12T09:00:00+08:00").first?.unknown == [2027])
    // A year that nobody made up for is named with the next.
    #expect(try look(hours, "2027-12-01T00:00:00+08:00").first?.unknown == [2027, 2028])
    // 7 x 24 reaches no holiday.
    #expect(try look(ShippedPolicy.policy, "2026-12-31T09:00:00+08:00").isEmpty)
  }
}

import Domain
import Testing

/// What one policy promises otherwise than another, in lines that a manager reads (SLA-9).
@Suite struct PolicyDifferenceTests {
  private func policy(_ targets: [TargetRule], hotline: String? = "1") throws -> ServicePolicy {
    try ServicePolicy(version: "v\(targets.count)", hotline: hotline, targets: targets)
  }

  private let respond = TargetRule(id: "respond", starts: "reported", metBy: ["responded"], within: .seconds(7_200))

  @Test func `equal promises differ in nothing, whatever the version is called`() throws {
    let old = try policy([respond]), new = try ServicePolicy(version: "other", hotline: "1", targets: [respond])
    #expect(new.differences(from: old).isEmpty)
  }

  @Test func `a changed length, a new entry, one that is gone and another hotline are a line each`() throws {
    var quicker = respond
    quicker.within = .seconds(1_800)
    quicker.escalate = [.init(to: "call-taker", after: .seconds(0))]
    var urgent = respond
    (urgent.when, urgent.within) = (["urgency": "emergency"], .seconds(300))
    let visit = TargetRule(id: "visit", starts: "remote-failed", metBy: ["arrived"], within: .seconds(1_800))
    let lines = try policy([quicker, urgent], hotline: nil).differences(from: policy([respond, visit])).map(\.line)
    #expect(
      lines == [
        "~ policy: hotline 1 -> none", "~ respond: within 2 h -> 30 min", "~ respond: escalate none -> call-taker after 0 s",
        "+ respond {urgency: emergency}", "- visit",
      ])
  }

  @Test func `two entries that apply to the same are told apart by their order`() throws {
    var second = respond
    second.owner = "dispatcher"
    let lines = try policy([respond, second]).differences(from: policy([respond])).map(\.line)
    #expect(lines == ["+ respond #2"])
  }

  @Test func `of two entries that apply to one case another counts: the order is a difference (SLA-9)`() throws {
    var support = respond, normal = respond
    (support.when, normal.when, normal.within) = (["kind": "support"], ["urgency": "normal"], .seconds(3_600))
    let lines = try policy([normal, support]).differences(from: policy([support, normal])).map(\.line)
    #expect(lines == ["~ respond: of two that apply, counts respond {urgency: normal} -> respond {kind: support}"])
    // No case is both.
    var urgent = normal
    urgent.when = ["urgency": "emergency"]
    #expect(try policy([normal, urgent]).differences(from: policy([urgent, normal])).isEmpty)
  }

  @Test func `other hours, another table of holidays and days of their own are differences (SLA-7)`() throws {
    func office(_ hours: String, holidays: CalendarDefinition.Holidays = .china, _ table: String, days: [CivilDate: [HoursSpan]] = [:])
      throws
      -> ServicePolicy
    {
      let definition = try CalendarDefinition(
        name: "office", timeZone: "Asia/Shanghai", week: [.mon: [try HoursSpan(parsing: hours)]], holidays: holidays, days: days)
      var rule = respond
      rule.calendar = "office"
      return try ServicePolicy(
        version: "1", targets: [rule], calendars: ["office": try WorkingCalendar(definition, holidays: HolidayTable(parsing: table))])
    }
    let table = "2026 off 10-01..10-08\n2026 work 10-10\n", old = try office("08:30-17:30", table)
    func lines(_ new: ServicePolicy) -> [String] { new.differences(from: old).map(\.line) }
    #expect(lines(try office("08:30-17:30", table)).isEmpty)
    #expect(lines(try office("08:30-18:00", table)) == ["~ calendar office: mon 08:30-17:30 -> 08:30-18:00"])
    #expect(lines(try office("08:30-17:30", holidays: .none, table)) == ["~ calendar office: holidays china -> none"])
    #expect(
      lines(try office("08:30-17:30", "2026 off 10-01..10-07\n2026 work 10-10\n"))
        == ["~ calendar office: holidays of 2026 off 10-01..10-08; work 10-10 -> off 10-01..10-07; work 10-10"])
    let day = try #require(CivilDate(parsing: "2026-12-31"))
    #expect(lines(try office("08:30-17:30", table, days: [day: []])) == ["~ calendar office: 2026-12-31 none -> off"])
    #expect(lines(try policy([respond])) == ["~ policy: hotline none -> 1", "~ respond: calendar office -> always", "- calendar office"])
  }
}

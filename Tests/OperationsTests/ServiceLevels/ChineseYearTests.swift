import Domain
import Operations
import Testing

/// The shipped table of public holidays and make-up days, year by year (SLA-7).
@Suite struct ChineseYearTests {
  private static let office = """
    name: office
    time_zone: Asia/Shanghai
    week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
    holidays: china
    """

  @Test(arguments: 2019...2026)
  func `sums over every holiday and make-up day of a year are those of a walk over its days`(_ year: Int) throws {
    let calendar = try WorkingCalendar(try CalendarDefinition(yaml: Self.office)), table = HolidayTable.china
    let first = try #require(CivilDate(year: year, month: 1, day: 1)).daysSinceEpoch
    let last = try #require(CivilDate(year: year, month: 12, day: 31)).daysSinceEpoch
    func midnight(_ day: Int) -> Instant { Instant(milliseconds: Int64(day) * 86_400_000 - 28_800_000) }
    var hours: Int64 = 0, wrong: [CivilDate] = []
    for day in first...last {
      let date = CivilDate(daysSinceEpoch: day), ofWeek = (day + 3) % 7
      let works = !table.off.contains(date) && (table.makeup.contains(date) || ofWeek < 5)
      if works { hours += 8 }
      let counted = calendar.workingMilliseconds(from: midnight(day), to: midnight(day + 1))
      // Straight to the end of this day's work from the first moment of the year, over all that lies between.
      let reached = hours == 0 ? nil : calendar.add(to: midnight(first), working: hours * 3_600_000)
      let closing = works ? midnight(day) + 61_200 : nil
      if counted != (works ? 28_800_000 : 0) || (works && reached != closing) { wrong.append(date) }
    }
    #expect(wrong == [], "\(year)")
    #expect(calendar.workingMilliseconds(from: midnight(first), to: midnight(last + 1)) == hours * 3_600_000)
  }
}

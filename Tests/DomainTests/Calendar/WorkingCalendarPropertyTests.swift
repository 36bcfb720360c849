import Domain
import FoundationEssentials
import FoundationInternationalization
import Testing

/// Sums against a walk over every minute, which asks the wall clock each time (SLA-7).
@Suite struct WorkingCalendarPropertyTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  /// A random calendar, and the same hours as minutes of the day for the naive walk.
  private static func calendar(zone: String, _ random: inout Generator) throws -> (WorkingCalendar, CalendarDefinition, HolidayTable) {
    func hours() -> [HoursSpan] {
      var minutes = Set((0..<(2 * Int.random(in: 0...2, using: &random))).map { _ in Int.random(in: 0..<96, using: &random) * 15 }).sorted()
      if minutes.count % 2 == 1 { minutes.removeLast() }
      return stride(from: 0, to: minutes.count, by: 2).compactMap { place in
        func clock(_ minute: Int) -> String {
          let text = String(10_000 + minute / 60 * 100 + minute % 60).dropFirst()
          return "\(text.prefix(2)):\(text.suffix(2))"
        }
        return try? HoursSpan(parsing: "\(clock(minutes[place]))-\(clock(minutes[place + 1]))")
      }
    }
    var week: [Weekday: [HoursSpan]] = [:]
    for day in Weekday.allCases { week[day] = hours() }
    week[.wed] = [try HoursSpan(parsing: "21:30-02:30")]
    week[.thu] = [try HoursSpan(parsing: "09:00-17:00")]
    let table = try HolidayTable(parsing: WorkingCalendarTests.holidays)
    let definition = try CalendarDefinition(
      name: "random", timeZone: zone, week: week, holidays: .china, makeup: .thu,
      days: [try #require(CivilDate(parsing: "2026-03-28")): [], try #require(CivilDate(parsing: "2026-10-24")): hours()])
    return (try WorkingCalendar(definition, holidays: table), definition, table)
  }

  /// Whether the wall clock of this minute lies in the hours of its day, or in those of the day before that run on.
  private static func isWorking(_ minute: Int64, _ zone: TimeZone, _ definition: CalendarDefinition, _ table: HolidayTable) -> Bool {
    let local = minute + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute * 60)))) / 60
    let day = Int((Double(local) / 1_440).rounded(.down)), ofDay = Int(local) - day * 1_440
    func hours(_ day: Int) -> [HoursSpan] {
      let date = CivilDate(daysSinceEpoch: day)
      if let own = definition.days[date] { return own }
      if table.off.contains(date) { return [] }
      if table.makeup.contains(date) { return definition.week[3] }
      return definition.week[Weekday.allCases.firstIndex(of: Weekday(date)) ?? 0]
    }
    return hours(day).contains { $0.start <= ofDay && ofDay < $0.end } || hours(day - 1).contains { ofDay + 1_440 < $0.end }
  }

  @Test(arguments: ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
  func `sums agree with a walk over every minute, back and forth, in zones with and without clock changes`(_ name: String) throws {
    var random = Generator(state: 20_261_124)
    let zone = try #require(TimeZone(identifier: name))
    for _ in 0..<4 {
      let (calendar, definition, table) = try Self.calendar(zone: name, &random)
      // Around the clock changes of spring and autumn, the Spring Festival and the National Day.
      for first in ["2026-03-05", "2026-10-20", "2026-02-10", "2026-09-28", "2026-03-27", "2026-04-03", "2026-10-02"] {
        let day = try #require(CivilDate(parsing: first)).daysSinceEpoch
        let start = Int64(day) * 1_440 + Int64.random(in: 0..<1_440, using: &random)
        var counted: Int64 = 0, minute = start
        for _ in 0..<12 {
          let stop = minute + Int64.random(in: 1...1_500, using: &random)
          while minute < stop {
            if Self.isWorking(minute, zone, definition, table) { counted += 1 }
            minute += 1
          }
          let from = Instant(milliseconds: start * 60_000), to = Instant(milliseconds: stop * 60_000)
          #expect(calendar.workingMilliseconds(from: from, to: to) == counted * 60_000)
          let end = calendar.add(to: from, working: counted * 60_000)
          #expect(end <= to || counted == 0)
          #expect(calendar.workingMilliseconds(from: from, to: end) == counted * 60_000)
          #expect(calendar.workingMilliseconds(from: to, to: from) == -counted * 60_000)
        }
      }
    }
  }

  @Test func `adding is monotonic and additive, and going back leads to a moment from which the same time leads here`() throws {
    var random = Generator(state: 7)
    for name in ["Asia/Shanghai", "America/New_York"] {
      let (calendar, _, _) = try Self.calendar(zone: name, &random)
      let base = try Instant(parsing: "2026-01-01T00:00:00Z").milliseconds
      for _ in 0..<3_000 {
        let start = Instant(milliseconds: base + Int64.random(in: 0..<31_536_000_000, using: &random))
        let one = Int64.random(in: 0...3_000_000_000, using: &random), two = Int64.random(in: 1...3_000_000_000, using: &random)
        let first = calendar.add(to: start, working: one), both = calendar.add(to: start, working: one + two)
        #expect(first <= both)
        #expect(calendar.add(to: first, working: two) == both)
        #expect(calendar.workingMilliseconds(from: start, to: both) == one + two)
        let later = calendar.add(to: Instant(milliseconds: start.milliseconds + 3_600_000), working: one)
        #expect(first <= later)
        let back = calendar.add(to: both, working: -two)
        #expect(calendar.workingMilliseconds(from: back, to: both) == two)
      }
    }
  }
}

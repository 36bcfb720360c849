import Domain
import Testing

/// Working time (SLA-7): design.md, "Working calendars".
@Suite struct WorkingCalendarTests {
  static let holidays = "2026 off 02-15..02-23 10-01..10-07\n2026 work 02-14 02-28 10-10"

  static func office(
    zone: String = "Asia/Shanghai", _ hours: [String] = ["08:30-12:00", "13:30-17:30"], days: [String: [String]] = [:],
    weekend: [String] = [], holidays: CalendarDefinition.Holidays = .china
  ) throws -> WorkingCalendar {
    let spans = try hours.map { try HoursSpan(parsing: $0) }
    var week: [Weekday: [HoursSpan]] = [:]
    for day in Weekday.allCases.prefix(5) { week[day] = spans }
    week[.sat] = try weekend.map { try HoursSpan(parsing: $0) }
    var own: [CivilDate: [HoursSpan]] = [:]
    for (date, hours) in days { own[try #require(CivilDate(parsing: date))] = try hours.map { try HoursSpan(parsing: $0) } }
    let definition = try CalendarDefinition(name: "office", timeZone: zone, week: week, holidays: holidays, days: own)
    return try WorkingCalendar(definition, holidays: HolidayTable(parsing: Self.holidays))
  }

  private func answer(_ line: String, on calendar: WorkingCalendar) throws -> String {
    try CalendarQuestion(parsing: line.replacing(" ", with: "\t")).answer(on: calendar).text
  }

  @Test(arguments: [
    // Within a morning; over lunch; over the night; ending at closing time, not at the next opening.
    ("2026-11-23T09:00:00+08:00", "2h", "2026-11-23T11:00:00+08:00"),
    ("2026-11-23T11:00:00+08:00", "2h", "2026-11-23T14:30:00+08:00"),
    ("2026-11-23T16:30:00+08:00", "2h", "2026-11-24T09:30:00+08:00"),
    ("2026-11-23T10:00:00+08:00", "2h", "2026-11-23T12:00:00+08:00"),
    // Friday evening to Monday; the evening before the National Day holiday; the make-up Saturday.
    ("2026-11-27T20:00:00+08:00", "30min", "2026-11-30T09:00:00+08:00"),
    ("2026-09-30T18:00:00+08:00", "2h", "2026-10-08T10:30:00+08:00"),
    ("2026-10-09T17:00:00+08:00", "1h", "2026-10-10T09:00:00+08:00"),
    // Adding nothing: in or at the end of working time itself, else the next opening.
    ("2026-11-23T12:00:00+08:00", "0", "2026-11-23T12:00:00+08:00"),
    ("2026-11-23T12:00:01+08:00", "0", "2026-11-23T13:30:00+08:00"),
    ("2026-11-21T09:00:00+08:00", "0", "2026-11-23T08:30:00+08:00"),
    // Working days keep the time on the wall, moved forward into working time.
    ("2026-09-30T10:00:00+08:00", "2wd", "2026-10-09T10:00:00+08:00"),
    ("2026-11-20T18:00:00+08:00", "1wd", "2026-11-24T08:30:00+08:00"),
    ("2026-11-21T12:30:00+08:00", "1wd", "2026-11-23T13:30:00+08:00"),
  ])
  func `the office adds`(_ start: String, _ duration: String, _ end: String) throws {
    #expect(try answer("add \(start) \(duration)", on: Self.office()) == end)
  }

  @Test(arguments: [
    ("2026-11-23T08:00:00+08:00", "2026-11-23T18:00:00+08:00", "27000"),
    ("2026-11-23T18:00:00+08:00", "2026-11-23T08:00:00+08:00", "-27000"),
    ("2026-09-30T17:00:00+08:00", "2026-10-08T09:00:00+08:00", "3600"),
    ("2026-11-21T00:00:00+08:00", "2026-11-22T23:00:00+08:00", "0"),
    ("2026-11-23T00:59:59.500Z", "2026-11-23T01:00:00Z", "0"),
  ])
  func `the office counts`(_ start: String, _ end: String, _ seconds: String) throws {
    #expect(try answer("between \(start) \(end)", on: Self.office()) == seconds)
  }

  @Test func `a day of its own wins over week, holiday and make-up day`() throws {
    let calendar = try Self.office(days: ["2026-10-01": ["09:00-10:00"], "2026-10-10": [], "2026-11-23": ["22:00-06:00"]])
    #expect(try answer("add 2026-09-30T18:00:00+08:00 30min", on: calendar) == "2026-10-01T09:30:00+08:00")
    #expect(try answer("between 2026-10-10T00:00:00+08:00 2026-10-11T00:00:00+08:00", on: calendar) == "0")
    #expect(try answer("between 2026-11-23T00:00:00+08:00 2026-11-24T08:00:00+08:00", on: calendar) == "28800")
  }

  @Test func `the 25-hour day has 25 hours, and what a clock change skips does not exist`() throws {
    let berlin = try Self.office(
      zone: "Europe/Berlin", days: ["2026-10-25": ["00:00-24:00"], "2026-03-29": ["00:00-24:00"], "2027-03-28": ["02:30-04:00"]],
      holidays: .none)
    #expect(try answer("between 2026-10-25T00:00:00+02:00 2026-10-26T00:00:00+01:00", on: berlin) == "90000")
    #expect(try answer("between 2026-03-29T00:00:00+01:00 2026-03-30T00:00:00+02:00", on: berlin) == "82800")
    #expect(try answer("add 2027-03-28T00:00:00+01:00 0", on: berlin) == "2027-03-28T03:00:00+02:00")
    #expect(try answer("add 2027-03-28T00:00:00+01:00 1h", on: berlin) == "2027-03-28T04:00:00+02:00")
  }

  @Test func `the 23-hour day has 23 hours, hour by hour on the wall`() throws {
    let berlin = try Self.office(zone: "Europe/Berlin", ["00:00-24:00"], days: ["2026-03-29": ["00:00-24:00"]], holidays: .none)
    // 01:59 is followed by 03:00.
    #expect(try answer("add 2026-03-29T01:30:00+01:00 1h", on: berlin) == "2026-03-29T03:30:00+02:00")
    #expect(try answer("add 2026-03-29T00:00:00+01:00 23h", on: berlin) == "2026-03-30T00:00:00+02:00")
    #expect(try answer("add 2026-03-27T02:30:00+01:00 1wd", on: berlin) == "2026-03-29T03:00:00+02:00")
    // In the 25-hour night the hour from 02:00 on comes twice.
    let night = try Self.office(zone: "Europe/Berlin", [], days: ["2026-10-24": ["22:00-06:00"]], holidays: .none)
    #expect(try answer("between 2026-10-24T12:00:00+02:00 2026-10-25T12:00:00+01:00", on: night) == "32400")
    #expect(try answer("add 2026-10-24T22:00:00+02:00 5h", on: night) == "2026-10-25T02:00:00+01:00")
  }

  @Test func `29 February is a day like others in a leap year, and no day in another`() throws {
    let calendar = try Self.office(days: ["2028-02-29": ["08:30-09:30"]])
    #expect(try answer("between 2028-02-28T18:00:00+08:00 2028-03-01T08:00:00+08:00", on: calendar) == "3600")
    #expect(try answer("add 2028-02-28T17:30:00+08:00 2h", on: calendar) == "2028-03-01T09:30:00+08:00")
    #expect(try answer("add 2027-02-26T17:00:00+08:00 1h", on: calendar) == "2027-03-01T09:00:00+08:00")
    #expect(try answer("add 2028-02-28T10:00:00+08:00 1wd", on: calendar) == "2028-03-01T08:30:00+08:00")
    #expect(CivilDate(parsing: "2027-02-29") == nil)
  }

  @Test(arguments: ["8:30-12:00", "08:30-25:00", "24:00-08:00", "08:60-09:00", "08:30–12:00", "", "08:30-24:01", "0８:30-12:00"])
  func `no hours`(_ text: String) {
    #expect(throws: PolicyError.notHours(text)) { try HoursSpan(parsing: text) }
  }

  @Test func `hours that are empty or overlap, a zone that is none and a calendar without any are refused`() throws {
    #expect(throws: PolicyError.emptyHours("08:00-08:00")) { try HoursSpan(parsing: "08:00-08:00") }
    #expect(throws: PolicyError.overlappingHours("08:30-12:00", "11:00-13:00")) { try Self.office(["11:00-13:00", "08:30-12:00"]) }
    for zone in ["Asia/Nanchang", "GMT+8", "+08:00", "CST", ""] {
      #expect(throws: PolicyError.unknownZone(zone)) { try Self.office(zone: zone) }
    }
    #expect(throws: PolicyError.neverOpens) { try Self.office([]) }
  }

  @Test func `a calendar that opens no more within 400 days says so instead of looking on for ever`() throws {
    let once = try Self.office([], days: ["2026-11-23": ["08:00-09:00"]])
    #expect(try answer("add 2026-11-22T00:00:00+08:00 1h", on: once) == "2026-11-23T09:00:00+08:00")
    for line in [
      "add 2026-11-22T00:00:00+08:00 61min", "add 2020-01-01T00:00:00Z 1h", "add 2026-11-24T00:00:00Z 0", "add 2026-11-24T00:00:00Z 1wd",
    ] {
      #expect(throws: CalendarQuestion.Reason.neverOpens) { try answer(line, on: once) }
    }
  }

  @Test func `beyond sixty years it still counts, by the weekly pattern`() throws {
    let calendar = try Self.office()
    #expect(try answer("add 2087-05-05T08:30:00+08:00 1h", on: calendar) == "2087-05-05T09:30:00+08:00")
    #expect(try answer("add 1985-01-01T08:30:00+08:00 1h", on: calendar) == "1985-01-01T09:30:00+08:00")
    // 1,000 years as a count of their weekdays; and back and forth between the centuries.
    let first = try #require(CivilDate(year: 1600, month: 1, day: 1)).daysSinceEpoch, thousand = first..<first + 365_243
    let weekdays = thousand.count { ![.sat, .sun].contains(Weekday(CivilDate(daysSinceEpoch: $0))) }
    let plain = try Self.office(zone: "UTC", holidays: .none)
    #expect(CivilDate(daysSinceEpoch: thousand.upperBound).description == "2600-01-01")
    #expect(try answer("between 1600-01-01T00:00:00Z 2600-01-01T00:00:00Z", on: plain) == String(weekdays * 27_000))
    let begin = try Instant(parsing: "1600-01-01T00:00:00Z"), whole = Int64(weekdays) * 27_000_000
    let end = plain.add(to: begin, working: whole)
    #expect(end.description == "2599-12-31T17:30:00.000Z" && plain.workingMilliseconds(from: begin, to: end) == whole)
    #expect(plain.add(to: end, working: -whole).description == "1600-01-03T08:30:00.000Z")
    let (eve, midnight) = (try Instant(parsing: "2026-12-31T08:00:00+08:00"), try Instant(parsing: "2027-01-01T00:00:00+08:00"))
    #expect(calendar.unknownYears(from: eve, to: midnight) == [] && calendar.unknownYears(from: midnight, to: midnight) == [2027])
  }

  @Test func `ten years of three hours a week are centuries, and are counted`() throws {
    let saturdays = try Self.office([], days: [:], weekend: ["09:00-12:00"])
    let first = try #require(CivilDate(parsing: "2026-11-28")).daysSinceEpoch
    // 87,600 h are 29,200 Saturdays; the last of them is reached at noon.
    let last = CivilDate(daysSinceEpoch: first + 29_199 * 7), day = CivilDate(daysSinceEpoch: first + 3_650 * 7)
    #expect(try answer("add 2026-11-28T09:00:00+08:00 87600h", on: saturdays) == "\(last)T12:00:00+08:00")
    #expect(try answer("between 2026-11-28T09:00:00+08:00 \(last)T12:00:00+08:00", on: saturdays) == "315360000")
    #expect(try answer("add 2026-11-28T10:00:00+08:00 3650wd", on: saturdays) == "\(day)T10:00:00+08:00")
    // Beyond the year 9999 there is no answer, and it says so.
    #expect(throws: CalendarQuestion.Reason.neverOpens) { try answer("add 9999-06-01T09:00:00+08:00 87600h", on: saturdays) }
    #expect(throws: CalendarQuestion.Reason.neverOpens) { try answer("add 9999-12-30T09:00:00+08:00 3wd", on: saturdays) }
    #expect(throws: CalendarQuestion.Reason.neverOpens) { try answer("add 9999-12-31T09:00:00+08:00 1d", on: .always) }
  }

  @Test func `days of its own far from the table count, and 400 days without any are no hours also over the end of a century`() throws {
    let own = ["2099-12-31": ["08:00-09:00"], "2100-12-31": ["08:00-09:00"], "2102-02-15": ["08:00-09:00"]]
    let rare = try Self.office([], days: own)
    #expect(try answer("add 2099-12-31T08:00:00+08:00 2h", on: rare) == "2100-12-31T09:00:00+08:00")
    #expect(try answer("add 2099-12-30T08:00:00+08:00 2wd", on: rare) == "2100-12-31T08:00:00+08:00")
    #expect(try answer("between 2000-01-01T00:00:00Z 2200-01-01T00:00:00Z", on: rare) == "10800")
    // From the last day of 2100 on there are 411 days without one.
    #expect(throws: CalendarQuestion.Reason.neverOpens) { try answer("add 2099-12-31T08:00:00+08:00 3h", on: rare) }
    #expect(throws: CalendarQuestion.Reason.neverOpens) { try answer("add 2099-12-30T08:00:00+08:00 3wd", on: rare) }
  }

  @Test func `zones by their old short names are zones`() throws {
    for (short, long) in [
      ("PRC", "Asia/Shanghai"), ("Hongkong", "Asia/Hong_Kong"), ("Japan", "Asia/Tokyo"), ("CET", "Europe/Brussels"),
      ("GB", "Europe/London"), ("EST", "America/Panama"),
    ] {
      let line = "add 2026-07-01T00:00:00Z 100h"
      #expect(try answer(line, on: Self.office(zone: short)) == answer(line, on: Self.office(zone: long)), "\(short)")
    }
  }

  @Test(arguments: [
    "", "add", "add\tx\t2h", "sub\t2026-11-23T00:00:00Z\t2h", "add\t2026-11-23T00:00:00Z\t2x", "add 2026-11-23T00:00:00Z 2h",
  ])
  func `a bad line says what to write`(_ line: String) {
    #expect(throws: CalendarQuestion.Reason.self) { try CalendarQuestion(parsing: line) }
  }

  @Test func `always adds elapsed time and has no working days`() throws {
    #expect(try answer("add 2026-11-23T10:00:00+08:00 1d", on: .always) == "2026-11-24T02:00:00Z")
    #expect(throws: CalendarQuestion.Reason.workingDays) { try answer("add 2026-11-23T10:00:00+08:00 2wd", on: .always) }
  }

  @Test func `a calendar of twenty years keeps less than 1 MB`() throws {
    let spans = try ["08:30-12:00", "13:30-17:30", "19:00-21:00"].map { try HoursSpan(parsing: $0) }
    let definition = try CalendarDefinition(
      name: "office", timeZone: "America/New_York", week: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, spans) }))
    let bytes = try WorkingCalendar(definition, holidays: .none, years: 2019...2038).bytes
    #expect((500_000..<1_000_000).contains(bytes))
  }
}

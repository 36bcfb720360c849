import Domain
import FoundationEssentials
import FoundationInternationalization

/// Some days of a random calendar, walked minute by minute: each asks the clock on the wall, and what is written for its day (SLA-7).
struct WalkedCalendar {
  let calendar: WorkingCalendar
  /// The first minute of the walk, from 1970 on.
  private let first: Int
  /// Whether a minute is worked; and how many were before it, one more than there are minutes.
  private var isWorked: [Bool] = [], sums = [0]

  /// - Parameter isWhole: with the sixty years that a company works with; else with those about the walk, which are sooner made.
  init(_ definition: CalendarDefinition, _ table: HolidayTable, days: ClosedRange<Int>, isWhole: Bool = false) throws {
    let years = CivilDate(daysSinceEpoch: days.lowerBound).year - 1...CivilDate(daysSinceEpoch: days.upperBound).year + 1
    calendar = isWhole ? try WorkingCalendar(definition, holidays: table) : try WorkingCalendar(definition, holidays: table, years: years)
    first = days.lowerBound * 1_440
    guard let zone = TimeZone(identifier: definition.timeZone) else { throw PolicyError.unknownZone(definition.timeZone) }
    let hours = Dictionary(
      uniqueKeysWithValues: (days.lowerBound - 3...days.upperBound + 2).map { ($0, Self.hours($0, definition, table)) })
    isWorked.reserveCapacity(days.count * 1_440)
    for minute in first..<first + days.count * 1_440 {
      let wall = minute + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute * 60))) / 60
      let day = Int((Double(wall) / 1_440).rounded(.down)), ofDay = wall - day * 1_440
      // In the hours of its day, or in those of the day before that run on.
      let works = hours[day]!.contains { $0.start <= ofDay && ofDay < $0.end } || hours[day - 1]!.contains { ofDay + 1_440 < $0.end }
      isWorked.append(works)
      sums.append(sums[sums.count - 1] + (works ? 1 : 0))
    }
  }

  /// Its own hours win over all; then holiday and make-up day; then the week.
  private static func hours(_ day: Int, _ definition: CalendarDefinition, _ table: HolidayTable) -> [HoursSpan] {
    let date = CivilDate(daysSinceEpoch: day)
    if let own = definition.days[date] { return own }
    if table.off.contains(date) { return [] }
    if table.makeup.contains(date) { return definition.week[Weekday.allCases.firstIndex(of: definition.makeup)!] }
    return definition.week[Weekday.allCases.firstIndex(of: Weekday(date))!]
  }

  // MARK: Milliseconds since the first minute

  var length: Int { isWorked.count * 60_000 }
  func instant(_ moment: Int) -> Instant { Instant(milliseconds: Int64(first * 60_000 + moment)) }

  func worked(until moment: Int) -> Int {
    guard moment < length else { return sums[sums.count - 1] * 60_000 }
    return sums[moment / 60_000] * 60_000 + (isWorked[moment / 60_000] ? moment % 60_000 : 0)
  }

  /// Working time on a day, by the clock in UTC.
  func worked(onDay day: Int) -> Int {
    worked(until: (day * 1_440 - first + 1_440) * 60_000) - worked(until: (day * 1_440 - first) * 60_000)
  }

  /// The first moment by which so much has passed since another; the moment itself, in or at the end of working time, for nothing.
  func after(_ start: Int, _ milliseconds: Int) -> Int? {
    guard milliseconds > 0 else {
      let minute = start / 60_000
      // What was before the walk is not known.
      guard minute > 0 else { return nil }
      if isWorked[minute] || start % 60_000 == 0 && isWorked[minute - 1] { return start }
      return isWorked[minute...].firstIndex(of: true).map { $0 * 60_000 }
    }
    let wanted = worked(until: start) + milliseconds
    let minute = Self.first(of: sums.indices) { sums[$0] * 60_000 >= wanted } - 1
    return minute * 60_000 + wanted - sums[minute] * 60_000
  }

  /// The last moment from which so much leads to another.
  func before(_ end: Int, _ milliseconds: Int) -> Int {
    let wanted = worked(until: end) - milliseconds
    let minute = Self.first(of: sums.indices) { sums[$0] * 60_000 > wanted } - 1
    return minute * 60_000 + wanted - sums[minute] * 60_000
  }

  private static func first(of places: Range<Int>, where holds: (Int) -> Bool) -> Int {
    var low = places.lowerBound, high = places.upperBound
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension CalendarDefinition {
  /// Up to three spans a day, in minutes; the last of some runs over midnight. A day or two have hours of their own.
  static func random(zone: String, own: [CivilDate], _ dice: inout some RandomNumberGenerator) throws -> CalendarDefinition {
    func clock(_ minute: Int) -> String {
      let text = String(10_000 + minute / 60 * 100 + minute % 60).dropFirst()
      return "\(text.prefix(2)):\(text.suffix(2))"
    }
    func hours() throws -> [HoursSpan] {
      let step = [1, 15, 30].randomElement(using: &dice)!, spans = Int.random(in: 0...3, using: &dice)
      let minutes = Set((0..<2 * spans).map { _ in Int.random(in: 0..<1_440 / step, using: &dice) * step }).sorted()
      var day = try stride(from: 0, to: minutes.count - 1, by: 2).map { place in
        try HoursSpan(parsing: "\(clock(minutes[place]))-\(clock(minutes[place + 1]))")
      }
      if let last = day.popLast() {
        let end = last.end + Int.random(in: 0...600, using: &dice)
        let isLong = Int.random(in: 0..<3, using: &dice) == 0 && end > 1_440 && end - 1_440 < last.start
        day.append(isLong ? try HoursSpan(parsing: "\(clock(last.start))-\(clock(end - 1_440))") : last)
      }
      return day
    }
    var week: [Weekday: [HoursSpan]] = [:]
    for day in Weekday.allCases { week[day] = try hours() }
    // Something is open in every window, also over midnight.
    week[.wed] = [try HoursSpan(parsing: "21:30-02:30")]
    week[.thu] = [try HoursSpan(parsing: "09:00-12:00"), try HoursSpan(parsing: "13:00-17:00")]
    return try CalendarDefinition(
      name: "random", timeZone: zone, week: week, holidays: .china, makeup: Weekday.allCases.randomElement(using: &dice)!,
      days: Dictionary(own.map { ($0, try hours()) }) { $1 })
  }
}

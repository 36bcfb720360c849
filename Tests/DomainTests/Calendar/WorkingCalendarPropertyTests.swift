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

  /// The table that ships.
  private static let china: HolidayTable = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Operations/Holidays/china.txt")
    return try! HolidayTable(parsing: String(contentsOf: file, encoding: .utf8))
  }()

  /// Some days on either side of each of these; one window where they run into each other.
  private static func windows(around days: [Int]) -> [ClosedRange<Int>] {
    days.sorted().reduce(into: []) { windows, day in
      if let last = windows.last, day - 3 <= last.upperBound {
        windows[windows.count - 1] = last.lowerBound...day + 3
      } else {
        windows.append(day - 3...day + 3)
      }
    }
  }

  /// What disagrees with the walk, for random moments of its days; to the millisecond.
  private static func wrong(_ walk: WalkedCalendar, looks: Int, _ random: inout Generator) -> [String] {
    let calendar = walk.calendar
    var wrong: [String] = []
    func moment() -> Int {
      let moment = Int.random(in: 0..<walk.length, using: &random)
      // Hours begin and end on whole minutes, most of them on whole quarters.
      return moment - moment % [1, 60_000, 900_000].randomElement(using: &random)!
    }
    for _ in 0..<looks {
      let three = [moment(), moment(), moment()].sorted(), (from, middle, to) = (three[0], three[1], three[2])
      let (start, between, end) = (walk.instant(from), walk.instant(middle), walk.instant(to))
      let one = walk.worked(until: middle) - walk.worked(until: from), two = walk.worked(until: to) - walk.worked(until: middle)
      func check(_ holds: Bool, _ what: String) {
        if !holds { wrong.append("\(what): \(start) \(between) \(end), \(one) and \(two) ms") }
      }
      check(calendar.workingMilliseconds(from: start, to: end) == Int64(one + two), "between")
      check(calendar.workingMilliseconds(from: end, to: start) == -Int64(one + two), "the other way round")
      let reached = calendar.add(to: start, working: Int64(one)), both = calendar.add(to: start, working: Int64(one + two))
      if let expected = walk.after(from, one) { check(reached == walk.instant(expected), "add") }
      if let expected = walk.after(from, one + two) { check(both == walk.instant(expected), "add both") }
      check(calendar.workingMilliseconds(from: start, to: reached) == Int64(one), "between after add")
      check(one + two == 0 || calendar.add(to: reached, working: Int64(two)) == both, "additive")
      check(reached <= both && reached <= calendar.add(to: between, working: Int64(one)), "monotonic")
      if one + two > 0 { check(calendar.add(to: end, working: -Int64(one + two)) == walk.instant(walk.before(to, one + two)), "back") }
    }
    return wrong
  }

  @Test(arguments: 2019...2026)
  func `sums around every holiday and make-up day agree with a walk over every minute`(_ year: Int) throws {
    var random = Generator(state: 20_261_128 + UInt64(year)), walked: Set<Int> = [], madeUp = 0, closed = 0
    let table = Self.china, off = Set(table.off.filter { $0.year == year }), makeup = Set(table.makeup.filter { $0.year == year })
    #expect(off.count > 25 && makeup.count > 4)
    for days in Self.windows(around: off.union(makeup).map(\.daysSinceEpoch)) {
      for _ in 0..<2 {
        let own = CivilDate(daysSinceEpoch: Int.random(in: days, using: &random))
        let definition = try CalendarDefinition.random(zone: "Asia/Shanghai", own: [own], &random)
        let walk = try WalkedCalendar(definition, table, days: days)
        #expect(Self.wrong(walk, looks: 12 * days.count, &random).prefix(3) == [])
        madeUp += makeup.count { days.contains($0.daysSinceEpoch) && walk.worked(onDay: $0.daysSinceEpoch) > 0 }
        closed += off.count { days.contains($0.daysSinceEpoch) && walk.worked(onDay: $0.daysSinceEpoch) == 0 }
      }
      walked.formUnion(days)
    }
    #expect(off.union(makeup).allSatisfy { walked.contains($0.daysSinceEpoch) })
    #expect(madeUp > 0 && closed > 0)
  }

  @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
  func `sums around every clock change of eight years agree with a walk over every minute`(_ name: String) throws {
    var random = Generator(state: 20_261_124)
    let zone = try #require(TimeZone(identifier: name)), first = try #require(CivilDate(year: 2019, month: 1, day: 1)).daysSinceEpoch
    func offset(_ day: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(day * 86_400))) }
    let changes = (first..<first + 8 * 365).filter { offset($0) != offset($0 + 1) }
    #expect(changes.count == 16)
    for days in Self.windows(around: changes) {
      for _ in 0..<2 {
        let own = CivilDate(daysSinceEpoch: Int.random(in: days, using: &random))
        let walk = try WalkedCalendar(try .random(zone: name, own: [own], &random), Self.china, days: days)
        #expect(Self.wrong(walk, looks: 80, &random).prefix(3) == [])
      }
    }
  }

  @Test(arguments: ["UTC", "America/New_York", "Asia/Shanghai"])
  func `sums before, after and over the edges of the sixty years of the table agree with a walk over every minute`(_ name: String) throws {
    var random = Generator(state: 20_261_129)
    // Whole minutes from UTC; a zone's first clocks were set by the sun.
    let edges =
      [(1999, 12, 31), (2060, 1, 1), (2099, 12, 31), (2400, 2, 29), (9998, 12, 30)] + (name == "UTC" ? [(1600, 1, 1), (1970, 1, 1)] : [])
    for (year, month, day) in edges {
      let edge = try #require(CivilDate(year: year, month: month, day: day)).daysSinceEpoch
      let own = CivilDate(daysSinceEpoch: edge + Int.random(in: -3...3, using: &random))
      let walk = try WalkedCalendar(try .random(zone: name, own: [own], &random), Self.china, days: edge - 4...edge + 4, isWhole: true)
      #expect(Self.wrong(walk, looks: 80, &random).prefix(3) == [], "\(year)")
    }
  }

  @Test(arguments: ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
  func `adding is monotonic and additive over years, and going back leads to a moment from which the same time leads here`(
    _ name: String
  ) throws {
    var random = Generator(state: 7)
    let base = try Instant(parsing: "2019-01-01T00:00:00Z").milliseconds
    for _ in 0..<2 {
      let calendar = try WorkingCalendar(try .random(zone: name, own: [], &random), holidays: Self.china)
      for _ in 0..<1_500 {
        let start = Instant(milliseconds: base + Int64.random(in: 0..<8 * 31_536_000_000, using: &random))
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

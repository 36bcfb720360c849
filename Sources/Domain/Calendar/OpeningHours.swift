import Synchronization

/// A calendar with hours, ready for sums. Equal when defined equally.
///
/// What people work with lies in one table. Beyond its years time goes by in centuries, each a table of its own that is made when it is asked
/// for: a sum over a thousand years is a walk over ten of them.
final class OpeningHours: Hashable, Sendable {
  let definition: CalendarDefinition
  let holidays: HolidayTable
  private let near: WorkingTimeTable
  private let far = Mutex<[Int: WorkingTimeTable]>([:])
  /// Centuries that are kept.
  private static let kept = 4

  init(_ definition: CalendarDefinition, _ holidays: HolidayTable, _ years: ClosedRange<Int>) throws(PolicyError) {
    (self.definition, self.holidays) = (definition, holidays)
    near = try WorkingTimeTable(definition, holidays, years: years)
  }

  static func == (a: OpeningHours, b: OpeningHours) -> Bool {
    a === b || a.definition == b.definition && a.holidays == b.holidays
  }

  func hash(into hasher: inout Hasher) { hasher.combine(definition) }

  // MARK: Sums

  func add(_ milliseconds: Int64, to start: Instant) -> Instant? {
    let utc = start.milliseconds
    if milliseconds < 0 { return subtract(-milliseconds, from: utc).map { Instant(milliseconds: $0) } }
    if near.reach.contains(utc), let end = near.add(milliseconds, to: utc) { return Instant(milliseconds: end) }
    return farAdd(milliseconds, to: utc).map { Instant(milliseconds: $0) }
  }

  private func farAdd(_ milliseconds: Int64, to utc: Int64) -> Int64? {
    var at = utc, left = milliseconds
    while at <= Instant.latest.milliseconds {
      let table = century(of: at), end = table.reach.upperBound
      let inside = table.worked(until: end) - table.worked(until: at)
      if inside >= left { return table.add(left, to: at) }
      guard table.keepsOpening(from: at, to: end) else { return nil }
      left -= inside
      at = end
    }
    return nil
  }

  private func subtract(_ milliseconds: Int64, from utc: Int64) -> Int64? {
    if near.reach.contains(utc), let begin = near.subtract(milliseconds, from: utc) { return begin }
    var at = utc, left = milliseconds
    while at > Instant.earliest.milliseconds {
      // Where one century ends, the time before is the other's.
      let table = century(of: at - 1), inside = table.worked(until: at) - table.worked(until: table.reach.lowerBound)
      if inside >= left { return table.subtract(left, from: at) }
      left -= inside
      at = table.reach.lowerBound
    }
    return nil
  }

  func between(_ start: Instant, _ end: Instant) -> Int64 {
    if start > end { return -between(end, start) }
    let (from, to) = (start.milliseconds, end.milliseconds)
    if near.reach.contains(from), near.reach.contains(to) { return near.worked(until: to) - near.worked(until: from) }
    var at = from, sum: Int64 = 0
    while at < to {
      let table = century(of: at), next = min(to, table.reach.upperBound)
      sum += table.worked(until: next) - table.worked(until: at)
      at = next
    }
    return sum
  }

  /// The same time on the wall so many working days later, moved forward into working time.
  func add(workingDays count: Int, to start: Instant) -> Instant? {
    guard count > 0 else { return add(0, to: start) }
    let table = table(at: start.milliseconds), day = table.localDay(of: start.milliseconds)
    guard let target = table.day(count, after: day) ?? farDay(count, after: day) else { return nil }
    return add(0, to: sameTime(as: start.milliseconds, on: target))
  }

  /// The same time on the wall so many working days before; nil where there are none.
  func subtract(workingDays count: Int, from end: Instant) -> Instant? {
    guard count > 0 else { return end }
    let table = table(at: end.milliseconds), day = table.localDay(of: end.milliseconds)
    guard let target = table.day(count, before: day) ?? farDay(count, before: day) else { return nil }
    return sameTime(as: end.milliseconds, on: target)
  }

  private func farDay(_ count: Int, after day: Int) -> Int? {
    var at = day, left = count
    while left > 0 {
      guard let table = century(ofDay: at + 1) else { return nil }
      let step = max(1, min(left, table.count(of: at + 1..<table.days.upperBound)))
      // Where none is left in this century, the next stands within 400 days in the other.
      guard let next = table.day(step, after: at) else { return nil }
      (at, left) = (next, left - step)
    }
    return at
  }

  private func farDay(_ count: Int, before day: Int) -> Int? {
    var at = day, left = count
    while let table = century(ofDay: at - 1) {
      let inside = table.count(of: table.days.lowerBound..<at)
      if inside >= left { return table.day(left, before: at) }
      (at, left) = (table.days.lowerBound, left - inside)
    }
    return nil
  }

  private func sameTime(as utc: Int64, on day: Int) -> Instant {
    let before = table(at: utc), local = utc + before.zone.offset(at: utc)
    let wall = local + Int64(day - before.localDay(of: utc)) * 86_400_000
    return Instant(milliseconds: table(at: wall).zone.moment(ofLocal: wall))
  }

  func closing(of moment: Instant) -> Instant {
    Instant(milliseconds: table(at: moment.milliseconds).closing(of: moment.milliseconds))
  }

  func offsetSeconds(at moment: Instant) -> Int {
    Int(table(at: moment.milliseconds).zone.offset(at: moment.milliseconds) / 1_000)
  }

  // MARK: Tables

  /// What people work with, else its century.
  private func table(at utc: Int64) -> WorkingTimeTable { near.reach.contains(utc) ? near : century(of: utc) }

  private func century(of utc: Int64) -> WorkingTimeTable {
    century(ofDay: Int(utc.flooredDivision(by: 86_400_000))) ?? near
  }

  /// Nil before the year 1 and after 9999. So many days more on either side that the next opening is seen, if there is one within 400 days.
  private func century(ofDay day: Int) -> WorkingTimeTable? {
    let year = CivilDate(daysSinceEpoch: day).year
    guard (1...9_999).contains(year) else { return nil }
    let century = year / 100, years = max(1, century * 100)...century * 100 + 99
    return far.withLock { far in
      if let table = far[century] { return table }
      let table = try? WorkingTimeTable(definition, holidays, years: years, margin: WorkingTimeTable.gapDays + 3)
      if far.count >= Self.kept { far = [:] }
      far[century] = table
      return table
    }
  }

  /// The day of a moment; the day before where its hours run over midnight.
  func firstDay(of moment: Instant) -> CivilDate {
    let day = moment.date(offsetSeconds: offsetSeconds(at: moment)).daysSinceEpoch, before = day - 1
    let usual = definition.week.joined() + definition.hours(onDay: before, holidays)
    return CivilDate(daysSinceEpoch: usual.contains { $0.end > 1_440 } ? before : day)
  }

  /// Looked for as far as people work with.
  func closesForGood(after moment: Instant) -> Instant? {
    guard near.reach.contains(moment.milliseconds) else { return nil }
    return near.standstill(from: moment.milliseconds).map { Instant(milliseconds: $0) }
  }

  var bytes: Int { near.bytes + far.withLock { $0.values.reduce(0) { $0 + $1.bytes } } }
  var holidayYears: Set<Int>? { definition.holidays == .none ? nil : holidays.years }
  func isProvisional(year: Int) -> Bool { definition.holidays != .none && !holidays.years.contains(year) }
}

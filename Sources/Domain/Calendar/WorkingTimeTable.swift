/// A calendar's working time as sorted spans with running sums: every question is a binary search, so ten years cost what ten minutes do.
struct WorkingTimeTable: Sendable {
  /// UTC milliseconds; the spans do not overlap.
  private let opens, closes: [Int64]
  /// Working milliseconds before each span; one more than there are spans.
  private let sums: [Int64]
  /// The local day, counted from 1970-01-01, each span belongs to.
  private let owners: [Int32]
  /// The local days on which a span starts.
  private let workingDays: [Int32]
  /// Spans, and working days, after which nothing opens for 400 days.
  private let gaps, emptyYears: [Int]
  let zone: ZoneRules
  /// The days that the table speaks of, and the same as UTC milliseconds.
  let days: Range<Int>
  let reach: Range<Int64>

  var bytes: Int {
    (opens.capacity + closes.capacity + sums.capacity) * MemoryLayout<Int64>.stride + (gaps.capacity + emptyYears.capacity)
      * MemoryLayout<Int>.stride
      + (owners.capacity + workingDays.capacity) * MemoryLayout<Int32>.stride + zone.regimes.capacity
      * MemoryLayout<ZoneRules.Regime>.stride
  }

  static let gapDays = 400
  static let gap: Int64 = Int64(gapDays) * 86_400_000

  /// - Parameter margin: days on either side that are in the table too: hours that run over its edge, and where to look for the next opening.
  init(_ definition: CalendarDefinition, _ holidays: HolidayTable, years: ClosedRange<Int>, margin: Int = 3) throws(PolicyError) {
    let begin = CivilDate(year: years.lowerBound, month: 1, day: 1), end = CivilDate(year: years.upperBound, month: 12, day: 31)
    days = (begin?.daysSinceEpoch ?? 0)..<(end?.daysSinceEpoch ?? 0) + 1
    reach = Int64(days.lowerBound) * 86_400_000..<Int64(days.upperBound) * 86_400_000
    let first = days.lowerBound - margin, last = days.upperBound - 1 + margin
    let zone = try ZoneRules(definition.timeZone, days: first...last)
    var spans: [(range: Range<Int64>, owner: Int32)] = []
    spans.reserveCapacity((last - first + 1) * 2)
    var working: [Int32] = []
    for day in first...last {
      let hours = definition.hours(onDay: day, holidays), before = spans.count
      for span in hours {
        let midnight = Int64(day) * 86_400_000
        let local = midnight + Int64(span.start) * 60_000..<midnight + Int64(span.end) * 60_000
        for range in zone.moments(ofLocal: local) { spans.append((range, Int32(day))) }
      }
      if spans.count > before { working.append(Int32(day)) }
    }
    spans.sort { ($0.range.lowerBound, $0.owner) < ($1.range.lowerBound, $1.owner) }
    var opens: [Int64] = [], closes: [Int64] = [], sums: [Int64] = [0], owners: [Int32] = [], gaps: [Int] = []
    opens.reserveCapacity(spans.count); closes.reserveCapacity(spans.count); sums.reserveCapacity(spans.count + 1)
    for span in spans {
      // Hours that run into the next day's are counted once.
      let open = max(span.range.lowerBound, closes.last ?? .min)
      guard open < span.range.upperBound else { continue }
      if let close = closes.last, open - close > Self.gap { gaps.append(closes.count - 1) }
      opens.append(open)
      closes.append(span.range.upperBound)
      owners.append(span.owner)
      sums.append(sums[sums.count - 1] + span.range.upperBound - open)
    }
    if let close = closes.last, Int64(last) * 86_400_000 - close > Self.gap { gaps.append(closes.count - 1) }
    (self.opens, self.closes, self.sums, self.owners, workingDays, self.gaps, self.zone) = (
      opens, closes, sums, owners, working, gaps, zone
    )
    emptyYears = working.indices.filter { ($0 + 1 < working.count ? Int(working[$0 + 1]) : last) - Int(working[$0]) > Self.gapDays }
  }

  /// How many of the sorted values lie below (or at) `value`.
  private static func count<Value: Comparable>(of values: [Value], below value: Value, orAt: Bool = false) -> Int {
    var low = 0, high = values.count
    while low < high {
      let middle = (low + high) / 2
      if orAt ? values[middle] <= value : values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Working milliseconds from the table's first day to a moment.
  func worked(until utc: Int64) -> Int64 {
    let begun = Self.count(of: opens, below: utc)
    guard begun > 0 else { return 0 }
    return sums[begun - 1] + min(utc, closes[begun - 1]) - opens[begun - 1]
  }

  /// The moment itself in or at the end of working time, else the next opening; nil when none comes within 400 days.
  func opening(from utc: Int64) -> Int64? {
    let next = Self.count(of: closes, below: utc)
    guard next < opens.count else { return nil }
    if opens[next] <= utc { return utc }
    return opens[next] - utc > Self.gap ? nil : opens[next]
  }

  /// The first moment by which so much working time has passed; nil when the working time ends before.
  func add(_ milliseconds: Int64, to utc: Int64) -> Int64? {
    guard milliseconds > 0 else { return opening(from: utc) }
    let wanted = worked(until: utc) + milliseconds
    let after = Self.count(of: sums, below: wanted)
    guard after > 0, after <= opens.count else { return nil }
    let from = Self.count(of: closes, below: utc)
    guard from < opens.count, opens[from] - utc <= Self.gap, !gaps.contains(where: { $0 >= from && $0 < after - 1 }) else { return nil }
    return opens[after - 1] + wanted - sums[after - 1]
  }

  /// The last moment from which so much working time leads to `utc`.
  func subtract(_ milliseconds: Int64, from utc: Int64) -> Int64? {
    let wanted = worked(until: utc) - milliseconds
    guard wanted >= 0 else { return nil }
    let begun = Self.count(of: sums, below: wanted, orAt: true)
    guard begun > 0, begun <= opens.count else { return opens.isEmpty ? nil : min(utc, closes[closes.count - 1]) }
    return min(utc, opens[begun - 1] + wanted - sums[begun - 1])
  }

  /// Whether never 400 days go by without an opening, from one moment to a later one of the table.
  func keepsOpening(from utc: Int64, to end: Int64) -> Bool {
    guard opening(from: utc) != nil else { return false }
    let from = Self.count(of: closes, below: utc), begun = Self.count(of: opens, below: end)
    return !gaps.contains { $0 >= from && $0 < begun }
  }

  /// From when on nothing opens for 400 days, if that is so from a moment of the table or later in it.
  func standstill(from utc: Int64) -> Int64? {
    guard opening(from: utc) != nil else { return utc }
    let from = Self.count(of: closes, below: utc)
    return gaps.first { $0 >= from }.map { closes[$0] }
  }

  // MARK: Days on the wall

  func localDay(of utc: Int64) -> Int { Int((utc + zone.offset(at: utc)).flooredDivision(by: 86_400_000)) }

  /// How many working days lie in some days.
  func count(of days: Range<Int>) -> Int {
    let (from, to) = (Int32(clamping: days.lowerBound), Int32(clamping: days.upperBound))
    return Self.count(of: workingDays, below: to) - Self.count(of: workingDays, below: from)
  }

  /// The so-manieth working day after a day; nil when the table ends before, or 400 days go by without one.
  func day(_ count: Int, after day: Int) -> Int? {
    let first = Self.count(of: workingDays, below: Int32(clamping: day), orAt: true), place = first + count - 1
    guard count > 0, place < workingDays.count, Int(workingDays[first]) - day <= Self.gapDays else { return nil }
    return emptyYears.contains { $0 >= first && $0 < place } ? nil : Int(workingDays[place])
  }

  /// The so-manieth working day before a day; nil when the table begins later.
  func day(_ count: Int, before day: Int) -> Int? {
    let place = Self.count(of: workingDays, below: Int32(clamping: day)) - count
    return count > 0 && workingDays.indices.contains(place) ? Int(workingDays[place]) : nil
  }

  /// Closing time of the day that the moment belongs to; the moment itself on a day without hours.
  func closing(of utc: Int64) -> Int64 {
    let span = Self.count(of: closes, below: utc)
    let owner: Int32
    if span < opens.count, opens[span] <= utc {
      owner = owners[span]
    } else {
      owner = Int32(clamping: localDay(of: utc))
    }
    var last = span
    while last < owners.count, owners[last] < owner { last += 1 }
    guard last < owners.count, owners[last] == owner else { return utc }
    while last + 1 < owners.count, owners[last + 1] == owner { last += 1 }
    return max(utc, closes[last])
  }
}

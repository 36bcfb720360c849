import Domain

/// Working time as the design's words say it, by a walk over the days (SLA-7). Knows nothing of tables, sums or searches. Seconds; the
/// zones of the simulation change no clocks.
struct NaiveCalendar {
  /// Minutes of the day, by weekday from Monday; nil is 7 x 24.
  let week: [[(Int, Int)]]?
  let offset: Int
  var makeup: Int?
  var own: [Int: [(Int, Int)]] = [:]
  let table: HolidayTable
  private let firstDay: Int
  private var spans: [[(open: Int, close: Int)]] = []

  static let always = NaiveCalendar(week: nil, hoursEast: 0, makeup: nil, table: .none, days: 0...0)

  init(
    week: [[(Int, Int)]]?, hoursEast: Int, makeup: Int?, own: [String: [(Int, Int)]] = [:], table: HolidayTable, days: ClosedRange<Int>
  ) {
    (self.week, offset, self.makeup, self.table, firstDay) = (week, hoursEast * 3_600, makeup, table, days.lowerBound)
    for (day, hours) in own { self.own[CivilDate(parsing: day)!.daysSinceEpoch] = hours }
    guard week != nil else { return }
    for day in days { spans.append(written(day)) }
  }

  /// The hours of a day: its own win over all, then holiday and make-up day, then the week.
  private func written(_ day: Int) -> [(open: Int, close: Int)] {
    let date = CivilDate(daysSinceEpoch: day)
    var hours = week![(day + 3) % 7]
    if let makeup {
      if table.off.contains(date) { hours = [] }
      if table.makeup.contains(date) { hours = week![makeup] }
    }
    hours = own[day] ?? hours
    // Hours that end before they begin run into the next day.
    return hours.map { (day * 86_400 + $0 * 60 - offset, day * 86_400 + ($1 > $0 ? $1 : $1 + 1_440) * 60 - offset) }
  }

  func day(_ moment: Int) -> Int { (moment + offset) / 86_400 }
  func hours(_ day: Int) -> [(open: Int, close: Int)] { spans[day - firstDay] }

  func working(_ from: Int, _ to: Int) -> Int {
    guard to > from else { return 0 }
    guard week != nil else { return to - from }
    var sum = 0, day = day(from) - 1
    let last = self.day(to)
    while day <= last {
      for (open, close) in hours(day) where close > from && open < to { sum += min(close, to) - max(open, from) }
      day += 1
    }
    return sum
  }

  func forward(_ from: Int, _ seconds: Int) -> Int {
    guard week != nil else { return from + seconds }
    var left = seconds, day = day(from) - 1
    while true {
      for (open, close) in hours(day) where close >= from {
        let begin = max(open, from)
        // Ends at closing time, not at the next opening.
        if close - begin >= left { return begin + left }
        left -= close - begin
      }
      day += 1
    }
  }

  func forward(_ from: Int, _ duration: PolicyDuration) -> Int {
    switch duration {
    case .seconds(let seconds): return forward(from, seconds)
    case .workingDays(let count):
      // The same time on the wall, on the so-manieth day after on which something opens.
      var day = day(from), left = count
      while left > 0 {
        day += 1
        if !hours(day).isEmpty { left -= 1 }
      }
      return forward(from + (day - self.day(from)) * 86_400, 0)
    }
  }

  /// Closing time of the day that the moment belongs to: the one on which its hours began.
  func closing(_ moment: Int) -> Int {
    guard week != nil else { return moment }
    let today = day(moment)
    for day in [today - 1, today] where hours(day).contains(where: { $0.open <= moment && moment <= $0.close }) {
      return hours(day).map(\.close).max()!
    }
    return max(moment, hours(today).map(\.close).max() ?? moment)
  }
}

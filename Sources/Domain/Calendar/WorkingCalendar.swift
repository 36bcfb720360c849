import Synchronization

/// The hours in which a clock runs (SLA-7). All sums of time in promises go through it.
public struct WorkingCalendar: Hashable, Sendable {
  private enum Kind: Hashable, Sendable {
    case always
    case hours(OpeningHours)
  }

  private let kind: Kind

  /// 7 x 24, as the service is: working time is elapsed time.
  public static let always = WorkingCalendar(kind: .always)

  private init(kind: Kind) { self.kind = kind }

  /// Turns the zone's rules and the days of the years 2000 to 2059 into sorted spans, once; any other century when it is asked for.
  ///
  /// - Parameter years: others, for measuring what a year costs.
  /// - Throws: `.unknownZone`.
  public init(_ definition: CalendarDefinition, holidays: HolidayTable, years: ClosedRange<Int> = 2000...2059) throws(PolicyError) {
    kind = .hours(try OpeningHours(definition, holidays, years))
  }

  /// Whether it has closing hours, and with them working days: `2wd` and `ends: close` need both.
  public var closes: Bool { kind != .always }

  /// The moment at which so much working time has passed since `start`; backwards when negative. ``Instant/latest`` when the
  /// calendar opens no more within 400 days, or the time does not suffice; backwards ``Instant/earliest``.
  public func add(to start: Instant, working milliseconds: Int64) -> Instant {
    switch kind {
    case .always: max(min(Instant(milliseconds: start.milliseconds + milliseconds), .latest), .earliest)
    case .hours(let hours): hours.add(milliseconds, to: start) ?? (milliseconds < 0 ? .earliest : .latest)
    }
  }

  /// The moment a promise of this length ends. Without working days (``closes``) one counts as 24 h; a policy
  /// that asks for them there is refused before (``PolicyError``).
  public func add(to start: Instant, _ duration: PolicyDuration) -> Instant {
    switch (kind, duration) {
    case (_, .seconds(let seconds)): add(to: start, working: Int64(seconds) * 1_000)
    case (.always, .workingDays(let days)): add(to: start, working: Int64(days) * 86_400_000)
    case (.hours(let hours), .workingDays(let days)): hours.add(workingDays: days, to: start) ?? .latest
    }
  }

  /// The same time on the wall so many working days before; 24 h each where nothing closes. ``Instant/earliest`` where there are none.
  public func subtract(workingDays days: Int, from end: Instant) -> Instant {
    switch kind {
    case .always: add(to: end, working: -Int64(days) * 86_400_000)
    case .hours(let hours): hours.subtract(workingDays: days, from: end) ?? .earliest
    }
  }

  /// The working time between two moments; negative when the end is first.
  public func workingMilliseconds(from start: Instant, to end: Instant) -> Int64 {
    switch kind {
    case .always: end.milliseconds(since: start)
    case .hours(let hours): hours.between(start, end)
    }
  }

  /// Closing time of the day of `moment`; the moment itself where nothing closes.
  public func closing(of moment: Instant) -> Instant {
    switch kind {
    case .always: moment
    case .hours(let hours): hours.closing(of: moment)
    }
  }

  /// Seconds from UTC on the calendar's wall clock; 0 for ``always``.
  public func offsetSeconds(at moment: Instant) -> Int {
    switch kind {
    case .always: 0
    case .hours(let hours): hours.offsetSeconds(at: moment)
    }
  }

  /// The hours of its week, from Monday; empty for ``always``.
  var week: [[HoursSpan]] { definition?.hours.week ?? [] }

  /// From when on it does not open for 400 days; nil where it goes on to open.
  public func closesForGood(after moment: Instant) -> Instant? {
    switch kind {
    case .always: nil
    case .hours(let hours): hours.closesForGood(after: moment)
    }
  }

  /// As it was defined, with its table of holidays; nil for ``always``.
  var definition: (hours: CalendarDefinition, holidays: HolidayTable)? {
    switch kind {
    case .always: nil
    case .hours(let hours): (hours.definition, hours.holidays)
    }
  }

  /// As its file calls it; nil for ``always``.
  public var name: String? {
    switch kind {
    case .always: nil
    case .hours(let hours): hours.definition.name
    }
  }

  /// The days between two moments whose hours are not those of the week, in order, runs of the same together; at most ``SpecialDays/most`` days
  /// are looked at.
  public func specialDays(from start: Instant, to end: Instant) -> [SpecialDays] {
    switch kind {
    case .always: []
    case .hours(let hours):
      hours.definition.specialDays(hours.firstDay(of: start)...max(date(at: start), date(at: end)), hours.holidays)
    }
  }

  /// The years between two moments of which the holiday table does not speak: a sum over them is provisional.
  public func unknownYears(from start: Instant, to end: Instant) -> [Int] {
    guard closes else { return [] }
    // A sum that ends at midnight has nothing of the day that begins there.
    let first = min(start, end), end = max(first, Instant(milliseconds: max(start, end).milliseconds - 1))
    let years = date(at: first).year...date(at: end).year
    return years.filter(isProvisional(year:))
  }

  public func isProvisional(year: Int) -> Bool {
    switch kind {
    case .always: false
    case .hours(let hours): hours.isProvisional(year: year)
    }
  }

  /// What its tables keep in memory, for Benchmarks; 0 for ``always``.
  public var bytes: Int {
    switch kind {
    case .always: 0
    case .hours(let hours): hours.bytes
    }
  }

  /// The years whose holidays it knows; nil where it follows none.
  public var holidayYears: Set<Int>? {
    switch kind {
    case .always: nil
    case .hours(let hours): hours.holidayYears
    }
  }

  /// The day on the calendar's wall; by UTC for ``always``.
  public func date(at moment: Instant) -> CivilDate { moment.date(offsetSeconds: offsetSeconds(at: moment)) }
}

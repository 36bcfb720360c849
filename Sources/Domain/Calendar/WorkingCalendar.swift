/// The hours in which a clock runs (SLA-7). All sums of time in promises go through it, so a calendar with opening
/// hours is one more kind here and nothing in the clocks.
public struct WorkingCalendar: Hashable, Sendable {
  private enum Kind: Hashable, Sendable { case always }

  private let kind: Kind

  /// 7 x 24, as the service is: working time is elapsed time.
  public static let always = WorkingCalendar(kind: .always)

  /// Whether it has closing hours, and with them working days: `2wd` and `ends: close` need both.
  public var closes: Bool {
    switch kind {
    case .always: false
    }
  }

  /// The moment at which so much working time has passed since `start`. Never after ``Instant/latest``.
  public func add(to start: Instant, working milliseconds: Int64) -> Instant {
    switch kind {
    case .always: min(Instant(milliseconds: start.milliseconds + milliseconds), .latest)
    }
  }

  /// The moment a promise of this length ends. Without working days (``closes``) one counts as 24 h; a policy
  /// that asks for them there is refused before (``PolicyError``).
  public func add(to start: Instant, _ duration: PolicyDuration) -> Instant {
    switch duration {
    case .seconds(let seconds): add(to: start, working: Int64(seconds) * 1_000)
    case .workingDays(let days): add(to: start, working: Int64(days) * 86_400_000)
    }
  }

  /// The working time between two moments; negative when the end is first.
  public func workingMilliseconds(from start: Instant, to end: Instant) -> Int64 {
    switch kind {
    case .always: end.milliseconds(since: start)
    }
  }

  /// Closing time of the day of `moment`; the moment itself where nothing closes.
  public func closing(of moment: Instant) -> Instant {
    switch kind {
    case .always: moment
    }
  }
}

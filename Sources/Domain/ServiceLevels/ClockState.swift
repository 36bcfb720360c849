/// A promise's clock as of its last event. Small enough to stand in a projection row, and enough to read the clock at any
/// later moment without the events.
public struct ClockState: Hashable, Sendable {
  /// What the passing of time adds to.
  public enum Accrual: String, Hashable, Sendable, Codable {
    case used = "u"
    case paused = "p"
    /// A pause that began after due: counted, and moves nothing.
    case pausedLate = "l"
    /// Met, or no longer owed.
    case nothing = "n"
  }

  public internal(set) var id: String
  public internal(set) var clause: String?
  public internal(set) var owner: String?
  /// The entry that counts: its place in ``ServicePolicy/targets``.
  public internal(set) var rule: Int
  public internal(set) var start: Instant
  public internal(set) var due: Instant
  public internal(set) var state: TargetReading.State
  public internal(set) var metAt: Instant?
  public internal(set) var usedMilliseconds: Int64
  public internal(set) var pausedMilliseconds: Int64
  public internal(set) var asOf: Instant
  public internal(set) var accruing: Accrual
  /// Where the promise ends before it is rounded to closing time; only for targets with `ends`.
  var unrounded: Instant?

  /// Still owed: neither met nor let go. A missed one is owed until it is met.
  public var isOwed: Bool { accruing != .nothing }

  /// The clock at a moment, in constant time. A moment before the last event is read as that event's.
  public func reading(at now: Instant, on calendar: WorkingCalendar = .always) -> TargetReading {
    var clock = self
    clock.advance(to: max(now, asOf), on: calendar)
    // Used and paused together are the whole seconds since the start.
    let total = (clock.usedMilliseconds + clock.pausedMilliseconds) / 1_000, paused = clock.pausedMilliseconds / 1_000
    return TargetReading(
      id: id, clause: clause, owner: owner, start: start, due: clock.due, state: clock.state, metAt: metAt,
      usedSeconds: total - paused, pausedSeconds: paused)
  }

  /// The earliest due time of what is owed and not waiting: the order of the board (INT-6).
  public static func nextDue(of states: [ClockState]) -> Instant? {
    states.filter { $0.isOwed && $0.state != .paused }.map(\.due).min()
  }

  mutating func advance(to now: Instant, on calendar: WorkingCalendar) {
    let passed = calendar.workingMilliseconds(from: asOf, to: now)
    asOf = now
    switch accruing {
    case .used:
      usedMilliseconds += passed
      if now > due { state = .missed }
    case .paused:
      pausedMilliseconds += passed
      move(by: passed, on: calendar)
    case .pausedLate: pausedMilliseconds += passed
    case .nothing: break
    }
  }

  /// A wait outside working time moves nothing, also a due time that a change kept from another calendar.
  mutating func move(by working: Int64, on calendar: WorkingCalendar) {
    guard working > 0, due != .latest else { return }
    promise(calendar.add(to: unrounded ?? due, working: working), rounded: unrounded != nil, on: calendar)
  }

  mutating func promise(_ end: Instant, rounded: Bool, on calendar: WorkingCalendar) {
    unrounded = rounded ? end : nil
    due = rounded ? calendar.closing(of: end) : end
  }
}

/// What happened to a target's clock, and when it was due after it: the lines of the sum that a due time is.
public enum ClockStep: Hashable, Sendable {
  /// When it was due after it; nil for a step that moves nothing.
  public var due: Instant? {
    switch self {
    case .started(_, _, let promise), .changed(_, let promise): promise.due
    case .paused(let pause), .reopened(let pause, _): pause.due
    case .met, .dropped: nil
    }
  }

  case started(at: Instant, by: String, Promise)
  case paused(Pause)
  /// Another promise, by a change of the case.
  case changed(at: Instant, Promise)
  /// The time since the work had ended counts as a pause.
  case reopened(Pause, by: String)
  case met(at: Instant, by: String)
  case dropped(at: Instant, by: String)

  /// As its entry has it.
  public struct Promise: Hashable, Sendable {
    /// What it is counted from.
    public enum Basis: Hashable, Sendable {
      case start, change
      /// The change would make it later than was promised before, so that stays.
      case promisedBefore
    }

    public let clause: String?
    public let within: PolicyDuration
    public let basis: Basis
    /// Of the waits so far, as much as lies in its working time: part of what is counted from the start.
    public let pausedMilliseconds: Int64
    /// The name of its working hours; nil: around the clock.
    public let hours: String?
    /// Due at closing time of that day.
    public let closes: Bool
    public let due: Instant

    init(_ rule: TargetRule, on calendar: WorkingCalendar, from basis: Basis = .start, paused: Int64 = 0, due: Instant) {
      (clause, within, hours, closes, self.due) = (rule.clause, rule.within, calendar.name, rule.ends == .close, due)
      (self.basis, pausedMilliseconds) = (basis, basis == .start ? paused : 0)
    }
  }

  public struct Pause: Hashable, Sendable {
    public let from: Instant
    /// Nil: it goes on.
    public internal(set) var to: Instant?
    public var reason: String?
    /// It began after due and moves nothing.
    public var isLate = false
    /// As much of it as lies in the target's working time.
    public internal(set) var milliseconds: Int64 = 0
    /// As much of it as earlier lines have counted already.
    public internal(set) var countedMilliseconds: Int64 = 0
    public internal(set) var due: Instant
  }
}

/// The steps of one clock, as they are told; one wait at most goes on.
struct ClockSteps: Sendable {
  private(set) var all: [ClockStep] = []
  /// Where the wait that goes on stands: what met the target may be told before its end.
  private var open: Int?

  mutating func add(_ step: ClockStep) { all.append(step) }

  mutating func pause(from start: Instant, reason: String?, isLate: Bool, due: Instant) {
    open = all.count
    all.append(.paused(.init(from: start, reason: reason, isLate: isLate, due: due)))
  }

  /// How long the wait that goes on is by now, and what it has moved.
  mutating func measure(until now: Instant, on calendar: WorkingCalendar, due: Instant) {
    update { ($0.milliseconds, $0.due) = (calendar.workingMilliseconds(from: $0.from, to: now), due) }
  }

  mutating func endPause(at end: Instant) {
    update { $0.to = end }
    // Begun by a change and ended by it.
    if let open, open == all.count - 1, case .paused(let pause) = all[open], pause.from == end { all.removeLast() }
    open = nil
  }

  /// A wait that goes on is told in two parts, so that each line leads from the one before.
  mutating func change(at change: Instant, _ promise: ClockStep.Promise) {
    let waiting: ClockStep.Pause? = open.flatMap { if case .paused(let pause) = all[$0] { pause } else { nil } }
    endPause(at: change)
    add(.changed(at: change, promise))
    if let waiting { pause(from: change, reason: waiting.reason, isLate: waiting.isLate, due: promise.due) }
  }

  private mutating func update(_ body: (inout ClockStep.Pause) -> Void) {
    guard let open, case .paused(var pause) = all[open] else { return }
    body(&pause)
    all[open] = .paused(pause)
  }
}

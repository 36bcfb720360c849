/// What happened to a target's clock, and when it was due after it: the lines of the sum that a due time is.
public enum ClockStep: Hashable, Sendable {
  /// When it was due after it; nil for a step that moves nothing.
  public var due: Instant? {
    switch self {
    case .started(_, _, let promise), .changed(_, let promise): promise.due
    case .paused(let pause), .reopened(let pause, _): pause.due
    case .missedBefore, .met, .dropped: nil
    }
  }

  /// What is promised from it on, where it says so.
  var promise: Promise? {
    switch self {
    case .started(_, _, let promise), .changed(_, let promise): promise
    case .missedBefore, .paused, .reopened, .met, .dropped: nil
    }
  }

  case started(at: Instant, by: String, Promise)
  /// It starts anew, and was missed already: so it stays.
  case missedBefore(due: Instant)
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
    /// Of the waits so far, as much as lies in its working time; what is counted from the start has it in it.
    public let pausedMilliseconds: Int64
    /// By its hours the waits so far are another length than the lines before say.
    public let recountsWaits: Bool
    public let calendar: WorkingCalendar
    /// The name of its working hours; nil: around the clock.
    public var hours: String? { calendar.name }
    /// Where it ends before it is rounded to closing time of that day; nil where it is not.
    public let unrounded: Instant?
    public let due: Instant

    init(_ rule: TargetRule, on calendar: WorkingCalendar, from basis: Basis = .start, recounts: Bool = false, _ state: ClockState) {
      (clause, within, self.calendar) = (rule.clause, rule.within, calendar)
      (unrounded, due) = (state.due < .latest ? state.unrounded : nil, state.due)
      (self.basis, pausedMilliseconds, recountsWaits) = (basis, state.pausedMilliseconds, recounts)
    }
  }

  public struct Pause: Hashable, Sendable {
    public let from: Instant
    /// Nil: it goes on.
    public internal(set) var to: Instant?
    public var reason: String?
    /// What it does to due.
    public var effect = Effect.moves
    /// As much of it as lies in the target's working time.
    public internal(set) var milliseconds: Int64 = 0
    /// Measured by hours, of which a day has not 24.
    public internal(set) var isWorkingTime = false
    /// As much of it as earlier lines have counted already.
    public internal(set) var countedMilliseconds: Int64 = 0
    /// Where it leads before that is rounded to closing time; nil where it is not.
    public internal(set) var unrounded: Instant?
    public internal(set) var due: Instant

    public enum Effect: Hashable, Sendable {
      case moves
      /// It began after due, or the time was up already: it is counted, and moves nothing.
      case late
      /// This promise does not wait for it.
      case ignored
    }
  }
}

/// The steps of one clock, as they are told; one wait at most goes on.
struct ClockSteps: Sendable {
  private(set) var all: [ClockStep] = []
  /// Where the wait that goes on stands: what met the target may be told before its end.
  private var open: Int?

  mutating func add(_ step: ClockStep) { all.append(step) }

  /// The case waits since a moment: a wait of its own where another went on before.
  mutating func pause(from start: Instant, reason: String?, effect: ClockStep.Pause.Effect, _ state: ClockState) {
    if let waiting, waiting.reason == reason, waiting.effect == effect { return }
    endPause(at: start)
    open = all.count
    all.append(.paused(.init(from: start, reason: reason, effect: effect, unrounded: state.unrounded, due: state.due)))
  }

  /// How long the wait that goes on is by now, and what it has moved.
  mutating func measure(on calendar: WorkingCalendar, _ state: ClockState) {
    update {
      $0.milliseconds = calendar.workingMilliseconds(from: $0.from, to: state.asOf)
      $0.isWorkingTime = calendar.closes
      ($0.unrounded, $0.due) = (state.unrounded, state.due)
    }
  }

  private var waiting: ClockStep.Pause? {
    guard let open, case .paused(let pause) = all[open] else { return nil }
    return pause
  }

  mutating func endPause(at end: Instant) {
    update { $0.to = end }
    // Begun by a change and ended by it.
    if let open, open == all.count - 1, case .paused(let pause) = all[open], pause.from == end { all.removeLast() }
    open = nil
  }

  /// A wait that goes on is told in two parts, so that each line leads from the one before.
  mutating func change(at change: Instant, _ promise: ClockStep.Promise, _ state: ClockState) {
    let before = waiting
    endPause(at: change)
    add(.changed(at: change, promise))
    if let before { pause(from: change, reason: before.reason, effect: before.effect, state) }
  }

  private mutating func update(_ body: (inout ClockStep.Pause) -> Void) {
    guard let open, case .paused(var pause) = all[open] else { return }
    body(&pause)
    all[open] = .paused(pause)
  }
}

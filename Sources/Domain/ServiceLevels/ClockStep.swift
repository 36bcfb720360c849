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
    public let within: PolicyDuration
    /// The name of its working hours; nil: around the clock.
    public let hours: String?
    /// Due at closing time of that day.
    public let closes: Bool
    public let due: Instant
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
    public internal(set) var due: Instant
  }
}

/// One promise as it stands at a moment: design.md, "Target".
public struct TargetReading: Hashable, Sendable {
  public enum State: String, Codable, CaseIterable, Sendable, Hashable { case running, paused, met, missed, dropped }

  public let id: String
  public let clause: String?
  /// The role that owns the clock.
  public let owner: String?
  public let start, due: Instant
  public let state: State
  public let metAt: Instant?
  /// Whole seconds on the target's calendar, pauses taken out.
  public let usedSeconds, pausedSeconds: Int64

  public init(
    id: String, clause: String?, owner: String?, start: Instant, due: Instant, state: State, metAt: Instant?, usedSeconds: Int64,
    pausedSeconds: Int64
  ) {
    (self.id, self.clause, self.owner, self.start, self.due) = (id, clause, owner, start, due)
    (self.state, self.metAt, self.usedSeconds, self.pausedSeconds) = (state, metAt, usedSeconds, pausedSeconds)
  }

  /// The years between start and due of which the calendar's holiday table does not speak.
  func unknownYears(on calendar: WorkingCalendar) -> [Int] { due < .latest ? calendar.unknownYears(from: start, to: due) : [] }
}

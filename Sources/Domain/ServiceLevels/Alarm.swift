/// Something to be said about a promise (SLA-8): a warning before it is due, or a step up the chain after.
public struct Alarm: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Comparable {
    case warning, escalation

    public static func < (a: Kind, b: Kind) -> Bool { a == .warning && b == .escalation }
  }

  /// What tells alarms of a case apart: each is raised once.
  public struct Key: Hashable, Sendable {
    public let target: String
    public let kind: Kind
    /// Its place in the entry's `warn` or `escalate`.
    public let place: Int
    /// Since when the promise is owed as it is: its start, a change of its entry, or the reopening that took it up again.
    public let since: Instant

    public init(target: String, kind: Kind, place: Int, since: Instant) {
      (self.target, self.kind, self.place, self.since) = (target, kind, place, since)
    }
  }

  public let key: Key
  public let at: Instant
  public let due: Instant
  /// The role that is told: of a warning the owner of the clock, nil where policy names none.
  public let to: String?
  /// The entry it comes from: its place in ``ServicePolicy/targets``.
  public let rule: Int
}

extension TargetClock {
  /// What its alarms follow from: as long as this is the same, so are they.
  struct Standing: Hashable {
    let rule: Int
    let since, due: Instant
    let accruing: ClockState.Accrual
    let isDue: Bool
  }

  var standing: Standing { Standing(rule: state.rule, since: since, due: state.due, accruing: state.accruing, isDue: isDue) }

  /// Every alarm of the promise as it stands, raised or not; none while it waits, and none before it was owed like this.
  func alarms(of policy: ServicePolicy) -> [Alarm] {
    guard state.isOwed, state.accruing != .paused, isDue else { return [] }
    let rule = policy.targets[state.rule], calendar = policy.calendar(of: rule)
    func alarm(_ kind: Alarm.Kind, _ place: Int, at: Instant, to role: String?) -> Alarm {
      Alarm(key: .init(target: state.id, kind: kind, place: place, since: since), at: at, due: state.due, to: role, rule: state.rule)
    }
    let warnings = rule.warn.enumerated().compactMap { place, warning -> Alarm? in
      var at = instant(of: warning, rule, calendar)
      if let hours = rule.warnIn.flatMap({ policy.calendars[$0] }) { at = hours.add(to: at, working: 0) }
      // One that would wait for an opening after due warns of nothing: the first step of the escalation says it.
      return at <= state.due ? alarm(.warning, place, at: at, to: rule.owner) : nil
    }
    let steps = rule.escalate.enumerated().map { place, step in
      alarm(.escalation, place, at: calendar.add(to: state.due, step.after), to: step.to)
    }
    return (warnings + steps).filter { $0.at >= since && $0.at < .latest }
  }

  /// Counted backwards on the target's calendar: a share from where the promise ends before it is rounded to closing time, time left
  /// from due.
  private func instant(of warning: TargetRule.Warning, _ rule: TargetRule, _ calendar: WorkingCalendar) -> Instant {
    switch warning {
    case .share(let percent):
      let whole: Int64 =
        switch rule.within {
        case .seconds(let seconds): Int64(seconds) * 1_000
        case .workingDays: calendar.workingMilliseconds(from: state.start, to: calendar.add(to: state.start, rule.within))
        }
      return calendar.add(to: state.unrounded ?? state.due, working: -(whole * Int64(100 - percent) / 100))
    case .left(.seconds(let seconds)): return calendar.add(to: state.due, working: -Int64(seconds) * 1_000)
    case .left(.workingDays(let days)): return calendar.subtract(workingDays: days, from: state.due)
    }
  }
}

extension ClockRun {
  /// What is still to be said, in the order of its instants; at one instant in the order of the policy, warnings first.
  ///
  /// - Parameter raised: what was said already.
  public func alarms(except raised: Set<Alarm.Key>) -> [Alarm] {
    let all = alarms.enumerated().filter { !raised.contains($0.element.key) }
    return all.sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }
}

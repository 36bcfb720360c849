/// The clocks of one case: a pure function of policy, first attributes and events, fed event by event. Nothing else keeps
/// time, so any due time can be explained and replayed (SLA-1 to SLA-9).
public struct ClockRun: Sendable {
  /// What the case as a whole is in, as far as clocks look at it.
  struct Situation: Sendable {
    var attributes: [String: String]
    /// Set while the case waits; the reason is optional in old records.
    var pause: Pause?
    /// Since when the work counts as ended, if it does and was not reopened.
    var ended: Instant?
    /// Nothing is said of a case that is over, also of a promise that is still owed.
    var isOver = false

    struct Pause: Hashable, Sendable { let reason: String? }

    mutating func apply(_ event: ClockEvent) {
      if event.event == "paused" { pause = Pause(reason: event.reason) }
      if CaseWords.pauseEndings.contains(event.event) { pause = nil }
      if event.event == "changed" { attributes.merge(event.attributes) { $1 } }
      if CaseWords.endings.contains(event.event) { ended = ended ?? event.at }
      if CaseWords.overs.contains(event.event) { isOver = true }
      if event.isReopening { (ended, isOver) = (nil, false) }
    }
  }

  public let policy: ServicePolicy
  /// Whether it remembers how each due time came about: only for who asks, as every write folds its case.
  private let isExplained: Bool
  /// Whether it remembers what would have been said on the way.
  private let isWatched: Bool
  private var said: [Alarm] = []
  private let first: [String: String]
  private var situation: Situation
  private var history: [ClockEvent] = []
  /// In the order of `policy.groups`; nil: not started.
  private var clocks: [TargetClock?]

  public init(policy: ServicePolicy, attributes: [String: String], explained: Bool = false, watched: Bool = false) {
    (self.policy, isExplained, isWatched) = (policy, explained, watched)
    first = attributes
    situation = Situation(attributes: attributes)
    clocks = Array(repeating: nil, count: policy.groups.count)
  }

  /// The next event, in order of (`at`, file order).
  public mutating func apply(_ event: ClockEvent) {
    let wasOver = situation.isOver
    situation.apply(event)
    for index in clocks.indices {
      if clocks[index] != nil {
        // A copy only for who watches: every write folds its case.
        let before = isWatched ? clocks[index] : nil
        clocks[index]?.apply(event, in: situation, of: policy)
        if let before, !wasOver, situation.isOver || clocks[index]?.standing != before.standing {
          said += unsaid(of: before) { $0 < event.at }
        }
      } else if let rule = policy.entry(in: policy.groups[index], for: situation.attributes) {
        clocks[index] = opening(rule, of: policy.groups[index], by: event)
      }
    }
    history.append(event)
  }

  public mutating func apply(_ events: some Sequence<ClockEvent>) {
    for event in events { apply(event) }
  }

  /// The targets that have started, in the order of the policy.
  public var states: [ClockState] { clocks.compactMap { $0?.state } }

  /// All alarms of the case, raised or not, in the order of the policy.
  var alarms: [Alarm] { clocks.flatMap { $0?.alarms(of: policy) ?? [] } }

  /// Whom the promises have called by now, each alarm once, as if the sweeper had watched from the first event and was never late: what
  /// happens at the very instant of an alarm comes before it. Empty where the run was not made to be watched.
  public func said(by now: Instant) -> [Alarm] {
    guard isWatched, !situation.isOver else { return said }
    return said + clocks.flatMap { $0.map { unsaid(of: $0) { $0 <= now } } ?? [] }
  }

  private func unsaid(of clock: TargetClock, when isTime: (Instant) -> Bool) -> [Alarm] {
    let due = clock.alarms(of: policy).filter { isTime($0.at) }
    return due.isEmpty ? [] : due.filter { alarm in !said.contains { $0.key == alarm.key } }
  }

  public func readings(at now: Instant) -> [TargetReading] {
    states.map { policy.reading(of: $0, at: now) }
  }

  /// How each due time came about, in the order of the policy; none where the run was not made to be explained.
  public func explanations(at now: Instant) -> [Explanation] { clocks.compactMap { $0?.explanation(at: now, policy) } }

  private func opening(_ rule: Int, of group: ServicePolicy.Group, by event: ClockEvent) -> TargetClock? {
    let starts = policy.targets[rule].starts
    if let start = history.firstIndex(where: { $0.event == starts }) {
      // An entry that waits for its start event has had it already only if it applies since just now.
      return event.event == "changed" ? newlyApplying(rule, of: group, since: start, by: event) : nil
    }
    guard event.event == starts else { return nil }
    return TargetClock(id: group.id, rule: rule, by: event, in: situation, of: policy, isExplained: isExplained)
  }

  /// A target that applies only since a change keeps its start event. What has happened since counts for it, but it
  /// cannot have been missed before anybody owed it: due is not before the change + within.
  private func newlyApplying(_ rule: Int, of group: ServicePolicy.Group, since start: Int, by change: ClockEvent) -> TargetClock? {
    var past = Situation(attributes: first)
    history[...start].forEach { past.apply($0) }
    var clock = TargetClock(id: group.id, rule: rule, by: history[start], in: past, of: policy, untilChange: true, isExplained: isExplained)
    for event in history[(start + 1)...] {
      past.apply(event)
      clock.apply(event, in: past, of: policy)
    }
    clock.beginToApply(at: change.at, of: policy)
    clock.apply(change, in: situation, of: policy)
    return clock
  }
}

extension ClockEvent {
  /// `rejected` reopens by itself (INT-5).
  var isReopening: Bool { event == "reopened" || event == "rejected" }
}

extension ServicePolicy {
  /// The clocks of a case after these events, sorted by (`at`, file order): one for each target that has started.
  public func clocks(attributes: [String: String], timeline: [ClockEvent]) -> [ClockState] {
    var run = ClockRun(policy: self, attributes: attributes)
    run.apply(timeline)
    return run.states
  }

  /// The entry a clock runs by: its names, warnings and escalations.
  public func rule(of state: ClockState) -> TargetRule? {
    targets.indices.contains(state.rule) ? targets[state.rule] : nil
  }

  /// The years between start and due of which the holiday table does not speak: then the due time is provisional (SLA-7).
  public func unknownYears(of state: ClockState, at now: Instant) -> [Int] {
    guard let calendar = rule(of: state).map(calendar), calendar.closes else { return [] }
    return reading(of: state, at: now).unknownYears(on: calendar)
  }

  /// A stored clock at a moment, on the calendar of its target.
  public func reading(of state: ClockState, at now: Instant) -> TargetReading {
    state.reading(at: now, on: rule(of: state).map(calendar) ?? .always)
  }
}

/// One target of one case: folds the case's events into a ``ClockState``. See "Policy and replay" in the design.
struct TargetClock: Sendable {
  private(set) var state: ClockState
  /// What happened to it, where it is to be explained.
  private var steps: ClockSteps?
  /// Since when it is owed as it is: its alarms count from here (``Alarm``).
  private(set) var since: Instant
  /// The event that met it or let it go.
  private var decidedBy: String?
  /// What counted as a pause since the start: measured anew where another entry brings another calendar.
  private var waits: [Wait] = []
  /// When the work ended first (`cleared confirmed closed cancelled`): where `resume` goes back to.
  private var ended: Instant?
  /// It applies to the case only later: until then nothing is due and no entry is chosen anew.
  private var untilChange: Bool

  private struct Wait: Sendable {
    let from: Instant
    /// Nil: it goes on.
    var to: Instant?
  }

  init(
    id: String, rule index: Int, by event: ClockEvent, in situation: ClockRun.Situation, of policy: ServicePolicy,
    untilChange: Bool = false, isExplained: Bool = false
  ) {
    let rule = policy.targets[index]
    self.untilChange = untilChange
    steps = isExplained ? ClockSteps() : nil
    since = event.at
    state = ClockState(
      id: id, clause: rule.clause, owner: rule.owner, rule: index, start: event.at, due: .latest, state: .running, metAt: nil,
      usedMilliseconds: 0, pausedMilliseconds: 0, asOf: event.at, accruing: .used)
    begin(rule, by: event, of: policy)
    if situation.ended != nil { ended = event.at }
    settle(rule, in: situation)
  }

  mutating func apply(_ event: ClockEvent, in situation: ClockRun.Situation, of policy: ServicePolicy) {
    let calendar = calendar(of: policy)
    state.advance(to: event.at, on: calendar)
    steps?.measure(on: calendar, state)
    if CaseWords.endings.contains(event.event), ended == nil { ended = event.at }
    if event.event == "changed", !untilChange { choose(at: event.at, in: situation, of: policy) }
    if !(event.isReopening && reopen(by: event, in: situation, of: policy)) { decide(event, of: policy) }
    settle(policy.targets[state.rule], in: situation)
  }

  /// It applies to the case by now: only then something is due.
  var isDue: Bool { !untilChange }

  private func calendar(of policy: ServicePolicy) -> WorkingCalendar { policy.calendar(of: policy.targets[state.rule]) }

  private mutating func begin(_ rule: TargetRule, by event: ClockEvent, of policy: ServicePolicy) {
    (state.start, state.usedMilliseconds, state.pausedMilliseconds, state.metAt) = (event.at, 0, 0, nil)
    (decidedBy, ended, waits, state.accruing, since) = (nil, nil, [], .used, event.at)
    let missed = state.state == .missed ? state.due : nil
    if missed == nil { state.state = .running }
    if !untilChange { promise(policy.calendar(of: rule).add(to: event.at, rule.within), rule, of: policy) }
    steps?.endPause(at: state.asOf)
    steps?.add(.started(at: event.at, by: event.event, .init(rule, on: policy.calendar(of: rule), state)))
    if let missed { steps?.add(.missedBefore(due: missed)) }
  }

  private mutating func promise(_ end: Instant, _ rule: TargetRule, of policy: ServicePolicy) {
    state.promise(end, rounded: rule.ends == .close, on: policy.calendar(of: rule))
  }

  /// The first `met_by` meets it; looked at before `dropped_by`. Once past due it stays missed.
  private mutating func decide(_ event: ClockEvent, of policy: ServicePolicy) {
    guard state.isOwed else { return }
    let rule = policy.targets[state.rule]
    if rule.metBy.contains(event.event) {
      state.metAt = event.at
      end(as: .met, by: event.event)
      steps?.add(.met(at: event.at, by: event.event))
    } else if rule.droppedBy.contains(event.event) {
      end(as: .dropped, by: event.event)
      steps?.add(.dropped(at: event.at, by: event.event))
    }
  }

  private mutating func end(as outcome: TargetReading.State, by event: String) {
    if state.state != .missed { state.state = outcome }
    state.accruing = .nothing
    decidedBy = event
  }

  /// `changed` chooses the entry anew for what is running or paused; the decided and the missed stay.
  private mutating func choose(at change: Instant, in situation: ClockRun.Situation, of policy: ServicePolicy) {
    guard state.state == .running || state.state == .paused, let group = policy.groups.first(where: { $0.id == state.id }) else { return }
    guard let index = policy.entry(in: group, for: situation.attributes) else {
      end(as: .dropped, by: "changed")
      steps?.add(.dropped(at: change, by: "changed"))
      return
    }
    guard index != state.rule else { return }
    let rule = policy.targets[index], old = state
    since = change
    if rule.calendar != policy.targets[old.rule].calendar { measure(until: change, on: policy.calendar(of: rule)) }
    let recounts = state.pausedMilliseconds != old.pausedMilliseconds
    (state.rule, state.clause, state.owner) = (index, rule.clause, rule.owner)
    promise(fullPromise(rule, of: policy), rule, of: policy)
    var basis = ClockStep.Promise.Basis.start
    if state.due < old.due {
      promise(policy.calendar(of: rule).add(to: change, rule.within), rule, of: policy)
      basis = .change
      // Never after what was promised before.
      if state.due >= old.due {
        (state.due, state.unrounded) = (old.due, rule.ends == nil ? nil : old.unrounded ?? old.due)
        basis = .promisedBefore
      }
    }
    tellChange(at: change, rule, from: basis, recounts: recounts, of: policy)
  }

  /// Used and paused up to a moment, on a calendar: together they are its working time since the start.
  private mutating func measure(until end: Instant, on calendar: WorkingCalendar) {
    state.pausedMilliseconds = paused(until: end, on: calendar)
    state.usedMilliseconds = calendar.workingMilliseconds(from: state.start, to: end) - state.pausedMilliseconds
  }

  private func paused(until end: Instant, on calendar: WorkingCalendar) -> Int64 {
    waits.reduce(0) { $0 + max(0, calendar.workingMilliseconds(from: $1.from, to: min($1.to ?? end, end))) }
  }

  /// Start + within + the pauses so far.
  private func fullPromise(_ rule: TargetRule, of policy: ServicePolicy) -> Instant {
    let calendar = policy.calendar(of: rule)
    return calendar.add(to: calendar.add(to: state.start, rule.within), working: state.pausedMilliseconds)
  }

  /// The change by which it applies: from here it is owed, with due not before the change + within.
  mutating func beginToApply(at change: Instant, of policy: ServicePolicy) {
    untilChange = false
    since = change
    let rule = policy.targets[state.rule], calendar = policy.calendar(of: rule)
    state.advance(to: change, on: calendar)
    steps?.measure(on: calendar, state)
    let whole = fullPromise(rule, of: policy), least = calendar.add(to: change, rule.within)
    promise(max(whole, least), rule, of: policy)
    tellChange(at: change, rule, from: whole < least ? .change : .start, of: policy)
  }

  private mutating func tellChange(
    at change: Instant, _ rule: TargetRule, from basis: ClockStep.Promise.Basis, recounts: Bool = false, of policy: ServicePolicy
  ) {
    steps?.change(at: change, .init(rule, on: policy.calendar(of: rule), from: basis, recounts: recounts, state), state)
  }

  /// - Returns: whether the clock goes on by this event.
  private mutating func reopen(by event: ClockEvent, in situation: ClockRun.Situation, of policy: ServicePolicy) -> Bool {
    defer { ended = nil }
    switch policy.targets[state.rule].onReopen {
    case .keep: return false
    case .resume:
      guard !state.isOwed, let decidedBy, CaseWords.endings.contains(decidedBy), let ended else { return false }
      let calendar = calendar(of: policy), before = state.pausedMilliseconds
      // The whole time since then; waits in it are part of it, and have moved due already.
      waits = waits.filter { $0.from < ended }
      if let last = waits.indices.last { waits[last].to = min(waits[last].to ?? ended, ended) }
      waits.append(Wait(from: ended, to: event.at))
      measure(until: event.at, on: calendar)
      (state.metAt, state.accruing, self.decidedBy, since) = (nil, .used, nil, event.at)
      if state.state != .missed {
        state.state = .running
        if !untilChange { state.move(by: state.pausedMilliseconds - before, on: calendar) }
      }
      let length = calendar.workingMilliseconds(from: ended, to: event.at), counted = length - (state.pausedMilliseconds - before)
      steps?.add(
        .reopened(
          .init(
            from: ended, to: event.at, effect: state.state == .missed ? .late : .moves, milliseconds: length,
            isWorkingTime: calendar.closes,
            countedMilliseconds: counted, unrounded: state.unrounded, due: state.due), by: event.event))
      return true
    case .restart:
      let group = policy.groups.first { $0.id == state.id }
      let chosen = untilChange ? state.rule : group.flatMap { policy.entry(in: $0, for: situation.attributes) }
      guard let chosen else { return false }
      let rule = policy.targets[chosen]
      (state.rule, state.clause, state.owner) = (chosen, rule.clause, rule.owner)
      begin(rule, by: event, of: policy)
      return true
    }
  }

  /// What passes from here on: a pause counts if the policy says so, and moves due unless that has passed.
  private mutating func settle(_ rule: TargetRule, in situation: ClockRun.Situation) {
    guard state.isOwed else {
      steps?.endPause(at: state.asOf)
      return endWait()
    }
    if let pause = situation.pause, rule.pauses.count(pause.reason) {
      if state.accruing == .used {
        state.accruing = state.asOf > state.due ? .pausedLate : .paused
        if state.state == .running { state.state = .paused }
        waits.append(Wait(from: state.asOf, to: nil))
      }
      steps?.pause(from: state.asOf, reason: pause.reason, effect: state.accruing == .pausedLate ? .late : .moves, state)
    } else {
      state.accruing = .used
      if state.state == .paused { state.state = .running }
      endWait()
      if let pause = situation.pause {
        steps?.pause(from: state.asOf, reason: pause.reason, effect: .ignored, state)
      } else {
        steps?.endPause(at: state.asOf)
      }
    }
  }

  private mutating func endWait() {
    if let last = waits.indices.last, waits[last].to == nil { waits[last].to = state.asOf }
  }

  func explanation(at instant: Instant, _ policy: ServicePolicy) -> Explanation? {
    guard var steps else { return nil }
    let rule = policy.targets[state.rule], calendar = policy.calendar(of: rule)
    var now = state
    now.advance(to: max(instant, state.asOf), on: calendar)
    steps.measure(on: calendar, now)
    let ahead = alarms(of: policy).filter { $0.at > instant }.sorted { ($0.at, $0.key.kind) < ($1.at, $1.key.kind) }
    return Explanation(
      rule: rule, calendar: calendar, steps: steps.all, reading: policy.reading(of: state, at: instant), alarms: ahead, now: now.asOf)
  }
}

import Domain

/// An event of a simulated case, in seconds.
struct Told {
  let at: Int
  let name: String
  var attributes: [String: String] = [:]
  var reason: String?

  var event: ClockEvent { ClockEvent(at: Instant(milliseconds: Int64(at) * 1_000), event: name, attributes: attributes, reason: reason) }
}

/// What a target should read.
struct Expected: Hashable, CustomStringConvertible {
  let id, owner, state: String
  let start, due: Int
  let metAt: Int?
  let used, paused: Int

  var description: String { "\(id) (\(owner)) \(start) due \(due) \(state) met \(metAt ?? -1) used \(used) paused \(paused)" }
}

/// The clock of one target of one case, written from the words of the design ("Policy and replay") and from nothing else: it keeps the list
/// of the waits, and measures them anew whenever it is asked. Slow, and meant to be.
struct NaiveClock {
  struct Wait {
    var from: Int
    var to: Int?
    /// From when on it still has to be added to the promise; nil: it began after due, and moves nothing.
    var counted: Int?
  }

  let id: String
  /// The entries with this id, in the order of the file.
  let entries: [TargetRule]
  let calendars: [String: NaiveCalendar]

  private var entry = 0
  private(set) var start = 0
  /// Since when it is owed as it is: its start, a change of its entry, or the reopening that took it up again (SLA-8).
  private(set) var since = 0
  /// Where the promise ends, before the waits since then; nil as long as the target does not apply.
  private var promise: Int?
  /// Due as it was, kept by a change that may not make it later.
  private var kept: Int?
  private var waits: [Wait] = []
  private(set) var decided: (state: String, at: Int, by: String)?
  private var missed = false
  private var reason: String??
  /// The first event since start or reopening that ended the work.
  private var ended: Int?

  private static let endings = ["cleared", "confirmed", "closed", "cancelled"]
  private static let pauseEndings = ["resumed", "cleared", "cancelled", "merged", "closed"]

  var rule: TargetRule { entries[entry] }
  var calendar: NaiveCalendar { calendars[rule.calendar]! }

  init(id: String, entries: [TargetRule], calendars: [String: NaiveCalendar]) {
    (self.id, self.entries, self.calendars) = (id, entries, calendars)
  }

  /// The target after these events; nil where it is not listed.
  static func after(
    _ events: ArraySlice<Told>, _ id: String, _ entries: [TargetRule], _ calendars: [String: NaiveCalendar], _ first: [String: String]
  ) -> NaiveClock? {
    var attributes = first, clock: NaiveClock?, begun: Int?, before = NaiveCase()
    for (place, event) in events.enumerated() {
      if event.name == "changed" { attributes.merge(event.attributes) { $1 } }
      before.hear(event)
      if clock != nil {
        clock!.hear(event, attributes)
      } else if begun == nil, event.name == entries[0].starts {
        begun = place
        if let fits = best(entries, attributes) {
          clock = NaiveClock(id: id, entries: entries, calendars: calendars)
          clock!.begin(fits, at: event.at, before)
          clock!.owe(from: event.at)
          clock!.settle(at: event.at)
        }
      } else if let begun, event.name == "changed", let fits = best(entries, attributes) {
        // It applies only since now: it keeps its start event, and what happened since counts for it; nobody owed it until now.
        var past = NaiveCase()
        let all = Array(events)
        for earlier in all[...begun] { past.hear(earlier) }
        var late = NaiveClock(id: id, entries: entries, calendars: calendars)
        late.begin(fits, at: all[begun].at, past)
        late.settle(at: all[begun].at)
        for earlier in all[(begun + 1)..<place] { late.hear(earlier, attributes) }
        late.startToApply(at: event.at)
        late.hear(event, attributes)
        clock = late
      }
    }
    return clock
  }

  /// Most matching keys, then the later entry.
  private static func best(_ entries: [TargetRule], _ attributes: [String: String]) -> Int? {
    var best: Int?
    for (place, entry) in entries.enumerated() where entry.when.allSatisfy({ attributes[$0.key] == $0.value }) {
      if best == nil || entry.when.count >= entries[best!].when.count { best = place }
    }
    return best
  }

  // MARK: What is promised

  private func end(of entry: TargetRule, from: Int) -> Int { calendars[entry.calendar]!.forward(from, entry.within) }
  private func rounded(_ moment: Int) -> Int { rule.ends == .close ? calendar.closing(moment) : moment }

  /// The waits that the promise does not hold yet, up to a moment: only what lies in working time counts.
  private func credit(_ now: Int) -> Int {
    waits.reduce(0) { sum, wait in wait.counted.map { sum + calendar.working($0, min(wait.to ?? now, now)) } ?? sum }
  }

  func due(_ now: Int) -> Int? {
    guard let end = end(now) else { return nil }
    return credit(now) == 0 ? kept ?? rounded(end) : rounded(end)
  }

  /// Where the promise ends before it is rounded to closing time.
  func end(_ now: Int) -> Int? {
    guard let promise else { return nil }
    let credit = credit(now)
    return credit == 0 ? promise : calendar.forward(promise, credit)
  }

  private func waited(_ now: Int) -> Int { waits.reduce(0) { $0 + calendar.working($1.from, min($1.to ?? now, now)) } }

  private mutating func owe(from moment: Int) { promise = end(of: rule, from: moment) }

  // MARK: What happens

  private mutating func begin(_ entry: Int, at moment: Int, _ situation: NaiveCase) {
    (self.entry, start, since, waits, decided, kept) = (entry, moment, moment, [], nil, nil)
    (reason, ended) = (situation.reason, situation.ended ? moment : nil)
  }

  private mutating func startToApply(at moment: Int) {
    since = moment
    promise = max(calendar.forward(end(of: rule, from: start), waited(moment)), end(of: rule, from: moment))
    anchor(at: moment)
  }

  private var openWait: Int? { waits.firstIndex { $0.to == nil } }

  /// It waits, and its due time moves on as long as it does.
  var isHeld: Bool { openWait.map { waits[$0].counted != nil } ?? false }

  private mutating func look(at now: Int) {
    guard decided == nil, let due = due(now) else { return }
    // Nothing is missed while it waits.
    if isHeld { return }
    if now > due { missed = true }
  }

  private mutating func hear(_ event: Told, _ attributes: [String: String]) {
    look(at: event.at)
    if Self.endings.contains(event.name), ended == nil { ended = event.at }
    if event.name == "paused" { reason = .some(event.reason) }
    if Self.pauseEndings.contains(event.name) { reason = .none }
    if event.name == "changed", promise != nil { choose(attributes, at: event.at) }
    var reopened = false
    if event.name == "reopened" || event.name == "rejected" {
      reopened = reopen(attributes, at: event.at)
      ended = nil
    }
    if !reopened, decided == nil {
      if rule.metBy.contains(event.name) {
        decided = ("met", event.at, event.name)
      } else if rule.droppedBy.contains(event.name) {
        decided = ("dropped", event.at, event.name)
      }
    }
    settle(at: event.at)
  }

  /// Whether it waits from here on.
  private mutating func settle(at now: Int) {
    var waits = false
    if decided == nil, let reason {
      switch rule.pauses {
      case .never: waits = false
      case .always: waits = true
      case .reasons(let reasons): waits = reason != nil && reasons.contains(reason!)
      }
    }
    if waits, openWait == nil {
      let late = due(now).map { now > $0 } ?? false
      self.waits.append(Wait(from: now, to: nil, counted: late ? nil : now))
    } else if !waits, let openWait {
      self.waits[openWait].to = now
    }
  }

  /// What waited until now is in the promise.
  private mutating func anchor(at now: Int) {
    for place in waits.indices { waits[place].counted = waits[place].to == nil && waits[place].counted != nil ? now : nil }
  }

  private mutating func choose(_ attributes: [String: String], at now: Int) {
    guard decided == nil, !missed, let old = due(now) else { return }
    guard let best = Self.best(entries, attributes) else {
      decided = ("dropped", now, "changed")
      return
    }
    guard best != entry else { return }
    let wasRounded = rule.ends == .close, credit = credit(now)
    let before = credit == 0 ? promise! : calendar.forward(promise!, credit)
    (entry, since, kept) = (best, now, nil)
    let waited = waited(now), full = end(of: rule, from: start)
    promise = waited == 0 ? full : calendar.forward(full, waited)
    if rounded(promise!) < old {
      promise = end(of: rule, from: now)
      if rounded(promise!) >= old {
        kept = old
        promise = wasRounded && rule.ends == .close ? before : old
      }
    }
    anchor(at: now)
  }

  private mutating func reopen(_ attributes: [String: String], at now: Int) -> Bool {
    switch rule.onReopen {
    case .keep: return false
    case .resume:
      guard let decided, Self.endings.contains(decided.by), let ended else { return false }
      (self.decided, since) = (nil, now)
      // The whole time since the work ended was nobody's; waits in it are part of it.
      waits = waits.filter { $0.from < ended }
      for place in waits.indices { waits[place].to = min(waits[place].to ?? ended, ended) }
      waits.append(Wait(from: ended, to: now, counted: missed ? nil : ended))
      return true
    case .restart:
      guard let best = promise == nil ? entry : Self.best(entries, attributes) else { return false }
      var situation = NaiveCase()
      situation.reason = reason
      let applies = promise != nil
      begin(best, at: now, situation)
      if applies { owe(from: now) }
      return true
    }
  }

  func reading(at now: Int) -> Expected {
    var clock = self
    clock.look(at: now)
    let end = decided?.at ?? now, paused = clock.waited(end)
    let isWaiting = clock.openWait != nil && decided == nil
    let state = clock.missed ? "missed" : decided?.state ?? (isWaiting ? "paused" : "running")
    return Expected(
      id: id, owner: rule.owner ?? "", state: state, start: start, due: clock.due(end)!, metAt: decided?.state == "met" ? decided?.at : nil,
      used: calendar.working(start, end) - paused, paused: paused)
  }
}

/// What a case as a whole is in, before a target starts.
struct NaiveCase {
  /// None: it does not wait. Its reason may be unknown.
  var reason: String??
  var ended = false

  mutating func hear(_ event: Told) {
    if event.name == "paused" { reason = .some(event.reason) }
    if ["resumed", "cleared", "cancelled", "merged", "closed"].contains(event.name) { reason = .none }
    if ["cleared", "confirmed", "closed", "cancelled"].contains(event.name) { ended = true }
    if event.name == "reopened" || event.name == "rejected" { ended = false }
  }
}

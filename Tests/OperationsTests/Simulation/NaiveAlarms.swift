import Domain

/// What is to be said of a promise, and when (SLA-8). Milliseconds for `at`: half of an odd number of seconds is none.
struct ExpectedAlarm: Hashable, CustomStringConvertible {
  struct Key: Hashable, CustomStringConvertible {
    let target, kind: String
    let place, since: Int

    var description: String { "\(target) \(kind) \(place) since \(since)" }
  }

  let key: Key
  let at, due: Int
  let to: String

  var description: String { "\(key.target) \(key.kind) \(key.place) since \(key.since) at \(Double(at) / 1_000) due \(due) to \(to)" }
}

extension ExpectedAlarm {
  init(_ alarm: Alarm) {
    key = Key(
      target: alarm.key.target, kind: alarm.key.kind.rawValue, place: alarm.key.place, since: Int(alarm.key.since.milliseconds / 1_000))
    (at, due, to) = (Int(alarm.at.milliseconds), Int(alarm.due.milliseconds / 1_000), alarm.to ?? "")
  }
}

extension NaiveClock {
  /// Warnings on the target's calendar before it is due, then the chain after; nothing of what was met or let go, nothing while it waits,
  /// and nothing that lies before it was owed like this.
  func alarms(at now: Int) -> [ExpectedAlarm] {
    guard decided == nil, !isHeld, let due = due(now), let end = end(now) else { return [] }
    func alarm(_ kind: String, _ place: Int, _ at: Int, _ role: String?) -> ExpectedAlarm {
      ExpectedAlarm(key: .init(target: id, kind: kind, place: place, since: since), at: at, due: due, to: role ?? "")
    }
    let warnings = rule.warn.indices.map { place in
      alarm("warning", place, inHours(before(place, end: end, due: due)), rule.owner)
    }
    let steps = rule.escalate.enumerated().map { place, step in
      alarm("escalation", place, calendar.forward(due, step.after) * 1_000, step.to)
    }
    // A warning is one only before it is due.
    return (warnings.filter { $0.at <= due * 1_000 } + steps).filter { $0.at >= since * 1_000 }
  }

  /// Whether a warning waits for an opening; for the tally.
  func waits(_ place: Int, at now: Int) -> Bool {
    let written = before(place, end: end(now)!, due: due(now)!)
    return inHours(written) != written
  }

  /// The last moment at which so much is left: of the whole promise what the share leaves over, or the time that is written.
  private func before(_ place: Int, end: Int, due: Int) -> Int {
    switch rule.warn[place] {
    case .share(let percent):
      let whole =
        switch rule.within {
        case .seconds(let seconds): seconds
        case .workingDays: calendar.working(start, calendar.forward(start, rule.within))
        }
      // Every second of working time is one whole: where the share ends within it, so does the count.
      let left = whole * (100 - percent) * 10, seconds = (left + 999) / 1_000
      return calendar.back(end, seconds) * 1_000 + seconds * 1_000 - left
    case .left(.seconds(let seconds)): return calendar.back(due, seconds) * 1_000
    case .left(.workingDays(let count)): return calendar.back(due, workingDays: count) * 1_000
    }
  }

  /// The moment itself in its hours, else their next opening.
  private func inHours(_ milliseconds: Int) -> Int {
    guard let name = rule.warnIn, let hours = calendars[name], hours.week != nil else { return milliseconds }
    var day = hours.day(milliseconds / 1_000) - 1
    while true {
      for (open, close) in hours.hours(day) where close * 1_000 >= milliseconds { return max(open * 1_000, milliseconds) }
      day += 1
    }
  }
}

extension NaiveCalendar {
  /// The last moment from which so much working time leads to another.
  func back(_ to: Int, _ seconds: Int) -> Int {
    guard week != nil, seconds > 0 else { return to - seconds }
    var left = seconds, day = day(to)
    while true {
      for (open, close) in hours(day).reversed() where open < to {
        let end = min(close, to)
        if end - open >= left { return end - left }
        left -= end - open
      }
      day -= 1
    }
  }

  /// The same time on the wall, on the so-manieth day before on which something opens.
  func back(_ to: Int, workingDays count: Int) -> Int {
    var day = day(to), left = count
    while left > 0 {
      day -= 1
      if !hours(day).isEmpty { left -= 1 }
    }
    return to + (day - self.day(to)) * 86_400
  }
}

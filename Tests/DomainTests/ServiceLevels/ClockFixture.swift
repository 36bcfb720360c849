import Domain

/// A case on Monday 2026-11-23 in Nanchang, told by times of day.
struct Story {
  var policy: ServicePolicy
  var attributes: [String: String] = [:]
  var events: [ClockEvent] = []

  init(_ rules: TargetRule..., attributes: [String: String] = [:]) throws {
    policy = try ServicePolicy(version: "test", targets: rules)
    self.attributes = attributes
  }

  /// `"09:00 reported"`, `"10:00 paused customer"`, `"09:40 changed urgency=emergency"`.
  func told(_ lines: String...) -> Story {
    var story = self
    story.events = lines.map { line in
      let words = line.split(separator: " ").map(String.init)
      var event = ClockEvent(at: Self.at(words[0]), event: words[1])
      for word in words.dropFirst(2) {
        let pair = word.split(separator: "=").map(String.init)
        if pair.count == 2 { event.attributes[pair[0]] = pair[1] } else { event.reason = word }
      }
      return event
    }
    return story
  }

  /// `id start due state met used paused`, times of day and minutes, one for each target.
  func readings(_ now: String? = nil) -> [String] {
    let now = now.map(Self.at) ?? events.last?.at ?? .earliest
    var run = ClockRun(policy: policy, attributes: attributes)
    run.apply(events.filter { $0.at <= now })
    return run.readings(at: now).map { reading in
      let met = reading.metAt.map(Self.time) ?? "-"
      return "\(reading.id) \(Self.time(reading.start)) \(Self.time(reading.due)) \(reading.state) \(met) "
        + "\(reading.usedSeconds / 60) \(reading.pausedSeconds / 60)"
    }
  }

  /// The only target's.
  func reading(_ now: String? = nil) -> String { readings(now).joined(separator: "; ") }

  /// `09:00`; `33:00` is 09:00 on Tuesday.
  static func at(_ text: String) -> Instant {
    let parts = text.split(separator: ":").map { Int64($0)! }
    return Instant(milliseconds: midnight.milliseconds + (parts[0] * 60 + parts[1]) * 60_000)
  }

  static func time(_ instant: Instant) -> String {
    let minutes = instant.milliseconds(since: midnight) / 60_000
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// Monday to Friday, 09:00 to 17:00.
  static let office: WorkingCalendar = {
    let hours = [try! HoursSpan(parsing: "09:00-17:00")]
    let week = Dictionary(uniqueKeysWithValues: [Weekday.mon, .tue, .wed, .thu, .fri].map { ($0, hours) })
    return try! WorkingCalendar(CalendarDefinition(name: "office", timeZone: "Asia/Shanghai", week: week), holidays: .none)
  }()

  private static let midnight = try! Instant(parsing: "2026-11-23T00:00:00+08:00")
}

extension TargetRule {
  static func respond(_ within: PolicyDuration = .seconds(7_200), pauses: Pauses = .never, onReopen: Reopening = .keep) -> TargetRule {
    TargetRule(
      id: "respond", clause: "SLA-1", starts: "reported", metBy: ["responded", "attempted", "cleared"], within: within,
      pauses: pauses, onReopen: onReopen)
  }

  static func clear(hours: Int = 4, pauses: Pauses = .never, onReopen: Reopening = .keep) -> TargetRule {
    TargetRule(
      id: "clear", clause: "SLA-5", starts: "arrived", metBy: ["cleared"], within: .seconds(hours * 3_600), pauses: pauses,
      onReopen: onReopen)
  }

  static func dispatch(minutes: Int, when: [String: String] = [:], pauses: Pauses = .never) -> TargetRule {
    TargetRule(
      id: "dispatch", clause: "SLA-2", starts: "reported", metBy: ["dispatched"], within: .seconds(minutes * 60),
      pauses: pauses, when: when)
  }
}

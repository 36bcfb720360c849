public import Domain
import Persistence

/// What another policy would have made of the cases there were (BEY-5): the same clocks, over the same events.
public struct PolicyTrial: Sendable {
  /// How often promises came to what.
  public struct Tally: Sendable, Hashable, JSONWritable {
    public internal(set) var met = 0, missed = 0, dropped = 0, open = 0
    /// How many times somebody of a role would have been warned before due and told after it (SLA-8). Of a promise without an owner
    /// ``working`` is warned.
    public internal(set) var warned: [String: Int] = [:], told: [String: Int] = [:]

    /// Whoever works on the case: its engineer, else the dispatchers.
    public static let working = "working"

    fileprivate mutating func count(_ alarm: Alarm) {
      let who = alarm.to ?? Self.working
      switch alarm.key.kind {
      case .warning: warned[who, default: 0] += 1
      case .escalation: told[who, default: 0] += 1
      }
    }

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("met", met)
        json.field("missed", missed)
        json.field("dropped", dropped)
        json.field("open", open)
        for (name, counts) in [("warned", warned), ("told", told)] {
          json.object(name) { json in for (role, count) in counts.sorted(by: { $0.key < $1.key }) { json.field(role, count) } }
        }
      }
    }
  }

  /// A promise that would have come out otherwise.
  public struct Change: Sendable, Hashable, JSONWritable {
    public let number, target: String
    /// Nil where it is not promised under that policy.
    public let was, would: TargetReading.State?

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("number", number)
        json.field("target", target)
        json.field("was", was?.rawValue)
        json.field("would", would?.rawValue)
      }
    }
  }

  public struct Report: Sendable, JSONWritable {
    public let version: String
    public internal(set) var cases = 0, changed = 0
    /// By target, in the order of the draft and then of the policies that held.
    public internal(set) var targets: [(id: String, was: Tally, would: Tally)] = []
    /// The first of those that would have come out otherwise.
    public internal(set) var changes: [Change] = []

    /// The place of a target, which it gets where it has none yet.
    fileprivate mutating func place(of id: String) -> Int {
      if let place = targets.firstIndex(where: { $0.id == id }) { return place }
      targets.append((id, Tally(), Tally()))
      return targets.endIndex - 1
    }

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("policy", version)
        json.field("cases", cases)
        json.field("changed", changed)
        json.array("targets", targets) { json, target in
          json.object { json in
            json.field("id", target.id)
            json.field("was", target.was)
            json.field("would", target.would)
          }
        }
        json.array("changes", changes) { $0.value($1) }
      }
    }
  }

  public static let shown = 50
  private let company: Company

  public init(_ company: Company) { self.company = company }

  /// Goes through the cases in short reads; writes nothing.
  ///
  /// - Parameter since: those reported from here on; nil: all.
  public func run(_ draft: ServicePolicy, since: Instant? = nil, by actor: Actor) async throws -> Report {
    try actor.require(.requestRead)
    let now = try company.clock(), database = company.database
    var report = Report(version: draft.version)
    report.targets = draft.groups.map { ($0.id, Tally(), Tally()) }
    // A case's id begins with its time, so the first of them is found by it.
    var last = "request/" + (since.map { Self.firstID(at: $0) } ?? "")
    while true {
      let from = last
      let chunk = try await database.read { db in try Journal.chunk(after: from, before: "request0", limit: 4_000, in: db) }
      guard let end = chunk.last?.first?.stream else { return report }
      last = end
      for events in chunk { try take(try RequestHistory(reading: events), draft, since, now, into: &report) }
    }
  }

  /// The least id of a moment: UUIDv7 begins with its milliseconds.
  private static func firstID(at instant: Instant) -> String {
    let hex = String(max(instant.milliseconds, 0), radix: 16)
    let padded = String(repeating: "0", count: max(0, 12 - hex.count)) + hex
    return "\(padded.prefix(8))-\(padded.dropFirst(8).prefix(4))"
  }

  private func take(
    _ history: RequestHistory, _ draft: ServicePolicy, _ since: Instant?, _ now: Instant, into report: inout Report
  ) throws {
    guard let reported = history.request.reported, let at = history.request.reportedAt, since.map({ at >= $0 }) ?? true else { return }
    guard let own = company.policies[reported.policy] else { throw PolicyMissing(version: reported.policy) }
    report.cases += 1
    let before = history.clockRun(under: own, watched: true), after = history.clockRun(under: draft, watched: true)
    let was = before?.states ?? [], would = after?.states ?? []
    var isOther = false
    for id in was.map(\.id) + would.map(\.id).filter({ id in !was.contains { $0.id == id } }) {
      let place = report.place(of: id)
      let stood = was.first { $0.id == id }.map { Self.count($0, own, now, in: &report.targets[place].was) }
      let stands = would.first { $0.id == id }.map { Self.count($0, draft, now, in: &report.targets[place].would) }
      guard stood != stands else { continue }
      isOther = true
      if report.changes.count < Self.shown {
        report.changes.append(Change(number: reported.number, target: id, was: stood, would: stands))
      }
    }
    if isOther { report.changed += 1 }
    for alarm in before?.said(by: now) ?? [] { report.targets[report.place(of: alarm.key.target)].was.count(alarm) }
    for alarm in after?.said(by: now) ?? [] { report.targets[report.place(of: alarm.key.target)].would.count(alarm) }
  }

  private static func count(_ clock: ClockState, _ policy: ServicePolicy, _ now: Instant, in tally: inout Tally) -> TargetReading.State {
    let state = policy.reading(of: clock, at: now).state
    switch state {
    case .met: tally.met += 1
    case .missed: tally.missed += 1
    case .dropped: tally.dropped += 1
    case .running, .paused: tally.open += 1
    }
    return state
  }
}

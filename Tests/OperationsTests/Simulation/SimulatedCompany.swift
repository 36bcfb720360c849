import Domain
import Operations

/// Two years of a company of 110 people on a virtual clock: eleven branches of ten, a policy that changes twice, and faults of every kind.
/// Drawn from a seed, so that a failing one can be run again.
struct SimulatedCompany {
  static let staff = 110, branches = 11
  /// 1 January 2025 and the days of two years.
  static let begin = 20_089 * 86_400 - 28_800, days = 730

  /// Per branch: a dispatcher, a call-taker, a storekeeper, a manager, and six engineers, each with the moment from which on they are free.
  private var engineers: [Int] = Array(repeating: 0, count: 6)
  private var dice: Seeded
  private let branch: Int

  init(branch: Int, seed: UInt64) {
    self.branch = branch
    dice = Seeded(seed &* 1_000 &+ UInt64(branch))
  }

  struct Case {
    let attributes: [String: String]
    /// In order of time; equal instants in order of the file.
    let events: [Told]
  }

  /// A branch's cases, in the order of their reports.
  mutating func cases(_ count: Int) -> [Case] {
    let reports = (0..<count).map { _ in Self.begin + moment() }.sorted()
    return reports.map { fault(reportedAt: $0) }
  }

  /// Most faults come while hospitals work; some at night, on holidays and on the evening before.
  private mutating func moment() -> Int {
    let day = Int.random(in: 0..<Self.days, using: &dice) * 86_400
    return chance(70) ? day + Int.random(in: 28_000...64_000, using: &dice) : day + Int.random(in: 0..<86_400, using: &dice)
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }
  private mutating func pick(_ words: [String]) -> String { words[Int.random(in: 0..<words.count, using: &dice)] }

  private mutating func value(of key: String) -> String {
    switch key {
    case "urgency": chance(75) ? "normal" : "emergency"
    case "area": chance(70) ? "covered" : "outside"
    case "contract": chance(60) ? "none" : "gold"
    case "class": chance(70) ? "common" : "key"
    case "region": pick(["east", "west", "north"])
    case "customer": "c\(Int.random(in: 1...12, using: &dice))"
    default: chance(90) ? "support" : "parts"
    }
  }

  private static let keys = ["kind", "urgency", "area", "contract", "class", "region", "customer"]

  /// One fault from report to close, in the order in which such things happen, with all that comes between.
  private mutating func fault(reportedAt: Int) -> Case {
    var attributes: [String: String] = [:]
    for key in Self.keys { attributes[key] = value(of: key) }
    var story = Story(now: reportedAt)
    story.tell("reported")
    pass(0...20, &story)
    if chance(2) { return Case(attributes: attributes, events: ending("merged", story)) }
    story.tell("accepted")
    pass(1...150, &story)
    if chance(2) { return Case(attributes: attributes, events: ending("cancelled", story)) }
    interlude(&story)
    story.tell(chance(80) ? "responded" : "attempted")
    pass(1...60, &story)
    if chance(20) { return Case(attributes: attributes, events: outcome(story, onSite: false)) }
    if chance(60) {
      story.tell("remote-started")
      pass(5...40, &story)
      interlude(&story)
      story.tell("attempted")
      guard chance(70) else { return Case(attributes: attributes, events: outcome(story, onSite: false)) }
      story.tell("remote-failed")
    }
    visit(&story)
    return Case(attributes: attributes, events: outcome(story, onSite: true))
  }

  /// The engineer who is free first goes; when that is, decides when they are there.
  private mutating func visit(_ story: inout Story) {
    pass(0...70, &story)
    interlude(&story)
    story.tell("dispatched")
    let next = engineers.indices.min { engineers[$0] < engineers[$1] }!
    story.now = max(story.now, min(engineers[next], story.now + 30 * 3_600))
    story.tell("departed")
    pass(5...240, &story)
    story.tell("arrived")
    pass(10...600, &story)
    interlude(&story)
    if chance(40) {
      story.tell("proposed")
      pass(1...500, &story)
      story.tell("agreed")
    }
    if chance(25) { pass(100...2_500, &story) }
    if chance(8) { story.tell("standby-provided") }
    interlude(&story)
    pass(0...400, &story)
    engineers[next] = story.now
  }

  /// Cleared, confirmed, closed; rejected or reopened on the way, and then once more.
  private mutating func outcome(_ told: Story, onSite: Bool) -> [Told] {
    var story = told
    for round in 0..<3 {
      story.tell("cleared")
      if onSite { story.tell("left") }
      pass(0...3_000, &story)
      if chance(12), round < 2 {
        story.tell("rejected")
      } else {
        if chance(85) { story.tell("confirmed") }
        if onSite { story.tell("signed-off") }
        pass(0...200, &story)
        story.tell("closed")
        guard chance(7), round < 2 else { break }
        pass(0...9_000, &story)
        story.tell("reopened")
      }
      pass(5...300, &story)
      interlude(&story)
      if chance(50) { visit(&story) }
      if chance(5) { return ending("cancelled", story) }
    }
    return story.events
  }

  private mutating func ending(_ event: String, _ told: Story) -> [Told] {
    var story = told
    story.tell(event)
    guard event == "cancelled", chance(20) else { return story.events }
    pass(10...4_000, &story)
    story.tell("reopened")
    pass(10...400, &story)
    story.tell("cleared")
    return story.events
  }

  /// What comes between: a wait with its reason, a change, a word. Waits may be resumed late, twice, or not at all.
  private mutating func interlude(_ story: inout Story) {
    if chance(12) {
      story.tell("changed", [pick(Self.keys)].reduce(into: [:]) { $0[$1] = value(of: $1) })
      pass(0...90, &story)
    }
    if chance(4) { story.tell("resumed") }
    if chance(25) {
      story.tell("paused", reason: chance(95) ? pick(["customer", "parts", "access", "other"]) : nil)
      pass(0...1_500, &story)
      if chance(10) { story.tell("paused", reason: pick(["customer", "parts"])) }
      if chance(15) { story.tell("changed", [pick(Self.keys)].reduce(into: [:]) { $0[$1] = value(of: $1) }) }
      pass(0...400, &story)
      if chance(85) { story.tell("resumed") }
    }
    if chance(10) { story.tell("commented") }
  }

  /// Minutes pass; seconds too, and sometimes nothing.
  private mutating func pass(_ minutes: ClosedRange<Int>, _ story: inout Story) {
    guard !chance(4) else { return }
    let short = chance(60) ? max(minutes.upperBound / 4, minutes.lowerBound) : minutes.upperBound
    story.now += Int.random(in: minutes.lowerBound...short, using: &dice) * 60 + (chance(30) ? Int.random(in: 0..<60, using: &dice) : 0)
  }

  struct Story {
    var now: Int
    var events: [Told] = []

    mutating func tell(_ name: String, _ attributes: [String: String] = [:], reason: String? = nil) {
      events.append(Told(at: now, name: name, attributes: attributes, reason: reason))
    }
  }
}

import Domain
import Persistence

/// Tells cases through the decisions of `Domain/Requests`, with the times of a working year.
struct DemoCases {
  /// Cases in one transaction: about 700 events. In one five times as large a quarter of the time went into SQLite's walking the
  /// list of pages that an abandoned statement would need back.
  static let batch = 40

  let company: DemoCompany
  let policies: PolicyShelf
  let seed: UInt64
  let now: Instant
  /// When each case is reported, in order; the last `open` are left where they stand.
  let times: [Instant]
  let open: Int

  init(_ company: DemoCompany, policies: PolicyShelf, count: Int, seed: UInt64, now: Instant) {
    (self.company, self.policies, self.seed, self.now) = (company, policies, seed, now)
    open = min(max(60, count / 2_000), count / 4)
    var random = DemoRandom(seed, part: "times")
    let recent = open
    let days = Int(DemoOperations.caseDays(count))
    times = (0..<count).map { index -> Instant in
      // Most of what is open came in within the last two hours; little has waited longer than a day.
      if index < recent {
        let minutes = random.pick([5...115, 5...115, 5...115, 5...115, 5...115, 116...600, 116...600, 601...2_400])
        return now - Int64(random.number(minutes)) * 60
      }
      return Self.moment(daysAgo: random.number(3...days), now: now, using: &random)
    }.sorted()
  }

  /// A call comes by day, mostly: three in four from 08:00 to 18:00 in Nanchang.
  private static func moment(daysAgo: Int, now: Instant, using random: inout DemoRandom) -> Instant {
    let midnight = Int64(Numbers.companyDay(of: now).daysSinceEpoch - daysAgo) * 86_400 - 28_800
    let minute = random.chance(percent: 75) ? random.number(480...1_079) : random.number(0...1_439)
    return Instant(milliseconds: (midnight + Int64(minute) * 60) * 1_000)
  }

  /// The stories of cases `range`, in order of report; the same for the same seed, however often it is told.
  func tell(_ range: Range<Int>, in db: any SQLWriter) throws -> [DemoStory] {
    var stories: [DemoStory] = []
    for index in range {
      var teller = try DemoTeller(self, index: index, isOpen: index >= times.count - open, db: db)
      // Sometimes a second call comes for the same fault, and is merged (INT-4).
      let previous = stories.last
      if let previous, teller.random.chance(percent: 2), let merged = try teller.duplicate(of: previous) {
        var other = previous
        try other.absorb(merged)
        stories[stories.count - 1] = other
        stories.append(merged)
      } else {
        stories.append(try teller.story())
      }
    }
    return stories
  }

  /// Writes stories: all streams in order of time, then one row each.
  func write(_ stories: [DemoStory], in db: any SQLWriter) throws -> Int {
    var steps: [(order: Int, step: DemoStory.Step)] = []
    for story in stories { for step in story.steps { steps.append((steps.count, step)) } }
    steps.sort { ($0.step.at, $0.order) < ($1.step.at, $1.order) }
    var versions: [String: Int] = [:], orders: [String: [JournalEvent]] = [:]
    var count = 0
    for (_, step) in steps {
      let appended = try Journal.append(
        step.events, to: step.stream, expecting: versions[step.stream], by: step.author,
        recorded: step.at.milliseconds + 2_000, in: db)
      versions[step.stream] = appended.last?.version
      if step.stream.hasPrefix("work-order/") { orders[step.stream, default: []] += appended }
      count += appended.count
    }
    let requests = RequestProjector(policies: policies), workOrders = WorkOrderProjector()
    for story in stories {
      if let row = try requests.row(id: story.id.text, story.history) { try ProjectionWriter.upsert(row, in: db) }
    }
    for (stream, events) in orders.sorted(by: { $0.key < $1.key }) {
      if let row = try workOrders.row(stream: stream, events: events) { try ProjectionWriter.upsert(row, in: db) }
    }
    return count
  }
}

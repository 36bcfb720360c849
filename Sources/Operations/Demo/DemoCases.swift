import Domain
import Persistence
import Synchronization

/// Tells cases through the decisions of `Domain/Requests`, with the times of a working year.
struct DemoCases: Sendable {
  /// Cases in one transaction: about 700 events. In one five times as large a quarter of the time went into SQLite's walking the
  /// list of pages that an abandoned statement would need back. PostgreSQL does not mind, and has a journey less for each.
  static func batch(_ dialect: SQLDialect) -> Int { dialect == .sqlite ? 40 : 200 }

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
    let midnight = CompanyClock.midnight(before: now) - Int64(daysAgo) * 86_400
    let minute = random.chance(percent: 75) ? random.number(480...1_079) : random.number(0...1_439)
    return midnight + Int64(minute) * 60
  }

  /// The stories of cases `range`, in order of report; the same for the same seed, however often it is told.
  ///
  /// - Parameter numbers: gives each its number; called for one range after the other.
  func tell(_ range: Range<Int>, numbers: DemoNumbers) throws -> [DemoStory] {
    var stories: [DemoStory] = []
    for index in range {
      var teller = DemoTeller(self, index: index, isOpen: index >= times.count - open, numbers: numbers)
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

  /// The rows that stories make: all streams in order of time, then one row each.
  func rows(of stories: [DemoStory]) throws -> DemoRows {
    var steps: [(order: Int, step: DemoStory.Step)] = []
    for story in stories { for step in story.steps { steps.append((steps.count, step)) } }
    steps.sort { ($0.step.at, $0.order) < ($1.step.at, $1.order) }
    var heads: [String: Journal.Head] = [:], orders: [String: [JournalEvent]] = [:]
    var rows = DemoRows()
    for (_, step) in steps {
      let links = Journal.chain(
        step.events, to: step.stream, after: heads[step.stream], by: step.author, recorded: step.at.milliseconds + 2_000)
      if let last = links.last { heads[step.stream] = Journal.Head(version: last.version, hash: last.hash) }
      if step.stream.hasPrefix("work-order/") { orders[step.stream, default: []] += links }
      rows.events += links
    }
    let requests = RequestProjector(policies: policies), workOrders = WorkOrderProjector()
    rows.people = stories.flatMap(\.people)
    for story in stories {
      let run = try story.history.clockRun(on: policies)
      if let row = requests.row(id: story.id.text, story.history, run) { rows.requests.append(row.values) }
      rows.promises += PromiseProjector.promises(of: story.id.text, story.history, run)
    }
    rows.workOrders = try orders.sorted(by: { $0.key < $1.key }).compactMap { try workOrders.row(stream: $0, events: $1)?.values }
    return rows
  }
}

/// What one transaction writes.
struct DemoRows: Sendable {
  var events: [JournalEvent] = []
  var people: [PersonalValue] = []
  var requests: [[SQLValue]] = []
  var workOrders: [[SQLValue]] = []
  var promises: [PromiseRow] = []
  /// The series as they are afterwards.
  var series: [DemoNumbers.Series: Int] = [:]

  func write(policies: PolicyShelf, in db: any SQLWriter) throws {
    let requestProjector = RequestProjector(policies: policies), workOrderProjector = WorkOrderProjector()
    try Personal.store(people, in: db)
    try Journal.insert(events, in: db)
    try db.insert(requests, into: requestProjector.table, columns: requestProjector.columns)
    try db.insert(workOrders, into: workOrderProjector.table, columns: workOrderProjector.columns)
    try db.insert(promises.map(\.values), into: "promise", columns: PromiseRow.columns)
    try PromiseSums.move(from: [], to: Set(promises), in: db)
    for (series, last) in series {
      try db.execute(
        """
        INSERT INTO number_series (series, day, last) VALUES (?, ?, ?)
        ON CONFLICT (series, day) DO UPDATE SET last = excluded.last
        """, [.text(series.name), .text(series.day), .int(last)])
    }
  }
}

/// Numbers for the demonstration's cases, counted here: nobody else takes any while it is made.
final class DemoNumbers: Sendable {
  struct Series: Hashable, Sendable {
    let name, day: String
  }
  private let last: Mutex<[Series: Int]>
  private let changed = Mutex<Set<Series>>([])

  init(in db: any SQLReader) throws {
    let rows = try db.rows("SELECT series, day, last FROM number_series") { (Series(name: $0.text(0), day: $0.text(1)), $0.int(2)) }
    last = Mutex(Dictionary(uniqueKeysWithValues: rows))
  }

  func next(_ name: String, at instant: Instant) -> String {
    let series = Series(name: name, day: Numbers.day(of: instant))
    changed.withLock { _ = $0.insert(series) }
    let number = last.withLock { last in
      last[series, default: 0] += 1
      return last[series, default: 0]
    }
    return Numbers.text(name, series.day, number)
  }

  /// Where the series stand that moved since the last call.
  func moved() -> [Series: Int] {
    let moved = changed.withLock { changed in
      defer { changed = [] }
      return changed
    }
    return last.withLock { last in last.filter { moved.contains($0.key) } }
  }
}

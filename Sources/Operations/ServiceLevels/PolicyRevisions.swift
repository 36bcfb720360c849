public import Domain
import Logging
import Persistence
public import ServiceLifecycle

/// Lets policies and open cases follow the newest table of holidays (SLA-7, SLA-9). A recorded policy is frozen with its table, so what follows
/// is a revision of it: the same text with the newer table, under a name of its own (`2026-11-r2`), wherever the policy holds or will hold. Each
/// open case comes under it by `due-changed`, with its due times before and after.
///
/// Nothing is kept of what is still to do: policies are compared with the newest table, open cases with what their policy has become. So it may
/// be cut off anywhere, and whoever serves looks for cases that stayed behind: reopened ones, and those that a node took that had not heard yet.
public struct PolicyRevisions: Service {
  public struct Revision: Sendable, Hashable, JSONWritable {
    public let from, to: String
    /// Whose holidays and make-up days count otherwise.
    public let years: [Int]

    public init(from: String, to: String, years: [Int]) { (self.from, self.to, self.years) = (from, to, years) }

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("from", from)
        json.field("to", to)
        json.array("years", years) { $0.raw(String($1)) }
      }
    }
  }

  /// A case that keeps the table it has, as by the newer one something would be met or missed otherwise: for a person to decide.
  public struct Left: Sendable, Hashable, JSONWritable {
    public let number, from, to: String

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("number", number)
        json.field("from", from)
        json.field("to", to)
      }
    }
  }

  public struct Report: Sendable, Hashable, JSONWritable {
    public var revisions: [Revision]
    /// Open cases that came under a revision.
    public var cases = 0
    /// Of these, cases with something due at another time.
    public var changed = 0
    public var left: [Left] = []
    /// Ids of cases that could not be read or written, with the error: they stay as they are.
    public var failed: [String: String] = [:]

    public init(revisions: [Revision] = []) { self.revisions = revisions }

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.array("revisions", revisions) { $0.value($1) }
        json.field("cases", cases)
        json.field("changed", changed)
        json.array("left", left) { $0.value($1) }
        json.object("failed") { json in for (id, error) in failed.sorted(by: { $0.key < $1.key }) { json.field(id, error) } }
      }
    }
  }

  private typealias Superseded = [String: (by: ServicePolicy, since: Instant)]

  let company: Company

  public init(_ company: Company) { self.company = company }

  /// At the start, then now and again: cases that stayed behind. It makes no revision, as nodes of two versions of weibao know two tables.
  public func run() async throws {
    try? await cancelWhenGracefulShutdown {
      var last = Report()
      while !Task.isCancelled {
        do {
          let turn = try await followCases(company.policies.superseded, by: .system)
          // Said once, not every minute.
          if turn.failed != last.failed {
            company.logger.error("Open cases stay behind their policy.", metadata: ["failed": "\(turn.failed)"])
          }
          if turn.left != last.left {
            company.logger.notice(
              "Cases wait for a decision about a newer table of holidays: `weibao calendar follow`.",
              metadata: ["cases": "\(turn.left.prefix(20).map(\.number))"])
          }
          last = turn
        } catch {
          company.logger.error(
            "Open cases were not compared with their policy; the next turn tries again.", metadata: ["error": "\(error)"])
        }
        try await Task.sleep(for: .seconds(60))
      }
    }
  }

  /// What ``follow(patience:by:)`` would come to; nothing is written.
  ///
  /// - Parameter table: What would be the newest; nil: the newest known.
  public func preview(_ table: HolidayTable? = nil, by actor: Actor) async throws -> Report {
    try actor.require(.policyWrite)
    let company = company
    try await PolicyOperations(company).load()
    let now = try company.clock(), made = try await company.database.read { try Self.made(by: table, at: now, in: $0) }
    var superseded = company.policies.superseded
    for one in made {
      for version in one.versions { superseded[version] = (one.policy, now) }
      superseded[one.policy.version] = nil
    }
    return try await followCases(superseded, isTrial: true, Report(revisions: made.map(\.revision)), by: actor)
  }

  /// Makes the revisions that are wanted, then lets open cases follow.
  ///
  /// - Parameter patience: How long nodes that serve have to take a revision up before cases come under it.
  public func follow(patience: Duration = .seconds(2), by actor: Actor) async throws -> Report {
    try actor.require(.policyWrite)
    var report = Report(), isAll = false
    // Until nothing moves any more: another may import at the same time.
    while !isAll {
      let made = try await revise(by: actor), cases = report.cases
      if !made.isEmpty, try await Housekeeping.isServing(company) { try await Task.sleep(for: patience) }
      try await PolicyOperations(company).load()
      report.revisions += made
      (report.left, report.failed) = ([], [:])
      report = try await followCases(company.policies.superseded, report, by: actor)
      isAll = made.isEmpty && report.cases == cases
    }
    return report
  }

  // MARK: Policies

  /// A revision that is to be made, or made again.
  private struct Made {
    let stream: String
    let events: [JournalEvent]
    let body: PolicyOperations.Revised
    let revision: Revision
    let policy: ServicePolicy
    /// All there were of the policy.
    let versions: [String]
  }

  private func revise(by actor: Actor) async throws -> [Revision] {
    let company = company
    return try await company.database.write { db in
      let now = try company.clock(), made = try Self.made(by: nil, at: now, in: db)
      for one in made {
        let event = try PolicyOperations.event("revised", one.body, schema: 1, at: now)
        try PolicyOperations.append([event], to: one.stream, after: one.events, by: actor, at: now, in: db)
      }
      return made.map(\.revision)
    }
  }

  /// Whether all policies could follow a table.
  ///
  /// - Throws: ``PolicyError`` for one by which a policy's hours would close for good.
  static func check(_ table: HolidayTable, at instant: Instant, in db: any SQLReader) throws {
    _ = try made(by: table, at: instant, in: db)
  }

  private static func made(by table: HolidayTable?, at instant: Instant, in db: any SQLReader) throws -> [Made] {
    let holidays = try (table ?? HolidayRevisions.table(in: db)).text, streams = try PolicyOperations.contents(in: db)
    var names = Set(streams.flatMap { $0.policies.map(\.version) })
    return try streams.compactMap { events, content, policies -> Made? in
      // Without a calendar it has no holidays.
      guard content.recorded.holidays != nil, let base = policies.first, let stream = events.first?.stream else { return nil }
      let now = content.revisions.last.flatMap { last in policies.first { $0.version == last.version } } ?? base
      let wanted = try content.following(holidays), years = wanted.years(countedOtherwiseThan: now)
      guard !years.isEmpty else { return nil }
      // What was said otherwise may be taken back.
      let known = policies.first { wanted.years(countedOtherwiseThan: $0).isEmpty }
      if (try? now.review(at: instant)) != nil {
        do throws(PolicyError) { try wanted.review(at: instant) } catch {
          throw PolicyError.at(line: nil, entry: "policy \(base.version), by this table", error)
        }
      }
      var number = 2
      while known == nil, names.contains("\(base.version)-r\(number)") { number += 1 }
      let name = known?.version ?? "\(base.version)-r\(number)"
      names.insert(name)
      return Made(
        stream: stream, events: events, body: .init(version: name, holidays: holidays),
        revision: Revision(from: now.version, to: name, years: years), policy: wanted.named(name), versions: policies.map(\.version))
    }
  }

  // MARK: Cases

  private func followCases(
    _ superseded: Superseded, isTrial: Bool = false, _ report: Report = Report(), by actor: Actor
  ) async throws -> Report {
    var report = report
    guard !superseded.isEmpty else { return report }
    let rests = isTrial ? false : try await Housekeeping.isServing(company)
    for (id, version) in try await PolicyMove.openCases(in: company, under: superseded.keys.sorted()) {
      try Task.checkCancellation()
      guard let next = superseded[version] else { continue }
      let start = ContinuousClock.now
      do {
        var outcome = try await look(at: id, version, next)
        if !isTrial, case .follows = outcome { outcome = try await put(id, version, next, by: actor) }
        switch outcome {
        case .stays: break
        case .isLeft(let number): report.left.append(Left(number: number, from: version, to: next.by.version))
        case .follows(let event):
          report.cases += 1
          report.changed += event.due.isEmpty ? 0 : 1
        }
      } catch {
        // One that cannot be read keeps no other back.
        report.failed[id] = "\(error)"
      }
      if rests { try await Rest.after(start.duration(to: .now)) }
    }
    return report
  }

  private enum Outcome: Sendable {
    case stays
    case isLeft(String)
    case follows(RequestEvent.DueChanged)
  }

  /// What is met, missed or let go stays so: a table decides nothing anew. Nor does it undo what a person decided knowing it.
  private func outcome(
    for file: CaseFile, _ version: String, _ next: (by: ServicePolicy, since: Instant), at now: Instant
  ) -> Outcome {
    guard file.request.state.isOpen, let reported = file.request.reported, reported.policy == version, let old = company.policies[version]
    else { return .stays }
    let decided = file.history.entries.contains { entry in
      guard case .policyMoved(let body) = entry.event else { return false }
      // From one policy to another is no word about the table.
      return entry.at >= next.since && body.to == version && company.policies.base(of: body.from) == company.policies.base(of: version)
    }
    if decided { return .stays }
    let was = file.history.clocks(under: old), would = file.history.clocks(under: next.by)
    let states = was.map { old.reading(of: $0, at: now).state }
    guard states == would.map({ next.by.reading(of: $0, at: now).state }) else { return .isLeft(reported.number) }
    let due = RequestEvent.MovedDue.between(was, would).filter { moved in was.contains { $0.id == moved.target && $0.isOwed } }
    return .follows(.init(from: version, to: next.by.version, years: next.by.years(countedOtherwiseThan: old), due: due))
  }

  private func look(at id: String, _ version: String, _ next: (by: ServicePolicy, since: Instant)) async throws -> Outcome {
    let company = company
    return try await company.database.read { db in outcome(for: try CaseFile.load(id, in: db), version, next, at: try company.clock()) }
  }

  private func put(
    _ id: String, _ version: String, _ next: (by: ServicePolicy, since: Instant), by actor: Actor
  ) async throws -> Outcome {
    let company = company
    let (done, told) = try await company.write { db -> (Outcome, [Watchers.Change]) in
      var file = try CaseFile.load(id, in: db)
      let now = try company.clock(), outcome = outcome(for: file, version, next, at: now)
      guard case .follows(let body) = outcome else { return (outcome, []) }
      return (outcome, try file.record(.dueChanged(body), at: now, by: actor, policies: company.policies, in: db))
    }
    company.watchers.tell(told)
    return done
  }
}

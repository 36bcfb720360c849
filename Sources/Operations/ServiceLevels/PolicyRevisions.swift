public import Domain
import Persistence

/// Lets policies and open cases follow the newest table of holidays (SLA-7, SLA-9). A recorded policy is frozen with its table, so what follows
/// is a revision of it: the same text with the newer table, as a version of its own (`2026-11-r2`), which holds where the other held. Each open
/// case comes under it by `due-changed`, with its due times before and after. Cut off anywhere, it goes on where it was.
public struct PolicyRevisions: Sendable {
  public struct Revision: Sendable, Hashable, JSONWritable {
    public let from, to: String
    /// Of which years the two tables do not say the same.
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

  public struct Report: Sendable, Hashable, JSONWritable {
    public var revisions: [Revision] = []
    /// Open cases that came under a revision.
    public var cases = 0
    /// Of these, cases with something due at another time.
    public var changed = 0
    /// Numbers of cases that keep the table they have, as by the newer one something would be met or missed otherwise: for a person to decide.
    public var left: [String] = []

    public init() {}

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.array("revisions", revisions) { $0.value($1) }
        json.field("cases", cases)
        json.field("changed", changed)
        json.array("left", left) { $0.value($1) }
      }
    }
  }

  /// A version of a policy in the journal.
  private struct Stored {
    let recorded: PolicyOperations.Recorded
    let policy: ServicePolicy
    var base: String { recorded.revises ?? policy.version }
  }

  /// A version that is to give way, and what takes its place.
  private struct Step: Sendable {
    let revision: Revision
    let policy: ServicePolicy
    /// Nil: the revision stands in the journal already.
    let recorded: PolicyOperations.Recorded?
    /// From when it is to hold.
    let holds: [Instant]
  }

  let company: Company

  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - table: Nil: the newest known.
  ///   - dryRun: Says what would come of it, and writes nothing.
  ///   - patience: How long nodes that serve have to take a new version up before cases come under it.
  public func follow(
    _ table: HolidayTable? = nil, dryRun: Bool = false, patience: Duration = .seconds(1), by actor: Actor
  ) async throws -> Report {
    try actor.require(.policyWrite)
    let policies = PolicyOperations(company), company = company
    try await policies.load()
    let under = Set(try await PolicyMove.openCases(in: company).map(\.policy)), now = try company.clock()
    let steps: [Step]
    if dryRun {
      steps = try await company.database.read { db in try self.steps(for: under, table, at: now, in: db) }
    } else {
      steps = try await company.database.write { db in
        let steps = try self.steps(for: under, table, at: now, in: db)
        for step in steps { try Self.record(step, by: actor, at: now, in: db) }
        return steps
      }
      try await policies.load()
    }
    var report = Report()
    report.revisions = steps.filter { $0.recorded != nil || !$0.holds.isEmpty }.map(\.revision)
    if !dryRun, !report.revisions.isEmpty, try await Housekeeping.isServing(company) { try await Task.sleep(for: patience) }
    let byVersion = Dictionary(uniqueKeysWithValues: steps.map { ($0.revision.from, $0) })
    // Read once more, for the cases that came meanwhile.
    for (id, version) in steps.isEmpty ? [] : try await PolicyMove.openCases(in: company) {
      guard let step = byVersion[version] else { continue }
      switch try await (dryRun ? look(at: id, step) : put(id, step, by: actor)) {
      case .stays: break
      case .isLeft(let number): report.left.append(number)
      case .follows(let event):
        report.cases += 1
        report.changed += event.due.isEmpty ? 0 : 1
      }
    }
    return report
  }

  // MARK: Policies

  private func steps(for under: Set<String>, _ table: HolidayTable?, at now: Instant, in db: any SQLReader) throws -> [Step] {
    let table = try table ?? HolidayRevisions.table(in: db)
    var stored: [String: Stored] = [:]
    for events in try Journal.chunk(after: "policy/", before: "policy0", limit: .max, in: db) {
      guard let recorded = try PolicyProjector().content(of: events)?.recorded else { continue }
      let policy = try recorded.policy()
      stored[policy.version] = Stored(recorded: recorded, policy: policy)
    }
    let inForce = company.policies.inForce(at: now)?.version, planned = company.policies.planned(after: now)
    return try ([inForce].compactMap(\.self) + planned.map(\.version) + under.sorted()).distinct().compactMap { version in
      // Without a calendar it has no holidays.
      guard let old = stored[version], old.recorded.holidays != nil else { return nil }
      var recorded = old.recorded
      recorded.holidays = table.text
      let followed = try recorded.policy().calendars
      guard followed != old.policy.calendars else { return nil }
      // A table may be taken back, or the way here was cut off.
      let known = stored.values.filter { $0.base == old.base && $0.policy.calendars == followed }.map(\.policy).min {
        $0.version < $1.version
      }
      let name = known?.version ?? (2...).lazy.map { "\(old.base)-r\($0)" }.first { stored[$0] == nil } ?? ""
      (recorded.version, recorded.revises) = (name, old.base)
      let policy = try known ?? recorded.policy()
      stored[name] = stored[name] ?? Stored(recorded: recorded, policy: policy)
      return Step(
        revision: Revision(from: version, to: name, years: try old.recorded.table().differingYears(from: table)), policy: policy,
        recorded: known == nil ? recorded : nil,
        holds: (version == inForce ? [now] : []) + planned.filter { $0.version == version }.map(\.from))
    }
  }

  private static func record(_ step: Step, by actor: Actor, at now: Instant, in db: any SQLWriter) throws {
    let stream = "policy/\(step.revision.to)"
    var events = try step.holds.map { try PolicyOperations.event("activated", PolicyOperations.Activated(from: $0), schema: 1, at: now) }
    if let recorded = step.recorded { events.insert(try PolicyOperations.event("recorded", recorded, schema: 3, at: now), at: 0) }
    guard !events.isEmpty else { return }
    try PolicyOperations.append(events, to: stream, after: try Journal.events(of: stream, in: db), by: actor, at: now, in: db)
  }

  // MARK: Cases

  private enum Outcome: Sendable {
    case stays
    case isLeft(String)
    case follows(RequestEvent.DueChanged)
  }

  /// What is met, missed or let go stays so: a table decides nothing anew.
  private func outcome(for file: CaseFile, _ step: Step, at now: Instant) -> Outcome {
    guard file.request.state.isOpen, let reported = file.request.reported, reported.policy == step.revision.from,
      let old = company.policies[reported.policy]
    else { return .stays }
    let was = file.history.clocks(under: old), would = file.history.clocks(under: step.policy)
    guard was.map({ old.reading(of: $0, at: now).state }) == would.map({ step.policy.reading(of: $0, at: now).state }) else {
      return .isLeft(reported.number)
    }
    let revision = step.revision
    return .follows(.init(from: revision.from, to: revision.to, years: revision.years, due: RequestEvent.MovedDue.between(was, would)))
  }

  private func look(at id: String, _ step: Step) async throws -> Outcome {
    let company = company
    return try await company.database.read { db in outcome(for: try CaseFile.load(id, in: db), step, at: try company.clock()) }
  }

  private func put(_ id: String, _ step: Step, by actor: Actor) async throws -> Outcome {
    let company = company
    let (done, told) = try await company.write { db -> (Outcome, [Watchers.Change]) in
      var file = try CaseFile.load(id, in: db)
      let now = try company.clock(), outcome = outcome(for: file, step, at: now)
      guard case .follows(let body) = outcome else { return (outcome, []) }
      return (outcome, try PolicyMove.put(.dueChanged(body), to: &file, by: actor, at: now, for: company, db))
    }
    company.watchers.tell(told)
    return done
  }
}

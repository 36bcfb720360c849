public import Domain
import Persistence

/// Puts open cases under another version of the policy, with a reason (SLA-9): for a case that was taken under the wrong one, or that a new
/// table of holidays would decide otherwise (``PolicyRevisions``). All that has happened stays; the promises are reckoned anew over it.
public struct PolicyMove: Sendable {
  public struct Report: Sendable, Hashable, JSONWritable {
    public var cases = 0
    /// Of these, cases with something due at another time.
    public var changed = 0

    public init() {}

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("cases", cases)
        json.field("changed", changed)
      }
    }
  }

  public static let shape = Shape(
    "PolicyMove", [Field("policy", .text(max: 60), required: true), Field("reason", .text(max: 500), required: true)])

  let company: Company

  public init(_ company: Company) { self.company = company }
  public init(_ requests: RequestOperations) { company = requests.company }

  /// One case, by id or number.
  ///
  /// - Throws: `AccessError`; ``PolicyRefusal``; ``PolicyMoveRefusal``.
  public func move(_ reference: String, _ input: Fields, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call) { db, _ in
      try call.actor.require(.policyWrite)
      return try CaseFile.load(reference, in: db)
    } change: { db, now, file, changes in
      guard file.request.state.isOpen else { throw PolicyMoveRefusal.ended }
      let (told, _) = try Self.move(
        file, to: input.text("policy") ?? "", because: input.text("reason") ?? "", by: call.actor, at: now, for: company, db)
      changes = told
      let view = try ReadRequests.view(id: file.id.text, for: call.actor, at: now, policies: company.policies, in: db)
      return Answer(created: false, version: view.version, body: JSONWriter.text(view))
    }
  }

  /// Every open case of another version, each in a transaction of its own; run again it goes on where it was.
  public func moveAll(to version: String, because reason: String, by actor: Actor) async throws -> Report {
    try actor.require(.policyWrite)
    let company = company
    var report = Report()
    guard let next = company.policies.named(version) else { throw PolicyRefusal.unknown(version) }
    let rests = try await Housekeeping.isServing(company)
    for (id, policy) in try await Self.openCases(in: company) where policy != next.version {
      let start = ContinuousClock.now
      let (told, isOther) = try await company.write { db in
        try Self.move(try CaseFile.load(id, in: db), to: version, because: reason, by: actor, at: try company.clock(), for: company, db)
      }
      company.watchers.tell(told)
      report.cases += told.isEmpty ? 0 : 1
      report.changed += isOther ? 1 : 0
      if rests { try await Rest.after(start.duration(to: .now)) }
    }
    return report
  }

  /// Open cases with the versions they are under. Read before anything is moved: moving changes the order in which they are found.
  ///
  /// - Parameter versions: Only those under one of them; nil: all.
  static func openCases(in company: Company, under versions: [String]? = nil) async throws -> [(id: String, policy: String)] {
    var cases: [(id: String, policy: String)] = [], last = (due: Int64.min, id: "")
    let marks = (versions ?? []).map { _ in "?" }.joined(separator: ", "), only = versions == nil ? "" : " AND policy IN (\(marks))"
    while true {
      let from = last
      // The index of open cases by due time; ended ones lie behind it.
      let page = try await company.database.read { db in
        try db.rows(
          "SELECT id, next_due, policy FROM request WHERE next_due <= ? AND (next_due, id) > (?, ?)\(only) ORDER BY next_due, id LIMIT 1000",
          [.integer(RequestProjector.noDue), .integer(from.due), .text(from.id)] + (versions ?? []).map { .text($0) }
        ) { (id: $0.text(0), due: $0.integer(1), policy: $0.text(2)) }
      }
      guard let end = page.last else { return cases }
      last = (end.due, end.id)
      cases += page.map { ($0.id, $0.policy) }
    }
  }

  private static func move(
    _ loaded: CaseFile, to version: String, because reason: String, by actor: Actor, at now: Instant, for company: Company,
    _ db: any SQLWriter
  ) throws -> ([Watchers.Change], Bool) {
    var file = loaded
    guard let next = company.policies.named(version) else { throw PolicyRefusal.unknown(version) }
    guard let before = file.request.reported?.policy, file.request.state.isOpen else { return ([], false) }
    guard let old = company.policies[before] else { throw PolicyMissing(version: before) }
    // To stay with an earlier revision is a decision, too: the case is not asked about again.
    guard before != next.version || company.policies.superseded[before] != nil else { throw PolicyMoveRefusal.same(before) }
    let due = RequestEvent.MovedDue.between(file.history.clocks(under: old), file.history.clocks(under: next))
    let event = RequestEvent.policyMoved(.init(from: before, to: next.version, reason: reason, due: due))
    return (try file.record(event, at: now, by: actor, policies: company.policies, in: db), !due.isEmpty)
  }
}

extension RequestEvent.MovedDue {
  /// What is due at another time in the second than in the first.
  static func between(_ was: [ClockState], _ now: [ClockState]) -> [Self] {
    (was + now).map(\.id).distinct().compactMap { id in
      let moved = Self(target: id, was: was.first { $0.id == id }?.due, now: now.first { $0.id == id }?.due)
      return moved.was == moved.now ? nil : moved
    }
  }
}

public enum PolicyMoveRefusal: Refusal, Hashable {
  case ended
  case same(String)

  public var code: String {
    switch self {
    case .ended: "policy.case-ended"
    case .same: "policy.same"
    }
  }
  public var message: String {
    switch self {
    case .ended: "The case has ended: its promises are decided. Reopen it first if it goes on."
    case .same(let version): "The case is under \(version) already."
    }
  }
  public var arguments: [String] {
    switch self {
    case .ended: []
    case .same(let version): [version]
    }
  }
  public var category: RefusalCategory { .conflict }
}

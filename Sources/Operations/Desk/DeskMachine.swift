public import Domain
import Persistence

/// A machine as the call taker needs it while the caller speaks (INT-3).
public struct DeskMachine: Sendable {
  /// A fault that was put right.
  public struct Repair: Sendable, Hashable {
    public let number, summary: String
    public let remedy: String?
    public let reportedAt: Instant
    /// Who was there last; nil where nobody had to go.
    public let engineer: String?
  }

  /// What would be promised for a case taken now (SLA-1 to SLA-3).
  public struct Promise: Sendable, Hashable {
    public let id: String
    public let name: TargetRule.Name
    public let seconds: Int64
  }

  public let machine: DeskFound.Machine
  public let open: [DeskFound.Case]
  /// Of the last 12 months, the newest first.
  public let repairs: [Repair]
  /// All of them; ``repairLimit`` means so many or more.
  public let repairCount: Int
  public let contacts: [DeskFound.Contact]
  public let promises: [Promise]
  public internal(set) var similar = SolvedCases()

  public static let repairLimit = 50
  static let shownRepairs = 4
  static let months: Int64 = 366

  var customerID: String? { machine.customerID }

  static let openCases = "\(DeskFinding.caseRows) WHERE {these} AND r.open = 1 ORDER BY r.id DESC LIMIT 5"
  static let repairCases = """
    SELECT r.id, r.number, r.summary, r.reported_at FROM request r
    WHERE {these} AND r.reported_at >= ? AND r.kind = 'support' AND r.open = 0 AND r.state = 'closed' ORDER BY r.reported_at DESC LIMIT ?
    """

  static func read(_ id: String, at now: Instant, policy: ServicePolicy?, in db: any SQLReader) throws -> DeskMachine {
    let finding = DeskFinding(db), family = try Family.members(of: id, .equipment, in: db)
    guard let machine = try finding.machines([family[0]]).first else { throw AccessError.notFound("equipment") }
    let these = OneOf("r.equipment_id", family)
    let open = try db.rows(openCases.replacing("{these}", with: these.condition), these.values, DeskFinding.request)
    let since = SQLValue.integer(now.milliseconds - months * 86_400_000)
    let repairs = try db.rows(
      repairCases.replacing("{these}", with: these.condition), these.values + [since, .int(repairLimit)]
    ) { (id: $0.text(0), number: $0.text(1), summary: $0.text(2), at: Instant(milliseconds: $0.integer(3))) }
    let shown = repairs.prefix(shownRepairs).map(\.id)
    let outcomes = try CaseOutcomes(of: shown, in: db)
    return DeskMachine(
      machine: machine, open: open,
      repairs: repairs.prefix(shownRepairs).map {
        Repair(
          number: $0.number, summary: $0.summary, remedy: outcomes[$0.id]?.remedy, reportedAt: $0.at, engineer: outcomes[$0.id]?.engineer)
      }, repairCount: repairs.count,
      contacts: try machine.customerID.map {
        try finding.contacts(of: $0, department: machine.departmentID, site: machine.siteID)
      } ?? [],
      promises: try promises(for: machine, at: now, policy: policy, in: db))
  }

  /// The clocks that a fault of this machine would start, by the policy in force.
  private static func promises(
    for machine: DeskFound.Machine, at now: Instant, policy: ServicePolicy?, in db: any SQLReader
  ) throws -> [Promise] {
    guard let policy else { return [] }
    // A place out of use tells no region; what is promised everywhere is promised here too.
    let place = (try? RegisterFacts.place(customer: machine.customerID, site: machine.siteID, in: db)) ?? RegisterFacts.Place()
    var attributes = ["kind": RequestKind.support.rawValue, "urgency": Urgency.normal.rawValue]
    attributes["class"] = (machine.isKey ? EquipmentClass.key : .normal).rawValue
    (attributes["area"], attributes["region"], attributes["contract"]) = (place.area, place.region, machine.contract)
    (attributes["customer"], attributes["site"]) = (place.customer?.text, place.site?.text)
    return policy.clocks(attributes: attributes, timeline: [ClockEvent(at: now, event: "reported")]).map { clock in
      let reading = policy.reading(of: clock, at: now)
      return Promise(id: reading.id, name: policy.targets[clock.rule].name, seconds: reading.due.milliseconds(since: now) / 1_000)
    }
  }
}

/// How cases came out: what helped, and who was there. One statement for all of them each.
struct CaseOutcomes {
  struct Outcome {
    var remedy: String?
    var cause: String?
    var clearedAt: Instant?
    var engineer: String?
    /// Helped on the telephone, without anybody going there.
    var byPhone: Bool { engineer == nil && triedByPhone }
    var triedByPhone = false
    /// What was tried on the telephone and helped.
    var advice: String?
  }

  private var outcomes: [String: Outcome] = [:]

  subscript(id: String) -> Outcome? { outcomes[id] }

  static let events =
    "SELECT stream, kind, body, occurred FROM journal WHERE {these} AND kind IN ('cleared', 'attempted') ORDER BY stream, version"
  static let trips = """
    SELECT w.request_id, p.value FROM work_order w LEFT JOIN staff s ON s.id = w.engineer_id LEFT JOIN personal p ON p.hash = s.name
    WHERE {these} ORDER BY w.request_id, w.dispatched_at
    """

  init(of ids: [String], in db: any SQLReader) throws {
    guard !ids.isEmpty else { return }
    let streams = OneOf("stream", ids.map { "request/\($0)" }), cases = OneOf("w.request_id", ids)
    var found: [String: Outcome] = [:]
    try db.forEach(Self.events.replacing("{these}", with: streams.condition), streams.values) { row in
      let id = SearchIndexer.id(of: row.text(0))
      guard let body = try? JSONValue(parsing: row.text(2)) else { return true }
      if row.text(1) == "cleared" {
        found[id, default: Outcome()].remedy = body["remedy"]?.text
        found[id, default: Outcome()].cause = body["cause"]?.text
        found[id, default: Outcome()].clearedAt = Instant(milliseconds: row.integer(3))
      } else if body["level"]?.text == SupportLevel.phone.rawValue {
        found[id, default: Outcome()].triedByPhone = true
        if body["result"]?.text == AttemptResult.solved.rawValue { found[id, default: Outcome()].advice = body["note"]?.text }
      }
      return true
    }
    try db.forEach(Self.trips.replacing("{these}", with: cases.condition), cases.values) { row in
      found[row.text(0), default: Outcome()].engineer = row.optionalText(1) ?? ""
      return true
    }
    outcomes = found
  }
}

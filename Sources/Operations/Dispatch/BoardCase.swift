public import Domain
import Persistence

/// The case that a dispatcher looks at: what was tried, and who could be sent.
public struct BoardCase: Sendable {
  public struct Offer: Sendable {
    public let engineer: BoardEngineer
    public let suggestion: Suggestion
    public init(engineer: BoardEngineer, suggestion: Suggestion) { (self.engineer, self.suggestion) = (engineer, suggestion) }
  }
  /// Somebody is sent already: who, and by whom.
  public struct Sent: Sendable {
    public let workOrder: WorkOrderView
    /// Who sent them; nil where the name was erased.
    public let by: String?
    public let isOwn: Bool
    public init(workOrder: WorkOrderView, by: String?, isOwn: Bool) { (self.workOrder, self.by, self.isOwn) = (workOrder, by, isOwn) }
  }

  public let view: RequestView
  /// How its due times came about, by the target's id.
  public let explanations: [String: Explanation]
  public let site, department, category: String?
  /// What was last tried, if anything.
  public let lastAttempt: JournalItem?
  public let sent: [Sent]
  /// Cases of this machine within a year, this one included.
  public let casesOfYear: Int
  public let offers: [Offer]

  public init(
    view: RequestView, explanations: [String: Explanation] = [:], site: String?, department: String?, category: String?,
    lastAttempt: JournalItem?, sent: [Sent], casesOfYear: Int, offers: [Offer]
  ) {
    (self.view, self.explanations, self.site, self.department, self.category) = (view, explanations, site, department, category)
    (self.lastAttempt, self.sent, self.casesOfYear, self.offers) = (lastAttempt, sent, casesOfYear, offers)
  }
}

extension BoardCase {
  static let placeSQL = """
    SELECT s.name, d.name, m.category, s.latitude, s.longitude, r.branch_id, r.equipment_id
    FROM request r LEFT JOIN site s ON s.id = r.site_id
    LEFT JOIN equipment machine ON machine.id = r.equipment_id
    LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id)
    LEFT JOIN department d ON d.id = e.department LEFT JOIN model m ON m.id = e.model
    WHERE r.id = ?
    """

  /// Who left this very machine before, and when last; of its newest cases, so that a machine with a long history costs no more.
  static let knowingSQL = """
    SELECT w.engineer_id, MAX(w.left_at)
    FROM (SELECT id FROM request WHERE equipment_id = ? ORDER BY reported_at DESC, id DESC LIMIT 100) AS past
    JOIN work_order w ON w.request_id = past.id WHERE w.left_at IS NOT NULL GROUP BY w.engineer_id
    """

  static let yearSQL = "SELECT COUNT(*) FROM request WHERE equipment_id = ? AND reported_at >= ?"

  static func read(id: String, for actor: Actor, at now: Instant, policies: PolicyShelf, in db: any SQLReader) throws -> BoardCase {
    let view = try ReadRequests.view(id: id, for: actor, at: now, policies: policies, in: db)
    let found = try db.first(placeSQL, [.text(id)]) { row in
      (
        site: row.optionalText(0), department: row.optionalText(1), category: row.optionalText(2),
        place: Coordinate(latitude: row.optionalText(3), longitude: row.optionalText(4)), branch: row.optionalText(5),
        equipment: row.optionalText(6)
      )
    }
    let events = try Journal.events(of: "request/\(id)", in: db)
    let items = try JournalItems.items(
      events.filter { $0.kind == "attempted" || $0.kind == "dispatched" }.suffix(40), in: db)
    var knowing: [String: Instant] = [:], year = 0
    if let equipment = found?.equipment {
      for (engineer, left) in try db.rows(knowingSQL, [.text(equipment)], { ($0.text(0), Instant(milliseconds: $0.integer(1))) }) {
        knowing[engineer] = left
      }
      year = try db.first(yearSQL, [.text(equipment), .integer(now.milliseconds - 365 * 86_400_000)]) { $0.int(0) } ?? 0
    }
    let open = view.workOrders.filter { $0.state.isOpen }
    let errand = Errand(
      category: found?.category, branch: found?.branch.map { BranchID($0) }, place: found?.place,
      due: view.targets.first { $0.isOwed && $0.reading.id == "visit" }?.reading.due, urgency: view.urgency)
    return BoardCase(
      view: view, explanations: try RequestHistory(reading: events).explanations(on: policies, at: now), site: found?.site,
      department: found?.department, category: found?.category,
      lastAttempt: items.last { $0.event == "attempted" },
      sent: open.map { order in
        let event = items.last { $0.event == "dispatched" && $0.data.contains("\"\(order.id)\"") }
        return Sent(workOrder: order, by: event?.actorName, isOwn: event?.actor == actor.author.actor)
      }, casesOfYear: year,
      offers: view.steps.contains(RequestStep.dispatch.rawValue)
        ? try offers(for: errand, sent: Set(open.map(\.engineer.id)), knowing: knowing, at: now, in: db) : [])
  }

  private static func offers(
    for errand: Errand, sent: Set<String>, knowing: [String: Instant], at now: Instant, in db: any SQLReader
  ) throws -> [Offer] {
    let people = try BoardStaff.people(.engineer, in: db) + BoardStaff.people(.partner, in: db)
    let visits = Dictionary(grouping: try BoardStaff.open(in: db), by: \.engineer)
    let candidates = people.map { person in
      Candidate(
        staff: StaffID(person.engineer.id), branch: person.engineer.branch.map { BranchID($0) }, skills: person.skills,
        certificates: person.certificates, base: person.base, visits: visits[person.engineer.id]?.map(\.visit) ?? [],
        knowsMachineSince: knowing[person.engineer.id], isSent: sent.contains(person.engineer.id))
    }
    let byID = Dictionary(people.map { ($0.engineer.id, $0.engineer) }) { first, _ in first }
    return Suggestion.rank(candidates, for: errand, at: now, today: CompanyClock.date(of: now)).compactMap { suggestion in
      byID[suggestion.staff.text].map { Offer(engineer: $0, suggestion: suggestion) }
    }
  }
}

public import Domain
import Persistence

/// Somebody who can be sent, as the board shows them.
public struct BoardEngineer: Sendable, Hashable {
  public let id, name: String
  public let branch, branchName: String?
  /// The firm, where a partner's engineer goes (ORG-3).
  public let partner: String?

  public init(id: String, name: String, branch: String?, branchName: String?, partner: String? = nil) {
    (self.id, self.name, self.branch, self.branchName, self.partner) = (id, name, branch, branchName, partner)
  }
}

/// One work order on an engineer's lane.
public struct BoardVisit: Sendable {
  public let id, number, request, requestNumber, engineer: String
  public let customer, category: String?
  public let urgency: Urgency
  let visit: Visit

  public var state: WorkOrderState { visit.state }
  public var plannedAt: Instant? { visit.plannedAt }
}

/// Engineers and their visits: a few statements for all of them, whatever their number.
enum BoardStaff {
  /// At most so many people stand on the board; a company of more looks at it branch by branch.
  static let limit = 400

  struct Person: Sendable {
    let engineer: BoardEngineer
    let skills: [String]
    let certificates: [Candidate.Certificate]
    let base: Coordinate?
  }

  static let peopleSQL = """
    SELECT s.id, p.value, s.branch, b.name, s.partner, s.skills, s.certificates, b.latitude, b.longitude
    FROM staff s LEFT JOIN personal p ON p.hash = s.name LEFT JOIN branch b ON b.id = s.branch
    WHERE s.role = ? AND s.archived = 0 ORDER BY s.id LIMIT ?
    """

  static func people(_ role: Role, in db: any SQLReader) throws -> [Person] {
    try db.rows(peopleSQL, [.text(role.rawValue), .int(limit)]) { row in
      let (skills, certificates) = (array(row.optionalText(5)), array(row.optionalText(6)))
      return Person(
        engineer: BoardEngineer(
          id: row.text(0), name: row.optionalText(1) ?? "", branch: row.optionalText(2), branchName: row.optionalText(3),
          partner: row.optionalText(4)), skills: skills.compactMap(\.text),
        certificates: certificates.compactMap { certificate in
          guard let name = certificate["name"]?.text, let expires = certificate["expires"]?.text.flatMap({ CivilDate(parsing: $0) })
          else { return nil }
          return .init(name: name, expires: expires)
        }, base: Coordinate(latitude: row.optionalText(7), longitude: row.optionalText(8)))
    }
  }

  private static func array(_ text: String?) -> [JSONValue] { text.flatMap { try? JSONValue(parsing: $0) }?.array ?? [] }

  private static let visitColumns = """
    SELECT w.id, w.number, w.request_id, w.request_number, w.engineer_id, w.state, w.dispatched_at, w.planned_at, w.departed_at,
      w.arrived_at, w.left_at, COALESCE(c.short_name, c.name), m.category, r.urgency, s.latitude, s.longitude
    FROM work_order w JOIN request r ON r.id = w.request_id
    LEFT JOIN customer told ON told.id = r.customer_id LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
    LEFT JOIN site s ON s.id = r.site_id
    LEFT JOIN equipment machine ON machine.id = r.equipment_id
    LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id) LEFT JOIN model m ON m.id = e.model
    """

  /// Index work_order_open: as many rows as work orders are open in the whole company.
  static let openSQL = "\(visitColumns) WHERE w.open = 1"

  /// What began in the days before and ended on this one: index work_order_engineer.
  static func endedSQL(_ engineers: [String]) -> String {
    "\(visitColumns) WHERE \(OneOf("w.engineer_id", engineers).condition) AND w.dispatched_at >= ? AND w.dispatched_at < ? AND w.left_at >= ?"
  }

  static func open(in db: any SQLReader) throws -> [BoardVisit] { try db.rows(openSQL, []) { visit($0) } }

  static func ended(of engineers: [String], from start: Instant, to end: Instant, in db: any SQLReader) throws -> [BoardVisit] {
    guard !engineers.isEmpty else { return [] }
    let days: Int64 = 7 * 86_400_000
    return try db.rows(
      endedSQL(engineers),
      engineers.map { .text($0) } + [.integer(start.milliseconds - days), .integer(end.milliseconds), .integer(start.milliseconds)]
    ) { visit($0) }
  }

  private static func visit(_ row: borrowing SQLRow) -> BoardVisit {
    func instant(_ value: Int64?) -> Instant? { value.map { Instant(milliseconds: $0) } }
    return BoardVisit(
      id: row.text(0), number: row.text(1), request: row.text(2), requestNumber: row.text(3), engineer: row.text(4),
      customer: row.optionalText(11), category: row.optionalText(12), urgency: Urgency(rawValue: row.text(13)) ?? .normal,
      visit: Visit(
        state: WorkOrderState(rawValue: row.text(5)) ?? .dispatched, dispatchedAt: Instant(milliseconds: row.integer(6)),
        plannedAt: instant(row.optionalInteger(7)), departedAt: instant(row.optionalInteger(8)),
        arrivedAt: instant(row.optionalInteger(9)), leftAt: instant(row.optionalInteger(10)),
        place: Coordinate(latitude: row.optionalText(14), longitude: row.optionalText(15))))
  }
}

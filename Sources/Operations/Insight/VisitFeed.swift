import Domain
import Persistence

/// An engineer's visits as a calendar that phones and desktops subscribe to (RFC 5545). The address is the right to read it; it holds places and
/// machines, and nobody's telephone number.
public struct VisitFeed: Sendable {
  let company: Company
  /// So long ago a visit may have ended to be still in it, and so many are told.
  static let days: Int64 = 30, limit = 300

  public init(_ requests: RequestOperations) { company = requests.company }

  /// The feed's own link; nil where none was made.
  public func link(of actor: Actor) async throws -> LinkView? {
    let staff = try Self.staff(actor)
    return try await company.database.read { db in
      try LinkOperations.links(.visits, [staff], in: db).first { $0.revokedAt == nil }
    }
  }

  /// A new address; the one before opens nothing from now on.
  public func renew(by actor: Actor) async throws -> LinkView {
    let company = company, staff = try Self.staff(actor)
    return try await company.write { db in
      try Self.end(staff, by: actor, for: company, in: db)
      return try LinkOperations.insert(.visits, staff, by: actor, for: company, in: db)
    }
  }

  public func end(by actor: Actor) async throws {
    let company = company, staff = try Self.staff(actor)
    try await company.write { db in try Self.end(staff, by: actor, for: company, in: db) }
  }

  private static func end(_ staff: String, by actor: Actor, for company: Company, in db: any SQLWriter) throws {
    for old in try LinkOperations.links(.visits, [staff], in: db) { try LinkOperations.revoke(old, by: actor, for: company, in: db) }
  }

  /// Everybody who is sent has visits, and only the own ones.
  private static func staff(_ actor: Actor) throws -> String {
    try actor.require(.workOrderStep)
    guard let staff = actor.staff?.text else { throw AccessError.notFound("calendar") }
    return staff
  }

  /// The calendar behind an address.
  ///
  /// - Throws: ``LinkRefusal/closed``, also where the engineer does not work here any more.
  public func calendar(_ token: String, chinese: Bool) async throws -> String {
    let link = try await LinkBook(company: company).open(token, .visits), now = try company.clock()
    return try await company.database.read { db in
      let name = try db.first(
        "SELECT p.value FROM staff s LEFT JOIN personal p ON p.hash = s.name WHERE s.id = ? AND s.archived = 0", [.text(link.subject)]
      ) { $0.optionalText(0) ?? "" }
      guard let name else { throw LinkRefusal.closed }
      return ICalendar.text(
        name: (chinese ? "维保 " : "weibao ") + name, try Self.visits(of: link.subject, at: now, in: db), chinese: chinese)
    }
  }

  // Index work_order_engineer gives the engineer's newest ones.
  static let sql = """
    SELECT w.id, w.number, w.state, w.planned_at, w.dispatched_at, w.departed_at, w.arrived_at, w.left_at, w.handed_back_at, w.version,
      r.number, c.name, s.name, COALESCE(s.address, c.address), m.name, e.serial_number
    FROM work_order w JOIN request r ON r.id = w.request_id
    LEFT JOIN customer told ON told.id = r.customer_id LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
    LEFT JOIN equipment machine ON machine.id = r.equipment_id LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id)
    LEFT JOIN model m ON m.id = e.model
    LEFT JOIN site here ON here.id = COALESCE(r.site_id, e.site) LEFT JOIN site s ON s.id = COALESCE(here.merged_into, here.id)
    WHERE w.engineer_id = ? AND w.dispatched_at >= ? ORDER BY w.dispatched_at DESC, w.id DESC LIMIT ?
    """

  private static func visits(of engineer: String, at now: Instant, in db: any SQLReader) throws -> [ICalendar.Visit] {
    // What is open is dispatched within a year; what ended longer ago is left out.
    let earliest = now - days * 86_400
    let rows = try db.rows(sql, [.text(engineer), .integer((now - 366 * 86_400).milliseconds), .int(limit)]) { row in
      let planned = at(row, 3), sent = at(row, 4), arrived = at(row, 6), left = at(row, 7)
      let state = WorkOrderState(rawValue: row.text(2)) ?? .dispatched
      let begins = arrived ?? planned ?? sent ?? now
      return ICalendar.Visit(
        id: row.text(0), order: row.text(1), request: row.text(10), begins: begins, ends: left ?? begins + 5_400,
        changed: [sent, at(row, 5), arrived, left, at(row, 8)].compactMap { $0 }.max() ?? begins, version: row.int(9),
        isOpen: state.isOpen, isCancelled: state == .handedBack, isPlanned: planned != nil || arrived != nil,
        customer: row.optionalText(11),
        site: row.optionalText(12), address: row.optionalText(13), model: row.optionalText(14), serialNumber: row.optionalText(15))
    }
    return rows.filter { $0.isOpen || $0.ends >= earliest }
  }

  private static func at(_ row: borrowing SQLRow, _ column: Int) -> Instant? {
    row.optionalInteger(column).map { Instant(milliseconds: $0) }
  }
}

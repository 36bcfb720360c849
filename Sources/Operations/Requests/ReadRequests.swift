import Domain
import Persistence

/// Cases as screens need them: one query for the rows with their names, one for all their work orders.
enum ReadRequests {
  /// Customer and machine as they are called today: a merged record's case shows the one that goes on.
  static let select = """
    SELECT r.id, r.number, r.kind, r.urgency, r.channel, r.state, r.level, r.paused, r.summary, r.description, r.harm,
      c.id, c.name, r.site_id, e.id, e.serial_number, m.name, e.installed_on, e.warranty_months, m.warranty_months,
      r.contact_id, pn.value, pp.value, r.branch_id, r.owner_id, so.value, r.policy, r.reported_at, r.version, r.merged_into,
      r.targets, r.steps, r.next_due, e.accepted_on, e.warranty_from
    FROM request r
    LEFT JOIN customer told ON told.id = r.customer_id
    LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
    LEFT JOIN equipment machine ON machine.id = r.equipment_id
    LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id)
    LEFT JOIN model m ON m.id = e.model
    LEFT JOIN personal pn ON pn.hash = r.contact_name
    LEFT JOIN personal pp ON pp.hash = r.contact_phone
    LEFT JOIN staff s ON s.id = r.owner_id
    LEFT JOIN personal so ON so.hash = s.name
    """

  /// The views of these rows, and for each the list's sort key of `next_due`.
  static func views(
    _ condition: String, _ arguments: [SQLValue], for actor: Actor, at now: Instant, policies: PolicyShelf, in db: any SQLReader
  ) throws -> [(view: RequestView, due: Int64)] {
    var orders: [String: [WorkOrderView]] = [:]
    let rows = try db.rows("\(select) \(condition)", arguments) { row in
      (try view(row, for: actor, at: now, policies: policies), row.integer(32))
    }
    let ids = rows.map(\.0.id)
    if !ids.isEmpty {
      let marks = Array(repeating: "?", count: ids.count).joined(separator: ", ")
      // A partner learns of the case, not of who else is sent to it (ORG-3).
      let isPartner = Permissions.scope(of: .workOrderRead, for: actor.role) == .involved
      let own = isPartner ? "AND (w.engineer_id = ? OR w.partner = ?) " : ""
      let reader: [SQLValue] = isPartner ? [.text(actor.staff?.text ?? ""), .text(actor.partner ?? "")] : []
      for order in try ReadWorkOrders.views(
        "WHERE w.request_id IN (\(marks)) \(own)ORDER BY w.request_id, w.dispatched_at, w.id", ids.map { .text($0) } + reader, for: actor,
        in: db)
      {
        orders[order.request, default: []].append(order)
      }
    }
    return rows.map { view, due in
      guard let own = orders[view.id] else { return (view, due) }
      var view = view
      view.workOrders = own
      return (view, due)
    }
  }

  static func view(id: String, for actor: Actor, at now: Instant, policies: PolicyShelf, in db: any SQLReader) throws -> RequestView {
    guard let found = try views("WHERE r.id = ?", [.text(id)], for: actor, at: now, policies: policies, in: db).first else {
      throw AccessError.notFound("request")
    }
    return found.view
  }

  private static func view(
    _ row: borrowing SQLRow, for actor: Actor, at now: Instant, policies: PolicyShelf
  ) throws -> RequestView {
    let version = row.text(26)
    guard let policy = policies[version] else { throw PolicyMissing(version: version) }
    let clocks = try ClockState.read(row.text(30), under: policy)
    let warranty = Warranty(
      installedOn: row.optionalText(17).flatMap { CivilDate(parsing: $0) },
      acceptedOn: row.optionalText(33).flatMap { CivilDate(parsing: $0) },
      from: row.optionalText(34).flatMap { Warranty.Start(rawValue: $0) } ?? .installation, agreed: row.optionalInteger(18).map { Int($0) },
      usual: row.optionalInteger(19).map { Int($0) }
    ).ends
    let state = RequestState(rawValue: row.text(5)) ?? .reported
    let harm = Harm(rawValue: row.text(10)) ?? .none
    let offered = CaseAccess.offered(row.text(31).utf8.split(separator: 0x20).map { String(Substring($0)) }, in: state, to: actor)
    return RequestView(
      id: row.text(0), number: row.text(1), kind: RequestKind(rawValue: row.text(2)) ?? .support,
      urgency: Urgency(rawValue: row.text(3)) ?? .normal, channel: Channel(rawValue: row.text(4)) ?? .api,
      state: state, level: SupportLevel(rawValue: row.text(6)) ?? .phone,
      pausedFor: row.optionalText(7), pauseReasons: policy.pauseReasons, summary: row.text(8), description: row.optionalText(9), harm: harm,
      customer: row.optionalText(11).map { RequestView.Named(id: $0, name: row.text(12)) }, site: row.optionalText(13),
      equipment: row.optionalText(14).map {
        RequestView.Machine(id: $0, serialNumber: row.text(15), model: row.text(16), warrantyEnds: warranty)
      },
      contact: RequestView.Person(id: row.optionalText(20), name: row.optionalText(21), phone: row.optionalText(22)),
      branch: row.optionalText(23), owner: row.optionalText(24), ownerName: row.optionalText(25), policy: version,
      reportedAt: Instant(milliseconds: row.integer(27)), version: row.int(28), workOrders: [],
      targets: clocks.map { clock in
        TargetView(
          reading: policy.reading(of: clock, at: now), name: policy.targets[clock.rule].name, isOwed: clock.isOwed,
          isProvisional: !policy.unknownYears(of: clock, at: now).isEmpty)
      },
      steps: offered, allowed: CaseAccess.allowed(beside: offered, in: state, to: actor),
      mergedInto: row.optionalText(29))
  }
}

enum ReadWorkOrders {
  /// Customer and machine as they are called today: a merged record's case shows the one that goes on.
  static let select = """
    SELECT w.id, w.number, w.request_id, w.request_number, w.state, w.engineer_id, p.value, w.partner, w.dispatched_at, w.departed_at,
      w.arrived_at, w.left_at, w.handed_back_at, w.version, q.state, w.planned_at, q.version
    FROM work_order w LEFT JOIN staff s ON s.id = w.engineer_id LEFT JOIN personal p ON p.hash = s.name
    LEFT JOIN request q ON q.id = w.request_id
    """

  static func views(_ condition: String, _ arguments: [SQLValue], for actor: Actor, in db: any SQLReader) throws -> [WorkOrderView] {
    try db.rows("\(select) \(condition)", arguments) { row in
      let state = WorkOrderState(rawValue: row.text(4)) ?? .dispatched
      let partner = row.optionalText(7), caseState = RequestState(rawValue: row.text(14)) ?? .working
      let own = row.text(5) == actor.staff?.text || (partner != nil && partner == actor.partner)
      let scope = Permissions.scope(of: .workOrderStep, for: actor.role)
      let may = scope == .all || (scope != nil && own)
      return WorkOrderView(
        id: row.text(0), number: row.text(1), request: row.text(2), requestNumber: row.text(3), state: state,
        engineer: RequestView.Named(id: row.text(5), name: row.text(6)), partner: partner,
        dispatchedAt: Instant(milliseconds: row.integer(8)),
        departedAt: row.optionalInteger(9).map { Instant(milliseconds: $0) },
        arrivedAt: row.optionalInteger(10).map { Instant(milliseconds: $0) },
        leftAt: row.optionalInteger(11).map { Instant(milliseconds: $0) },
        handedBackAt: row.optionalInteger(12).map { Instant(milliseconds: $0) }, version: row.int(13),
        plannedAt: row.optionalInteger(15).map { Instant(milliseconds: $0) },
        steps: may ? WorkOrder.steps(in: state, of: caseState).map(\.rawValue) : [], requestVersion: row.int(16))
    }
  }
}

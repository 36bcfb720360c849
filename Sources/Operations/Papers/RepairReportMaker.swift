import Domain
import Persistence

/// Reads a case's journal, its work orders' journals and the registers into a ``RepairReport``.
struct RepairReportMaker {
  private let view: RequestView
  private let db: any SQLReader
  private let events: [JournalEvent]
  private let history: RequestHistory

  init(_ view: RequestView, in db: any SQLReader) throws {
    (self.view, self.db) = (view, db)
    events = try Journal.events(of: "request/\(view.id)", in: db)
    history = try RequestHistory(reading: events)
  }

  func report() throws -> RepairReport {
    let actors = Dictionary(events.map { ($0.version, $0.actor) }) { first, _ in first }
    let orders = try view.workOrders.map { ($0, try Journal.events(of: "work-order/\($0.id)", in: db)) }
    let people = try PaperPeople(
      authors: Set(actors.values).union(orders.flatMap { $0.1.map(\.actor) }), engineers: view.workOrders.map(\.engineer.id), in: db)
    let visits = try orders.map { try visit($0, $1, people) }
    let newest = (events + orders.flatMap(\.1)).map(\.recorded).max() ?? 0
    var report = RepairReport(
      id: view.id, number: view.number, kind: view.kind, urgency: view.urgency, channel: view.channel, state: view.state,
      harm: view.harm, summary: view.summary, description: view.description, customer: view.customer?.name,
      contactName: view.contact.name, contactPhone: view.contact.phone, reportedAt: view.reportedAt, visits: visits,
      targets: view.targets, version: view.version, asOf: Instant(milliseconds: newest), head: events.last?.hash ?? "")
    try addPlaces(to: &report)
    for entry in history.entries { try tell(entry, by: people.name(actors[entry.version] ?? ""), people, into: &report) }
    return report
  }

  private func tell(
    _ entry: RequestHistory.Entry, by name: String?, _ people: PaperPeople, into report: inout RepairReport
  ) throws {
    switch entry.event {
    case .accepted: report.acceptedAt = report.acceptedAt ?? entry.at
    case .responded: report.respondedAt = report.respondedAt ?? entry.at
    case .attempted(let body):
      report.respondedAt = report.respondedAt ?? entry.at
      report.attempts.append(.init(at: entry.at, level: body.level, solved: body.result == .solved, note: body.note, by: name))
    case .remoteEnded(let body):
      // A session is the attempt at this level (FLT-1).
      report.attempts.append(.init(at: entry.at, level: .remote, solved: body.result == .solved, note: nil, by: name))
    case .located(let body): (report.cause, report.part) = (body.cause, body.part)
    case .proposed(let body): (report.proposal, report.agreement) = (body.remedy, nil)
    case .agreed(let body): report.agreement = .init(at: entry.at, name: try people.name(of: body.contact, in: db), means: body.how)
    case .cleared(let body):
      report.cause = body.cause
      report.outcome = .init(at: entry.at, cause: body.cause, remedy: body.remedy, by: name)
    case .confirmed(let body):
      let drawn = try body.signature.flatMap { try Personal.value($0, in: db) }
      report.confirmation = .init(
        word: .init(at: entry.at, name: try people.name(of: body.contact, in: db), means: body.how),
        signature: drawn.flatMap { DrawnSignature.isPrintable($0) ? $0 : nil })
    case .signedOff: report.signedOff = .init(at: entry.at, by: name)
    case .rejected, .reopened: (report.outcome, report.confirmation, report.signedOff) = (nil, nil, nil)
    default: break
    }
  }

  private func visit(_ order: WorkOrderView, _ events: [JournalEvent], _ people: PaperPeople) throws -> RepairReport.Visit {
    let work = try events.filter { $0.kind == "work-recorded" }.compactMap { event -> RepairReport.Work? in
      guard case .workRecorded(let body) = try RequestEvent(kind: event.kind, schema: event.schema, body: event.body) else { return nil }
      return .init(
        at: Instant(milliseconds: event.occurred), work: body.work, parts: body.parts ?? [], readings: body.readings ?? [],
        by: people.name(event.actor))
    }
    return .init(
      number: order.number, engineer: order.engineer.name, badge: people.badges[order.engineer.id], partner: order.partner,
      dispatchedAt: order.dispatchedAt, departedAt: order.departedAt, arrivedAt: order.arrivedAt, leftAt: order.leftAt,
      handedBackAt: order.handedBackAt, work: work.sorted { $0.at < $1.at })
  }

  private func addPlaces(to report: inout RepairReport) throws {
    if let customer = view.customer?.id {
      report.address = try db.first("SELECT address FROM customer WHERE id = ?", [.text(customer)]) { $0.optionalText(0) } ?? nil
    }
    if let site = view.site {
      let found = try db.first("SELECT name, address FROM site WHERE id = ?", [.text(site)]) { ($0.text(0), $0.optionalText(1)) }
      report.site = found?.0
      report.address = found?.1 ?? report.address
    }
    if let branch = view.branch {
      let found = try db.first("SELECT name, phone FROM branch WHERE id = ?", [.text(branch)]) { ($0.text(0), $0.optionalText(1)) }
      (report.branch, report.branchPhone) = (found?.0, found?.1)
    }
    guard let machine = view.equipment else { return }
    let ends = machine.warrantyEnds
    report.machine = try db.first(
      """
      SELECT m.name, e.serial_number, m.manufacturer, m.category, d.name, e.udi, e.installed_on
      FROM equipment e LEFT JOIN model m ON m.id = e.model LEFT JOIN department d ON d.id = e.department WHERE e.id = ?
      """, [.text(machine.id)]
    ) { row in
      .init(
        model: row.text(0), serialNumber: row.text(1), manufacturer: row.optionalText(2), category: row.optionalText(3),
        department: row.optionalText(4), udi: row.optionalText(5),
        installedOn: row.optionalText(6).flatMap { CivilDate(parsing: $0) }, warrantyEnds: ends)
    }
  }
}

/// Names behind the ids and hashes of a case.
struct PaperPeople {
  /// By author, `staff:ID`.
  private var names: [String: String] = [:]
  /// By staff id.
  private(set) var badges: [String: String] = [:]

  init(authors: Set<String>, engineers: [String], in db: any SQLReader) throws {
    let staff = Set(authors.filter { $0.hasPrefix("staff:") }.map { String($0.dropFirst(6)) }).union(engineers).sorted()
    guard !staff.isEmpty else { return }
    let marks = staff.map { _ in "?" }.joined(separator: ", ")
    let sql =
      "SELECT s.id, p.value, s.badge_number FROM staff s LEFT JOIN personal p ON p.hash = s.name WHERE s.id IN (\(marks))"
    for (id, name, badge) in try db.rows(sql, staff.map { .text($0) }, { ($0.text(0), $0.optionalText(1), $0.optionalText(2)) }) {
      names["staff:\(id)"] = name
      badges[id] = badge
    }
  }

  func name(_ author: String) -> String? { names[author] }

  /// A contact of the register, or whoever was named; nil when the name was erased.
  func name(of person: Person, in db: any SQLReader) throws -> String? {
    if let hash = person.name { return try Personal.value(hash, in: db) }
    guard let contact = person.contact else { return nil }
    let sql = "SELECT p.value FROM contact c LEFT JOIN personal p ON p.hash = c.name WHERE c.id = ?"
    return try db.first(sql, [.text(contact.text)]) { $0.optionalText(0) } ?? nil
  }
}

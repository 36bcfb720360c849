import Domain
import Persistence

/// Jobs with all that a phone needs of them: a fixed number of statements, however many jobs.
enum ReadJobs {
  /// How many earlier repairs of a machine are told.
  static let repairs = 4

  static func jobs(
    _ orders: [WorkOrderView], for actor: Actor, at now: Instant, company: Company, in db: any SQLReader
  ) throws -> [Job] {
    guard !orders.isEmpty else { return [] }
    let requests = orders.map(\.request).distinct()
    let one = OneOf("r.id", requests)
    let views = try ReadRequests.views(
      "WHERE \(one.condition)", one.values, for: actor, at: now, policies: company.policies, in: db)
    let byID = Dictionary(views.map { ($0.view.id, $0.view) }) { first, _ in first }
    let streams = try events(requests.map { "request/\($0)" } + orders.map { "work-order/\($0.id)" }, in: db)
    let places = try places(of: requests, in: db)
    let machines = try machines(of: Array(byID.values), for: actor, in: db)
    let photos = try photos(of: requests, in: db)
    return try orders.compactMap { order in
      guard let view = byID[order.request], let told = streams["request/\(order.request)"] else { return nil }
      let history = try RequestHistory(reading: told), request = history.request
      return Job(
        order: order, request: view, plan: TripPlan(order.state, of: request).steps,
        others: TripPlan.others(order.state, of: request).filter { view.steps.contains($0.rawValue) || $0 == .handBack },
        place: places[order.request] ?? JobPlace(), machine: view.equipment.flatMap { machines[$0.id] },
        located: history.entries.lazy.compactMap { if case .located(let body) = $0.event { body } else { nil } }.last,
        remedy: request.proposed, isAgreed: request.agreed,
        recorded: try (streams["work-order/\(order.id)"] ?? []).compactMap {
          guard case .workRecorded(let body) = try RequestEvent(kind: $0.kind, schema: $0.schema, body: $0.body) else { return nil }
          return body
        }, photos: photos[order.request] ?? 0)
    }
  }

  private static func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }

  /// The events of several streams, each in its order.
  private static func events(_ streams: [String], in db: any SQLReader) throws -> [String: [JournalEvent]] {
    let sql = "SELECT \(Journal.columns) FROM journal WHERE stream IN (\(marks(streams.count))) ORDER BY stream, version"
    return Dictionary(grouping: try db.rows(sql, streams.map { .text($0) }, Journal.event), by: \.stream)
  }

  private static func places(of requests: [String], in db: any SQLReader) throws -> [String: JobPlace] {
    let sql = """
      SELECT r.id, c.name, c.short_name, s.name, d.name, COALESCE(s.address, c.address), s.latitude, s.longitude
      FROM request r
      LEFT JOIN customer told ON told.id = r.customer_id LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
      LEFT JOIN equipment machine ON machine.id = r.equipment_id
      LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id)
      LEFT JOIN site here ON here.id = COALESCE(r.site_id, e.site) LEFT JOIN site s ON s.id = COALESCE(here.merged_into, here.id)
      LEFT JOIN department d ON d.id = e.department
      WHERE r.id IN (\(marks(requests.count)))
      """
    let rows = try db.rows(sql, requests.map { .text($0) }) { row in
      (
        row.text(0),
        JobPlace(
          customer: row.optionalText(1), short: row.optionalText(2), site: row.optionalText(3), department: row.optionalText(4),
          address: row.optionalText(5), coordinate: Coordinate(latitude: row.optionalText(6), longitude: row.optionalText(7)))
      )
    }
    return Dictionary(rows) { first, _ in first }
  }

  private static func photos(of requests: [String], in db: any SQLReader) throws -> [String: Int] {
    let sql = """
      SELECT request_id, COUNT(*) FROM attachment WHERE request_id IN (\(marks(requests.count))) AND erased_at IS NULL GROUP BY request_id
      """
    return Dictionary(try db.rows(sql, requests.map { .text($0) }) { ($0.text(0), $0.int(1)) }) { first, _ in first }
  }

  /// Each machine with what was done to it before. Other cases of a machine are no business of an outside firm (ORG-3).
  private static func machines(of views: [RequestView], for actor: Actor, in db: any SQLReader) throws -> [String: JobMachine] {
    let known = views.compactMap(\.equipment), ids = known.map(\.id).distinct()
    guard !ids.isEmpty else { return [:] }
    let categories = Dictionary(
      try db.rows(
        "SELECT e.id, m.category FROM equipment e JOIN model m ON m.id = e.model WHERE e.id IN (\(marks(ids.count)))",
        ids.map { .text($0) }
      ) { ($0.text(0), $0.text(1)) }
    ) { first, _ in first }
    let sees = Permissions.scope(of: .requestRead, for: actor.role) == .all
    let past = sees ? try repairs(of: ids, besides: Set(views.map(\.id)), in: db) : [:]
    return Dictionary(
      known.map {
        (
          $0.id,
          JobMachine(
            id: $0.id, serialNumber: $0.serialNumber, model: $0.model, category: categories[$0.id], history: past[$0.id] ?? [])
        )
      }
    ) { first, _ in first }
  }

  /// A page of each machine's cases in the order of its index (request_equipment_reported), in one statement.
  static func repairsSQL(_ families: [[String]]) -> String {
    families.map { members in
      """
      SELECT * FROM (SELECT id, number, summary, reported_at, state, equipment_id FROM request
        WHERE equipment_id \(members.count == 1 ? "= ?" : "IN (\(marks(members.count)))")
        ORDER BY reported_at DESC, id DESC LIMIT \(repairs + 1)) AS page
      """
    }.joined(separator: " UNION ALL ")
  }

  private static func repairs(
    of machines: [String], besides current: Set<String>, in db: any SQLReader
  ) throws -> [String: [PastRepair]] {
    let absorbed = try db.rows(
      "SELECT id, merged_into FROM equipment WHERE merged_into IN (\(marks(machines.count)))", machines.map { .text($0) }
    ) { ($0.text(1), $0.text(0)) }
    let families = machines.map { machine in [machine] + absorbed.filter { $0.0 == machine }.map(\.1) }
    let survivor = Dictionary(zip(machines, families).flatMap { pair in pair.1.map { ($0, pair.0) } }) { first, _ in first }
    let rows = try db.rows(repairsSQL(families), families.flatMap { $0 }.map { .text($0) }) { row in
      (
        id: row.text(0), machine: row.text(5),
        repair: PastRepair(
          number: row.text(1), summary: row.text(2), reportedAt: Instant(milliseconds: row.integer(3)),
          state: RequestState(rawValue: row.text(4)) ?? .closed)
      )
    }.filter { !current.contains($0.id) }
    guard !rows.isEmpty else { return [:] }
    let ends = try endings(of: rows.map(\.id), in: db)
    var found: [String: [PastRepair]] = [:]
    for row in rows {
      guard let machine = survivor[row.machine], found[machine, default: []].count < repairs else { continue }
      var repair = row.repair
      if let end = ends[row.id] { (repair.cause, repair.part, repair.remedy, repair.byName) = (end.cause, end.part, end.remedy, end.by) }
      found[machine, default: []].append(repair)
    }
    return found
  }

  /// How these cases ended: what was found, what was done, by whom.
  private static func endings(
    of requests: [String], in db: any SQLReader
  ) throws -> [String: (cause: CauseCode?, part: String?, remedy: String?, by: String?)] {
    let sql = """
      SELECT j.stream, j.kind, j.schema, j.body, p.value FROM journal j
      LEFT JOIN staff s ON s.id = substr(j.actor, 7) LEFT JOIN personal p ON p.hash = s.name
      WHERE j.stream IN (\(marks(requests.count))) AND j.kind IN ('located', 'cleared') ORDER BY j.stream, j.version
      """
    var ends: [String: (cause: CauseCode?, part: String?, remedy: String?, by: String?)] = [:]
    let rows = try db.rows(sql, requests.map { .text("request/\($0)") }) { row in
      (
        id: String(row.text(0).dropFirst(8)), event: try RequestEvent(kind: row.text(1), schema: row.int(2), body: row.text(3)),
        by: row.optionalText(4)
      )
    }
    for row in rows {
      switch row.event {
      case .located(let body): ends[row.id, default: (nil, nil, nil, nil)].part = body.part
      case .cleared(let body): ends[row.id] = (body.cause, ends[row.id]?.part, body.remedy, row.by)
      default: break
      }
    }
    return ends
  }
}

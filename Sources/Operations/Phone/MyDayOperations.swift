import Domain
import Persistence

/// The engineer's day, as pages and the phone take it (FLT-1..4).
public struct MyDayOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }
  /// Over the same company.
  public init(beside requests: RequestOperations) { company = requests.company }

  /// More a phone does not take along; nobody works off more in a day.
  public static let jobs = 20
  /// How far back the jobs that ended today are looked for.
  static let recent = 40

  public func day(by actor: Actor) async throws -> MyDay {
    try actor.require(.workOrderStep)
    let (company, now) = (company, try company.clock())
    let staff = actor.staff?.text ?? ""
    let day = try await company.database.read { db in
      var open = try ReadWorkOrders.views(Self.openSQL, [.text(staff), .int(Self.jobs + 1)], for: actor, in: db)
      let token = Self.token(of: open)
      let hasMore = open.count > Self.jobs
      if hasMore { open.removeLast() }
      let jobs = try ReadJobs.jobs(open, for: actor, at: now, company: company, in: db).sorted(by: Self.comesFirst)
      let ended = try Self.ended(of: staff, since: CompanyClock.midnight(before: now), for: actor, in: db)
      return MyDay(
        now: now, engineer: .init(id: staff, name: actor.name), jobs: jobs, hasMore: hasMore, ended: ended, token: token)
    }
    if day.jobs.contains(where: { $0.request.contact.isKnown }) {
      company.views.note(.personalView, what: "my-day: \(day.jobs.count)", by: actor, at: now)
    }
    return day
  }

  /// One job of the reader's own, also after its end.
  ///
  /// - Throws: ``AccessError/notFound(_:)`` for everybody else's.
  public func job(_ reference: String, by actor: Actor) async throws -> Job {
    try actor.require(.workOrderStep)
    let (company, now) = (company, try company.clock())
    let job = try await company.database.read { db in
      let column = reference.hasPrefix("WO-") ? "number" : "id"
      let order = try ReadWorkOrders.views(
        "WHERE w.\(column) = ? AND w.engineer_id = ?", [.text(reference), .text(actor.staff?.text ?? "")], for: actor, in: db
      ).first
      guard let order, let job = try ReadJobs.jobs([order], for: actor, at: now, company: company, in: db).first else {
        throw AccessError.notFound("work order")
      }
      return job
    }
    if job.request.contact.isKnown { company.views.note(.personalView, what: "request/\(job.request.id)", by: actor, at: now) }
    return job
  }

  /// What the phone compares to learn whether its copy is old: of each open job the order's and the case's version.
  static func token(of open: [WorkOrderView]) -> String { open.map(\.token).sorted().joined(separator: "_") }

  // The index work_order_engineer_open gives order and end.
  static let openSQL = "WHERE w.engineer_id = ? AND w.open = 1 ORDER BY w.dispatched_at, w.id LIMIT ?"

  // The index work_order_engineer: the newest of this engineer, then a look at when each ended.
  static let endedSQL = """
    SELECT w.id, w.left_at, w.handed_back_at, c.name, m.name, r.summary
    FROM (SELECT * FROM work_order WHERE engineer_id = ? ORDER BY dispatched_at DESC, id DESC LIMIT ?) w
    JOIN request r ON r.id = w.request_id
    LEFT JOIN customer told ON told.id = r.customer_id LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
    LEFT JOIN equipment e ON e.id = r.equipment_id LEFT JOIN model m ON m.id = e.model
    WHERE w.open = 0 AND COALESCE(w.left_at, w.handed_back_at) >= ?
    """

  private static func ended(of staff: String, since: Instant, for actor: Actor, in db: any SQLReader) throws -> [EndedJob] {
    let found = try db.rows(endedSQL, [.text(staff), .int(recent), .integer(since.milliseconds)]) { row in
      (
        id: row.text(0), at: Instant(milliseconds: row.optionalInteger(1) ?? row.integer(2)), customer: row.optionalText(3),
        model: row.optionalText(4), summary: row.text(5)
      )
    }
    guard !found.isEmpty else { return [] }
    let one = OneOf("w.id", found.map(\.id))
    let orders = try ReadWorkOrders.views("WHERE \(one.condition)", one.values, for: actor, in: db)
    let byID = Dictionary(orders.map { ($0.id, $0) }) { first, _ in first }
    return found.compactMap { end in
      byID[end.id].map { EndedJob(order: $0, customer: end.customer, machine: end.model, summary: end.summary, endedAt: end.at) }
    }.sorted { ($0.endedAt, $0.order.id) < ($1.endedAt, $1.order.id) }
  }

  /// Where the engineer is comes first, then where they are going to; then by the plan, or what runs out first.
  private static func comesFirst(_ a: Job, _ b: Job) -> Bool {
    func rank(_ job: Job) -> (Int, Instant, String) {
      let place =
        switch job.order.state {
        case .arrived: 0
        case .departed: 1
        default: 2
        }
      let due = job.request.targets.filter { $0.isOwed && $0.reading.state != .paused }.map(\.reading.due).min()
      return (place, job.order.plannedAt ?? due ?? .latest, job.order.number)
    }
    return rank(a) < rank(b)
  }
}

extension WorkOrderView {
  /// Its entry in ``MyDay/token``; a job that is no longer open has none there.
  public var token: String { "\(number.suffix(9)).\(version).\(requestVersion)" }
}

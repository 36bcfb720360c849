import Domain
import Persistence

/// One case while it is being changed: loaded from its journal, decided on, written back with its row.
struct CaseFile {
  let id: RequestID
  var history: RequestHistory

  var request: ServiceRequest { history.request }
  var stream: String { "request/\(id)" }

  /// - Parameter reference: id or number.
  /// - Throws: `AccessError.notFound`.
  static func load(_ reference: String, in db: any SQLReader) throws -> CaseFile {
    let id: String
    if reference.hasPrefix("SR-") {
      let found = try db.first("SELECT id FROM request WHERE number = ?", [.text(reference)]) { $0.text(0) }
      guard let found else { throw AccessError.notFound("request") }
      id = found
    } else {
      id = reference
    }
    let events = try Journal.events(of: "request/\(id)", in: db)
    guard !events.isEmpty else { throw AccessError.notFound("request") }
    return CaseFile(id: RequestID(id), history: try RequestHistory(reading: events))
  }

  /// Takes one event in that happens now, and writes it.
  ///
  /// - Throws: ``KeptRefusal`` where the case does not allow it.
  mutating func record(_ event: RequestEvent, at now: Instant, by actor: Actor, policies: PolicyShelf, in db: any SQLWriter) throws
    -> [Watchers.Change]
  {
    do { try history.insert([event], at: now) } catch { throw KeptRefusal(error) }
    return try write([event], at: now, by: actor, recorded: now, policies: policies, in: db)
  }

  /// Appends to the case's stream, to the work orders' where it concerns them, and renews the rows.
  func write(
    _ events: [RequestEvent], at occurred: Instant, lateReason: String? = nil, by actor: Actor, recorded: Instant,
    policies: PolicyShelf, in db: any SQLWriter
  ) throws -> [Watchers.Change] {
    let new = events.map {
      NewEvent(
        kind: $0.kind, schema: RequestEvent.schema, body: $0.body(lateReason: lateReason), occurred: occurred.milliseconds)
    }
    let before = history.version - events.count
    try Journal.append(new, to: stream, expecting: before, by: actor.author, recorded: recorded.milliseconds, in: db)
    let run = try history.clockRun(on: policies)
    if let row = RequestProjector(policies: policies).row(id: id.text, history, run) { try ProjectionWriter.upsert(row, in: db) }
    try PromiseProjector.write(history, run, of: id.text, in: db)
    try AttachmentProjector.write(events, stream: stream, in: db)
    var changes = [Watchers.Change(stream: stream, version: history.version)]
    for (event, stored) in zip(events, new) {
      guard let order = event.concernsWorkOrder else { continue }
      changes.append(try WorkOrderFile.append([stored], to: order, by: actor, recorded: recorded, in: db))
    }
    return changes
  }
}

enum WorkOrderFile {
  /// Appends to a work order's own stream and renews its row.
  static func append(
    _ events: [NewEvent], to order: WorkOrderID, by actor: Actor, recorded: Instant, in db: any SQLWriter
  ) throws -> Watchers.Change {
    let stream = "work-order/\(order)"
    // Work and readings are in this stream alone, so the case cannot have looked at them.
    if let last = try last(of: order, in: db), events.contains(where: { $0.occurred < last.milliseconds }) {
      throw RequestError.workOrderGoesForward
    }
    try Journal.append(events, to: stream, expecting: nil, by: actor.author, recorded: recorded.milliseconds, in: db)
    let all = try Journal.events(of: stream, in: db)
    if let row = try WorkOrderProjector().row(stream: stream, events: all) { try ProjectionWriter.upsert(row, in: db) }
    return Watchers.Change(stream: stream, version: all.count)
  }

  /// When its last step happened; its steps go forward in time.
  static func last(of order: WorkOrderID, in db: any SQLReader) throws -> Instant? {
    try db.first("SELECT occurred FROM journal WHERE stream = ? ORDER BY version DESC LIMIT 1", [.text("work-order/\(order)")]) {
      Instant(milliseconds: $0.integer(0))
    }
  }
}

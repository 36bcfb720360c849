public import Domain
import Persistence

/// Work orders: one trip or job of one engineer or partner.
public struct WorkOrderOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  public func find(_ reference: String, by actor: Actor) async throws -> WorkOrderView {
    let scope = try actor.require(.workOrderRead)
    return try await company.database.read { db in
      let column = reference.hasPrefix("WO-") ? "number" : "id"
      let found = try ReadWorkOrders.views("WHERE w.\(column) = ?", [.text(reference)], for: actor, in: db).first
      guard let found, try Self.sees(found, scope, actor, in: db) else { throw AccessError.notFound("work order") }
      return found
    }
  }

  public func list(_ query: WorkOrderQuery, by actor: Actor) async throws -> Page<WorkOrderView> {
    let scope = try actor.require(.workOrderRead)
    let own = try await scope == .customer ? company.database.read { try Self.own(actor, in: $0) } : nil
    var parts: [String] = [], values: [SQLValue] = []
    if query.state == "open" {
      parts.append("w.open = 1")
    } else if let word = query.state {
      guard let state = WorkOrderState(rawValue: word) else { throw InputRefusal.field("state", "This is neither open nor a state.") }
      if state.isOpen { parts.append("w.open = 1") }
      parts.append("w.state = ?")
      values.append(.text(state.rawValue))
    }
    if let engineer = query.engineer {
      parts.append("w.engineer_id = ?")
      values.append(.text(engineer))
    }
    if let request = query.request {
      parts.append("w.request_id = (SELECT id FROM request WHERE \(request.hasPrefix("SR-") ? "number" : "id") = ?)")
      values.append(.text(request))
    }
    switch scope {
    case .all: break
    case .customer:
      guard let own else { throw AccessError.notAllowed(.workOrderRead) }
      parts.append("w.request_id IN (SELECT id FROM request WHERE \(own.condition))")
      values += own.values
    case .involved:
      parts.append("(w.engineer_id = ? OR w.partner = ?)")
      values += [.text(actor.staff?.text ?? ""), .text(actor.partner ?? "")]
    }
    if let cursor = query.cursor {
      let from = try Cursor.number(cursor)
      parts.append("(w.dispatched_at, w.id) < (?, ?)")
      values += [.integer(from.key), .text(from.id)]
    }
    let condition =
      (parts.isEmpty ? "" : "WHERE \(parts.joined(separator: " AND ")) ") + "ORDER BY w.dispatched_at DESC, w.id DESC LIMIT ?"
    let arguments = values + [.int(query.limit + 1)], limit = query.limit
    return try await company.database.read { db in
      var items = try ReadWorkOrders.views(condition, arguments, for: actor, in: db)
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(
        items: items, next: more ? items.last.map { Cursor(key: String($0.dispatchedAt.milliseconds), id: $0.id).text } : nil)
    }
  }

  /// `input` is checked by `step.shape`. What matters to the case is written to both streams in one transaction.
  public func take(_ step: WorkOrderStep, _ input: Fields, on reference: String, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call) { db, _ in
      let scope = try call.actor.require(.workOrderRead)
      let column = reference.hasPrefix("WO-") ? "number" : "id"
      let found = try ReadWorkOrders.views("WHERE w.\(column) = ?", [.text(reference)], for: call.actor, in: db).first
      guard let found, try Self.sees(found, scope, call.actor, in: db) else { throw AccessError.notFound("work order") }
      let reach = try call.actor.require(.workOrderStep)
      guard reach == .all || Self.isOwn(found, call.actor) else { throw AccessError.notAllowed(.workOrderStep) }
      return found
    } change: { db, now, found, changes in
      if let expected = call.expected, expected != found.version {
        throw KeptRefusal(StaleVersion(expected: expected, actual: found.version), state: found.state.rawValue, steps: found.steps)
      }
      var file = try CaseFile.load(found.request, in: db)
      let maker = CommandMaker(company: company, actor: call.actor, now: now, db: db)
      let id = WorkOrderID(found.id)
      let time = try maker.time(of: input, in: file.history, order: id)
      try maker.requireInTime(
        time, own: found.engineer.id == call.actor.staff?.text, policy: company.policies[file.request.reported?.policy ?? ""])
      do {
        switch step {
        case .record:
          let body = RequestEvent.workRecorded(Self.record(input, of: id))
          let then = file.history.request(at: time.occurred).workOrders[id]?.state ?? .dispatched
          guard WorkOrder.allows(.record, in: then) else { throw RequestError.notArrived(then) }
          let new = NewEvent(
            kind: body.kind, schema: RequestEvent.schema, body: body.body(lateReason: time.lateReason),
            occurred: time.occurred.milliseconds)
          changes = [try WorkOrderFile.append([new], to: id, by: call.actor, recorded: now, in: db)]
        case .depart, .arrive, .leave, .handBack:
          let command: RequestCommand =
            switch step {
            case .depart: .depart(id)
            case .arrive: .arrive(id)
            case .leave: .leave(id)
            default: .handBack(id, reason: input.text("reason") ?? "")
            }
          let events = try file.history.take(command, at: time.occurred)
          changes = try file.write(
            events, at: time.occurred, lateReason: time.lateReason, by: call.actor, recorded: now, policies: company.policies, in: db)
        }
      } catch let error as RequestError {
        throw KeptRefusal(error, state: found.state.rawValue, steps: found.steps)
      }
      guard let view = try ReadWorkOrders.views("WHERE w.id = ?", [.text(found.id)], for: call.actor, in: db).first else {
        throw AccessError.notFound("work order")
      }
      return Answer(created: false, version: view.version, body: JSONWriter.text(view))
    }
  }

  /// Work, parts and readings of a work order, oldest first (FLT-4).
  public func work(of reference: String, by actor: Actor) async throws -> [RequestEvent.WorkRecorded] {
    let found = try await find(reference, by: actor)
    return try await company.database.read { db in
      try Journal.events(of: "work-order/\(found.id)", in: db).compactMap { event in
        guard case .workRecorded(let body) = try RequestEvent(kind: event.kind, schema: event.schema, body: event.body) else { return nil }
        return body
      }
    }
  }

  /// What was recorded of the work, as a case's page tells it: the journal of a case holds only what matters to the case.
  public func recorded(of reference: String, by actor: Actor) async throws -> [JournalItem] {
    try actor.require(.requestJournal)
    let found = try await find(reference, by: actor)
    return try await company.database.read { db in
      let events = try Journal.events(of: "work-order/\(found.id)", in: db).filter { $0.kind == "work-recorded" }
      return try JournalItems.items(events[...], in: db)
    }
  }

  private static func record(_ input: Fields, of id: WorkOrderID) -> RequestEvent.WorkRecorded {
    func object(_ value: FieldValue) -> Fields? { if case .object(let fields) = value { fields } else { nil } }
    func text(_ value: FieldValue) -> String? { if case .text(let text) = value { text } else { nil } }
    return .init(
      workOrder: id, work: input.text("work"), parts: input.list("parts").map { $0.compactMap(text) },
      readings: input.list("readings").map { list in
        list.compactMap(object).map {
          .init(
            name: $0.text("name") ?? "", value: $0.text("value") ?? "", unit: $0.text("unit"), expected: $0.text("expected"),
            passed: $0.bool("passed"))
        }
      })
  }

  private static func isOwn(_ order: WorkOrderView, _ actor: Actor) -> Bool {
    order.engineer.id == actor.staff?.text || (actor.partner != nil && order.partner == actor.partner)
  }

  private static func sees(_ order: WorkOrderView, _ scope: Scope, _ actor: Actor, in db: any SQLReader) throws -> Bool {
    switch scope {
    case .all: true
    case .involved: isOwn(order, actor)
    case .customer:
      try ownCase(order.request, actor, in: db)
    }
  }

  private static func ownCase(_ request: String, _ actor: Actor, in db: any SQLReader) throws -> Bool {
    let own = try own(actor, in: db)
    return try db.first("SELECT 1 FROM request WHERE id = ? AND \(own.condition)", [.text(request)] + own.values) { _ in true } ?? false
  }

  /// Cases of the reader's own hospital.
  private static func own(_ actor: Actor, in db: any SQLReader) throws -> OneOf {
    OneOf("customer_id", try Family.members(of: actor.customer?.text ?? "", .customers, in: db))
  }
}

/// Filters of `GET /work-orders`.
public struct WorkOrderQuery: Sendable {
  /// `open` or one state.
  public var state: String?
  public var engineer: String?
  public var request: String?
  public var cursor: String?
  public var limit = 50

  public init() {}
}

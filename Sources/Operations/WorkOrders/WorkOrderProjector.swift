import Domain
public import Persistence

/// A work order's row, made from its own stream.
public struct WorkOrderProjector: Projector {
  public let streamKind = "work-order"
  public let table = "work_order"
  public let columns = [
    "id", "number", "request_id", "request_number", "state", "open", "engineer_id", "partner", "dispatched_at", "departed_at", "arrived_at",
    "left_at", "handed_back_at", "version", "planned_at",
  ]

  public init() {}

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? {
    var order = WorkOrder()
    for event in events {
      let body = try RequestEvent(kind: event.kind, schema: event.schema, body: event.body)
      order.apply(body, at: Instant(milliseconds: event.occurred))
    }
    guard let dispatched = order.dispatched, let dispatchedAt = order.dispatchedAt else { return nil }
    func optional(_ instant: Instant?) -> SQLValue { .optional(instant?.milliseconds) }
    return ProjectedRow(
      table: table, columns: columns,
      values: [
        .text(id(of: stream)), .text(dispatched.number), .text(dispatched.request.text), .text(dispatched.requestNumber),
        .text(order.state.rawValue), .bool(order.state.isOpen), .text(dispatched.engineer.text), .optional(dispatched.partner),
        .integer(dispatchedAt.milliseconds), optional(order.departedAt), optional(order.arrivedAt), optional(order.leftAt),
        optional(order.handedBackAt), .int(events.count), optional(dispatched.plannedAt),
      ])
  }
}

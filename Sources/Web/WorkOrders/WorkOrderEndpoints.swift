import Domain
import HTTPTypes
import Operations

extension WebServices {
  var workOrderEndpoints: [Endpoint] {
    let base = "/api/v1/work-orders", workOrders = workOrders
    return [
      Endpoint(
        method: .get, path: base, summary: "Work orders, newest first", tag: "work-orders", access: .right(.workOrderRead),
        query: Shape(
          "WorkOrderListQuery",
          [
            Field("state", .word(["open"] + WorkOrderState.allCases.map(\.rawValue))), Field("engineer", .reference),
            Field("request", .reference, note: "A case's id or number"), .cursor, .limit,
          ]), answer: "WorkOrderList"
      ) { incoming in
        var query = WorkOrderQuery()
        query.state = incoming.query.text("state")
        query.engineer = incoming.query.text("engineer")
        query.request = incoming.query.text("request")
        query.cursor = incoming.cursor
        query.limit = incoming.limit
        return .json(try await workOrders.list(query, by: incoming.actor))
      },
      Endpoint(
        method: .get, path: "\(base)/{id}", summary: "A work order by id or number", tag: "work-orders", access: .right(.workOrderRead),
        version: .optional, answer: "WorkOrder"
      ) { incoming in
        let found = try await workOrders.find(incoming.parameter("id"), by: incoming.actor)
        return .json(found, version: found.version)
      },
    ]
      + WorkOrderStep.allCases.map { step in
        Endpoint(
          method: .post, path: "\(base)/{id}/\(step.rawValue)", summary: step.summary, tag: "steps", access: .right(.workOrderStep),
          input: step.shape, version: .optional, answer: "WorkOrder"
        ) { incoming in
          .answer(try await workOrders.take(step, incoming.input, on: incoming.parameter("id"), incoming.call), in: base)
        }
      }
  }
}

extension WorkOrderStep {
  var summary: String {
    switch self {
    case .depart: "The engineer is on the way"
    case .arrive: "The engineer is on site (SLA-3, FLT-4)"
    case .leave: "The engineer has left (FLT-4)"
    case .handBack: "The work order goes back, with the reason"
    case .record: "Record work, parts and test readings (FLT-4)"
    }
  }
}

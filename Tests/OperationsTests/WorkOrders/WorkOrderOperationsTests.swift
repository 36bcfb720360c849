import Domain
import Operations
import Persistence
import Testing

@Suite struct WorkOrderOperationsTests {
  private func sent(_ desk: TestDesk, to engineers: Actor...) async throws -> (request: String, orders: [String]) {
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    var view = JSON(.null)
    for engineer in engineers {
      desk.test.pass(seconds: 60)
      view = try await desk.take(.dispatch, ["engineer": engineer.id], on: id, by: desk.gao)
    }
    return (id, view["workOrders"].items.map { $0["id"].text })
  }

  @Test func `several engineers each go their own way, on the case one must be named`() async throws {
    let desk = try await TestDesk()
    let (id, orders) = try await sent(desk, to: desk.wang, desk.li)
    let several = "conflict request.several-work-orders"
    #expect(await desk.outcome { try await desk.take(.depart, on: id, by: desk.wang) } == several)
    #expect(try await !desk.find(id)["steps"].texts.contains("depart"))
    #expect(await desk.outcome { try await desk.take(.depart, order: orders[0], by: desk.li) } == "forbidden access.not-allowed")
    try await desk.take(.depart, order: orders[0], by: desk.wang)
    let back = try await desk.take(.handBack, ["reason": "车坏了"], order: orders[1], by: desk.li)
    #expect(back["state"].text == "handed-back" && !back["handedBackAt"].isNull && back["steps"].count == 0)
    try await desk.take(.arrive, on: id, by: desk.wang)
    #expect(try await desk.kinds(id).suffix(3) == ["departed", "handed-back", "arrived"])
    #expect(try await desk.events("work-order/\(orders[1])").last?.body == #"{"reason":"车坏了","workOrder":"\#(orders[1])"}"#)
  }

  @Test func `a refused step names the work order's state, a version passed is said (409, 412)`() async throws {
    let desk = try await TestDesk()
    let (_, orders) = try await sent(desk, to: desk.wang)
    do {
      try await desk.take(.leave, order: orders[0], by: desk.wang)
      Issue.record("taken")
    } catch let refusal as KeptRefusal {
      #expect(refusal.code == "request.work-order-step" && refusal.state == "dispatched")
      #expect(refusal.steps == ["depart", "arrive", "hand-back"])
    }
    _ = try await desk.workOrders.take(.depart, Fields(), on: orders[0], Call(desk.wang, expected: 1))
    let stale = await desk.outcome { try await desk.workOrders.take(.arrive, Fields(), on: orders[0], Call(desk.wang, expected: 1)) }
    #expect(stale == "stale version.stale")
  }

  @Test func `the trip of a cancelled case still gets its end`() async throws {
    let desk = try await TestDesk()
    let (id, orders) = try await sent(desk, to: desk.wang)
    try await desk.take(.cancel, ["reason": "x"], on: id)
    #expect(try await desk.workOrders.find(orders[0], by: desk.wang).steps == ["hand-back"])
    #expect(await desk.outcome { try await desk.take(.arrive, order: orders[0], by: desk.wang) } == "conflict request.not-allowed")
    try await desk.take(.handBack, ["reason": "撤销"], on: id, by: desk.wang)
    #expect(try await desk.find(id)["steps"].texts == ["reopen", "comment"])
  }

  @Test func `lists filter by state, engineer and case`() async throws {
    let desk = try await TestDesk()
    let (first, a) = try await sent(desk, to: desk.wang, desk.li)
    let (_, b) = try await sent(desk, to: desk.wang)
    try await desk.take(.arrive, order: a[0], by: desk.wang)
    try await desk.take(.handBack, ["reason": "x"], order: a[1], by: desk.li)
    func list(_ change: (inout WorkOrderQuery) -> Void, by actor: Actor) async throws -> [String] {
      var query = WorkOrderQuery()
      change(&query)
      return try await desk.workOrders.list(query, by: actor).items.map(\.id)
    }
    #expect(try await list({ _ in }, by: desk.chen) == [b[0], a[1], a[0]])
    #expect(try await list({ $0.state = "open" }, by: desk.chen) == [b[0], a[0]])
    #expect(try await list({ $0.state = "arrived" }, by: desk.chen) == [a[0]])
    #expect(try await list({ $0.state = "handed-back" }, by: desk.chen) == [a[1]])
    #expect(try await list({ $0.engineer = desk.li.staff!.text }, by: desk.chen) == [a[1]])
    #expect(try await list({ $0.request = "SR-20261123-0001" }, by: desk.chen) == [a[1], a[0]])
    #expect(try await list({ $0.request = first }, by: desk.doctor) == [a[1], a[0]])
    #expect(try await list({ _ in }, by: desk.otherDoctor) == [])
    #expect(try await list({ _ in }, by: desk.partner) == [])
    #expect(await desk.outcome { try await list({ $0.state = "lost" }, by: desk.chen) } == "invalid input.invalid")
  }
}

import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct MyDayTests {
  private func sent(_ desk: TestDesk, _ engineer: Actor? = nil, _ more: [String: FieldValue] = ["serialNumber": "SN-1"]) async throws
    -> (request: String, order: String)
  {
    let id = try await desk.report(more)["id"].text
    try await desk.take(.accept, on: id)
    desk.test.pass(seconds: 60)
    let view = try await desk.take(.dispatch, ["engineer": (engineer ?? desk.wang).id], on: id, by: desk.gao)
    return (id, view["workOrders"][0]["id"].text)
  }

  private func day(_ desk: TestDesk, _ actor: Actor? = nil) async throws -> MyDay {
    try await MyDayOperations(desk.test.company).day(by: actor ?? desk.wang)
  }

  @Test func `an engineer takes along the own jobs with all that is needed there, and nobody else's (FLT-4)`() async throws {
    let desk = try await TestDesk()
    let (first, order) = try await sent(desk)
    _ = try await sent(desk, desk.li, ["serialNumber": "SN-2"])
    try await desk.take(.locate, ["cause": "hardware", "part": "供电板 PB-2207"], on: first)
    let job = try #require(try await day(desk).jobs.first)
    #expect(try await day(desk).jobs.map(\.order.id) == [order])
    #expect(job.place.customer == "余干县人民医院" && job.place.site == "门诊楼")
    #expect(job.machine?.category == "DR" && job.readings.id == "dr")
    #expect(job.request.contact.phone == TestDesk.phone && job.bring == ["供电板 PB-2207"])
    #expect(job.plan == [.depart, .arrive, .propose, .agree, .clear, .confirm, .leave])
    #expect(job.others == [.pause, .attempt, .propose, .handBack, .comment])
    let other = await desk.outcome { try await MyDayOperations(desk.test.company).job(order, by: desk.li) }
    #expect(other == "missing access.not-found")
    #expect(await desk.outcome { try await day(desk, desk.finance) } == "forbidden access.not-allowed")
    #expect(try await day(desk, desk.manager).jobs.isEmpty)
  }

  @Test func `the machine's earlier repairs come along, with what was found and by whom (FLT-5)`() async throws {
    let desk = try await TestDesk()
    for index in 0..<6 {
      let id = try await desk.report(["serialNumber": "SN-1"])["id"].text
      try await desk.take(.accept, on: id)
      try await desk.take(.locate, ["cause": "hardware", "part": .text("板 \(index)")], on: id)
      try await desk.take(.clear, ["cause": "hardware", "remedy": .text("换板 \(index)")], on: id, by: desk.wang)
      desk.test.pass(seconds: 60)
    }
    _ = try await sent(desk)
    let history = try #require(try await day(desk).jobs.first?.machine?.history)
    #expect(history.map(\.remedy) == ["换板 5", "换板 4", "换板 3", "换板 2"])
    #expect(history[0].part == "板 5" && history[0].cause == .hardware && history[0].byName == "王")
    // Another case of the machine is no business of an outside firm (ORG-3).
    _ = try await sent(desk, desk.partner)
    #expect(try await day(desk, desk.partner).jobs.first?.machine?.history == [])
  }

  @Test func `whoever is there comes first, and what ended today stays in sight until midnight`() async throws {
    let desk = try await TestDesk()
    let (_, first) = try await sent(desk), (_, second) = try await sent(desk)
    let before = try await day(desk).token
    try await desk.take(.arrive, order: second, by: desk.wang)
    #expect(try await day(desk).jobs.map(\.order.id) == [second, first])
    #expect(try await day(desk).token != before)
    try await desk.take(
      .record, ["work": "换板", "readings": .list([.object(Fields(["name": "供电板 5 V 输出", "value": "5.0"]))])], order: second, by: desk.wang)
    #expect(try await day(desk).jobs[0].recorded.first?.readings?.first?.value == "5.0")
    try await desk.take(.leave, order: second, by: desk.wang)
    #expect(try await day(desk).ended.map(\.order.id) == [second])
    #expect(try await day(desk).jobs.map(\.order.id) == [first])
    desk.at("23:59")
    #expect(try await day(desk).ended.count == 1)
    desk.at("24:00")
    #expect(try await day(desk).ended.isEmpty)
  }

  @Test func `the day's questions walk indexes, never a whole table`() async throws {
    let desk = try await TestDesk()
    try await desk.test.company.database.read { db in
      let open = try db.plan(of: "\(ReadWorkOrders.select) \(MyDayOperations.openSQL)", [.text("s"), .int(21)])
      #expect(open.indexes.contains("work_order_engineer_open") && !open.sorts && !open.scanned.contains("w"), "\(open)")
      let ended = try db.plan(of: MyDayOperations.endedSQL, [.text("s"), .int(40), .integer(0)])
      #expect(ended.indexes.contains("work_order_engineer") && ended.scanned.allSatisfy { $0 == "w" || $0 == "work_order" }, "\(ended)")
      let repairs = try db.plan(of: ReadJobs.repairsSQL([["a"], ["b"]]), [.text("a"), .text("b")])
      #expect(repairs.indexes.contains("request_equipment_reported") && !repairs.scanned.contains("request"), "\(repairs)")
    }
  }
}

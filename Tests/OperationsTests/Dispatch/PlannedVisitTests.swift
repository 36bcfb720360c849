import Domain
import Operations
import Persistence
import Testing

/// Where a visit goes and when it is planned (INT-6).
@Suite struct PlannedVisitTests {
  private func accepted(_ desk: TestDesk) async throws -> String {
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    return id
  }

  @Test func `a dispatch keeps when the engineer is to be there, in the event, the row and the answer`() async throws {
    let desk = try await TestDesk()
    let id = try await accepted(desk)
    let planned = FieldValue.instant(monday("13:15"))
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id, "plannedAt": planned], on: id, by: desk.gao)["workOrders"][0]
    #expect(order["plannedAt"].text == "2026-11-23T05:15:00.000Z")
    #expect(try await desk.events("work-order/\(order["id"].text)")[0].body.contains(#""plannedAt":"2026-11-23T05:15:00.000Z""#))
    #expect(
      try await desk.test.number("SELECT COUNT(*) FROM work_order WHERE planned_at = ?", [.integer(monday("13:15").milliseconds)]) == 1)
    let other = try await accepted(desk)
    let plain = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: other, by: desk.gao)["workOrders"][0]
    #expect(plain["plannedAt"].isNull)
    #expect(try await Verify(desk.test.company).run().findings == [])
  }

  @Test func `a plan lies neither before the dispatch nor years ahead, the running minute counts`() async throws {
    let desk = try await TestDesk()
    let id = try await accepted(desk)
    func send(_ at: Instant) async -> String {
      await desk.outcome { try await desk.take(.dispatch, ["engineer": desk.wang.id, "plannedAt": .instant(at)], on: id, by: desk.gao) }
    }
    #expect(await send(monday("08:59")) == "invalid input.invalid")
    #expect(await send(monday("09:00") + 60 * 86_400 + 1) == "invalid input.invalid")
    desk.test.pass(seconds: 59)
    #expect(await send(monday("09:00")) == "taken")
  }

  @Test func `sites and branches have a place in degrees, written short, refused out of range`() async throws {
    let desk = try await TestDesk()
    let site = try await desk.test.make(
      .sites, ["customer": .text(desk.hospital), "name": "新院区", "latitude": "28.6956", "longitude": "116.6844"])
    let read = try await desk.test.read(.sites, site)
    #expect(read["latitude"].text == "28.6956" && read["longitude"].text == "116.6844")
    let branch = try await desk.test.make(.branches, ["code": "PY", "name": "鄱阳服务站", "district": "鄱阳县", "latitude": "28.9924"])
    #expect(try await desk.test.read(.branches, branch)["longitude"].isNull)
    func latitude(_ text: String) throws -> Fields { try Register.sites.description.changeShape.decode(text: ["latitude": text]) }
    #expect(try latitude("028.500").text("latitude") == "28.5")
    for wrong in ["90.000001", "-91", "28,5", "north"] { #expect(throws: InputRefusal.self) { try latitude(wrong) } }
  }
}

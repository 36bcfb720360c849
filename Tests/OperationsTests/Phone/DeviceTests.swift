import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct DeviceTests {
  private static let phone = "0123456789abcdef0123456789abcdef", other = "fedcba9876543210fedcba9876543210"

  private func report(
    _ desk: TestDesk, _ id: String = phone, by actor: Actor? = nil, unsent: Int = 0, _ more: [String: FieldValue] = [:]
  ) async throws -> DeviceAnswer {
    let input = Fields(more.merging(["kind": "Android", "unsent": .integer(unsent)]) { $1 })
    return try await DeviceOperations(desk.test.company).report(input, of: id, by: actor ?? desk.wang)
  }

  private func list(_ desk: TestDesk) async throws -> [DeviceView] {
    try await DeviceOperations(desk.test.company).list(after: nil, limit: 50, by: desk.gao).items
  }

  @Test func `a phone with unsent work that says nothing for half an hour is silent, longest first`() async throws {
    let desk = try await TestDesk()
    _ = try await report(desk, unsent: 3, ["oldestAt": .instant(monday("08:58"))])
    desk.test.pass(seconds: 60)
    _ = try await report(desk, Self.other, by: desk.li)
    desk.test.pass(seconds: 1_700)
    #expect(try await list(desk).map(\.isSilent) == [false, false])
    desk.test.pass(seconds: 100)
    let devices = try await list(desk)
    #expect(devices.map(\.staff.name) == ["王", "李"] && devices.map(\.isSilent) == [true, false])
    #expect(devices[0].unsent == 3 && devices[0].oldestAt == monday("08:58"))
    // Whoever is out may hold more than the phone last said.
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.dispatch, ["engineer": desk.li.id], on: id, by: desk.gao)
    try await desk.take(.depart, on: id, by: desk.li)
    desk.test.pass(seconds: 1)
    #expect(try await list(desk).map(\.isSilent) == [true, true])
  }

  @Test func `the board knows whose phone is silent, by the phone that was heard last (FLT-4)`() async throws {
    let desk = try await TestDesk(), devices = DeviceOperations(desk.test.company)
    let wang = try #require(desk.wang.staff?.text), li = try #require(desk.li.staff?.text)
    _ = try await report(desk, unsent: 3)
    desk.test.pass(seconds: 1_801)
    #expect(try await devices.silent([wang, li], by: desk.gao) == [wang: monday("09:00")])
    #expect(try await devices.silent([li], by: desk.gao).isEmpty)
    #expect(try await devices.silent([], by: desk.gao).isEmpty)
    // A second phone that speaks is the one in the hand.
    _ = try await report(desk, Self.other)
    #expect(try await devices.silent([wang, li], by: desk.gao).isEmpty)
    #expect(await desk.outcome { try await devices.silent([wang], by: desk.wang) } == "forbidden access.not-allowed")
  }

  @Test func `the office has a lost phone forget; it says so, and is gone from the list`() async throws {
    let desk = try await TestDesk(), devices = DeviceOperations(desk.test.company)
    #expect(try await report(desk, unsent: 1).forget == false)
    try await devices.forget(Self.phone, by: desk.gao)
    try await devices.forget(Self.phone, by: desk.gao)
    #expect(try await list(desk).first?.forgetAt == monday("09:00"))
    #expect(try await report(desk, unsent: 1).forget)
    #expect(try await report(desk, unsent: 1, ["forgotten": .bool(true)]).forget == false)
    #expect(try await list(desk).isEmpty)
    #expect(try await desk.test.number("SELECT lost FROM device") == 1)
    #expect(await desk.outcome { try await devices.forget("nobody", by: desk.gao) } == "missing access.not-found")
    #expect(await desk.outcome { try await devices.forget(Self.phone, by: desk.wang) } == "forbidden access.not-allowed")
  }

  @Test func `nobody speaks for somebody else's phone, and a name that is none is refused`() async throws {
    let desk = try await TestDesk()
    _ = try await report(desk)
    #expect(await desk.outcome { try await report(desk, by: desk.li) } == "missing access.not-found")
    #expect(await desk.outcome { try await report(desk, "x/../y") } == "missing access.not-found")
    #expect(await desk.outcome { try await report(desk, by: desk.finance) } == "forbidden access.not-allowed")
  }

  @Test func `a phone learns that its day has changed`() async throws {
    let desk = try await TestDesk()
    let before = try await report(desk).day
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    let after = try await report(desk).day
    #expect(before != after)
    #expect(try await MyDayOperations(desk.test.company).day(by: desk.wang).token == after)
    // What the office does on the case is news too, though the work order stays as it is.
    try await desk.take(.comment, ["text": "院方请先到三楼"], on: id, by: desk.gao)
    let told = try await report(desk).day, day = try await MyDayOperations(desk.test.company).day(by: desk.wang)
    #expect(told != after && told == day.token && day.jobs.map(\.order.token) == [told])
  }

  @Test func `the list of phones walks its index`() async throws {
    let desk = try await TestDesk()
    try await desk.test.company.database.read { db in
      let plan = try db.plan(of: DeviceOperations.listSQL, [.integer(0), .text(""), .int(51)])
      #expect(plan.indexes.contains("device_seen") && !plan.sorts && plan.scanned == [], "\(plan)")
      let those = try db.plan(of: DeviceOperations.silentSQL(["a", "b"]), [.text("a"), .text("b")])
      #expect((TestEngine.dialect == .postgres || those.indexes.contains("device_staff")) && those.scanned == [], "\(those)")
    }
  }
}

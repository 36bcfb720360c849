import Domain
import Operations
import Persistence
import Testing

/// What those outside the company may not learn, however they ask (ORG-3, ORG-5).
@Suite struct OutsiderTests {
  private func refusal(_ body: () async throws -> some Any) async -> KeptRefusal? {
    do { _ = try await body() } catch let refusal as any Refusal { return KeptRefusal(refusal) } catch {}
    return nil
  }

  @Test func `what is not a hospital's own answers like what does not exist`() async throws {
    let desk = try await TestDesk()
    let model = try await desk.test.make(.models, ["name": "US-9", "manufacturer": "万东", "category": "ultrasound"])
    let stock = try await desk.test.make(.equipment, ["serialNumber": "STOCK-1", "model": .text(model)])
    let site = try await desk.test.make(.sites, ["customer": .text(desk.otherHospital), "name": "本部"])
    for (field, foreign) in [
      ("serialNumber", ["SN-2", "STOCK-1"]), ("equipment", [desk.otherMachine, stock]), ("site", [site]),
    ] {
      let unknown = await refusal { try await desk.report([field: "nothing"], by: desk.doctor) }
      #expect(unknown?.fields.map(\.field) == [field])
      for value in foreign {
        #expect(await refusal { try await desk.report([field: .text(value)], by: desk.doctor) } == unknown, "\(field) \(value)")
      }
    }
    #expect(try await desk.report(["equipment": .text(desk.machine), "site": .text(desk.site)], by: desk.doctor)["number"].text != "")
  }

  @Test func `another hospital's contact is only a text to a hospital's user`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report(["serialNumber": "SN-2"], by: desk.otherDoctor)["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.acknowledge, ["contact": .text(desk.contact), "how": "phone"], on: id, by: desk.otherDoctor)
    try await desk.take(.acknowledge, ["contact": .text(desk.contact), "how": "phone"], on: id, by: desk.chen)
    let bodies = try await desk.events("request/\(id)").filter { $0.kind == "acknowledged" }.map(\.body)
    #expect(bodies.map { $0.contains(desk.contact) } == [false, true])
  }

  @Test func `a partner sees its own work orders of a case, not who else is sent (ORG-3)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    for engineer in [desk.wang, desk.partner] { try await desk.take(.dispatch, ["engineer": engineer.id], on: id, by: desk.gao) }
    #expect(try await desk.find(id, by: desk.chen)["workOrders"].items.count == 2)
    let seen = try await desk.find(id, by: desk.partner)["workOrders"].items
    #expect(seen.map { $0["partner"].text } == ["江西医修"])
    let listed = try await desk.requests.list(RequestQuery(), by: desk.partner).items
    #expect(listed.flatMap(\.workOrders).map(\.partner) == ["江西医修"])
    #expect(try await desk.find(id, by: desk.doctor)["workOrders"].items.count == 2)
  }
}

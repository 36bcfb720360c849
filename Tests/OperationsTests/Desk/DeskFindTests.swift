import Domain
import Persistence
import Testing

@testable import Operations

@Suite struct DeskFindTests {
  private static func find(_ desk: TestDesk, _ text: String, by actor: Actor? = nil) async throws -> DeskFound {
    try await desk.desk.find(text, by: actor ?? desk.chen)
  }

  @Test func `who calls leads to the own hospital and its machines (INT-3)`() async throws {
    let desk = try await TestDesk()
    let found = try await Self.find(desk, TestDesk.phone)
    #expect(found.caller?.name == "周主任" && found.caller?.customer == "余干县人民医院")
    #expect(found.machines.map(\.id) == [desk.machine])
    #expect(found.customers.map(\.machines) == [1])
    #expect(try await Self.find(desk, "\(TestDesk.phone.prefix(3)) \(TestDesk.phone.dropFirst(3))").caller != nil)
  }

  @Test func `a name finds customer and machines, initials too, and what is open is told (INT-3)`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let found = try await Self.find(desk, "yg dr")
    #expect(found.machines.map(\.id) == [desk.machine])
    #expect(found.machines.first?.openCases == 1 && found.machines.first?.place == "门诊楼" && found.machines.first?.isKey == true)
    #expect(try await Self.find(desk, "不启动").open.map(\.number) == [number])
    #expect(try await Self.find(desk, "weibao:\(number)").open.map(\.number) == [number])
    #expect(try await Self.find(desk, "没有这个词").isEmpty)
  }

  @Test func `a device's code names one machine`() async throws {
    let desk = try await TestDesk()
    let model = try await desk.test.make(
      .models, ["name": "DX-560", "manufacturer": "万东", "category": "DR", "udi": "06901234567892"])
    let machine = try await desk.test.make(
      .equipment, ["serialNumber": "DX56-0117", "model": .text(model), "customer": .text(desk.hospital)])
    let other = try await desk.test.make(.equipment, ["serialNumber": "DX56-0118", "model": .text(model)])
    #expect(try await Self.find(desk, "(01)06901234567892(17)340501(21)DX56-0117").onlyMachine == machine)
    #expect(
      try await Set(Self.find(desk, "(01)06901234567892").machines.map(\.id)) == [machine, other],
      "without a serial number, those of the model")
    #expect(try await Self.find(desk, "(01)16901234567899(21)DX56-0117").isEmpty)
  }

  @Test func `the label on a machine names it, until it is revoked (INT-3)`() async throws {
    let desk = try await TestDesk(), links = LinkOperations(desk.attachments)
    let link = try #require(try await links.labels(for: [desk.machine], by: desk.chen).first).link
    let address = "https://desk.example/m/\(link.token)"
    #expect(try await Self.find(desk, address).onlyMachine == desk.machine)
    #expect(try await Self.find(desk, "https://desk.example/m/0123456789abcdefghjkmnpqrs").isEmpty)
    try await links.revoke(link.id, by: desk.manager)
    let after = try await Self.find(desk, address)
    #expect(after.isEmpty && after.isScanned)
  }

  @Test func `outsiders and partners have no desk (ORG-3)`() async throws {
    let desk = try await TestDesk()
    for actor in [desk.doctor, desk.partner] {
      #expect(await desk.outcome { try await desk.desk.find("余干", by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await desk.desk.machine(desk.machine, by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await desk.desk.customer(desk.hospital, by: actor) } == "forbidden access.not-allowed")
    }
  }

  @Test func `whom a card shows stands in the access log`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.desk.machine(desk.machine, by: desk.chen)
    try await desk.test.company.views.flush(in: desk.test.company)
    #expect(
      try await desk.test.number(
        "SELECT COUNT(*) FROM access_log WHERE event = 'personal-view' AND what = ?", [.text("contacts of customer/\(desk.hospital): 1")])
        == 1)
  }
}

extension TestDesk {
  var desk: DeskOperations { DeskOperations(test.company) }
}

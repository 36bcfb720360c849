import Domain
import Operations
import Persistence
import Testing

@testable import Operations

@Suite struct RegisterChangesTests {
  private func told(_ changes: [RegisterChange]) -> [String] {
    changes.map { change in
      let fields = change.fields.map { "\($0.name) \(shown($0.from))→\(shown($0.to))" }
      return ([change.event, change.actorName ?? "-", change.other?.name, change.reason].compactMap { $0 } + fields).joined(separator: " ")
    }
  }

  private func shown(_ value: RegisterChange.Value) -> String {
    switch value {
    case .none: "∅"
    case .erased: "✗"
    case .text(let text): text
    case .reference(_, let name): name
    case .whole(let json): json.json
    }
  }

  @Test func `history says who changed which field from what to what, newest first (ORG-2)`() async throws {
    let desk = try await TestDesk()
    let registers = desk.test.registers
    let change = Fields(["phone": "13800000009", "site": .text(desk.site), "email": .null])
    _ = try await registers.change(.contacts, desk.contact, change, Call(desk.chen, expected: 1))
    _ = try await registers.archive(.contacts, desk.contact, Call(desk.manager))
    let (changes, more) = try await registers.changes(.contacts, of: desk.contact, by: desk.chen)
    #expect(!more)
    #expect(
      told(changes) == [
        "archived 刘", "recorded 陈 site ∅→门诊楼 phone 13807910001→13800000009",
        "recorded - customer ∅→余干县人民医院 name ∅→周主任 phone ∅→13807910001 function ∅→main-user",
      ])
    #expect(try await registers.changes(.contacts, of: desk.contact, limit: 1, by: desk.chen).more)
  }

  @Test func `what was erased is told as that, and nobody outside reads who wrote what`() async throws {
    let desk = try await TestDesk()
    _ = try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: false, by: .system)
    let changes = try await desk.test.registers.changes(.contacts, of: desk.contact, by: desk.chen).changes
    #expect(told(changes).contains { $0.contains("name ∅→✗") && $0.contains("phone ∅→✗") })
    await #expect(throws: AccessError.notAllowed(.registerRead)) {
      try await desk.test.registers.changes(.contacts, of: desk.contact, by: desk.doctor)
    }
  }

  @Test func `a merge is told on both sides, with its reason (ORG-5)`() async throws {
    let desk = try await TestDesk()
    let twin = try await desk.test.make(.customers, ["name": "余干县医院"])
    let input = Fields(["into": .text(desk.hospital), "reason": "同一块牌子"])
    _ = try await desk.test.registers.merge(.customers, twin, input, Call(desk.manager))
    let survivor = try await desk.test.registers.changes(.customers, of: desk.hospital, by: desk.chen).changes
    #expect(told(survivor).first { $0.hasPrefix("absorbed") } == "absorbed 刘 余干县医院 同一块牌子")
    #expect(survivor.contains { $0.event == "merged" && $0.isAbsorbed })
    let gone = try await desk.test.registers.changes(.customers, of: twin, by: desk.chen).changes
    #expect(told(gone).first == "merged 刘 余干县人民医院 同一块牌子")
  }

  @Test func `a record is known as it was at any version`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.test.registers.change(.sites, desk.site, Fields(["name": "住院楼"]), Call(.system, expected: 1))
    let first = try await desk.test.registers.values(.sites, of: desk.site, at: 1, by: desk.chen)
    #expect(first?["name"] == .text("门诊楼"))
    #expect(first?["customer"] == .reference(id: desk.hospital, name: "余干县人民医院"))
    #expect(try await desk.test.registers.values(.sites, of: desk.site, at: 2, by: desk.chen)?["name"] == .text("住院楼"))
    #expect(try await desk.test.registers.values(.sites, of: desk.site, at: 9, by: desk.chen) == nil)
  }

  @Test func `what may be the same is found before another is made (ORG-2)`() async throws {
    let desk = try await TestDesk()
    func alike(_ register: Register, _ values: [String: FieldValue]) async throws -> [String] {
      try await desk.test.registers.alike(register, Fields(values), by: desk.chen).map(\.id)
    }
    #expect(try await alike(.customers, ["name": "余干县人民医院"]) == [desk.hospital])
    #expect(try await alike(.customers, ["name": "万年县人民医院"]) == [])
    #expect(
      try await alike(.contacts, ["name": "别人", "phone": .text(TestDesk.phone), "customer": .text(desk.otherHospital)]) == [desk.contact])
    #expect(try await alike(.contacts, ["name": "周主任", "phone": "1", "customer": .text(desk.hospital)]) == [desk.contact])
    #expect(try await alike(.equipment, ["serialNumber": "sn1"]) == [desk.machine])
    #expect(try await alike(.sites, ["name": "门诊楼", "customer": .text(desk.hospital)]) == [desk.site])
    #expect(try await alike(.sites, ["name": "门诊楼", "customer": .text(desk.otherHospital)]) == [])
    #expect(try await alike(.staff, ["name": "王"]) == [desk.wang.staff?.text ?? ""])
  }
}

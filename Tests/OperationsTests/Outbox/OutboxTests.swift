import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct OutboxTests {
  private func rows(_ desk: TestDesk) async throws -> [OutboxRow] {
    try await desk.test.company.database.read { db in
      try db.rows("SELECT \(OutboxRow.columns.joined(separator: ", ")) FROM outbox ORDER BY created, recipient, channel", []) {
        OutboxRow($0)
      }
    }.compactMap(\.self)
  }

  @Test func `a message is put once, whoever puts it again, and not at all where its fact is undone`() async throws {
    let desk = try await TestDesk(), company = desk.test.company
    let message = OutgoingMessage(
      key: "warned/request/1/respond", kind: .warned, to: .staff("s1"), stream: "request/1", number: "SR-1",
      facts: ["due": "1", "zh": "响应\n"])
    try await company.database.write { db in
      try Outbox.put(message, at: monday("09:00"), chance: company.chance, in: db)
      try Outbox.put(message, at: monday("09:01"), chance: company.chance, in: db)
    }
    _ = try? await company.database.write { db in
      try Outbox.put(
        .init(key: "other", kind: .test, to: .rooms, stream: "", number: nil), at: monday("09:00"), chance: company.chance, in: db)
      throw AccessError.notFound("undone")
    }
    let found = try await rows(desk)
    #expect(found.map(\.message) == [message])
    #expect(found.first?.channel == .screen && found.first?.state == .waiting && found.first?.created == monday("09:00"))
  }

  @Test func `possible harm is put for every active member of quality and for the rooms, as an emergency (BEY-2)`() async throws {
    let desk = try await TestDesk()
    let gone = try await desk.test.make(.staff, ["name": "吴", "role": "quality"])
    _ = try await desk.test.registers.archive(.staff, gone, Call(.system))
    let id = try await desk.report(["serialNumber": "SN-1", "harm": "injury"])["id"].text
    let found = try await rows(desk)
    #expect(found.map(\.message.to) == [.rooms, .staff(desk.quality.staff?.text ?? "")])
    #expect(found.allSatisfy { $0.message.isEmergency && $0.message.kind == .harm && $0.message.stream == "request/\(id)" })
    #expect(found.first?.message.facts == ["harm": "injury", "customer": "余干县人民医院"])
    // What was suspected afterwards is another fact.
    try await desk.take(.change, ["harm": "death"], on: id)
    #expect(try await rows(desk).count == 4)
  }
}

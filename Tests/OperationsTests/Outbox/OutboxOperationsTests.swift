import Domain
import Persistence
import Synchronization
import TestEngines
import Testing

@testable import Operations

@Suite struct OutboxOperationsTests {
  private func dead(_ out: OutboxDesk) async throws -> OutboxView {
    try await out.set(out.desk.wang) { $0.email = "w@example.com" }
    try await out.put(out.told(out.desk.wang))
    out.world.answers.withLock { $0 = Array(repeating: .refused(code: "smtp-550", text: "no"), count: 2) }
    try await out.send()
    out.desk.test.pass(seconds: 7)
    try await out.send()
    _ = out.world.taken
    return try #require(try await operations(out).list(.dead, after: nil, limit: 10, by: out.desk.manager).items.first)
  }

  private func operations(_ out: OutboxDesk) -> OutboxOperations { OutboxOperations(out.company, channels: out.channels) }

  @Test func `a dead letter is sent again by a person, or given up, and both are on record`() async throws {
    let out = try await OutboxDesk(), outbox = operations(out), letter = try await dead(out)
    #expect(letter.name == "王" && letter.row.error == "smtp-550")
    #expect(await out.desk.outcome { try await outbox.resend(letter.row.id, by: out.desk.chen) } == "forbidden access.not-allowed")
    try await outbox.giveUp(letter.row.id, by: out.desk.manager)
    #expect(try await out.send() == 0)
    #expect(await out.desk.outcome { try await outbox.giveUp(letter.row.id, by: out.desk.manager) } == "conflict outbox.ended")
    try await outbox.resend(letter.row.id, by: out.desk.manager)
    try await out.send()
    #expect(out.world.taken.count == 1)
    #expect(await out.desk.outcome { try await outbox.resend(letter.row.id, by: out.desk.manager) } == "conflict outbox.ended")
    #expect(try await outbox.list(.sent, after: nil, limit: 10, by: out.desk.manager).items.map(\.row.id) == [letter.row.id])
    #expect(try await out.desk.test.number("SELECT COUNT(*) FROM access_log WHERE event LIKE 'message-%'") == 2)
  }

  @Test func `what was given up while it was being sent stays given up`() async throws {
    let out = try await OutboxDesk(), outbox = operations(out), letter = try await dead(out)
    try await outbox.resend(letter.row.id, by: out.desk.manager)
    let claim = try await OutboxQueue(company: out.company).claim(.mail, limit: 1)
    try await outbox.giveUp(letter.row.id, by: out.desk.manager)
    #expect(
      try await OutboxQueue(company: out.company).end(
        claim.rows[0], .later(monday("10:00"), error: nil, text: nil, counts: true), holder: claim.holder) == false)
    #expect(try await out.rows().map(\.state) == [.givenUp])
  }

  @Test func `a person says how to be told; what is no address or time is refused by its field`() async throws {
    let out = try await OutboxDesk(), outbox = operations(out), wang = out.desk.wang
    func refused(_ values: [String: FieldValue]) async -> [String] {
      do {
        try await outbox.set(Fields(["language": "zh", "sms": "never"].merging(values) { $1 }), by: wang)
        return []
      } catch { return (error as? any Refusal)?.fields.map(\.field) ?? ["?"] }
    }
    #expect(await refused(["email": "no"]) == ["email"])
    #expect(await refused(["quietFrom": "25:00", "quietTo": "07:00"]) == ["quietFrom"])
    #expect(await refused(["quietFrom": "22:00"]) == ["quietTo"])
    #expect(await refused(["email": "w@example.com", "quietFrom": "22:00", "quietTo": "07:00"]) == [])
    let reach = try await outbox.setting(by: wang)
    #expect(reach.setting.email == "w@example.com" && reach.setting.quiet == QuietHours(from: 1_320, to: 420) && reach.hasMail)
    try await outbox.test(by: wang)
    try await outbox.test(by: wang)
    try await out.send()
    #expect(out.world.taken.count == 1)
  }

  @Test func `who is erased is told nothing more, and nothing of them stays in the outbox`() async throws {
    let out = try await OutboxDesk(), contact = out.desk.contact
    try await out.put(
      .init(key: "a", kind: .announcement, to: .contact(contact), stream: "", number: nil),
      .init(key: "b", kind: .warned, to: .staff("x"), stream: "", number: nil, facts: ["zh": "call \(TestDesk.phone)"]))
    let forget = ForgetOperations(out.company)
    #expect(try await forget.run(contact, dryRun: true, by: .system).counts[.outbox] == 2)
    #expect(try await forget.run(contact, dryRun: false, by: .system).counts[.outbox] == 2)
    #expect(try await out.rows("1 = 1").allSatisfy { $0.state == .givenUp && $0.error == "forgotten" && $0.message.facts.isEmpty })
    try await out.send()
    #expect(out.world.taken.isEmpty)
    #expect(try await forget.run(contact, dryRun: false, by: .system).counts[.outbox] == 0)
  }
}

import Domain
import Persistence
import Synchronization
import TestEngines
import Testing

@testable import Operations

@Suite struct OutboxSenderTests {
  @Test func `a message goes on the ways that its recipient chose, and to the rooms that take its kind, once`() async throws {
    let out = try await OutboxDesk(), quality = out.desk.quality
    try await out.set(quality) { ($0.email, $0.sms) = ("zheng@example.com", .always) }
    try await out.desk.test.edit(.staff, quality, ["phone": "138 0791 0009"])
    try await out.put(out.told(quality, .harm, isEmergency: true))
    try await out.send()
    let calls = out.world.taken
    #expect(calls.count == 3 && calls.count(where: \.isMail) == 1)
    #expect(calls.contains { $0.text.contains(#""mobile":"13807910009""#) })
    #expect(try await out.rows("1 = 1").allSatisfy { $0.state == .sent && $0.sentAt == monday("09:00") })
    #expect(try await out.send() == 0)
    // The same fact again, and told to a colleague as well: the room knows it already.
    try await out.put(out.told(quality, .harm, isEmergency: true), out.told(out.desk.wang, .harm, isEmergency: true))
    try await out.send()
    #expect(out.world.taken.isEmpty)
  }

  @Test func `who chose nothing is told on the screen, and by text message in an emergency`() async throws {
    let out = try await OutboxDesk(file: OutboxDesk.gateway), wang = out.desk.wang
    try await out.desk.test.edit(.staff, wang, ["phone": "13807910009"])
    try await out.put(out.told(wang))
    try await out.send()
    #expect(out.world.taken.isEmpty)
    try await out.put(out.told(wang, key: "k2", isEmergency: true))
    try await out.send()
    #expect(out.world.taken.count == 1)
  }

  @Test func `what is no emergency waits until the quiet hours end, over midnight too; an emergency and a test do not`() async throws {
    let out = try await OutboxDesk(), wang = out.desk.wang
    try await out.set(wang) { ($0.email, $0.quiet) = ("w@example.com", QuietHours(from: 22 * 60, to: 7 * 60)) }
    out.desk.at("23:30")
    try await out.put(out.told(wang), out.told(wang, key: "k2", .escalated, isEmergency: true), out.told(wang, key: "k3", .test))
    try await out.send()
    #expect(out.world.taken.count(where: \.isMail) == 2)
    out.desk.at("30:59")
    #expect(try await out.send() == 0)
    out.desk.at("31:00")
    #expect(try await out.send() == 1)
    #expect(out.world.taken.count == 1)
    // A retry does not wake anybody either, and is not counted as a try.
    out.desk.at("45:59")
    out.world.answers.withLock { $0 = [.trouble(code: "http-500", text: "")] }
    try await out.put(out.told(wang, key: "k4"))
    try await out.send()
    out.desk.at("46:10")
    try await out.send()
    let waiting = try #require(try await out.rows("state = 'waiting'").first)
    #expect(waiting.nextTry == monday("55:00") && waiting.attempts == 1)
  }

  @Test func `a try that fails is made again, each time later, and then a person decides`() async throws {
    let out = try await OutboxDesk(), wang = out.desk.wang
    try await out.set(wang) { $0.email = "w@example.com" }
    try await out.put(out.told(wang))
    out.world.answers.withLock { $0 = Array(repeating: .trouble(code: "timeout", text: "to <w@example.com>\r\nX: y"), count: 20) }
    var waits: [Int64] = []
    for _ in 0..<19 {
      #expect(try await out.send() > 0)
      let row = try #require(try await out.rows().first)
      #expect(row.state == .waiting && row.error == "timeout" && row.errorText == "to <…>  X: y")
      waits.append(row.nextTry.milliseconds - out.desk.test.now.milliseconds)
      out.desk.test.set(row.nextTry)
    }
    for (place, wait) in waits.enumerated() {
      let even = min(5_000 << Int64(place), 3_600_000)
      #expect(wait >= even * 3 / 4 && wait <= even * 5 / 4)
    }
    try await out.send()
    #expect(try await out.rows().map(\.state) == [.dead])
    out.desk.test.pass(seconds: 86_400)
    #expect(try await out.send() == 0)
    #expect(Set(out.world.taken.compactMap { $0.header("Message-ID") }).count == 1)
  }

  @Test func `what the other side refuses is tried once more only`() async throws {
    let out = try await OutboxDesk(), wang = out.desk.wang
    try await out.set(wang) { $0.email = "w@example.com" }
    try await out.put(out.told(wang))
    out.world.answers.withLock { $0 = Array(repeating: .refused(code: "smtp-550", text: "no such user w@example.com"), count: 2) }
    try await out.send()
    out.desk.test.pass(seconds: 7)
    try await out.send()
    let row = try #require(try await out.rows().first)
    #expect(row.state == .dead && row.error == "smtp-550" && row.errorText == "no such user …")
  }

  @Test func `a node that dies lets go when its time is over, and what comes back late changes nothing`() async throws {
    let out = try await OutboxDesk(), queue = OutboxQueue(company: out.company)
    try await out.set(out.desk.wang) { $0.email = "w@example.com" }
    try await out.put(out.told(out.desk.wang))
    _ = try await out.sender.work(.screen)
    let dead = try await queue.claim(.mail, limit: 4)
    #expect(dead.rows.count == 1)
    #expect(try await queue.claim(.mail, limit: 4).rows.isEmpty)
    out.desk.test.pass(seconds: 90)
    let second = try await queue.claim(.mail, limit: 4)
    #expect(second.rows.map(\.id) == dead.rows.map(\.id) && second.rows.first?.attempts == 2)
    #expect(try await queue.end(dead.rows[0], .dead(error: "late", text: nil), holder: dead.holder) == false)
    #expect(try await queue.end(second.rows[0], .sent, holder: second.holder))
    #expect(try await out.rows().map(\.state) == [.sent])
  }

  @Test func `nodes that claim at once never hold the same row`() async throws {
    let out = try await OutboxDesk(), company = out.company
    let messages = (0..<60).map { out.told(out.desk.wang, key: "k\($0)") }
    try await company.database.write { db in
      for message in messages { try Outbox.insert(OutboxRow(message, .mail, at: try company.clock(), chance: company.chance), in: db) }
    }
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<6 {
        group.addTask {
          var mine: [String] = []
          while case let rows = try await OutboxQueue(company: company).claim(.mail, limit: 4).rows, !rows.isEmpty {
            mine += rows.map(\.id)
          }
          return mine
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 60 && Set(claimed).count == 60)
  }

  @Test func `an emergency goes before a thousand announcements`() async throws {
    let out = try await OutboxDesk(), company = out.company, contact = out.desk.contact
    let urgent = out.told(out.desk.wang, isEmergency: true)
    try await company.database.write { db in
      for number in 0..<1_000 {
        let message = OutgoingMessage(key: "a\(number)", kind: .announcement, to: .contact(contact), stream: "", number: nil)
        try Outbox.insert(OutboxRow(message, .mail, at: monday("08:00"), chance: company.chance), in: db)
      }
      try Outbox.insert(OutboxRow(urgent, .mail, at: monday("09:00"), chance: company.chance), in: db)
    }
    #expect(try await OutboxQueue(company: company).claim(.mail, limit: 4).rows.first?.message == urgent)
  }

  @Test func `what is due is found by its index, however much was sent`() async throws {
    let out = try await OutboxDesk()
    let (due, claim, passed, list) = try await out.company.database.read { db in
      (
        try db.plan(of: OutboxQueue.dueSQL(2), [.text("mail"), .integer(1), .text("sms"), .integer(1)]),
        try db.plan(
          of:
            "SELECT id FROM outbox WHERE channel = ? AND rank = ? AND state = 'waiting' AND next_try <= ? ORDER BY next_try, id LIMIT ?",
          [.text("mail"), .int(0), .integer(1), .int(4)]),
        try db.plan(of: OutboxSender.passedSQL, [.text("sent"), .integer(1)]),
        try db.plan(of: OutboxOperations.listSQL, [.text("dead"), .integer(1), .text(""), .int(51)])
      )
    }
    for (plan, index) in [(due, "outbox_due"), (claim, "outbox_due"), (passed, "outbox_passing"), (list, "outbox_state")] {
      #expect(plan.scanned.isEmpty && plan.indexes.contains(index) && !plan.sorts, "\(plan)")
    }
  }

  @Test func `who left the company is told nothing, and who cannot be reached is seen`() async throws {
    let out = try await OutboxDesk()
    try await out.set(out.desk.wang) { $0.email = "w@example.com" }
    _ = try await out.desk.test.registers.archive(.staff, out.desk.wang.staff?.text ?? "", Call(.system))
    let nobody = try await out.desk.test.make(
      .contacts, ["customer": .text(out.desk.hospital), "name": "吴", "phone": "请打科室", "email": "none at all"])
    try await out.put(
      out.told(out.desk.wang), .init(key: "a", kind: .announcement, to: .contact(nobody), stream: "", number: nil),
      .init(key: "b", kind: .test, to: .room("no such room"), stream: "", number: nil))
    try await out.send()
    #expect(out.world.taken.isEmpty)
    #expect(
      Set(try await out.rows("1 = 1").map { "\($0.message.key) \($0.state) \($0.error ?? "")" }) == [
        "k givenUp gone", "a dead unreachable", "b dead no-channel",
      ])
  }
}

extension TestCompany {
  func edit(_ register: Register, _ who: Actor, _ values: [String: FieldValue]) async throws {
    let id = who.staff?.text ?? "", version = try await registers.find(register, id, by: .system).version
    _ = try await registers.change(register, id, Fields(values), Call(.system, expected: version))
  }
}

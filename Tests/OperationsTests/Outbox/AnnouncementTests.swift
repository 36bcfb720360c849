import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct AnnouncementTests {
  private func policy(_ version: String, _ hotline: String) -> String {
    """
    policy: "\(version)"
    hotline: "\(hotline)"
    targets:
      - {id: respond, clause: SLA-1, name: {zh: 响应, en: Response}, starts: reported, met_by: responded, within: 2h}
    """
  }

  private func prepared() async throws -> (OutboxDesk, AnnouncementOperations) {
    let out = try await OutboxDesk(), policies = PolicyOperations(out.company)
    _ = try await policies.record(policy("one", "0791-1"), calendars: [:], by: .system)
    _ = try await policies.activate("one", by: .system)
    _ = try await policies.record(policy("two", "0791-2"), calendars: [:], by: .system)
    return (out, AnnouncementOperations(out.company, channels: out.channels))
  }

  @Test func `every customer is told once, in writing, and the proof of it stays (ORG-6)`() async throws {
    let (out, announcements) = try await prepared()
    let from = monday("09:00") + 4 * 86_400
    #expect(try await announcements.problem("two", from: from) == .notAnnounced("0791-2", before: "0791-1"))
    let made = try await announcements.announce("two", from: from, by: .system)
    // The one hospital has a contact with a phone; the other has nobody.
    #expect(made.customers == 2 && made.letters == 1 && made.waiting == 1 && made.before == "0791-1")
    #expect(try await announcements.problem("two", from: from) == .notAllSent(2))
    try await out.send()
    #expect(out.world.taken.map(\.text).allSatisfy { $0.contains("0791-2") && $0.contains("13807910001") })
    try await announcements.lettersSent(made.id, by: out.desk.manager)
    #expect(try await announcements.problem("two", from: from) == nil)
    // Again: nobody is told twice, and nothing more is in the journal.
    let again = try await announcements.announce("two", from: from, by: .system)
    #expect(again.id == made.id && again.sent == 1 && again.lettersToSend == 0)
    try await out.send()
    #expect(out.world.taken.isEmpty)
    let events = try await out.desk.events("policy/two")
    #expect(events.map(\.kind) == ["recorded", "announced"])
    #expect(try JSON(events[1].body)["customers"].integer == 2)
    // The policy itself is as it was, and can be activated.
    _ = try await PolicyOperations(out.company).activate("two", from: from, by: .system)
    #expect(try await Verify(out.company).run(files: false).findings.isEmpty)
    var csv = ""
    try await announcements.export(made.id, chinese: false, by: out.desk.manager) { csv += $0 }
    let lines = csv.split(separator: "\n")
    #expect(lines.count == 3 && lines.contains { $0.hasPrefix("余干县人民医院,周主任,") && $0.contains(",sms,sent,2026-11-23T01:00:00.000Z,") })
    #expect(lines.contains { $0.hasPrefix("进贤县中医院,,") && $0.contains(",letter,sent,") })
  }

  @Test func `a number that comes back is announced anew: what was said before it went proves nothing (ORG-6)`() async throws {
    let (out, announcements) = try await prepared()
    let policies = PolicyOperations(out.company), day: Int64 = 86_400
    func announced(_ version: String) async throws {
      let made = try await announcements.announce(version, from: out.company.clock() + 4 * day, by: .system)
      try await out.send()
      try await announcements.lettersSent(made.id, by: out.desk.manager)
      out.desk.test.pass(seconds: 4 * day)
      #expect(try await announcements.problem(version, from: out.company.clock()) == nil)
      _ = try await policies.activate(version, by: .system)
      out.desk.test.pass(seconds: 60)
    }
    try await announced("two")
    _ = try await policies.record(policy("three", "0791-1"), calendars: [:], by: .system)
    try await announced("three")
    // The second number was announced, went, and is to come back.
    _ = try await policies.record(policy("four", "0791-2"), calendars: [:], by: .system)
    #expect(try await announcements.problem("four", from: out.company.clock() + 9 * day) == .notAnnounced("0791-2", before: "0791-1"))
  }

  @Test func `a number is compared with the one it takes the place of, and its announcement is for that day (ORG-6)`() async throws {
    let (out, announcements) = try await prepared()
    let policies = PolicyOperations(out.company), day: Int64 = 86_400, now = monday("09:00")
    // The second number will hold from the 5th day on; the third takes its place on the 8th, announced while the first holds still.
    _ = try await policies.activate("two", from: now + 5 * day, by: .system)
    _ = try await policies.record(policy("three", "0791-3"), calendars: [:], by: .system)
    let made = try await announcements.announce("three", from: now + 8 * day, by: .system)
    #expect(made.before == "0791-2")
    try await out.send()
    try await announcements.lettersSent(made.id, by: out.desk.manager)
    out.desk.test.pass(seconds: 6 * day)
    #expect(try await announcements.problem("three", from: now + 8 * day) == nil)
    #expect(try await announcements.problem("three", from: now + 9 * day) == .otherTime(now + 8 * day, from: now + 9 * day))
    // Back to the number of today after another is a change, too; before that other it is none.
    _ = try await policies.activate("three", from: now + 8 * day, by: .system)
    _ = try await policies.record(policy("four", "0791-2"), calendars: [:], by: .system)
    #expect(try await announcements.problem("four", from: now + 7 * day) == nil)
    #expect(try await announcements.problem("four", from: now + 10 * day) == .notAnnounced("0791-2", before: "0791-3"))
    #expect(
      await out.desk.outcome { try await announcements.announce("four", from: now + 7 * day, by: .system) }
        == "invalid announcement.same-number")
    let back = try await announcements.announce("four", from: now + 10 * day, by: .system)
    #expect(back.before == "0791-3")
    #expect(try await announcements.problem("four", from: now + 10 * day) == .notAllSent(2))
    // An activation by hand may be a little late; two hours are another time, also on the same day.
    #expect(try await announcements.problem("four", from: now + 10 * day + 3_600) == .notAllSent(2))
    let two = now + 10 * day + 7_200
    #expect(try await announcements.problem("four", from: two) == .otherTime(now + 10 * day, from: two))
    // A second announcement for it, too late: the first one is what counts, and what can be mended.
    out.desk.test.set(now + 8 * day)
    _ = try await announcements.announce("four", from: now + 10 * day + 60, by: .system)
    #expect(try await announcements.problem("four", from: now + 10 * day) == .notAllSent(2))
    try await out.send()
    try await announcements.lettersSent(back.id, by: out.desk.manager)
    #expect(try await announcements.problem("four", from: now + 10 * day) == nil)
    out.desk.test.set(now + 6 * day)
    // A day put off: the activation that was to come is not what it is compared with.
    #expect(try await announcements.problem("three", from: now + 9 * day) == .otherTime(now + 8 * day, from: now + 9 * day))
  }

  @Test func `less than three days ahead is said, and a number that does not change is no news`() async throws {
    let (out, announcements) = try await prepared()
    let soon = monday("09:00") + 2 * 86_400
    _ = try await announcements.announce("two", from: soon, by: .system)
    #expect(try await announcements.problem("two", from: soon) == .tooLate(monday("09:00"), from: soon))
    #expect(
      await out.desk.outcome { try await announcements.announce("one", from: soon, by: .system) } == "invalid announcement.same-number")
    #expect(
      await out.desk.outcome { try await announcements.announce("two", from: monday("08:00"), by: .system) } == "invalid announcement.past")
    #expect(await out.desk.outcome { try await announcements.announce("three", from: soon, by: .system) } == "missing policy.unknown")
    #expect(
      await out.desk.outcome { try await announcements.announce("two", from: soon, by: out.desk.chen) } == "forbidden access.not-allowed")
    #expect(try await announcements.problem("one", from: soon) == nil)
  }
}

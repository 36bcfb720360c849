import Domain
import Persistence
import Synchronization
import TestEngines
import Testing

@testable import Operations

/// Warnings and escalations are raised once each, in order, by whoever comes first (SLA-8).
@Suite struct SweeperTests {
  /// `warned respond 0 10:00 call-taker`, from the journal of a case; ` late` where nothing ran at its time.
  private func said(_ case: JSON, _ desk: TestDesk) async throws -> [String] {
    try await desk.events("request/\(`case`["id"].text)").compactMap { event in
      guard event.kind == "warned" || event.kind == "escalated" else { return nil }
      let body = try JSON(event.body), at = try Instant(parsing: body["at"].text)
      let minutes = at.milliseconds(since: monday("00:00")) / 60_000
      let late = body["late"] == JSON(.bool(true)) ? " late" : ""
      return "\(event.kind) \(body["target"].text) \(body["place"].integer ?? -1) \(clock(minutes)) \(body["to"].text)\(late)"
    }
  }

  private func clock(_ minutes: Int64) -> String {
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// A training case: only `respond` is promised by the shipped policy, 2 h with warnings at 50% and 30 min.
  private func training(_ desk: TestDesk) async throws -> JSON { try await desk.report(["kind": "training", "serialNumber": "SN-1"]) }

  @Test func `each warning and each step up the chain is raised at its time, once`() async throws {
    let desk = try await TestDesk(), sweeper = Sweeper(desk.test.company)
    let call = try await training(desk)
    #expect(try await sweeper.sweep().next == monday("10:00"))
    for time in ["09:59", "10:00", "10:00", "10:31", "11:00", "11:01", "12:30"] {
      desk.at(time)
      _ = try await sweeper.sweep()
    }
    #expect(
      try await said(call, desk) == [
        "warned respond 0 10:00 call-taker", "warned respond 1 10:30 call-taker late", "escalated respond 0 11:00 call-taker",
        "escalated respond 1 11:15 branch-manager late", "escalated respond 2 12:00 service-manager late",
      ])
    #expect(try await sweeper.sweep().next == monday("15:00"))
    try await desk.take(.accept, on: call["id"].text)
    try await desk.take(.respond, on: call["id"].text)
    #expect(try await sweeper.sweep().next == nil)
  }

  @Test func `what fell into a time when nothing ran is said afterwards in order, and marked late`() async throws {
    let desk = try await TestDesk(), call = try await training(desk)
    desk.at("12:10")
    _ = try await Sweeper(desk.test.company).sweep()
    #expect(
      try await said(call, desk) == [
        "warned respond 0 10:00 call-taker late", "warned respond 1 10:30 call-taker late", "escalated respond 0 11:00 call-taker late",
        "escalated respond 1 11:15 branch-manager late", "escalated respond 2 12:00 service-manager late",
      ])
    let occurred = try await desk.events("request/\(call["id"].text)").dropFirst().map(\.occurred)
    #expect(Set(occurred) == [monday("12:10").milliseconds])
  }

  @Test func `who has the case in hand is told first, then who is on duty, then everybody of the role`() async throws {
    let desk = try await TestDesk(), sweeper = Sweeper(desk.test.company)
    let other = try await desk.test.make(.staff, ["name": "孔", "role": "call-taker"])
    let nobodys = try await training(desk)
    desk.at("10:00")
    _ = try await sweeper.sweep()
    func told(_ call: JSON) async throws -> [String] {
      let last = try await desk.events("request/\(call["id"].text)").last
      return try JSON(last?.body ?? "{}")["told"].value.array?.compactMap(\.text) ?? []
    }
    let chen = desk.chen.staff?.text ?? ""
    #expect(try await told(nobodys) == [chen, other].sorted())
    // Each of them by the ways of their own, once.
    let messages = try await desk.test.company.database.read { db in
      try db.rows("SELECT recipient FROM outbox WHERE kind = 'warned' ORDER BY recipient") { $0.text(0) }
    }
    #expect(messages == [chen, other].sorted().map { "staff:\($0)" })
    // Somebody is on duty.
    let roster = RosterOperations(desk.test.company)
    _ = try await roster.plan(
      Fields(["staff": .text(other), "from": .instant(monday("08:00")), "to": .instant(monday("20:00"))]), Call(desk.gao))
    desk.at("10:30")
    _ = try await sweeper.sweep()
    #expect(try await told(nobodys) == [other])
    // Somebody looks after it.
    try await desk.take(.accept, on: nobodys["id"].text)
    desk.at("11:00")
    _ = try await sweeper.sweep()
    #expect(try await told(nobodys) == [chen])
    // Each has a notice, the other's is not theirs.
    let notices = NoticeOperations(desk.test.company)
    #expect(try await notices.list(after: nil, limit: 50, by: desk.chen).items.map(\.kind) == ["escalated", "warned"])
    #expect(try await notices.list(after: nil, limit: 50, by: desk.finance).items.isEmpty)
  }

  @Test func `an escalation is seen, handed on or taken over, and the case keeps who did (SLA-8)`() async throws {
    let desk = try await TestDesk(), sweeper = Sweeper(desk.test.company), call = try await training(desk)
    let notices = NoticeOperations(desk.test.company), id = call["id"].text
    desk.at("11:15")
    _ = try await sweeper.sweep()
    let own = try await notices.list(after: nil, limit: 50, by: desk.manager).items
    #expect(own.map(\.kind) == ["escalated"] && own.first?.due == monday("11:00"))
    try await notices.see(own.first?.id ?? "", by: desk.manager)
    try await notices.see(own.first?.id ?? "", by: desk.manager)
    #expect(await desk.outcome { try await notices.see(own.first?.id ?? "", by: desk.chen) } == "missing access.not-found")
    func answer(_ word: FieldValue, place: Int, to: FieldValue? = nil, by actor: Actor) async -> String {
      await desk.outcome {
        var input: [String: FieldValue] = ["target": "respond", "place": .integer(place), "answer": word]
        input["to"] = to
        return try await desk.requests.answerEscalation(Fields(input), on: id, Call(actor))
      }
    }
    #expect(await answer("handed-on", place: 1, by: desk.manager) == "invalid escalation.to-whom")
    #expect(await answer("handed-on", place: 1, to: desk.doctor.id, by: desk.manager) == "invalid escalation.to-whom")
    #expect(await answer("handed-on", place: 1, to: desk.wang.id, by: desk.manager) == "taken")
    #expect(await answer("taken-over", place: 1, by: desk.finance) == "forbidden escalation.not-yours")
    #expect(await answer("taken-over", place: 3, by: desk.manager) == "missing escalation.unknown")
    #expect(try await notices.list(after: nil, limit: 50, by: desk.wang).items.map(\.kind) == ["handed-on"])
    #expect(await answer("taken-over", place: 1, by: desk.wang) == "taken")
    #expect(try await desk.find(id)["owner"].text.isEmpty == false)
    let answers = try await desk.events("request/\(id)").filter { $0.kind == "escalation-answered" }
    #expect(try answers.map { try JSON($0.body)["answer"].text } == ["seen", "handed-on", "taken-over"])
    // Wang hands it back, and it is handed on to Wang again, and taken over again: each counts, the same once more does not.
    for (word, to, by) in [
      ("handed-on", desk.manager, desk.wang), ("handed-on", desk.wang, desk.manager), ("handed-on", desk.wang, desk.manager),
      ("taken-over", nil, desk.wang), ("taken-over", nil, desk.wang),
    ] as [(String, Actor?, Actor)] {
      #expect(await answer(.text(word), place: 1, to: to.flatMap(\.staff).map { .text($0.text) }, by: by) == "taken")
    }
    let all = try await desk.events("request/\(id)").filter { $0.kind == "escalation-answered" }
    #expect(try all.dropFirst(3).map { try JSON($0.body)["answer"].text } == ["handed-on", "handed-on", "taken-over"])
    let messages = try await desk.test.company.database.read { db in
      try db.rows("SELECT recipient FROM outbox WHERE kind = 'handed-on'") { $0.text(0) }
    }
    let (wang, manager) = (desk.wang.staff?.text ?? "", desk.manager.staff?.text ?? "")
    #expect(messages.sorted() == [wang, manager, wang].map { "staff:\($0)" }.sorted())
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request WHERE owner_id = ?", [.text(desk.wang.staff?.text ?? "")]) == 1)
  }

  @Test func `who saw a case before it was warned of may still decide by what they saw`() async throws {
    let desk = try await TestDesk(), call = try await training(desk)
    desk.at("10:00")
    _ = try await Sweeper(desk.test.company).sweep()
    let seen = Call(desk.chen, expected: 1)
    #expect(await desk.outcome { try await desk.requests.take(.accept, Fields(), on: call["id"].text, seen) } == "taken")
    #expect(await desk.outcome { try await desk.requests.take(.respond, Fields(), on: call["id"].text, seen) } == "stale version.stale")
  }

  @Test func `the sweeper's look costs what is due, not what is open`() async throws {
    let desk = try await TestDesk()
    let plans = try await desk.test.company.database.read { db in
      [
        try db.plan(
          of: """
            SELECT id, next_alarm FROM request WHERE next_alarm IS NOT NULL AND next_alarm <= ? AND (next_alarm, id) > (?, ?)
            ORDER BY next_alarm, id LIMIT ?
            """, [.integer(1), .integer(0), .text(""), .int(256)]),
        try db.plan(
          of: "SELECT next_alarm FROM request WHERE next_alarm IS NOT NULL AND next_alarm > ? ORDER BY next_alarm, id LIMIT 1",
          [.integer(1)]),
      ]
    }
    for plan in plans { #expect(plan.indexes == ["request_next_alarm"] && plan.scanned.isEmpty && !plan.sorts, "\(plan)") }
  }

  @Test func `a case that cannot be read stops no other`() async throws {
    let desk = try await TestDesk(), broken = try await training(desk), whole = try await training(desk)
    try await desk.test.company.database.write { db in
      try db.execute("UPDATE journal SET body = '{}' WHERE stream = ?", [.text("request/\(broken["id"].text)")])
    }
    desk.at("10:00")
    let turn = try await Sweeper(desk.test.company).sweep()
    #expect(turn.failed == [broken["id"].text] && turn.raised == 1)
    #expect(try await said(whole, desk) == ["warned respond 0 10:00 call-taker"])
  }

  private struct Killed: Error {}

  /// Two sweepers at once, each of which dies at random moments: before it has decided, and before its commit. After each death it starts anew.
  @Test func `over a thousand kills, with two sweepers, nothing is said twice and nothing is left out`() async throws {
    let desk = try await TestDesk(seed: 7), test = desk.test
    var chance = Seeded(11)
    let deaths = Mutex(Seeded(5)), killed = Mutex(0)
    let mortal = Company(
      database: test.company.database, files: test.company.files,
      clock: {
        let dies = deaths.withLock { $0.next() % 3 == 0 }
        if dies {
          killed.withLock { $0 += 1 }
          throw Killed()
        }
        return test.now
      }, chance: test.company.chance, policies: test.company.policies, logger: test.company.logger)
    var calls: [JSON] = []
    while killed.withLock({ $0 }) < 1_000 {
      if calls.count < 40, chance.next() % 4 == 0 {
        calls.append(try await desk.report(["kind": chance.next() % 2 == 0 ? "support" : "training", "serialNumber": "SN-1"]))
      }
      if let call = calls.last, chance.next() % 9 == 0 { _ = try? await desk.take(.accept, on: call["id"].text) }
      test.pass(seconds: Int64(chance.next() % 900))
      async let one: Void = { for _ in 0..<2 { _ = try? await Sweeper(mortal).sweep() } }()
      async let two: Void = { for _ in 0..<2 { _ = try? await Sweeper(mortal).sweep() } }()
      _ = await (one, two)
    }
    _ = try await Sweeper(test.company).sweep()
    #expect(calls.count == 40)
    for call in calls {
      let events = try await desk.events("request/\(call["id"].text)")
      let history = try RequestHistory(reading: events), policy = try #require(test.company.policies[call["policy"].text])
      // What pure rules say of the case without its alarms is what was said, each once.
      let silent = RequestHistory(
        history.entries.filter { !$0.event.isAlarm }.enumerated().map {
          .init(version: $0.offset + 1, at: $0.element.at, event: $0.element.event)
        })
      let expected = try #require(silent.clockRun(under: policy)).alarms(except: []).filter { $0.at <= test.now }.map(\.key)
      let raised = history.entries.compactMap { entry -> Alarm.Key? in
        switch entry.event {
        case .warned(let body): body.key(.warning)
        case .escalated(let body): body.key(.escalation)
        default: nil
        }
      }
      #expect(raised == expected && !expected.isEmpty)
    }
    #expect(try await Verify(test.company).run().findings.isEmpty)
  }
}

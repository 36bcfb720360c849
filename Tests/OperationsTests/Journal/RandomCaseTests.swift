import Domain
import Operations
import Persistence
import Testing

/// Random legal and illegal steps by random people at random times, then the invariants of the house.
@Suite struct RandomCaseTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)  // a failing seed can be run again
  func `whatever people do, the record stays whole`(seed: UInt64) async throws {
    let desk = try await TestDesk(seed: seed)
    var random = Seeded(seed &* 7_919)
    let people = [
      desk.chen, desk.gao, desk.wang, desk.li, desk.manager, desk.administrator, desk.partner, desk.doctor, desk.otherDoctor, desk.finance,
    ]
    var cases: [String] = [], outcomes: [String: Int] = [:]
    for _ in 0..<4 { cases.append(try await desk.report(["serialNumber": Bool.random(using: &random) ? "SN-1" : "SN-2"])["id"].text) }
    for turn in 0..<160 {
      desk.test.pass(seconds: Int64.random(in: 0...900, using: &random))
      let id = cases.randomElement(using: &random)!
      // The desk's own people more often, else most of what is tried is refused.
      let actor = Int.random(in: 0..<3, using: &random) == 0 ? people.randomElement(using: &random)! : desk.administrator
      var step = RequestStep.allCases.randomElement(using: &random)!
      if Bool.random(using: &random), let offered = try await desk.find(id, by: desk.manager)["steps"].texts.randomElement(using: &random) {
        step = RequestStep(rawValue: offered)!
      }
      if [.cancel, .merge].contains(step), Int.random(in: 0..<4, using: &random) > 0 { continue }
      var input = Fields(values(of: step, desk, cases, &random))
      if Int.random(in: 0..<3, using: &random) == 0 {
        input.values["occurredAt"] = .instant(desk.test.now - Int64.random(in: -300...20_000, using: &random))
        if Bool.random(using: &random) { input.values["lateReason"] = "断网" }
      }
      let key = turn % 4 == 0 ? IdempotencyKey(key: "t\(turn)", method: "POST", path: "\(step)", bodyHash: "h") : nil
      let call = Call(actor, expected: turn % 17 == 0 ? 1 : nil, idempotency: key), taken = input
      let outcome = await desk.outcome { try await desk.requests.take(step, taken, on: id, call) }
      #expect(!outcome.hasPrefix("fault"), "seed \(seed), turn \(turn): \(step) \(outcome)")
      outcomes[String(outcome.prefix { $0 != " " }), default: 0] += 1
      if let order = try await desk.find(id, by: desk.manager)["workOrders"].items.randomElement(using: &random), turn % 3 == 0 {
        let trip = WorkOrderStep.allCases.randomElement(using: &random)!
        let values: [String: FieldValue] = trip == .handBack ? ["reason": "x"] : trip == .record ? ["work": "x"] : [:]
        let outcome = await desk.outcome { try await desk.take(trip, values, order: order["id"].text, by: actor) }
        #expect(!outcome.hasPrefix("fault"), "seed \(seed), turn \(turn): \(trip) \(outcome)")
      }
      if key != nil {
        let before = try await Self.rows(desk)
        let again = await desk.outcome { try await desk.requests.take(step, taken, on: id, call) }
        #expect(try await Self.rows(desk) == before || again != outcome, "seed \(seed), turn \(turn): a replay changed something")
        #expect(again == outcome, "seed \(seed), turn \(turn): \(step)")
      }
    }
    #expect(outcomes["taken", default: 0] > 20 && outcomes["conflict", default: 0] > 10 && outcomes.count > 2, "\(outcomes)")
    try await check(desk, cases, seed)
  }

  private func values(of step: RequestStep, _ desk: TestDesk, _ cases: [String], _ random: inout Seeded) -> [String: FieldValue] {
    let level = SupportLevel.allCases.randomElement(using: &random)!.rawValue
    return switch step {
    case .accept, .respond, .depart, .arrive, .leave, .resume, .signOff: [:]
    case .acknowledge, .agree, .confirm: ["contact": .text(desk.contact), "how": "phone"]
    case .attempt: ["level": .text(level), "result": Bool.random(using: &random) ? "failed" : "solved"]
    case .locate: ["cause": "network"]
    case .raise: ["level": .text(level), "reason": "remote-impossible"]
    case .dispatch: ["engineer": [desk.wang.id, desk.li.id, desk.partner.id, "nobody"].randomElement(using: &random)!]
    case .handBack, .reopen, .cancel: ["reason": "x"]
    case .propose: ["remedy": "x"]
    case .remoteStart: ["consent": "周主任", "tool": "t", "purpose": "p"]
    case .remoteEnd: ["result": ["solved", "failed", "stopped"].randomElement(using: &random)!]
    case .pause: ["reason": ["customer", "parts"].randomElement(using: &random)!]
    case .clear: ["cause": "other", "remedy": "x"]
    case .reject: ["contact": "某人", "reason": "x"]
    case .standby: ["equipment": "SN-2"]
    case .close: Bool.random(using: &random) ? ["reason": "x"] : [:]
    case .merge: ["into": .text(cases.randomElement(using: &random)!), "reason": "x"]
    case .change: Bool.random(using: &random) ? ["urgency": "emergency"] : ["equipment": .text(desk.otherMachine)]
    case .comment: ["text": "x"]
    }
  }

  private func check(_ desk: TestDesk, _ cases: [String], _ seed: UInt64) async throws {
    desk.test.pass(seconds: 400_000)
    for id in cases {
      let events = try await desk.events("request/\(id)")
      #expect(events.map(\.version) == Array(1...events.count), "seed \(seed): a gap")
      for event in events { _ = try RequestEvent(kind: event.kind, schema: event.schema, body: event.body) }
      let view = try await desk.find(id, by: desk.manager)
      #expect(view["version"].integer == Int64(events.count))
      if [.closed, .cancelled, .merged].contains(RequestState(rawValue: view["state"].text)) {
        for target in view["targets"].items {
          // Owed no more: nothing is used up after the end.
          #expect(!["running", "paused"].contains(target["state"].text), "seed \(seed): a clock runs after the end")
          #expect(target["usedSeconds"].integer! < 400_000)
        }
        #expect(!view["paused"].truth)
      }
      for order in view["workOrders"].items {
        let trip = try await desk.events("work-order/\(order["id"].text)")
        #expect(trip.map(\.version) == Array(1...trip.count))
        #expect(trip.map(\.occurred) == trip.map(\.occurred).sorted(), "seed \(seed): a trip went backwards")
        for event in trip where event.kind != "work-recorded" {
          #expect(events.contains { $0.kind == event.kind && $0.body == event.body && $0.occurred == event.occurred })
        }
      }
    }
    let before = try await Self.rows(desk)
    let report = try await Verify(desk.test.company).run()
    #expect(report.findings == [], "seed \(seed)")
    _ = try await Rebuild(desk.test.company).run()
    #expect(try await Self.rows(desk) == before, "seed \(seed): rebuilt, the projections are others")
  }

  /// Every row of every projection, and the journal's length.
  private static func rows(_ desk: TestDesk) async throws -> [String] {
    let tables = Schema.tables.filter { $0.value == .projection }.keys.sorted()
    return try await desk.test.company.database.read { db in
      var all = [try db.first("SELECT COUNT(*) FROM journal") { "\($0.int(0))" } ?? ""]
      for table in tables {
        all += try db.rows("SELECT * FROM \(table) ORDER BY id") { row in (0..<row.count).map { "\(row.value($0))" }.joined(separator: "|")
        }
      }
      return all
    }
  }
}

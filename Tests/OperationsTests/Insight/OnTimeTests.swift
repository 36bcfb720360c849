import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

/// On-time rates (REP-1).
@Suite struct OnTimeTests {
  static let november = OnTimeFilter(from: Month(parsing: "2026-11")!, to: Month(parsing: "2026-11")!)

  private func rates(
    _ desk: TestDesk, by group: OnTimeGroup = .target, _ change: (inout OnTimeFilter) -> Void = { _ in }, as actor: Actor? = nil
  ) async throws -> [String: String] {
    var filter = Self.november
    change(&filter)
    let found = try await InsightOperations(desk.test.company).onTime(filter, by: group, by: actor ?? desk.quality)
    return Dictionary(uniqueKeysWithValues: found.rows.map { ($0.id, "\($0.count.met)/\($0.count.all)") })
  }

  private func numbers(_ desk: TestDesk, _ outcome: PromiseFilter.Outcome, _ change: (inout OnTimeFilter) -> Void = { _ in })
    async throws -> [String]
  {
    var filter = Self.november
    change(&filter)
    var query = RequestQuery(), numbers: [String] = []
    (query.promise, query.limit) = (PromiseFilter(outcome, of: filter), 2)
    repeat {
      let page = try await desk.requests.list(query, by: desk.quality)
      numbers += page.items.map(\.number)
      query.cursor = page.next
    } while query.cursor != nil
    return numbers
  }

  @Test func `a running promise is missed from its due time on, though nothing happens (SLA-1)`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    desk.at("11:00")  // due this very instant
    #expect(try await rates(desk)["respond"] == nil)
    desk.test.pass(seconds: 1)
    #expect(try await rates(desk)["respond"] == "0/1")
    #expect(try await numbers(desk, .missed) { $0.target = "respond" } == [number])
    #expect(try await numbers(desk, .met) == [])
  }

  @Test func `a step that arrives late turns missed into met (SLA-8)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    desk.at("12:00")
    try await desk.take(.comment, ["text": "客户在催"], on: id)
    #expect(try await rates(desk)["respond"] == "0/1")
    try await desk.take(.respond, on: id, at: "10:30")
    #expect(try await rates(desk)["respond"] == "1/1")
    #expect(try await numbers(desk, .missed) { $0.target = "respond" } == [])
    #expect(try await Verify(desk.test.company).run().findings == [])
  }

  @Test func `solved by phone, what was not owed any more stands outside every rate`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.clear, ["cause": "operation", "remedy": "重启"], on: id)
    let counts = try await rates(desk)
    #expect(counts["respond"] == "1/1" && counts["dispatch"] == nil && counts["on-site"] == nil)
  }

  @Test func `what was solved and is not after all is owed again (INT-5)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)["workOrders"][0]["id"].text
    try await desk.take(.arrive, order: order, by: desk.wang)
    try await desk.take(.agree, ["contact": .text(desk.contact), "how": "phone"], on: id)
    try await desk.take(.clear, ["cause": "hardware", "remedy": "换板"], on: id, by: desk.wang)
    #expect(try await rates(desk)["clear"] == "1/1")
    try await desk.take(.reject, ["contact": .text(desk.contact), "reason": "又坏了"], on: id)
    #expect(try await rates(desk)["clear"] == nil)
    #expect(try await Verify(desk.test.company).run().findings == [])
  }

  @Test func `it counts for who met it: the engineer sent, else the colleague who took the case on`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.respond, on: id)
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)["workOrders"][0]["id"].text
    func of(_ actor: Actor) async throws -> [String: String] { try await rates(desk) { $0.engineer = actor.staff?.text } }
    #expect(try await of(desk.chen) == ["respond": "1/1"])
    #expect(try await of(desk.wang) == ["dispatch": "1/1"])
    // Handed back and given to another: what is not met yet is the other's.
    try await desk.take(.handBack, ["reason": "发烧"], order: order, by: desk.wang)
    try await desk.take(.dispatch, ["engineer": desk.li.id], on: id, by: desk.gao)
    desk.at("120:00")
    #expect(try await of(desk.wang) == ["dispatch": "1/1"])
    #expect(try await of(desk.li) == ["on-site": "0/1"])
  }

  /// A hospital of another branch with a machine `SN-3`.
  private func elsewhere(_ desk: TestDesk) async throws -> (branch: String, customer: String, machine: String) {
    let branch = try await desk.test.make(.branches, ["code": "JX", "name": "进贤服务站", "district": "进贤县"])
    let customer = try await desk.test.make(.customers, ["name": "进贤县人民医院", "branch": .text(branch)])
    let model = try await desk.test.read(.equipment, desk.machine)["model"]["id"].text
    let machine = try await desk.test.make(
      .equipment, ["serialNumber": "SN-3", "model": .text(model), "customer": .text(customer)])
    return (branch, customer, machine)
  }

  @Test func `another machine, and it counts for that branch and customer; merged customers count together`() async throws {
    let desk = try await TestDesk(), other = try await elsewhere(desk)
    let id = try await desk.report()["id"].text
    for one in [id, try await desk.report(["serialNumber": "SN-2"])["id"].text] {
      try await desk.take(.accept, on: one)
      try await desk.take(.respond, on: one)
    }
    #expect(try await rates(desk, by: .branch)[desk.branch] == "1/1")
    try await desk.take(.change, ["equipment": .text(other.machine)], on: id)
    let branches = try await rates(desk, by: .branch)
    #expect(branches[desk.branch] == nil && branches[other.branch] == "1/1")
    #expect(try await rates(desk, by: .customer) { $0.target = "respond" } == [other.customer: "1/1", desk.otherHospital: "1/1"])
    _ = try await desk.test.registers.merge(
      .customers, desk.otherHospital, Fields(["into": .text(other.customer), "reason": "同一家"]), Call(desk.manager))
    #expect(try await rates(desk, by: .customer) { $0.target = "respond" } == [other.customer: "2/2"])
    for customer in [other.customer, desk.otherHospital] {
      #expect(try await rates(desk) { ($0.target, $0.customer) = ("respond", customer) } == ["respond": "2/2"])
      #expect(try await numbers(desk, .met) { $0.customer = customer }.count == 2)
    }
    #expect(try await Verify(desk.test.company).run().findings == [])
  }

  @Test func `a branch's manager sees the own branch, another does not exist; a call taker sees no rates`() async throws {
    let desk = try await TestDesk(), branch = try await elsewhere(desk).branch
    for _ in 0..<2 { try await desk.take(.accept, on: try await desk.report()["id"].text) }
    _ = try await desk.report(["serialNumber": "SN-3"])
    desk.at("12:00")
    #expect(try await rates(desk)["respond"] == "0/3")
    #expect(try await rates(desk, as: desk.manager)["respond"] == "0/2")
    #expect(await desk.outcome { try await rates(desk, { $0.branch = branch }, as: desk.manager) } == "missing access.not-found")
    #expect(await desk.outcome { try await rates(desk, as: desk.chen) } == "forbidden access.not-allowed")
    var query = RequestQuery()
    query.promise = PromiseFilter(.missed, of: Self.november)
    #expect(try await desk.requests.list(query, by: desk.manager).items.count == 2)
    #expect(await desk.outcome { try await desk.requests.list(query, by: desk.doctor) } == "forbidden access.not-allowed")
  }

  @Test func `verification finds a sum that somebody improved, and rebuild puts it right`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    desk.at("12:00")
    try await desk.take(.respond, on: id)
    _ = try await desk.test.company.database.write { db in try db.execute("UPDATE promise_sum SET met = 1, missed = 0 WHERE missed = 1") }
    let findings = try await Verify(desk.test.company).run().findings
    #expect(!findings.isEmpty && findings.allSatisfy { $0.table == "promise_sum" })
    _ = try await Rebuild(desk.test.company).run()
    #expect(try await Verify(desk.test.company).run().findings == [])
    #expect(try await rates(desk)["respond"] == "0/1")
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)  // a failing seed can be run again
  func `every figure is what a naive count over the journals says, and opens exactly its cases`(seed: UInt64) async throws {
    let desk = try await TestDesk(seed: seed)
    var random = Seeded(seed &* 6_151)
    try await NaivePromises.live(desk, turns: 120, &random)
    let promises = try await NaivePromises.all(desk)
    #expect(promises.count > 20 && Set(promises.map(\.isMet)).count == 2)
    for group in OnTimeGroup.allCases {
      for filter in NaivePromises.filters(desk) {
        let found = try await InsightOperations(desk.test.company).onTime(filter, by: group, by: desk.quality)
        var expected: [String: OnTimeCount] = [:]
        for promise in promises where promise.matches(filter) {
          expected[promise.key(group), default: OnTimeCount()] =
            expected[promise.key(group), default: OnTimeCount()] + OnTimeCount(met: promise.isMet ? 1 : 0, missed: promise.isMet ? 0 : 1)
        }
        #expect(Dictionary(uniqueKeysWithValues: found.rows.map { ($0.id, $0.count) }) == expected, "seed \(seed) \(group) \(filter)")
      }
    }
    for filter in NaivePromises.filters(desk) {
      for outcome in PromiseFilter.Outcome.allCases {
        let expected = Set(
          promises.filter { $0.matches(filter) && (outcome == .decided || $0.isMet == (outcome == .met)) }.map(\.number))
        let listed = try await numbers(desk, outcome) { $0 = filter }
        #expect(Set(listed) == expected && listed.count == expected.count, "seed \(seed) \(outcome) \(filter)")
      }
    }
    #expect(try await Verify(desk.test.company).run().findings == [], "seed \(seed)")
  }

  @Test func `a figure reads sums and open promises by their indexes, a list walks in the order of due times`() async throws {
    let desk = try await TestDesk()
    let now = desk.test.now, wide = OnTimeFilter(from: Month(parsing: "2025-12")!, to: Month(parsing: "2026-11")!)
    try await desk.test.company.database.read { db in
      for group in OnTimeGroup.allCases {
        for filter in NaivePromises.filters(desk) + [wide] {
          let customers = filter.customer.map { [$0] }
          let decided = OnTimeRates.decided(filter, by: group, customers: customers)
          let plan = try db.plan(of: decided.sql, decided.values)
          #expect(plan.scanned == [] && plan.indexes.contains { $0.hasPrefix("promise_") }, "\(plan)")
          if filter.engineer == nil, filter.customer == nil { #expect(plan.indexes == ["promise_sum_month"], "\(plan)") }
          let overdue = OnTimeRates.overdue(filter, by: group, customers: customers, at: now)
          let late = try db.plan(of: overdue.sql, overdue.values)
          #expect(late.scanned == [] && late.indexes.contains { $0.hasPrefix("promise_") }, "\(late)")
        }
      }
      for filter in NaivePromises.filters(desk) + [wide] {
        for outcome in PromiseFilter.Outcome.allCases {
          let list = try PromiseList.plan(
            PromiseFilter(outcome, of: filter), customers: filter.customer.map { [$0] }, after: nil, limit: 51, at: now)
          let plan = try db.plan(of: list.sql, list.values)
          #expect(plan.scanned == [] && !plan.sorts, "\(plan)")
        }
      }
      let today = try db.plan(
        of: InsightOperations.todaySQL, [.integer(0), .integer(86_400_000), .integer(now.milliseconds)])
      #expect(today.scanned == [] && !today.indexes.isEmpty, "\(today)")
    }
  }
}

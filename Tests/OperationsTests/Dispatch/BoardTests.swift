import Domain
import Foundation
import Persistence
import TestEngines
import Testing

@testable import Operations

/// The dispatcher's board (INT-6).
@Suite struct BoardTests {
  private func filter(_ change: (inout BoardFilter) -> Void = { _ in }) -> BoardFilter {
    var filter = BoardFilter()
    change(&filter)
    return filter
  }

  /// Accepted cases of the desk's machine, one a minute from 09:00.
  private func accepted(_ desk: TestDesk, _ count: Int) async throws -> [String] {
    var ids: [String] = []
    for _ in 0..<count {
      let id = try await desk.report()["id"].text
      try await desk.take(.accept, on: id)
      ids.append(id)
      desk.test.pass(seconds: 60)
    }
    return ids
  }

  private var everything: [BoardFilter] {
    [
      filter(), filter { $0.place = .toSend }, filter { $0.place = .state(.reported) }, filter { $0.place = .state(.working) },
      filter { $0.urgency = .emergency }, filter { $0.kind = .support }, filter { $0.branch = "nowhere" },
      filter { ($0.place, $0.kind) = (.toSend, .support) },
    ]
  }

  @Test func `to be sent is whatever is taken with nobody on the way`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    let ids = try await accepted(desk, 3)
    _ = try await desk.report()
    // All are due at one instant: their order is that of their ids, which chance gives.
    func waiting() async throws -> Set<String> {
      Set(try await board.list(filter { $0.place = .toSend }, limit: 50, by: desk.gao).cases.map(\.id))
    }
    #expect(try await waiting() == Set(ids))
    let sent = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: ids[1], by: desk.gao)
    #expect(try await waiting() == [ids[0], ids[2]])
    try await desk.take(.handBack, ["reason": "x"], order: sent["workOrders"][0]["id"].text, by: desk.gao)
    #expect(try await waiting() == Set(ids))
  }

  @Test func `every count is the length of its list, whatever the filter (INT-6)`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    let ids = try await accepted(desk, 6)
    _ = try await desk.report(["urgency": "emergency", "serialNumber": "SN-1"])
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: ids[0], by: desk.gao)
    try await desk.take(.dispatch, ["engineer": desk.li.id], on: ids[0], by: desk.gao)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: ids[1], by: desk.gao)
    try await desk.take(.pause, ["reason": "customer"], on: ids[2])
    try await desk.take(.cancel, ["reason": "x"], on: ids[3])
    desk.at("12:30")
    let tally = try await board.tally(by: desk.gao)
    let some = filter { $0.engineer = desk.wang.staff?.text }, own = filter { $0.branch = desk.branch }
    for filter in everything + [some, own] {
      var all: [RequestView] = [], cursor: String?
      repeat {
        let page = try await board.list(filter, after: cursor, limit: 2, by: desk.gao)
        all += page.cases
        cursor = page.next
      } while cursor != nil
      #expect(tally.count(of: filter) == all.count, "\(filter.text)")
      #expect(Set(all.map(\.id)).count == all.count)
    }
    #expect(tally.count(of: some) == 2)
    #expect(tally.groups(of: filter()).values.reduce(0, +) == 6)
    #expect(tally.groups(of: filter())[.late] ?? 0 > 0, "an hour to dispatch has passed by 12:30 (SLA-2)")
  }

  @Test func `a filter is the same text after any way through an address, and a strange one is refused`() throws {
    for filter in everything { #expect(BoardFilter(filter.text) == filter, "\(filter.text)") }
    #expect(
      filter { ($0.place, $0.urgency, $0.branch) = (.toSend, .emergency, "b-1") }.text == "state=to-send&branch=b-1&urgency=emergency")
    for (name, value) in [("state", "closed"), ("urgency", "x"), ("kind", "y"), ("branch", "a&b=c"), ("engineer", "' OR 1=1")] {
      #expect(throws: InputRefusal.self, "\(name)=\(value)") { try BoardFilter { $0 == name ? value : nil } }
    }
  }

  @Test func `the panel says who fits and why, who is sent and by whom`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    let skilled = try await desk.test.make(
      .staff, ["name": "徐", "role": "engineer", "branch": .text(desk.branch), "skills": .list([.text("DR")])])
    let other = try await desk.test.make(
      .staff, ["name": "程", "role": "engineer", "branch": .text(desk.branch), "skills": .list([.text("CT")])])
    let ids = try await accepted(desk, 2)
    var found = try await board.find(ids[0], by: desk.gao)
    #expect(found.site == "门诊楼" && found.category == "DR" && found.casesOfYear == 2)
    func reasons(_ id: String) -> [Suggestion.Reason] { found.offers.first { $0.engineer.id == id }?.suggestion.reasons ?? [] }
    #expect(reasons(skilled).contains(.skill("DR", until: nil)) && reasons(other).contains(.noSkill("DR")))
    #expect(found.offers.last?.engineer.id == other && found.offers.allSatisfy { !$0.engineer.name.isEmpty })
    try await desk.take(.dispatch, ["engineer": .text(skilled)], on: ids[0], by: desk.gao)
    found = try await board.find(ids[0], by: desk.manager)
    #expect(found.sent.map(\.workOrder.engineer.name) == ["徐"] && found.sent[0].by == "高" && !found.sent[0].isOwn)
    #expect(reasons(skilled).first == .alreadySent)
    #expect(try await board.find(ids[0], by: desk.gao).sent[0].isOwn)
    found = try await board.find(ids[1], by: desk.gao)
    #expect(reasons(skilled).contains { if case .load(1, _) = $0 { true } else { false } })
  }

  @Test func `whoever repaired the machine is known for it`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    let ids = try await accepted(desk, 2)
    let order = try await desk.take(.dispatch, ["engineer": desk.li.id], on: ids[0], by: desk.gao)["workOrders"][0]["id"].text
    try await desk.take(.arrive, order: order, by: desk.li)
    try await desk.take(.leave, order: order, by: desk.li)
    let offers = try await board.find(ids[1], by: desk.gao).offers
    #expect(offers.first?.engineer.id == desk.li.staff?.text)
    #expect(offers.first?.suggestion.reasons.contains { if case .knowsMachine = $0 { true } else { false } } == true)
  }

  @Test func `lanes show what was done today, is done now and will be`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    let ids = try await accepted(desk, 3)
    let first = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: ids[0], by: desk.gao)["workOrders"][0]["id"].text
    try await desk.take(.arrive, order: first, by: desk.wang)
    desk.test.pass(seconds: 1_800)
    try await desk.take(.leave, order: first, by: desk.wang)
    let planned = FieldValue.instant(monday("15:00"))
    try await desk.take(.dispatch, ["engineer": desk.wang.id, "plannedAt": planned], on: ids[1], by: desk.gao)
    let way = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: ids[2], by: desk.gao)["workOrders"][0]["id"].text
    try await desk.take(.depart, order: way, by: desk.wang)
    let lane = try #require(try await board.lanes(of: desk.branch, by: desk.gao).first { $0.engineer.id == desk.wang.staff?.text })
    #expect(lane.pieces.map(\.look) == [.done, .way, .planned, .planned] && lane.open == 2)
    #expect(lane.pieces.last?.from == monday("15:00") && lane.pieces[1].to == lane.pieces[2].from)
    #expect(try await board.lanes(of: nil, by: desk.gao).map(\.engineer.name) == ["王"])
  }

  @Test func `a view is its owner's alone, keeps its filter, and there are at most eight`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    let night = filter { ($0.place, $0.urgency) = (.toSend, .emergency) }
    try await board.save("夜班", filter(), by: desk.gao)
    try await board.save("夜班", night, by: desk.gao)
    let kept = try await board.views(by: desk.gao)
    #expect(kept.map(\.name) == ["夜班"] && kept[0].filter == night)
    #expect(try await board.views(by: desk.manager) == [])
    #expect(await desk.outcome { try await board.remove(view: kept[0].id, by: desk.manager) } == "missing access.not-found")
    for number in 2...DispatchOperations.views { try await board.save("视图 \(number)", filter(), by: desk.gao) }
    #expect(await desk.outcome { try await board.save("一个太多", filter(), by: desk.gao) } == "conflict view.too-many")
    try await board.remove(view: kept[0].id, by: desk.gao)
    #expect(try await board.views(by: desk.gao).count == DispatchOperations.views - 1)
  }

  @Test func `who may not dispatch sees no board`() async throws {
    let desk = try await TestDesk(), board = DispatchOperations(desk.test.company)
    for actor in [desk.wang, desk.partner, desk.doctor, desk.finance] {
      #expect(await desk.outcome { try await board.tally(by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await board.list(filter(), limit: 5, by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await board.lanes(of: nil, by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await board.views(by: actor) } == "forbidden access.not-allowed")
      #expect(await desk.outcome { try await board.find("x", by: actor) } == "forbidden access.not-allowed")
    }
  }

  @Test func `every question of the board walks an index, never the whole table`() async throws {
    let desk = try await TestDesk()
    let scope = try desk.gao.require(.requestRead)
    func plan(_ sql: String, _ arguments: [SQLValue]) async throws -> QueryPlan {
      try await desk.test.company.database.read { db in try db.plan(of: sql, arguments) }
    }
    let text = SQLValue.text("x"), number = SQLValue.integer(1)
    for filter in everything + [filter { $0.engineer = "e" }] {
      let query = filter.query
      let families = try await desk.test.company.database.read { try CaseFamilies(query, scope: scope, actor: desk.gao, in: $0) }
      let list = try RequestListPlan(query, scope: scope, actor: desk.gao, families: families)
      let steps = try await plan("\(ReadRequests.select) \(list.condition)", list.arguments)
      #expect(steps.scanned == [], "\(filter.text): \(steps)")
      if filter.engineer == nil, filter.branch == nil { #expect(!steps.sorts, "\(filter.text): \(steps)") }
    }
    let questions: [(String, [SQLValue], String)] = [
      (BoardTally.casesSQL, BoardTally.bounds(at: desk.test.now), "request_board"),
      (BoardTally.sentSQL, BoardTally.bounds(at: desk.test.now), "work_order"),
      (BoardStaff.peopleSQL, [text, number], "staff_role"), (BoardStaff.openSQL, [], "work_order_engineer_open"),
      (BoardStaff.endedSQL(["a", "b"]), [text, text, number, number, number], "work_order_engineer"),
      (BoardCase.placeSQL, [text], ""), (BoardCase.knowingSQL, [text], "request_equipment_reported"),
      (BoardCase.yearSQL, [text, number], "request_equipment_reported"),
    ]
    for (sql, arguments, index) in questions {
      let steps = try await plan(sql, arguments)
      // `past` is the inner question's hundred rows at most.
      #expect(steps.scanned.filter { $0 != "past" } == [], "\(sql): \(steps)")
      // PostgreSQL is free to take another where the tables are empty.
      #expect(index.isEmpty || TestEngine.dialect == .postgres || steps.indexes.contains { $0.hasPrefix(index) }, "\(sql): \(steps)")
    }
  }
}

import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct ListTests {
  /// Cases at different minutes, of both hospitals, in all sorts of states.
  private static func crowded(_ desk: TestDesk, count: Int = 60) async throws -> [RequestView] {
    var random = Seeded(7)
    for index in 0..<count {
      if index % 3 > 0 { desk.test.pass(seconds: 60) }
      var values: [String: FieldValue] = [
        "kind": .text(RequestKind.allCases.randomElement(using: &random)!.rawValue),
        "urgency": .text(Urgency.allCases.randomElement(using: &random)!.rawValue),
      ]
      if Bool.random(using: &random) { values["serialNumber"] = Bool.random(using: &random) ? "SN-1" : "SN-2" }
      let id = try await desk.report(values)["id"].text
      let owner = Bool.random(using: &random) ? desk.chen : desk.gao
      guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
      try await desk.take(.accept, on: id, by: owner)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: try await desk.take(.cancel, ["reason": "x"], on: id)
      case 1: try await desk.take(.clear, ["cause": "other", "remedy": "x"], on: id)
      case 2:
        try await desk.take(.dispatch, ["engineer": Bool.random(using: &random) ? desk.wang.id : desk.partner.id], on: id, by: desk.gao)
      case 3: try await desk.take(.respond, on: id)
      default: break
      }
    }
    var query = RequestQuery()
    query.limit = 200
    return try await desk.requests.list(query, by: desk.manager).items
  }

  private static func pages(_ desk: TestDesk, _ query: RequestQuery, by actor: Actor) async throws -> [String] {
    var query = query, numbers: [String] = []
    repeat {
      let page = try await desk.requests.list(query, by: actor)
      #expect(page.items.count <= query.limit)
      numbers += page.items.map(\.number)
      query.cursor = page.next
    } while query.cursor != nil
    return numbers
  }

  private static func due(_ view: RequestView) -> Instant {
    guard view.state.isOpen else { return Instant(milliseconds: .max) }
    return view.targets.filter { $0.reading.metAt == nil && ![.dropped, .met, .paused].contains($0.reading.state) }.map(\.reading.due).min()
      ?? .latest
  }

  private static func queries(_ desk: TestDesk) -> [(RequestQuery, @Sendable (RequestView) -> Bool)] {
    func make(_ change: (inout RequestQuery) -> Void, _ keep: @escaping @Sendable (RequestView) -> Bool) -> (
      RequestQuery, @Sendable (RequestView) -> Bool
    ) {
      var query = RequestQuery()
      change(&query)
      return (query, keep)
    }
    let branch = desk.branch, hospital = desk.hospital, machine = desk.otherMachine, chen = desk.chen.staff!.text,
      wang = desk.wang.staff!.text
    return [
      make({ _ in }, { _ in true }), make({ $0.state = "open" }, { $0.state.isOpen }),
      make({ $0.state = "working" }, { $0.state == .working }), make({ $0.state = "cancelled" }, { $0.state == .cancelled }),
      make({ $0.kind = .support }, { $0.kind == .support }), make({ $0.urgency = .emergency }, { $0.urgency == .emergency }),
      make({ $0.branch = branch }, { $0.branch == branch }), make({ $0.customer = hospital }, { $0.customer?.id == hospital }),
      make({ $0.equipment = machine }, { $0.equipment?.id == machine }), make({ $0.owner = chen }, { $0.owner == chen }),
      make({ $0.engineer = wang }, { view in view.workOrders.contains { $0.engineer.id == wang && $0.state.isOpen } }),
      make(
        {
          $0.branch = branch; $0.state = "open"
        }, { $0.branch == branch && $0.state.isOpen }),
      make(
        {
          $0.customer = hospital; $0.kind = .support; $0.state = "open"
        }, { $0.customer?.id == hospital && $0.kind == .support && $0.state.isOpen }),
    ]
  }

  @Test func `every filter and sort shows what a naive filter shows, page by page`() async throws {
    let desk = try await TestDesk()
    let all = try await Self.crowded(desk)
    #expect(all.count == 60)
    for (query, keep) in Self.queries(desk) {
      for sort in RequestQuery.Sort.allCases {
        var query = query
        (query.sort, query.limit) = (sort, 7)
        let expected = all.filter(keep).sorted { a, b in
          switch sort {
          case .due: (Self.due(a), a.id) < (Self.due(b), b.id)
          case .newest: (a.reportedAt, a.id) > (b.reportedAt, b.id)
          case .number: a.number < b.number
          }
        }
        #expect(!expected.isEmpty)
        #expect(try await Self.pages(desk, query, by: desk.manager) == expected.map(\.number), "\(query)")
      }
    }
  }

  @Test func `outsiders page through what is theirs (ORG-3, ORG-5)`() async throws {
    let desk = try await TestDesk()
    let all = try await Self.crowded(desk)
    var query = RequestQuery()
    query.limit = 4
    let own = all.filter { $0.customer?.id == desk.hospital }.map(\.number)
    #expect(try await Self.pages(desk, query, by: desk.doctor) == own && !own.isEmpty)
    let jobs = all.filter { $0.workOrders.contains { $0.partner == "江西医修" } }.map(\.number)
    #expect(try await Self.pages(desk, query, by: desk.partner) == jobs && !jobs.isEmpty)
    query.customer = desk.otherHospital
    #expect(try await Self.pages(desk, query, by: desk.doctor) == [])
    var orders = WorkOrderQuery()
    orders.limit = 200
    let trips = try await desk.workOrders.list(orders, by: desk.partner).items
    #expect(Set(trips.map(\.requestNumber)) == Set(jobs))
    orders.limit = 2
    var paged: [String] = []
    repeat {
      let page = try await desk.workOrders.list(orders, by: desk.gao)
      paged += page.items.map(\.number)
      orders.cursor = page.next
    } while orders.cursor != nil
    #expect(paged.count == all.flatMap(\.workOrders).count && Set(paged).count == paged.count)
  }

  @Test func `a cursor of nowhere and an unknown state are said`() async throws {
    let desk = try await TestDesk()
    var query = RequestQuery()
    query.cursor = "bm90aGluZw"
    #expect(await desk.outcome { try await desk.requests.list(query, by: desk.chen) } == "invalid input.invalid")
    query = RequestQuery()
    query.state = "lost"
    #expect(await desk.outcome { try await desk.requests.list(query, by: desk.chen) } == "invalid input.invalid")
  }

  @Test func `every list walks an index, never the whole table`() async throws {
    let desk = try await TestDesk()
    for actor in [desk.chen, desk.doctor, desk.partner] {
      let scope = try actor.require(.requestRead)
      for (query, _) in Self.queries(desk) {
        for sort in RequestQuery.Sort.allCases {
          var query = query
          query.sort = sort
          let families = try await desk.test.company.database.read { [query] in
            try CaseFamilies(query, scope: scope, actor: actor, in: $0)
          }
          let plan = try RequestListPlan(query, scope: scope, actor: actor, families: families)
          let steps = try await Self.plan("\(ReadRequests.select) \(plan.condition)", plan.arguments, in: desk)
          #expect(steps.scanned == [], "\(query): \(steps)")
          // The lists that are asked all day come in the order of their index.
          let hot = query.kind == nil && query.urgency == nil && query.owner == nil && query.engineer == nil && query.equipment == nil
          if hot, scope == .all, sort == .due || (sort == .newest && query.state != "open") {
            #expect(!steps.sorts, "\(query): \(steps)")
          }
        }
      }
    }
    let journal = [
      "SELECT * FROM journal WHERE stream = ? AND version > ? ORDER BY version LIMIT ?",
      "SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?",
      "SELECT occurred FROM journal WHERE stream = ? ORDER BY version DESC LIMIT 1",
      "SELECT subject FROM personal WHERE field = 'phone' AND field <> 'signature' AND value = ? AND subject > 'request/' AND subject < 'request0' ORDER BY subject DESC LIMIT 20",
    ]
    for sql in journal {
      let steps = try await Self.plan(sql, Array(repeating: .integer(1), count: sql.filter { $0 == "?" }.count), in: desk)
      #expect(steps.scanned == [] && !steps.sorts, "\(sql): \(steps)")
    }
  }

  private static func plan(_ sql: String, _ arguments: [SQLValue], in desk: TestDesk) async throws -> QueryPlan {
    try await desk.test.company.database.read { db in try db.plan(of: sql, arguments) }
  }
}

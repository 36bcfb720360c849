import Domain
import Foundation
import Operations
import Persistence
import TestEngines
import Testing

@Suite struct RegisterTests {
  @Test func `a machine shows its model, its place and the end of its warranty (WAR-1)`() async throws {
    let test = try await TestCompany()
    let customer = try await test.make(.customers, ["name": .text("余干县人民医院")])
    let site = try await test.make(.sites, ["customer": .text(customer), "name": .text("门诊楼")])
    let model = try await test.make(
      .models, ["name": .text("DR-3000"), "manufacturer": .text("万东"), "category": .text("DR"), "warrantyMonths": .integer(24)])
    let id = try await test.make(
      .equipment,
      [
        "serialNumber": .text("SN-1"), "model": .text(model), "customer": .text(customer), "site": .text(site),
        "installedOn": .date(CivilDate(parsing: "2025-05-31")!),
      ])
    let machine = try await test.read(.equipment, id)
    #expect(machine["model"]["id"].text == model)
    #expect(machine["model"]["name"].text == "DR-3000")
    #expect(machine["customer"].text == customer)
    #expect(machine["customerName"].text == "余干县人民医院")
    #expect(machine["siteName"].text == "门诊楼")
    #expect(machine["department"].isNull)
    #expect(machine["state"].text == "in-use")
    #expect(machine["warrantyEnds"].text == "2027-05-31")
    #expect(machine["version"].integer == 1)
    #expect(machine["archived"] == JSON(.bool(false)))
  }

  @Test func `a change holds only the changed fields, and null empties one`() async throws {
    let test = try await TestCompany()
    let id = try await test.make(.branches, ["code": .text("YG"), "name": .text("余干"), "district": .text("余干县"), "phone": .text("1")])
    let change = Fields(["name": .text("余干服务站"), "district": .text("余干县"), "phone": .null])
    let answer = try await test.registers.change(.branches, id, change, Call(.system, expected: 1))
    #expect(answer.version == 2)
    #expect(!answer.created)
    let events = try await test.company.database.read { db in try Journal.events(of: "branch/\(id)", in: db) }
    #expect(events.map(\.kind) == ["recorded", "recorded"])
    #expect(events[1].body == #"{"name":"余干服务站","phone":null}"#)
    #expect(try await test.read(.branches, id)["phone"].isNull)
  }

  @Test func `a change names the version it changes, and the newest one`() async throws {
    let test = try await TestCompany()
    let id = try await test.make(.branches, ["code": .text("YG"), "name": .text("余干"), "district": .text("余干县")])
    await #expect(throws: RegisterError.versionRequired) {
      try await test.registers.change(.branches, id, Fields(["name": .text("x")]), Call(.system))
    }
    await #expect(throws: RegisterError.changed(expected: 7, actual: 1)) {
      try await test.registers.change(.branches, id, Fields(["name": .text("x")]), Call(.system, expected: 7))
    }
    await #expect(throws: AccessError.notFound("branch")) {
      try await test.registers.change(.branches, "nothing", Fields(["name": .text("x")]), Call(.system, expected: 1))
    }
  }

  @Test func `a reference must name a record in use`() async throws {
    let test = try await TestCompany()
    await #expect(throws: InputRefusal.self) { try await test.make(.sites, ["customer": .text("nobody"), "name": .text("x")]) }
    let customer = try await test.make(.customers, ["name": .text("A")])
    _ = try await test.registers.archive(.customers, customer, Call(.system))
    await #expect(throws: InputRefusal.self) { try await test.make(.sites, ["customer": .text(customer), "name": .text("x")]) }
    _ = try await test.registers.restore(.customers, customer, Call(.system))
    try await test.make(.sites, ["customer": .text(customer), "name": .text("x")])
  }

  @Test func `a site of another customer is refused (ORG-5)`() async throws {
    let test = try await TestCompany()
    let (a, b) = (try await test.make(.customers, ["name": .text("A")]), try await test.make(.customers, ["name": .text("B")]))
    let site = try await test.make(.sites, ["customer": .text(a), "name": .text("x")])
    await #expect(throws: InputRefusal.field("site", "It belongs to another customer. Check both.", code: "field.foreign-place")) {
      try await test.make(.departments, ["customer": .text(b), "site": .text(site), "name": .text("放射科")])
    }
  }

  @Test func `two machines of one model cannot share a serial number`() async throws {
    let test = try await TestCompany()
    let model = try await test.make(.models, ["name": .text("M"), "manufacturer": .text("X"), "category": .text("DR")])
    try await test.make(.equipment, ["serialNumber": .text("1"), "model": .text(model)])
    await #expect(throws: RegisterError.notUnique(["model", "serialNumber"])) {
      try await test.make(.equipment, ["serialNumber": .text("1"), "model": .text(model)])
    }
    #expect(try await test.number("SELECT COUNT(*) FROM journal WHERE stream LIKE 'equipment/%'") == 1)
  }

  @Test func `the journal and the rows hold no name and no number of a contact`() async throws {
    let test = try await TestCompany()
    let customer = try await test.make(.customers, ["name": .text("A")])
    let id = try await test.make(.contacts, ["customer": .text(customer), "name": .text("李敏"), "phone": .text("13970000001")])
    let contact = try await test.read(.contacts, id)
    #expect(contact["name"].text == "李敏")
    #expect(contact["phone"].text == "13970000001")
    #expect(try await test.number("SELECT COUNT(*) FROM journal WHERE body LIKE '%李敏%' OR body LIKE '%1397%'") == 0)
    #expect(try await test.number("SELECT COUNT(*) FROM contact WHERE length(name) = 64 AND length(phone) = 64") == 1)
    try await test.company.views.flush(in: test.company)
    #expect(try await test.number("SELECT COUNT(*) FROM access_log WHERE event = 'personal-view'") == 1)
  }

  @Test func `a list goes page by page, filtered, without what is archived`() async throws {
    let test = try await TestCompany()
    var ids: [String] = []
    for index in 0..<7 {
      test.pass(seconds: 1)
      ids.append(try await test.make(.customers, ["name": .text("医院\(index)"), "district": .text(index < 5 ? "余干县" : "鄱阳县")]))
    }
    _ = try await test.registers.archive(.customers, ids[1], Call(.system))
    var query = RegisterQuery()
    query.filters = ["district": "余干县"]
    query.limit = 3
    let first = try await test.registers.list(.customers, query, by: .system)
    #expect(first.items.map(\.id) == [ids[0], ids[2], ids[3]])
    query.cursor = first.next
    let second = try await test.registers.list(.customers, query, by: .system)
    #expect(second.items.map(\.id) == [ids[4]])
    #expect(second.next == nil)
    query.filters = ["colour": "red"]
    let wrong = query
    await #expect(throws: InputRefusal.self) { try await test.registers.list(.customers, wrong, by: .system) }
  }

  @Test func `contacts are found by the number that calls (INT-3)`() async throws {
    let test = try await TestCompany()
    let customer = try await test.make(.customers, ["name": .text("A")])
    for number in ["1", "2", "3"] {
      try await test.make(.contacts, ["customer": .text(customer), "name": .text("人\(number)"), "phone": .text(number)])
    }
    var query = RegisterQuery()
    query.filters = ["phone": "2"]
    let found = try await test.registers.list(.contacts, query, by: .system)
    #expect(try found.items.map { try JSON($0.json)["name"].text } == ["人2"])
  }

  @Test func `a hospital sees its own and nothing of others (ORG-5)`() async throws {
    let test = try await TestCompany()
    let (a, b) = (try await test.make(.customers, ["name": .text("A")]), try await test.make(.customers, ["name": .text("B")]))
    let (ours, theirs) = (
      try await test.make(.sites, ["customer": .text(a), "name": .text("x")]),
      try await test.make(.sites, ["customer": .text(b), "name": .text("y")])
    )
    let user = Actor.someone(.hospital, customer: a)
    #expect(try await test.registers.list(.sites, RegisterQuery(), by: user).items.map(\.id) == [ours])
    #expect(try await test.read(.customers, a, by: user)["name"].text == "A")
    await #expect(throws: AccessError.notFound("site")) { try await test.registers.find(.sites, theirs, by: user) }
    await #expect(throws: AccessError.notFound("staff")) { try await test.registers.find(.staff, "any", by: user) }
    await #expect(throws: AccessError.notAllowed(.registerRead)) { try await test.registers.list(.staff, RegisterQuery(), by: user) }
    await #expect(throws: AccessError.notAllowed(.registerWrite)) {
      try await test.registers.create(.sites, Fields(["customer": .text(a), "name": .text("z")]), Call(user))
    }
    await #expect(throws: AccessError.notAllowed(.registerRead)) {
      try await test.registers.list(.customers, RegisterQuery(), by: .someone(.partner, partner: "万东"))
    }
  }

  @Test(arguments: Register.allCases)
  func `every filter has an index (design.md, lists)`(register: Register) async throws {
    let test = try await TestCompany()
    let description = register.description
    for name in description.filters {
      let column = description.field(name)!.column
      let plan = try await test.company.database.read { db in
        try db.plan(of: "SELECT id FROM \(description.table) WHERE \(column) = 'x' ORDER BY id LIMIT 51")
      }
      #expect(plan.indexes.contains { $0.hasPrefix("\(description.table)_") }, "\(description.table).\(column): \(plan)")
    }
  }
}

@Suite struct RegisterProjectorTests {
  private func event(_ kind: String, schema: Int, _ body: String, version: Int, stream: String = "equipment/e1") -> JournalEvent {
    JournalEvent(
      sequence: Int64(version), stream: stream, version: version, kind: kind, schema: schema, body: body, actor: "system", behalf: nil,
      device: nil,
      occurred: 1, recorded: 1, previousHash: "", hash: "")
  }

  @Test func `a machine recorded with warranty years is read with months`() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/equipment-recorded-1.json")
    let body = try String(contentsOf: url, encoding: .utf8)
    let projector = RegisterProjector(.equipment)
    let row = try #require(try projector.row(stream: "equipment/e1", events: [event("recorded", schema: 1, body, version: 1)]))
    let index = try #require(row.columns.firstIndex(of: "warranty_months"))
    #expect(row.values[index] == .integer(24))
    #expect(row.values[0] == .text("e1"))
  }

  @Test func `a row follows its events, forgetting included`() throws {
    let projector = RegisterProjector(.branches)
    var events = [event("recorded", schema: 1, #"{"code":"YG","name":"余干","district":"d","phone":"1"}"#, version: 1)]
    events.append(event("recorded", schema: 1, #"{"phone":null}"#, version: 2))
    events.append(event("archived", schema: 1, "{}", version: 3))
    events.append(event("forgotten", schema: 1, #"{"hashes":[]}"#, version: 4))
    let row = try #require(try projector.row(stream: "branch/b", events: events))
    #expect(row.values == [.text("b"), .integer(4), .integer(1), .text("YG"), .text("余干"), .text("d"), .null, .null, .null, .null])
    #expect(try projector.row(stream: "branch/b", events: []) == nil)
  }

  @Test(arguments: [("colour", 1, "{}"), ("recorded", 9, "{}"), ("recorded", 1, "{")])
  func `what cannot be read is a fault, not a guess`(kind: String, schema: Int, body: String) {
    #expect(throws: (any Error).self) {
      try RegisterProjector(.branches).row(stream: "branch/b", events: [event(kind, schema: schema, body, version: 1)])
    }
  }

  @Test func `columns are those of the table`() async throws {
    let test = try await TestCompany()
    for projector in RegisterProjector.all {
      let columns = try await test.company.database.read { db in
        try TableShape.of(projector.table, dialect: TestEngine.dialect, in: db)?.columns
      }
      // A column that came later stands last in the table, wherever its field is.
      #expect(columns?.sorted() == projector.columns.sorted())
    }
  }
}

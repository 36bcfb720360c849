import Domain
import Operations
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct RegisterListTests {
  private func query(_ change: (inout RegisterQuery) -> Void) -> RegisterQuery {
    var query = RegisterQuery()
    change(&query)
    return query
  }

  @Test func `a list is sorted by name either way, page by page, and newest first`() async throws {
    let test = try await TestCompany()
    for name in ["C", "A", "|", "B"] {
      test.pass(seconds: 1)
      try await test.make(.customers, ["name": .text(name)])
    }
    func walk(_ sort: String) async throws -> String {
      var names = "", query = query { ($0.sort, $0.limit) = (sort, 3) }
      repeat {
        let page = try await test.registers.list(.customers, query, by: .system)
        names += try page.items.map { try JSON($0.json)["name"].text }.joined()
        query.cursor = page.next
      } while query.cursor != nil
      return names
    }
    #expect(try await walk("name") == "ABC|")
    #expect(try await walk("-name") == "|CBA")
    #expect(try await walk("-id") == "B|AC")
    #expect(try await walk("id") == "CA|B")
  }

  @Test(arguments: ["x\" OR \"y", "㵺S¬", "a b", "*", "\u{F0000}"])
  func `a customer that can be none has no records, and is no part of the index's query`(_ customer: String) async throws {
    let test = try await TestCompany()
    let found = query { ($0.search, $0.filters) = ("x", ["customer": customer]) }
    #expect(try await test.registers.list(.departments, found, by: .system).items.isEmpty)
  }

  @Test func `what no index carries is refused`() async throws {
    let test = try await TestCompany()
    await #expect(throws: InputRefusal.self) { try await test.registers.list(.customers, query { $0.sort = "address" }, by: .system) }
    await #expect(throws: InputRefusal.self) {
      try await test.registers.list(.customers, query { ($0.sort, $0.filters) = ("name", ["kind": "hospital"]) }, by: .system)
    }
  }

  @Test(arguments: Register.allCases)
  func `every order is read off an index, and sorts nothing`(_ register: Register) async throws {
    let test = try await TestCompany()
    let description = register.description
    for word in description.sorts {
      let sort = try RegisterSort(query { $0.sort = word }, of: description)
      let plan = try await test.company.database.read { db in
        try db.plan(of: "SELECT t.id FROM \(description.table) t WHERE t.archived = 0 ORDER BY \(sort.order) LIMIT ?", [.int(51)])
      }
      #expect(!plan.sorts, "\(word): \(plan)")
      guard let column = sort.column else { continue }
      let after = "(t.\(column), t.id) \(sort.isDescending ? "<" : ">") (?, ?)"
      let following = try await test.company.database.read { db in
        try db.plan(
          of: "SELECT t.id FROM \(description.table) t WHERE t.archived = 0 AND \(after) ORDER BY \(sort.order) LIMIT ?",
          [.text("x"), .text("y"), .int(51)])
      }
      #expect(!following.sorts && following.indexes.contains("\(description.table)_\(column)_id"), "\(word): \(following)")
    }
  }

  @Test(arguments: Register.allCases)
  func `every filter is read off an index in the order of records`(_ register: Register) async throws {
    let test = try await TestCompany()
    let description = register.description
    for name in description.filters {
      guard let field = description.field(name), field.storage != .personal, name != "partner", name != "customer" || register != .staff
      else { continue }
      let plan = try await test.company.database.read { db in
        try db.plan(
          of: "SELECT t.id FROM \(description.table) t WHERE t.\(field.column) = ? AND t.archived = 0 ORDER BY t.id DESC LIMIT ?",
          [.text("x"), .int(51)])
      }
      #expect(plan.scanned.isEmpty, "\(name): \(plan)")
    }
  }

  @Test func `a register is searched in characters, pinyin and by a serial number with one wrong letter (INT-3)`() async throws {
    let desk = try await TestDesk()
    func found(_ register: Register, _ text: String, _ filters: [String: String] = [:]) async throws -> [String] {
      try await desk.test.registers.list(register, query { ($0.search, $0.filters) = (text, filters) }, by: desk.chen).items.map(\.id)
    }
    #expect(try await found(.customers, "ygx") == [desk.hospital])
    #expect(try await found(.customers, "余干") == [desk.hospital])
    // The machine stands at that hospital, and is no customer.
    #expect(try await found(.equipment, "余干") == [desk.machine])
    #expect(try await found(.contacts, TestDesk.phone) == [desk.contact])
    #expect(try await found(.sites, "门诊", ["customer": desk.hospital]) == [desk.site])
    #expect(try await found(.sites, "门诊", ["customer": desk.otherHospital]) == [])
    await #expect(throws: InputRefusal.self) { try await found(.customers, " ") }
  }

  @Test func `a hospital's user finds only its own (ORG-5)`() async throws {
    let desk = try await TestDesk()
    let found = try await desk.test.registers.list(.equipment, query { $0.search = "SN" }, by: desk.doctor)
    #expect(found.items.map(\.id) == [desk.machine])
    #expect(try await desk.test.registers.count(.equipment, by: desk.doctor) == 1)
  }

  @Test func `what is archived is found when it is asked for`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.test.registers.archive(.equipment, desk.machine, Call(.system))
    #expect(try await desk.test.registers.list(.equipment, query { $0.search = "SN-1" }, by: desk.chen).items.isEmpty)
    let all = try await desk.test.registers.list(.equipment, query { ($0.search, $0.includeArchived) = ("SN-1", true) }, by: desk.chen)
    #expect(all.items.map(\.id) == [desk.machine])
  }

  @Test func `a count stops where it is told to`() async throws {
    let test = try await TestCompany()
    for name in ["A", "B", "C"] { try await test.make(.customers, ["name": .text(name)]) }
    #expect(try await test.registers.count(.customers, by: .system) == 3)
    #expect(try await test.registers.count(.customers, upTo: 2, by: .system) == 2)
    #expect(try await test.registers.count(.customers, query { $0.filters = ["kind": "clinic"] }, by: .system) == 0)
  }
}

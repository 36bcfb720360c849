import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

/// Random merges, undoings, changes and cut-off moves by turns, then what must hold (ORG-2, ORG-5).
@Suite struct RandomMergeTests {
  @Test(arguments: 1...12 as ClosedRange<UInt64>)  // a failing seed can be run again
  func `whatever is merged and undone, the rows are what the journal says, and nothing is lost`(seed: UInt64) async throws {
    let desk = try await TestDesk(seed: seed)
    let test = desk.test, registers = test.registers, follower = MergeFollower(test.company)
    var random = Seeded(seed &* 104_729)
    let model = try await test.read(.equipment, desk.machine)["model"]["id"].text
    var customers: [String] = [], machines: [String] = [], told: [String: String] = [:]
    for index in 0..<5 {
      let customer = try await test.make(.customers, ["name": .text("医院\(index)")])
      customers.append(customer)
      for name in ["门诊", "住院", "分院\(index)"].prefix(2 + index % 2) {
        let site = try await test.make(.sites, ["customer": .text(customer), "name": .text(name)])
        let department = try await test.make(.departments, ["customer": .text(customer), "site": .text(site), "name": "放射科"])
        let machine = try await test.make(
          .equipment,
          [
            "serialNumber": .text("R-\(index)-\(name)"), "model": .text(model), "customer": .text(customer), "site": .text(site),
            "department": .text(department),
          ])
        machines.append(machine)
        _ = try await test.make(
          .contacts, ["customer": .text(customer), "site": .text(site), "name": "某人", "phone": .text("139\(index)")])
      }
      told[customer] = try await desk.report(["customer": .text(customer)])["number"].text
    }
    var outcomes: [String: Int] = [:]
    for turn in 0..<60 {
      test.pass(seconds: 30)
      let kind = Int.random(in: 0..<10, using: &random)
      let customer = customers.randomElement(using: &random)!, other = customers.randomElement(using: &random)!
      let machine = machines.randomElement(using: &random)!, twin = machines.randomElement(using: &random)!
      let reason = Fields(["reason": "x"])
      func into(_ id: String) -> Fields { Fields(["into": .text(id), "reason": "x"]) }
      let outcome =
        switch kind {
        case 0, 1: await desk.outcome { try await registers.merge(.customers, customer, into(other), Call(desk.manager)) }
        case 2, 3: await desk.outcome { try await registers.unmerge(.customers, customer, reason, Call(desk.manager)) }
        case 4: await desk.outcome { try await registers.merge(.equipment, machine, into(twin), Call(desk.manager)) }
        case 5: await desk.outcome { try await registers.unmerge(.equipment, machine, reason, Call(desk.manager)) }
        case 6:
          // Somebody says where a machine is now.
          await desk.outcome {
            let version = Int(try await test.read(.equipment, machine)["version"].integer ?? 0)
            return try await registers.change(
              .equipment, machine, Fields(["customer": .text(other), "site": .null, "department": .null]), Call(.system, expected: version))
          }
        case 7: await desk.outcome { try await test.make(.contacts, ["customer": .text(customer), "name": "新人", "phone": "1"]) }
        default: await desk.outcome { try await follower.step() }
        }
      #expect(!outcome.hasPrefix("fault"), "seed \(seed), turn \(turn): \(kind) \(outcome)")
      outcomes["\(kind) \(outcome)", default: 0] += 1
      // Every case is found by the customer that goes on, at each moment.
      let survivor = try await test.read(.customers, customer)["mergedInto"].text
      var query = RequestQuery()
      query.customer = survivor.isEmpty ? customer : survivor
      #expect(
        try await desk.requests.list(query, by: desk.chen).items.map(\.number).contains(told[customer]!), "seed \(seed), turn \(turn)")
    }
    #expect(outcomes.keys.filter { $0.hasSuffix("taken") }.count > 4, "\(outcomes)")
    try await follower.followAll()
    try await check(test, seed)
    // All undone, everybody is where they were, but for what somebody moved since.
    for _ in 0..<customers.count {
      for customer in customers {
        _ = await desk.outcome { try await registers.unmerge(.customers, customer, Fields(["reason": "x"]), Call(desk.manager)) }
      }
      try await follower.followAll()
    }
    #expect(try await test.number("SELECT COUNT(*) FROM customer WHERE merged_into IS NOT NULL") == 0)
    #expect(try await test.number("SELECT COUNT(*) FROM site WHERE merged_into IS NOT NULL OR origin IS NOT NULL") == 0)
    #expect(try await test.number("SELECT COUNT(*) FROM department WHERE merged_into IS NOT NULL OR origin IS NOT NULL") == 0)
    try await check(test, seed)
  }

  private func check(_ test: TestCompany, _ seed: UInt64) async throws {
    for register in [Register.sites, .departments, .contacts, .equipment, .staff] {
      let ways = [MergeFollower.forward(register), MergeFollower.back(register)]
      for sql in ways + (register == .sites || register == .departments ? [MergeFollower.split(register)] : []) {
        #expect(try await test.company.database.read { try $0.rows(sql) { $0.text(0) } } == [], "seed \(seed): \(sql)")
      }
      // A merged row names one in use, and what stands at a place is its customer's.
      let table = register.description.table
      if register.description.isMergeable {
        let sql = "SELECT COUNT(*) FROM \(table) t JOIN \(table) s ON s.id = t.merged_into WHERE s.merged_into IS NOT NULL"
        #expect(try await test.number(sql) == 0, "seed \(seed): \(table)")
      }
      guard [.contacts, .equipment, .departments].contains(register) else { continue }
      let alone = register == .departments ? "AND t.merged_into IS NULL" : ""
      let strays = try await test.number(
        "SELECT COUNT(*) FROM \(table) t JOIN site s ON s.id = t.site WHERE s.customer <> t.customer \(alone)")
      #expect(strays == 0, "seed \(seed): \(table)")
    }
    #expect(try await Verify(test.company).run().isGood, "seed \(seed)")
    let before = try await Self.rows(test)
    _ = try await Rebuild(test.company).run()
    #expect(try await Self.rows(test) == before, "seed \(seed): rebuild made something else")
  }

  private static func rows(_ test: TestCompany) async throws -> [String] {
    try await test.company.database.read { db in
      try RegisterProjector.all.flatMap { projector in
        try db.rows("SELECT \(projector.columns.joined(separator: ", ")) FROM \(projector.table) ORDER BY id") { row in
          (0..<row.count).map { "\(row.value($0))" }.joined(separator: "|")
        }
      }
    }
  }
}

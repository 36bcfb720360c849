import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

/// Two records that were one all along (ORG-2, ORG-5): a hospital entered twice, a machine with a mistyped serial number.
@Suite struct MergeTests {
  @Test func `a hospital entered twice becomes one: both histories stand, the old id answers, lists show one (ORG-5)`() async throws {
    let twins = try await Twins()
    let desk = twins.desk, test = desk.test
    let before = try await desk.events("customer/\(twins.twin)")
    let told = try await desk.report(["customer": .text(twins.twin), "summary": "CT 报警"])
    #expect(told["customer"]["id"].text == twins.twin)
    test.pass(seconds: 60)
    let own = try await desk.report()
    let report = try await twins.merge()
    #expect(report["cases"].integer == 1 && report["openCases"].integer == 1 && report["dryRun"] == JSON(.bool(false)))
    // Nothing of the two histories is rewritten; each has one event more.
    let after = try await desk.events("customer/\(twins.twin)")
    #expect(after.dropLast() == before[...] && after.last?.kind == "merged")
    #expect(try JSON(after.last!.body)["differs"]["name"].texts == ["余干县医院", "余干县人民医院"])
    #expect(try await desk.events("customer/\(desk.hospital)").last?.kind == "absorbed")
    let old = try await test.read(.customers, twins.twin)
    #expect(old["name"].text == "余干县医院" && old["mergedInto"].text == desk.hospital && old["archived"].truth)
    let one = try await test.read(.customers, desk.hospital)["absorbed"][0]
    #expect(one["id"].text == twins.twin && one["name"].text == "余干县医院" && one["reason"].text == "同一家医院，地址相同")
    #expect(one["by"].text == "staff:\(desk.manager.staff!.text)" && one["byName"].text == "刘" && !one["at"].isNull)
    #expect(try await test.registers.list(.customers, RegisterQuery(), by: .system).items.map(\.id).contains(twins.twin) == false)
    // By either id: both cases, shown with the name that goes on, while the journal says what was told.
    for id in [desk.hospital, twins.twin] {
      for sort in RequestQuery.Sort.allCases {
        var query = RequestQuery()
        (query.customer, query.sort, query.state) = (id, sort, "open")
        let found = try await desk.requests.list(query, by: desk.chen).items
        #expect(Set(found.map(\.number)) == [own["number"].text, told["number"].text], "\(sort)")
        #expect(found.allSatisfy { $0.customer?.id == desk.hospital && $0.customer?.name == "余干县人民医院" })
        #expect(found.map(\.number) == found.map(\.number).sorted(by: sort == .newest ? (>) : (<)) || sort == .due)
        query.limit = 1
        let first = try await desk.requests.list(query, by: desk.chen)
        query.cursor = first.next
        #expect(try await (first.items + desk.requests.list(query, by: desk.chen).items).map(\.number) == found.map(\.number))
      }
    }
    #expect(try await desk.events("request/\(told["id"].text)").first!.body.contains(twins.twin))
    // What is told of the old id from now on is the other's.
    #expect(try await desk.report(["customer": .text(twins.twin)])["customer"]["id"].text == desk.hospital)
    #expect(try await Verify(test.company).run().isGood)
  }

  @Test func `a dry run tells what would move, join and differ, and writes nothing`() async throws {
    let twins = try await Twins()
    let before = try await twins.desk.test.number("SELECT COUNT(*) FROM journal")
    let report = try await twins.merge(dryRun: true)
    #expect(report["dryRun"].truth)
    func counts(_ name: String) -> [String] { report[name].items.map { "\($0["register"].text) \($0["count"].integer!)" } }
    #expect(counts("moves") == ["sites 1", "departments 1", "contacts 1", "equipment 1", "staff 1"])
    #expect(counts("joins") == ["sites 1", "departments 1"])
    let branch = report["differs"].items.first { $0["field"].text == "branch" }
    #expect(branch?["from"].isNull == true && branch?["into"].text == "余干服务站")
    #expect(try await twins.desk.test.number("SELECT COUNT(*) FROM journal") == before)
    let merged = try await twins.merge()
    #expect(merged["moves"] == report["moves"] && merged["differs"] == report["differs"])
  }

  @Test func `what is not one is refused, and only who answers for it may merge`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    func outcome(_ register: Register, _ id: String, _ into: String, by actor: Actor? = nil) async -> String {
      await desk.outcome {
        try await test.registers.merge(register, id, Fields(["into": .text(into), "reason": "x"]), Call(actor ?? desk.manager))
      }
    }
    func customer(_ name: String, _ code: String? = nil) async throws -> String {
      try await test.make(.customers, ["name": .text(name)].merging(code.map { ["uscc": .text($0)] } ?? [:]) { $1 })
    }
    let a = try await customer("A", "91360100158261445B"), b = try await customer("B", "91350100M000100Y43"), c = try await customer("C")
    #expect(await outcome(.customers, a, a) == "conflict merge.into-itself")
    #expect(await outcome(.customers, a, b) == "conflict merge.other-credit-code")
    #expect(await outcome(.customers, a, "nobody") == "invalid input.invalid")
    #expect(await outcome(.customers, "nobody", a) == "missing access.not-found")
    for actor in [desk.chen, desk.gao, desk.wang, desk.doctor, desk.partner, desk.finance] {
      #expect(await outcome(.customers, c, a, by: actor) == "forbidden access.not-allowed")
    }
    _ = try await test.registers.archive(.customers, c, Call(.system))
    #expect(await outcome(.customers, a, c) == "conflict merge.into-archived")
    // By its name, and an archived duplicate too.
    #expect(await outcome(.customers, c, "A") == "taken")
    #expect(await outcome(.customers, c, b) == "conflict merge.already-merged")
    #expect(await outcome(.customers, b, c) == "conflict merge.into-merged")
    #expect(await outcome(.customers, a, c) == "conflict merge.into-merged")
    // A merged record is not changed, archived or restored.
    #expect(
      await desk.outcome { try await test.registers.change(.customers, c, Fields(["name": "D"]), Call(.system, expected: 3)) }
        == "conflict register.merged")
    #expect(await desk.outcome { try await test.registers.restore(.customers, c, Call(.system)) } == "conflict register.merged")
    #expect(
      await desk.outcome { try await test.registers.unmerge(.customers, a, Fields(["reason": "x"]), Call(desk.manager)) }
        == "conflict merge.not-merged")
    let model = try await test.make(.models, ["name": "CT-9", "manufacturer": "x", "category": "CT"])
    let other = try await test.make(.equipment, ["serialNumber": "SN-1", "model": .text(model)])
    #expect(await outcome(.equipment, desk.machine, other) == "conflict merge.other-model")
    // A machine that moved: the two records are at two hospitals.
    #expect(await outcome(.equipment, desk.otherMachine, desk.machine) == "taken")
  }

  @Test func `If-Match and Idempotency-Key hold for a merge`() async throws {
    let twins = try await Twins()
    let registers = twins.desk.test.registers, input = Fields(["into": .text(twins.desk.hospital), "reason": "x"])
    #expect(
      await twins.desk.outcome { try await registers.merge(.customers, twins.twin, input, Call(twins.desk.manager, expected: 9)) }
        == "stale register.changed")
    let call = Call(
      twins.desk.manager, expected: 1, idempotency: IdempotencyKey(key: "k", method: "POST", path: "/x", bodyHash: "h"))
    let first = try await registers.merge(.customers, twins.twin, input, call)
    let second = try await registers.merge(.customers, twins.twin, input, call)
    #expect(first.body == second.body && second.replayed && first.version == 2)
  }

  @Test func `what belongs to the merged customer follows, name clashes become one, and undoing takes all of it back`() async throws {
    let twins = try await Twins()
    let desk = twins.desk, test = desk.test
    let before = try await twins.places()
    _ = try await twins.merge()
    // At each moment of the way readers see the same, and what is cut off goes on.
    let seen = try await twins.seen()
    let follower = MergeFollower(test.company)
    var turns = 0
    while try await follower.step() {
      turns += 1
      #expect(try await twins.seen() == seen, "turn \(turns)")
    }
    #expect(turns > 3)
    #expect(try await test.read(.sites, twins.site)["mergedInto"].text == desk.site)
    #expect(try await test.read(.departments, twins.department)["mergedInto"].text == twins.ownDepartment)
    let machine = try await test.read(.equipment, twins.machine)
    #expect(machine["customer"].text == desk.hospital && machine["site"].text == desk.site)
    #expect(machine["department"].text == twins.ownDepartment)
    let moved = try await desk.events("equipment/\(twins.machine)").last!
    #expect(moved.kind == "moved")
    #expect(try JSON(moved.body)["cause"].text == "customer/\(twins.twin)")
    #expect(try await test.read(.contacts, twins.contact)["customer"].text == desk.hospital)
    #expect(try await test.read(.staff, twins.doctor.staff!.text)["customer"].text == desk.hospital)
    #expect(try await Verify(test.company).run().isGood)
    // What was installed since at a place that goes back goes along with it.
    let model = try await test.read(.equipment, twins.machine)["model"]["id"].text
    let since = try await test.make(
      .equipment, ["serialNumber": "SN-77", "model": .text(model), "customer": .text(desk.hospital), "site": .text(twins.wing)])
    _ = try await test.registers.unmerge(.customers, twins.twin, Fields(["reason": "是两家"]), Call(desk.manager))
    try await follower.followAll()
    #expect(try await twins.places(except: since) == before)
    #expect(try await test.read(.equipment, since)["customer"].text == twins.twin)
    #expect(try await test.read(.customers, desk.hospital)["absorbed"].count == 0)
    #expect(try await test.read(.customers, twins.twin)["archived"] == JSON(.bool(false)))
    #expect(try await Verify(test.company).run().isGood)
  }

  @Test func `users of either hospital see the cases of both, before and after their record moved (ORG-5)`() async throws {
    let twins = try await Twins()
    let desk = twins.desk
    let own = try await desk.report()["number"].text,
      told = try await desk.report(["customer": .text(twins.twin), "serialNumber": "CT-1"])["number"].text
    try await desk.take(.accept, on: told)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: told, by: desk.gao)
    func sees(_ actor: Actor) async throws -> Set<String> {
      Set(try await desk.requests.list(RequestQuery(), by: actor).items.map(\.number))
    }
    #expect(try await sees(twins.doctor) == [told])
    #expect(await desk.outcome { try await desk.requests.find(own, by: twins.doctor) } == "missing access.not-found")
    _ = try await twins.merge()
    for moved in [false, true] {
      if moved { try await MergeFollower(desk.test.company).followAll() }
      for doctor in [twins.doctor, desk.doctor] {
        #expect(try await sees(doctor).isSuperset(of: [own, told]))
        for number in [own, told] { #expect(try await desk.find(number, by: doctor)["number"].text == number) }
        #expect(try await desk.workOrders.list(WorkOrderQuery(), by: doctor).items.count == 1)
        try await desk.take(.comment, ["text": "请尽快"], on: told, by: doctor)
        #expect(try await desk.test.read(.customers, desk.hospital, by: doctor)["absorbed"][0]["byName"].isNull)
        #expect(try await SearchOperations(desk.test.company).search("启动", by: doctor).items.map(\.number).contains(told))
        let report = try await desk.report(["serialNumber": "CT-1"], by: doctor)
        #expect(
          report["customer"]["id"].text == desk.hospital && report["possibleDuplicates"].items.map { $0["number"].text }.contains(told))
      }
    }
    #expect(try await sees(desk.otherDoctor) == [])
  }

  @Test func `a machine with a mistyped number: reports by either take the one that goes on, and find its open cases`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    let model = try await test.read(.equipment, desk.machine)["model"]["id"].text
    let typo = try await test.make(.equipment, ["serialNumber": "SN-I", "model": .text(model), "customer": .text(desk.hospital)])
    let first = try await desk.report(["serialNumber": "SN-I"])
    #expect(first["equipment"]["id"].text == typo)
    _ = try await test.registers.merge(.equipment, typo, Fields(["into": "SN-1", "reason": "l 写成 I"]), Call(desk.manager))
    let second = try await desk.report(["serialNumber": "SN-I"])
    #expect(second["equipment"]["id"].text == desk.machine && second["equipment"]["serialNumber"].text == "SN-1")
    #expect(second["possibleDuplicates"].items.map { $0["id"].text } == [first["id"].text])
    #expect(try await desk.find(first["number"].text)["equipment"]["serialNumber"].text == "SN-1")
    #expect(try await desk.report(["equipment": .text(typo)])["equipment"]["id"].text == desk.machine)
    for id in [typo, desk.machine] {
      var query = RequestQuery()
      query.equipment = id
      #expect(try await desk.requests.list(query, by: desk.chen).items.count == 3)
    }
    // The mistyped number is free; the right record may take it, as when the wrong one had the history.
    _ = try await test.registers.change(.equipment, desk.machine, Fields(["serialNumber": "SN-I"]), Call(.system, expected: 2))
    #expect(
      await desk.outcome { try await test.registers.unmerge(.equipment, typo, Fields(["reason": "x"]), Call(desk.manager)) }
        == "invalid register.not-unique")
    #expect(try await Verify(test.company).run().isGood)
  }

  @Test func `a chain: every record names the one in use, and merges are undone the last one first`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    var ids: [String] = []
    for name in ["甲", "乙", "丙"] { ids.append(try await test.make(.customers, ["name": .text(name)])) }
    let site = try await test.make(.sites, ["customer": .text(ids[0]), "name": "门诊"])
    func merge(_ one: Int, _ other: Int) async throws {
      _ = try await test.registers.merge(.customers, ids[one], Fields(["into": .text(ids[other]), "reason": "x"]), Call(desk.manager))
      try await MergeFollower(test.company).followAll()
    }
    func split(_ one: Int) async -> String {
      await desk.outcome { try await test.registers.unmerge(.customers, ids[one], Fields(["reason": "x"]), Call(desk.manager)) }
    }
    func into(_ one: Int) async throws -> String { try await test.read(.customers, ids[one])["mergedInto"].text }
    try await merge(0, 1)
    try await merge(1, 2)
    #expect(try await [into(0), into(1)] == [ids[2], ids[2]])
    #expect(try await test.read(.customers, ids[2])["absorbed"].count == 2)
    #expect(try await test.read(.sites, site)["customer"].text == ids[2])
    #expect(await split(0) == "conflict merge.split-out-of-turn")
    #expect(await split(1) == "taken")
    #expect(try await into(0) == ids[1])
    try await MergeFollower(test.company).followAll()
    #expect(try await test.read(.sites, site)["customer"].text == ids[1])
    #expect(await split(0) == "taken")
    try await MergeFollower(test.company).followAll()
    #expect(try await test.read(.sites, site)["customer"].text == ids[0])
    #expect(try await Verify(test.company).run().isGood)
  }

  @Test(arguments: 0...12)
  func `a chain that is undone while records are still on their way: what is no longer one is not seen by the other (ORG-5)`(
    steps: Int
  ) async throws {
    let desk = try await TestDesk()
    let test = desk.test
    let model = try await test.read(.equipment, desk.machine)["model"]["id"].text
    var ids: [String] = [], machines: [String] = [], contacts: [String] = []
    for (index, name) in ["甲", "乙", "丙"].enumerated() {
      let customer = try await test.make(.customers, ["name": .text(name)])
      // One place that all three have, and one of its own.
      for place in ["门诊", "分院\(name)"] {
        let site = try await test.make(.sites, ["customer": .text(customer), "name": .text(place)])
        let department = try await test.make(.departments, ["customer": .text(customer), "site": .text(site), "name": "放射科"])
        let stands: [String: FieldValue] = ["customer": .text(customer), "site": .text(site), "department": .text(department)]
        machines.append(
          try await test.make(
            .equipment, ["serialNumber": .text("K-\(index)-\(place)"), "model": .text(model)].merging(stands) { first, _ in first }))
        contacts.append(
          try await test.make(.contacts, ["name": "某人", "phone": .text("139\(index)")].merging(stands) { first, _ in first }))
      }
      ids.append(customer)
    }
    func found(_ register: Register, _ customer: Int) async throws -> [String] {
      var query = RegisterQuery()
      query.filters = ["customer": ids[customer]]
      return try await test.registers.list(register, query, by: desk.chen).items.map(\.id).sorted()
    }
    let follower = MergeFollower(test.company)
    for (one, other) in [(0, 1), (1, 2)] {
      _ = try await test.registers.merge(.customers, ids[one], Fields(["into": .text(ids[other]), "reason": "x"]), Call(desk.manager))
    }
    for _ in 0..<steps { _ = try await follower.step() }
    // 丙 is on its own again, and has only its own; 甲 and 乙 are still one.
    _ = try await test.registers.unmerge(.customers, ids[1], Fields(["reason": "是两家"]), Call(desk.manager))
    try await follower.followAll()
    for (register, all) in [(Register.equipment, machines), (.contacts, contacts)] {
      #expect(try await found(register, 2) == all[4...].sorted(), "\(register)")
      #expect(try await found(register, 1) == all[..<4].sorted(), "\(register)")
    }
    for table in ["site", "department"] {
      let strays = "SELECT COUNT(*) FROM \(table) t JOIN \(table) s ON s.id = t.merged_into WHERE s.customer = '\(ids[2])'"
      #expect(try await test.number(strays) == 0, "\(table)")
    }
    _ = try await test.registers.unmerge(.customers, ids[0], Fields(["reason": "是两家"]), Call(desk.manager))
    try await follower.followAll()
    for customer in 0..<3 {
      #expect(try await found(.equipment, customer) == machines[(2 * customer)..<(2 * customer + 2)].sorted())
      #expect(try await found(.contacts, customer) == contacts[(2 * customer)..<(2 * customer + 2)].sorted())
    }
    #expect(try await test.number("SELECT COUNT(*) FROM site WHERE merged_into IS NOT NULL OR origin IS NOT NULL") == 0)
    #expect(try await Verify(test.company).run().isGood)
  }

  @Test func `the history of a record tells both stories in order, page by page, and is not for outsiders`() async throws {
    let twins = try await Twins()
    let desk = twins.desk, registers = desk.test.registers
    desk.test.pass(seconds: 60)
    _ = try await registers.change(.customers, twins.twin, Fields(["address": "世纪大道 1 号"]), Call(desk.chen, expected: 1))
    _ = try await twins.merge(expected: 2)
    var told: [String] = [], cursor: String?
    repeat {
      let page = try await registers.history(.customers, of: desk.hospital, after: cursor, limit: 2, by: desk.chen)
      told += page.items.map { "\($0.stream == "customer/\(twins.twin)" ? "twin" : "own") \($0.event) \($0.actorName ?? $0.actor)" }
      cursor = page.next
    } while cursor != nil
    #expect(told == ["own recorded system", "twin recorded system", "twin recorded 陈", "twin merged 刘", "own absorbed 刘"])
    #expect(
      await desk.outcome { try await registers.history(.customers, of: desk.hospital, after: nil, limit: 5, by: desk.doctor) }
        == "forbidden access.not-allowed")
    #expect(
      await desk.outcome { try await registers.history(.customers, of: "x", after: nil, limit: 5, by: desk.chen) }
        == "missing access.not-found")
    #expect(try await registers.history(.contacts, of: desk.contact, after: nil, limit: 5, by: desk.chen).items.count == 1)
  }

  @Test func `the queries that look for what has to move read indexes`() async throws {
    let test = try await TestCompany()
    for register in [Register.sites, .departments, .contacts, .equipment, .staff] {
      var queries = [MergeFollower.forward(register), MergeFollower.back(register)]
      if register == .sites || register == .departments { queries.append(MergeFollower.split(register)) }
      for sql in queries {
        let plan = try await test.company.database.read { try $0.plan(of: sql) }
        #expect(plan.scanned.isEmpty, "\(sql): \(plan)")
      }
    }
  }
}

/// A company where 余干县人民医院 was entered twice, the second time with places, people and a machine of its own.
struct Twins: Sendable {
  let desk: TestDesk
  /// The second entry, and what belongs to it; `wing` is a site that the other has not.
  let twin, site, wing, department, contact, machine: String
  /// The first entry's department of the same name.
  let ownDepartment: String
  let doctor: Actor

  init(seed: UInt64 = 1) async throws {
    desk = try await TestDesk(seed: seed)
    let test = desk.test
    ownDepartment = try await test.make(
      .departments, ["customer": .text(desk.hospital), "site": .text(desk.site), "name": "放射科"])
    twin = try await test.make(.customers, ["name": "余干县医院"])
    let customer = FieldValue.text(twin)
    site = try await test.make(.sites, ["customer": customer, "name": "门诊楼"])
    wing = try await test.make(.sites, ["customer": customer, "name": "新院区"])
    department = try await test.make(.departments, ["customer": customer, "site": .text(site), "name": "放射科"])
    _ = try await test.make(.departments, ["customer": customer, "site": .text(wing), "name": "检验科"])
    contact = try await test.make(
      .contacts, ["customer": customer, "site": .text(site), "department": .text(department), "name": "周主任", "phone": .text("13907910002")])
    let model = try await test.make(.models, ["name": "CT-64", "manufacturer": "联康", "category": "CT"])
    machine = try await test.make(
      .equipment,
      ["serialNumber": "CT-1", "model": .text(model), "customer": customer, "site": .text(site), "department": .text(department)])
    let id = try await test.make(.staff, ["name": "吴", "role": "hospital", "customer": customer])
    doctor = Actor(identity: .staff(StaffID(id)), name: "吴", role: .hospital, customer: CustomerID(twin))
  }

  func merge(dryRun: Bool = false, expected: Int? = nil) async throws -> JSON {
    let input = Fields(["into": .text(desk.hospital), "reason": "同一家医院，地址相同", "dryRun": .bool(dryRun)])
    return try await JSON(desk.test.registers.merge(.customers, twin, input, Call(desk.manager, expected: expected)).body)
  }

  /// Where everything stands.
  func places(except new: String = "nothing") async throws -> [String] {
    try await desk.test.company.database.read { db in
      try ["site", "department", "contact", "equipment", "staff"].flatMap { table in
        let site = ["contact", "equipment", "department"].contains(table) ? "COALESCE(site, '-')" : "'-'"
        let department = ["contact", "equipment"].contains(table) ? "COALESCE(department, '-')" : "'-'"
        return try db.rows(
          "SELECT id || ' ' || COALESCE(customer, '-') || ' ' || \(site) || ' ' || \(department) || ' ' || archived FROM \(table) WHERE id <> '' ORDER BY id"
        ) { "\(table) \($0.text(0))" }
      }
    }.filter { !$0.contains(new + " ") }
  }

  /// What the desk and a user of each entry find of machines and people.
  func seen() async throws -> [String] {
    var all: [String] = []
    for actor in [Actor.system, doctor, desk.doctor] {
      for register in [Register.contacts, .equipment] {
        var query = RegisterQuery()
        query.filters = ["customer": twin]
        all.append(try await desk.test.registers.list(register, query, by: actor).items.map(\.id).sorted().joined(separator: " "))
        query.filters = ["customer": desk.hospital]
        all.append(try await desk.test.registers.list(register, query, by: actor).items.map(\.id).sorted().joined(separator: " "))
      }
    }
    return all
  }
}

import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct DeskCardTests {
  /// Solves a case on the telephone, or by going there.
  private static func solve(_ desk: TestDesk, _ summary: String, remedy: String, byPhone: Bool, machine: String = "SN-1") async throws
    -> String
  {
    let number = try await desk.report(["serialNumber": .text(machine), "summary": .text(summary)])["number"].text
    try await desk.take(.accept, on: number)
    if byPhone {
      try await desk.take(.attempt, ["level": "phone", "result": "solved", "note": .text(remedy)], on: number)
      try await desk.take(.clear, ["cause": "network", "remedy": .text(remedy)], on: number)
    } else {
      try await desk.take(.attempt, ["level": "phone", "result": "failed"], on: number)
      try await desk.take(.dispatch, ["engineer": desk.wang.id], on: number, by: desk.gao)
      for step in [RequestStep.depart, .arrive] { try await desk.take(step, on: number, by: desk.wang) }
      try await desk.take(.propose, ["remedy": .text(remedy)], on: number, by: desk.wang)
      try await desk.take(.agree, ["contact": "周主任", "how": "phone"], on: number, by: desk.wang)
      desk.test.pass(seconds: 600)
      try await desk.take(.clear, ["cause": "hardware", "remedy": .text(remedy)], on: number, by: desk.wang)
      try await desk.take(.leave, on: number, by: desk.wang)
    }
    try await desk.take(.confirm, ["contact": "周主任", "how": "phone"], on: number)
    if !byPhone { try await desk.take(.signOff, on: number, by: desk.manager) }
    try await desk.take(.close, on: number, by: desk.manager)
    desk.test.pass(seconds: 60)
    return number
  }

  @Test func `a machine's card has what a call taker asks (INT-3)`() async throws {
    let desk = try await TestDesk()
    let old = try await Self.solve(desk, "曝光后无图像，报 E-117", remedy: "换供电板", byPhone: false)
    let open = try await desk.report()["number"].text
    let card = try await desk.desk.machine(desk.machine, by: desk.chen)
    #expect(card.open.map(\.number) == [open])
    #expect(card.repairs.map(\.number) == [old] && card.repairs.first?.remedy == "换供电板" && card.repairs.first?.engineer == "王")
    #expect(card.contacts.map(\.name) == ["周主任"])
    #expect(card.machine.warrantyEnds == nil && card.machine.customer == "余干县人民医院")
  }

  @Test func `the promises are those that a case taken now would have (SLA-1, SLA-2, SLA-3)`() async throws {
    let desk = try await TestDesk()
    let promised = try await desk.desk.machine(desk.machine, by: desk.chen).promises.map { "\($0.id) \($0.seconds)" }
    let taken = try await desk.report()["targets"].items.map { target in
      let (start, due) = (try Instant(parsing: target["start"].text), try Instant(parsing: target["due"].text))
      return "\(target["id"].text) \(due.milliseconds(since: start) / 1_000)"
    }
    #expect(promised == taken && promised.contains("respond 7200"))
  }

  @Test func `what sounds alike comes first, and what helped by phone is there to say`() async throws {
    let desk = try await TestDesk()
    _ = try await Self.solve(desk, "曝光后无图像，报 E-117", remedy: "重插平板侧网线", byPhone: true)
    _ = try await Self.solve(desk, "曝光无图", remedy: "换供电板", byPhone: false, machine: "SN-2")
    _ = try await Self.solve(desk, "机架不能升降", remedy: "换保险", byPhone: false)
    let similar = try await desk.desk.machine(desk.machine, said: "无图像，控制台报 E-117", by: desk.chen).similar
    #expect(similar.ways.map(\.remedy) == ["重插平板侧网线", "换供电板", "换保险"])
    #expect(similar.advice == "重插平板侧网线" && similar.helped == 1 && similar.tried == 2)
    #expect(similar.ways.first?.byPhone == true && similar.ways.last?.byPhone == false)
    // Without a word of the caller's, the newest first.
    #expect(try await desk.desk.machine(desk.machine, by: desk.chen).similar.ways.map(\.remedy).first == "换保险")
  }

  @Test func `what was solved the same way is one way, counted`() async throws {
    let desk = try await TestDesk()
    for _ in 0..<3 { _ = try await Self.solve(desk, "堵孔报警", remedy: "反冲", byPhone: true) }
    let ways = try await desk.desk.machine(desk.machine, by: desk.chen).similar.ways
    #expect(ways.map(\.count) == [3])
  }

  @Test func `a hospital's card has its machines to choose from, and what is open`() async throws {
    let desk = try await TestDesk()
    let open = try await desk.report()["number"].text
    let card = try await desk.desk.customer(desk.hospital, by: desk.chen)
    #expect(card.machines.map(\.id) == [desk.machine] && card.customer.machines == 1)
    #expect(card.open.map(\.number) == [open] && card.branch == "余干服务站")
    #expect(await desk.outcome { try await desk.desk.customer("x", by: desk.chen) } == "missing access.not-found")
    #expect(await desk.outcome { try await desk.desk.machine("x", by: desk.chen) } == "missing access.not-found")
  }

  @Test func `what is nearly the same is told before anything is made`() async throws {
    let desk = try await TestDesk()
    #expect(try await desk.desk.alike("余干县第一人民医院", by: desk.chen)?.customers.map(\.id) == [desk.hospital])
    #expect(try await desk.desk.alike("余干县人民医院", by: desk.chen)?.customers.map(\.id) == [desk.hospital])
    #expect(try await desk.desk.alike("婺源县妇幼保健院", by: desk.chen) == nil)
    let model = try await desk.test.make(.models, ["name": "DX-560", "manufacturer": "万东", "category": "DR"])
    let near = try await desk.test.make(.equipment, ["serialNumber": "DX56-2405-0117", "model": .text(model)])
    #expect(try await desk.desk.alike("DX56-2405-0171", by: desk.chen)?.machines.map(\.id) == [near])
  }

  @Test(arguments: ["card", "customer", "contacts", "machines", "repairs", "serial", "drafts"])
  func `each question of the desk has an index`(_ question: String) async throws {
    let desk = try await TestDesk()
    let (sql, values): (String, [SQLValue]) =
      switch question {
      case "card": (DeskMachine.openCases.replacing("{these}", with: "r.equipment_id = ?"), [.text("x")])
      case "customer": (DeskCustomer.openCases, [.text("x")])
      case "contacts": (DeskFinding.contactsOfCustomer, [.text("x")])
      case "machines": (DeskFinding.machinesOfCustomer, [.text("x"), .int(8)])
      case "repairs": (DeskMachine.repairCases.replacing("{these}", with: "r.equipment_id = ?"), [.text("x"), .integer(0), .int(50)])
      case "serial": (DeskFinding.bySerial, [.text("x"), .text("y")])
      default: ("DELETE FROM desk_draft WHERE changed < ?", [.integer(0)])
      }
    let plan = try await desk.test.company.database.read { db in try db.plan(of: sql, values) }
    #expect(plan.scanned.isEmpty, "\(plan)")
    if question == "customer" { #expect(plan.indexes.contains("request_open_customer"), "\(plan)") }
    if question == "repairs" || question == "customer" || question == "contacts" { #expect(!plan.sorts, "\(plan)") }
  }

  @Test func `a case of a record that was merged away is an open case of the machine that goes on`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report(["serialNumber": "SN-1"])["number"].text
    let model = try await desk.test.read(.equipment, desk.machine)["model"]["id"].text
    let twin = try await desk.test.make(
      .equipment, ["serialNumber": "SN-I", "model": .text(model), "customer": .text(desk.hospital)])
    _ = try await desk.test.registers.merge(
      .equipment, desk.machine, Fields(["into": .text(twin), "reason": "同一台"]), Call(desk.administrator))
    let card = try await desk.desk.machine(twin, by: desk.chen)
    #expect(card.open.map(\.number) == [number] && card.machine.openCases == 1)
    for id in [twin, desk.machine] { #expect(try await desk.desk.hasOpenCases(id, by: desk.chen), "a second call asks first") }
    let plan = try await desk.test.company.database.read { db in
      try db.plan(of: "\(DeskFinding.machineRows) WHERE e.id = ?", [.text(twin)])
    }
    #expect(plan.scanned == [] && !plan.sorts, "\(plan)")
    #expect(plan.indexes.contains("equipment_merged_into"), "\(plan)")
  }
}

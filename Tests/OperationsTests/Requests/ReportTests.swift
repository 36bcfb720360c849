import Domain
import Operations
import Persistence
import Testing

@Suite struct ReportTests {
  @Test func `a report by serial number knows machine, place and branch (INT-3)`() async throws {
    let desk = try await TestDesk()
    let it = try await desk.report(["serialNumber": "SN-1", "urgency": "emergency", "channel": "hotline", "description": "屏幕黑"])
    #expect(it["number"].text == "SR-20261123-0001")
    #expect(it["equipment"]["id"].text == desk.machine && it["equipment"]["serialNumber"].text == "SN-1")
    #expect(it["equipment"]["model"].text == "DR-3000")
    #expect(it["customer"]["name"].text == "余干县人民医院" && it["site"].text == desk.site && it["branch"].text == desk.branch)
    #expect(it["urgency"].text == "emergency" && it["channel"].text == "hotline" && it["description"].text == "屏幕黑")
    #expect(it["state"].text == "reported" && it["level"].text == "phone" && it["harm"].text == "none")
    #expect(it["paused"].value == .bool(false) && it["version"].integer == 1 && it["policy"].text == "2026-11")
    #expect(it["reportedAt"].text == "2026-11-23T01:00:00.000Z")
    #expect(it["steps"].texts == ["accept", "cancel", "merge", "change", "comment"])
    #expect(it["owner"].isNull && it["mergedInto"].isNull && it["workOrders"].count == 0)
    // The contact is known by customer and phone number.
    #expect(it["contact"]["id"].text == desk.contact && it["contact"]["name"].text == "周主任")
    #expect(try await desk.find(it["number"].text)["id"] == it["id"])
  }

  @Test func `a case without a known machine is taken without one (INT-4)`() async throws {
    let desk = try await TestDesk()
    let it = try await desk.report([:])
    #expect(it["equipment"].isNull && it["customer"].isNull && it["contact"]["id"].isNull)
    #expect(it["contact"]["phone"].text == TestDesk.phone)
    let stranger: FieldValue = .object(Fields(["name": "吴", "phone": "13900000000"]))
    let placed = try await desk.report(["customer": .text(desk.hospital), "contact": stranger])
    #expect(placed["contact"]["id"].isNull && placed["branch"].text == desk.branch)
  }

  @Test func `what names nothing is refused by its field`() async throws {
    let desk = try await TestDesk()
    let before = try await desk.test.number("SELECT COUNT(*) FROM journal")
    let wrong: [(String, [String: FieldValue])] = [
      ("serialNumber", ["serialNumber": "SN-404"]), ("equipment", ["equipment": "nothing"]), ("customer", ["customer": "nothing"]),
      ("site", ["site": "nothing"]), ("site", ["site": .text(desk.site), "customer": .text(desk.otherHospital)]),
      ("serialNumber", ["serialNumber": "SN-1", "equipment": .text(desk.machine)]),
      ("customer", ["serialNumber": "SN-1", "customer": .text(desk.otherHospital)]),
      ("reportedAt", ["reportedAt": .instant(monday("09:03"))]), ("reportedAt", ["reportedAt": .instant(monday("-9000:00"))]),
    ]
    for (field, values) in wrong {
      do {
        _ = try await desk.report(values)
        Issue.record("taken: \(values)")
      } catch let refusal as InputRefusal {
        #expect(refusal.fields.map(\.field) == [field])
        #expect(refusal.category == .invalid)
      }
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM journal") == before)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM personal WHERE subject LIKE 'request/%'") == 0)
  }

  private static func several(_ body: @Sendable () async throws -> JSON) async -> FieldProblem? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? InputRefusal)?.fields.first { $0.code == "field.several-machines" }
    }
  }

  @Test func `a serial number that two models share is 422 with what it may be, and the id says which (INT-3)`() async throws {
    let desk = try await TestDesk()
    let model = try await desk.test.make(.models, ["name": "CT-64", "manufacturer": "联康", "category": "CT"])
    let other = try await desk.test.make(
      .equipment, ["serialNumber": "SN-1", "model": .text(model), "customer": .text(desk.otherHospital)])
    let said = try #require(await Self.several { try await desk.report(["serialNumber": "SN-1"]) })
    #expect(said.field == "serialNumber")
    for text in ["DR-3000 · 余干县人民医院: \(desk.machine)", "CT-64 · 进贤县中医院: \(other)"] { #expect(said.arguments[0].contains(text)) }
    #expect(try await desk.report(["equipment": .text(other)])["equipment"]["model"].text == "CT-64")
    // A hospital has only the one.
    #expect(try await desk.report(["serialNumber": "SN-1"], by: desk.doctor)["equipment"]["id"].text == desk.machine)
    let third = try await desk.report(["serialNumber": "SN-1"], by: desk.otherDoctor)
    #expect(third["equipment"]["id"].text == other && third["possibleDuplicates"].count == 1)
    // A change says it too; an outside firm is not told whose the other machine is.
    let number = try await desk.report(["serialNumber": "SN-2"])["number"].text
    try await desk.take(.accept, on: number)
    try await desk.take(.dispatch, ["engineer": desk.partner.id], on: number, by: desk.gao)
    for actor in [desk.chen, desk.partner] {
      let said = try #require(await Self.several { try await desk.take(.change, ["equipment": "SN-1"], on: number, by: actor) })
      #expect(said.field == "equipment" && said.message.contains("CT-64") && said.message.contains("进贤") == (actor.role == .callTaker))
    }
    // Out of use, it is nobody's candidate.
    _ = try await desk.test.registers.archive(.equipment, other, Call(.system))
    #expect(try await desk.report(["serialNumber": "SN-1"])["equipment"]["id"].text == desk.machine)
  }

  @Test func `a hospital's user reports for the own hospital alone (ORG-5)`() async throws {
    let desk = try await TestDesk()
    let own = try await desk.report(["customer": .text(desk.otherHospital)], by: desk.doctor)
    #expect(own["customer"]["id"].text == desk.hospital)
    let foreign = await desk.outcome { try await desk.report(["serialNumber": "SN-2"], by: desk.doctor) }
    let unknown = await desk.outcome { try await desk.report(["serialNumber": "SN-404"], by: desk.doctor) }
    #expect(foreign == "invalid input.invalid" && foreign == unknown)
    let nobody = Actor(identity: .staff(StaffID("x")), name: "x", role: .hospital)
    #expect(await desk.outcome { try await desk.report([:], by: nobody) } == "forbidden access.not-allowed")
    #expect(await desk.outcome { try await desk.report([:], by: desk.partner) } == "forbidden access.not-allowed")
  }

  @Test func `possible duplicates come back, and nothing is joined (INT-4)`() async throws {
    let desk = try await TestDesk()
    let first = try await desk.report(["serialNumber": "SN-1", "contact": .object(Fields(["name": "甲", "phone": "1"]))])
    #expect(first["possibleDuplicates"].count == 0)
    let same = try await desk.report(["serialNumber": "SN-1", "contact": .object(Fields(["name": "乙", "phone": "2"]))])
    #expect(same["possibleDuplicates"].items.map { $0["number"] } == [first["number"]])
    #expect(same["id"] != first["id"])
    // By phone, without the machine; and by both, each once.
    let calling = try await desk.report(["contact": .object(Fields(["name": "甲", "phone": "1"]))])
    #expect(calling["possibleDuplicates"].items.map { $0["number"] } == [first["number"]])
    let both = try await desk.report(["serialNumber": "SN-1", "contact": .object(Fields(["name": "甲", "phone": "1"]))])
    #expect(both["possibleDuplicates"].items.map { $0["number"] } == [same["number"], first["number"], calling["number"]])
    // Ended ones are none; nor does a stranger learn of them by a phone number.
    try await desk.take(.cancel, ["reason": "x"], on: calling["id"].text)
    let outside = try await desk.report(["contact": .object(Fields(["name": "甲", "phone": "1"]))], by: desk.otherDoctor)
    #expect(outside["possibleDuplicates"].count == 0)
    #expect(try await desk.find(first["id"].text)["possibleDuplicates"].isNull)
  }

  @Test func `whoever calls often is found by the newest cases`() async throws {
    let desk = try await TestDesk()
    var newest = JSON(.null)
    for _ in 0..<25 {
      desk.test.pass(seconds: 1)
      newest = try await desk.report([:])
    }
    desk.test.pass(seconds: 1)
    let last = try await desk.report([:])
    #expect(last["possibleDuplicates"].count == 5)
    #expect(last["possibleDuplicates"][0]["number"] == newest["number"])
  }

  @Test func `numbers grow within the company's day (INT-4)`() async throws {
    let desk = try await TestDesk()
    let numbers = try await [desk.report()["number"].text, desk.report()["number"].text]
    #expect(numbers == ["SR-20261123-0001", "SR-20261123-0002"])
    desk.at("23:59")
    #expect(try await desk.report()["number"].text == "SR-20261123-0003")
    desk.at("24:00")  // midnight in Nanchang, 16:00 UTC
    #expect(try await desk.report()["number"].text == "SR-20261124-0001")
  }

  @Test func `names and phone numbers are in neither journal nor projection`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report(["contact": .object(Fields(["name": "机密姓名", "phone": "13811112222"]))])["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.acknowledge, ["contact": "机密姓名", "how": "phone"], on: id)
    let hits = try await desk.test.company.database.read { db in
      let journal = try db.rows("SELECT body FROM journal") { $0.text(0) }
      let rows = try db.rows("SELECT * FROM request") { row in (0..<row.count).map { "\(row.value($0))" }.joined() }
      return (journal + rows).filter { $0.contains("机密姓名") || $0.contains("13811112222") }
    }
    #expect(hits == [])
    #expect(try await desk.test.number("SELECT COUNT(*) FROM personal WHERE value = '机密姓名' AND subject = ?", [.text("request/\(id)")]) == 2)
  }

  @Test func `possible harm is told to quality once (BEY-2)`() async throws {
    let desk = try await TestDesk()
    let notices = NoticeOperations(desk.test.company)
    _ = try await desk.report()
    #expect(try await notices.list(after: nil, limit: 10, by: desk.quality).items.isEmpty)
    let key = IdempotencyKey(key: "k", method: "POST", path: "/api/v1/requests", bodyHash: "h")
    let input = Fields(TestDesk.call.merging(["harm": "suspected"]) { $1 })
    let first = try await desk.requests.report(input, Call(desk.chen, idempotency: key))
    let again = try await desk.requests.report(input, Call(desk.chen, idempotency: key))
    #expect(again.replayed && again.body == first.body)
    let number = try JSON(first.body)["number"].text
    let told = try await notices.list(after: nil, limit: 10, by: desk.quality).items
    #expect(told.map(\.number) == [number] && told.map(\.kind) == ["harm-suspected"])
    // A change of anything else tells nothing; of the harm itself, it does.
    try await desk.take(.change, ["summary": "x"], on: number)
    try await desk.take(.change, ["harm": "suspected", "urgency": "emergency"], on: number)
    #expect(try await notices.list(after: nil, limit: 10, by: desk.quality).items.count == 1)
    desk.test.pass(seconds: 1)
    try await desk.take(.change, ["harm": "injury"], on: number)
    #expect(try await notices.list(after: nil, limit: 10, by: desk.quality).items.map(\.kind) == ["harm-injury", "harm-suspected"])
    #expect(try await notices.list(after: nil, limit: 10, by: desk.chen).items.isEmpty)
    try await notices.see(told[0].id, by: desk.quality)
    #expect(await desk.outcome { try await notices.see(told[0].id, by: desk.chen) } == "missing access.not-found")
  }
}

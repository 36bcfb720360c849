import Domain
import Foundation
import Operations
import Persistence
import TestEngines
import Testing

/// `weibao customers forget` (ORG-5; design.md, "Personal values").
@Suite struct ForgetTests {
  private static let signature =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"

  /// A case that the contact reported, agreed to, and signed; the answer of the report is kept.
  private func solved(_ desk: TestDesk) async throws -> String {
    let key = IdempotencyKey(key: "k-1", method: "POST", path: "/api/v1/requests", bodyHash: "h1")
    let call = Fields(TestDesk.call.merging(["serialNumber": "SN-1"]) { $1 })
    let id = try await JSON(desk.requests.report(call, Call(desk.chen, idempotency: key)).body)["id"].text
    for (step, values) in [
      (.accept, [:]), (.propose, ["remedy": "换电源"]), (.agree, ["contact": "周主任", "how": "phone"]),
      (.clear, ["cause": "hardware", "remedy": "换了电源"]),
      (.confirm, ["contact": .text(desk.contact), "how": "signature", "signature": .text(Self.signature)]),
    ] as [(RequestStep, [String: FieldValue])] { try await desk.take(step, values, on: id) }
    return id
  }

  private func forget(_ desk: TestDesk, _ reference: String, dryRun: Bool = false) async throws -> ForgetReport {
    try await ForgetOperations(desk.test.company).run(reference, dryRun: dryRun, by: .system)
  }

  private func left(_ desk: TestDesk) async throws -> Int {
    try await desk.test.number(
      "SELECT COUNT(*) FROM personal WHERE value IN ('周主任', ?) OR field = 'signature' AND value IS NOT NULL", [.text(TestDesk.phone)])
  }

  @Test func `a dry run says what would be erased by place and count, and erases nothing`() async throws {
    let desk = try await TestDesk()
    let id = try await solved(desk)
    let before = try await desk.events("request/\(id)").count, values = try await left(desk)
    let report = try await forget(desk, desk.contact, dryRun: true)
    #expect(report.counts == [.register: 2, .cases: 3, .signatures: 1, .answers: 1, .drafts: 0, .outbox: 0, .inbound: 0])
    #expect(report.cases == ["SR-20261123-0001"] && report.freeText == [] && report.shared == [])
    #expect(try await desk.events("request/\(id)").count == before)
    #expect(try await left(desk) == values && values == 6)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log WHERE event = 'erased'") == 0)
  }

  @Test func `a forgotten contact is gone from every place, and the record stands whole`() async throws {
    let desk = try await TestDesk()
    let id = try await solved(desk)
    let dry = try await forget(desk, desk.contact, dryRun: true)
    let report = try await forget(desk, desk.contact)
    #expect(report.counts == dry.counts && report.cases == dry.cases)
    #expect(try await left(desk) == 0)
    #expect(
      try await desk.test.number(
        "SELECT COUNT(*) FROM idempotency WHERE subject = ? AND body IS NULL AND body_hash = ''", [.text("request/\(id)")]) == 1)
    // Facts: in the case what was erased there, in the contact's stream what was erased there.
    let corrected = try #require(try await desk.events("request/\(id)").last)
    #expect(corrected.kind == "corrected" && corrected.actor == "system")
    #expect(try JSON(corrected.body)["erased"].count == 4)
    let kinds = try await desk.events("contact/\(desk.contact)").map(\.kind)
    #expect(kinds == ["recorded", "forgotten", "archived"])
    // What people see.
    let contact = try await desk.test.read(.contacts, desk.contact)
    #expect(contact["forgotten"].truth && contact["archived"].truth && contact["name"].isNull && contact["phone"].isNull)
    let view = try await desk.find(id)
    #expect(view["contact"]["name"].isNull && view["contact"]["phone"].isNull && view["contact"]["id"].text == desk.contact)
    #expect(view["state"].text == "confirmed")
    #expect(try await Verify(desk.test.company).run().findings == [])
    _ = try await Rebuild(desk.test.company).run()
    #expect(try await desk.test.read(.contacts, desk.contact)["name"].isNull)
    #expect(try await Verify(desk.test.company).run().findings == [])
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log WHERE event = 'erased' AND what LIKE 'contact/%'") == 1)
    // The case goes on.
    try await desk.take(.signOff, on: id, by: desk.manager)
    try await desk.take(.close, on: id, by: desk.manager)
  }

  @Test func `the answer to a key used again says that it was erased`() async throws {
    let desk = try await TestDesk()
    _ = try await solved(desk)
    _ = try await forget(desk, desk.contact)
    let key = IdempotencyKey(key: "k-1", method: "POST", path: "/api/v1/requests", bodyHash: "h1")
    let again = await desk.outcome { try await desk.requests.report(Fields(TestDesk.call), Call(desk.chen, idempotency: key)) }
    #expect(again == "conflict idempotency.erased")
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
  }

  @Test func `forgetting twice is harmless`() async throws {
    let desk = try await TestDesk()
    _ = try await solved(desk)
    _ = try await forget(desk, desk.contact)
    let events = try await desk.test.number("SELECT COUNT(*) FROM journal")
    let again = try await forget(desk, desk.contact)
    #expect(again.total == 0 && again.cases == [])
    #expect(try await desk.test.number("SELECT COUNT(*) FROM journal") == events)
    #expect(try await Verify(desk.test.company).run().findings == [])
  }

  @Test(.enabled(if: TestEngine.dialect == .sqlite)) func `the file holds no byte of the phone number afterwards`() async throws {
    let desk = try await TestDesk()
    for _ in 0..<30 { _ = try await desk.report() }
    _ = try await solved(desk)
    try await SearchIndexer(desk.test.company).followAll()
    let database = try #require(desk.test.company.database as? SQLiteDatabase)
    func bytes() -> Data {
      ["", "-wal"].reduce(into: Data()) {
        $0 += (try? Data(contentsOf: URL(fileURLWithPath: database.path + $1))) ?? Data()
      }
    }
    let phone = Data(TestDesk.phone.utf8)
    #expect(bytes().range(of: phone) != nil)
    _ = try await forget(desk, desk.contact)
    for rewrite in [false, true] {
      #expect(try await database.removeTraces(rewrite: rewrite))
      #expect(bytes().range(of: phone) == nil && bytes().range(of: Data("周主任".utf8)) == nil, "rewritten: \(rewrite)")
      // Terms of the search index: the number's beginnings and the name's reading.
      #expect(bytes().range(of: Data("zhouzhuren".utf8)) == nil, "rewritten: \(rewrite)")
    }
    #expect(try await Verify(desk.test.company).run().findings == [])
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 31)
  }

  @Test func `another contact keeps the number that both have`() async throws {
    let desk = try await TestDesk()
    let other = try await desk.test.make(
      .contacts, ["customer": .text(desk.otherHospital), "name": "孙护士", "phone": .text(TestDesk.phone)])
    let theirs = try await desk.report([
      "serialNumber": "SN-2", "contact": .object(Fields(["name": "孙护士", "phone": .text(TestDesk.phone)])),
    ])
    #expect(theirs["contact"]["id"].text == other)
    let outcome = await desk.outcome { try await forget(desk, TestDesk.phone) }
    #expect(outcome == "conflict forget.several")
    let report = try await forget(desk, desk.contact)
    #expect(report.shared == [theirs["number"].text] && report.cases == [])
    #expect(try await desk.find(theirs["id"].text)["contact"]["phone"].text == TestDesk.phone)
    #expect(try await desk.test.read(.contacts, other)["phone"].text == TestDesk.phone)
  }

  @Test func `a caller who is in no register is forgotten by the number (INT-4)`() async throws {
    let desk = try await TestDesk()
    let call: FieldValue = .object(Fields(["name": "路人甲", "phone": "13000000009"]))
    let id = try await desk.report(["contact": call])["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.acknowledge, ["contact": "路人甲", "how": "phone"], on: id)
    let report = try await forget(desk, "13000000009")
    #expect(report.contact == nil && report.counts[.cases] == 3)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM personal WHERE value IN ('路人甲', '13000000009')") == 0)
    #expect(try await Verify(desk.test.company).run().findings == [])
    #expect(await desk.outcome { try await forget(desk, "13000000009") } == "missing forget.unknown")
    #expect(await desk.outcome { try await forget(desk, "nobody") } == "missing forget.unknown")
  }

  @Test func `sentences that name the person are listed for somebody to look at`() async throws {
    let desk = try await TestDesk()
    let id = try await solved(desk)
    try await desk.take(.comment, ["text": "请回拨 13807910001"], on: id)
    try await desk.take(.comment, ["text": "周主任下午在"], on: id)
    let report = try await forget(desk, desk.contact)
    #expect(report.freeText.map(\.event) == ["commented", "commented"])
    #expect(report.freeText.map(\.number) == ["SR-20261123-0001", "SR-20261123-0001"])
    // Also afterwards, by the id: the number itself is known no more.
    #expect(JSONWriter.text(report).contains(#""freeText":[{"stream":"request/"#))
  }

  @Test func `only an administrator forgets`() async throws {
    let desk = try await TestDesk()
    let outcome = await desk.outcome {
      try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: true, by: desk.manager)
    }
    #expect(outcome == "forbidden access.not-allowed")
  }

  @Test func `verify accepts what a stream says of its own values, and nothing more`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    let other = try await desk.report()["id"].text
    let database = desk.test.company.database
    func hash(_ id: String) async throws -> String {
      try await database.read { try Personal.hashes(of: "request/\(id)", in: $0)[0].hash }
    }
    let (own, foreign) = (try await hash(id), try await hash(other))
    // A value erased because another stream says so.
    try await database.write { db in
      try Personal.erase([own, foreign], at: 1, in: db)
      let event = NewEvent(kind: "corrected", schema: 1, body: #"{"erased":["\#(own)","\#(foreign)"]}"#, occurred: 1)
      try Journal.append([event], to: "request/\(id)", expecting: nil, by: .system, recorded: 1, in: db)
    }
    let findings = try await Verify(desk.test.company).run(chainsOnly: true).findings
    #expect(findings.map(\.key) == [foreign] && findings[0].stream == "request/\(other)")
  }

  @Test func `a forgotten value that is here again, as from an older copy, is found and can be forgotten anew`() async throws {
    let desk = try await TestDesk()
    let database = desk.test.company.database
    let rows = try await database.read { db in
      try db.rows("SELECT hash, value, salt FROM personal WHERE subject = ? ORDER BY hash", [.text("contact/\(desk.contact)")]) { row in
        (0..<3).map { row.value($0) }
      }
    }
    _ = try await forget(desk, desk.contact)
    try await database.write { db in
      for row in rows { try db.execute("UPDATE personal SET value = ?, salt = ?, erased = NULL WHERE hash = ?", [row[1], row[2], row[0]]) }
    }
    let findings = try await Verify(desk.test.company).run().findings
    #expect(findings.map(\.kind) == [.personal, .personal] && findings[0].stream == "contact/\(desk.contact)")
    _ = try await forget(desk, desk.contact)
    #expect(try await Verify(desk.test.company).run().findings == [])
  }
}

import Domain
import Foundation
import Persistence
import Testing

@testable import Operations

/// Files of cases: found by content, held by the record, seen by whoever may see the case.
@Suite struct AttachmentTests {
  @Test func `an attached file is in the case's journal by its hash, its name as a personal value (REP-2)`() async throws {
    let desk = try await TestDesk()
    let case_ = try await desk.report()["number"].text
    let made = try await desk.attach(name: "C:\\照片\\王医生\u{202E}gpj.txt", to: case_, ["note": "铭牌"])
    #expect(made["name"].text == "王医生gpj.txt" && made["size"].integer == 12 && made["note"].text == "铭牌")
    #expect(made["actorName"].text == "陈" && made["requestNumber"].text == case_)
    let event = try #require(try await desk.events("request/\(made["request"].text)").last)
    #expect(event.kind == "attached" && event.body.contains(made["sha256"].text) && event.body.contains(made["id"].text))
    #expect(!event.body.contains("王医生"))
    #expect(try await desk.attachments.list(of: case_, after: nil, limit: 50, by: desk.chen).items.map(\.name) == ["王医生gpj.txt"])
    let (_, bytes) = try await desk.attachments.content(of: made["id"].text, of: case_, by: desk.chen)
    #expect(try await bytes.read(100, at: 0) == Array("铭牌照片".utf8))
    #expect(try await Verify(desk.test.company).run().isGood)
  }

  @Test func `rebuild makes the same rows, and verify names a row that was altered, removed or added`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let one = try await desk.attach(name: "a", to: number), two = try await desk.attach(name: "b", to: number)
    _ = try await desk.erase(two)
    let company = desk.test.company
    func rows() async throws -> [[String]] {
      try await company.database.read { db in
        try db.rows("SELECT * FROM attachment ORDER BY id") { row in (0..<row.count).map { "\(row.value($0))" } }
      }
    }
    let before = try await rows()
    #expect(try await Rebuild(company).run().removed == 0)
    #expect(try await rows() == before && before.count == 2)
    let alterations = [
      "UPDATE attachment SET note = 'x' WHERE id = '\(one["id"].text)'", "DELETE FROM attachment WHERE id = '\(one["id"].text)'",
      "UPDATE attachment SET erased_at = NULL",
      "INSERT INTO attachment (id, request_id, file_id, sha256, name, type, size, internal, actor, attached_at) SELECT 'x', request_id, 'f', 'h', 'n', 't', 1, 0, 'a', 0 FROM attachment LIMIT 1",
    ]
    for alteration in alterations {
      try await company.database.write { db in try db.execute(alteration) }
      let found = try await Verify(company).run().findings.filter { $0.kind == .projection }
      #expect(found.count == 1 && found[0].table == "attachment", "\(alteration)")
      _ = try await Rebuild(company).run()
      #expect(try await rows() == before, "\(alteration)")
    }
  }

  @Test func `whoever may comment may attach, in every state; nobody else learns of the case`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    func outcome(_ actor: Actor) async -> String { await desk.outcome { try await desk.attach(to: number, by: actor) } }
    for actor in [desk.chen, desk.wang, desk.doctor, desk.finance] { #expect(await outcome(actor) == "taken") }
    for actor in [desk.partner, desk.otherDoctor] { #expect(await outcome(actor) == "missing access.not-found") }
    try await desk.take(.accept, on: number)
    try await desk.take(.dispatch, ["engineer": desk.partner.id], on: number)
    #expect(await outcome(desk.partner) == "taken")
    let cancelled = try await desk.report()["number"].text
    try await desk.take(.cancel, ["reason": "误报"], on: cancelled)
    #expect(await desk.outcome { try await desk.attach(to: cancelled, by: desk.wang) } == "taken")
  }

  @Test func `a file belongs to its sender: another's id, another case's attachment, an unknown one are not found`() async throws {
    let desk = try await TestDesk()
    let mine = try await desk.report()["number"].text
    let other = try await desk.report(["serialNumber": "SN-2"])["number"].text
    let file = try await desk.upload(by: desk.doctor)
    func attach(_ id: String, by actor: Actor) async -> String {
      await desk.outcome { try await desk.attachments.attach(Fields(["file": .text(id)]), to: mine, Call(actor)) }
    }
    #expect(await attach(file.id, by: desk.chen) == "invalid input.invalid")
    #expect(await attach(file.sha256, by: desk.doctor) == "invalid input.invalid")
    #expect(await attach(file.id, by: desk.doctor) == "taken")
    #expect(await attach(file.id, by: desk.doctor) == "conflict attachment.attached-already")
    let attachment = try await desk.attachments.list(of: mine, after: nil, limit: 1, by: desk.chen).items[0].id
    for (reference, actor) in [(mine, desk.otherDoctor), (other, desk.chen), (other, desk.otherDoctor), (mine, desk.partner)] {
      #expect(
        await desk.outcome { try await desk.attachments.content(of: attachment, of: reference, by: actor) } == "missing access.not-found")
    }
    #expect(await desk.outcome { try await desk.attachments.content(of: "x", of: mine, by: desk.chen) } == "missing access.not-found")
  }

  @Test func `what is internal the hospital's user does not see (ORG-5)`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let hidden = try await desk.attach(to: number, ["internal": .bool(true)]), shown = try await desk.attach(name: "b", to: number)
    let seen = try await desk.attachments.list(of: number, after: nil, limit: 50, by: desk.doctor).items.map(\.id)
    #expect(seen == [shown["id"].text])
    #expect(
      await desk.outcome { try await desk.attachments.find(hidden["id"].text, of: number, by: desk.doctor) } == "missing access.not-found")
    #expect(try await desk.attachments.list(of: number, after: nil, limit: 1, by: desk.wang).next == hidden["id"].text)
  }

  @Test func `erased: bytes, pictures and name are gone, hash and reason stay, and the record stands whole`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text, other = try await desk.report()["number"].text
    let made = try await desk.attach(name: "王医生.txt", to: number), twin = try await desk.attach(to: other)
    #expect(await desk.outcome { try await desk.erase(made, by: desk.wang) } == "forbidden access.not-allowed")
    let erased = try await desk.erase(made)
    #expect(erased["name"].isNull && erased["erasedReason"].text == "拍到了病人" && erased["sharedWith"].texts == [other])
    #expect(await desk.outcome { try await desk.erase(made) } == "missing attachment.erased")
    let ledger = try Erasures(path: #require(desk.test.company.erasures))
    #expect(ledger == (try await Erasures(in: desk.test.company)) && ledger.count == 1)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log WHERE event = 'erased'") == 1)
    #expect(
      await desk.outcome { try await desk.attachments.content(of: made["id"].text, of: number, by: desk.chen) }
        == "missing attachment.erased")
    // The other case has the same bytes.
    #expect(desk.store.has(made["sha256"].text))
    let picture = "\(desk.store.previews)/\(made["sha256"].text.prefix(2))/\(made["sha256"].text)-320"
    try FileManager.default.createDirectory(atPath: (picture as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data("p".utf8).write(to: URL(fileURLWithPath: picture))
    _ = try await desk.erase(twin)
    // The sender's own copy of today still holds them; with the day it goes.
    desk.test.pass(seconds: 26 * 3_600)
    _ = try await FileSweep(desk.test.company).sweep()
    #expect(!desk.store.has(made["sha256"].text) && !FileManager.default.fileExists(atPath: picture))
    #expect(desk.stored() == [])
    #expect(try await Verify(desk.test.company).run().isGood)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM personal WHERE value LIKE '王医生%'") == 0)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM file WHERE name <> ''") == 0)
  }

  @Test func `verify names the attachment whose file lost a byte, and one whose file is gone`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let one = try await desk.attach(Array("一".utf8), to: number), two = try await desk.attach(Array("二".utf8), to: number)
    let path = desk.store.path(of: one["sha256"].text)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[0] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: desk.store.path(of: two["sha256"].text))
    let findings = try await Verify(desk.test.company).run().findings
    #expect(Set(findings.map(\.kind)) == [.file] && Set(findings.map(\.key)) == [one["id"].text, two["id"].text])
    #expect(findings.allSatisfy { $0.stream == "request/\(one["request"].text)" })
    #expect(
      await desk.outcome { try await desk.attachments.content(of: two["id"].text, of: number, by: desk.chen) }
        == "unavailable attachment.bytes-missing")
  }

  @Test func `the engineer's photograph may arrive late, a colleague's needs a manager`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    try await desk.take(.accept, on: number)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: number)
    desk.at("20:00")
    let at = FieldValue.instant(monday("10:00"))
    #expect(await desk.outcome { try await desk.attach(to: number, ["occurredAt": at], by: desk.wang) } == "taken")
    #expect(await desk.outcome { try await desk.attach(to: number, ["occurredAt": at], by: desk.li) } == "forbidden access.too-late")
  }

  @Test func `the same Idempotency-Key attaches once`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let file = try await desk.upload(by: desk.chen)
    var call = Call(desk.chen)
    call.idempotency = IdempotencyKey(key: "k", method: "POST", path: "/x", bodyHash: "h")
    let first = try await desk.attachments.attach(Fields(["file": .text(file.id)]), to: number, call)
    let again = try await desk.attachments.attach(Fields(["file": .text(file.id)]), to: number, call)
    #expect(again.replayed && again.body == first.body)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM attachment") == 1)
  }

  @Test func `forgetting a person lists the files of their cases for somebody to look at`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let made = try await desk.attach(name: "现场.txt", to: number)
    let report = try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: true, by: .system)
    #expect(report.files == [.init(number: number, attachment: made["id"].text, name: "现场.txt", type: made["type"].text)])
  }
}

import Domain
import Foundation
import Persistence
import TestEngines
import Testing

@testable import Operations

/// Links for people outside: narrow by construction, whatever their holder asks (INT-1, INT-5, FLT-3, REM-2, ORG-4).
@Suite struct LinkTests {
  private func links(_ desk: TestDesk) -> LinkOperations { LinkOperations(desk.attachments) }

  /// A case under way with a link to it.
  private func underWay(_ desk: TestDesk) async throws -> (id: String, token: String, link: LinkView) {
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let link = try await links(desk).makeCaseLink(for: id, by: desk.chen)
    return (id, link.token, link)
  }

  private func label(_ desk: TestDesk) async throws -> String {
    try #require(try await links(desk).labels(for: [desk.machine], by: desk.chen).first).link.token
  }

  private func outcome(_ body: () async throws -> some Any) async -> String {
    do {
      _ = try await body()
      return "taken"
    } catch let refusal as any Refusal { return refusal.code } catch { return "fault \(error)" }
  }

  private static func report(_ more: [String: FieldValue] = [:]) -> Fields {
    Fields(["trouble": "down", "text": "曝光后没图像", "phone": "139 0000 2716"].merging(more) { $1 })
  }

  @Test func `a token has 128 bits in 26 letters, reads in capitals too, and nothing else is looked up`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk)
    #expect(found.token.count == LinkToken.length && LinkToken.plain(found.token) == found.token)
    #expect(Set((0..<200).map { _ in LinkToken.make(.system) }).count == 200)
    #expect(try await links(desk).story(found.token.uppercased()).number == desk.find(found.id)["number"].text)
    for wrong in ["", "x", String(repeating: "u", count: 26), found.token + "0", found.id] { #expect(LinkToken.plain(wrong) == nil) }
  }

  @Test func `who may write down the customer's word may make a link to the case, and nobody else`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    for actor in [desk.chen, desk.gao, desk.wang, desk.manager] {
      #expect(await outcome { try await links.makeCaseLink(for: found.id, by: actor) } == "taken")
    }
    for actor in [desk.quality, desk.finance, desk.doctor] {
      #expect(await outcome { try await links.makeCaseLink(for: found.id, by: actor) } == "access.not-allowed")
    }
    // A partner sees no case but its own; nor its links.
    #expect(await outcome { try await links.makeCaseLink(for: found.id, by: desk.partner) } == "access.not-found")
    #expect(await outcome { try await links.caseLinks(of: found.id, by: desk.partner) } == "access.not-found")
    #expect(await outcome { try await links.labels(for: [desk.machine], by: desk.finance) } == "access.not-allowed")
    #expect(await outcome { try await links.badge(of: "x", by: desk.wang) } == "access.not-allowed")
    let log = try await desk.test.company.database.read { db in
      try db.rows("SELECT actor, what FROM access_log WHERE event = 'link-made' ORDER BY at, id") { [$0.text(0), $0.text(1)] }
    }
    #expect(log.contains(["staff:\(desk.chen.staff?.text ?? "")", "case/\(found.id)"]) && log.count == 5)
  }

  @Test func `the holder of a link has no right by a role, whatever is called`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), holder = Identity(found.link.id)
    // Also where one is made with more than a link ever has.
    for actor in [holder.usual, holder.forged(of: desk.hospital)] {
      for action in Action.allCases { #expect(throws: AccessError.notAllowed(action)) { try actor.require(action) } }
      #expect(await outcome { try await desk.requests.find(found.id, by: actor) } == "access.not-allowed")
      #expect(await outcome { try await desk.requests.list(RequestQuery(), by: actor) } == "access.not-allowed")
      #expect(await outcome { try await desk.report(by: actor) } == "access.not-allowed")
      #expect(await outcome { try await desk.take(.comment, ["text": "x"], on: found.id, by: actor) } == "access.not-allowed")
      #expect(await outcome { try await desk.test.registers.find(.customers, desk.hospital, by: actor) } == "access.not-allowed")
      #expect(await outcome { try await desk.files.begin(size: 10, by: actor) } == "access.not-allowed")
      #expect(await outcome { try await desk.attachments.list(of: found.id, after: nil, limit: 1, by: actor) } == "access.not-allowed")
    }
  }

  private struct Identity {
    let usual: Actor
    init(_ id: String) { usual = Actor(identity: .link(id), name: "", role: .hospital) }
    func forged(of hospital: String) -> Actor {
      Actor(identity: usual.identity, name: "", role: .administrator, customer: CustomerID(hospital))
    }
  }

  @Test func `a link takes the customer's steps of its case and no others, and chooses neither time nor means`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    for step in RequestStep.allCases where !LinkOperations.steps.contains(step) {
      let attempt = await outcome { try await links.take(step, ["reason": "x"], token: found.token, key: nil) }
      #expect(attempt == "access.not-allowed", "\(step)")
    }
    try await links.take(
      .acknowledge, ["contact": "刘志刚", "how": "phone", "occurredAt": "2026-11-23T00:00:00Z"], token: found.token, key: nil)
    let event = try #require(try await desk.events("request/\(found.id)").last)
    #expect(event.kind == "acknowledged" && event.actor == "link:\(found.link.id)")
    #expect(event.body.contains("\"how\":\"link\"") && !event.body.contains("刘志刚"))
    #expect(event.occurred == monday("09:00").milliseconds)
  }

  @Test func `a link of one case gets nothing of another`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    let other = try await desk.report(["serialNumber": "SN-2", "summary": "别人的事"])["id"].text
    let before = try await desk.events("request/\(other)").count, story = try await links.story(found.token)
    #expect(story.number == (try await desk.find(found.id)["number"].text))
    #expect(!String(reflecting: story).contains("别人的事"))
    // A label's token opens no case, a case's token no label and no badge.
    let label = try await label(desk)
    for attempt in [
      await outcome { try await links.story(label) }, await outcome { try await links.label(found.token) },
      await outcome { try await links.badge(found.token, today: CivilDate(daysSinceEpoch: 20_000)) },
      await outcome { try await links.take(.comment, ["text": "x"], token: label, key: nil) },
      await outcome { try await links.uploader(label, .request) },
    ] { #expect(attempt == "link.closed") }
    #expect(try await desk.events("request/\(other)").count == before)
  }

  @Test func `a revoked link opens nothing, at once, also in the middle of what its holder does`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    #expect(await outcome { try await links.revoke(found.link.id, by: desk.finance) } == "access.not-allowed")
    let opened = try await links.open(found.token, .request)
    try await links.revoke(found.link.id, by: desk.gao)
    #expect(await outcome { try await links.story(found.token) } == "link.closed")
    #expect(await outcome { try await links.take(.comment, ["text": "x"], token: found.token, key: nil) } == "link.closed")
    // The link was opened before, and the change comes after.
    await #expect(throws: LinkRefusal.closed) { try await desk.test.company.database.read { db in try opened.requireValid(in: db) } }
    #expect(try await links.caseLinks(of: found.id, by: desk.chen).map { $0.revokedAt != nil } == [true])
  }

  @Test func `a label reports its machine in one step, without a name, and leads to the case (INT-1)`() async throws {
    let desk = try await TestDesk(), links = links(desk)
    let label = try #require(try await links.labels(for: [desk.machine], by: desk.chen).first)
    #expect(try await links.labels(for: [desk.machine], by: desk.manager).first?.link.token == label.link.token, "printed again")
    let facts = try await links.label(label.link.token)
    #expect(facts.machine.serialNumber == "SN-1" && facts.machine.customer == "余干县人民医院" && facts.open == nil)
    #expect(facts.respondSeconds == 7_200)
    let token = try await links.report(
      label.link.token, Self.report(["waiting": .bool(true)]), summary: "不能用了", photos: [], key: nil)
    let story = try await links.story(token)
    let found = try await desk.find(story.number)
    #expect(found["channel"].text == "label" && found["urgency"].text == "emergency" && found["summary"].text == "不能用了：曝光后没图像")
    #expect(found["contact"]["phone"].text == "139 0000 2716" && found["contact"]["name"].text == "")
    #expect(found["equipment"]["id"].text == desk.machine && found["customer"]["id"].text == desk.hospital)
    #expect(try await desk.events("request/\(found["id"].text)").first?.actor == "link:\(label.link.id)")
    #expect(try await links.label(label.link.token).open == .init(at: desk.test.now, stage: .reported))
  }

  @Test func `the same form sent twice is one case`() async throws {
    let desk = try await TestDesk(), label = try await label(desk)
    let key = IdempotencyKey(key: "k", method: "POST", path: "/m", bodyHash: "h")
    let first = try await links(desk).report(label, Self.report(), summary: "不能用了", photos: [], key: key)
    #expect(try await links(desk).report(label, Self.report(), summary: "不能用了", photos: [], key: key) == first)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
  }

  @Test func `a label cannot bury the desk: so many reports a day, then the hotline`() async throws {
    let desk = try await TestDesk(), label = try await label(desk), links = links(desk)
    let one = { try await links.report(label, Self.report(), summary: "不能用了", photos: [], key: nil) }
    for _ in 0..<LinkOperations.reportsPerDay { _ = try await one() }
    #expect(await outcome(one) == "link.reported-enough")
    desk.test.pass(seconds: 86_401)
    #expect(await outcome(one) == "taken")
  }

  @Test(arguments: ["retired", "stock"])
  func `the label of a machine that is gone opens nothing, and is not printed`(_ state: String) async throws {
    let desk = try await TestDesk(), label = try await label(desk)
    _ = try await desk.test.registers.change(.equipment, desk.machine, Fields(["state": .text(state)]), Call(.system, expected: 1))
    #expect(await outcome { try await links(desk).label(label) } == "link.closed")
    #expect(await outcome { try await links(desk).report(label, Self.report(), summary: "x", photos: [], key: nil) } == "link.closed")
    #expect(await outcome { try await links(desk).labels(for: [desk.machine], by: desk.chen) } == "access.not-found")
  }

  @Test func `a new label ends the old one`() async throws {
    let desk = try await TestDesk(), old = try await label(desk)
    let new = try await links(desk).replaceLabel(of: desk.machine, by: desk.chen).token
    #expect(await outcome { try await links(desk).label(old) } == "link.closed")
    #expect(try await links(desk).label(new).machine.id == desk.machine)
    #expect(try await label(desk) == new)
  }

  @Test func `the customer follows, agrees, rejects, and confirms with a rating by the link (INT-5, FLT-3)`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    #expect(try await links.story(found.token).engineer == nil)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: found.id, by: desk.gao)
    var story = try await links.story(found.token)
    #expect(story.now == .dispatched && story.engineer?.name == "王")
    #expect(story.stages.map(\.stage) == [.reported, .accepted, .dispatched, .departed, .arrived, .cleared, .confirmed])
    #expect(story.promises.map(\.id).contains("on-site") && !story.promises.map(\.id).contains("dispatch"))
    try await desk.take(.arrive, on: found.id, by: desk.wang)
    try await desk.take(.propose, ["remedy": "换供电板"], on: found.id, by: desk.wang)
    story = try await links.story(found.token)
    #expect(story.remedy?.text == "换供电板" && story.remedy?.isAgreed == false && story.remedy?.by == "王" && story.steps.contains(.agree))
    try await links.take(.agree, ["contact": "刘志刚"], token: found.token, seen: story.remedy?.version, key: nil)
    try await desk.take(.clear, ["cause": "hardware", "remedy": "已换板"], on: found.id, by: desk.wang)
    story = try await links.story(found.token)
    #expect(story.now == .cleared && story.result == "已换板" && story.steps == [.acknowledge, .confirm, .reject, .comment])
    try await links.take(.reject, ["contact": "刘志刚", "reason": "还有伪影"], token: found.token, key: nil)
    #expect(try await links.story(found.token).wasRejected)
    try await desk.take(.clear, ["cause": "hardware", "remedy": "再调"], on: found.id, by: desk.wang)
    #expect(
      await outcome { try await links.take(.confirm, ["contact": "刘", "rating": "6"], token: found.token, key: nil) } == "input.invalid")
    try await links.take(.confirm, ["contact": "刘志刚", "rating": "5"], token: found.token, key: nil)
    story = try await links.story(found.token)
    #expect(story.state == .confirmed && story.rating == 5)
    #expect(try await desk.events("request/\(found.id)").last?.body.contains("\"rating\":5") == true)
  }

  @Test func `the customer ends a remote session at any time (REM-2)`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk)
    try await desk.take(.remoteStart, ["consent": "刘志刚", "tool": "向日葵", "purpose": "看日志"], on: found.id)
    let story = try await links(desk).story(found.token)
    #expect(story.remote?.tool == "向日葵" && story.remote?.by == "陈" && story.steps.contains(.remoteEnd))
    try await links(desk).take(.remoteEnd, [:], token: found.token, key: nil)
    #expect(try await desk.kinds(found.id).last == "remote-ended")
    #expect(try await links(desk).story(found.token).remote == nil)
  }

  @Test func `what colleagues write to each other no link shows`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk)
    try await desk.take(.comment, ["text": "这家脾气大"], on: found.id)
    try await desk.take(.comment, ["text": "配件明天到", "audience": "customer"], on: found.id)
    try await desk.take(.comment, ["text": "院里另一个人写的"], on: found.id, by: desk.doctor)
    try await links(desk).take(.comment, ["text": "下午有空"], token: found.token, key: nil)
    let story = try await links(desk).story(found.token)
    #expect(story.messages.map(\.text) == ["配件明天到", "下午有空"] && story.messages.map(\.isOwn) == [false, true])
    #expect(!String(reflecting: story).contains("脾气") && !String(reflecting: story).contains(TestDesk.phone))
  }

  @Test func `photos of strangers are pictures, few a day, and go to their own case`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    let holder = try await links.uploader(found.token, .request)
    #expect(await outcome { try await desk.upload(by: holder, through: links.files) } == "link.no-picture")
    for name in ["photo.jpg", "photo.png", "photo.webp"] {
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: HostileFiles.path(name))))
      try await links.attach(try await desk.upload(bytes, name: name, by: holder, through: links.files), to: found.token, key: nil)
    }
    #expect(try await links.story(found.token).photos == 3)
    #expect(await outcome { try await links.files.begin(size: 10, by: holder) } == "link.photos-enough")
    // A photo of one case's link is nothing that another's can attach.
    let other = try await desk.report(["serialNumber": "SN-2"])["id"].text
    let second = try await links.makeCaseLink(for: other, by: desk.chen)
    let foreign = try #require(try await desk.attachments.list(of: found.id, after: nil, limit: 1, by: desk.chen).items.first)
    let stolen = UploadedFile(id: foreign.file, name: "a.png", facts: foreign.facts)
    #expect(await outcome { try await links.attach(stolen, to: second.token, key: nil) } == "input.invalid")
  }

  @Test func `photos of a form that was refused use none up; a form that came twice is known by its key`() async throws {
    let desk = try await TestDesk(), links = links(desk), token = try await label(desk)
    let holder = try await links.uploader(token, .label)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: HostileFiles.path("photo.jpg"))))
    // Looked at, and never on a case.
    for _ in 0..<4 { _ = try await desk.upload(bytes, name: "photo.jpg", by: holder, through: links.files) }
    let key = IdempotencyKey(key: "k", method: "POST", path: "/m", bodyHash: "h")
    #expect(try await links.wasTaken("k", path: "/m", by: holder) == false)
    let photo = try await desk.upload(bytes, name: "photo.jpg", by: holder, through: links.files)
    let made = try await links.report(token, Self.report(), summary: "停机", photos: [photo], key: key)
    #expect(try await links.story(made).photos == 1)
    #expect(try await links.wasTaken("k", path: "/m", by: holder))
    #expect(try await links.report(token, Self.report(), summary: "停机", photos: [], key: key) == made)
  }

  @Test func `who agrees agrees to the remedy that was on the page (FLT-3)`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk), links = links(desk)
    try await desk.take(.propose, ["remedy": "换供电板"], on: found.id)
    let first = try #require(try await links.story(found.token).remedy)
    try await desk.take(.propose, ["remedy": "换整机"], on: found.id)
    let second = try #require(try await links.story(found.token).remedy)
    for seen in [nil, first.version] {
      #expect(
        await outcome { try await links.take(.agree, ["contact": "刘"], token: found.token, seen: seen, key: nil) } == "link.other-remedy")
    }
    #expect(try await links.story(found.token).remedy?.isAgreed == false)
    try await links.take(.agree, ["contact": "刘"], token: found.token, seen: second.version, key: nil)
    #expect(try await links.story(found.token).remedy?.isAgreed == true)
  }

  @Test func `a lost badge's code ends with the new one (ORG-4)`() async throws {
    let desk = try await TestDesk(), links = links(desk), staff = try #require(desk.wang.staff?.text)
    let today = CivilDate(daysSinceEpoch: 20_000), old = try await links.badge(of: staff, by: desk.manager)
    let sheet = try await links.badges(today: today, by: desk.manager)
    let bearers = try await links.bearers(today: today, by: desk.manager)
    #expect(sheet.contains { $0.link.token == old.token } && sheet.map(\.badge.name) == bearers.map(\.badge.name))
    let new = try await links.replaceBadge(of: staff, by: desk.manager)
    #expect(new.token != old.token)
    #expect(await outcome { try await links.badge(old.token, today: today) } == "link.closed")
    #expect(await outcome { try await links.badge(new.token, today: today) } == "taken")
    #expect(await outcome { try await links.replaceBadge(of: staff, by: desk.wang) } == "access.not-allowed")
  }

  @Test func `a link shows a case until it has long ended`() async throws {
    let desk = try await TestDesk(), found = try await underWay(desk)
    try await desk.take(.cancel, ["reason": "医院自己修好了"], on: found.id)
    #expect(try await links(desk).story(found.token).now == .cancelled)
    desk.test.pass(seconds: 91 * 86_400)
    #expect(await outcome { try await links(desk).story(found.token) } == "link.closed")
  }

  @Test func `a badge is valid while its bearer works here with a certificate that holds (ORG-4)`() async throws {
    let desk = try await TestDesk(), today = try #require(CivilDate(parsing: "2026-11-23")), links = links(desk)
    for (expires, valid) in [("2026-11-23", true), ("2026-11-22", false), (nil, true)] as [(String?, Bool)] {
      var values: [String: FieldValue] = [
        "name": "徐建军", "role": "engineer", "branch": .text(desk.branch), "badgeNumber": .text("XP \(expires ?? "0286")"),
      ]
      values["certificates"] = expires.map { .list([.object(Fields(["name": "DR 二级", "expires": .date(CivilDate(parsing: $0)!)]))]) }
      let code = try await links.badge(of: desk.test.make(.staff, values), by: desk.manager)
      let check = try await links.badge(code.token, today: today)
      #expect(check.isValid == valid && check.name == "徐建军" && check.home == "余干服务站", "\(expires ?? "")")
      try await links.revoke(code.id, by: desk.manager)
      #expect(await outcome { try await links.badge(code.token, today: today) } == "link.closed")
    }
    let found = try await underWay(desk)
    #expect(try await links.door(found.token, today: today).isEmpty)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: found.id, by: desk.gao)
    #expect(try await links.door(found.token, today: today).map(\.badge.name) == ["王"])
  }

  @Test func `links are found by their token and their subject, without reading others`() async throws {
    let desk = try await TestDesk()
    try await desk.test.company.database.read { db in
      let byToken = try db.plan(
        of: "SELECT id, subject, used_at FROM link WHERE token = ? AND kind = ? AND revoked_at IS NULL", [.text("x"), .text("case")])
      #expect(byToken.scanned.isEmpty && byToken.indexes == ["link_token"], "\(byToken)")
      let bySubject = try db.plan(
        of: "SELECT \(LinkOperations.columns) FROM link WHERE kind = ? AND subject = ? ORDER BY id DESC LIMIT 50",
        [.text("case"), .text("x")])
      #expect(bySubject.scanned.isEmpty && !bySubject.sorts, "\(bySubject)")
      let reports = try db.plan(
        of: "SELECT COUNT(*) FROM request WHERE equipment_id = ? AND reported_at > ? AND channel = 'label'", [.text("x"), .integer(1)])
      #expect(reports.scanned.isEmpty, "\(reports)")
    }
  }
}

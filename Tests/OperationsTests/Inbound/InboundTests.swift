import Domain
import Foundation
import Persistence
import TestEngines
import Testing

@testable import Operations

/// Mail and messages that come in: a case, its case, or a person's decision; nothing lost, nothing twice (INT-1, INT-4).
@Suite struct InboundTests {
  private func inbound(_ desk: TestDesk, _ change: (inout InboundSettings) -> Void = { _ in }) -> InboundOperations {
    var settings = InboundSettings()
    settings.own = OwnMail(["service@weibao.example"])
    change(&settings)
    return InboundOperations(
      desk.attachments, settings: settings,
      words: InboundWords(sentence: { "\($0)(\($1.joined(separator: "|")))" }, refusal: { $0.code }))
  }

  private func mail(
    _ id: String, subject: String = "DR 不启动", from: String = "李敏 <li@stranger.example>", headers: String = "", _ text: String = "开机没反应"
  ) -> [UInt8] {
    let head = "From: \(from)\nSubject: \(subject)\n" + (id.isEmpty ? "" : "Message-ID: <\(id)>\n") + headers
    return Array((head + "Date: Mon, 23 Nov 2026 09:00:00 +0800\nContent-Type: text/plain; charset=utf-8\n\n\(text)\n").utf8)
  }

  private static let files = """
    Content-Type: multipart/mixed; boundary=b

    --b
    Content-Type: text/plain; charset=utf-8

    见附件
    --b
    Content-Disposition: attachment; filename="故障记录.txt"

    error 42
    --b
    Content-Disposition: attachment; filename="run.exe"
    Content-Transfer-Encoding: base64

    TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    --b--
    """

  /// A registered contact of the hospital with an e-mail.
  private func register(_ desk: TestDesk, _ address: String = "zhou@yugan.example") async throws -> String {
    try await desk.test.make(
      .contacts,
      ["customer": .text(desk.hospital), "name": "周主任", "phone": "13807910009", "email": .text(address), "function": "main-user"])
  }

  @Test func `a mailbox's trouble is as old as we know it to be without a break (INT-1)`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk), box = "imaps://service@weibao.example/INBOX"
    func tried(_ time: String, _ error: String) async throws -> [MailboxTrouble] {
      desk.at(time)
      try await desk.test.company.database.write { [now = desk.test.now] db in
        try MailboxTrouble.begin(box, error: error, at: now, in: db)
      }
      return try await inbound.troubles(by: desk.manager)
    }
    #expect(try await tried("09:00", "no such host") == [MailboxTrouble(box: box, since: monday("09:00"), error: "no such host")])
    #expect(try await tried("09:10", "timeout") == [MailboxTrouble(box: box, since: monday("09:00"), error: "timeout")])
    // Nobody tried for two hours: what was in between nobody knows.
    #expect(try await tried("11:10", "timeout") == [MailboxTrouble(box: box, since: monday("11:10"), error: "timeout")])
    desk.at("11:21")
    #expect(try await inbound.troubles(by: desk.manager) == [])
  }

  @Test func `a mail of a stranger is a case of its own, without a phone number (INT-4)`() async throws {
    let desk = try await TestDesk(), taken = try await inbound(desk).take(mail: mail("a@x"))
    #expect(taken.state == .taken && taken.sender == "li@stranger.example")
    let found = try await desk.find(taken.requestNumber ?? "")
    #expect(found["channel"].text == "email" && found["kind"].text == "support" && found["summary"].text == "DR 不启动")
    #expect(found["description"].text == "开机没反应" && found["contact"]["name"].text == "李敏" && found["contact"]["phone"].isNull)
    #expect(found["customer"].isNull)
    let event = try #require(try await desk.events("request/\(found["id"].text)").first)
    #expect(event.actor == "message:\(taken.id)" && !event.body.contains("李敏") && !event.body.contains("li@stranger"))
  }

  @Test func `a contact's address says whose case it is, and where to call back`() async throws {
    let desk = try await TestDesk(), contact = try await register(desk)
    let taken = try await inbound(desk).take(mail: mail("a@x", from: "Zhou@yugan.example"))
    let found = try await desk.find(taken.requestNumber ?? "")
    #expect(found["customer"]["id"].text == desk.hospital && found["contact"]["id"].text == contact)
    #expect(found["contact"]["phone"].text == "13807910009")
  }

  @Test func `the same mail in two boxes, or read again after a crash, is one case; without an id its content tells`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk)
    let first = try await inbound.take(mail: mail("a@x", headers: "Delivered-To: one@weibao.example\n"))
    #expect(try await inbound.take(mail: mail("a@x", headers: "Delivered-To: two@weibao.example\n")) == first)
    let nameless = try await inbound.take(mail: mail(""))
    #expect(try await inbound.take(mail: mail("", headers: "Received: by two\n")) == nameless && nameless.id != first.id)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 2)
    // Somebody else who uses an id that is known is not swallowed.
    #expect(try await inbound.take(mail: mail("a@x", from: "other@stranger.example")).id != first.id)
  }

  @Test func `two that take the same mail at once make one case`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk), mail = mail("a@x")
    let made = try await withThrowingTaskGroup(of: InboundView.self) { group in
      for _ in 0..<6 { group.addTask { try await inbound.take(mail: mail) } }
      return try await group.reduce(into: Set<InboundView>()) { $0.insert($1) }
    }
    #expect(made.count == 1)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
  }

  @Test func `an answer joins its case as the customer's remark, with its files; a refused file is named there`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk), first = try await inbound.take(mail: mail("a@x"))
    let answer = Array(
      ("From: someone@else.example\nSubject: Re: DR\nMessage-ID: <b@x>\nIn-Reply-To: <a@x>\nMIME-Version: 1.0\n" + Self.files).utf8)
    let joined = try await inbound.take(mail: answer)
    #expect(joined.state == .joined && joined.requestNumber == first.requestNumber)
    let messages = try await desk.requests.messages(of: first.requestID ?? "", after: nil, limit: 10, by: desk.chen).items
    #expect(messages.map(\.text) == ["见附件", "inbound.file-refused(run.exe|file.program)"])
    #expect(messages.map(\.fromHospital) == [true, false])
    let attached = try await desk.attachments.list(of: first.requestID ?? "", after: nil, limit: 10, by: desk.chen).items
    #expect(attached.map(\.name) == ["故障记录.txt"])
    // The thread goes on from the answer, too.
    let third = try await inbound.take(mail: mail("c@x", headers: "References: <zz@x> <b@x>\n"))
    #expect(third.state == .joined && third.requestID == first.requestID)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
  }

  @Test func `a new mail's refused file stands in the description`() async throws {
    let desk = try await TestDesk()
    let mail = Array(("From: a@b.example\nSubject: 求助\nMIME-Version: 1.0\n" + Self.files).utf8)
    let found = try await desk.find(try await inbound(desk).take(mail: mail).requestNumber ?? "")
    #expect(found["description"].text == "【inbound.file-refused(run.exe|file.program)】\n见附件")
  }

  @Test func `a number in the subject lets in whom the case's customer knows, and nobody else`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk)
    _ = try await register(desk)
    let number = try await desk.report()["number"].text
    let known = try await inbound.take(mail: mail("a@x", subject: "补充 \(number)", from: "zhou@yugan.example"))
    #expect(known.state == .joined && known.requestNumber == number)
    let stranger = try await inbound.take(mail: mail("b@x", subject: "补充 \(number)"))
    #expect(stranger.state == .taken && stranger.requestNumber != number)
    #expect(try await desk.find(stranger.requestNumber ?? "")["description"].text.hasPrefix("【inbound.number-unknown(\(number))】"))
    // Whoever wrote the case by mail is known to it, without being a contact.
    let again = try await inbound.take(mail: mail("c@x", subject: "Re: \(stranger.requestNumber ?? "")"))
    #expect(again.state == .joined && again.requestNumber == stranger.requestNumber)
    // A contact of another hospital is a stranger here.
    _ = try await desk.test.make(
      .contacts,
      ["customer": .text(desk.otherHospital), "name": "孙", "phone": "13900000000", "email": "sun@jinxian.example", "function": "main-user"])
    #expect(try await inbound.take(mail: mail("d@x", subject: number, from: "sun@jinxian.example")).state == .taken)
  }

  @Test func `what comes to a case that has ended is a new one that names it, and the old one says so (INT-4)`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk), first = try await inbound.take(mail: mail("a@x"))
    try await desk.take(.cancel, ["reason": "误报"], on: first.requestID ?? "")
    let second = try await inbound.take(mail: mail("b@x", headers: "In-Reply-To: <a@x>\n"))
    #expect(second.state == .taken && second.requestNumber != first.requestNumber)
    #expect(
      try await desk.find(second.requestNumber ?? "")["description"].text.hasPrefix("【inbound.ended(\(first.requestNumber ?? ""))】"))
    #expect(try await desk.find(first.requestNumber ?? "")["state"].text == "cancelled")
    #expect(try await desk.kinds(first.requestID ?? "").last == "commented")
  }

  @Test func `what comes to a merged case joins the one that goes on`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk), old = try await desk.report()["number"].text
    desk.test.pass(seconds: 60)
    let first = try await inbound.take(mail: mail("a@x"))
    try await desk.take(.merge, ["into": .text(old), "reason": "同一件事"], on: first.requestID ?? "")
    let answer = try await inbound.take(mail: mail("b@x", headers: "In-Reply-To: <a@x>\n"))
    #expect(answer.state == .joined && answer.requestNumber == old)
  }

  @Test(arguments: [
    ("Auto-Submitted: auto-replied\n", "auto-reply"), ("Return-Path: <>\n", "bounce"), ("Precedence: bulk\n", "bulk"),
    ("X-Autoreply: yes\nIn-Reply-To: <a@x>\n", "auto-reply"),
  ])
  func `what a program sent makes no case and joins none, and is listed with the reason`(_ headers: String, _ reason: String) async throws {
    let desk = try await TestDesk(), inbound = inbound(desk)
    _ = try await inbound.take(mail: mail("a@x"))
    let aside = try await inbound.take(mail: mail("b@x", headers: headers))
    #expect(aside.state == .setAside && aside.reason == reason && aside.requestID == nil && aside.isKept)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
    #expect(try await inbound.list(.setAside, sender: nil, after: nil, limit: 10, by: desk.chen).items == [aside])
    // A person sees that it was somebody after all.
    #expect(try await inbound.accept(aside.id, by: desk.chen).requestNumber != nil)
  }

  @Test func `our own mail that comes back is set aside`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk)
    #expect(try await inbound.take(mail: mail("a@x", from: "service@weibao.example")).reason == "own")
    #expect(try await inbound.take(mail: mail("k@x", headers: "X-Weibao-Kind: warned\n")).reason == "own")
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 0)
  }

  @Test func `a flood of one sender is held, shown and decided by a person; others are not kept waiting`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk) { $0.hourly = 3 }
    var views: [InboundView] = []
    for number in 0..<5 { views.append(try await inbound.take(mail: mail("\(number)@x"))) }
    #expect(views.map(\.state) == [.taken, .taken, .taken, .held, .held] && views[3].reason == "flood")
    #expect(try await inbound.take(mail: mail("other@x", from: "other@stranger.example")).state == .taken)
    #expect(try await inbound.waiting(by: desk.chen)[.held] == 2)
    await #expect(throws: AccessError.notAllowed(.inboundHandle)) {
      try await inbound.list(nil, sender: nil, after: nil, limit: 1, by: desk.wang)
    }
    let taken = try await inbound.accept(views[3].id, by: desk.gao)
    #expect(taken.state == .taken && taken.requestNumber != nil && !taken.isKept)
    #expect(try await inbound.dismiss(views[4].id, by: desk.gao).state == .dismissed)
    for id in [views[3].id, views[4].id] {
      await #expect(throws: InboundRefusal.decided) { try await inbound.accept(id, by: desk.gao) }
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM inbound_raw") == 0)
    desk.test.pass(seconds: 3_601)
    #expect(try await inbound.take(mail: mail("later@x")).state == .taken)
  }

  @Test func `a mail that is to be held when it comes, and not when it is written, keeps its files`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk) { $0.hourly = 1 }
    _ = try await inbound.take(mail: mail("a@x"))
    // The hour ends between the look at the mail and its write.
    desk.test.pass(seconds: 3_599)
    desk.test.goOn(milliseconds: 1_000)
    let late = Array(("From: 李敏 <li@stranger.example>\nSubject: 附件\nMessage-ID: <late@x>\n" + Self.files).utf8)
    let taken = try await inbound.take(mail: late)
    #expect(taken.state == .taken)
    #expect(
      try await desk.attachments.list(of: taken.requestNumber ?? "", after: nil, limit: 10, by: desk.chen).items.map(\.name) == ["故障记录.txt"]
    )
  }

  @Test func `answers are capped higher than cases, and held then`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk) { $0.hourly = 1 }
    _ = try await inbound.take(mail: mail("a@x"))
    var states: [InboundState] = []
    for number in 0..<4 { states.append(try await inbound.take(mail: mail("\(number)@x", headers: "In-Reply-To: <a@x>\n")).state) }
    #expect(states == [.joined, .joined, .joined, .held])
  }

  @Test func `a mail that cannot be read is kept for a person, once, and never tried for ever`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk), broken = Array("Subject: who?\n\nno sender".utf8)
    let view = try await inbound.take(mail: broken)
    #expect(view.state == .unreadable && view.reason == "no-sender" && view.subject == "who?" && view.isKept)
    #expect(try await inbound.take(mail: broken) == view)
    #expect(try await inbound.raw(view.id, by: desk.chen) == broken)
    await #expect(throws: InboundRefusal.cannotBeRead) { try await inbound.accept(view.id, by: desk.chen) }
    #expect(try await inbound.giveUp(mail: mail("z@x")).reason == "fault")
  }

  @Test func `where there is no room for what is kept, the entry stays and says so`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk) { $0.keptBytes = 10 }
    let aside = try await inbound.take(mail: mail("b@x", headers: "Precedence: bulk\n"))
    #expect(!aside.isKept)
    await #expect(throws: InboundRefusal.notKept) { try await inbound.accept(aside.id, by: desk.chen) }
  }

  @Test func `a long mail is cut in the case and whole in a file`() async throws {
    let desk = try await TestDesk(), text = (0..<3_000).map { "第\($0)行" }.joined(separator: "\n")
    let taken = try await inbound(desk).take(mail: mail("a@x", text))
    let found = try await desk.find(taken.requestNumber ?? "")["description"].text
    #expect(found.unicodeScalars.count <= 10_000 && found.hasSuffix("【inbound.cut()】"))
    let attached = try await desk.attachments.list(of: taken.requestID ?? "", after: nil, limit: 10, by: desk.chen).items
    #expect(attached.count == 1 && attached.first?.size == text.utf8.count)
  }

  @Test func `a sender is forgotten by the address: name in the case, entry, and what is kept whole`() async throws {
    let desk = try await TestDesk(), inbound = inbound(desk) { $0.hourly = 1 }
    let taken = try await inbound.take(mail: mail("a@x")), held = try await inbound.take(mail: mail("b@x"))
    let other = try await inbound.take(mail: mail("c@x", from: "王 <wang@else.example>"))
    let report = try await ForgetOperations(desk.test.company).run("Li@stranger.example", dryRun: false, by: desk.administrator)
    #expect(report.cases == [taken.requestNumber ?? ""] && report.counts[.cases] == 1 && report.counts[.inbound] == 2)
    #expect(try await desk.find(taken.requestNumber ?? "")["contact"]["name"].isNull)
    #expect(try await desk.find(other.requestNumber ?? "")["contact"]["name"].text == "王")
    let left = try await inbound.list(nil, sender: nil, after: nil, limit: 10, by: desk.chen).items
    #expect(Set(left.map(\.sender)) == [nil, "wang@else.example"] && left.first { $0.id == held.id }?.isKept == false)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM inbound_raw") == 0)
    await #expect(throws: ForgetRefusal.unknown) {
      try await ForgetOperations(desk.test.company).run("li@stranger.example", dryRun: false, by: desk.administrator)
    }
  }

  @Test func `the sender of a message has no right at all, and its remark is the hospital's`() async throws {
    for action in Action.allCases { #expect(throws: AccessError.notAllowed(action)) { try InboundCase.sender("x").require(action) } }
  }

  @Test func `each question goes by an index, and none sorts`() async throws {
    let desk = try await TestDesk()
    try await desk.test.company.database.read { db in
      for (sender, state, index) in [
        (nil, nil, "inbound_received"), (nil, InboundState.held, "inbound_state"), ("a@b", nil, "inbound_sender"),
      ] as [(String?, InboundState?, String)] {
        let (sql, arguments) = InboundOperations.query(state, sender: sender)
        let plan = try db.plan(of: sql, arguments + [.integer(.max), .text(""), .int(51)])
        #expect(plan.indexes == [index] && plan.scanned.isEmpty && !plan.sorts, "\(plan)")
      }
      let count = try db.plan(of: InboundRows.countSQL, [.text("a"), .integer(0), .text("taken"), .text("email")])
      #expect(count.indexes == ["inbound_sender"], "\(count)")
    }
  }
}

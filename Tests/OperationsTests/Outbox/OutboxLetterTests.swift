import Domain
import Foundation
import Testing

@testable import Operations

@Suite struct OutboxLetterTests {
  private let now = monday("09:00")

  private func row(_ facts: [String: String] = [:], kind: OutgoingMessage.Kind = .warned, number: String = "SR-20261123-0001") -> OutboxRow
  {
    let message = OutgoingMessage(
      key: "k", kind: kind, to: .staff("s"), stream: "request/1", number: number,
      facts: ["zh": "响应", "en": "Response", "due": String(monday("11:00").milliseconds)].merging(facts) { $1 })
    return OutboxRow(message, .room("r"), at: now, chance: Chance { 7 })
  }

  private var letters: OutboxLetters {
    var channels = OutboxChannels()
    channels.publicAddress = "https://weibao.example.com"
    return OutboxLetters(channels: channels)
  }

  private func room(_ format: String, secret: String? = nil, language: String = "zh", url: String = "https://x.example/r?k=1") throws
    -> ChatRoom
  {
    let secret = secret.map { ", secret: \($0)" } ?? ""
    let yaml = "rooms: [{name: r, url: \"\(url)\", format: \(format), kinds: [warned], language: \(language)\(secret)}]"
    return try #require(try ChannelFile(yaml: yaml, path: "c.yaml").rooms.first)
  }

  @Test func `WeCom gets its text to the letter, cut to what it takes`() throws {
    let call = letters.room(row(), try room("wecom"), at: now)
    #expect(
      call.text
        == #"{"msgtype":"text","text":{"content":"SR-20261123-0001：响应将于 11月23日 11:00 到期\n服务请求 SR-20261123-0001 的“响应”应在 11月23日 11:00 前完成。\nhttps://weibao.example.com/requests/SR-20261123-0001"}}"#
    )
    #expect(call.url == "https://x.example/r?k=1" && call.header("Content-Type") == "application/json; charset=utf-8")
    let long = letters.room(
      row(["customer": String(repeating: "院", count: 5_000), "zh": String(repeating: "长", count: 5_000)]), try room("wecom"), at: now)
    let content = try JSON(long.text)["text"]["content"].text
    #expect(content.utf8.count <= 2_048 && content.utf8.count > 2_000)
  }

  @Test func `DingTalk is signed in the address as its robots ask`() throws {
    let call = letters.room(row(), try room("dingtalk", secret: "SEC123"), at: Instant(milliseconds: 1_600_000_000_000))
    // HMAC-SHA256 of "1600000000000\nSEC123" with SEC123, by Python's hmac.
    #expect(call.url == "https://x.example/r?k=1&timestamp=1600000000000&sign=5dJbESN1VqizM9DFXtUSP0MigoyPd1b0Hva45GZyCLc%3D")
    #expect(try JSON(call.text)["msgtype"].text == "text")
    #expect(letters.room(row(), try room("dingtalk"), at: now).url == "https://x.example/r?k=1")
  }

  @Test func `other systems get everything, signed over moment and body`() throws {
    let call = letters.room(row(["customer": "A\"\n\u{2028}B"]), try room("weibao", secret: "s", language: "en"), at: now)
    let json = try JSON(call.text), stamp = try #require(call.header("X-Weibao-Timestamp"))
    #expect(stamp == "1795395600" && json["subject"].text == "SR-20261123-0001: Response is due 23 Nov 11:00")
    let signature = OutboxLetters.signature("\(stamp).\(call.text)", "s").map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(call.header("X-Weibao-Signature") == "sha256=\(signature)")
    #expect(json["facts"]["customer"].text == "A\"\n\u{2028}B" && json["id"].text == call.header("Idempotency-Key"))
    #expect(!json["text"].text.contains("\u{2028}"))
  }

  @Test func `a value with line breaks never becomes a header, and a mail is all ASCII`() throws {
    let server = try MailServer(url: "smtp://m:587", user: nil, password: nil, from: "售后\r\nBcc: x@y <service@example.com>")
    let evil = row(["zh": "x\r\nBcc: all@example.com\r\n\r\nbody", "customer": "\r\n.\r\nQUIT"])
    let call = letters.mail(evil, server, to: "li@example.com", .zh, at: now)
    let text = call.text
    #expect(text.utf8.allSatisfy { $0 == 13 || $0 == 10 || (32...126).contains($0) })
    let head = try #require(text.components(separatedBy: "\r\n\r\n").first).components(separatedBy: "\r\n")
    let names = head.filter { !$0.hasPrefix(" ") }.map { String($0.prefix { $0 != ":" }) }
    #expect(
      names == [
        "Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
        "X-Weibao-Kind",
      ])
    #expect(head.allSatisfy { $0.utf8.count <= 200 } && head.first == "Date: Mon, 23 Nov 2026 09:00:00 +0800")
    let body = try #require(text.components(separatedBy: "\r\n\r\n").dropFirst().first)
    let decoded = String(decoding: Data(base64Encoded: body, options: .ignoreUnknownCharacters) ?? Data(), as: UTF8.self)
    #expect(decoded.contains("QUIT") && !decoded.contains("\r\n.\r\n"))
    #expect(OutboxLetters.encoded("plain words") == "plain words" && OutboxLetters.encoded("a\r\nb").hasPrefix("=?utf-8?B?"))
  }

  @Test func `a gateway gets JSON or a form, each value escaped for where it stands`() throws {
    func gateway(_ yaml: String) throws -> SMSGateway { try #require(try ChannelFile(yaml: "sms: {\(yaml)}", path: "c").sms) }
    let evil = row(["en": #"{phone}","x":"y" & = % \ 维"#])
    let json = letters.sms(evil, try gateway(#"url: "https://s.example", body: '{"m":"{phone}","t":"{text}","k":{}}'"#), to: "138", .en)
    let read = try JSON(json.text)
    #expect(read["m"].text == "138" && read["x"].isNull && read["t"].text.contains(#"{phone}","x":"y" & = % \ 维"#))
    let form = letters.sms(
      evil,
      try gateway(
        #"url: "https://s.example/{id}", headers: {content-type: application/x-www-form-urlencoded}, body: "m={phone}&t={text}""#),
      to: "+138", .en)
    #expect(form.text.hasPrefix("m=%2B138&t=SR-20261123-0001%3A%20%7Bphone%7D%22") && form.text.count { $0 == "&" } == 1)
    #expect(form.url == "https://s.example/\(OutboxLetters.identity(of: evil))")
    #expect(form.header("Content-Type") == nil && form.header("content-type") != nil)
  }

  @Test(arguments: [
    "rooms: [{url: \"https://x\"}]", "rooms: [{name: a, url: \"ftp://x\"}]", "rooms: [{name: a, url: \"https://x\", format: teams}]",
    "rooms: [{name: a, url: \"https://x\", kinds: [all]}]", "rooms: [{name: a, url: \"https://x\"}, {name: a, url: \"https://y\"}]",
    "sms: {url: \"https://x\"}", "sms: {url: \"https://x\", body: \"{phone}{text}\", headers: {\"a b\": c}}", "room: []",
    "sms: {url: \"https://x\", body: \"{phone}{text}\", headers: {a: \"b\\r\\nc: d\"}}", "rooms: {a: b}", "rooms: [a]",
  ])
  func `a file of channels that cannot be used is refused with its line`(_ yaml: String) throws {
    let error = #expect(throws: ChannelError.self) { try ChannelFile(yaml: yaml, path: "channels.yaml") }
    #expect(error?.message.hasPrefix("channels.yaml, line 1: ") == true)
  }

  @Test func `a mail server is named by what it speaks, and a mailbox is a plain one`() throws {
    for url in ["mail:25", "http://m", "smtp://u:p@m", "smtp://m x"] {
      #expect(throws: ChannelError.mailAddress(url)) { try MailServer(url: url, user: nil, password: nil, from: "a@b.cn") }
    }
    #expect(throws: ChannelError.sender("nobody")) { try MailServer(url: "smtp://m", user: nil, password: nil, from: "nobody") }
    for bad in ["", "a", "a@", "@b", "a@b@c", "a b@c.cn", "a\r\n@c.cn", "a@c.cn,d@e.cn", "-a@c.cn", "a@-c.cn", "<a@c.cn>", "李@c.cn"] {
      #expect(MailAddress(bad) == nil, "\(bad)")
    }
    #expect(MailAddress("li.hua+x@sub.example.com") != nil)
  }

  @Test func `both languages have the same texts, and English no Chinese`() {
    #expect(Set(OutboxWords.zh.keys) == Set(OutboxWords.en.keys))
    #expect(OutboxWords.en.values.allSatisfy { !$0.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } })
    for kind in OutgoingMessage.Kind.allCases {
      for language in NoticeLanguage.allCases {
        let text = OutboxText(
          .init(key: "k", kind: kind, to: .rooms, stream: "", number: "SR-1", facts: ["due": "1", "from": "1", "harm": "death"]), language,
          link: nil, companyName: "")
        #expect(!text.subject.isEmpty && !text.lines.isEmpty && !text.whole.contains("{"), "\(kind)")
      }
    }
  }

  @Test(arguments: [
    (200, #"{"errcode":0}"#, "sent"), (200, #"{"errcode":93000,"errmsg":"invalid"}"#, "refused robot-93000"),
    (200, #"{"errcode":45009}"#, "trouble robot-45009"), (200, "<html>", "trouble robot"), (404, "", "refused http-404"),
    (429, "", "trouble http-429"), (500, "", "trouble http-500"), (302, "", "trouble http-302"),
  ])
  func `what a robot answers is understood`(_ status: Int, _ body: String, _ expected: String) {
    let words =
      switch OutboxOutcome.web(status, body, format: .wecom) {
      case .sent: "sent"
      case .trouble(let code, _): "trouble \(code)"
      case .refused(let code, _): "refused \(code)"
      }
    #expect(words == expected)
  }
}

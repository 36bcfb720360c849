import Foundation
import Testing

@testable import Operations

/// What strangers send, read without trust (INT-1).
@Suite struct MailReaderTests {
  private func read(_ text: String) throws -> Mail { try MailReader().read(Array(text.replacing("\n", with: "\r\n").utf8)) }

  private static let head =
    "From: =?UTF-8?B?5ZGo5Li75Lu7?= <Zhou@Yugan.example>\nMessage-ID: <a1@yugan.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0800\n"

  /// “DR 不启动” in GB18030.
  private static let gb: [UInt8] = [0x44, 0x52, 0x20, 0xB2, 0xBB, 0xC6, 0xF4, 0xB6, 0xAF]

  @Test func `a plain mail gives sender, subject, text and id`() throws {
    let mail = try read(
      Self.head + "Subject: DR =?utf-8?q?=E4=B8=8D=E5=90=AF=E5=8A=A8?=\nReferences: <x@y> <z@y>\nIn-Reply-To: <z@y>\n\n开机没反应\n\n\n\n谢谢\n")
    #expect(mail.sender == MailSender(name: "周主任", address: "zhou@yugan.example"))
    #expect(mail.subject == "DR 不启动" && mail.text == "开机没反应\n\n谢谢")
    #expect(mail.messageID == "a1@yugan.example" && mail.references == ["z@y", "x@y"])
    #expect(mail.automatic == nil && mail.files.isEmpty)
  }

  @Test(arguments: ["gb2312", "GBK", "gb18030", "\"GB2312\"", "x-unknown-of-nobody", "utf-8"])
  func `a body of GB18030 is read, whatever its charset is called`(_ charset: String) throws {
    let head = Self.head + "Subject: x\nContent-Type: text/plain; charset=\(charset)\nContent-Transfer-Encoding: 8bit\n\n"
    let mail = try MailReader().read(Array(head.replacing("\n", with: "\r\n").utf8) + Self.gb)
    #expect(mail.text == "DR 不启动")
  }

  @Test func `subject and file names of older programs are read: GB2312, GBK and raw bytes`() throws {
    let packed = Data(Self.gb).base64EncodedString()
    #expect(try read(Self.head + "Subject: =?gb2312?B?\(packed)?=\n\nx").subject == "DR 不启动")
    let raw = Array((Self.head + "Subject: ").utf8) + Self.gb + Array("\n\nx".utf8)
    #expect(try MailReader().read(raw).subject == "DR 不启动")
    // 镕 is in GBK and not in GB2312.
    #expect(try read(Self.head + "Subject: =?gb2312?B?\(Data([0xE9, 0x46]).base64EncodedString())?=\n\nx").subject == "镕")
    let part = { (name: String) in
      Self.head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n见附件\n--b\n"
        + "Content-Type: image/jpeg\nContent-Disposition: attachment; \(name)\nContent-Transfer-Encoding: base64\n\n/9j/\n--b--\n"
    }
    for name in [
      "filename=\"=?gb2312?B?\(packed)?=.jpg\"", "filename*=gb18030''DR%20%B2%BB%C6%F4%B6%AF.jpg",
      "filename*=UTF-8''DR%20%E4%B8%8D%E5%90%AF%E5%8A%A8.jpg", "filename=\"DR 不启动.jpg\"",
    ] {
      let mail = try read(part(name))
      #expect(mail.text == "见附件" && mail.files == [MailFile(name: "DR 不启动.jpg", bytes: [0xFF, 0xD8, 0xFF])], "\(name)")
    }
  }

  @Test func `of text and page the text counts; a page alone becomes text, and nothing of it runs`() throws {
    let page =
      "<html><head><title>t</title><style>p{}</style></head><body><p>DR&nbsp;不启动 &lt;b&gt; 1 < 2</p><script>alert('x>')</script>"
      + "<div>第二<b>行</b><br>三</div><!-- > no --></body></html>"
    let alone = try read(Self.head + "Content-Type: text/html; charset=utf-8\n\n\(page)\n")
    #expect(alone.text == "DR 不启动 <b> 1 < 2\n\n第二行\n三")
    let both = try read(
      Self.head + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\n"
        + "Content-Type: text/html\n\n\(page)\n--b--\n")
    #expect(both.text == "plain" && both.files.isEmpty)
  }

  @Test func `what would turn a screen around or break a line is taken out of subject and text`() throws {
    let mail = try read(Self.head + "Subject: a\u{202E}b =?utf-8?q?=0D=0ABcc:_x?= <script>alert(1)</script>\n\nx\u{0}\u{1B}[31my\u{2028}z")
    #expect(mail.subject == "ab Bcc: x <script>alert(1)</script>")
    #expect(mail.text == "x[31my\nz" || mail.text == "x")
  }

  private static let automatic: [(String, AutomaticMail)] = [
    ("Auto-Submitted: auto-replied", .reply), ("Auto-Submitted: auto-generated; x=y", .reply), ("X-Autoreply: yes", .reply),
    ("Precedence: bulk", .bulk), ("Precedence: JUNK", .bulk), ("Precedence: list", .bulk), ("List-Id: <x>", .bulk),
    ("Return-Path: <>", .bounce), ("X-Failed-Recipients: a@b", .bounce),
    ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", .bounce), ("Precedence: auto_reply", .reply),
  ]

  @Test(arguments: automatic) func `what a program sent is told apart`(_ line: String, _ kind: AutomaticMail) throws {
    #expect(try read(Self.head + line + "\nSubject: x\n\nx").automatic == kind)
  }

  @Test(arguments: ["Auto-Submitted: no", "Precedence: first-class", "X-Auto-Response-Suppress: All", "Return-Path: <zhou@yugan.example>"])
  func `what a person sent is not`(_ line: String) throws { #expect(try read(Self.head + line + "\n\nx").automatic == nil) }

  @Test func `a post office is no customer, and what we wrote is known by its address or its mark`() throws {
    #expect(try read("From: MAILER-DAEMON@x.example\n\nx").automatic == .bounce)
    let own = OwnMail(["Service@weibao.example"])
    #expect(try own.wrote(read("From: service@weibao.example\n\nx")))
    #expect(try read("From: a@b.example\nX-Weibao-Kind: escalated\nAuto-Submitted: auto-generated\n\nx").automatic == .own)
    // A colleague who writes from the same mail server is no loop.
    #expect(try !own.wrote(read("From: li@weibao.example\nMessage-ID: <0f2c4e@weibao.example>\n\nx")))
    #expect(try !own.wrote(read(Self.head + "\nx")))
  }

  @Test func `hostile mails are refused or cut, each within a second`() throws {
    let clock = ContinuousClock(), reader = MailReader()
    func outcome(_ text: String) -> String {
      var result = ""
      let time = clock.measure {
        do throws(UnreadableMail) { result = "read \(try reader.read(Array(text.utf8)).files.count)" } catch { result = error.rawValue }
      }
      #expect(time < .seconds(10), "\(result)")
      return result
    }
    #expect(outcome("") == "no-sender" || outcome("") == "no-mail")
    #expect(outcome(String(repeating: "\u{0}", count: 10_000)) == "no-sender" || outcome("") == "no-mail")
    #expect(outcome("Subject: x\n\nno sender") == "no-sender")
    #expect(outcome("From: x\n\nno address") == "no-sender")
    // Header bombs: many, and one that is long.
    #expect(outcome("From: a@b.example\n" + (0..<50_000).map { "X-\($0): y\n" }.joined() + "\nx") == "too-many-headers")
    #expect(outcome("From: a@b.example\nSubject: \(String(repeating: "=?utf-8?q?a?= ", count: 500_000))\n\nx") == "read 0")
    #expect(outcome("From: \(String(repeating: "(", count: 1_000_000))a@b.example\n\nx") == "no-sender")
    // Nesting: a little beyond the limit, and far beyond it.
    for (depth, expected) in [(15, "read 0"), (25, "too-deep"), (1_900, "too-deep"), (100_000, "too-many-parts")] {
      let nested = (0..<depth).map { "Content-Type: multipart/mixed; boundary=\"b\($0)\"\n\n--b\($0)\n" }.joined()
      #expect(outcome("From: a@b.example\n" + nested + "Content-Type: text/plain\n\nx") == expected)
    }
    // Many parts and many files.
    let parts = (0..<3_000).map { _ in "--b\nContent-Type: text/plain\n\nx\n" }.joined()
    #expect(outcome("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n\(parts)--b--\n") == "too-many-parts")
    let files = (0..<100).map { "--b\nContent-Disposition: attachment; filename=\($0).txt\n\nx\n" }.joined()
    #expect(outcome("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n\(files)--b--\n") == "read 30")
    #expect(outcome("From: a@b.example\n\n" + String(repeating: "x", count: MailLimits.usual.bytes)) == "too-large")
  }

  @Test func `a mail that was cut off is read as far as it came`() throws {
    let whole =
      Self.head + "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\n"
      + "Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\n\n/9j/4AAQSkZJRgABAQ"
    let bytes = Array(whole.utf8)
    for end in stride(from: 0, through: bytes.count, by: 7) { _ = try? MailReader().read(Array(bytes[..<end])) }
    let mail = try MailReader().read(bytes)
    #expect(mail.text == "hello" && mail.files.first?.name == "a.jpg")
  }

  @Test func `of a mail that cannot be read the list still says from whom it is`() {
    let found = MailReader().glance(Array((Self.head + "Subject: =?utf-8?q?x?=\n\nbody").utf8))
    #expect(found.sender?.address == "zhou@yugan.example" && found.subject == "x" && found.messageID == "a1@yugan.example")
  }
}

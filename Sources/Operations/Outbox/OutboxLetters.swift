import Crypto
import Domain
import Foundation

/// Makes the call that carries a message: mail, room or text message.
struct OutboxLetters: Sendable {
  let channels: OutboxChannels
  /// The header that each of our mails has: by this one that comes back is known.
  static let mark = "X-Weibao-Kind"

  /// The same for every try of a delivery, whoever makes it: by this the other side knows a repetition.
  static func identity(of row: OutboxRow) -> String {
    let name = "\(row.message.key)\n\(row.message.to.text)\n\(row.channel.text)"
    return Array(SHA256.hash(data: Data(name.utf8)).prefix(16)).hex
  }

  static func messageID(of row: OutboxRow, _ server: MailServer) -> String {
    "<\(identity(of: row))@\(server.address.split(separator: "@").last ?? "weibao")>"
  }

  func text(of message: OutgoingMessage, _ language: NoticeLanguage) -> OutboxText {
    let link = message.number.flatMap { number in channels.publicAddress.map { "\($0)/requests/\(number)" } }
    return OutboxText(message, language, link: link, companyName: channels.companyName)
  }

  // MARK: Mail

  /// RFC 5322, all in ASCII. Every value is an encoded word, base64 or checked, so that none begins a header.
  func mail(_ row: OutboxRow, _ server: MailServer, to: String, _ language: NoticeLanguage, at now: Instant) -> OutboxCall {
    let text = text(of: row.message, language)
    let from = server.name.map { "\(Self.encoded($0)) <\(server.address)>" } ?? server.address
    let body = Data(text.lines.joined(separator: "\r\n\r\n").utf8).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ])
    let lines = [
      "Date: \(Self.date(now))", "From: \(from)", "To: <\(to)>", "Message-ID: \(Self.messageID(of: row, server))",
      "Subject: \(Self.encoded(text.subject))", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64", "Auto-Submitted: auto-generated", "\(Self.mark): \(row.message.kind.rawValue)", "", body, "",
    ]
    return .mail(server: server, to: to, data: Array(lines.joined(separator: "\r\n").utf8))
  }

  /// RFC 2047, words of at most 75 characters that never cut a character apart.
  static func encoded(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !text.contains("=?"), text.utf8.count <= 60,
      text.allSatisfy({ $0.isLetter || $0.isNumber || " -.".contains($0) })
    {
      return text
    }
    var words: [String] = [], word: [UInt8] = []
    for character in text {
      let bytes = Array(String(character).utf8)
      if word.count + bytes.count > 42, !word.isEmpty { words.append(word.base64); word = [] }
      word += bytes
    }
    words.append(word.base64)
    return words.map { "=?utf-8?B?\($0)?=" }.joined(separator: "\r\n ")
  }

  /// `Mon, 23 Nov 2026 09:00:00 +0800`.
  static func date(_ instant: Instant) -> String {
    let digits = instant.text(offsetSeconds: CompanyClock.offsetSeconds).split { !$0.isNumber }.map(String.init)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let day = Weekday(CompanyClock.date(of: instant)).rawValue.capitalized
    return "\(day), \(digits[2]) \(months[(Int(digits[1]) ?? 1) - 1]) \(digits[0]) \(digits[3]):\(digits[4]):\(digits[5]) +0800"
  }

  // MARK: Rooms

  func room(_ row: OutboxRow, _ room: ChatRoom, at now: Instant) -> OutboxCall {
    let text = text(of: row.message, room.language), identity = Self.identity(of: row)
    var headers = ["Content-Type: application/json; charset=utf-8", "Idempotency-Key: \(identity)"], url = room.url
    let body: String
    switch room.format {
    case .weibao:
      body = Self.body(row, text, identity)
      let seconds = String(now.milliseconds / 1_000)
      headers.append("X-Weibao-Timestamp: \(seconds)")
      if let secret = room.secret { headers.append("X-Weibao-Signature: sha256=\(Self.signature("\(seconds).\(body)", secret).hex)") }
    case .wecom: body = Self.robot(text.whole, bytes: 2_048)
    case .dingtalk:
      body = Self.robot(text.whole, bytes: 15_000)
      if let secret = room.secret {
        let milliseconds = String(now.milliseconds)
        let sign = Self.signature("\(milliseconds)\n\(secret)", secret).base64
        url += "\(url.contains("?") ? "&" : "?")timestamp=\(milliseconds)&sign=\(Self.escaped(sign))"
      }
    }
    return .web(url: url, method: "POST", headers: headers, body: Array(body.utf8), format: room.format)
  }

  private static func body(_ row: OutboxRow, _ text: OutboxText, _ identity: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("id", identity)
      json.field("kind", row.message.kind.rawValue)
      json.field("number", row.message.number)
      json.field("stream", row.message.stream)
      json.field("emergency", row.message.isEmergency)
      json.field("created", row.created)
      json.field("subject", text.subject)
      json.field("text", text.lines.joined(separator: "\n"))
      json.object("facts") { json in
        for (name, value) in row.message.facts.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
      }
    }
    return json.text
  }

  /// What WeCom and DingTalk robots take.
  private static func robot(_ text: String, bytes limit: Int) -> String {
    var kept = text
    while kept.utf8.count > limit { kept.removeLast() }
    var json = JSONWriter()
    json.object { json in
      json.field("msgtype", "text")
      json.object("text") { $0.field("content", kept) }
    }
    return json.text
  }

  static func signature(_ text: String, _ secret: String) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8))))
  }

  // MARK: Text messages

  func sms(_ row: OutboxRow, _ gateway: SMSGateway, to phone: String, _ language: NoticeLanguage) -> OutboxCall {
    let identity = Self.identity(of: row)
    let values = ["phone": phone, "text": text(of: row.message, language).short, "id": identity]
    let url = Self.fill(gateway.url, values, Self.escaped)
    let body = Self.fill(gateway.body, values, gateway.isForm ? Self.escaped : Self.quoted)
    var headers = gateway.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } + ["Idempotency-Key: \(identity)"]
    if !gateway.headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
      headers.append("Content-Type: application/json; charset=utf-8")
    }
    return .web(url: url, method: gateway.method, headers: headers, body: Array(body.utf8), format: nil)
  }

  /// Once over: what is put in is not looked at again.
  private static func fill(_ template: String, _ values: [String: String], _ escape: (String) -> String) -> String {
    var result = "", rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[open...]
      if let close = rest.firstIndex(of: "}"), let value = values[String(rest[rest.index(after: open)..<close])] {
        result += escape(value)
        rest = rest[rest.index(after: close)...]
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }

  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
      return isPlain ? String(UnicodeScalar(byte)) : "%\([byte].hex.uppercased())"
    }.joined()
  }

  /// As it stands between the quotes of a JSON text.
  static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONText.quote(text, into: &bytes)
    return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
  }
}

extension [UInt8] {
  private func digits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
  fileprivate var base64: String { Data(self).base64EncodedString() }
  fileprivate var hex: String { map(digits).joined() }
}

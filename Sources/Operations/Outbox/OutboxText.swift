import Domain

/// What a message says, made when it is sent.
struct OutboxText: Sendable, Hashable {
  let subject: String
  /// Paragraphs below the subject.
  let lines: [String]

  /// For where there are no headings.
  var whole: String { ([subject] + lines).joined(separator: "\n") }
  /// A text message: one line.
  var short: String { ([subject] + lines.suffix(1)).joined(separator: " ") }

  /// - Parameter link: where to read on; nil where nobody said how weibao is reached.
  init(_ message: OutgoingMessage, _ language: NoticeLanguage, link: String?, companyName: String) {
    let words = language == .zh ? OutboxWords.zh : OutboxWords.en
    func fact(_ name: String) -> String { Self.oneLine(message.facts[name] ?? "") }
    func moment(_ name: String) -> String {
      Int64(message.facts[name] ?? "").map { Self.moment(Instant(milliseconds: $0), language) } ?? "?"
    }
    let target = fact(language.rawValue).isEmpty ? fact("target") : fact(language.rawValue)
    let arguments = [
      "number": Self.oneLine(message.number ?? ""), "target": target, "due": moment("due"), "from": moment("from"),
      "hotline": fact("hotline"),
      "before": fact("before"), "harm": words["harm.\(fact("harm"))"] ?? fact("harm"), "customer": fact("customer"),
      "company": companyName.isEmpty ? words["company"] ?? "" : Self.oneLine(companyName),
    ]
    func text(_ key: String) -> String { words[key].map { Self.fill($0, arguments) } ?? "" }
    let kind = message.kind.rawValue
    subject = text("\(kind).subject")
    var lines = [text("\(kind).line")]
    if !fact("customer").isEmpty, message.kind != .announcement { lines.append(text("customer")) }
    if let link { lines.append(link) }
    self.lines = lines.filter { !$0.isEmpty }
  }

  /// `{name}` once over, so that what is put in is not looked at again.
  private static func fill(_ template: String, _ arguments: [String: String]) -> String {
    var result = "", rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      result += arguments[String(rest[rest.index(after: open)..<close])] ?? ""
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// No value begins a line of its own.
  static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 || $0.value == 0x2028 ? " " : $0 }).prefix(300))
  }

  /// `11月30日 09:05`, `30 Nov 09:05`, on the company's clock.
  static func moment(_ instant: Instant, _ language: NoticeLanguage) -> String {
    let text = instant.text(offsetSeconds: CompanyClock.offsetSeconds)
    let digits = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard digits.count >= 5 else { return text }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let time = "\(two(digits[3])):\(two(digits[4]))"
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return switch language {
    case .zh: "\(digits[1])月\(digits[2])日 \(time)"
    case .en: "\(digits[2]) \(months[digits[1] - 1]) \(time)"
    }
  }
}

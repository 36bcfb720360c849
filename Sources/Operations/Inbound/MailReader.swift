import CGMime
import Foundation

/// Reads a mail by GMime: its structure and codes are GMime's, every limit and choice is ours.
///
/// Not for an event loop or a task's thread: a mail of 35 MB takes a second.
struct MailReader {
  let limits: MailLimits
  private static let begun: Void = weibao_mime_begin()

  init(limits: MailLimits = .usual) {
    self.limits = limits
    _ = Self.begun
  }

  /// - Throws: ``UnreadableMail``.
  func read(_ bytes: [UInt8]) throws(UnreadableMail) -> Mail {
    guard bytes.count <= limits.bytes else { throw .tooLarge }
    try requireShallow(bytes)
    let found = bytes.withUnsafeBytes { weibao_mime_read($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
    guard let message = found else { throw .noMail }
    defer { weibao_mime_free(message) }
    let (first, all) = try headers(of: message)
    guard let body = weibao_mime_body(message) else { throw .noMail }
    var mail = Mail()
    mail.sender = (first["from"] ?? first["sender"]).flatMap(address)
    guard mail.sender != nil else { throw .noSender }
    mail.subject = MailText.line(words(first["subject"] ?? ""), max: 400)
    mail.date = MailText.line(first["date"] ?? "", max: 100)
    mail.messageID = all["message-id"].flatMap { Self.ids($0).first }
    // Nearest first: what it answers, then the newest of the thread.
    var references: [String] = []
    for id in Self.ids(all["in-reply-to"] ?? "") + Self.ids(all["references"] ?? "").reversed()
    where !references.contains(id) && references.count < limits.references { references.append(id) }
    mail.references = references
    let kind = type(of: body)
    mail.automatic = AutomaticMail(headers: first, type: kind, sender: mail.sender)
    var walk = Walk()
    try visit(body, depth: 0, &walk)
    mail.text = MailText.plain((walk.texts.isEmpty ? walk.pages : walk.texts).joined(separator: "\n"))
    (mail.files, mail.filesLeftOut) = (walk.files, walk.leftOut)
    return mail
  }

  /// What can be told of a mail that cannot be read, for the list: from, subject and id out of its first lines.
  func glance(_ bytes: [UInt8]) -> (sender: MailSender?, subject: String, messageID: String?) {
    let head = Array(bytes.prefix(65_536))
    var lines: [String: String] = [:], last = ""
    for line in head.split(separator: 0x0A, maxSplits: 400, omittingEmptySubsequences: false).prefix(400) {
      let text = MailText.decode(Array(line.prefix(limits.headerBytes)), charset: nil)
      guard let letter = text.unicodeScalars.first, letter != "\r" else { break }
      if letter == " " || letter == "\t" {
        lines[last]?.append(text)
      } else {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { continue }
        last = parts[0].lowercased()
        if lines[last] == nil { lines[last] = String(parts[1]) } else { last = "" }
      }
    }
    return (
      lines["from"].flatMap(address), MailText.line(words(lines["subject"] ?? ""), max: 400),
      lines["message-id"].flatMap { Self.ids($0).first }
    )
  }

  /// GMime goes down one call a level: what could be nested thousands of times is refused before GMime is asked.
  private func requireShallow(_ bytes: [UInt8]) throws(UnreadableMail) {
    let words = [Array("boundary".utf8), Array("message/rfc822".utf8)]
    let count = bytes.withUnsafeBytes { bytes in
      var count = 0, at = 0
      while at + 14 <= bytes.count, count <= limits.boundaries {
        let first = bytes[at] | 0x20, second = bytes[at + 1] | 0x20
        for word in words where first == word[0] && second == word[1] && word.indices.allSatisfy({ bytes[at + $0] | 0x20 == word[$0] }) {
          count += 1
        }
        at += 1
      }
      return count
    }
    guard count <= limits.boundaries else { throw .tooManyParts }
  }

  // MARK: Headers

  /// The first of each name, as it came; and all of a name, one after the other.
  private func headers(of object: UnsafeMutableRawPointer) throws(UnreadableMail) -> (first: [String: String], all: [String: String]) {
    let count = Int(weibao_mime_headers(object))
    guard count <= limits.headers else { throw .tooManyHeaders }
    var first: [String: String] = [:], all: [String: String] = [:]
    for index in 0..<count {
      guard let name = weibao_mime_header_name(object, Int32(index)), let value = weibao_mime_header_value(object, Int32(index)) else {
        continue
      }
      let key = String(cString: name).lowercased(), text = raw(value)
      if first[key] == nil { first[key] = text }
      if ["message-id", "in-reply-to", "references"].contains(key) { all[key] = (all[key] ?? "") + " " + text }
    }
    return (first, all)
  }

  /// Raw bytes keep their charset: GMime tells it later.
  private func raw(_ value: UnsafePointer<CChar>) -> String {
    let length = min(strnlen(value, limits.headerBytes), limits.headerBytes)
    let bytes = UnsafeRawBufferPointer(start: value, count: length)
    // The line's end comes along, and the blank after the colon.
    return String(MailText.decode(Array(bytes), charset: nil).drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// `=?gb2312?B?…?=`: a header names the smaller set, and holds letters of the whole.
  private func words(_ raw: String) -> String {
    guard let words = weibao_mime_words(Self.widened(raw)) else { return raw }
    defer { weibao_mime_free_text(words) }
    return String(cString: words)
  }

  private func address(_ raw: String) -> MailSender? {
    var name: UnsafeMutablePointer<CChar>?, found: UnsafeMutablePointer<CChar>?
    guard weibao_mime_address(Self.widened(raw), &name, &found) == 1, let found else { return nil }
    defer {
      weibao_mime_free_text(found)
      if let name { weibao_mime_free_text(name) }
    }
    let address = String(cString: found).lowercased()
    guard (3...254).contains(address.utf8.count), address.contains("@"),
      address.unicodeScalars.allSatisfy({
        $0.value > 0x20 && !(0x7F..<0xA0).contains($0.value) && !"<>\"(),;:\\".unicodeScalars.contains($0)
      })
    else { return nil }
    return MailSender(name: name.map { MailText.line(String(cString: $0), max: 100) } ?? "", address: address)
  }

  private static func widened(_ raw: String) -> String {
    guard raw.contains("=?") else { return raw }
    return raw.replacing(#/=\?(gb2312|gbk|x-gbk|cp936)(\*[A-Za-z-]+)?\?/#.ignoresCase()) { _ in "=?gb18030?" }
  }

  /// `<a@b> <c@d>`; what stands outside of brackets is no id.
  static func ids(_ text: String) -> [String] {
    var ids: [String] = []
    for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1).prefix(200) {
      guard let end = part.firstIndex(of: ">") else { continue }
      let id = part[..<end].filter { !$0.isWhitespace }
      if (3...500).contains(id.utf8.count) { ids.append(id) }
    }
    return ids
  }

  // MARK: Parts

  private struct Walk {
    var parts = 0
    /// Plain text, and HTML as text.
    var texts: [String] = [], pages: [String] = []
    var textBytes = 0
    var files: [MailFile] = []
    var leftOut = 0
  }

  private func visit(_ part: UnsafeMutableRawPointer, depth: Int, _ walk: inout Walk) throws(UnreadableMail) {
    walk.parts += 1
    guard depth <= limits.depth else { throw .tooDeep }
    guard walk.parts <= limits.parts else { throw .tooManyParts }
    switch Int(weibao_mime_kind(part)) {
    case Int(WEIBAO_MIME_MULTIPART):
      for index in 0..<Int(weibao_mime_count(part)) {
        guard let child = weibao_mime_child(part, Int32(index)) else { continue }
        try visit(child, depth: depth + 1, &walk)
      }
    case Int(WEIBAO_MIME_MESSAGE):
      var length = 0
      guard let bytes = weibao_mime_whole(part, &length) else { return }
      defer { weibao_mime_free_text(bytes) }
      keep(Array(UnsafeRawBufferPointer(start: bytes, count: length)), named: "forwarded.txt", &walk)
    default: leaf(part, &walk)
    }
  }

  private func leaf(_ part: UnsafeMutableRawPointer, _ walk: inout Walk) {
    let type = type(of: part), name = fileName(of: part)
    let isFile = weibao_mime_disposition(part).map { String(cString: $0).lowercased() == "attachment" } ?? false || name != nil
    var length = 0
    guard let content = weibao_mime_content(part, &length) else { return }
    defer { weibao_mime_free_text(content) }
    let bytes = Array(UnsafeRawBufferPointer(start: content, count: length))
    guard !isFile, type == "text/plain" || type == "text/html" else {
      // A part without content is no file, and no loss.
      guard !bytes.isEmpty || name != nil, isFile || !type.hasPrefix("text/") || type == "text/calendar" else { return }
      return keep(bytes, named: name ?? "attachment", &walk)
    }
    let room = max(limits.textBytes - walk.textBytes, 0)
    walk.textBytes += bytes.count
    let charset = weibao_mime_parameter(part, "charset").map { String(cString: $0) }
    let text = MailText.decode(Array(bytes.prefix(room)), charset: charset)
    guard type == "text/html" else { return walk.texts.append(text) }
    walk.pages.append(PlainHTML.text(text))
  }

  private func keep(_ bytes: [UInt8], named name: String, _ walk: inout Walk) {
    guard walk.files.count < limits.files else {
      walk.leftOut += 1
      return
    }
    walk.files.append(MailFile(name: name, bytes: bytes))
  }

  private func type(of part: UnsafeMutableRawPointer) -> String {
    guard let type = weibao_mime_type(part), let subtype = weibao_mime_subtype(part) else { return "text/plain" }
    return "\(String(cString: type))/\(String(cString: subtype))".lowercased()
  }

  private func fileName(of part: UnsafeMutableRawPointer) -> String? {
    guard let name = weibao_mime_file_name(part) else { return nil }
    let text = MailText.line(words(raw(name)), max: 200)
    return text.isEmpty ? nil : text
  }
}

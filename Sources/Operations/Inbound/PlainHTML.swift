/// A mail of HTML as text: what a person would read, one pass over it, nothing run and nothing fetched.
enum PlainHTML {
  /// Nothing of these is for a reader.
  private static let hidden: Set<String> = ["script", "style", "head", "title", "template", "noscript", "object", "svg"]
  private static let lines: Set<String> = [
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "section", "article",
  ]
  private static let named: [String: Character] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "middot": "·", "hellip": "…", "mdash": "—", "ndash": "–",
    "ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "times": "×", "deg": "°", "copy": "©", "reg": "®", "yen": "¥", "ensp": " ",
    "emsp": " ",
  ]

  static func text(_ html: String) -> String {
    let bytes = Array(html.utf8)
    var text: [UInt8] = [], at = 0, within: String?
    text.reserveCapacity(bytes.count / 2)
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "<") {
        let tag = Tag(bytes, from: at)
        at = tag.end
        if let open = within {
          if tag.isEnd, tag.name == open { within = nil }
        } else if hidden.contains(tag.name), !tag.isEnd {
          within = tag.name
        } else if lines.contains(tag.name) {
          text.append(0x0A)
        } else if tag.name == "td" || tag.name == "th" {
          text.append(0x20)
        } else if tag.name.isEmpty, !tag.isMark {
          text.append(byte)
        }
        continue
      }
      defer { at += 1 }
      guard within == nil else { continue }
      if isBlank(byte) {
        if let last = text.last, !isBlank(last) { text.append(0x20) }
      } else if byte == UInt8(ascii: "&"), let (letter, end) = entity(bytes, from: at) {
        text.append(contentsOf: letter.utf8)
        at = end - 1
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `<p class="x">`, `</p>`, `<!-- … -->`; a `<` that begins none of these is a letter.
  private struct Tag {
    var name = ""
    var isEnd = false
    /// A comment or a declaration.
    var isMark = false
    var end: Int

    init(_ bytes: [UInt8], from start: Int) {
      var at = start + 1
      end = at
      guard at < bytes.count else { return }
      if bytes[at] == UInt8(ascii: "!") || bytes[at] == UInt8(ascii: "?") {
        isMark = true
        let isRemark = bytes[at...].starts(with: Array("!--".utf8))
        while at < bytes.count {
          if bytes[at] == UInt8(ascii: ">"), !isRemark || (at >= start + 6 && bytes[at - 1] == 0x2D && bytes[at - 2] == 0x2D) { break }
          at += 1
        }
        end = min(at + 1, bytes.count)
        return
      }
      if bytes[at] == UInt8(ascii: "/") { (isEnd, at) = (true, at + 1) }
      let first = at
      while at < bytes.count, at - first < 20, Self.isName(bytes[at]) { at += 1 }
      guard at > first else {
        isEnd = false
        return
      }
      name = String(decoding: bytes[first..<at], as: UTF8.self).lowercased()
      var quote: UInt8?
      while at < bytes.count {
        let byte = bytes[at]
        if let open = quote {
          if byte == open { quote = nil }
        } else if byte == 0x22 || byte == 0x27 {
          quote = byte
        } else if byte == UInt8(ascii: ">") {
          break
        }
        at += 1
      }
      end = min(at + 1, bytes.count)
    }

    private static func isName(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x3A || byte == 0x2D
    }
  }

  private static func entity(_ bytes: [UInt8], from start: Int) -> (String, Int)? {
    guard let end = bytes[start..<min(start + 12, bytes.count)].firstIndex(of: UInt8(ascii: ";")), end > start + 1 else { return nil }
    let name = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    if let letter = named[name] { return (String(letter), end + 1) }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst(), isHex = digits.first == "x" || digits.first == "X"
    guard let number = UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10), let scalar = Unicode.Scalar(number) else {
      return nil
    }
    return (String(Character(scalar)), end + 1)
  }
}

import Foundation

/// Bytes of a mail as text, whatever its charset says or hides; and text that a record may hold.
enum MailText {
  /// By the charset named, then by what such mails mostly are; what fits nothing keeps its letters of ASCII.
  static func decode(_ bytes: [UInt8], charset: String?) -> String {
    let named = charset.map(known)
    for name in [named, "UTF-8", "GB18030", "BIG5"].compactMap(\.self) {
      if let text = strict(bytes, charset: name) { return text }
    }
    // One bad byte in a long mail must not cost the rest of it.
    if named == nil || named == "UTF-8" { return String(decoding: bytes, as: UTF8.self) }
    return strict(bytes, charset: named ?? "UTF-8", skipsBad: true) ?? String(decoding: bytes, as: UTF8.self)
  }

  /// GB2312 and GBK are parts of GB18030, and mail programs name the smaller one whatever they write.
  static func known(_ charset: String) -> String {
    switch charset.lowercased() {
    case "gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "gb18030", "euc-cn", "hz-gb-2312x": "GB18030"
    case "utf8", "utf-8", "us-ascii", "ascii", "unknown-8bit", "default", "": "UTF-8"
    case "big5", "big5-hkscs", "cp950", "x-x-big5": "BIG5-HKSCS"
    default: charset
    }
  }

  private static func strict(_ bytes: [UInt8], charset: String, skipsBad: Bool = false) -> String? {
    if charset == "UTF-8", !skipsBad { return String(validating: bytes, as: UTF8.self) }
    guard charset.utf8.count <= 40, charset.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }),
      let converter = iconv_open("UTF-8", charset), Int(bitPattern: converter) != -1
    else { return nil }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }, output = [CChar](repeating: 0, count: bytes.count * 4 + 16)
    var left = input.count, room = output.count, isWhole = true
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var from = input.baseAddress, to = output.baseAddress
        while left > 0, iconv(converter, &from, &left, &to, &room) == -1 {
          guard skipsBad, left > 0, room > 4, let start = from else {
            isWhole = false
            return
          }
          (from, left) = (start + 1, left - 1)
          to?.pointee = 0x3F  // ?
          (to, room) = (to.map { $0 + 1 }, room - 1)
        }
        _ = iconv(converter, nil, nil, &to, &room)
      }
    }
    guard isWhole else { return nil }
    return String(validating: output[..<(output.count - room)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Without what no record takes: controls, and marks that turn the direction of writing. At most one empty line in a row.
  static func plain(_ text: String) -> String {
    var lines: [String] = [], line = String.UnicodeScalarView(), isCarriage = false
    func end() {
      let kept = String(line).trimmedRight
      if !kept.isEmpty || lines.last?.isEmpty == false { lines.append(kept) }
      line = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0D: end()
      case 0x0A: if !isCarriage { end() }
      case 0x2028, 0x2029: end()
      case 0x09: line.append(scalar)
      case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB: break
      default: line.append(scalar)
      }
      isCarriage = scalar.value == 0x0D
    }
    end()
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// One line, at most so many letters long; `…` stands for what is cut.
  static func line(_ text: String, max: Int) -> String {
    let one = plain(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return cut(one, max: max)
  }

  static func cut(_ text: String, max: Int) -> String {
    guard text.unicodeScalars.count > max else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(max - 1))) + "…"
  }
}

extension String {
  fileprivate var trimmedRight: String {
    guard let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    return String(unicodeScalars[...last])
  }
}

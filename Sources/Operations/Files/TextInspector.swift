/// Text is what can be read: one encoding, no NUL, not a page or a script in disguise.
enum TextInspector {
  static let megabytes = 16

  static func kind(_ content: FileContent, name: String, magic: String) throws -> FileKind {
    // What a program of ours cannot name, and holds NULs beyond UTF-16, is some other format.
    let isUTF16 = content.head.starts(with: [0xFF, 0xFE]) || content.head.starts(with: [0xFE, 0xFF])
    if !isUTF16, !magic.hasPrefix("text/"), magic != "application/json", magic != "application/octet-stream", content.head.contains(0) {
      throw FileRefusal.unknownKind(magic)
    }
    if content.first(Array("%PDF-".utf8)).map({ $0 < 1_024 }) ?? false { throw FileRefusal.twoThings(.text, "PDF") }
    guard content.size <= megabytes << 20 else { throw FileRefusal.textTooLong(limit: megabytes) }
    let text: String
    do { text = try CSVText.decode(Array(content.data)) } catch let refusal {
      throw Self.refusal(refusal, magic)
    }
    if let refusal = ForbiddenContent.refusal(Array(text.utf8.prefix(FileSignature.length))) { throw refusal }
    guard ["csv", "tsv"].contains(KeptName.ending(of: name)) else { return .text }
    // What a spreadsheet would compute is kept as plain text: its name then opens in an editor.
    return SpreadsheetFormula.isIn(text) ? .text : .csv
  }

  private static func refusal(_ refusal: ImportRefusal, _ magic: String) -> FileRefusal {
    switch refusal {
    case .nul(let line): .nul(line: line)
    case .mixedEncodings(let line): .mixedEncodings(line: line)
    case .notALetter(let line): magic.hasPrefix("text/") ? .notALetter(line: line) : .unknownKind(magic)
    default: .notALetter(line: 1)
    }
  }
}

/// Cells that a spreadsheet computes when a file is opened.
enum SpreadsheetFormula {
  static func isIn(_ text: String) -> Bool {
    text.utf8.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D || $0 == 0x2C || $0 == 0x3B || $0 == 0x09 }
      .contains { cell in
        var cell = cell.drop { $0 == 0x20 || $0 == 0x22 }
        guard let sign = cell.popFirst() else { return false }
        if sign == UInt8(ascii: "=") || sign == UInt8(ascii: "@") { return true }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        // Minus five and +86 139… are no formula.
        return cell.contains { !"0123456789.,% -\"Ee".utf8.contains($0) } && cell.first.map { $0 != 0x20 && $0 != 0x2D } ?? false
      }
  }
}

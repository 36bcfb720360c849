public import Domain

/// Comma-separated text (RFC 4180): quotes, doubled quotes, line breaks in quotes; LF or CRLF. Semicolons and tabs separate too, where
/// the first line has more of them.
struct CSV {
  struct Row: Sendable, Hashable {
    /// The line of the file it starts on, counted from 1.
    let line: Int
    let cells: [String]
  }

  static let bytesLimit = 50 << 20
  static let rowsLimit = 200_000

  /// Rows with at least one cell that is not blank.
  static func rows(_ bytes: [UInt8]) throws(ImportRefusal) -> [Row] {
    guard bytes.count <= bytesLimit else { throw .tooLarge }
    let text = try CSVText.decode(bytes), separator = separator(of: text)
    var rows: [Row] = [], cells: [String] = [], cell = "", line = 1, first = 1, quoted = false, wasQuoted = false
    func endRow() {
      cells.append(wasQuoted ? cell : cell.trimmed)
      if cells.contains(where: { !$0.isEmpty }) { rows.append(Row(line: first, cells: cells)) }
      (cells, cell, wasQuoted) = ([], "", false)
    }
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      if quoted {
        if scalar == "\"" {
          if next == "\"" { cell.unicodeScalars.append(scalar); next = scalars.next() } else { quoted = false }
        } else {
          if scalar == "\n" { line += 1 }
          cell.unicodeScalars.append(scalar)
        }
        continue
      }
      switch scalar {
      case "\"":
        guard cell.trimmed.isEmpty, !wasQuoted else { throw .strayQuote(line: line) }
        (quoted, wasQuoted, cell) = (true, true, "")
      case separator:
        cells.append(wasQuoted ? cell : cell.trimmed)
        (cell, wasQuoted) = ("", false)
      case "\n":
        endRow()
        line += 1
        first = line
        guard rows.count <= rowsLimit else { throw .tooLarge }
      case "\r" where next == "\n": break
      default:
        if wasQuoted {
          guard scalar == " " || scalar == "\t" || scalar == "\u{3000}" else { throw .strayQuote(line: line) }
        } else {
          cell.unicodeScalars.append(scalar)
        }
      }
    }
    guard !quoted else { throw .strayQuote(line: first) }
    endRow()
    return rows
  }

  /// What stands between the headings.
  private static func separator(of text: String) -> Unicode.Scalar {
    var counts: [Unicode.Scalar: Int] = [",": 0, ";": 0, "\t": 0], quoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.toggle() }
      if quoted { continue }
      if scalar == "\n" { break }
      counts[scalar]? += 1
    }
    let most = counts.values.max() ?? 0
    return [",", "\t", ";"].first { counts[$0] == most } ?? ","
  }

  /// Quoted where it must be.
  static func line(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains { ",\"\n\r".contains($0) } ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }.joined(separator: ",")
  }
}

extension String {
  /// Without blanks at either end, the wide blank of Chinese text included.
  var trimmed: String {
    let kept = drop { $0 == " " || $0 == "\t" || $0 == "\u{3000}" }
    guard let last = kept.lastIndex(where: { $0 != " " && $0 != "\t" && $0 != "\u{3000}" }) else { return "" }
    return String(kept[...last])
  }
}

/// Why a file is not imported at all.
public enum ImportRefusal: Refusal, Hashable {
  case notUTF8
  case mixedEncodings(line: Int)
  case notALetter(line: Int)
  case nul(line: Int)
  case tooLarge
  case strayQuote(line: Int)
  case empty
  /// The first line does not name the columns; what is wrong with it.
  case headings(String)
  case unknownKind(String)

  public var code: String {
    switch self {
    case .notUTF8: "import.not-utf8"
    case .mixedEncodings: "import.mixed-encodings"
    case .notALetter: "import.not-a-letter"
    case .nul: "import.nul"
    case .tooLarge: "import.too-large"
    case .strayQuote: "import.stray-quote"
    case .empty: "import.empty"
    case .headings: "import.headings"
    case .unknownKind: "import.unknown-kind"
    }
  }
  public var message: String {
    switch self {
    case .notUTF8: "The file is not UTF-8. Save it as “CSV UTF-8”."
    case .mixedEncodings(let line):
      "Line \(line) is in another encoding than the rest: UTF-8 and GB18030 in one file. Save the whole file as “CSV UTF-8”."
    case .notALetter(let line): "Line \(line) holds what is a letter neither in UTF-8 nor in GB18030. Save the file as “CSV UTF-8”."
    case .nul(let line): "Line \(line) holds a NUL, so this is no text file. Save the sheet as “CSV UTF-8”."
    case .tooLarge: "The file is larger than 50 MB or 200,000 lines. Cut it in pieces."
    case .strayQuote(let line): "Line \(line): a quote stands where it may not. Quote the whole cell, and double quotes inside it."
    case .empty: "The file has no lines. The first line names the columns; `--template` prints one."
    case .headings(let why): "Line 1: \(why). `--template` prints the headings."
    case .unknownKind(let kind):
      "There is nothing called \(kind) to import. Choose \(ImportKind.allCases.map(\.rawValue).joined(separator: ", "))."
    }
  }
  public var arguments: [String] {
    switch self {
    case .strayQuote(let line), .mixedEncodings(let line), .notALetter(let line), .nul(let line): [String(line)]
    case .headings(let text), .unknownKind(let text): [text]
    case .notUTF8, .tooLarge, .empty: []
    }
  }
  public var category: RefusalCategory { self == .tooLarge ? .tooLarge : .invalid }
}

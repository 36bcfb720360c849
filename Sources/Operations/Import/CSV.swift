public import Domain

/// Comma-separated text (RFC 4180): quotes, doubled quotes, line breaks in quotes; LF or CRLF; a byte order mark is skipped.
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
    guard var text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
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
      case ",":
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
          guard scalar == " " || scalar == "\t" else { throw .strayQuote(line: line) }
        } else {
          cell.unicodeScalars.append(scalar)
        }
      }
    }
    guard !quoted else { throw .strayQuote(line: first) }
    endRow()
    return rows
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
  case tooLarge
  case strayQuote(line: Int)
  case empty
  /// The first line does not name the columns; what is wrong with it.
  case headings(String)
  case unknownKind(String)

  public var code: String {
    switch self {
    case .notUTF8: "import.not-utf8"
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
    case .strayQuote(let line): [String(line)]
    case .headings(let text), .unknownKind(let text): [text]
    case .notUTF8, .tooLarge, .empty: []
    }
  }
  public var category: RefusalCategory { self == .tooLarge ? .tooLarge : .invalid }
}

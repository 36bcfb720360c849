public import Domain

/// Why a file is not imported at all.
public enum ImportRefusal: Refusal, Hashable {
  case unreadable(String)
  case notUTF8
  case mixedEncodings(line: Int)
  case notALetter(line: Int)
  case nul(line: Int)
  case workbook
  case tooLarge
  case longLine(line: Int)
  case tooManyColumns(line: Int)
  case strayQuote(line: Int)
  case empty
  /// The first line does not name the columns; what is wrong with it.
  case headings(String)
  case unknownKind(String)
  /// Right when the file was checked, and not any more; what is wrong with it.
  case overtaken(line: Int, String)
  /// Somebody else imports this file.
  case running

  public var code: String {
    switch self {
    case .unreadable: "import.unreadable"
    case .notUTF8: "import.not-utf8"
    case .mixedEncodings: "import.mixed-encodings"
    case .notALetter: "import.not-a-letter"
    case .nul: "import.nul"
    case .workbook: "import.workbook"
    case .tooLarge: "import.too-large"
    case .longLine: "import.long-line"
    case .tooManyColumns: "import.too-many-columns"
    case .strayQuote: "import.stray-quote"
    case .empty: "import.empty"
    case .headings: "import.headings"
    case .unknownKind: "import.unknown-kind"
    case .overtaken: "import.overtaken"
    case .running: "import.running"
    }
  }
  public var message: String {
    switch self {
    case .unreadable(let name): "\(name) cannot be read. Name a file that exists and may be read."
    case .notUTF8: "The file is not UTF-8. Save it as “CSV UTF-8”."
    case .mixedEncodings(let line):
      "Line \(line) is in another encoding than the rest: UTF-8 and GB18030 in one file. Save the whole file as “CSV UTF-8”."
    case .notALetter(let line): "Line \(line) holds what is a letter neither in UTF-8 nor in GB18030. Save the file as “CSV UTF-8”."
    case .nul(let line): "Line \(line) holds a NUL, so this is no text file. Save the sheet as “CSV UTF-8”."
    case .workbook: "This is a workbook, not a text file. Open it and save the sheet as “CSV UTF-8”."
    case .tooLarge: "The file is larger than 512 MB or 1,000,000 lines. Cut it in pieces."
    case .longLine(let line): "Line \(line) is longer than 1 MB. Look there for a quote that nothing closes, or shorten it."
    case .tooManyColumns(let line): "Line \(line) has more than 1,000 cells. Delete the columns that are not needed."
    case .strayQuote(let line): "Line \(line): a quote stands where it may not. Quote the whole cell, and double quotes inside it."
    case .empty: "The file has no lines. The first line names the columns; `--template` prints one."
    case .headings(let why): "Line 1: \(why). `--template` prints the headings."
    case .unknownKind(let kind):
      "There is nothing called \(kind) to import. Choose \(ImportKind.allCases.map(\.rawValue).joined(separator: ", "))."
    case .overtaken(let line, let why):
      "Line \(line) was right when the file was checked, and is not any more: \(why). What came before it stands; run the import again."
    case .running: "Another import of this file is under way. Wait for its end, or stop it, and run this one again."
    }
  }
  public var arguments: [String] {
    switch self {
    case .strayQuote(let line), .mixedEncodings(let line), .notALetter(let line), .nul(let line), .longLine(let line),
      .tooManyColumns(let line):
      [String(line)]
    case .headings(let text), .unknownKind(let text), .unreadable(let text): [text]
    case .overtaken(let line, let why): [String(line), why]
    case .notUTF8, .workbook, .tooLarge, .empty, .running: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .tooLarge, .longLine, .tooManyColumns: .tooLarge
    case .overtaken, .running: .conflict
    default: .invalid
    }
  }
}

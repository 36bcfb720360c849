public import Domain

/// Why a file is not kept. Nothing of it stays.
public enum FileRefusal: Refusal, Hashable {
  case empty
  /// Runs on somebody's machine; what it is, in a word (`Windows`, `Linux`).
  case program(String)
  case script(String)
  case webPage(String)
  case shortcut
  case macros(FileKind)
  /// An archive that is not looked into here; its format.
  case otherArchive(String)
  /// None of what is taken; what it seems to be.
  case unknownKind(String)
  /// One file that two programs read differently.
  case twoThings(FileKind, String)
  case webCode(FileKind)
  case damaged(FileKind)
  case encrypted(FileKind)
  case tooManyPixels(width: Int, height: Int, limit: Int)
  case tooManyPages(Int, limit: Int)
  /// A PDF that would run or send something when it is opened; what.
  case runs(String)
  /// Looking into it takes more time or memory than a file of its kind may.
  case tooComplex(FileKind)
  case unpacksToTooMuch
  case badEntryName(String)
  case entryIsNoFile(String)
  case holdsForbidden(String)
  case holdsArchive(String)
  case nul(line: Int)
  case mixedEncodings(line: Int)
  case notALetter(line: Int)
  case textTooLong(limit: Int)
  /// The scanner's name of what it found.
  case infected(String)
  case notScanned

  public var code: String {
    switch self {
    case .empty: "file.empty"
    case .program: "file.program"
    case .script: "file.script"
    case .webPage: "file.web-page"
    case .shortcut: "file.shortcut"
    case .macros: "file.macros"
    case .otherArchive: "file.other-archive"
    case .unknownKind: "file.unknown-kind"
    case .twoThings: "file.two-things"
    case .webCode: "file.web-code"
    case .damaged: "file.damaged"
    case .encrypted: "file.encrypted"
    case .tooManyPixels: "file.too-many-pixels"
    case .tooManyPages: "file.too-many-pages"
    case .runs: "file.runs"
    case .tooComplex: "file.too-complex"
    case .unpacksToTooMuch: "file.unpacks-to-too-much"
    case .badEntryName: "file.bad-entry-name"
    case .entryIsNoFile: "file.entry-is-no-file"
    case .holdsForbidden: "file.holds-forbidden"
    case .holdsArchive: "file.holds-archive"
    case .nul: "file.nul"
    case .mixedEncodings: "file.mixed-encodings"
    case .notALetter: "file.not-a-letter"
    case .textTooLong: "file.text-too-long"
    case .infected: "file.infected"
    case .notScanned: "file.not-scanned"
    }
  }
  public var message: String {
    switch self {
    case .empty: "The file is empty. Look whether it opens on your side, and send it again."
    case .program(let what): "This is a program (\(what)). Programs are not taken; send a picture, a document or a text instead."
    case .script(let what): "This is a script (\(what)). Scripts are not taken; copy what matters into a document."
    case .webPage(let what): "This is a web page (\(what)). Print it into a PDF, or send a picture of it."
    case .shortcut: "This is a shortcut, which only leads to a file. Send the file itself."
    case .macros(let kind): "This document (\(kind.word)) holds macros. Save it as docx, xlsx or pptx without macros, or as PDF."
    case .otherArchive(let what):
      "This is an archive (\(what)) that is not looked into here. Pack the files as ZIP, or send them one by one."
    case .unknownKind(let what):
      "This kind of file (\(what)) is not taken. Send a photo (JPEG, PNG, HEIC), a PDF, an Office document, a text, a video (MP4), or a ZIP."
    case .twoThings(let kind, let other):
      "The file is two things at once: \(kind.word), and \(other) inside it. Send each as a file of its own."
    case .webCode(let kind): "The picture (\(kind.word)) carries the code of a web page. Open it, save it anew, and send that."
    case .damaged(let kind): "The file (\(kind.word)) is damaged or ends too early. Look whether it opens on your side, and send it again."
    case .encrypted(let kind): "The file (\(kind.word)) is under a password, so nobody could look into it. Send it without one."
    case .tooManyPixels(let width, let height, let limit):
      "The picture has \(width) x \(height) pixels, more than \(limit) million. Send a smaller one."
    case .tooManyPages(let pages, let limit): "The PDF has \(pages) pages, more than \(limit). Send the part that matters."
    case .runs(let what): "The PDF would do something by itself when it is opened (\(what)). Print it into a new PDF, and send that."
    case .tooComplex(let kind): "Looking through the file (\(kind.word)) takes too long. Send a smaller one, or print it into a PDF."
    case .unpacksToTooMuch: "The file unpacks to far more than it is, or holds too many files. Send what matters, packed anew."
    case .badEntryName(let name): "The archive holds a file whose name is not taken: \(name). Rename it, and pack anew."
    case .entryIsNoFile(let name): "The archive holds a link or a device: \(name). Pack the files themselves."
    case .holdsForbidden(let name):
      "The archive holds what is not taken (\(name)): a program, a script, a web page or a macro. Pack it without."
    case .holdsArchive(let name): "The archive holds another archive: \(name). Unpack that first, and pack the files themselves."
    case .nul(let line): "Line \(line) holds a NUL, so this is no text. Save it as a text in UTF-8, or send it as PDF."
    case .mixedEncodings(let line):
      "Line \(line) is in another encoding than the rest: UTF-8 and GB18030 in one file. Save the whole file in UTF-8."
    case .notALetter(let line): "Line \(line) holds what is a letter neither in UTF-8 nor in GB18030. Save the file in UTF-8."
    case .textTooLong(let limit): "The text is larger than \(limit) MB. Send the part that matters, or pack it as ZIP."
    case .infected(let name):
      "The virus scanner found \(name) in this file. Do not open it; have the machine that it comes from looked at."
    case .notScanned:
      "The file could not be checked for viruses at this moment, so it was not kept. Try again later; tell the administrator."
    }
  }
  public var arguments: [String] {
    switch self {
    case .empty, .shortcut, .unpacksToTooMuch, .notScanned: []
    case .program(let what), .script(let what), .webPage(let what), .otherArchive(let what), .unknownKind(let what), .runs(let what),
      .badEntryName(let what), .entryIsNoFile(let what), .holdsForbidden(let what), .holdsArchive(let what), .infected(let what):
      [what]
    case .macros(let kind), .webCode(let kind), .damaged(let kind), .encrypted(let kind), .tooComplex(let kind): [kind.word]
    case .twoThings(let kind, let other): [kind.word, other]
    case .tooManyPixels(let width, let height, let limit): [width, height, limit].map(String.init)
    case .tooManyPages(let pages, let limit): [pages, limit].map(String.init)
    case .nul(let line), .mixedEncodings(let line), .notALetter(let line): [String(line)]
    case .textTooLong(let limit): [String(limit)]
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .program, .script, .webPage, .shortcut, .macros, .otherArchive, .unknownKind: .unsupported
    case .textTooLong, .tooManyPixels, .tooManyPages, .unpacksToTooMuch: .tooLarge
    case .notScanned: .unavailable
    default: .invalid
    }
  }
}

extension FileKind {
  /// As people call it.
  var word: String { rawValue.uppercased() }
}

import Foundation
import Testing

@testable import Operations

/// Every sort of file that people send, by name, with what becomes of it (issue 5, "Done when": refused or made harmless, with a word).
@Suite struct HostileFileTests {
  private static let inspector = FileInspector(waiting: 1_000)

  enum Fate: Sendable {
    case kept(FileKind, as: String)
    case refused(FileRefusal)
  }
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let fate: Fate
    var testDescription: String { name }
    init(_ name: String, _ kind: FileKind, as kept: String? = nil) { (self.name, fate) = (name, .kept(kind, as: kept ?? name)) }
    init(_ name: String, _ refusal: FileRefusal) { (self.name, fate) = (name, .refused(refusal)) }
  }

  private static let taken = [
    Case("photo.jpg", .jpeg), Case("photo.png", .png), Case("photo.webp", .webp), Case("photo.gif", .gif), Case("photo.tif", .tiff),
    Case("photo.heic", .heic), Case("screen.bmp", .bmp), Case("phone.jpg", .jpeg), Case("moving.jpg", .jpeg), Case("manual.pdf", .pdf),
    Case("print-only.pdf", .pdf), Case("speaks-of-launch.pdf", .pdf), Case("report.docx", .docx), Case("list.xlsx", .xlsx),
    Case("course.pptx", .pptx), Case("report.odt", .odt), Case("report.doc", .doc), Case("list.xls", .xls), Case("logs.zip", .zip),
    Case("chinese-names.zip", .zip), Case("holds-document.zip", .zip), Case("notes.txt", .text), Case("windows.log", .text),
    Case("unicode.txt", .text), Case("bm.txt", .text), Case("machine.csv", .csv), Case("noise.mp4", .mp4), Case("noise.mov", .quicktime),
    Case("noise.wav", .wav),
    Case("test-image.dcm", .dicom),
  ]

  /// The name never decides: what is kept ends as its content does, so that no machine runs it.
  private static let renamed = [
    Case("is-a-jpeg.png", .jpeg, as: "is-a-jpeg.jpg"), Case("photo.exe", .jpeg, as: "photo.exe.jpg"),
    Case("fix.bat", .text, as: "fix.bat.txt"), Case("run.bat.txt", .text), Case("settings.xml", .text, as: "settings.xml.txt"),
    Case("headers.xml", .text, as: "headers.xml.txt"),
    Case("formula.csv", .text, as: "formula.csv.txt"), Case("dde.csv", .text, as: "dde.csv.txt"),
    // A picture to whoever opens it under this name and type, which it is delivered with and nothing else.
    Case("script.gif", .gif), Case("svg-behind.webp", .twoThings(.webp, "24 B")),
  ]

  private static let runs = [
    Case("program.jpg", .program("Windows")), Case("linux.pdf", .program("Linux")), Case("macos.png", .program("macOS")),
    Case("program.dcm", .program("Windows")), Case("setup.msi", .unknownKind("OLE")), Case("app.jar", .program("Java, Android")),
    Case("shell.txt", .script("#!")), Case("photo.jpg.php", .script("PHP")), Case("page.txt", .webPage("HTML")),
    Case("page-utf16.txt", .webPage("HTML")), Case("picture.svg", .webPage("SVG")), Case("letter.mht", .webPage("MHTML")),
    Case("shortcut.txt", .shortcut), Case("site.url", .shortcut), Case("letter.rtf", .unknownKind("RTF")),
    Case("macros.docm", .macros(.docx)), Case("macros-renamed.docx", .macros(.docx)), Case("macros.ods", .macros(.ods)),
    Case("macros.doc", .macros(.doc)), Case("script.pdf", .runs("JavaScript")), Case("script-spelled.pdf", .runs("JavaScript")),
    Case("launch-packed.pdf", .runs("Launch")), Case("sends.pdf", .runs("SubmitForm")),
    Case("holds-program.zip", .holdsForbidden("tool.dat")),
    Case("holds-script.zip", .holdsForbidden("run.vbs")), Case("holds-page.zip", .holdsForbidden("index.txt")),
    Case("holds-macros.zip", .holdsForbidden("report.docx")),
  ]

  private static let twoThings = [
    Case("zip-behind.jpg", .twoThings(.jpeg, "ZIP")), Case("rar-behind.jpg", .twoThings(.jpeg, "RAR")),
    Case("7z-behind.jpg", .twoThings(.jpeg, "7z")), Case("zip-behind.pdf", .twoThings(.pdf, "ZIP")),
    Case("zip-behind.mp4", .twoThings(.mp4, "ZIP")), Case("pdf-in-comment.jpg", .twoThings(.jpeg, "PDF")),
    Case("behind-words.pdf", .twoThings(.text, "PDF")), Case("behind-html.pdf", .webPage("HTML")),
    Case("noise-behind.png", .twoThings(.png, "1000 B")), Case("html-behind.png", .webCode(.png)), Case("php-behind.png", .webCode(.png)),
    Case("php-in-text.png", .webCode(.png)), Case("html-in-comment.jpg", .webCode(.jpeg)), Case("html-in-exif.jpg", .webCode(.jpeg)),
  ]

  private static let bombs = [
    Case("50000x50000.png", .tooManyPixels(width: 50_000, height: 50_000, limit: 250)),
    Case("2000000x2000000.bmp", .tooManyPixels(width: 2_000_000, height: 2_000_000, limit: 250)), Case("bomb.zip", .unpacksToTooMuch),
    Case("bomb.xlsx", .unpacksToTooMuch), Case("many.zip", .unpacksToTooMuch), Case("says-5-bytes.zip", .unpacksToTooMuch),
    Case("holds-zip.zip", .holdsArchive("inner.zip")), Case("5001-pages.pdf", .tooManyPages(5_001, limit: 5_000)),
    Case("says-30000-pages.pdf", .damaged(.pdf)),
    Case("leads-outside.zip", .badEntryName("../../etc/cron.d/x")), Case("holds-link.zip", .entryIsNoFile("link")),
  ]

  private static let unreadable = [
    Case("empty.jpg", .empty), Case("empty.zip", .empty), Case("zeros.jpg", .nul(line: 1)), Case("cut.jpg", .damaged(.jpeg)),
    Case("cut.png", .damaged(.png)), Case("cut.webp", .damaged(.webp)), Case("cut.heic", .damaged(.heic)), Case("cut.bmp", .damaged(.bmp)),
    Case("only-a-head.png", .damaged(.png)), Case("cut.pdf", .damaged(.pdf)), Case("cut.docx", .damaged(.zip)),
    Case("cut.mp4", .damaged(.mp4)), Case("without-index.mp4", .damaged(.mp4)), Case("under-password.pdf", .encrypted(.pdf)),
    Case("under-password.docx", .encrypted(.docx)), Case("under-password.zip", .encrypted(.zip)), Case("logs.7z", .otherArchive("7z")),
    Case("logs.tar.gz", .otherArchive("gzip")), Case("nul.txt", .nul(line: 2)), Case("nul-late.log", .nul(line: 2_001)),
    Case("two-encodings.txt", .mixedEncodings(line: 2)), Case("broken-letter.txt", .notALetter(line: 2)), Case("noise.txt", .nul(line: 1)),
  ]

  private static let all = taken + renamed + runs + twoThings + bombs + unreadable

  @Test(arguments: all) func `is kept as what it is, or refused with a word`(_ file: Case) async throws {
    let path = HostileFiles.path(file.name)
    switch file.fate {
    case .kept(let kind, let name):
      let found = try await Self.inspector.inspect(path, name: file.name)
      #expect(found.type == kind.type && found.name == name)
    case .refused(let refusal):
      await #expect(throws: refusal) { try await Self.inspector.inspect(path, name: file.name) }
    }
  }

  @Test func `no file that can be made is left out of the table`() throws {
    let made = try FileManager.default.contentsOfDirectory(atPath: HostileFiles.folder.path).filter { UUID(uuidString: $0) == nil }
    #expect(Set(made).symmetricDifference(Self.all.map(\.name)) == [])
  }

  @Test func `sides of pictures and pages of PDFs are told`() async throws {
    let picture = try await Self.inspector.inspect(HostileFiles.path("photo.heic"), name: "photo.heic")
    #expect((picture.width, picture.height) == (400, 300))
    #expect(try await Self.inspector.inspect(HostileFiles.path("manual.pdf"), name: "x").pages == 1)
  }

  @Test func `a photo of 50 MB is taken, and its preview is small`() async throws {
    // 24 million pixels of noise, which no JPEG makes small.
    let path = HostileFiles.folder.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await ExternalProgram("sh", limits: .init(outputBytes: 200 << 20)).run(
      [
        "-c",
        "{ printf 'P6 6000 4000 255\\n'; head -c 72000000 /dev/urandom; } | vips copy stdin '.jpg[Q=93]'",
      ],
      outputFile: path)
    let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size > 40_000_000)
    let found = try await Self.inspector.inspect(path, name: "big.jpg")
    #expect(found.type == "image/jpeg" && found.width == 6_000)
    let preview = try #require(try await FilePreviews().preview(of: path, type: found.type, side: 1_280))
    #expect(preview.count <= 512 << 10)
  }

  @Test func `beyond those who may wait one is told to come again, and nothing is known of the file`() async throws {
    let inspector = FileInspector(waiting: 0), path = HostileFiles.path("photo.jpg")
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<20 {
        group.addTask {
          do { return try await inspector.inspect(path, name: "a.jpg").size > 0 } catch ProgramError.busy { return false } catch {
            return true
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.contains(false))
  }

  @Test(arguments: [("photo.jpg", "jpeg"), ("report.doc", "office"), ("notes.txt", "text"), ("logs.zip", "zip")])
  func `what our own threads search, unpack or decode has a gate as other programs have`(name: String, busy: String) async throws {
    let gate = ProgramGate(limit: 1, waiting: 0), path = HostileFiles.path(name)
    await #expect(throws: ProgramError.busy(busy, seconds: 5)) {
      try await gate.pass("another file") { _ = try await FileInspector(waiting: 1_000, threads: gate).inspect(path, name: name) }
    }
  }

  @Test(arguments: [
    ("../../etc/passwd", "passwd.txt"), ("C:\\Users\\wang\\记录.txt", "记录.txt"), ("a\u{202E}txt.exe", "atxt.exe.txt"),
    ("CON.txt", "_CON.txt"),
    ("a\0b\n.txt", "ab.txt"), ("...", "file.txt"), ("", "file.txt"), (" note.txt. ", "note.txt"), (".hidden", "hidden.txt"),
    ("a<b>:\"c|?*.txt", "abc.txt"), ("NOTES.TXT", "NOTES.TXT"), ("照片.jpeg", "照片.txt"),
  ])
  func `a name keeps nothing that a disk or a screen would obey`(name: String, kept: String) {
    #expect(KeptName.make(name, .text) == kept)
  }

  @Test func `a long name is cut, its ending is not`() {
    let kept = KeptName.make(String(repeating: "照", count: 300) + ".png", .jpeg)
    #expect(kept.utf8.count <= 200 && kept.hasSuffix("照.jpg"))
  }
}

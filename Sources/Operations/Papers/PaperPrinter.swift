import Crypto
public import Domain
import Synchronization

/// Makes PDFs of papers: WeasyPrint, fed through its standard input.
///
/// The paper brings everything along. WeasyPrint would fetch what a page names, from the network and from the disk, so a page that
/// names anything is refused before it is started (`isSelfContained`).
public struct PaperPrinter: Sendable {
  private let program: ExternalProgram
  private let kept: KeptPapers

  /// - Parameter name: of the program on PATH, or its path.
  public init(_ name: String = "weasyprint") {
    // Measured: two pages in 4.1 s, most of it the subset of the font. Address space is more than what is used.
    program = ExternalProgram(
      name, limits: .init(seconds: 60, processorSeconds: 60, memoryBytes: 2 << 30, outputBytes: 32 << 20),
      // A subset font is else stamped with the time of day.
      gate: ProgramGate(limit: 2, waiting: 8), environment: ["SOURCE_DATE_EPOCH": "0"])
    kept = KeptPapers()
  }

  /// Where the program is; nil when it is not installed.
  public var path: String? { program.path }

  /// The same page gives the same bytes: the identifier is made of the page, and no time of day is put in.
  ///
  /// - Throws: ``PaperError``; `CancellationError`.
  public func pdf(_ html: String) async throws -> [UInt8] {
    guard Self.isSelfContained(html) else { throw ForeignContent() }
    let bytes = Array(html.utf8)
    let digest = SHA256.hash(data: bytes).description.suffix(64)
    let key = String(digest)
    if let found = kept[key] { return found }
    do {
      let pdf = try await program.run(
        ["--quiet", "--encoding", "utf-8", "--base-url", "about:blank", "--pdf-identifier", key, "-", "-"], input: .bytes(bytes))
      kept[key] = pdf
      return pdf
    } catch ProgramError.notInstalled {
      throw PaperError.noPrinter
    } catch ProgramError.busy(_, let seconds) {
      throw PaperError.busy(seconds: seconds)
    } catch ProgramError.timedOut(_, let seconds) {
      throw PaperError.tooSlow(seconds: seconds)
    }
  }

  /// Names nothing outside itself. What people typed is escaped and holds no `"`, so these are the tags of our own templates.
  static func isSelfContained(_ html: String) -> Bool {
    guard !html.contains("<link"), !html.contains("<object"), !html.contains("<embed"), !html.contains("<base"), !html.contains("@import")
    else { return false }
    return html.split(separator: " src=\"").dropFirst().allSatisfy { $0.hasPrefix("data:image/png;base64,") }
  }
}

/// A template of ours asks for something that is not in the page: a fault, not a refusal.
struct ForeignContent: Error {}

/// Why there is no PDF; the page itself prints all the same.
public enum PaperError: Refusal, Hashable {
  case noPrinter
  case busy(seconds: Int)
  case tooSlow(seconds: Int)

  public var code: String {
    switch self {
    case .noPrinter: "paper.no-printer"
    case .busy: "paper.busy"
    case .tooSlow: "paper.too-slow"
    }
  }
  public var message: String {
    switch self {
    case .noPrinter: "WeasyPrint, which makes PDFs, is not installed on the server. Open the page instead and print it from the browser."
    case .busy(let seconds): "Too many PDFs are being made. Try again in \(seconds) seconds, or print the page from the browser."
    case .tooSlow(let seconds):
      "The PDF was not ready after \(seconds) seconds. Try again later, or print the page from the browser."
    }
  }
  public var arguments: [String] {
    switch self {
    case .noPrinter: []
    case .busy(let seconds), .tooSlow(let seconds): [String(seconds)]
    }
  }
  public var category: RefusalCategory { .unavailable }
}

/// The last few PDFs, so that a paper opened twice is made once. In memory and bounded: papers hold names.
private final class KeptPapers: Sendable {
  private static let limit = 32
  private static let largest = 1 << 20
  private let papers = Mutex<[(key: String, bytes: [UInt8])]>([])

  subscript(key: String) -> [UInt8]? {
    get { papers.withLock { papers in papers.first { $0.key == key }?.bytes } }
    set {
      guard let newValue, newValue.count <= Self.largest else { return }
      papers.withLock { papers in
        papers.removeAll { $0.key == key }
        papers.append((key, newValue))
        if papers.count > Self.limit { papers.removeFirst() }
      }
    }
  }
}

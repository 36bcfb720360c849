public import Domain
import Foundation

/// Finds the QR of our papers in a scan or a photograph: zbarimg reads pictures, pdftoppm makes pictures of a PDF's first pages.
public struct PaperScanReader: Sendable {
  /// A signed form has two or three pages, and each scan begins with the one that has the code.
  static let pages = 5
  /// Pixels of the longer side: 200 dpi of A4, however large a page says it is.
  private static let longestSide = 2_400

  private let zbarimg, pdftoppm: ExternalProgram

  public init(zbarimg: String = "zbarimg", pdftoppm: String = "pdftoppm") {
    let limits = ExternalProgram.Limits(seconds: 20, processorSeconds: 20, memoryBytes: 1 << 30, outputBytes: 64 << 20)
    let gate = ProgramGate(limit: 2, waiting: 8)
    self.zbarimg = ExternalProgram(zbarimg, limits: limits, gate: gate)
    self.pdftoppm = ExternalProgram(pdftoppm, limits: limits, gate: gate)
  }

  /// The numbers of the cases whose papers these are, in order of appearance; empty when no code can be read.
  ///
  /// - Throws: ``PaperScanError`` for what is neither picture nor PDF; ``ProgramError``.
  public func numbers(in bytes: [UInt8]) async throws -> [String] {
    try await numbers(in: .bytes(bytes), of: Kind(bytes))
  }

  /// The same of a file, which need not come into memory.
  func numbers(inFileAt path: String) async throws -> [String] {
    let head = try await DiskWork.run { () -> [UInt8] in
      guard let handle = FileHandle(forReadingAtPath: path) else { throw PaperScanError.notAScan }
      defer { try? handle.close() }
      return [UInt8](try handle.read(upToCount: 16) ?? Data())
    }
    return try await numbers(in: .file(path), of: Kind(head))
  }

  private func numbers(in input: ExternalProgram.Input, of kind: Kind?) async throws -> [String] {
    switch kind {
    case .png: try await numbers(inPicture: input, "png")
    case .jpeg: try await numbers(inPicture: input, "jpeg")
    case .tiff: try await numbers(inPicture: input, "tiff")
    case .pdf: try await numbers(inPDF: input)
    case nil: throw PaperScanError.notAScan
    }
  }

  private func numbers(inPDF input: ExternalProgram.Input) async throws -> [String] {
    var found: [String] = []
    for page in 1...Self.pages {
      let picture: [UInt8]
      do {
        picture = try await pdftoppm.run(
          ["-f", "\(page)", "-l", "\(page)", "-scale-to", "\(Self.longestSide)", "-gray", "-png", "-"], input: input)
      } catch ProgramError.failed(_, let status, _) {
        // 99: no such page. Anything else on the first page: no PDF at all, or one under a password.
        guard page > 1 || status == 99 else { throw PaperScanError.notAScan }
        break
      }
      guard !picture.isEmpty else { break }
      for number in try await numbers(inPicture: .bytes(picture), "png") where !found.contains(number) { found.append(number) }
    }
    return found
  }

  /// The format is named, so that nothing else is tried on what a stranger sent.
  private func numbers(inPicture input: ExternalProgram.Input, _ format: String) async throws -> [String] {
    let output: [UInt8]
    do {
      output = try await zbarimg.run(["-q", "--raw", "-Sdisable", "-Sqrcode.enable", "\(format):-"], input: input)
    } catch ProgramError.failed(_, status: 4, _) {
      return []  // read, and no code in it
    } catch ProgramError.failed {
      throw PaperScanError.notAScan
    }
    var found: [String] = []
    for line in output.split(separator: UInt8(ascii: "\n")) {
      if let number = PaperCode.number(in: String(decoding: line, as: UTF8.self)), !found.contains(number) { found.append(number) }
    }
    return found
  }

  /// What the first bytes say.
  enum Kind: Hashable {
    case png, jpeg, tiff, pdf

    init?(_ bytes: [UInt8]) {
      switch FileSignature(bytes).kind {
      case .png: self = .png
      case .jpeg: self = .jpeg
      case .tiff: self = .tiff
      case .pdf: self = .pdf
      default: return nil
      }
    }
  }
}

/// Why a scan was not filed.
public enum PaperScanError: Refusal, Hashable {
  case notAScan
  /// No code of ours can be read: say whose it is.
  case noCode
  /// Its code says that it belongs elsewhere.
  case otherCase(printed: String, named: String)
  /// Papers of several cases in one scan.
  case several([String])

  public var code: String {
    switch self {
    case .notAScan: "scan.not-a-scan"
    case .noCode: "scan.no-code"
    case .otherCase: "scan.other-case"
    case .several: "scan.several"
    }
  }
  public var message: String {
    switch self {
    case .notAScan: "This is no scan that can be read. Send a PNG, JPEG or TIFF picture, or a PDF without a password."
    case .noCode: "No QR code of a paper of ours can be read. Give the case's number, or scan the page with the code again."
    case .otherCase(let printed, let named): "This paper belongs to \(printed), not to \(named). File it there."
    case .several(let numbers): "This scan holds papers of several cases: \(numbers.joined(separator: ", ")). Scan each on its own."
    }
  }
  public var arguments: [String] {
    switch self {
    case .notAScan, .noCode: []
    case .otherCase(let printed, let named): [printed, named]
    case .several(let numbers): [numbers.joined(separator: "、")]
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .notAScan: .unsupported
    case .noCode: .invalid
    case .otherCase, .several: .conflict
    }
  }
}

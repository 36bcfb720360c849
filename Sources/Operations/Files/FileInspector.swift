import Foundation

/// What a file turned out to be.
public struct InspectedFile: Sendable, Hashable {
  /// MIME, by content.
  public let type: String
  public let size: Int
  /// Of pictures, as stored (before they are turned upright).
  public let width: Int?
  public let height: Int?
  /// Of PDFs.
  public let pages: Int?
  /// The sender's name of it, without what a disk or a screen would obey, ending as its content does.
  public let name: String

  public init(type: String, size: Int, width: Int? = nil, height: Int? = nil, pages: Int? = nil, name: String) {
    (self.type, self.size, self.width, self.height, self.pages, self.name) = (type, size, width, height, pages, name)
  }
}

/// Looks into what people send, before it is kept. Content decides, never the name or the Content-Type; what is none of ``FileKind``
/// is refused with a word. Decoding is the work of other programs, within limits.
public struct FileInspector: Sendable {
  private let magic: ExternalProgram
  private let pictures: PictureInspector
  private let documents: PDFInspector
  private let scanner: VirusScanner?
  /// What is unpacked, decoded or searched on threads of ours: as many at once as other programs.
  private let threads: ProgramGate

  /// - Parameter waiting: how many may wait for the two that are looked into; one more is told to come again.
  public init(scanner: VirusScanner? = nil, waiting: Int = 32) {
    self.init(scanner: scanner, waiting: waiting, threads: ProgramGate(limit: 2, waiting: waiting))
  }

  init(scanner: VirusScanner? = nil, waiting: Int = 32, threads: ProgramGate) {
    let gate = ProgramGate(limit: 2, waiting: waiting)
    self.threads = threads
    magic = ExternalProgram(
      "file", limits: .init(seconds: 10, processorSeconds: 10, memoryBytes: 512 << 20, outputBytes: 1 << 20), gate: gate)
    pictures = PictureInspector(gate: gate)
    documents = PDFInspector(gate: gate)
    self.scanner = scanner
  }

  /// - Parameters:
  ///   - path: of the whole file, which nobody changes meanwhile.
  ///   - name: as the sender calls it.
  /// - Throws: ``FileRefusal``; ``ProgramError`` when a program is busy or not there: then nothing is known, and nothing may be kept.
  public func inspect(_ path: String, name: String) async throws -> InspectedFile {
    let content = try await onOwnThread { try FileContent(path) }
    guard content.size > 0 else { throw FileRefusal.empty }
    try ForbiddenContent.check(content.head)
    let magic = try await magicType(path)
    let found = try await look(into: content, path, name, magic)
    try await scanner?.scan(path)
    return InspectedFile(
      type: found.kind.type, size: content.size, width: found.width, height: found.height, pages: found.pages,
      name: KeptName.make(name, found.kind))
  }

  struct Finding {
    var kind: FileKind
    var width, height, pages: Int?
  }

  private func look(into content: FileContent, _ path: String, _ name: String, _ magic: String) async throws -> Finding {
    switch FileSignature(content.head) {
    case .zipBased:
      return Finding(kind: try await onThread("zip") { try ZipInspector.kind(path) })
    case .compound:
      try ForbiddenContent.check(magic: magic)
      return Finding(kind: try await onThread("office") { try CompoundInspector.kind(content) })
    case .kind(let kind):
      try ForbiddenContent.check(magic: magic)
      if kind == .mp3, !content.head.starts(with: Array("ID3".utf8)), magic != kind.type { throw FileRefusal.unknownKind(magic) }
      try await onThread(kind.rawValue) { try SecondFormat.check(content, kind) }
      return try await look(into: content, path, kind)
    case .none:
      try ForbiddenContent.check(magic: magic)
      return Finding(kind: try await onThread("text") { try TextInspector.kind(content, name: name, magic: magic) })
    }
  }

  private func look(into content: FileContent, _ path: String, _ kind: FileKind) async throws -> Finding {
    switch kind {
    case .pdf: return Finding(kind: kind, pages: try await documents.pages(path))
    case .bmp:
      let (width, height) = try PictureInspector.bitmapSides(content)
      return Finding(kind: kind, width: width, height: height)
    case .mp4, .quicktime, .m4a:
      try await onThread(kind.rawValue) { try MovieBoxes.check(content, kind) }
      return Finding(kind: kind)
    case _ where kind.isPicture:
      let (width, height) = try await pictures.sides(path, kind)
      return Finding(kind: kind, width: width, height: height)
    default: return Finding(kind: kind)
    }
  }

  /// - Parameter name: what the server is busy with, when too many wait.
  private func onThread<Result: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await threads.pass(name) { try await onOwnThread(body) }
  }

  /// libmagic's word; it sees kinds that we do not know by name.
  private func magicType(_ path: String) async throws -> String {
    let output: [UInt8]
    do { output = try await magic.run(["--brief", "--mime-type", "-"], input: .file(path)) } catch ProgramError.failed {
      return "application/octet-stream"
    }
    return String(String(decoding: output.prefix { $0 != 10 }, as: UTF8.self).prefix(80))
  }
}

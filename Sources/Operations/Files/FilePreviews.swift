/// Small pictures of what was sent: made of its pixels, turned upright, and without anything else of it (no place, no camera, no comment).
/// libvips reads pictures, poppler a PDF's first page; each in a process of its own, within limits.
public struct FilePreviews: Sendable {
  public static let sides = 1...1_280

  private let vipsthumbnail, pdftoppm: ExternalProgram

  public init(waiting: Int = 16) {
    let gate = ProgramGate(limit: 2, waiting: waiting)
    vipsthumbnail = PictureProgram.make("vipsthumbnail", gate: gate)
    pdftoppm = ExternalProgram(
      "pdftoppm", limits: .init(seconds: 20, processorSeconds: 20, memoryBytes: 1 << 30, outputBytes: 4 << 20), gate: gate)
  }

  /// Whether there is one of a file of this type.
  public static func isMade(of type: String) -> Bool { FileKind(type: type).map { $0.isPicture || $0 == .pdf } ?? false }

  /// A JPEG whose longer side is `side` at most; nil for what has no preview.
  ///
  /// - Throws: ``FileRefusal/damaged(_:)``; ``ProgramError`` when busy, not installed or stopped; `CancellationError`.
  public func preview(of path: String, type: String, side: Int) async throws -> [UInt8]? {
    guard Self.sides.contains(side), let kind = FileKind(type: type) else { return nil }
    do {
      if kind.isPicture { return try await small(path, side) }
      if kind == .pdf { return try await firstPage(path, side) }
      return nil
    } catch ProgramError.failed {
      throw FileRefusal.damaged(kind)
    }
  }

  /// The most bytes a preview has: what a list of 50 on a phone can bear.
  static func limit(_ side: Int) -> Int { side <= 320 ? 64 << 10 : 512 << 10 }

  private func small(_ path: String, _ side: Int) async throws -> [UInt8] {
    var picture: [UInt8] = []
    for quality in [80, 60, 40, 20] {
      // Shrinks while it reads, and turns by the EXIF orientation; `strip` leaves out EXIF, XMP and comments.
      picture = try await vipsthumbnail.run(
        ["stdin", "-s", "\(side)x\(side)>", "-e", "srgb", "-o", ".jpg[Q=\(quality),strip,optimize_coding,background=255]"],
        input: .file(path))
      if picture.count <= Self.limit(side) { break }
    }
    return picture
  }

  private func firstPage(_ path: String, _ side: Int) async throws -> [UInt8] {
    try await pdftoppm.run(
      ["-f", "1", "-l", "1", "-singlefile", "-scale-to", "\(side)", "-jpeg", "-jpegopt", "quality=80,optimize=y", path])
  }
}

/// Programs of libvips: readers that its makers do not trust with a stranger's file (ImageMagick, SVG, PDF) are off.
enum PictureProgram {
  static func make(_ name: String, gate: ProgramGate) -> ExternalProgram {
    ExternalProgram(
      name, limits: .init(seconds: 30, processorSeconds: 30, memoryBytes: 2 << 30, outputBytes: 4 << 20), gate: gate,
      environment: ["VIPS_BLOCK_UNTRUSTED": "1", "VIPS_CONCURRENCY": "1", "VIPS_WARNING": "1"])
  }
}

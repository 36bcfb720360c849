/// Reads a picture's head, then the whole of it once: what is cut off, or is none, is refused before anybody keeps it.
struct PictureInspector: Sendable {
  /// Phones make 200 million pixels; a picture that unpacks to more would fill memory elsewhere.
  static let millionPixels = 250

  private let vipsheader, vipsthumbnail: ExternalProgram

  init(gate: ProgramGate) {
    vipsheader = PictureProgram.make("vipsheader", gate: gate)
    vipsthumbnail = PictureProgram.make("vipsthumbnail", gate: gate)
  }

  func sides(_ path: String, _ kind: FileKind) async throws -> (Int, Int) {
    do {
      // `4000x3000 uchar, 3 bands, srgb, jpegload_source`
      let head = String(decoding: try await vipsheader.run(["stdin"], input: .file(path)), as: UTF8.self)
      let numbers = head.prefix { $0 != " " }.split(separator: "x").compactMap { Int($0) }
      guard numbers.count == 2, head.contains(Self.reader(kind)) else { throw FileRefusal.damaged(kind) }
      try Self.checkArea(numbers[0], numbers[1])
      _ = try await vipsthumbnail.run(["stdin[fail_on=truncated]", "-s", "64", "-o", ".jpg[strip]"], input: .file(path))
      return (numbers[0], numbers[1])
    } catch ProgramError.failed {
      throw FileRefusal.damaged(kind)
    } catch ProgramError.timedOut, ProgramError.tooMuchOutput {
      throw FileRefusal.tooComplex(kind)
    }
  }

  /// libvips' name of the reader that took it: the one that the first bytes promise, and no other.
  private static func reader(_ kind: FileKind) -> String {
    switch kind {
    case .heic: "heifload"
    default: "\(kind.rawValue)load"
    }
  }

  static func checkArea(_ width: Int, _ height: Int) throws(FileRefusal) {
    guard width > 0, height > 0, width.multipliedReportingOverflow(by: height).overflow == false,
      width * height <= millionPixels * 1_000_000
    else { throw .tooManyPixels(width: width, height: height, limit: millionPixels) }
  }

  /// A BMP has no preview (libvips reads it through ImageMagick only, which is off): its head must fit its length.
  static func bitmapSides(_ content: FileContent) throws(FileRefusal) -> (Int, Int) {
    guard let header = content.little(4, at: 14), let start = content.little(4, at: 10) else { throw .damaged(.bmp) }
    let count = header == 12 ? 2 : 4
    guard let width = content.little(count, at: 18), var height = content.little(count, at: 18 + count) else { throw .damaged(.bmp) }
    if count == 4, height > Int(Int32.max) { height = (1 << 32) - height }  // from the top down
    try checkArea(width, height)
    guard let bits = content.little(2, at: 18 + 2 * count + 2), [1, 4, 8, 16, 24, 32].contains(bits) else { throw .damaged(.bmp) }
    let compressed = count == 4 && [1, 2].contains(content.little(4, at: 30) ?? 0)
    guard compressed || content.size >= start + (width * bits + 31) / 32 * 4 * height else { throw .damaged(.bmp) }
    return (width, height)
  }
}

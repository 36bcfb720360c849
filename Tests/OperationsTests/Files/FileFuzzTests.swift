import Foundation
import Testing

@testable import Operations

/// What is read in our own process must never end it: not by an index beyond the end, nor by a sum that overflows.
@Suite struct FileFuzzTests {
  private static let files: [(name: String, bytes: [UInt8])] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: HostileFiles.folder.path))?.sorted() ?? []
    return names.filter { UUID(uuidString: $0) == nil }.compactMap { name in
      guard let data = FileManager.default.contents(atPath: HostileFiles.path(name)), (1..<20_000).contains(data.count) else { return nil }
      return (name, [UInt8](data))
    }
  }()

  /// Cut off, or with bytes changed, most of them where lengths and names stand.
  private static func changed(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var bytes = bytes
    if Int.random(in: 0..<3, using: &random) == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let end = Bool.random(using: &random) ? min(bytes.count, 64) : bytes.count
      bytes[Int.random(in: 0..<end, using: &random)] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(
        using: &random)!
    }
    return bytes
  }

  @Test(arguments: 0..<20 as Range<UInt64>)  // a failing seed can be run again
  func `no file, however broken, ends the process`(seed: UInt64) throws {
    #expect(Self.files.count > 80)
    var random = Seeded(seed)
    for file in Self.files {
      let bytes = Self.changed(file.bytes, &random), content = FileContent(bytes)
      _ = ForbiddenContent.refusal(content.head)
      _ = try? SecondFormat.check(content, FileKind.allCases.randomElement(using: &random)!)
      _ = try? MovieBoxes.check(content, .mp4)
      _ = try? PictureInspector.bitmapSides(content)
      _ = try? CompoundInspector.kind(content)
      _ = try? TextInspector.kind(content, name: file.name, magic: "application/octet-stream")
      if FileSignature(bytes) == .zipBased {
        let path = try HostileFiles.file(bytes)
        _ = try? ZipInspector.kind(path)
        try FileManager.default.removeItem(atPath: path)
      }
    }
  }

  @Test func `a box as long as can be written is damage`() {
    for size in [[UInt8](repeating: 0xFF, count: 8), [0x7F] + [UInt8](repeating: 0xFF, count: 7), []] {
      let bytes: [UInt8] = [0, 0, 0, 1] + Array("ftyp".utf8) + size
      #expect(throws: FileRefusal.damaged(.mp4)) { try MovieBoxes.check(FileContent(bytes), .mp4) }
    }
  }
}

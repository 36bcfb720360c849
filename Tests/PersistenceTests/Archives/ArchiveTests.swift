import Foundation
import Persistence
import Testing

struct ArchiveTests {
  private static let entries: [(name: String, bytes: [UInt8])] = [
    ("b/first.txt", Array("first".utf8)), ("a.bin", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }), ("empty", []),
    ("照片/维修单 1.txt", Array("生化分析仪".utf8)), (String(repeating: "long/", count: 40) + "name", [1]),
  ]

  private static func pack(_ format: ArchiveFormat, _ entries: [(name: String, bytes: [UInt8])] = entries) throws -> [UInt8] {
    let memory = ArchiveMemory()
    let writer = try ArchiveWriter(format, to: memory, modified: 1_790_000_000)
    for entry in entries { try writer.add(entry.name, entry.bytes) }
    try writer.finish()
    return memory.bytes
  }

  private static func unpack(
    _ bytes: [UInt8], _ formats: Set<ArchiveFormat> = Set(ArchiveFormat.allCases), limits: ArchiveLimits = ArchiveLimits()
  ) throws -> [(name: String, bytes: [UInt8])] {
    let reader = try ArchiveReader(bytes: bytes, formats, limits: limits)
    var all: [(name: String, bytes: [UInt8])] = []
    while let entry = try reader.next() { all.append((entry.name, try reader.bytes())) }
    return all
  }

  @Test(arguments: ArchiveFormat.allCases)
  func `What is packed comes out the same, in its order, whatever the locale`(format: ArchiveFormat) throws {
    let found = try Self.unpack(try Self.pack(format))
    #expect(found.map(\.name) == Self.entries.map(\.name))
    #expect(found.map(\.bytes) == Self.entries.map(\.bytes))
  }

  @Test(arguments: ArchiveFormat.allCases)
  func `The same entries make the same bytes`(format: ArchiveFormat) throws {
    #expect(try Self.pack(format) == Self.pack(format))
  }

  @Test func `A tar is plain ustar: nobody's, mode 0644, the time that was said`() throws {
    let bytes = try Self.pack(.tar, [("manifest.json", [65])])
    #expect(
      bytes == UstarFrame.header(name: "manifest.json", size: 1, modified: 1_790_000_000) + [65] + Array(repeating: 0, count: 511 + 1_024))
  }

  @Test(arguments: [ArchiveFormat.tar, .zip])
  func `Other programs read what is written`(format: ArchiveFormat) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "x").path
    let sink = try ArchiveFile(creating: file)
    let writer = try ArchiveWriter(format, to: sink, modified: 0)
    try writer.add("照片/a.txt", Array("生化".utf8))
    try writer.finish()
    try sink.finish()
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/python3")
    let open = format == .tar ? "tarfile.open(f).extractfile('照片/a.txt')" : "zipfile.ZipFile(f).open('照片/a.txt')"
    python.arguments = ["-c", "import sys,tarfile,zipfile; f=sys.argv[1]; sys.exit(0 if \(open).read().decode()=='生化' else 1)", file]
    try python.run()
    python.waitUntilExit()
    #expect(python.terminationStatus == 0)
  }

  @Test func `A file of this machine is streamed in; one that is not there, or a link, is refused`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let content = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    try content.write(to: folder.appending(path: "photo"))
    try FileManager.default.createSymbolicLink(at: folder.appending(path: "link"), withDestinationURL: folder.appending(path: "photo"))
    let memory = ArchiveMemory()
    let writer = try ArchiveWriter(.tar, to: memory, modified: 0)
    var seen = 0
    try writer.add("photo", fileAt: folder.appending(path: "photo").path) { seen += $0.count }
    #expect(throws: ArchiveError.cannotOpen(folder.appending(path: "link").path)) {
      try writer.add("link", fileAt: folder.appending(path: "link").path)
    }
    #expect(throws: ArchiveError.cannotOpen(folder.appending(path: "none").path)) {
      try writer.add("none", fileAt: folder.appending(path: "none").path)
    }
    try writer.finish()
    #expect(seen == content.count)
    #expect(try Self.unpack(memory.bytes).first?.bytes == Array(content))
  }

  @Test func `A writer refuses bad names, the same name twice, and another size than was said`() throws {
    let writer = try ArchiveWriter(.tar, to: ArchiveMemory(), modified: 0)
    for name in ["", "/a", "a/../b", "..", "a//b", "./a", "a\\b", "C:a", "a\u{0}b", "a\nb", String(repeating: "x", count: 300)] {
      #expect(throws: ArchiveError.self, "\(name)") { try writer.add(name, [1]) }
    }
    try writer.add("a", [1])
    #expect(throws: ArchiveError.duplicate("a")) { try writer.add("a", [1]) }
    #expect(throws: ArchiveError.wrongSize("b")) { try writer.add("b", size: 3) { write in try [1, 2].withUnsafeBytes { try write($0) } } }
  }

  @Test(arguments: [ArchiveFormat.tar, .zip])
  func `An archive that ends too early is refused`(format: ArchiveFormat) throws {
    let whole = try Self.pack(format)
    for length in [0, 1, 100, 600, whole.count / 2] {
      #expect(throws: ArchiveError.self, "\(length)") { _ = try Self.unpack(Array(whole.prefix(length)), [format]) }
    }
  }

  @Test func `A byte flipped in a zip's entry is found by its checksum`() throws {
    var bytes = try Self.pack(.zip, [("a.bin", (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })])
    bytes[2_000] ^= 1
    #expect(throws: ArchiveError.self) { _ = try Self.unpack(bytes) }
  }

  @Test func `What is no archive is refused as none, and a tar where a zip is wanted`() throws {
    #expect(throws: ArchiveError.notAnArchive) { _ = try Self.unpack(Array("%PDF-1.4 not an archive".utf8)) }
    #expect(throws: ArchiveError.notAnArchive) { _ = try Self.unpack(try Self.pack(.tar), [.zip]) }
    #expect(throws: ArchiveError.self) { _ = try Self.unpack(try Self.pack(.zip), [.tar]) }
    #expect(throws: ArchiveError.cannotOpen("/nowhere/x.zip")) { _ = try ArchiveReader(path: "/nowhere/x.zip", [.zip]) }
  }
}

import Domain
import Foundation
import Logging
import Persistence
import TestEngines
import Testing

@testable import Operations

/// A backup is whole or refused; what was erased stays erased.
@Suite struct BackupTests {
  private func made(_ desk: TestDesk, name: String = "a.backup") async throws -> String {
    let path = desk.test.folder.appending(path: name).path
    _ = try await Backup(desk.test.company).run(to: path)
    return path
  }

  /// An empty company beside, of the engine under test or of SQLite.
  private func empty(_ test: TestCompany, _ name: String, sqlite: Bool = false) async throws -> (company: Company, folder: String) {
    let folder = test.folder.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let database: any SQLDatabase =
      sqlite
      ? try SQLiteDatabase(path: folder.appending(path: "x.sqlite").path, logger: Logger(label: "test"))
      : try await TestEngine.database(in: folder)
    try await Migrator.migrate(Schema.migrations, in: database, at: 1)
    let now = test.now
    return (
      Company(database: database, files: FileStore(data: folder.path), clock: { now }, chance: .system, logger: Logger(label: "test")),
      folder.path
    )
  }

  private func restored(_ path: String, into place: (company: Company, folder: String), erasures: Erasures = .init()) async throws
    -> Restore.Report
  {
    let reader = BackupReader(path)
    return try await Restore(place.company).run(
      reader, manifest: try reader.check(), keyPath: nil, erasures: erasures)
  }

  @Test func `attached files come back; what was erased since is erased again, with its bytes`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let kept = try await desk.attach(Array("留".utf8), to: number),
      gone = try await desk.attach(Array("删".utf8), name: "王医生.txt", to: number)
    let path = try await made(desk)
    _ = try await desk.erase(gone)
    let place = try await empty(desk.test, "there")
    let report = try await restored(path, into: place, erasures: try await Erasures(in: desk.test.company))
    #expect(report.files == 2 && report.erased == 1)
    #expect(place.company.files.has(kept["sha256"].text) && !place.company.files.has(gone["sha256"].text))
    #expect(try await Verify(place.company).run().isGood)
    let items = try await AttachmentOperations(place.company, files: FileOperations(place.company)).list(
      of: number, after: nil, limit: 50, by: .system
    ).items
    #expect(items.map(\.name) == ["铭牌.txt", nil] && items[1].erasedReason != nil)
  }

  @Test func `a company comes back from its backup, on either engine, with its files`() async throws {
    let desk = try await TestDesk()
    for _ in 0..<3 { _ = try await desk.report() }
    let bytes = Data("铭牌照片".utf8)
    var passing = PassingHash()
    bytes.withUnsafeBytes { passing.add($0) }
    let hash = passing.text
    let file = desk.test.folder.appending(path: "files/\(hash.prefix(2))/\(hash)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    let path = try await made(desk)
    for (index, sqlite) in [true, false].enumerated() {
      let place = try await empty(desk.test, "there\(index)", sqlite: sqlite)
      let report = try await restored(path, into: place)
      #expect(report.events == (try await desk.test.number("SELECT COUNT(*) FROM journal")) && report.files == 1 && report.erased == 0)
      #expect(try await Verify(place.company).run().isGood)
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.folder)/files/\(hash.prefix(2))/\(hash)")) == bytes)
      let found = try await SearchOperations(place.company).search("余干", by: .system)
      #expect(found.items.contains { $0.type == "request" })
    }
  }

  @Test func `the same company makes the same backup, and none is written over`() async throws {
    let desk = try await TestDesk(), same = try await TestDesk()
    let first = try await made(desk), second = try await made(same)
    let bytes = try #require(FileManager.default.contents(atPath: first))
    #expect(FileManager.default.contents(atPath: second) == bytes)
    await #expect(throws: BackupRefusal.exists(first)) { try await made(desk) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: desk.test.folder.path).allSatisfy { !$0.hasSuffix(".partial") })
  }

  @Test func `a backup as version 1 wrote it, with all rows in one entry, is still restored`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    let rows = desk.test.folder.appending(path: "company.jsonl").path, path = desk.test.folder.appending(path: "old.backup").path
    let counts = try await CompanyExport(desk.test.company).run(to: rows)
    let bytes = [UInt8](FileManager.default.contents(atPath: rows)!)
    var manifest = BackupManifest(
      made: "2026-11-20T00:00:00.000Z", engine: "sqlite", events: counts["journal"]!, checkpoint: nil,
      entries: [.init(name: "company.jsonl", size: Int64(bytes.count), sha256: PassingHash.text(of: bytes))])
    manifest.version = 1
    let sink = try ArchiveFile(creating: path)
    let writer = try ArchiveWriter(.tar, to: sink, modified: 0)
    try writer.add("company.jsonl", bytes)
    try writer.add(BackupManifest.name, Array(manifest.text.utf8))
    try writer.add(BackupManifest.seal, Array(PassingHash.text(of: Array(manifest.text.utf8)).utf8))
    try writer.finish()
    try sink.finish()
    let place = try await empty(desk.test, "there")
    #expect(try await restored(path, into: place).events == counts["journal"])
    #expect(try await Verify(place.company).run().isGood)
  }

  @Test func `one altered byte anywhere is found before anything is touched`() async throws {
    let desk = try await TestDesk()
    let path = try await made(desk)
    let good = [UInt8](FileManager.default.contents(atPath: path)!)
    let other = desk.test.folder.appending(path: "altered").path
    // The two blocks of zeros at a tar's end say nothing.
    for place in stride(from: 0, to: good.count - 1_024, by: max(1, good.count / 300)) {
      var bytes = good
      bytes[place] ^= 0x01
      _ = FileManager.default.createFile(atPath: other, contents: Data(bytes))
      // Padding of the tar carries nothing; all that is read back must be what was written, or be refused.
      if let manifest = try? BackupReader(other).check() { #expect(manifest == (try BackupReader(path).check()), "byte \(place)") }
    }
    for cut in [0, 1, 511, 512, good.count / 2, good.count - 2_000] {
      _ = FileManager.default.createFile(atPath: other, contents: Data(good.prefix(cut)))
      #expect(throws: BackupRefusal.self) { try BackupReader(other).check() }
    }
  }

  @Test func `entries that are added, missing, swapped or foreign are refused`() async throws {
    let desk = try await TestDesk()
    let path = try await made(desk)
    func rewritten(_ change: (inout [(String, [UInt8])]) -> Void) throws -> String {
      var entries: [(String, [UInt8])] = []
      let reader = try ArchiveReader(path: path, [.tar])
      while let entry = try reader.next() { entries.append((entry.name, try reader.bytes())) }
      change(&entries)
      let other = desk.test.folder.appending(path: UUID().uuidString).path
      let sink = try ArchiveFile(creating: other)
      let writer = try ArchiveWriter(.tar, to: sink, modified: 0)
      for (name, bytes) in entries { try writer.add(name, bytes) }
      try writer.finish()
      try sink.finish()
      return other
    }
    let stranger = "files/ab/\("ab" + String(repeating: "0", count: 62))"
    let altered: [(inout [(String, [UInt8])]) -> Void] = [
      { $0.removeFirst() }, { $0.removeLast() }, { $0.swapAt(0, 1) }, { $0.insert((stranger, [1]), at: 1) }, { $0.append(("more", [1])) },
      { $0.insert(("etc/passwd", [1]), at: 0) }, { $0[0].1.append(10) },
      { $0[1].1 = Array(#"{"format":"weibao-backup","version":2,"events":0,"entries":[]}"#.utf8) },
    ]
    for change in altered {
      let other = try rewritten(change)
      #expect(throws: BackupRefusal.self) { try BackupReader(other).check() }
    }
    #expect(throws: BackupRefusal.self) { try BackupReader("/nowhere").check() }
  }

  @Test func `who was forgotten after the backup is forgotten in what comes back`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    let path = try await made(desk)
    _ = try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: false, by: .system)
    let ledger = desk.test.folder.appending(path: "erasures").path
    try (try await Erasures(in: desk.test.company)).write(to: ledger)
    let text = String(decoding: FileManager.default.contents(atPath: ledger)!, as: UTF8.self)
    #expect(!text.contains(TestDesk.phone) && !text.contains("周主任"))

    let place = try await empty(desk.test, "there")
    let report = try await restored(path, into: place, erasures: try Erasures(path: ledger))
    #expect(report.erased == 4)
    let left = try await place.company.database.read { db in
      try db.first("SELECT COUNT(*) FROM personal WHERE value IN ('周主任', ?)", [.text(TestDesk.phone)]) { $0.int(0) }
    }
    #expect(left == 0)
    #expect(try await Verify(place.company).run().isGood)
    #expect(try await SearchOperations(place.company).search("周主任", by: .system).items.isEmpty)
    // Once more finds nothing to do.
    #expect(try await ForgetOperations(place.company).replay(try Erasures(path: ledger)) == 0)
  }

  @Test func `a record that does not hold is not put in place`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    try await desk.test.company.database.write { db in
      try db.execute("UPDATE journal SET body = '{}' WHERE kind = 'reported'")
    }
    let path = try await made(desk)
    let place = try await empty(desk.test, "there")
    await #expect(throws: (any Error).self) { try await restored(path, into: place) }
  }
}

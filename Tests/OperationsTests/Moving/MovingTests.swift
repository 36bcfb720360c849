import Crypto
import Domain
import Foundation
import Logging
import Persistence
import TestEngines
import Testing

@testable import Operations

/// A company goes from its engine to SQLite (and to PostgreSQL where there is one), and back (ORG-2).
@Suite struct MovingTests {
  private func empty(_ database: any SQLDatabase, like test: TestCompany) async throws -> Company {
    try await Migrator.migrate(Schema.migrations, in: database, at: 1)
    let now = test.now
    return Company(database: database, files: test.company.files, clock: { now }, chance: .system, logger: Logger(label: "test"))
  }

  private func heads(_ company: Company) async throws -> [[String]] {
    try await company.database.read { db in
      try db.rows("SELECT sequence, stream, version, hash FROM journal ORDER BY sequence") {
        [String($0.integer(0)), $0.text(1), String($0.integer(2)), $0.text(3)]
      }
    }
  }

  @Test func `a company comes through both ways with the same chains`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    for _ in 0..<3 { _ = try await desk.report() }
    let key = SigningKey(.init())
    try await Housekeeping(test.company, key: key).begin()
    try await Housekeeping(test.company, key: key).seal()
    let before = try await heads(test.company)
    let first = test.folder.appending(path: "out.jsonl").path, second = test.folder.appending(path: "back.jsonl").path
    let rows = try await CompanyExport(test.company).run(to: first)
    #expect(rows["journal"] == before.count && rows["personal"]! > 0 && rows["idempotency"] != nil)

    let other = test.folder.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    let there = try await empty(try SQLiteDatabase(path: other.appending(path: "x.sqlite").path, logger: Logger(label: "test")), like: test)
    #expect(try await CompanyImport(there).run(from: first) == rows)
    #expect(try await heads(there) == before)
    #expect(try await Verify(there).run().isGood)

    _ = try await CompanyExport(there).run(to: second)
    let third = test.folder.appending(path: "third")
    try FileManager.default.createDirectory(at: third, withIntermediateDirectories: true)
    let back = try await empty(try await TestEngine.database(in: third), like: test)
    // The second file has one line more: who exported before.
    let came = try await CompanyImport(back).run(from: second)
    #expect(came == rows.merging(["access_log": rows["access_log"]! + 1]) { $1 })
    #expect(try await heads(back) == before)
    #expect(try await Verify(back).run().isGood)
    // Life goes on there: the next event has the next number.
    try await back.database.write { db in
      let event = NewEvent(kind: "commented", schema: 1, body: "{}", occurred: 1)
      try Journal.append([event], to: "note/x", expecting: 0, by: .system, recorded: 1, in: db)
    }
    #expect(try await heads(back).count == before.count + 1)
    #expect(try await heads(back).last![1] == "note/x")
  }

  @Test func `pieces read while others write make one state of one moment`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    for _ in 0..<60 { _ = try await desk.report() }
    let target = Pieces()
    let rows = try await withThrowingTaskGroup { group in
      group.addTask { for _ in 0..<20 { _ = try await desk.report() } }
      let rows = try await CompanyText.write(test.company, made: test.now, pieces: 1_024, to: target, progress: nil)
      try await group.waitForAll()
      return rows
    }
    #expect(target.lines.count > 50)
    target.write(CompanyText.end(rows.counts, sha256: nil))
    let lines = target.lines
    let there = try await empty(
      try SQLiteDatabase(path: test.folder.appending(path: "side.sqlite").path, logger: Logger(label: "test")), like: test)
    _ = try await CompanyImport(there).load { try CompanyLines(ArrayBytes(lines)) }
    let all = try await heads(test.company), came = try await heads(there)
    #expect(came == Array(all.prefix(came.count)) && came.count >= 60 && came.count == rows.counts["journal"])
    #expect(try await Verify(there).run().isGood)
  }

  @Test func `large events make pieces no larger, and none is empty`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    let number = try await desk.report()["number"].text
    for turn in 0..<40 {
      try await desk.take(.comment, ["text": .text(String(repeating: "大", count: turn % 3 == 0 ? 3_000 : 3))], on: number)
    }
    let target = Pieces()
    let rows = try await CompanyText.write(test.company, made: test.now, pieces: 32_768, to: target, progress: nil)
    // The last line of a piece may lie beyond its size.
    #expect(target.lines.allSatisfy { !$0.isEmpty && $0.count < 32_768 + 20_000 })
    #expect(rows.counts["journal"] == Int(try await test.number("SELECT COUNT(*) FROM journal")))
    let heads = target.lines.joined().split(separator: 0x0A).filter { $0.starts(with: Array("[".utf8)) }.count
    #expect(heads == rows.counts.values.reduce(0, +))
  }

  @Test func `who carries everything away is in the access log, and in what is carried`() async throws {
    let test = try await TestCompany()
    let backup = test.folder.appending(path: "a.backup").path
    _ = try await CompanyExport(test.company).run(to: test.folder.appending(path: "all.jsonl").path)
    _ = try await Backup(test.company).run(to: backup)
    let noted = try await test.company.database.read { db in
      try db.rows("SELECT event, what, actor FROM access_log ORDER BY what") { "\($0.text(0)) \($0.text(1)) \($0.text(2))" }
    }
    #expect(noted == ["exported backup system", "exported company system"])
    #expect(try String(decoding: Data(contentsOf: URL(filePath: backup)), as: UTF8.self).contains(#""exported","system","backup""#))
  }

  @Test func `what is read again is not there twice`() throws {
    let path = NSTemporaryDirectory() + "weibao-again-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let pack = try BackupPack(path, made: Instant(milliseconds: 0))
    func line(_ text: String) -> LineBuffer {
      let buffer = LineBuffer(capacity: 8)
      buffer.append(text + "\n")
      return buffer
    }
    for _ in 0..<2 {
      try pack.again()
      try pack.write(line("once"))
      try pack.write(line("and once"))
    }
    try pack.finish(BackupManifest(made: "", engine: "sqlite", events: 0, checkpoint: nil, entries: pack.entries))
    let manifest = try BackupReader(path).check()
    #expect(manifest.entries.map(\.name) == (1...2).map { BackupManifest.rows(part: $0) } && manifest.entries.map(\.size) == [5, 9])
  }

  @Test func `an altered file is refused with its line, and nothing of it is in use`() async throws {
    let desk = try await TestDesk()
    let test = desk.test
    _ = try await desk.report()
    let path = test.folder.appending(path: "out.jsonl").path
    _ = try await CompanyExport(test.company).run(to: path)
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(filePath: path))
    let other = test.folder.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    let there = try await empty(try SQLiteDatabase(path: other.appending(path: "x.sqlite").path, logger: Logger(label: "test")), like: test)
    await #expect(throws: MoveRefusal.self) { try await CompanyImport(there).run(from: path) }
    #expect(try await heads(there) == [])
    await #expect(throws: MoveRefusal.notEmpty) { try await CompanyImport(test.company).run(from: path) }
    await #expect(throws: MoveRefusal.cannotWrite(path)) { try await CompanyExport(test.company).run(to: path) }
  }

  @Test func `an import that was cut off is not taken for a company`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    let path = desk.test.folder.appending(path: "out.jsonl").path
    _ = try await CompanyExport(desk.test.company).run(to: path)
    let other = desk.test.folder.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    let there = try await empty(try await TestEngine.database(in: other), like: desk.test)
    struct Killed: Error {}
    // It ends in the middle of the rows, as a process that is killed does.
    await #expect(throws: Killed.self) {
      try await CompanyImport(there).load { try CompanyLines(HalfFile(path, then: Killed())) }
    }
    await #expect(throws: MoveRefusal.unfinished) { try await UnfinishedImport.refuse(in: there.database) }
    if there.database.dialect.takesAllAtOnce {
      #expect(try await heads(there).isEmpty)
      _ = try await CompanyImport(there).run(from: path)
      try await UnfinishedImport.refuse(in: there.database)
      #expect(try await heads(there) == heads(desk.test.company))
    }
  }

  @Test func `a row comes through as the engine has it, with every character`() throws {
    let lines: [(String, [SQLValue]?)] = [
      (
        #"["a","\"\\\/\b\t\n\f\r\u0001\u007f",null,-5,0,9223372036854775807,{"hex":"00ff"}]"#,
        [.text("a"), .text("\"\\/\u{8}\t\n\u{C}\r\u{1}\u{7F}"), .null, .integer(-5), .integer(0), .integer(.max), .blob([0, 255])]
      ),
      (#"["\u5835\u585e", 1.5, -9223372036854775808]"#, [.text("堵塞"), .real(1.5), .integer(.min)]),
      (#"["","堵塞𠮷",{"hex":""}]"#, [.text(""), .text("堵塞𠮷"), .blob([])]),
      (#"["a""#, nil), (#"[1,]"#, nil), (#"["a]"#, nil), (#"[{"hex":"0"}]"#, nil), (#"[true]"#, nil), ("", nil), ("[1]x", nil),
      (#"["\u00"]"#, nil),
    ]
    for (line, values) in lines {
      #expect(Array(line.utf8).withUnsafeBytes { RowText.values($0, width: values?.count ?? 1) } == values, "\(line)")
    }
  }
}

private final class Pieces: LineTarget, @unchecked Sendable {
  private(set) var lines: [[UInt8]] = []
  func write(_ piece: LineBuffer) { lines.append(piece.withBytes { Array($0) }) }
  func again() { lines = [] }
}

private final class ArrayBytes: ByteSource {
  private var rest: ArraySlice<[UInt8]>
  private var now: UnsafeMutableRawBufferPointer?

  init(_ pieces: [[UInt8]]) { rest = pieces[...] }
  deinit { now?.deallocate() }

  func next() throws -> UnsafeRawBufferPointer? {
    now?.deallocate()
    now = rest.popFirst().map { piece in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
      copy.copyBytes(from: piece)
      return copy
    }
    return now.map { UnsafeRawBufferPointer($0) }
  }
}

/// A file that ends in an error half way.
private final class HalfFile: ByteSource {
  private var bytes: [UInt8]
  private let error: any Error
  private var given = false

  init(_ path: String, then error: any Error) throws {
    let all = [UInt8](try Data(contentsOf: URL(filePath: path)))
    (bytes, self.error) = (Array(all.prefix(all.count / 2)), error)
  }

  func next() throws -> UnsafeRawBufferPointer? {
    if given { throw error }
    given = true
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyBytes(from: bytes)
    return UnsafeRawBufferPointer(copy)
  }
}

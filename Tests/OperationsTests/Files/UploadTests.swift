import Domain
import Foundation
import Persistence
import Synchronization
import TestEngines
import Testing

@testable import Operations

/// Bytes come in whole or not at all, within limits, and go when nobody wants them.
@Suite struct UploadTests {
  /// Sends a piece in small bits.
  private func put(
    _ all: [UInt8], _ range: ClosedRange<Int>, to id: String, _ desk: TestDesk, breaksAt: Int? = nil, through files: FileOperations? = nil
  )
    async throws -> UploadState
  {
    var place = range.lowerBound
    return try await (files ?? desk.files).put(range, of: all.count, to: id, by: desk.wang) {
      if let breaksAt, place >= breaksAt { throw CancellationError() }
      guard place <= range.upperBound else { return nil }
      let end = min(place + 700, range.upperBound + 1)
      defer { place = end }
      return Array(all[place..<end])
    }
  }

  private func open(_ desk: TestDesk, _ size: Int, _ more: [String: FieldValue] = [:]) async throws -> String {
    let input: [String: FieldValue] = ["name": "读数.txt", "size": .integer(size)]
    return try await desk.files.open(Fields(input.merging(more) { $1 }), by: desk.wang).id
  }

  private static let video = (0..<5_000).map { UInt8(48 + $0 * 7 % 10) }

  @Test func `an upload goes on where it broke off, a repeated piece is harmless, a gap is told its offset`() async throws {
    let desk = try await TestDesk(), all = Self.video
    let id = try await open(desk, all.count)
    #expect(await desk.outcome { try await put(all, 0...2_999, to: id, desk, breaksAt: 1_400) }.hasPrefix("fault"))
    #expect(try await desk.files.upload(id, by: desk.wang).offset == 1_400)
    do {
      _ = try await put(all, 2_000...2_999, to: id, desk)
      Issue.record("a gap was taken")
    } catch { #expect(error as? UploadRefusal == .gap(1_400)) }
    #expect(try await put(all, 0...2_999, to: id, desk).offset == 3_000)
    #expect(try await put(all, 1_000...1_999, to: id, desk).offset == 3_000)
    let whole = try await put(all, 2_500...4_999, to: id, desk)
    let file = try #require(whole.file)
    #expect(file.size == 5_000 && file.name == "读数.txt" && file.sha256 == PassingHash.text(of: all))
    #expect(try Data(contentsOf: URL(fileURLWithPath: desk.store.path(of: file.sha256))) == Data(all))
    // The answer was lost: asked again, it is the same file.
    #expect(try await put(all, 2_500...4_999, to: id, desk).file == file)
    #expect(await desk.outcome { try await desk.files.upload(id, by: desk.li) } == "missing access.not-found")
    #expect(desk.stored("/incoming") == [])
  }

  @Test func `killed between the row and the name, the file is put in its place when it is asked for`() async throws {
    let desk = try await TestDesk(), all = Self.video
    let id = try await open(desk, all.count)
    let file = try #require(try await put(all, 0...4_999, to: id, desk).file)
    try FileManager.default.moveItem(atPath: desk.store.path(of: file.sha256), toPath: "\(desk.store.incoming)/\(id).upload")
    #expect(try await desk.files.upload(id, by: desk.wang).file == file && desk.store.has(file.sha256))
  }

  @Test func `killed before the name, pieces that were altered since are not put in its place: it is to be sent again`() async throws {
    let desk = try await TestDesk(), all = Self.video
    let id = try await open(desk, all.count)
    let file = try #require(try await put(all, 0...4_999, to: id, desk).file)
    let pieces = "\(desk.store.incoming)/\(id).upload"
    try FileManager.default.removeItem(atPath: desk.store.path(of: file.sha256))
    try Data(all.reversed()).write(to: URL(fileURLWithPath: pieces))
    #expect(await desk.outcome { try await desk.files.upload(id, by: desk.wang) } == "invalid upload.hash-differs")
    #expect(await desk.outcome { try await desk.files.upload(id, by: desk.wang) } == "missing access.not-found")
    #expect(desk.stored() == [])
  }

  @Test func `a piece that another node still writes when the file is put in its place changes nothing in it`() async throws {
    let desk = try await TestDesk(), all = Self.video
    let id = try await open(desk, all.count), other = FileOperations(desk.test.company)
    _ = try await put(all, 0...999, to: id, desk)
    let whole = Mutex<UploadedFile?>(nil)
    let late = try await other.put(1_000...4_999, of: 5_000, to: id, by: desk.wang) {
      guard whole.withLock({ $0 }) == nil else { return nil }
      let placed = try await put(all, 1_000...4_999, to: id, desk).file
      whole.withLock { $0 = placed }
      return [UInt8](repeating: 120, count: 4_000)
    }
    let file = try #require(whole.withLock { $0 })
    #expect(late.file == file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: desk.store.path(of: file.sha256))) == Data(all))
    #expect(desk.stored("/incoming") == [])
    // One that opened the pieces anew leaves nothing either.
    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(desk.store.incoming)/\(id).upload"))
    #expect(try await put(all, 0...99, to: id, desk).file == file && desk.stored("/incoming") == [])
  }

  @Test func `a newer request ends a piece that hangs, and goes on where that one had come`() async throws {
    let desk = try await TestDesk(), all = Self.video, files = desk.files
    let id = try await open(desk, all.count)
    let (hangs, isHanging) = AsyncStream<Void>.makeStream(), wang = desk.wang
    let hanging = Task {
      var pieces = [Array(all[..<700])]
      return try await files.put(0...4_999, of: 5_000, to: id, by: wang) {
        if let piece = pieces.popLast() { return piece }
        isHanging.finish()
        for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(3_600)) }) {}
        try Task.checkCancellation()
        return nil
      }
    }
    for await _ in hangs {}
    // Of somebody else's upload nothing can be ended.
    #expect(await desk.outcome { try await files.put(0...4_999, of: 5_000, to: id, by: desk.li) { nil } } == "missing access.not-found")
    #expect(try await put(all, 700...4_999, to: id, desk, through: files).file?.sha256 == PassingHash.text(of: all))
    #expect(await desk.outcome { try await hanging.value } == "conflict upload.busy")
  }

  @Test func `a piece of other bytes ends none before it: it waits for its turn`() async throws {
    let desk = try await TestDesk(), all = Self.video, files = desk.files, wang = desk.wang
    let id = try await open(desk, all.count)
    let (goesOn, goOn) = AsyncStream<Void>.makeStream()
    let first = Task {
      var place = 0
      return try await files.put(0...1_999, of: 5_000, to: id, by: wang) {
        if place == 1_000 { for await _ in goesOn {} }
        try Task.checkCancellation()
        guard place < 2_000 else { return nil }
        defer { place += 1_000 }
        return Array(all[place..<place + 1_000])
      }
    }
    await busy(id, files, 1)
    let second = Task { try await put(all, 2_000...4_999, to: id, desk, through: files) }
    await busy(id, files, 2)
    goOn.finish()
    #expect(try await first.value.offset == 2_000)
    #expect(try await second.value.file?.sha256 == PassingHash.text(of: all))
    #expect(await files.busy.pieces.isEmpty)
  }

  private func busy(_ id: String, _ files: FileOperations, _ count: Int) async {
    while await files.busy.pieces[id]?.count != count { await Task.yield() }
  }

  /// Sends the whole `all`, and a duplicate of it while the first is looked into; `goesAway`: the first's caller does.
  private func sendTwice(_ all: [UInt8], _ desk: TestDesk, goesAway: Bool = false) async throws -> (first: String, duplicate: String) {
    let threads = ProgramGate(limit: 1, waiting: 8), id = try await open(desk, all.count)
    let files = FileOperations(desk.test.company, inspector: FileInspector(threads: threads))
    let (isHeld, held) = AsyncStream<Void>.makeStream(), (isFree, free) = AsyncStream<Void>.makeStream()
    let other = Task {
      try await threads.pass("another file") {
        held.finish()
        for await _ in isFree {}
      }
    }
    for await _ in isHeld {}
    let first = Task { await desk.outcome { try await put(all, 0...all.count - 1, to: id, desk, through: files) } }
    // Copied to be looked into: its bytes are whole.
    while !desk.stored("/incoming").contains(where: { $0.hasSuffix(".part") }) { await Task.yield() }
    if goesAway { first.cancel() }
    let duplicate = Task { await desk.outcome { try await put(all, 0...all.count - 1, to: id, desk, through: files) } }
    await busy(id, files, 2)
    free.finish()
    try await other.value
    return (await first.value, await duplicate.value)
  }

  @Test(arguments: [false, true])
  func `once its bytes are whole a duplicate ends no upload, nor does a caller who goes away`(goesAway: Bool) async throws {
    let desk = try await TestDesk()
    #expect(try await sendTwice(Self.video, desk, goesAway: goesAway) == ("taken", "taken"))
    #expect(desk.stored("/incoming") == [] && desk.stored().count == 1)
  }

  @Test func `why a whole is refused is told to its sender, also when a duplicate came meanwhile`() async throws {
    let desk = try await TestDesk(), bad = Array("第一行\n第\0二行\n".utf8)
    let (first, duplicate) = try await sendTwice(bad, desk)
    #expect(first == "invalid file.nul" && duplicate == "missing access.not-found")
    #expect(desk.stored() == [])
  }

  @Test func `a whole that is not what its SHA-256 says is not kept`() async throws {
    let desk = try await TestDesk(), all = Self.video
    let id = try await open(desk, all.count, ["sha256": .text(String(repeating: "a", count: 64))])
    #expect(await desk.outcome { try await put(all, 0...4_999, to: id, desk) } == "invalid upload.hash-differs")
    #expect(await desk.outcome { try await desk.files.upload(id, by: desk.wang) } == "missing access.not-found")
    #expect(desk.stored() == [])
    let right = try await open(desk, all.count, ["sha256": .text(PassingHash.text(of: all).uppercased())])
    #expect(try await put(all, 0...4_999, to: right, desk).file != nil)
  }

  @Test func `a piece that does not fit is refused`() async throws {
    let desk = try await TestDesk(), all = Self.video
    let id = try await open(desk, 4_000)
    #expect(await desk.outcome { try await put(all, 0...99, to: id, desk) } == "invalid upload.range")
    #expect(await desk.outcome { try await open(desk, 10, ["sha256": "xyz"]) } == "invalid input.invalid")
  }

  @Test func `a file too large, too many bytes a day, too many open uploads, a full disk: each has its word`() async throws {
    let desk = try await TestDesk()
    var limits = FileLimits.usual
    (limits.fileBytes, limits.dayBytes, limits.openUploads) = (4_000, 9_000, 2)
    let files = FileOperations(desk.test.company, limits: limits)
    func upload(_ count: Int) async -> String {
      await desk.outcome { try await desk.upload([UInt8](repeating: 97, count: count), by: desk.wang, through: files) }
    }
    #expect(await upload(4_001) == "tooLarge upload.too-large")
    #expect(await upload(4_000) == "taken" && desk.stored("/incoming") == [])
    for expected in ["taken", "taken", "tooMany upload.too-many-open"] {
      #expect(await desk.outcome { try await files.open(Fields(["name": "a", "size": .integer(1_000)]), by: desk.wang) } == expected)
    }
    #expect(await upload(3_001) == "tooMany upload.too-much")
    #expect(await upload(3_000) == "taken")
    desk.test.pass(seconds: 86_401)
    #expect(await upload(4_000) == "taken")
    limits.reserveBytes = .max / 2
    let full = FileOperations(desk.test.company, limits: limits)
    #expect(await desk.outcome { try await desk.upload(by: desk.wang, through: full) } == "unavailable storage.disk-full")
  }

  @Test func `of the files that one person sends at once there is a limit on a node, and a place is free when its file is done`()
    async throws
  {
    let desk = try await TestDesk()
    var limits = FileLimits.usual
    limits.filesAtOnce = 2
    let files = FileOperations(desk.test.company, limits: limits)
    func begin(_ actor: Actor) async -> String { await desk.outcome { try await files.begin(size: 10, by: actor) } }
    var first: IncomingFile? = try await files.begin(size: 10, by: desk.wang)
    let second = try await files.begin(size: 10, by: desk.wang)
    #expect(await begin(desk.wang) == "tooMany upload.too-many-at-once")
    #expect(await begin(desk.li) == "taken")
    await first?.discard()
    first = nil
    #expect(await begin(desk.wang) == "taken")
    await second.discard()
  }

  @Test func `a disk that fills while bytes arrive is seen before the database has no room`() async throws {
    let desk = try await TestDesk(), bytes = [UInt8](repeating: 97, count: 1 << 20)
    let incoming = try IncomingFile(in: desk.store, named: "a.part", limit: 50 << 20, reserve: .max / 2)
    #expect(await desk.outcome { try await incoming.write(bytes) } == "unavailable storage.disk-full")
    await incoming.discard()
    var limits = FileLimits.usual
    limits.reserveBytes = .max / 2
    let full = FileOperations(desk.test.company, limits: limits), id = try await open(desk, 8 << 20)
    let outcome = await desk.outcome { try await full.put(0...(8 << 20) - 1, of: 8 << 20, to: id, by: desk.wang) { bytes } }
    #expect(outcome == "unavailable storage.disk-full")
    #expect(try await desk.files.upload(id, by: desk.wang).offset == 0)
    // Each piece looks, however small.
    for _ in 0..<2 {
      let small = await desk.outcome {
        var pieces = [bytes]
        return try await full.put(0...(1 << 20) - 1, of: 8 << 20, to: id, by: desk.wang) { pieces.popLast() }
      }
      #expect(small == "unavailable storage.disk-full")
    }
    #expect(try await desk.files.upload(id, by: desk.wang).offset == 0)
  }

  @Test func `what nobody attaches within a day can not be attached, and an hour later it is gone; what is attached stays`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let kept = try await desk.attach(Array("附件".utf8), to: number)
    let orphan = try await desk.upload(Array("孤儿".utf8), by: desk.chen)
    let begun = try await open(desk, 5_000)
    _ = try await put(Self.video, 0...999, to: begun, desk)
    let sweep = FileSweep(desk.test.company)
    #expect(try await sweep.sweep() == 0)
    desk.test.pass(seconds: 24 * 3_600 + 1)
    #expect(
      await desk.outcome { try await desk.attachments.attach(Fields(["file": .text(orphan.id)]), to: number, Call(desk.chen)) }
        == "invalid input.invalid")
    #expect(try await sweep.sweep() == 0 && desk.store.has(orphan.sha256))
    desk.test.pass(seconds: 3_600)
    #expect(try await sweep.sweep() == 3)
    #expect(desk.stored() == ["\(kept["sha256"].text.prefix(2))/\(kept["sha256"].text)"])
    #expect(try await desk.test.number("SELECT (SELECT COUNT(*) FROM file) + (SELECT COUNT(*) FROM upload)") == 0)
    #expect(try await Verify(desk.test.company).run().isGood)
  }

  @Test func `bytes that were uploaded again are not swept with the first upload of them`() async throws {
    let desk = try await TestDesk()
    let first = try await desk.upload(by: desk.chen)
    desk.test.pass(seconds: 25 * 3_600 + 1)
    _ = try await desk.upload(by: desk.li)
    #expect(try await FileSweep(desk.test.company).sweep() == 1 && desk.store.has(first.sha256))
    desk.test.pass(seconds: 25 * 3_600 + 1)
    #expect(try await FileSweep(desk.test.company).sweep() == 1 && !desk.store.has(first.sha256))
  }

  @Test func `what a killed sweep took aside is put back where it is needed, and removed where not`() async throws {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    let kept = try await desk.attach(Array("附件".utf8), to: number)["sha256"].text
    _ = try desk.store.takeAway(kept)
    // Leftovers are told by their file's age, which the test's clock does not move: so the clock is put ahead of the machine's.
    desk.test.set(max(desk.test.now, Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))) + 30 * 3_600)
    _ = try await FileSweep(desk.test.company).sweep()
    #expect(desk.store.has(kept) && desk.stored("/incoming") == [])
  }

  @Test func `hot queries have their index`() async throws {
    let desk = try await TestDesk()
    for (sql, arguments) in [
      ("SELECT 1 FROM attachment WHERE sha256 = ? AND erased_at IS NULL LIMIT 1", [SQLValue.text("x")]),
      ("SELECT 1 FROM file WHERE sha256 = ? AND created >= ? LIMIT 1", [.text("x"), .integer(1)]),
      ("SELECT COALESCE(SUM(size), 0) FROM file WHERE owner = ? AND created > ?", [.text("x"), .integer(1)]),
      ("SELECT id FROM attachment a WHERE a.request_id = ? AND a.id > ? ORDER BY a.id LIMIT 50", [.text("x"), .text("")]),
    ] {
      let plan = try await desk.test.company.database.read { db in try db.plan(of: sql, arguments) }
      #expect(plan.scanned == [] && !plan.sorts, "\(plan)")
    }
  }
}

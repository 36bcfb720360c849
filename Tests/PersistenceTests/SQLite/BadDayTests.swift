import Foundation
import Logging
import Persistence
import Synchronization
import Testing

/// Full disks, failing disks, damaged files: said plainly, nothing half visible, and the neighbours go on.
@Suite struct BadDayTests {
  /// Runs writes so that they share one commit: they queue behind a write that waits for them.
  func together(_ database: SQLiteDatabase, _ writes: [@Sendable (any SQLWriter) throws -> Void]) async throws -> [DatabaseError?] {
    let gate = DispatchSemaphore(value: 0)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    async let first: Void = database.write { _ in
      start.yield(); gate.wait()
      gate.signal()  // on a slow machine the batch may be one, and then this runs again
    }
    for await _ in started { break }
    let outcomes = try await withThrowingTaskGroup(of: (Int, DatabaseError?).self) { group in
      for (index, write) in writes.enumerated() {
        group.addTask {
          do { try await database.write(write); return (index, nil) } catch let error as DatabaseError { return (index, error) }
        }
        while database.waitingWrites <= index { await Task.yield() }  // in this order
      }
      // Longer than a batch waits for more, so that the gate commits alone.
      try await Task.sleep(for: .milliseconds(30))
      gate.signal()
      var outcomes = [DatabaseError?](repeating: nil, count: writes.count)
      for try await (index, outcome) in group { outcomes[index] = outcome }
      return outcomes
    }
    try await first
    return outcomes
  }

  func append(_ stream: String) -> @Sendable (any SQLWriter) throws -> Void {
    { db in _ = try Journal.append([.sample(1), .sample(2)], to: stream, expecting: 0, by: .system, recorded: 1, in: db) }
  }

  @Test func `when the shared transaction falls, each write runs again alone`() async throws {
    let test = try await TestDatabase()
    let runs = Mutex(0)
    let outcomes = try await together(
      test.database,
      [
        append("a/1"),
        { db in
          try append("a/2")(db)
          let isFirst = runs.withLock { runs in
            runs += 1
            return runs == 1
          }
          // What SQLite does by itself when the disk fails under a statement.
          if isFirst { try db.execute("ROLLBACK") }
          try append("b/2")(db)
        },
        append("a/3"),
      ])
    #expect(outcomes == [nil, nil, nil] && runs.withLock { $0 } == 2)
    let streams = try await test.database.read { try $0.rows("SELECT DISTINCT stream FROM journal ORDER BY 1") { $0.text(0) } }
    #expect(streams == ["a/1", "a/2", "a/3", "b/2"])
  }

  @Test func `a write whose transaction falls each time is answered with the fault and leaves nothing`() async throws {
    let test = try await TestDatabase()
    let outcomes = try await together(
      test.database,
      [
        append("a/1"),
        { db in
          try append("a/2")(db)
          try db.execute("ROLLBACK")
          try? append("b/2")(db)  // even a body that swallows the error writes nothing more
        },
        append("a/3"),
      ])
    #expect(outcomes == [nil, .inputOutput("The transaction was rolled back."), nil])
    let streams = try await test.database.read { try $0.rows("SELECT DISTINCT stream FROM journal ORDER BY 1") { $0.text(0) } }
    #expect(streams == ["a/1", "a/3"])
  }

  @Test func `when the shared commit fails, each write commits alone and only the guilty one fails`() async throws {
    let child = Migration("2-child", tables: [:], "CREATE TABLE child (hash TEXT REFERENCES personal (hash))")
    let test = try await TestDatabase(migrations: [.journal, child])
    let outcomes = try await together(
      test.database,
      [
        append("a/1"),
        { db in
          try db.execute("PRAGMA defer_foreign_keys = ON")
          try db.execute("INSERT INTO child VALUES ('nobody')")
        },
        append("a/3"),
      ])
    #expect(outcomes == [nil, .noSuchReference("FOREIGN KEY constraint failed"), nil])
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 4)
    #expect(try await test.database.number("SELECT count(*) FROM child") == 0)
  }

  @Test func `a full disk refuses what does not fit, and the rest goes on`() async throws {
    let test = try await TestDatabase()
    try await test.database.write { db in
      let pages = try db.first("PRAGMA page_count") { $0.int(0) } ?? 0
      _ = try db.first("PRAGMA max_page_count = \(pages + 4)") { $0.int(0) }
    }
    let large: @Sendable (any SQLWriter) throws -> Void = { db in
      try append("a/large")(db)
      let body = String(repeating: "x", count: 100_000)
      let event = NewEvent(kind: "commented", schema: 1, body: body, occurred: 1)
      try Journal.append([event], to: "a/large", expecting: 2, by: .system, recorded: 1, in: db)
    }
    let outcomes = try await together(test.database, [append("a/1"), large, append("a/2")])
    #expect(outcomes == [nil, .diskFull, nil])
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 4)
    #expect(try await test.database.number("SELECT count(*) FROM journal WHERE stream = 'a/large'") == 0)
    // Room again: the same write is taken.
    try await test.database.write { db in _ = try db.first("PRAGMA max_page_count = 100000") { $0.int(0) } }
    try await test.database.write(large)
  }

  @Test func `reading goes on beside a write that takes long`() async throws {
    let test = try await TestDatabase()
    let gate = DispatchSemaphore(value: 0)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    async let slow: Void = test.database.write { db in
      try append("a/1")(db)
      start.yield()
      gate.wait()
    }
    for await _ in started { break }
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 0)
    gate.signal()
    try await slow
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 2)
  }

  @Test func `a file that may not be written is said to be read-only`() async throws {
    let test = try await TestDatabase()
    try await test.database.write { db in _ = try db.execute("PRAGMA query_only = ON") }
    await #expect(throws: DatabaseError.readOnly) { try await test.database.fill("a/1", count: 1) }
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 0)
    #expect(throws: DatabaseError.readOnly) {
      try SQLiteDatabase(path: test.folder.appending(path: "nowhere/x.sqlite").path, logger: Logger(label: "test"))
    }
  }

  @Test func `a damaged page is said, by reading, writing and verifying`() async throws {
    let test = try await TestDatabase()
    for number in 1...20 { try await test.database.fill("request/\(number)", count: 20) }
    #expect(try await test.database.fileProblems() == [])
    try await test.database.close()
    let file = try FileHandle(forUpdating: URL(filePath: test.path))
    let size = try file.seekToEnd()
    // All but the schema: whatever is looked for is on a page like this.
    for page in stride(from: UInt64(4_096 * 12), to: size, by: 4_096) {
      try file.seek(toOffset: page)
      try file.write(contentsOf: Data(repeating: 0xA5, count: 512))
    }
    try file.close()
    let damaged = try SQLiteDatabase(path: test.path, logger: Logger(label: "test"))
    do {
      _ = try await damaged.number("SELECT sum(length(body)) FROM journal")
      Issue.record("the damage went unseen")
    } catch DatabaseError.damaged {}
    do {
      for number in 1...20 { try await damaged.fill("request/\(number)", count: 1) }
      Issue.record("the damage went unseen")
    } catch DatabaseError.damaged {}
    #expect(try await damaged.fileProblems() != [])
    #expect(try await JournalVerifier.run(database: damaged).findings.contains { $0.kind == .damaged })
  }

  @Test func `a file that is no database is refused when it is opened`() async throws {
    let test = try await TestDatabase()
    let path = test.folder.appending(path: "other.sqlite").path
    try Data(repeating: 0x41, count: 8_192).write(to: URL(filePath: path))
    #expect(throws: DatabaseError.damaged("file is not a database")) {
      try SQLiteDatabase(path: path, logger: Logger(label: "test"))
    }
  }
}

import Foundation
import Logging
import Persistence
import Synchronization
import Testing

@Suite struct SharedCommitTests {
  struct Refused: Error, Equatable {}

  @Test func `a commit is on disk before its answer: synchronous is FULL`() async throws {
    let test = try await TestDatabase()
    let pragmas = try await test.database.write { db in
      try ["synchronous", "foreign_keys"].map { try db.first("PRAGMA \($0)") { $0.int(0) } }
    }
    #expect(pragmas == [2, 1])
    let mode = try await test.database.read { try $0.first("PRAGMA journal_mode") { $0.text(0) } }
    #expect(mode == "wal")
  }

  @Test func `of 64 writers at once the refused ones leave nothing and do not hurt the others`() async throws {
    let test = try await TestDatabase()
    let commits = Mutex(0)
    test.database.onCommit = { commits.withLock { $0 += 1 } }
    let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<64 {
        group.addTask {
          do {
            try await test.database.write { db in
              try Journal.append([.sample(1)], to: "request/\(number)", expecting: 0, by: .system, recorded: 1, in: db)
              if number % 8 == 3 { throw Refused() }
              try Journal.append([.sample(2)], to: "request/\(number)", expecting: 1, by: .system, recorded: 1, in: db)
            }
            return false
          } catch is Refused {
            return true
          }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(refused == 8)
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 112)
    #expect(try await test.database.number("SELECT count(DISTINCT stream) FROM journal") == 56)
    #expect((1...64).contains(commits.withLock { $0 }))
  }

  @Test func `an inner savepoint undoes itself alone`() async throws {
    let test = try await TestDatabase()
    try await test.database.write { db in
      try Journal.append([.sample(1)], to: "a/1", expecting: 0, by: .system, recorded: 1, in: db)
      do {
        try db.savepoint {
          try Journal.append([.sample(1)], to: "a/2", expecting: 0, by: .system, recorded: 1, in: db)
          throw Refused()
        }
      } catch is Refused {}
      try db.savepoint { _ = try Journal.append([.sample(1)], to: "a/3", expecting: 0, by: .system, recorded: 1, in: db) }
    }
    let streams = try await test.database.read { try $0.rows("SELECT stream FROM journal ORDER BY stream") { $0.text(0) } }
    #expect(streams == ["a/1", "a/3"])
  }

  @Test func `a second row with the same key is refused by the name of its columns`() async throws {
    let test = try await TestDatabase()
    let insert = "INSERT INTO personal (hash, subject, field) VALUES ('h', 's', 'f')"
    try await test.database.run(insert)
    await #expect(throws: DatabaseError.notUnique("personal.hash")) { try await test.database.run(insert) }
  }

  @Test func `when the queue is full the next write is told to come back`() async throws {
    let test = try await TestDatabase(options: .init(queueLimit: 2, batchLimit: 1))
    let gate = DispatchSemaphore(value: 0)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let first = Task {
      try await test.database.write { _ in
        start.yield(); gate.wait()
      }
    }
    for await _ in started { break }
    // The first runs; two more may wait, the other two are refused.
    let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          do { try await test.database.write { _ in }; return true } catch DatabaseError.busy(retryAfter: 1) { return false }
        }
      }
      var outcomes: [Bool] = []
      for try await outcome in group {
        outcomes.append(outcome)
        if outcomes.count == 2 { gate.signal() }
      }
      return outcomes
    }
    try await first.value
    #expect(outcomes == [false, false, true, true])
  }

  @Test func `after closing nothing is taken in and everything is in the file`() async throws {
    let test = try await TestDatabase()
    try await test.database.fill("request/1", count: 3)
    try await test.database.close()
    await #expect(throws: DatabaseError.self) { try await test.database.fill("request/1", count: 1) }
    let wal = try? FileManager.default.attributesOfItem(atPath: test.path + "-wal")[.size] as? Int
    #expect((wal ?? 0) == 0)
    let reopened = try SQLiteDatabase(path: test.path, logger: .init(label: "test"))
    #expect(try await reopened.number("SELECT count(*) FROM journal") == 3)
  }
}

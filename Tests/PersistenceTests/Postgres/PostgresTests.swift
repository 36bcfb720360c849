import Foundation
import Logging
import Synchronization
import TestEngines
import Testing

@testable import Persistence

/// Needs a server: `Scripts/with-postgres swift test --filter PersistenceTests`.
@Suite(.enabled(if: TestEngine.server != nil)) struct PostgresTests {
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func database(writers: Int = 4, migrations: [Migration] = [.journal]) async throws -> PostgresDatabase {
    let url = try await TestEngine.freshSchema(at: try #require(TestEngine.server))
    let database = try PostgresDatabase(url: url, options: .init(writers: writers, readers: 2), logger: quiet)
    try await Migrator.migrate(migrations, in: database, at: 1)
    return database
  }

  @Test func `values come back as they went in`() async throws {
    let database = try await database()
    let text = "堵塞 'quoted' \"?\" \\ 👩‍⚕️"
    let found = try await database.write { db in
      try db.execute("CREATE TABLE thing (i BIGINT, t TEXT, b BYTEA, f SMALLINT, r DOUBLE PRECISION)")
      try db.execute(
        "INSERT INTO thing VALUES (?, ?, ?, ?, ?) -- really?",
        [.integer(.min), .text(text), .blob([0, 255, 92]), .bool(true), .real(0.5)])
      try db.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", [nil, .text(""), .blob([]), nil, nil])
      return try db.rows("SELECT i, t, b, f, r FROM thing WHERE t <> '?' ORDER BY i NULLS LAST") {
        [$0.value(0), $0.value(1), $0.value(2), $0.value(3), $0.value(4)]
      }
    }
    #expect(found[0] == [.integer(.min), .text(text), .blob([0, 255, 92]), .integer(1), .real(0.5)])
    #expect(found[1] == [nil, .text(""), .blob([]), nil, nil])
  }

  @Test func `text sorts by its bytes, as in SQLite`() async throws {
    let database = try await database(migrations: [Migration("1", tables: [:], "CREATE TABLE word (word TEXT NOT NULL PRIMARY KEY)")])
    try await database.write { db in
      for word in ["b", "A", "a", "B", "-", "中"] { try db.execute("INSERT INTO word VALUES (?)", [.text(word)]) }
    }
    let words = try await database.read { try $0.rows("SELECT word FROM word ORDER BY word") { $0.text(0) } }
    #expect(words == ["-", "A", "B", "a", "b", "中"])
  }

  @Test func `a unique index names its table and columns, never the value`() async throws {
    let database = try await database()
    try await database.fill("request/a", count: 1)
    await #expect(throws: DatabaseError.notUnique("journal.stream, journal.version")) {
      try await database.write { db in
        try db.execute(
          """
          INSERT INTO journal (stream, version, kind, schema, body, actor, occurred, recorded, previous_hash, hash)
          SELECT stream, version, kind, schema, body, actor, occurred, recorded, previous_hash, hash FROM journal
          """)
      }
    }
  }

  @Test func `a write whose failure was swallowed is not committed`() async throws {
    let database = try await database()
    await #expect(throws: DatabaseError.self) {
      try await database.write { db in
        try db.execute("INSERT INTO personal (hash, subject, field) VALUES ('h', 's', 'f')")
        _ = try? db.execute("INSERT INTO personal (hash, subject, field) VALUES ('h', 's', 'f')")
      }
    }
    #expect(try await database.number("SELECT COUNT(*) FROM personal") == 0)
  }

  @Test func `a savepoint undoes what failed, and the rest stands`() async throws {
    let database = try await database()
    try await database.write { db in
      try db.execute("INSERT INTO personal (hash, subject, field) VALUES ('h', 's', 'f')")
      _ = try? db.savepoint { try db.execute("INSERT INTO personal (hash, subject, field) VALUES ('h', 's', 'f')") }
      try db.execute("INSERT INTO personal (hash, subject, field) VALUES ('i', 's', 'f')")
    }
    #expect(try await database.number("SELECT COUNT(*) FROM personal") == 2)
  }

  @Test func `sixty-four writers on ten streams lose nothing and leave no gap`() async throws {
    let database = try await database(writers: 8)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<640 {
        group.addTask { try await database.fill("request/\(number % 10)", count: 1) }
      }
      try await group.waitForAll()
    }
    let streams = try await database.read { db in
      try db.rows("SELECT COUNT(*), MAX(version), MIN(version) FROM journal GROUP BY stream") { [$0.int(0), $0.int(1), $0.int(2)] }
    }
    #expect(streams == Array(repeating: [64, 64, 1], count: 10))
    #expect(try await JournalVerifier.run(database: database).findings.isEmpty)
  }

  @Test func `of two who saw the same version one wins, and the other is told`() async throws {
    let database = try await database()
    try await database.fill("request/a", count: 3)
    let results = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do {
            try await database.write { db in
              try Journal.append([.sample(4)], to: "request/a", expecting: 3, by: .system, recorded: 9, in: db)
            }
            return true
          } catch { return false }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.sorted { $0 && !$1 } == [true, false])
  }

  @Test func `a reader of new rows does not pass a transaction that is still open`() async throws {
    let database = try await database(), entered = DispatchSemaphore(value: 0), leave = DispatchSemaphore(value: 0)
    let late = Task {
      try await database.write { db in
        try Journal.append([.sample(1)], to: "request/late", expecting: 0, by: .system, recorded: 1, in: db)
        entered.signal()
        leave.wait()
      }
    }
    await Task.detached { Self.wait(entered) }.value
    try await database.fill("request/quick", count: 2)
    #expect(try await JournalHorizon.settled(in: database, patience: .milliseconds(50)) == 0)
    leave.signal()
    try await late.value
    let horizon = try await JournalHorizon.settled(in: database)
    let streams = try await database.read { try Journal.page(after: 0, through: horizon, limit: 10, in: $0) }.map(\.stream)
    #expect(streams == ["request/late", "request/quick", "request/quick"])
  }

  @Test func `a connection that is cut before the commit costs nothing but another run`() async throws {
    let database = try await database(), runs = Mutex(0)
    try await database.write { db in
      let first = runs.withLock {
        $0 += 1; return $0 == 1
      }
      if first { _ = try? db.rows("SELECT pg_terminate_backend(pg_backend_pid())") { _ in } }
      try Journal.append([.sample(1)], to: "request/a", expecting: 0, by: .system, recorded: 1, in: db)
    }
    #expect(runs.withLock { $0 } == 2)
    #expect(try await database.number("SELECT COUNT(*) FROM journal") == 1)
  }

  @Test func `a connection that is lost at the commit is looked up before anything is answered`() async throws {
    let database = try await database()
    // The server commits, and its answer does not reach us.
    try await database.write { db in
      try Journal.append([.sample(1)], to: "request/a", expecting: 0, by: .system, recorded: 1, in: db)
      shutdown((db as! PostgresConnection).socket, Int32(SHUT_RD))
    }
    #expect(try await database.number("SELECT COUNT(*) FROM journal") == 1)
    // Without anything to look for it is not known, and said so.
    await #expect(throws: DatabaseError.unknownOutcome) {
      try await database.write { db in
        try db.execute("INSERT INTO personal (hash, subject, field) VALUES ('h', 's', 'f')")
        shutdown((db as! PostgresConnection).socket, Int32(SHUT_RD))
      }
    }
  }

  @Test func `two nodes that start at once migrate once`() async throws {
    let url = try await TestEngine.freshSchema(at: try #require(TestEngine.server))
    let nodes = try (0..<4).map { _ in try PostgresDatabase(url: url, options: .init(writers: 1, readers: 1), logger: quiet) }
    let applied = try await withThrowingTaskGroup(of: [String].self) { group in
      for node in nodes { group.addTask { try await Migrator.migrate([.journal], in: node, at: 1) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(applied == ["0001-journal"])
  }

  @Test func `a server that is not there is said plainly, without the password`() throws {
    let error = #expect(throws: DatabaseError.self) {
      try PostgresDatabase(url: "postgres://weibao:secret@127.0.0.1:1/x", logger: quiet)
    }
    guard case .unreachable(let why) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!why.contains("secret"))
  }

  private static func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }
}

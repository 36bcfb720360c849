import Persistence
import Testing

@Suite struct MigratorTests {
  static let next = Migration("0002-next", tables: ["next": .operational], "CREATE TABLE next (id TEXT NOT NULL PRIMARY KEY)")

  @Test func `what is missing is applied once, in order`() async throws {
    let test = try await TestDatabase(migrations: [])
    #expect(try await Migrator.pending([.journal, Self.next], in: test.database) == ["0001-journal", "0002-next"])
    #expect(try await Migrator.migrate([.journal], in: test.database) == ["0001-journal"])
    #expect(try await Migrator.pending([.journal, Self.next], in: test.database) == ["0002-next"])
    #expect(try await Migrator.migrate([.journal, Self.next], in: test.database) == ["0002-next"])
    #expect(try await Migrator.migrate([.journal, Self.next], in: test.database) == [])
  }

  @Test func `a newer database is refused in words`() async throws {
    let test = try await TestDatabase(migrations: [.journal, Self.next])
    let error = await #expect(throws: MigrationError.self) { try await Migrator.migrate([.journal], in: test.database) }
    #expect(error?.description.contains("0002-next") == true)
  }

  @Test func `a migration that fails leaves nothing`() async throws {
    let test = try await TestDatabase()
    let broken = Migration("0003-broken", tables: ["half": .operational], "CREATE TABLE half (id TEXT)", "CREATE TABEL x (y)")
    await #expect(throws: DatabaseError.self) { try await Migrator.migrate([.journal, broken], in: test.database) }
    #expect(try await test.database.number("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0)
    #expect(try await Migrator.pending([.journal, broken], in: test.database) == ["0003-broken"])
  }

  @Test func `every table has a class`() async throws {
    let test = try await TestDatabase()
    let made = try await test.database.read { db in
      try db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") { $0.text(0) }
    }
    #expect(Set(made) == Set([Migration.journal].tables.keys))
  }
}

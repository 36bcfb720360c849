#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Brings the schema forward, one transaction a migration. It never goes back: an older program refuses a newer file.
public enum Migrator {
  /// The table of names is made by the migrator itself.
  public static let tables: [String: TableClass] = ["migration": .operational]

  private static let table = "CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, applied BIGINT NOT NULL)"

  /// Applies what is missing, in the order given; answers the names applied.
  ///
  /// - Parameter applied: UTC milliseconds, kept beside each name; nil takes the system's clock.
  /// - Throws: ``MigrationError/unknown(_:)`` when the database is newer than the program.
  @discardableResult
  public static func migrate(
    _ migrations: [Migration], in database: any SQLDatabase, at applied: Int64? = nil
  ) async throws -> [String] {
    let dialect = database.dialect
    try await makeTable(in: database)
    _ = try missing(migrations, given: try await names(in: database))
    let time = applied ?? systemTime()
    var done: [String] = []
    for migration in migrations {
      let isNew = try await database.write { db in
        if let lock = dialect.migrationLock { try db.execute(lock) }
        // Looked up in the writing transaction: another process may migrate at the same time.
        let known = try db.first("SELECT 1 FROM migration WHERE name = ?", [.text(migration.name)]) { _ in true }
        guard known == nil else { return false }
        for statement in migration.statements { try db.execute(dialect.schema(statement)) }
        try db.execute("INSERT INTO migration (name, applied) VALUES (?, ?)", [.text(migration.name), .integer(time)])
        return true
      }
      if isNew { done.append(migration.name) }
    }
    return done
  }

  /// Of two nodes that make it at the same moment PostgreSQL refuses one, for all its IF NOT EXISTS: then it is there.
  private static func makeTable(in database: any SQLDatabase) async throws {
    do { try await database.write { db in try db.execute(database.dialect.schema(table)) } } catch let error as DatabaseError {
      let isThere = try? await database.read { db in try db.first("SELECT COUNT(*) FROM migration") { $0.int(0) } }
      guard isThere != nil else { throw error }
    }
  }

  /// The names not yet applied, in order; all of them for an empty database.
  ///
  /// - Throws: ``MigrationError/unknown(_:)`` when the database is newer than the program.
  public static func pending(_ migrations: [Migration], in database: any SQLDatabase) async throws -> [String] {
    try missing(migrations, given: try await names(in: database))
  }

  private static func missing(_ migrations: [Migration], given applied: [String]) throws -> [String] {
    let known = migrations.map(\.name)
    let unknown = Set(applied).subtracting(known).sorted()
    guard unknown.isEmpty else { throw MigrationError.unknown(unknown) }
    return known.filter { !applied.contains($0) }
  }

  private static func names(in database: any SQLDatabase) async throws -> [String] {
    do {
      return try await database.read { db in try db.rows("SELECT name FROM migration ORDER BY name") { $0.text(0) } }
    } catch DatabaseError.other {
      return []  // no such table: nothing was applied yet
    }
  }

  private static func systemTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// The database and the program do not fit.
public enum MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The database has migrations this program has never heard of.
  case unknown([String])

  public var description: String {
    switch self {
    case .unknown(let names):
      """
      The database was written by a newer weibao (it has \(names.joined(separator: ", "))). \
      Use that version, or restore an older backup.
      """
    }
  }
}

extension [Migration] {
  /// The class of every table these migrations make, and of the migrator's own.
  public var tables: [String: TableClass] {
    reduce(into: Migrator.tables) { all, migration in all.merge(migration.tables) { _, last in last } }
  }
}

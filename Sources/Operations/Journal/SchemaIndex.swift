import Persistence

/// An index that a migration made and no later one took away. Those that keep keys unique are rules, the others are for speed alone.
struct SchemaIndex: Hashable, Sendable {
  let name, table, statement: String
  let isUnique: Bool

  private init?(_ statement: String) {
    guard let found = statement.firstMatch(of: #/^CREATE (?<unique>UNIQUE )?INDEX (?<name>\w+) ON (?<table>\w+) /#) else { return nil }
    (name, table) = (String(found.name), String(found.table))
    (isUnique, self.statement) = (found.unique != nil, statement)
  }

  static let all: [SchemaIndex] = Schema.migrations.flatMap(\.statements).reduce(into: []) { indexes, statement in
    if let index = SchemaIndex(statement) { indexes.append(index) }
    if let dropped = statement.firstMatch(of: #/^DROP INDEX (?<name>\w+)$/#)?.name { indexes.removeAll { $0.name == dropped } }
  }

  /// Those of a table that rows are the sooner written without.
  static func forSpeed(of table: String) -> [SchemaIndex] { all.filter { $0.table == table && !$0.isUnique } }

  /// Those of some that are not there.
  static func missing(_ indexes: [SchemaIndex], in database: any SQLDatabase) async throws -> [SchemaIndex] {
    let there = Set(try await database.read { db in try db.rows(database.dialect.indexNames, []) { $0.text(0) } })
    return indexes.filter { !there.contains($0.name) }
  }

  /// Each in a transaction of its own.
  static func make(_ indexes: [SchemaIndex], in database: any SQLDatabase) async throws {
    let dialect = database.dialect
    for index in indexes {
      try await database.write { db in
        if let unhurried = dialect.unhurried { try db.execute(unhurried) }
        try db.execute(dialect.schema(index.statement))
      }
    }
  }
}

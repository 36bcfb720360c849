import Foundation
import Persistence
import TestEngines
import Testing

/// Rows by the thousand come in as they would one by one, on either engine.
@Suite struct BulkInsertTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "weibao-\(UUID())")
  private let columns = ["id", "name", "count", "share", "bytes"]

  private func open() async throws -> any SQLDatabase {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let database = try await TestEngine.database(in: folder)
    let table = database.dialect.schema(
      "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, count BIGINT, share DOUBLE PRECISION, bytes BLOB)")
    try await database.write { db in try db.execute(table) }
    return database
  }

  private func all(_ database: any SQLDatabase) async throws -> [[SQLValue]] {
    try await database.read { db in
      try db.rows("SELECT id, name, count, share, bytes FROM thing ORDER BY id") { row in (0..<row.count).map { row.value($0) } }
    }
  }

  @Test func `every kind of value and every awkward character comes back as it went in`() async throws {
    let database = try await open()
    let texts = [
      "", " ", "\t", "a\nb\r\n", "\\", "\\N", "\\.", "\\x41", "'\"", "堵塞𠮷😀", "\u{1}\u{1F}\u{7F}", #"{"a":"\n\\"}"#,
      String(repeating: "长\t", count: 50_000),
    ]
    var rows: [[SQLValue]] = texts.enumerated().map { index, text in
      [
        .int(index), .text(text), .integer(index % 2 == 0 ? .max : .min), .real(0.1 * Double(index) + 0.5),
        .blob([0, 9, 10, 92, UInt8(index), 255]),
      ]
    }
    rows.append([.int(texts.count), .null, .null, .null, .null])
    rows.append([.int(texts.count + 1), .text("x"), .integer(0), .real(1e300), .blob([])])
    let given = rows
    let written = try await database.write { [columns] db in try db.insert(given, into: "thing", columns: columns) }
    #expect(written == rows.count)
    #expect(try await all(database) == rows)
    let none = try await database.write { [columns] db in try db.insert([], into: "thing", columns: columns) }
    #expect(none == 0)
    try await database.close()
    try FileManager.default.removeItem(at: folder)
  }

  @Test func `a row that is there already undoes the write, and is told as everywhere`() async throws {
    let database = try await open()
    let rows: [[SQLValue]] = [[.int(1), .text("a")], [.int(2), .text("b")], [.int(1), .text("c")]]
    await #expect(throws: DatabaseError.notUnique("thing.id")) {
      try await database.write { db in try db.insert(rows, into: "thing", columns: ["id", "name"]) }
    }
    #expect(try await all(database).isEmpty)
    // The connection goes on.
    try await database.write { db in
      try db.insert([[.int(7), .text("z")]], into: "thing", columns: ["id", "name"])
      try db.execute("UPDATE thing SET name = 'y' WHERE id = 7")
    }
    #expect(try await all(database).map { $0[1] } == [.text("y")])
    try await database.close()
    try FileManager.default.removeItem(at: folder)
  }

  @Test func `rows that cannot be made, or are too short, leave nothing and do not hold the connection`() async throws {
    struct Broken: Error {}
    let database = try await open()
    await #expect(throws: Broken.self) {
      try await database.write { db in
        var count = 0
        try db.insert(into: "thing", columns: ["id", "name"]) {
          count += 1
          if count > 20_000 { throw Broken() }
          return [.int(count), .text("row \(count)")]
        }
      }
    }
    await #expect(throws: DatabaseError.self) {
      try await database.write { db in try db.insert([[.int(1)]], into: "thing", columns: ["id", "name"]) }
    }
    await #expect(throws: DatabaseError.self) {
      try await database.write { db in try db.insert([[.int(1)]], into: "nothing", columns: ["id"]) }
    }
    #expect(try await all(database).isEmpty)
    try await database.close()
    try FileManager.default.removeItem(at: folder)
  }
}

import Foundation
import Logging
import Persistence

/// A database file of its own for one test, gone with it.
final class TestDatabase: Sendable {
  let folder: URL
  let database: SQLiteDatabase

  var path: String { folder.appending(path: "test.sqlite").path }

  init(options: SQLiteDatabase.Options = .init(), migrations: [Migration] = [.journal]) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "weibao-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appending(path: "test.sqlite").path
    database = try SQLiteDatabase(path: path, options: options, logger: Logger(label: "test"))
    try await Migrator.migrate(migrations, in: database, at: 1)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

extension NewEvent {
  static func sample(_ number: Int, kind: String = "reported") -> NewEvent {
    NewEvent(kind: kind, schema: 1, body: #"{"summary":"第\#(number)号"}"#, occurred: 1_000 + Int64(number))
  }
}

extension SQLDatabase {
  /// Appends so many events to a stream, in one write.
  func fill(_ stream: String, count: Int, kind: String = "reported", recorded: Int64 = 2_000) async throws {
    try await write { db in
      let events = (1...count).map { NewEvent.sample($0, kind: kind) }
      try Journal.append(events, to: stream, expecting: nil, by: .system, recorded: recorded, in: db)
    }
  }

  func run(_ sql: String, _ arguments: [SQLValue] = []) async throws {
    try await write { db in try db.execute(sql, arguments) }
  }

  func number(_ sql: String) async throws -> Int {
    try await read { db in try db.first(sql) { $0.int(0) } ?? 0 }
  }
}

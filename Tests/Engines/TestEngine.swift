public import Foundation
public import Logging
public import Persistence

/// The engine the tests run on: SQLite, or the PostgreSQL that `Scripts/with-postgres` started.
public enum TestEngine {
  /// Where the server is; nil on SQLite.
  public static let server: String? = ProcessInfo.processInfo.environment["WEIBAO_TEST_POSTGRES"]
  public static var dialect: SQLDialect { server == nil ? .sqlite : .postgres }

  /// An empty database of its own for one test.
  ///
  /// - Parameter folder: where SQLite's file lies.
  public static func database(in folder: URL, logger: Logger = Logger(label: "test")) async throws -> any SQLDatabase {
    guard let server else { return try SQLiteDatabase(path: folder.appending(path: "test.sqlite").path, logger: logger) }
    return try PostgresDatabase(
      url: try await freshSchema(at: server, logger: logger), options: .init(writers: 2, readers: 1), logger: logger)
  }

  /// A schema is as good as a database, and made in a millisecond.
  public static func freshSchema(at server: String, logger: Logger = Logger(label: "test")) async throws -> String {
    let name = "test_\(UUID().uuidString.lowercased().filter { $0 != "-" })"
    let database = try PostgresDatabase(url: server, options: .init(writers: 1, readers: 1), logger: logger)
    try await database.write { db in try db.execute("CREATE SCHEMA \(name)") }
    try await database.close()
    return "\(server)&options=-csearch_path%3D\(name)"
  }
}

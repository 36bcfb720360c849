import Domain
import Foundation
public import Persistence

/// `weibao import --all FILE` into an empty database of either engine. The file is read through twice: whole and unaltered first,
/// then row by row; projections are made from the journal at the end.
public struct CompanyImport: Sendable {
  /// Rows in one transaction where they do not all go into one.
  static let batch = 4_000

  let company: Company

  /// - Parameter company: on a migrated database without a journal.
  public init(_ company: Company) { self.company = company }

  /// - Returns: rows by table.
  /// - Throws: ``MoveRefusal``; nothing is left behind of a file that is refused.
  public func run(from path: String, progress: (@Sendable (Int) -> Void)? = nil) async throws -> [String: Int] {
    try await refuseOccupied()
    try Self.check(path)
    return try await load(progress) { try CompanyLines(DiskBytes(path)) }
  }

  private func refuseOccupied() async throws {
    let isEmpty = try await company.database.read { db in try db.first("SELECT 1 FROM journal LIMIT 1") { _ in true } == nil }
    guard isEmpty else { throw MoveRefusal.notEmpty }
    if try await Housekeeping.isServing(company) { throw RebuildRefusal.serving }
  }

  /// - Parameter lines: opens them at their beginning; they were checked. May be asked again.
  func load(_ progress: (@Sendable (Int) -> Void)? = nil, _ lines: @escaping @Sendable () throws -> CompanyLines) async throws -> [String:
    Int]
  {
    try await refuseOccupied()
    let database = company.database
    try await UnfinishedImport.begin(in: database)
    let counts = database.dialect.takesAllAtOnce ? try await loadAtOnce(progress, lines) : try await loadInParts(progress, lines())
    if let renumber = database.dialect.renumberJournal {
      try await database.write { db in _ = try db.rows(renumber) { _ in } }
    }
    _ = try await Rebuild(company).run()
    if let look = database.dialect.look(at: Schema.tables.keys), let unhurried = database.dialect.unhurried {
      try await database.write { db in
        try db.execute(unhurried)
        try db.execute(look)
      }
    }
    try await UnfinishedImport.end(in: database)
    return counts
  }

  /// All or nothing.
  private func loadAtOnce(
    _ progress: (@Sendable (Int) -> Void)?, _ open: @escaping @Sendable () throws -> CompanyLines
  ) async throws -> [String: Int] {
    let dialect = company.database.dialect
    return try await company.database.write { db in
      if let unhurried = dialect.unhurried { try db.execute(unhurried) }
      let lines = try open()
      var counts: [String: Int] = [:], total = 0
      while let table = try lines.nextTable() {
        counts[table.name] = try db.insert(into: table.name, columns: table.columns) {
          total += 1
          if total.isMultiple(of: 10_000) { progress?(total) }
          return try lines.nextRow()
        }
      }
      try Self.compare(counts, lines)
      return counts
    }
  }

  private func loadInParts(_ progress: (@Sendable (Int) -> Void)?, _ lines: CompanyLines) async throws -> [String: Int] {
    var counts: [String: Int] = [:], total = 0
    while let table = try lines.nextTable() {
      counts[table.name] = 0
      while true {
        var rows: [[SQLValue]] = []
        while rows.count < Self.batch, let row = try lines.nextRow() { rows.append(row) }
        guard !rows.isEmpty else { break }
        let batch = rows
        try await company.database.write { db in _ = try db.insert(batch, into: table.name, columns: table.columns) }
        counts[table.name, default: 0] += batch.count
        total += batch.count
        progress?(total)
      }
    }
    try Self.compare(counts, lines)
    return counts
  }

  private static func compare(_ counts: [String: Int], _ lines: CompanyLines) throws {
    for (table, count) in counts where lines.end?["rows"]?[table]?.integer != Int64(count) {
      throw MoveRefusal.damaged(line: lines.number, "\(table) has \(count) rows, the end says otherwise")
    }
  }

  /// Reads the file to its end: the hash must be that of the bytes before the last line.
  private static func check(_ path: String) throws {
    _ = try CompanyLines(DiskBytes(path))
    let source = try DiskBytes(path)
    var hash = PassingHash(), tail: [UInt8] = [], lines = 0
    while let piece = try source.next() {
      // The last line is shorter than this; what is before it is hashed as it comes.
      tail.append(contentsOf: piece)
      let sure = max(tail.count - (1 << 16), 0)
      lines += tail[..<sure].count { $0 == 0x0A }
      tail.withUnsafeBytes { hash.add(UnsafeRawBufferPointer(rebasing: $0[..<sure])) }
      tail.removeFirst(sure)
    }
    lines += tail.count { $0 == 0x0A }
    guard tail.last == 0x0A else { throw MoveRefusal.damaged(line: lines + 1, "the end is missing") }
    let last = (tail.dropLast().lastIndex(of: 0x0A) ?? -1) + 1
    tail.withUnsafeBytes { hash.add(UnsafeRawBufferPointer(rebasing: $0[..<last])) }
    guard let end = try? JSONValue(parsing: String(decoding: tail[last...], as: UTF8.self)), let named = end["sha256"]?.text else {
      throw MoveRefusal.damaged(line: lines, "the end is missing")
    }
    guard named == hash.text else { throw MoveRefusal.damaged(line: lines, "the bytes are not those that were written") }
  }
}

/// A mark in the database while a company comes in: one that was cut off is not taken for a whole one.
public enum UnfinishedImport {
  private static let name = "import"

  static func begin(in database: any SQLDatabase) async throws {
    try await database.write { db in
      // It ends when the import does, never by itself.
      try db.execute(
        "INSERT INTO lease (name, holder, expires) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        [.text(name), .text(name), .integer(.max)])
    }
  }

  static func end(in database: any SQLDatabase) async throws {
    try await database.write { db in try db.execute("DELETE FROM lease WHERE name = ?", [.text(name)]) }
  }

  /// - Throws: ``MoveRefusal/unfinished``.
  public static func refuse(in database: any SQLDatabase) async throws {
    let stands = try await database.read { db in try db.first("SELECT 1 FROM lease WHERE name = ?", [.text(name)]) { _ in true } ?? false }
    if stands { throw MoveRefusal.unfinished }
  }
}

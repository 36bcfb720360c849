import Domain
import Foundation
import Persistence
import Synchronization

/// `weibao export --all FILE`: one consistent state of everything, also while serving.
public struct CompanyExport: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - path: a new file; it is on disk when this returns.
  ///   - progress: called now and then with the number of rows written.
  /// - Returns: rows by table.
  /// - Throws: ``MoveRefusal/cannotWrite(_:)``.
  public func run(to path: String, progress: (@Sendable (Int) -> Void)? = nil) async throws -> [String: Int] {
    let now = try company.clock()
    let dialect = company.database.dialect
    guard !FileManager.default.fileExists(atPath: path) else { throw MoveRefusal.cannotWrite(path) }
    do {
      let file = try ArchiveFile(creating: path)
      // It is the thread behind that uses it, until that has finished.
      nonisolated(unsafe) let shared = file
      return try await company.database.read { db in
        // The body may run again: then it begins the file anew.
        try shared.restart()
        let hash = Mutex(PassingHash())
        let behind = Behind<[UInt8]> { piece in
          try piece.withUnsafeBytes { bytes in
            hash.withLock { $0.add(bytes) }
            try shared.write(bytes)
          }
        }
        let counts: [String: Int]
        do {
          counts = try CompanyText.write(made: now, dialect: dialect, in: db, pieces: 1 << 20, to: behind.take, progress: progress)
        } catch {
          try? behind.finish()
          throw error
        }
        try behind.finish()
        try CompanyText.end(counts, sha256: hash.withLock { $0.text }).withUnsafeBytes { try shared.write($0) }
        try shared.finish()
        return counts
      }
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      if error is ArchiveError { throw MoveRefusal.cannotWrite(path) }
      throw error
    }
  }
}

/// A company's lines, as they go into a file of their own or into a backup.
enum CompanyText {
  /// Writes the head and all rows.
  ///
  /// - Parameters:
  ///   - size: of a piece, about; each ends with a line.
  ///   - take: gets the pieces in order.
  /// - Returns: rows by table.
  static func write(
    made: Instant, dialect: SQLDialect, in db: any SQLReader, pieces size: Int, to take: ([UInt8]) throws -> Void,
    progress: (@Sendable (Int) -> Void)?
  ) throws -> [String: Int] {
    var piece = line { json in
      json.field("format", CompanyFile.format)
      json.field("version", CompanyFile.version)
      json.field("made", made)
      json.array("migrations", Schema.migrations.map(\.name)) { $0.value($1) }
    }
    piece.reserveCapacity(size + size / 8)
    var counts: [String: Int] = [:], total = 0
    for table in CompanyFile.tables {
      guard let shape = try TableShape.of(table, dialect: dialect, in: db) else { continue }
      piece += line { json in
        json.field("table", shape.name)
        json.array("columns", shape.columns) { $0.value($1) }
      }
      let width = shape.columns.count, before = total
      let order = shape.key.isEmpty ? "" : " ORDER BY \(shape.key.joined(separator: ", "))"
      try db.forEach("SELECT \(shape.columns.joined(separator: ", ")) FROM \(shape.name)\(order)", []) { row in
        RowText.append(row, width: width, to: &piece)
        total += 1
        if piece.count >= size {
          try take(piece)
          piece = []
          piece.reserveCapacity(size + size / 8)
        }
        if total.isMultiple(of: 10_000) { progress?(total) }
        return true
      }
      counts[table] = total - before
    }
    if !piece.isEmpty { try take(piece) }
    return counts
  }

  /// The last line.
  ///
  /// - Parameter sha256: of all before it; nil where something else keeps the pieces' hashes.
  static func end(_ counts: [String: Int], sha256: String?) -> [UInt8] {
    line { json in
      json.object("rows") { json in for table in counts.keys.sorted() { json.field(table, counts[table]) } }
      if let sha256 { json.field("sha256", sha256) }
    }
  }

  private static func line(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.object { body(&$0) }
    return json.bytes + [0x0A]
  }
}

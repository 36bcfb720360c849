import Crypto
import Domain
import Foundation
import Persistence

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
      // The body may run again: then it begins the file anew.
      return try await company.database.read { db in
        var file = try LineFile(writing: path)
        var head = JSONWriter()
        head.object { json in
          json.field("format", CompanyFile.format)
          json.field("version", 1)
          json.field("made", now)
          json.array("migrations", Schema.migrations.map(\.name)) { $0.value($1) }
        }
        try file.write(head)
        var counts: [String: Int] = [:]
        for table in CompanyFile.tables {
          guard let shape = try TableShape.of(table, dialect: dialect, in: db) else { continue }
          counts[table] = try Self.write(shape, to: &file, in: db) { progress?(counts.values.reduce(0, +) + $0) }
        }
        try file.finish(counts)
        return counts
      }
    } catch is LineFile.Failed {
      try? FileManager.default.removeItem(atPath: path)
      throw MoveRefusal.cannotWrite(path)
    }
  }

  private static func write(_ shape: TableShape, to file: inout LineFile, in db: any SQLReader, _ progress: (Int) -> Void) throws -> Int {
    var title = JSONWriter()
    title.object { json in
      json.field("table", shape.name)
      json.array("columns", shape.columns) { $0.value($1) }
    }
    try file.write(title)
    var count = 0
    let order = shape.key.isEmpty ? "" : " ORDER BY \(shape.key.joined(separator: ", "))"
    var open = file
    try db.forEach("SELECT \(shape.columns.joined(separator: ", ")) FROM \(shape.name)\(order)", []) { row in
      var line = JSONWriter()
      let values = (0..<shape.columns.count).map { row.value($0) }
      line.array(nil, values) { CompanyFile.write($1, to: &$0) }
      try open.write(line)
      count += 1
      if count.isMultiple(of: 10_000) { progress(count) }
      return true
    }
    file = open
    return count
  }
}

/// Writes lines through a buffer, and their hash with them.
private struct LineFile {
  struct Failed: Error {}

  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var hash = SHA256()

  init(writing path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Failed() }
    self.handle = handle
  }

  mutating func write(_ line: JSONWriter) throws {
    buffer.append(contentsOf: line.bytes)
    buffer.append(0x0A)
    if buffer.count > 1 << 20 { try flush() }
  }

  mutating func finish(_ counts: [String: Int]) throws {
    try flush()
    let digest = hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    var end = JSONWriter()
    end.object { json in
      json.object("rows") { json in for table in counts.keys.sorted() { json.field(table, counts[table]) } }
      json.field("sha256", digest)
    }
    try write(end)
    try flush()
    do {
      try handle.synchronize()
      try handle.close()
    } catch { throw Failed() }
  }

  private mutating func flush() throws {
    hash.update(data: buffer)
    do { try handle.write(contentsOf: buffer) } catch { throw Failed() }
    buffer.removeAll(keepingCapacity: true)
  }
}

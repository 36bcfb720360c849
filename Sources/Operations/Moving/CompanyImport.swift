import Crypto
import Domain
import Foundation
import Persistence

/// `weibao import --all FILE` into an empty database of either engine. The file is read through twice: whole and unaltered first,
/// then row by row in short transactions; projections are made from the journal at the end.
public struct CompanyImport: Sendable {
  let company: Company

  /// - Parameter company: on a migrated database without a journal.
  public init(_ company: Company) { self.company = company }

  /// - Returns: rows by table.
  /// - Throws: ``MoveRefusal``; nothing is left behind of a file that is refused.
  public func run(from path: String, progress: (@Sendable (Int) -> Void)? = nil) async throws -> [String: Int] {
    let isEmpty = try await company.database.read { db in try db.first("SELECT 1 FROM journal LIMIT 1") { _ in true } == nil }
    guard isEmpty else { throw MoveRefusal.notEmpty }
    try Self.check(path)
    var reader = try LineReader(path)
    var counts: [String: Int] = [:]
    var table: (name: String, sql: String, width: Int)?
    var rows: [[SQLValue]] = []
    _ = try reader.next()
    while let line = try reader.next() {
      guard let json = try? JSONValue(parsing: line.text) else { throw MoveRefusal.damaged(line: line.number, "not JSON") }
      if let items = json.array, let into = table {
        let values = items.compactMap(CompanyFile.value)
        guard values.count == items.count, values.count == into.width else {
          throw MoveRefusal.damaged(line: line.number, "a row of \(into.name) has other columns")
        }
        rows.append(values)
        if rows.count == 400 { try await flush(&rows, into, &counts, progress) }
      } else {
        if let into = table { try await flush(&rows, into, &counts, progress) }
        guard let name = json["table"]?.text else { break }
        table = try statement(name, json["columns"]?.array?.compactMap(\.text) ?? [], line.number)
        counts[name] = 0
      }
    }
    if let renumber = company.database.dialect.renumberJournal {
      try await company.database.write { db in _ = try db.rows(renumber) { _ in } }
    }
    _ = try await Rebuild(company).run()
    return counts
  }

  private func statement(_ table: String, _ columns: [String], _ line: Int) throws -> (name: String, sql: String, width: Int) {
    // Names go into SQL: only ours may.
    guard CompanyFile.tables.contains(table),
      columns.allSatisfy({ $0.allSatisfy { $0.isLetter || $0 == "_" || ("0"..."9").contains($0) } }), !columns.isEmpty
    else {
      throw MoveRefusal.damaged(line: line, "there is no table \(table)")
    }
    let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    return (table, "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))", columns.count)
  }

  private func flush(
    _ rows: inout [[SQLValue]], _ table: (name: String, sql: String, width: Int), _ counts: inout [String: Int],
    _ progress: (@Sendable (Int) -> Void)?
  ) async throws {
    let batch = rows
    guard !batch.isEmpty else { return }
    // Many rows a statement: to a server each statement is a journey.
    let group = 50
    let values = " (\(Array(repeating: "?", count: table.width).joined(separator: ", ")))"
    let many = table.sql + String(repeating: ",\(values)", count: group - 1)
    try await company.database.write { db in
      for start in stride(from: 0, to: batch.count, by: group) {
        let part = batch[start..<min(start + group, batch.count)]
        if part.count == group { try db.execute(many, Array(part.joined())) } else { for row in part { try db.execute(table.sql, row) } }
      }
    }
    counts[table.name, default: 0] += batch.count
    rows.removeAll(keepingCapacity: true)
    progress?(counts.values.reduce(0, +))
  }

  /// Reads the file to its end: the head must be ours, and the hash that of the bytes.
  private static func check(_ path: String) throws {
    var reader = try LineReader(path)
    guard let first = try reader.next(), let head = try? JSONValue(parsing: first.text), head["format"]?.text == CompanyFile.format,
      head["version"]?.integer == 1
    else { throw MoveRefusal.damaged(line: 1, "this is no company's file") }
    let known = Set(Schema.migrations.map(\.name))
    let unknown = (head["migrations"]?.array ?? []).compactMap(\.text).filter { !known.contains($0) }
    guard unknown.isEmpty else { throw MoveRefusal.newer(unknown) }
    var before = SHA256(), all = SHA256()
    var last = first
    all.update(data: Array(first.text.utf8) + [0x0A])
    while let line = try reader.next() {
      before = all
      all.update(data: Array(line.text.utf8) + [0x0A])
      last = line
    }
    let digest = before.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    guard let end = try? JSONValue(parsing: last.text), let named = end["sha256"]?.text else {
      throw MoveRefusal.damaged(line: last.number, "the end is missing")
    }
    guard named == digest else { throw MoveRefusal.damaged(line: last.number, "the bytes are not those that were written") }
  }
}

/// A file line by line, a megabyte at a time.
private struct LineReader {
  private let handle: FileHandle
  private let path: String
  private var buffer: [UInt8] = []
  private var start = 0
  private var number = 0
  private var isAtEnd = false

  init(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw MoveRefusal.cannotRead(path) }
    (self.handle, self.path) = (handle, path)
  }

  mutating func next() throws -> (number: Int, text: String)? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        number += 1
        return (number, String(decoding: buffer[start..<end], as: UTF8.self))
      }
      guard !isAtEnd else { return nil }
      buffer.removeFirst(start)
      (start, searched) = (0, buffer.count)
      do {
        guard let more = try handle.read(upToCount: 1 << 20), !more.isEmpty else {
          isAtEnd = true
          continue
        }
        buffer.append(contentsOf: more)
      } catch { throw MoveRefusal.cannotRead(path) }
    }
  }
}

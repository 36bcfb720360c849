import Domain
import Foundation
import Persistence
import Synchronization

/// `weibao export --tables DIR`: everything the company has, a file a register and list, for other systems and for leaving us. One
/// consistent state, also while serving; row by row, so a million cases need no more memory than ten.
public struct TableExport: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - folder: a new one; it is whole and on disk when this returns, and not there before.
  ///   - format: `csv` or `jsonl`.
  ///   - chinese: headings in Chinese.
  /// - Returns: rows by table.
  /// - Throws: ``MoveRefusal/cannotWrite(_:)``.
  public func run(
    to folder: String, format: String, chinese: Bool, by actor: Actor, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [String: Int] {
    guard let format = TableFormat(rawValue: format), !FileManager.default.fileExists(atPath: folder) else {
      throw MoveRefusal.cannotWrite(folder)
    }
    let now = try company.clock(), partial = "\(folder).partial"
    try? FileManager.default.removeItem(atPath: partial)
    defer { try? FileManager.default.removeItem(atPath: partial) }
    try await company.logExport(of: "tables", by: actor)
    let state = ExportState(now: now, policies: company.policies)
    do {
      let entries = try await company.database.read { db in
        // The body may run again: then it begins anew.
        try? FileManager.default.removeItem(atPath: partial)
        try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var entries: [TableManifest.Entry] = [], done = 0
        for table in ExportTable.all {
          let file = "\(table.name).\(format.rawValue)"
          let before = done
          let (rows, hash) = try Self.write(table, format, chinese, to: "\(partial)/\(file)", state, in: db) { progress?(before + $0) }
          done += rows
          entries.append(.init(name: table.name, file: file, rows: rows, bytes: hash.size, sha256: hash.text))
        }
        return entries
      }
      let manifest = TableManifest(made: now, format: format, chinese: chinese, entries: entries)
      for (name, text) in [("manifest.json", manifest.text), ("README.txt", TableReadme.text(format))] {
        let file = try ArchiveFile(creating: "\(partial)/\(name)")
        try Array(text.utf8).withUnsafeBytes { try file.write($0) }
        try file.finish()
      }
      try DurableFolder.sync(partial)
      guard rename(partial, folder) == 0 else { throw MoveRefusal.cannotWrite(folder) }
      try DurableFolder.sync((folder as NSString).deletingLastPathComponent)
      return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.rows) })
    } catch is ArchiveError {
      throw MoveRefusal.cannotWrite(folder)
    } catch is CocoaError {
      throw MoveRefusal.cannotWrite(folder)
    }
  }

  private static func write(
    _ table: ExportTable, _ format: TableFormat, _ chinese: Bool, to path: String, _ state: ExportState, in db: any SQLReader,
    _ progress: (Int) -> Void
  ) throws -> (rows: Int, hash: PassingHash) {
    // The thread behind uses it, until that has finished.
    nonisolated(unsafe) let file = try ArchiveFile(creating: path)
    let hash = Mutex(PassingHash())
    let behind = Behind<[UInt8]> { piece in
      try piece.withUnsafeBytes { bytes in
        hash.withLock { $0.add(bytes) }
        try file.write(bytes)
      }
    }
    var piece = format.headings(table, chinese: chinese), rows = 0
    do {
      try table.read(state, db) { cells in
        precondition(cells.count == table.columns.count, "\(table.name) gives a cell for each of its columns")
        format.append(cells, of: table, to: &piece)
        rows += 1
        if piece.count >= 1 << 20 {
          try behind.take(piece)
          piece.removeAll(keepingCapacity: true)
        }
        if rows.isMultiple(of: 10_000) { progress(rows) }
      }
      try behind.take(piece)
    } catch {
      try? behind.finish()
      throw error
    }
    try behind.finish()
    try file.finish()
    return (rows, hash.withLock { $0 })
  }
}

/// What the folder holds: counts and hashes, to be compared after a journey.
struct TableManifest {
  struct Entry: Sendable {
    let name, file: String
    let rows: Int
    let bytes: Int64
    let sha256: String
  }
  let made: Instant
  let format: TableFormat
  let chinese: Bool
  let entries: [Entry]

  var text: String {
    var json = JSONWriter()
    json.object { json in
      json.field("format", "weibao-tables")
      json.field("version", 1)
      json.field("made", made)
      json.field("files", format.rawValue)
      json.field("headings", format == .csv ? (chinese ? "zh" : "en") : nil)
      json.array("tables", entries) { json, entry in
        json.object { json in
          json.field("name", entry.name)
          json.field("file", entry.file)
          json.field("rows", entry.rows)
          json.field("bytes", entry.bytes)
          json.field("sha256", entry.sha256)
        }
      }
    }
    return json.text + "\n"
  }
}

/// What each file and column means, in both languages.
enum TableReadme {
  static func text(_ format: TableFormat) -> String {
    var lines = [
      "weibao export --tables: everything of one company, as it was at one moment.",
      "Text is UTF-8. Times are UTC (RFC 3339). Words such as states are those of the API. `manifest.json` has each file's rows and SHA-256.",
      format == .csv
        ? "CSV after RFC 4180; a cell that a spreadsheet would compute begins with an apostrophe. Lists are JSON in their cell."
        : "JSON Lines: one object a line; what is empty is null.",
      "It holds personal data. Keep it as safe as the database.", "",
      "weibao export --tables：一个公司在同一时刻的全部数据。",
      "文字为 UTF-8，时间为协调世界时（UTC，RFC 3339），状态等用词与接口一致。manifest.json 列出每个文件的行数与 SHA-256。",
      format == .csv ? "CSV 按 RFC 4180；会被电子表格当成公式的单元格前加单引号；列表以 JSON 写在单元格中。" : "JSON Lines：每行一个对象，空值为 null。",
      "其中含个人信息，请与数据库同样妥善保管。", "",
    ]
    for table in ExportTable.all {
      lines.append("== \(table.name).\(format.rawValue): \(table.title.english) / \(table.title.chinese)")
      for column in table.columns {
        let english = column.note.isEmpty ? column.english : column.note
        lines.append("\(column.name) (\(column.chinese)): \(english)\(column.chineseNote.isEmpty ? "" : " / \(column.chineseNote)")")
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }
}

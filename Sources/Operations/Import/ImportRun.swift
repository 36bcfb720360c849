import Domain
import Persistence

extension Migration {
  /// How far an import came that has not ended: the next run of the same file goes on there. Merged: it never changes.
  static let importRuns = Migration(
    "0020-import-runs", tables: ["import_run": .operational],
    """
    CREATE TABLE import_run (
      file TEXT NOT NULL, -- SHA-256 of the file and how it was read
      kind TEXT NOT NULL,
      applied BIGINT NOT NULL, -- lines of data, from the first
      moved BIGINT NOT NULL, -- UTC milliseconds
      PRIMARY KEY (file, kind)
    )
    """,
    "CREATE INDEX import_run_moved ON import_run (moved)")
}

extension Migration {
  /// The lines that an import which has not ended left out because they were bad: the next run of the same file looks at them anew,
  /// and at them only. Merged: it never changes.
  static let importRefused = Migration(
    "0024-import-refused", tables: ["import_refused": .operational],
    """
    CREATE TABLE import_refused (
      file TEXT NOT NULL, -- as in import_run
      kind TEXT NOT NULL,
      line BIGINT NOT NULL, -- place among the lines of data, from 0
      PRIMARY KEY (file, kind, line)
    )
    """,
    // What such a run left out before this table was there is known to nobody: it begins anew.
    "DELETE FROM import_run WHERE file LIKE '% skip-bad%'")
}

/// One file on its way in. The row moves in the transaction of the lines themselves, so it never says more or less than what stands.
struct ImportRun: Sendable {
  let file: String
  let kind: ImportKind

  private static let days: Int64 = 30

  /// How many lines are applied already.
  func applied(in db: any SQLReader) throws -> Int {
    try db.first("SELECT applied FROM import_run WHERE file = ? AND kind = ?", [.text(file), .text(kind.rawValue)]) { $0.int(0) } ?? 0
  }

  /// Of the lines before, those that were left out because they were bad.
  func refused(in db: any SQLReader) throws -> Set<Int32> {
    Set(
      try db.rows("SELECT line FROM import_refused WHERE file = ? AND kind = ?", [.text(file), .text(kind.rawValue)]) { Int32($0.int(0)) })
  }

  /// Lets go of what nobody went on with, a bounded number at a time.
  func begin(at now: Instant, in db: any SQLWriter) throws {
    let old = "(file, kind) IN (SELECT file, kind FROM import_run WHERE moved < ? ORDER BY moved LIMIT 100)"
    for table in ["import_refused", "import_run"] {
      try db.execute("DELETE FROM \(table) WHERE \(old)", [.integer(now.milliseconds - Self.days * 86_400_000)])
    }
    try db.execute(
      "INSERT INTO import_run (file, kind, applied, moved) VALUES (?, ?, 0, ?) ON CONFLICT (file, kind) DO NOTHING",
      [.text(file), .text(kind.rawValue), .integer(now.milliseconds)])
  }

  /// - Throws: ``ImportRefusal/running``: another run of the same file moved it.
  func move(from before: Int, to after: Int, at now: Instant, in db: any SQLWriter) throws {
    let moved = try db.execute(
      "UPDATE import_run SET applied = ?, moved = ? WHERE file = ? AND kind = ? AND applied = ?",
      [.int(after), .integer(now.milliseconds), .text(file), .text(kind.rawValue), .int(before)])
    guard moved == 1 else { throw ImportRefusal.running }
  }

  /// Remembers lines that are left out, and forgets those that were and are not any more.
  ///
  /// - Throws: ``ImportRefusal/running``: another run of the same file took one of them.
  func leave(_ lines: [Int], but taken: [Int], in db: any SQLWriter) throws {
    try db.insert(
      lines.map { [.text(file), .text(kind.rawValue), .int($0)] }, into: "import_refused", columns: ["file", "kind", "line"])
    for line in taken {
      let forgotten = try db.execute(
        "DELETE FROM import_refused WHERE file = ? AND kind = ? AND line = ?", [.text(file), .text(kind.rawValue), .int(line)])
      guard forgotten == 1 else { throw ImportRefusal.running }
    }
  }

  func end(in db: any SQLWriter) throws {
    for table in ["import_refused", "import_run"] {
      try db.execute("DELETE FROM \(table) WHERE file = ? AND kind = ?", [.text(file), .text(kind.rawValue)])
    }
  }
}

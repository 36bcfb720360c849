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

/// One file on its way in. The row moves in the transaction of the lines themselves, so it never says more or less than what stands.
struct ImportRun: Sendable {
  let file: String
  let kind: ImportKind

  private static let days: Int64 = 30

  /// How many lines are applied already.
  func applied(in db: any SQLReader) throws -> Int {
    try db.first("SELECT applied FROM import_run WHERE file = ? AND kind = ?", [.text(file), .text(kind.rawValue)]) { $0.int(0) } ?? 0
  }

  /// Lets go of what nobody went on with, a bounded number at a time.
  func begin(at now: Instant, in db: any SQLWriter) throws {
    try db.execute(
      "DELETE FROM import_run WHERE (file, kind) IN (SELECT file, kind FROM import_run WHERE moved < ? ORDER BY moved LIMIT 100)",
      [.integer(now.milliseconds - Self.days * 86_400_000)])
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

  func end(in db: any SQLWriter) throws {
    try db.execute("DELETE FROM import_run WHERE file = ? AND kind = ?", [.text(file), .text(kind.rawValue)])
  }
}

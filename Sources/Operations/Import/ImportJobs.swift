import Domain
import Foundation
import Persistence
import Synchronization

/// Files sent to be imported (ORG-2). They lie in the folder of what is arriving until they are applied, a day at most, and never in
/// memory; rows say how far each is, so the page may be left, and a server that was stopped goes on.
public final class ImportJobs: Sendable {
  /// Of one person, not yet imported.
  static let openMost = 10
  static let keptDays: Int64 = 30

  let company: Company
  let imports: ImportOperations
  private let arriving = ArrivingFiles()
  /// Lines looked at, of what this node is at.
  let checked = Mutex<[String: Int]>([:])

  public init(_ company: Company) { (self.company, imports) = (company, ImportOperations(company)) }

  public static let fileBytes = ImportFile.bytesLimit

  // MARK: Sending

  /// Rights and limits, before a byte is read.
  public func begin(_ kind: ImportKind, size: Int?, by actor: Actor) async throws -> IncomingFile {
    try actor.require(kind.register.writing)
    guard let staff = actor.staff else { throw AccessError.notAllowed(kind.register.writing) }
    if let size, size > Self.fileBytes { throw ImportRefusal.tooLarge }
    let since = try company.clock().milliseconds - Self.keptDays * 86_400_000
    let open = try await company.database.read { db in
      try db.first(
        "SELECT COUNT(*) FROM import_job WHERE staff = ? AND created > ? AND state <> 'done' AND state <> 'failed'",
        [.text(staff.text), .integer(since)]
      ) { $0.int(0) } ?? 0
    }
    guard open < Self.openMost else { throw ImportJobError.tooMany(Self.openMost) }
    let store = company.files, name = "\((company.chance.newID(at: try company.clock()) as FileID).text).part"
    let place = try arriving.place(for: actor.author.actor, limit: 2)
    return try await DiskWork.run {
      try FileStore.makeFolder(store.root)
      return try IncomingFile(
        in: store, named: name, limit: Self.fileBytes, reserve: FileLimits.usual.reserveBytes, place: place)
    }
  }

  /// Keeps what arrived, to be looked at.
  ///
  /// - Parameter name: as its sender calls it; shown, never a path.
  public func send(_ incoming: IncomingFile, _ kind: ImportKind, name: String, by actor: Actor) async throws -> ImportJob {
    let (hash, _) = try await incoming.finish(), now = try company.clock()
    let id = (company.chance.newID(at: now) as FileID).text, path = path(id), staff = actor.staff?.text ?? ""
    try await DiskWork.run { guard rename(incoming.path, path) == 0 else { throw FileFault.here() } }
    let shown = String(FieldProblem.printable(name.isEmpty ? "\(kind.rawValue).csv" : String(name.suffix(120))))
    try await company.database.write { db in
      try db.execute(
        """
        INSERT INTO import_job (id, kind, name, hash, staff, state, skip_bad, lines, created, moved, held_until)
        VALUES (?, ?, ?, ?, ?, 'waiting', ?, 0, ?, ?, 0)
        """,
        [
          .text(id), .text(kind.rawValue), .text(shown), .text(hash), .text(staff), .bool(false), .integer(now.milliseconds),
          .integer(now.milliseconds),
        ])
    }
    return try await job(id, by: actor)
  }

  // MARK: Reading

  /// - Throws: ``AccessError/notFound(_:)``, also for what somebody else sent: it holds what they typed.
  public func job(_ id: String, by actor: Actor) async throws -> ImportJob {
    guard let staff = actor.staff?.text else { throw AccessError.notFound("import") }
    let found = try await company.database.read { [imports] db -> ImportJob? in
      let sql = "SELECT \(ImportJob.columns) FROM import_job WHERE id = ? AND staff = ?"
      guard var job = try db.first(sql, [.text(id), .text(staff)], { try ImportJob($0) }) ?? nil else { return nil }
      if job.state == .applying { job.done = try imports.applied(job.kind, job.hash, .init(skipBad: job.skipBad), in: db) }
      return job
    }
    guard var job = found else { throw AccessError.notFound("import") }
    try actor.require(job.kind.register.writing)
    if job.state == .checking { job.done = checked.withLock { $0[id] ?? 0 } }
    return job
  }

  /// What this person sent, newest first.
  public func recent(_ kind: ImportKind, limit: Int = 10, by actor: Actor) async throws -> [ImportJob] {
    try actor.require(kind.register.writing)
    guard let staff = actor.staff?.text else { return [] }
    return try await company.database.read { db in
      let sql = "SELECT \(ImportJob.columns) FROM import_job WHERE staff = ? ORDER BY created DESC LIMIT 100"
      return try db.rows(sql, [.text(staff)]) { try ImportJob($0) }.compactMap { $0 }.filter { $0.kind == kind }.prefix(limit).map { $0 }
    }
  }

  /// The lines that were refused, as a file to correct; nil where there are none.
  public func refused(_ id: String, by actor: Actor) async throws -> (job: ImportJob, bytes: FileBytes)? {
    let job = try await job(id, by: actor)
    let path = refusedPath(id)
    guard let bytes = try await DiskWork.run({ try FileBytes(path) }) else { return nil }
    try await company.logExport(of: "\(job.kind.rawValue): refused lines", by: actor)
    return (job, bytes)
  }

  // MARK: Deciding

  /// Has it applied; bad lines are left out where `skipBad` says so. What failed on the way may be ordered again.
  public func order(_ id: String, skipBad: Bool, by actor: Actor) async throws {
    let job = try await job(id, by: actor)
    let isAgain = job.state == .failed && job.lines > 0
    guard job.state == .checked || isAgain else { throw ImportJobError.notChecked }
    if job.state == .checked, let report = job.report {
      guard report.badLines == 0 || skipBad else { throw ImportJobError.notChecked }
      guard report.lines > report.badLines else { throw ImportJobError.nothingRight }
    }
    let path = path(id)
    guard try await DiskWork.run({ try FileBytes(path) }) != nil else { throw ImportJobError.gone }
    let moved = try await move(id, from: [job.state], to: .ordered, skipBad: isAgain ? job.skipBad : skipBad)
    guard moved else { throw ImportJobError.notChecked }
  }

  /// Lets go of the file.
  public func discard(_ id: String, by actor: Actor) async throws {
    let job = try await job(id, by: actor)
    guard !job.state.isUnderWay else { throw ImportJobError.underWay }
    try await company.database.write { db in
      guard try db.execute("DELETE FROM import_job WHERE id = ? AND state = ?", [.text(id), .text(job.state.rawValue)]) == 1 else {
        throw ImportJobError.underWay
      }
    }
    try await remove([path(id), refusedPath(id)])
  }

  private func move(_ id: String, from: [ImportJob.State], to: ImportJob.State, skipBad: Bool) async throws -> Bool {
    let clock = company.clock
    return try await company.database.write { db in
      let these = OneOf("state", from.map(\.rawValue))
      return try db.execute(
        "UPDATE import_job SET state = ?, skip_bad = ?, moved = ?, holder = NULL, held_until = 0 WHERE id = ? AND \(these.condition)",
        [.text(to.rawValue), .bool(skipBad), .integer(try clock().milliseconds), .text(id)] + these.values) == 1
    }
  }

  // MARK: Files

  func path(_ id: String) -> String { "\(company.files.incoming)/\(id).import" }
  func refusedPath(_ id: String) -> String { "\(company.files.incoming)/\(id).refused" }

  func remove(_ paths: [String]) async throws { try await DiskWork.run { for path in paths { unlink(path) } } }
}

import AsyncAlgorithms
import Domain
import Foundation
import Logging
import Persistence
public import ServiceLifecycle
import Synchronization

/// Looks at and applies the files that people sent, one after another. Of several nodes one takes each; when it is stopped, or killed,
/// another goes on where the journal is.
public struct ImportRunner: Service {
  public let jobs: ImportJobs
  private let holder: String
  /// A node that says nothing for so long has been killed.
  static let heldMilliseconds: Int64 = 60_000

  public init(_ jobs: ImportJobs) {
    self.jobs = jobs
    holder = String(jobs.company.chance.next(), radix: 16)
  }

  private var company: Company { jobs.company }

  public func run() async throws {
    var turn = 0
    for await _ in AsyncTimerSequence(interval: .milliseconds(400), clock: .continuous).cancelOnGracefulShutdown() {
      do {
        while !Task.isShuttingDownGracefully, try await work() {}
        if turn % 1_500 == 0 { try await sweep() }
        turn += 1
      } catch {
        company.logger.error("A file to import was left; the next turn takes it up again.", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Takes the oldest that waits.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public func work() async throws -> Bool {
    guard let job = try await claim() else { return false }
    do {
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          try await perform(job)
          return true
        }
        group.addTask {
          while true {
            try await Task.sleep(for: .seconds(15))
            try await hold(job.id)
          }
        }
        // Whichever ends first: done, or the other node's by now.
        _ = try await group.next()
        group.cancelAll()
      }
    } catch let refusal as any Refusal where !Self.passes(refusal) {
      try await end(job.id, .failed, ImportJobReport(refusal), lines: job.lines)
    } catch {
      // The disk, another run of the same file: later.
      try await release(job.id)
      throw error
    }
    return true
  }

  private static func passes(_ refusal: any Refusal) -> Bool {
    refusal.category == .unavailable || (refusal as? ImportRefusal) == .running
  }

  private func perform(_ job: ImportJob) async throws {
    guard let actor = try await company.database.read({ try Users.actor(job.staff, in: $0) }) else {
      throw AccessError.notAllowed(job.kind.register.writing)
    }
    let path = jobs.path(job.id)
    guard FileManager.default.fileExists(atPath: path) else { throw ImportJobError.gone }
    let file = try ImportFile(path: path), paper = RefusedPaper(jobs.refusedPath(job.id))
    let isCheck = job.state == .checking
    let report = try await jobs.imports.run(
      job.kind, file, .init(dryRun: isCheck, skipBad: job.skipBad), by: actor, refused: { try paper.write($0) },
      progress: { progress in
        if case .checked(let count) = progress { jobs.checked.withLock { $0[job.id] = count } }
      })
    try paper.finish()
    jobs.checked.withLock { $0[job.id] = nil }
    guard isCheck || report.badLines == 0 || report.skippedBad else {
      // Lines have become bad since it was looked at.
      return try await end(job.id, .checked, ImportJobReport(try await look(job, file, actor)), lines: report.lines)
    }
    try await end(job.id, isCheck ? .checked : .done, ImportJobReport(report), lines: report.lines)
    if !isCheck { try await jobs.remove([path]) }
  }

  private func look(_ job: ImportJob, _ file: ImportFile, _ actor: Actor) async throws -> ImportReport {
    try await jobs.imports.run(job.kind, file, .init(dryRun: true), by: actor)
  }

  // MARK: Rows

  private func claim() async throws -> ImportJob? {
    let company = company, holder = holder
    return try await company.database.write { db -> ImportJob? in
      let now = try company.clock().milliseconds
      let open = OneOf("state", ["applying", "checking", "ordered", "waiting"])
      let sql = "SELECT \(ImportJob.columns) FROM import_job WHERE \(open.condition) AND held_until < ? ORDER BY created LIMIT 1"
      guard let job = try db.first(sql, open.values + [.integer(now)], { try ImportJob($0) }) ?? nil else { return nil }
      let state: ImportJob.State = job.state == .waiting || job.state == .checking ? .checking : .applying
      try db.execute(
        "UPDATE import_job SET state = ?, holder = ?, held_until = ?, moved = ? WHERE id = ?",
        [.text(state.rawValue), .text(holder), .integer(now + Self.heldMilliseconds), .integer(now), .text(job.id)])
      return try db.first("SELECT \(ImportJob.columns) FROM import_job WHERE id = ?", [.text(job.id)]) { try ImportJob($0) } ?? nil
    }
  }

  /// - Throws: ``ImportRefusal/running`` where another node took it.
  private func hold(_ id: String) async throws {
    let company = company, holder = holder
    try await company.database.write { db in
      let until = try company.clock().milliseconds + Self.heldMilliseconds
      let held = try db.execute(
        "UPDATE import_job SET held_until = ? WHERE id = ? AND holder = ?", [.integer(until), .text(id), .text(holder)])
      guard held == 1 else { throw ImportRefusal.running }
    }
  }

  private func release(_ id: String) async throws {
    let company = company, holder = holder
    try await company.database.write { db in
      // Not at once again.
      let until = try company.clock().milliseconds + 5_000
      try db.execute(
        "UPDATE import_job SET holder = NULL, held_until = ? WHERE id = ? AND holder = ?", [.integer(until), .text(id), .text(holder)])
    }
  }

  private func end(_ id: String, _ state: ImportJob.State, _ report: ImportJobReport, lines: Int) async throws {
    let company = company, holder = holder, text = try report.text
    try await company.database.write { db in
      try db.execute(
        "UPDATE import_job SET state = ?, report = ?, lines = ?, moved = ?, holder = NULL, held_until = 0 WHERE id = ? AND holder = ?",
        [.text(state.rawValue), .text(text), .int(lines), .integer(try company.clock().milliseconds), .text(id), .text(holder)])
    }
  }

  /// What was sent long ago goes; its file went with what else nobody attached (``FileSweep``).
  func sweep() async throws {
    let company = company
    try await company.database.write { db in
      let now = try company.clock().milliseconds
      // What was looked at and not ordered holds lines as they came, with names and phones: it goes with the file itself.
      for (condition, days) in [("state = 'checked' AND ", Int64(1)), ("", ImportJobs.keptDays)] {
        try db.execute(
          "DELETE FROM import_job WHERE id IN (SELECT id FROM import_job WHERE \(condition)created < ? ORDER BY created LIMIT 200)",
          [.integer(now - days * 86_400_000)])
      }
    }
  }
}

/// The refused lines on their way to disk.
private final class RefusedPaper {
  private let path: String
  private var handle: FileHandle?

  init(_ path: String) {
    self.path = path
    unlink(path)
  }

  func write(_ text: String) throws {
    if handle == nil {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw FileFault.here()
      }
      handle = FileHandle(forWritingAtPath: path)
    }
    try handle?.write(contentsOf: Data(text.utf8))
  }

  func finish() throws { try handle?.close() }
}

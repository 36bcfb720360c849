import Domain
import Foundation
import Logging
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
    guard !FileManager.default.fileExists(atPath: path) else { throw MoveRefusal.cannotWrite(path) }
    await company.noteExport(of: "company", at: now)
    do {
      let file = try ExportFile(path)
      let counts = try await CompanyText.write(company, made: now, pieces: 1 << 20, to: file, progress: progress).counts
      try await onOwnThread { try file.finish(counts) }
      return counts
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      if error is ArchiveError { throw MoveRefusal.cannotWrite(path) }
      throw error
    }
  }
}

/// All lines in one file, and their hash at its end.
///
/// Safe to share because it is used by one thread at a time.
private final class ExportFile: LineTarget, @unchecked Sendable {
  private let file: ArchiveFile
  private var hash = PassingHash()

  init(_ path: String) throws { file = try ArchiveFile(creating: path) }

  func write(_ piece: LineBuffer) throws {
    try piece.withBytes { bytes in
      hash.add(bytes)
      try file.write(bytes)
    }
  }
  func again() throws {
    hash = PassingHash()
    try file.restart()
  }
  func finish(_ counts: [String: Int]) throws {
    try write(CompanyText.end(counts, sha256: hash.text))
    try file.finish()
  }
}

extension Company {
  /// The command line takes everything with it: that is on record before it begins. A database that cannot be written, on a full disk
  /// perhaps, is one that has to be carried away all the more; then the log of the program says it.
  func noteExport(of what: String, at now: Instant) async {
    let chance = chance
    do {
      try await database.write { db in
        try AccessLog.write(.exported, what: what, by: Actor.system.author.actor, at: now, chance: chance, in: db)
      }
    } catch {
      logger.warning(
        "This export is not in the access log: the database cannot be written.", metadata: ["what": "\(what)", "error": "\(error)"])
    }
  }
}

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
    guard !FileManager.default.fileExists(atPath: path) else { throw MoveRefusal.cannotWrite(path) }
    await company.logWholeExport(of: "company")
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

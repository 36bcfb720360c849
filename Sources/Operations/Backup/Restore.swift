import Domain
import Foundation
import Persistence

/// Puts a checked backup into an empty database, on either engine, and judges the record before anybody uses it.
public struct Restore: Sendable {
  public struct Report: Sendable {
    public var events: Int
    public var files: Int
    /// Values erased again that the backup still held.
    public var erased: Int
  }

  let company: Company

  /// - Parameter company: on a migrated database without a journal.
  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - keyPath: where the signing key goes when the backup has one and there is none; nil leaves it.
  ///   - erasures: what was erased since; see ``Erasures``.
  /// - Throws: ``BackupRefusal``, ``MoveRefusal``.
  public func run(
    _ backup: BackupReader, manifest: BackupManifest, keyPath: String?, erasures: Erasures, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> Report {
    var files = 0
    try backup.extract { name in
      if BackupManifest.isRows(name) { return nil }
      if name == BackupManifest.key {
        guard let keyPath, !FileManager.default.fileExists(atPath: keyPath) else { return nil }
        try Self.makeFolder((keyPath as NSString).deletingLastPathComponent)
        return keyPath
      }
      files += 1
      let target = "\(company.files.root)/\(name.dropFirst("files/".count))"
      try Self.makeFolder((target as NSString).deletingLastPathComponent)
      return target
    }
    let counts = try await CompanyImport(company).load(progress) { try backup.lines(manifest) }
    let verdict = try await Verify(company).run(files: false)  // what came is what the manifest says, hashed already
    if let finding = verdict.findings.first { throw BackupRefusal.recordBroken(finding.message) }
    guard counts["journal"] == manifest.events else {
      throw BackupRefusal.recordBroken("\(counts["journal"] ?? 0) events came, the manifest names \(manifest.events).")
    }
    // What waited then has been sent since, or nobody waits for it any more: a person decides.
    try await company.database.write { db in
      _ = try db.execute("UPDATE outbox SET state = 'dead', error = 'restored', holder = NULL WHERE state = 'waiting'")
    }
    let erased = try await ForgetOperations(company).replay(erasures)
    return Report(events: manifest.events, files: files, erased: erased)
  }

  private static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
}

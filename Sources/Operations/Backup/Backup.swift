import Domain
import Foundation
import Persistence

/// `weibao backup FILE`: one consistent state of the company, then its files, then a manifest of their hashes, in one tar. Goes on
/// beside a serving node: the database is read as it was at one moment, and files are never changed once they are there.
public struct Backup: Sendable {
  public struct Report: Sendable {
    public var manifest: BackupManifest
    /// Files of the company whose bytes are not those their name says: they are in the backup as they are.
    public var altered: [String] = []
  }

  let company: Company
  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - path: a new file; it is whole and on disk when this returns, and not there before.
  ///   - key: the private signing key's file, to be carried too; nil leaves it out.
  public func run(to path: String, key: String? = nil, progress: (@Sendable (Int) -> Void)? = nil) async throws -> Report {
    guard !FileManager.default.fileExists(atPath: path) else { throw BackupRefusal.exists(path) }
    let partial = "\(path).partial"
    try? FileManager.default.removeItem(atPath: partial)
    defer { try? FileManager.default.removeItem(atPath: partial) }
    let now = try company.clock()
    await company.logWholeExport(of: "backup")
    do {
      let pack = try BackupPack(partial, made: now)
      let rows = try await CompanyText.write(company, made: now, pieces: BackupPack.part, to: pack, progress: progress)
      try pack.write(CompanyText.end(rows.counts, sha256: nil))
      var altered: [String] = []
      let root = company.files.root
      for name in StoredFiles.names(in: root) {
        // Swept or erased while we come to it: the state that was read holds it no more, or says so soon.
        do {
          let hash = try pack.add("files/\(name)", fileAt: "\(root)/\(name)")
          if !name.hasSuffix(hash) { altered.append(name) }
        } catch ArchiveError.cannotOpen where !FileManager.default.fileExists(atPath: "\(root)/\(name)") { continue }
      }
      if let key { try pack.add(BackupManifest.key, fileAt: key) }
      let manifest = BackupManifest(
        made: "\(now)", engine: company.database.dialect.rawValue, events: rows.counts["journal"] ?? 0,
        checkpoint: rows.checkpoint, entries: pack.entries)
      try pack.finish(manifest)
      try FileManager.default.moveItem(atPath: partial, toPath: path)
      try DurableFolder.sync((path as NSString).deletingLastPathComponent)
      return Report(manifest: manifest, altered: altered)
    } catch let error as ArchiveError {
      throw BackupRefusal.cannotWrite("\(error)")
    }
  }
}

/// Files named after their SHA-256: `ab/abcdef…`.
enum StoredFiles {
  static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 64, parts[1].hasPrefix(parts[0]), parts[0].utf8.count == 2 else { return false }
    return parts[1].utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
  }

  /// In order; what is on its way in is no file yet.
  static func names(in root: String) -> [String] {
    let groups = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
    return groups.flatMap { group in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(group)")) ?? []).sorted().map { "\(group)/\($0)" }
    }.filter(isName)
  }
}

/// A name is on disk only when its folder is.
enum DurableFolder {
  static func sync(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw BackupRefusal.cannotWrite("the folder \(path) cannot be synced") }
  }
}

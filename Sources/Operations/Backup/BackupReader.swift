import Domain
import Foundation
import Persistence

/// A backup on disk: read through whole and compared with its manifest before anything of it is used.
public struct BackupReader: Sendable {
  let path: String

  public init(_ path: String) { self.path = path }

  // A backup is not packed: nothing in it can grow when it is read, so its own length is the limit.
  private static let limits = ArchiveLimits(entries: 50_000_000, entryBytes: .max / 4, totalBytes: .max / 2, ratio: 2)
  private static let manifestLimit = 1 << 30

  /// - Throws: ``BackupRefusal``.
  public func check() throws -> BackupManifest {
    try refusing {
      let reader = try ArchiveReader(path: path, [.tar], limits: Self.limits)
      var seen: [BackupManifest.Entry] = []
      var manifest: BackupManifest?
      var bytes: [UInt8] = [], isSealed = false
      while let entry = try reader.next() {
        if entry.name == BackupManifest.seal, manifest != nil, !isSealed {
          guard entry.size == 64, try reader.bytes() == Array(PassingHash.text(of: bytes).utf8) else {
            throw BackupRefusal.damaged(BackupManifest.name, "its hash differs")
          }
          isSealed = true
          continue
        }
        if let manifest { throw BackupRefusal.damaged(entry.name, "it stands behind the manifest of \(manifest.entries.count) entries") }
        if entry.name == BackupManifest.name {
          guard entry.size ?? .max < Self.manifestLimit else { throw BackupRefusal.damaged(entry.name, "it is too large") }
          bytes = try reader.bytes()
          manifest = try BackupManifest(parsing: bytes)
        } else {
          guard Self.isOurs(entry.name) else { throw BackupRefusal.damaged(entry.name, "no backup has such an entry") }
          var hash = PassingHash()
          try reader.read { hash.add($0) }
          seen.append(.init(name: entry.name, size: hash.size, sha256: hash.text))
        }
      }
      guard let manifest, isSealed else { throw BackupRefusal.notABackup("it has no manifest; it may be cut off") }
      for (said, found) in zip(manifest.entries, seen) where said != found {
        throw BackupRefusal.damaged(found.name, said.name == found.name ? "its hash differs" : "\(said.name) should stand there")
      }
      guard manifest.entries.count == seen.count, manifest.rows != nil else {
        throw BackupRefusal.damaged(BackupManifest.name, "it names other entries than there are")
      }
      return manifest
    }
  }

  /// Gives the bytes of each entry to a new file, where `place` names one; the manifest is left out.
  func extract(to place: (String) throws -> String?) throws {
    try refusing {
      let reader = try ArchiveReader(path: path, [.tar], limits: Self.limits)
      while let entry = try reader.next() {
        guard Self.isOurs(entry.name), let target = try place(entry.name) else { continue }
        let partial = "\(target).partial"
        try? FileManager.default.removeItem(atPath: partial)
        let file = try ArchiveFile(creating: partial)
        try reader.read { try file.write($0) }
        try file.finish()
        guard rename(partial, target) == 0 else { throw BackupRefusal.cannotWrite("no file can be made at \(target)") }
        try DurableFolder.sync((target as NSString).deletingLastPathComponent)
      }
    }
  }

  /// The company's lines, without a copy on the disk; each part is compared with the manifest once more as it passes.
  func lines(_ manifest: BackupManifest) throws -> CompanyLines {
    try refusing { try CompanyLines(BackupRows(ArchiveReader(path: path, [.tar], limits: Self.limits), manifest)) }
  }

  private static func isOurs(_ name: String) -> Bool {
    BackupManifest.isRows(name) || name == BackupManifest.key
      || (name.hasPrefix("files/") && StoredFiles.isName(String(name.dropFirst("files/".count))))
  }

  private func refusing<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ArchiveError {
      switch error {
      case .diskFull, .cannotWrite: throw BackupRefusal.cannotWrite("\(error)")
      default: throw BackupRefusal.notABackup("\(error)")
      }
    }
  }
}

/// The bytes of a backup's rows, part after part.
private final class BackupRows: ByteSource {
  private let reader: ArchiveReader
  private var expected: ArraySlice<BackupManifest.Entry>
  private var hash: PassingHash?

  init(_ reader: ArchiveReader, _ manifest: BackupManifest) { (self.reader, expected) = (reader, manifest.rows ?? []) }

  func next() throws -> UnsafeRawBufferPointer? {
    while true {
      if let piece = try reader.piece() {
        hash?.add(piece)
        return piece
      }
      if let hash {
        guard let entry = expected.popFirst(), entry.sha256 == hash.text else {
          throw BackupRefusal.damaged("the rows", "they changed after they were checked")
        }
      }
      hash = nil
      guard let entry = try reader.next(), entry.name == expected.first?.name else { return nil }
      hash = PassingHash()
    }
  }
}

import Domain
import Foundation
import Persistence

/// A backup while it is written. Rows go in by parts: a tar says an entry's length before its bytes, so a part is whole in memory first.
///
/// Safe to share because it is used by one thread at a time.
final class BackupPack: LineTarget, @unchecked Sendable {
  /// Bytes of a part, about.
  static let part = 8 << 20

  private let sink: ArchiveFile
  private let modified: Int64
  private var writer: ArchiveWriter
  private(set) var entries: [BackupManifest.Entry] = []

  init(_ path: String, made: Instant) throws {
    sink = try ArchiveFile(creating: path)
    modified = made.milliseconds / 1_000
    writer = try ArchiveWriter(.tar, to: sink, modified: modified)
  }

  func write(_ part: LineBuffer) throws {
    var hash = PassingHash()
    let name = BackupManifest.rows(part: entries.count + 1)
    try part.withBytes { bytes in
      hash.add(bytes)
      try writer.add(name, bytes)
    }
    try sink.startWriting()
    entries.append(.init(name: name, size: hash.size, sha256: hash.text))
  }

  func again() throws {
    try sink.restart()
    writer = try ArchiveWriter(.tar, to: sink, modified: modified)
    entries = []
  }

  /// - Returns: the file's SHA-256.
  @discardableResult
  func add(_ name: String, fileAt path: String) throws -> String {
    var hash = PassingHash()
    try writer.add(name, fileAt: path) { hash.add($0) }
    entries.append(.init(name: name, size: hash.size, sha256: hash.text))
    return hash.text
  }

  func finish(_ manifest: BackupManifest) throws {
    let text = Array(manifest.text.utf8)
    try writer.add(BackupManifest.name, text)
    try writer.add(BackupManifest.seal, Array(PassingHash.text(of: text).utf8))
    try writer.finish()
    try sink.finish()
  }
}

import Domain
import Foundation
import Persistence

/// A backup while it is written. Rows go in by parts: a tar says an entry's length before its bytes, so a part is whole in memory first.
/// While one part is hashed and written, the next is read from the database.
///
/// Safe to share because it is used by one thread at a time: rows are waited for before anything else is added.
final class BackupPack: @unchecked Sendable {
  /// Bytes of a part, about; three are in memory at most.
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

  func restart() throws {
    try sink.restart()
    writer = try ArchiveWriter(.tar, to: sink, modified: modified)
    entries = []
  }

  /// - Parameter make: hands over the rows' pieces, each ending with a line; answers rows by table.
  func addRows(_ make: (([UInt8]) throws -> Void) throws -> [String: Int]) throws -> [String: Int] {
    let behind = Behind<[UInt8]>(limit: 1) { try self.addPart($0) }
    let counts: [String: Int]
    do { counts = try make(behind.take) } catch {
      try? behind.finish()
      throw error
    }
    try behind.take(CompanyText.end(counts, sha256: nil))
    try behind.finish()
    return counts
  }

  private func addPart(_ bytes: [UInt8]) throws {
    var hash = PassingHash()
    bytes.withUnsafeBytes { hash.add($0) }
    let name = BackupManifest.rows(part: entries.count + 1)
    try writer.add(name, bytes)
    try sink.startWriting()
    entries.append(.init(name: name, size: hash.size, sha256: hash.text))
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

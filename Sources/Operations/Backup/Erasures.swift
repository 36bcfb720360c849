import Domain
import Foundation
import Persistence

/// What was erased, by hash and whose it was; no value of anybody. It lies in `DIR/erasures`, outside the database, so that an
/// older backup that still holds the values is rid of them before it is used.
public struct Erasures: Sendable, Hashable {
  /// Hashes by stream, such as `contact/ID`.
  public private(set) var bySubject: [String: Set<String>] = [:]

  public init() {}

  public var count: Int { bySubject.values.reduce(0) { $0 + $1.count } }

  /// Reads a ledger; one that is not there is empty.
  ///
  /// - Throws: ``BackupRefusal/damaged(_:_:)`` for a line that is none.
  public init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else { return }
    for (index, line) in String(decoding: bytes, as: UTF8.self).split(separator: "\n").enumerated() {
      let parts = line.split(separator: " ")
      guard parts.count == 2, parts[0].utf8.count == 64, parts[0].allSatisfy(\.isHexDigit) else {
        throw BackupRefusal.damaged(path, "line \(index + 1) is not a hash and a stream")
      }
      bySubject[String(parts[1]), default: []].insert(String(parts[0]))
    }
  }

  /// All that a database knows to be erased.
  public init(in company: Company) async throws {
    let rows = try await company.database.read { db in
      try db.rows("SELECT subject, hash FROM personal WHERE erased IS NOT NULL") { ($0.text(0), $0.text(1)) }
    }
    for (subject, hash) in rows { bySubject[subject, default: []].insert(hash) }
  }

  public mutating func add(_ other: Erasures) { bySubject.merge(other.bySubject) { $0.union($1) } }

  /// Adds to the ledger on disk, also while others do.
  static func append(_ hashes: [String], of subject: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw BackupRefusal.cannotWrite("\(path) cannot be opened") }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: Data(hashes.map { "\($0) \(subject)\n" }.joined().utf8))
      try file.synchronize()
    } catch { throw BackupRefusal.cannotWrite("\(path) takes no more") }
    try DurableFolder.sync((path as NSString).deletingLastPathComponent)
  }

  /// Writes it whole beside, then in place: never half a ledger.
  public func write(to path: String) throws {
    let lines = bySubject.sorted { $0.key < $1.key }.flatMap { subject, hashes in hashes.sorted().map { "\($0) \(subject)\n" } }
    let partial = "\(path).partial"
    try? FileManager.default.removeItem(atPath: partial)
    do {
      let file = try ArchiveFile(creating: partial)
      try Array(lines.joined().utf8).withUnsafeBytes { try file.write($0) }
      try file.finish()
    } catch let error as ArchiveError { throw BackupRefusal.cannotWrite("\(error)") }
    guard rename(partial, path) == 0 else { throw BackupRefusal.cannotWrite("\(path) cannot be replaced") }
    try DurableFolder.sync((path as NSString).deletingLastPathComponent)
  }
}

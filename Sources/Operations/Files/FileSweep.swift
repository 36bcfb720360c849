import AsyncAlgorithms
import Domain
import Foundation
import Logging
import Persistence
public import ServiceLifecycle

/// Lets go of uploads that nobody attached within a day, and of bytes that were erased. Several nodes may do it at once.
///
/// Nobody attaches a file older than 24 hours, and nothing younger than 25 is swept. An upload's row is there before its bytes are in
/// their place, so bytes without a row are nobody's. Bytes are taken aside, looked for again, and only then removed: whoever uploaded
/// the same ones in that moment has put them back.
public struct FileSweep: Service {
  let company: Company
  let limits: FileLimits
  /// In one go; the rest is for the next.
  static let batch = 200

  public init(_ company: Company, limits: FileLimits = .usual) { (self.company, self.limits) = (company, limits) }

  public func run() async throws {
    for await _ in AsyncTimerSequence(interval: .seconds(300), clock: .continuous).cancelOnGracefulShutdown() {
      do { _ = try await sweep() } catch {
        company.logger.error("Sweeping files failed; the next turn tries again.", metadata: ["error": "\(error)"])
      }
    }
  }

  /// - Returns: how many uploads went.
  public func sweep() async throws -> Int {
    let before = try company.clock().milliseconds - limits.sweptMilliseconds
    let old = try await company.database.read { db in
      try db.rows("SELECT id, sha256 FROM file WHERE created < ? ORDER BY created, id LIMIT ?", [.integer(before), .int(Self.batch)]) {
        (id: $0.text(0), sha256: $0.text(1))
      }
    }
    for sha256 in Set(old.map(\.sha256)).sorted() { try await letGo(sha256, before: before) }
    let uploads = try await company.database.read { db in
      try db.rows("SELECT id FROM upload WHERE created < ? ORDER BY created, id LIMIT ?", [.integer(before), .int(Self.batch)]) {
        $0.text(0)
      }
    }
    let store = company.files
    try await DiskWork.run { for id in uploads { try store.remove("\(store.incoming)/\(id).upload") } }
    try await company.database.write { db in
      // Bytes first, rows then: cut off in between, it is done again.
      for file in old { try db.execute("DELETE FROM file WHERE id = ?", [.text(file.id)]) }
      for id in uploads { try db.execute("DELETE FROM upload WHERE id = ?", [.text(id)]) }
    }
    try await leftovers(before: before)
    return old.count + uploads.count
  }

  /// Bytes of which an attachment was erased go now, if nobody else has them.
  func release(_ sha256: String) async throws {
    let before = try company.clock().milliseconds - limits.sweptMilliseconds
    try await letGo(sha256, before: before)
    try await company.database.write { db in
      try db.execute("DELETE FROM file WHERE sha256 = ? AND created < ?", [.text(sha256), .integer(before)])
    }
  }

  private func letGo(_ sha256: String, before: Int64) async throws {
    guard try await !isHeld(sha256, before: before) else { return }
    let store = company.files
    let away = try await DiskWork.run { () -> String? in
      let away = try store.takeAway(sha256)
      if away == nil { store.removePreviews(of: sha256) }
      return away
    }
    if let away { try await finish(away, sha256, before: before) }
  }

  private func finish(_ away: String, _ sha256: String, before: Int64) async throws {
    let store = company.files, isHeld = try await isHeld(sha256, before: before)
    try await DiskWork.run {
      if isHeld { return try store.place(away, as: sha256) }
      try store.remove(away)
      store.removePreviews(of: sha256)
    }
  }

  private func isHeld(_ sha256: String, before: Int64) async throws -> Bool {
    try await company.database.read { db in
      try db.first("SELECT 1 FROM attachment WHERE sha256 = ? AND erased_at IS NULL LIMIT 1", [.text(sha256)]) { _ in true }
        ?? db.first("SELECT 1 FROM file WHERE sha256 = ? AND created >= ? LIMIT 1", [.text(sha256), .integer(before)]) { _ in true }
        ?? false
    }
  }

  /// What somebody who was killed left behind.
  private func leftovers(before: Int64) async throws {
    let store = company.files
    let old = try await DiskWork.run { () -> [String] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: store.incoming)) ?? []
      return names.filter { name in
        var status = stat()
        guard stat("\(store.incoming)/\(name)", &status) == 0 else { return false }
        return Int64(status.st_ctim.tv_sec) * 1_000 < before
      }
    }
    for name in old.sorted().prefix(Self.batch) {
      if name.hasPrefix(FileStore.awayPrefix) {
        try await finish("\(store.incoming)/\(name)", String(name.dropFirst(FileStore.awayPrefix.count).prefix(64)), before: before)
      } else {
        try await DiskWork.run { try store.remove("\(store.incoming)/\(name)") }
      }
    }
  }
}

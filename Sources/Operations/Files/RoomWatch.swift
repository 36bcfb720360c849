import Domain
import Persistence

/// Looks at the free disk while bytes arrive: what was free when an upload began may be taken by others since.
struct RoomWatch: Sendable {
  static let every = 4 << 20

  let store: FileStore
  let reserve: Int
  private var sinceLast = 0

  init(_ store: FileStore, reserve: Int) { (self.store, self.reserve) = (store, reserve) }

  /// - Throws: `StorageRefusal.diskFull`.
  mutating func pass(_ bytes: Int) throws {
    sinceLast += bytes
    guard sinceLast >= Self.every else { return }
    sinceLast = 0
    if let free = store.freeBytes(), free < reserve { throw StorageRefusal.diskFull }
  }
}

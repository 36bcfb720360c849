import Domain
import Persistence

/// Looks at the free disk while bytes arrive: what was free when an upload began may be taken by others since.
struct RoomWatch: Sendable {
  static let every = 4 << 20

  let store: FileStore
  let reserve: Int
  /// The first bytes look: a piece of an upload may be smaller than what is written between two looks.
  private var sinceLast = RoomWatch.every

  init(_ store: FileStore, reserve: Int) { (self.store, self.reserve) = (store, reserve) }

  /// - Throws: `StorageRefusal.diskFull`.
  mutating func pass(_ bytes: Int) throws {
    sinceLast += bytes
    guard sinceLast >= Self.every else { return }
    if let free = store.freeBytes(), free < reserve { throw StorageRefusal.diskFull }
    sinceLast = 0
  }
}

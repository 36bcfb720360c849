import Domain
import Foundation
import Persistence
import Synchronization

/// A file while it arrives: written piece by piece beside its final place, hashed on the way, never whole in memory.
public final class IncomingFile: Sendable {
  private struct State {
    var descriptor: Int32
    var hash = PassingHash()
    var room: RoomWatch
  }

  let path: String
  let limit: Int
  private let state: Mutex<State>
  private let place: ArrivingFiles.Place?

  /// - Throws: ``StorageRefusal``.
  init(in store: FileStore, named name: String, limit: Int, reserve: Int, place: ArrivingFiles.Place? = nil) throws {
    try FileStore.makeFolder(store.incoming)
    path = "\(store.incoming)/\(name)"
    (self.limit, self.place) = (limit, place)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileFault.here() }
    state = Mutex(State(descriptor: descriptor, room: RoomWatch(store, reserve: reserve)))
  }

  deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

  /// One piece after the other: the caller waits for each.
  ///
  /// - Throws: ``UploadRefusal/tooLarge(_:)``, ``StorageRefusal``.
  public func write(_ bytes: [UInt8]) async throws {
    try await DiskWork.run { [self] in
      try state.withLock { state in
        guard Int(state.hash.size) + bytes.count <= limit else { throw UploadRefusal.tooLarge(limit) }
        try bytes.withUnsafeBytes { all in
          try state.room.pass(all.count)
          try Self.writeAll(all, to: state.descriptor, at: Int(state.hash.size))
          state.hash.add(all)
        }
      }
    }
  }

  /// Syncs what was written; answers what it is.
  func finish() async throws -> (sha256: String, size: Int) {
    try await DiskWork.run { [self] in
      try state.withLock { state in
        guard fsync(state.descriptor) == 0 else { throw FileFault.here() }
        let closed = close(state.descriptor)
        state.descriptor = -1
        guard closed == 0 else { throw FileFault.here() }
        return (state.hash.text, Int(state.hash.size))
      }
    }
  }

  /// Nothing half kept.
  public func discard() async { try? await DiskWork.run { [path] in _ = unlink(path) } }

  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileFault.here() }
      done += count
    }
  }
}

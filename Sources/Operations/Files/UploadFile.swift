import Foundation
import Persistence
import Synchronization

/// The bytes of an upload so far. ``offset`` is as far as they are without a gap.
final class UploadFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let end: Mutex<Int>
  private let room: Mutex<RoomWatch>

  var offset: Int { end.withLock { $0 } }

  static func path(of state: UploadState, in store: FileStore) -> String { "\(store.incoming)/\(state.id).upload" }

  static func open(_ state: UploadState, in store: FileStore, reserve: Int) async throws -> UploadFile {
    try await DiskWork.run { try UploadFile(state, in: store, reserve: reserve) }
  }

  private init(_ state: UploadState, in store: FileStore, reserve: Int) throws {
    try FileStore.makeFolder(store.incoming)
    path = Self.path(of: state, in: store)
    room = Mutex(RoomWatch(store, reserve: reserve))
    descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileFault.here() }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw FileFault.here()
    }
    // Restored from a backup, or lost with a disk: then it begins where the bytes end.
    end = Mutex(min(state.offset, Int(status.st_size)))
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8], at place: Int) async throws {
    try await DiskWork.run { [self] in
      let known = offset
      guard place <= known, place + bytes.count > known else { return }
      try room.withLock { try $0.pass(place + bytes.count - known) }
      try bytes.dropFirst(known - place).withUnsafeBytes { try IncomingFile.writeAll($0, to: descriptor, at: known) }
      end.withLock { $0 = place + bytes.count }
    }
  }

  func sync() async throws {
    try await DiskWork.run { [self] in guard fsync(descriptor) == 0 else { throw FileFault.here() } }
  }
}

import Foundation
import Persistence

/// An open file, read piece by piece without holding a thread that others need.
public final class FileBytes: Sendable {
  public let size: Int
  private let descriptor: Int32

  /// Nil when there is no such file.
  init?(_ path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileFault.here()
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFault.here() }
    size = Int(status.st_size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Up to `count` bytes from `offset`; fewer only at the end.
  public func read(_ count: Int, at offset: Int) async throws -> [UInt8] {
    try await DiskWork.run { [self] in
      var failed = false
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
          let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
          if got < 0, errno == EINTR { continue }
          failed = got < 0
          if got <= 0 { return }
          filled += got
        }
      }
      if failed { throw FileFault.here() }
      return bytes
    }
  }
}

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where an archive's bytes go, in order.
public protocol ArchiveSink: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError)
}

/// In memory: for small ones.
public final class ArchiveMemory: ArchiveSink {
  public private(set) var bytes: [UInt8] = []

  public init() {}
  public func write(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
}

/// A new file that nobody else may read. It is on disk when ``finish()`` returns.
public final class ArchiveFile: ArchiveSink {
  public let path: String
  public private(set) var count: Int64 = 0
  private var descriptor: Int32
  private var started: Int64 = 0

  /// - Throws: `cannotWrite` when there is such a file already, or the folder takes none.
  public init(creating path: String) throws(ArchiveError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure() }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      #else
        let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw Self.failure()
      }
      count += Int64(written)
      rest = rest.dropFirst(written)
    }
  }

  /// Lets the disk begin with what was written, so that ``finish()`` has less to wait for.
  public func startWriting() throws(ArchiveError) {
    #if canImport(Glibc)
      // Only a hint: what it cannot do is done at the end.
      _ = sync_file_range(descriptor, off_t(started), 0, 2)  // SYNC_FILE_RANGE_WRITE
      started = count
    #endif
  }

  /// Begins anew with an empty file.
  public func restart() throws(ArchiveError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure() }
    (count, started) = (0, 0)
  }

  public func finish() throws(ArchiveError) {
    guard fsync(descriptor) == 0 else { throw Self.failure() }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw Self.failure() }
  }

  static func failure() -> ArchiveError {
    let code = errno
    return code == ENOSPC || code == EDQUOT ? .diskFull : .cannotWrite(String(cString: strerror(code)))
  }
}

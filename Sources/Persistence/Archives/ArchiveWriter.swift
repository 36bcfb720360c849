import CArchive

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes an archive entry by entry, in the order given. The same entries make the same bytes: times are what is said, owners are
/// nobody, modes are 0644.
public final class ArchiveWriter {
  private let archive: OpaquePointer
  private let entry: OpaquePointer
  private let context: Context
  private let modified: Int64
  private var names: Set<String> = []
  private var isOpen = true

  /// Keeps what the sink threw while C was in between.
  private final class Context {
    let sink: any ArchiveSink
    var failure: ArchiveError?
    init(_ sink: any ArchiveSink) { self.sink = sink }
  }

  /// - Parameters:
  ///   - modified: the time of every entry, in seconds since 1970.
  public init(_ format: ArchiveFormat, to sink: any ArchiveSink, modified: Int64) throws(ArchiveError) {
    guard let archive = archive_write_new(), let entry = archive_entry_new() else { throw .cannotWrite("no memory") }
    (self.archive, self.entry, self.modified, context) = (archive, entry, modified, Context(sink))
    switch format {
    case .tar, .tarGzip, .tarZstandard: archive_write_set_format_pax_restricted(archive)
    case .zip:
      archive_write_set_format_zip(archive)
      archive_write_zip_set_compression_deflate(archive)
    }
    switch format {
    case .tarGzip:
      archive_write_add_filter_gzip(archive)
      // Else it would hold the hour of writing.
      archive_write_set_filter_option(archive, "gzip", "timestamp", nil)
    case .tarZstandard: archive_write_add_filter_zstd(archive)
    case .tar, .zip: break
    }
    // Plain tar goes on to the sink as it comes, without a copy; others are gathered.
    archive_write_set_bytes_per_block(archive, format == .tar ? 0 : 1 << 16)
    archive_write_set_bytes_in_last_block(archive, 1)
    let opened = archive_write_open(
      archive, Unmanaged.passUnretained(context).toOpaque(), nil,
      { archive, data, bytes, count in
        guard let data, let bytes else { return -1 }
        let context = Unmanaged<Context>.fromOpaque(data).takeUnretainedValue()
        do throws(ArchiveError) {
          try context.sink.write(UnsafeRawBufferPointer(start: bytes, count: count))
          return count
        } catch {
          context.failure = error
          return -1
        }
      }, nil)
    guard opened == ARCHIVE_OK else { throw failure() }
  }

  deinit {
    if isOpen { archive_write_fail(archive) }
    archive_write_free(archive)
    archive_entry_free(entry)
  }

  /// - Throws: `badName`, `duplicate`; what the sink throws.
  public func add(_ name: String, _ bytes: some Sequence<UInt8>) throws(ArchiveError) {
    let all = Array(bytes)
    try add(name, size: Int64(all.count)) { write in
      try all.withUnsafeBytes { try write($0) }
    }
  }

  /// The same from memory that is somebody else's, without a copy.
  public func add(_ name: String, _ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    try add(name, size: Int64(bytes.count)) { write in try write(bytes) }
  }

  /// - Parameters:
  ///   - size: what `body` writes, to the byte.
  ///   - body: gives the entry's bytes to the closure it is handed, in as many pieces as it likes.
  /// - Throws: `wrongSize`; what `body` throws is thrown on. After an error the archive cannot be used.
  public func add(_ name: String, size: Int64, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws(ArchiveError) {
    guard ArchiveName.isGood(name) else { throw .badName(ArchiveName.shown(name)) }
    guard names.insert(name).inserted else { throw .duplicate(name) }
    archive_entry_clear(entry)
    archive_entry_set_filetype(entry, 0o100_000)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_size(entry, size)
    archive_entry_set_mtime(entry, time_t(modified), 0)
    let started = ArchiveLocale.withUTF8 {
      archive_entry_set_pathname(entry, name)
      return archive_write_header(archive, entry)
    }
    guard started == ARCHIVE_OK else { throw failure() }
    var written: Int64 = 0
    do {
      try body { bytes in
        written += Int64(bytes.count)
        guard written <= size else { throw ArchiveError.wrongSize(name) }
        guard !bytes.isEmpty else { return }
        guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw self.failure() }
      }
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw .cannotWrite("\(error)")
    }
    guard written == size else { throw .wrongSize(name) }
    guard archive_write_finish_entry(archive) == ARCHIVE_OK else { throw failure() }
  }

  /// A file of this machine, a megabyte at a time. One that grows or shrinks meanwhile is `wrongSize`.
  ///
  /// - Parameter seen: gets the bytes too, to hash them.
  public func add(_ name: String, fileAt path: String, seen: (UnsafeRawBufferPointer) -> Void = { _ in }) throws(ArchiveError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .cannotOpen(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
    defer { buffer.deallocate() }
    try add(name, size: Int64(status.st_size)) { write in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw ArchiveError.cannotOpen(path) }
        guard count > 0 else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        seen(bytes)
        try write(bytes)
      }
    }
  }

  /// Ends the archive. The sink is the caller's to finish.
  public func finish() throws(ArchiveError) {
    guard isOpen else { return }
    let closed = archive_write_close(archive)
    isOpen = false
    guard closed == ARCHIVE_OK else { throw failure() }
  }

  private func failure() -> ArchiveError {
    context.failure ?? .cannotWrite(archive_error_string(archive).map { String(cString: $0) } ?? "no reason given")
  }
}

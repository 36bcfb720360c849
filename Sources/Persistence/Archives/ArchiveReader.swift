import CArchive

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much is taken from an archive that somebody gives us.
public struct ArchiveLimits: Hashable, Sendable {
  public var entries: Int
  /// Of one entry, unpacked.
  public var entryBytes: Int64
  /// Of all entries, unpacked.
  public var totalBytes: Int64
  /// Of what is unpacked to what it was packed in. Archives of less than 64 KiB count as that much.
  public var ratio: Int

  public init(entries: Int = 10_000, entryBytes: Int64 = 50 << 20, totalBytes: Int64 = 500 << 20, ratio: Int = 200) {
    (self.entries, self.entryBytes, self.totalBytes, self.ratio) = (entries, entryBytes, totalBytes, ratio)
  }
}

/// An entry's head: what the archive says of it.
public struct ArchiveEntry: Hashable, Sendable {
  public let name: String
  /// nil where it is known only after reading.
  public let size: Int64?
  /// Seconds since 1970.
  public let modified: Int64
}

/// Reads an archive entry by entry. It makes no files: names are checked and handed on, and so is every byte, within the limits.
/// Folders are passed over. Links, devices, encrypted entries, names that lead elsewhere and names that come twice are refused.
public final class ArchiveReader {
  private let archive: OpaquePointer
  private let limits: ArchiveLimits
  private let packed: Int64
  private var descriptor: Int32 = -1
  private var memory: UnsafeMutableRawBufferPointer?
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4_096)
  private var names: Set<String> = []
  private var heads = 0
  private var unpacked: Int64 = 0
  private var current: ArchiveEntry?
  /// Of the current entry.
  private var read: Int64 = 0

  /// - Parameter zipNames: the encoding of a ZIP's names that do not say theirs; UTF-8 without it.
  /// - Throws: `cannotOpen`, `notAnArchive`.
  public convenience init(
    path: String, _ formats: Set<ArchiveFormat>, limits: ArchiveLimits = ArchiveLimits(), zipNames: String? = nil
  ) throws(ArchiveError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .cannotOpen(path)
    }
    try self.init(formats, limits, packed: Int64(status.st_size), descriptor: descriptor, memory: nil, zipNames: zipNames)
  }

  public convenience init(
    bytes: some Sequence<UInt8>, _ formats: Set<ArchiveFormat>, limits: ArchiveLimits = ArchiveLimits()
  ) throws(ArchiveError) {
    let all = Array(bytes)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(all.count, 1), alignment: 16)
    memory.copyBytes(from: all)
    try self.init(formats, limits, packed: Int64(all.count), descriptor: -1, memory: memory)
  }

  private init(
    _ formats: Set<ArchiveFormat>, _ limits: ArchiveLimits, packed: Int64, descriptor: Int32, memory: UnsafeMutableRawBufferPointer?,
    zipNames: String? = nil
  ) throws(ArchiveError) {
    guard let archive = archive_read_new() else { throw .damaged("no memory") }
    (self.archive, self.limits, self.packed, self.descriptor, self.memory) = (archive, limits, packed, descriptor, memory)
    if formats.contains(where: \.isTar) { archive_read_support_format_tar(archive) }
    // By its directory, as every other program reads it; one that is without, or says otherwise than the entries, is damaged.
    if formats.contains(.zip) { archive_read_support_format_zip_seekable(archive) }
    if formats.contains(.tarGzip) { archive_read_support_filter_gzip(archive) }
    if formats.contains(.tarZstandard) { archive_read_support_filter_zstd(archive) }
    let opened = ArchiveLocale.withUTF8 {
      if let zipNames { archive_read_set_format_option(archive, "zip", "hdrcharset", zipNames) }
      if let memory { return archive_read_open_memory(archive, memory.baseAddress, Int(packed)) }
      return archive_read_open_fd(archive, descriptor, 1 << 20)
    }
    guard opened == ARCHIVE_OK else { throw .notAnArchive }
  }

  deinit {
    archive_read_free(archive)
    if descriptor >= 0 { close(descriptor) }
    memory?.deallocate()
    buffer.deallocate()
  }

  /// The next entry; its bytes by ``read(_:)``, or not at all. nil at the end.
  public func next() throws(ArchiveError) -> ArchiveEntry? {
    current = nil
    while true {
      var pointer: OpaquePointer?
      let found = ArchiveLocale.withUTF8 { archive_read_next_header(archive, &pointer) }
      if found == ARCHIVE_EOF { return nil }
      guard found == ARCHIVE_OK || found == ARCHIVE_WARN, let pointer else {
        throw heads == 0 && archive_format(archive) == 0 ? .notAnArchive : damaged()
      }
      heads += 1
      guard heads <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
      guard var name = ArchiveLocale.withUTF8({ archive_entry_pathname_utf8(pointer).map { String(cString: $0) } }) else {
        throw .badName("(not UTF-8)")
      }
      guard archive_entry_hardlink(pointer) == nil, archive_entry_symlink(pointer) == nil else {
        throw .notAFile(ArchiveName.shown(name))
      }
      let type = archive_entry_filetype(pointer)
      if type == 0o040_000 {
        if name.hasSuffix("/") { name.removeLast() }
        guard ArchiveName.isGood(name) else { throw .badName(ArchiveName.shown(name)) }
        continue
      }
      guard type == 0o100_000 else { throw .notAFile(ArchiveName.shown(name)) }
      guard ArchiveName.isGood(name), !name.contains("\u{FFFD}") else { throw .badName(ArchiveName.shown(name)) }
      guard found == ARCHIVE_OK else { throw damaged() }
      guard archive_entry_is_encrypted(pointer) == 0 else { throw .encrypted(name) }
      guard names.insert(name).inserted else { throw .duplicate(name) }
      let size = archive_entry_size_is_set(pointer) != 0 ? archive_entry_size(pointer) : nil
      if let size { try room(for: size, in: name, isRead: false) }
      let entry = ArchiveEntry(name: name, size: size, modified: Int64(archive_entry_mtime(pointer)))
      (current, read) = (entry, 0)
      return entry
    }
  }

  /// The bytes of the entry that ``next()`` gave, piece by piece; pieces are valid within `body` only.
  ///
  /// - Throws: `damaged` also where a zip's checksum does not fit.
  public func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    while let piece = try piece() { try body(piece) }
  }

  /// The next bytes of the entry that ``next()`` gave, valid until the next call; nil at its end.
  ///
  /// - Throws: `damaged` also where a zip's checksum does not fit.
  public func piece() throws(ArchiveError) -> UnsafeRawBufferPointer? {
    guard let entry = current else { return nil }
    let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
    guard count >= 0 else {
      current = nil
      throw damaged()
    }
    guard count > 0 else {
      current = nil
      guard entry.size == nil || entry.size == read else { throw .damaged("\(entry.name) is not as long as it says") }
      return nil
    }
    read += Int64(count)
    unpacked += Int64(count)
    try room(for: read, in: entry.name, isRead: true)
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }

  /// All bytes of the entry that ``next()`` gave.
  public func bytes() throws -> [UInt8] {
    var all: [UInt8] = []
    try read { all.append(contentsOf: $0) }
    return all
  }

  /// - Parameter isRead: the bytes are counted in `unpacked` already.
  private func room(for size: Int64, in name: String, isRead: Bool) throws(ArchiveError) {
    guard size <= limits.entryBytes else { throw .entryTooLarge(name, limit: limits.entryBytes) }
    let total = isRead ? unpacked : unpacked.addingReportingOverflow(size).partialValue
    guard total >= 0, total <= limits.totalBytes else { throw .tooLarge(limit: limits.totalBytes) }
    guard total / Int64(max(limits.ratio, 1)) <= max(packed, 1 << 16) else { throw .tooDense(ratio: limits.ratio) }
  }

  private func damaged() -> ArchiveError {
    .damaged(archive_error_string(archive).map { ArchiveName.shown(String(cString: $0)) } ?? "it ends too early")
  }
}

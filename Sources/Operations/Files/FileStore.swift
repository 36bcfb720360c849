import Domain
import Foundation
import Persistence

/// The company's files in a folder, named after their SHA-256: `ab/abcdef…`. What is on its way in or out lies in `incoming`, in the
/// same folder, so that it is renamed and not copied. Calls wait for the disk: ``DiskWork``.
public struct FileStore: Sendable, Hashable {
  /// DIR/files, or a folder that several nodes share.
  public let root: String
  /// What is made of files, and can be made again; not in backups.
  public let previews: String

  public init(root: String, previews: String) { (self.root, self.previews) = (root, previews) }
  /// The usual places in a data folder.
  public init(data: String) { self.init(root: "\(data)/files", previews: "\(data)/previews") }

  public var incoming: String { "\(root)/incoming" }

  public func path(of sha256: String) -> String { "\(root)/\(sha256.prefix(2))/\(sha256)" }
  public func has(_ sha256: String) -> Bool { FileManager.default.fileExists(atPath: path(of: sha256)) }

  /// Puts a whole, synced file into its place; the name is on disk when this returns. Another of the same content is replaced by it.
  func place(_ temporary: String, as sha256: String) throws {
    let target = path(of: sha256), folder = (target as NSString).deletingLastPathComponent
    try Self.makeFolder(folder)
    guard rename(temporary, target) == 0 else { throw FileFault.here() }
    try Self.sync(folder)
    try Self.sync(root)
  }

  /// Takes a file out of its place, to be removed or put back.
  ///
  /// - Returns: where it lies now; nil when there is none.
  func takeAway(_ sha256: String) throws -> String? {
    // A name of its own: what another sweeper takes away a moment later may be a new file with the same content.
    let away = "\(incoming)/\(Self.awayPrefix)\(sha256)-\(UUID().uuidString)"
    try Self.makeFolder(incoming)
    guard rename(path(of: sha256), away) == 0 else {
      if errno == ENOENT { return nil }
      throw FileFault.here()
    }
    return away
  }

  static let awayPrefix = "gone-"

  func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileFault.here() }
  }

  func removePreviews(of sha256: String) {
    let folder = "\(previews)/\(sha256.prefix(2))"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(sha256) {
      unlink("\(folder)/\(name)")
    }
  }

  /// Bytes that may still be written here; nil when nobody can say.
  func freeBytes() -> Int? {
    var status = statvfs()
    guard statvfs(root, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  static func makeFolder(_ path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw FileFault.here() }
  }

  static func sync(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault.here() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileFault.here() }
  }

  /// SHA-256 and size of a file, a megabyte at a time; nil when there is none.
  static func hash(_ path: String) throws -> (sha256: String, size: Int)? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileFault.here()
    }
    defer { close(descriptor) }
    var hash = PassingHash()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileFault.here() }
      guard count > 0 else { return (hash.text, Int(hash.size)) }
      hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

/// What the disk said, in the words of ``StorageRefusal``.
enum FileFault {
  static func here() -> any Error {
    switch errno {
    // EFBIG: a limit on the size of files, which is how a full disk looks to one user.
    case ENOSPC, EDQUOT, EFBIG: StorageRefusal.diskFull
    case EROFS, EACCES, EPERM: StorageRefusal.readOnly
    default: StorageRefusal.inputOutput
    }
  }
}

/// Why an archive is not read, or not written. `description` says what is so in words that a person may be shown.
public enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
  case cannotOpen(String)
  /// The bytes are of no format that was asked for.
  case notAnArchive
  /// The library's word on what does not fit together; also for one that ends too early.
  case damaged(String)
  case encrypted(String)
  /// Absolute, with `..`, with control characters, not UTF-8, too long.
  case badName(String)
  /// A link, a device, a pipe.
  case notAFile(String)
  case duplicate(String)
  case tooManyEntries(limit: Int)
  case entryTooLarge(String, limit: Int64)
  case tooLarge(limit: Int64)
  /// Unpacks to far more than it is: what is called a zip bomb.
  case tooDense(ratio: Int)
  /// An entry was written with other than the size that was said before.
  case wrongSize(String)
  case diskFull
  case cannotWrite(String)

  public var description: String {
    switch self {
    case .cannotOpen(let path): "\(path) cannot be read."
    case .notAnArchive: "The file is not an archive of the kind that is wanted here."
    case .damaged(let why): "The archive is damaged (\(why))."
    case .encrypted(let name): "\(name) is encrypted."
    case .badName(let name): "The archive has an entry with a name that is not taken: \(name)."
    case .notAFile(let name): "\(name) is a link or a device, not a file."
    case .duplicate(let name): "\(name) is in the archive twice."
    case .tooManyEntries(let limit): "The archive has more than \(limit) entries."
    case .entryTooLarge(let name, let limit): "\(name) unpacks to more than \(limit) bytes."
    case .tooLarge(let limit): "The archive unpacks to more than \(limit) bytes."
    case .tooDense(let ratio): "The archive unpacks to more than \(ratio) times its size."
    case .wrongSize(let name): "\(name) changed while it was written."
    case .diskFull: "The disk is full."
    case .cannotWrite(let why): "The archive cannot be written (\(why))."
    }
  }
}

/// What an archive is and how it is packed.
public enum ArchiveFormat: Hashable, Sendable, CaseIterable {
  /// POSIX tar; plain ustar headers wherever names and sizes fit in.
  case tar
  case tarGzip
  case tarZstandard
  /// Deflated.
  case zip

  var isTar: Bool { self != .zip }
}

/// Names that entries may have: relative paths of plain parts, alike on every system.
public enum ArchiveName {
  public static let longest = 1_024

  public static func isGood(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= longest, !name.contains("\\"), !name.contains(":") else { return false }
    guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value) }) else {
      return false
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
  }

  /// For a message: short, and without what could play with a terminal.
  static func shown(_ name: String) -> String {
    String(
      name.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F || (0x80...0x9F).contains($0.value) ? "?" : Character($0) })
  }
}

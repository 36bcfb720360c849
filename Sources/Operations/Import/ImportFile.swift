import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#endif

/// Where the lines come from. It is read more than once and never held whole: what cannot be read twice (a pipe) is copied to a
/// file without a name first.
public final class ImportFile: Sendable {
  /// Half a gigabyte is some five million lines; a spreadsheet ends at one million.
  static let bytesLimit = 512 << 20
  private static let piece = 1 << 16

  private enum Place: Sendable {
    case memory([UInt8])
    case descriptor(Int32)
  }
  private let place: Place

  public init(_ bytes: [UInt8]) throws {
    guard bytes.count <= Self.bytesLimit else { throw ImportRefusal.tooLarge }
    place = .memory(bytes)
  }

  /// - Parameter path: a file; `-` is standard input.
  public init(path: String) throws {
    let descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
    var facts = stat()
    guard descriptor >= 0, fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR else {
      if descriptor >= 0 { close(descriptor) }
      throw ImportRefusal.unreadable(path)
    }
    guard facts.st_mode & S_IFMT != S_IFREG else {
      guard Int(facts.st_size) <= Self.bytesLimit else {
        close(descriptor)
        throw ImportRefusal.tooLarge
      }
      place = .descriptor(descriptor)
      return
    }
    defer { close(descriptor) }
    place = .descriptor(try Self.copy(descriptor))
  }

  deinit { if case .descriptor(let descriptor) = place { close(descriptor) } }

  /// The next piece from `offset` on; empty at the end.
  func read(at offset: Int) throws -> [UInt8] {
    switch place {
    case .memory(let bytes): return Array(bytes.dropFirst(offset).prefix(Self.piece))
    case .descriptor(let descriptor):
      // A file that grows while it is read ends where the limit is.
      guard offset <= Self.bytesLimit else { throw ImportRefusal.tooLarge }
      let bytes = try [UInt8](unsafeUninitializedCapacity: Self.piece) { room, count in
        repeat { count = pread(descriptor, room.baseAddress, Self.piece, offset) } while count < 0 && errno == EINTR
        guard count >= 0 else {
          count = 0
          throw ImportRefusal.unreadable("the file")
        }
      }
      return bytes
    }
  }

  private static func copy(_ source: Int32) throws -> Int32 {
    var template = Array("\(ProcessEnvironment.temporaryFolder)/weibao-import-XXXXXX".utf8CString)
    let target = mkstemp(&template)
    guard target >= 0 else { throw ImportRefusal.unreadable("standard input") }
    unlink(template)
    var room = [UInt8](repeating: 0, count: piece), total = 0
    while true {
      let count = Glibc.read(source, &room, piece)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        if count == 0 { return target }
        break
      }
      total += count
      guard total <= bytesLimit else {
        close(target)
        throw ImportRefusal.tooLarge
      }
      guard room.withUnsafeBytes({ write(target, $0.baseAddress, count) }) == count else { break }
    }
    close(target)
    throw ImportRefusal.unreadable("standard input")
  }
}

private enum ProcessEnvironment {
  static var temporaryFolder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
}

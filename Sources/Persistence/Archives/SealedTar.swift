/// A small archive with one possible form: plain ustar, times 0, in the order given. Reading accepts that form only, so no byte of
/// it can be otherwise unseen; nothing in it is packed, so nothing grows.
public enum SealedTar {
  public static let maximumBytes = 512 << 20, maximumEntries = 20_000

  public static func bytes(of entries: [(name: String, bytes: [UInt8])]) throws(ArchiveError) -> [UInt8] {
    var all: [UInt8] = []
    var names: Set<String> = []
    for (name, bytes) in entries {
      guard isGood(name) else { throw .badName(ArchiveName.shown(name)) }
      guard names.insert(name).inserted else { throw .duplicate(name) }
      all += UstarFrame.header(name: name, size: Int64(bytes.count), modified: 0)
      all += bytes
      all += [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }
    return all + [UInt8](repeating: 0, count: 1_024)
  }

  /// - Throws: `damaged`, `duplicate`, `badName`, `tooManyEntries`, with the first that is not as it must be.
  public static func entries(of archive: [UInt8]) throws(ArchiveError) -> [(name: String, bytes: [UInt8])] {
    guard archive.count <= maximumBytes else { throw .tooLarge(limit: Int64(maximumBytes)) }
    guard archive.count.isMultiple(of: 512), archive.count >= 1_024 else { throw .damaged("it is not as long as it must be") }
    var found: [(name: String, bytes: [UInt8])] = []
    var names: Set<String> = []
    var offset = 0
    while archive[offset] != 0 {
      guard found.count < maximumEntries else { throw .tooManyEntries(limit: maximumEntries) }
      let head = Array(archive[offset..<offset + 512])
      let name = String(decoding: head.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
      guard isGood(name) else { throw .badName(ArchiveName.shown(name)) }
      guard names.insert(name).inserted else { throw .duplicate(name) }
      let digits = String(decoding: head[124..<135], as: UTF8.self)
      guard let size = Int(digits, radix: 8), size >= 0, head == UstarFrame.header(name: name, size: Int64(size), modified: 0) else {
        throw .damaged("the head of \(name)")
      }
      let end = offset + 512 + size, next = offset + 512 + (size + 511) / 512 * 512
      guard next + 1_024 <= archive.count, archive[end..<next].allSatisfy({ $0 == 0 }) else { throw .damaged("the end of \(name)") }
      found.append((name, Array(archive[offset + 512..<end])))
      offset = next
    }
    guard archive.count == offset + 1_024, archive[offset...].allSatisfy({ $0 == 0 }) else { throw .damaged("its end") }
    return found
  }

  private static func isGood(_ name: String) -> Bool {
    ArchiveName.isGood(name) && name.utf8.count <= 100 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}

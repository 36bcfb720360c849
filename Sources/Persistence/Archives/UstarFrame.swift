#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What lies around the entries of a plain tar as ``ArchiveWriter`` writes it: heads, padding, end. With hashes of the entries it
/// leaves no byte of the file unchecked.
public enum UstarFrame {
  /// 512 bytes of POSIX ustar: a file of nobody, mode 0644.
  ///
  /// - Parameter name: ASCII, at most 100 bytes.
  public static func header(name: String, size: Int64, modified: Int64) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) { for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte } }
    func octal(_ number: Int64, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(name, at: 0)
    put("000644 ", at: 100)
    put("000000 ", at: 108)
    put("000000 ", at: 116)
    put(octal(size, 11) + " ", at: 124)
    put(octal(modified, 11) + " ", at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put("000000 ", at: 329)
    put("000000 ", at: 337)
    let sum = block.reduce(0) { $0 + Int64($1) }
    put(octal(sum, 6), at: 148)
    block[154] = 0
    block[155] = UInt8(ascii: " ")
    return block
  }

  /// - Parameters:
  ///   - entries: all there are, in order.
  /// - Returns: the name of the first entry whose head or padding is not as it was written, `end` for the end; nil when all is well.
  public static func firstFault(path: String, _ entries: [(name: String, size: Int64)], modified: Int64) throws(ArchiveError) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path) }
    defer { close(descriptor) }
    func bytes(_ count: Int, at offset: Int64) -> [UInt8] {
      var found = [UInt8](repeating: 0, count: count)
      let got = pread(descriptor, &found, count, off_t(offset))
      return got == count ? found : Array(found.prefix(max(got, 0)))
    }
    var offset: Int64 = 0
    for (name, size) in entries {
      guard bytes(512, at: offset) == header(name: name, size: size, modified: modified) else { return name }
      offset += 512 + size
      let padding = Int((512 - size % 512) % 512)
      guard bytes(padding, at: offset) == [UInt8](repeating: 0, count: padding) else { return name }
      offset += Int64(padding)
    }
    // Two empty blocks, then nothing.
    return bytes(1_025, at: offset) == [UInt8](repeating: 0, count: 1_024) ? nil : "end"
  }
}

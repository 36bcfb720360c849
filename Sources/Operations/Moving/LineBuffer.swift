import Domain
import Synchronization

/// Bytes that lines are put together in. Room is asked for once for a whole text, so that its bytes are stored without further
/// questions: a backup is measured against copying its bytes.
///
/// Safe to share because it is handed on: who has given it away does not touch it any more.
final class LineBuffer: @unchecked Sendable {
  private(set) var count = 0
  private var memory: UnsafeMutableRawBufferPointer

  init(capacity: Int) { memory = .allocate(byteCount: max(capacity, 64), alignment: 16) }
  deinit { memory.deallocate() }

  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(rebasing: memory[..<count])) }
  }

  fileprivate func clear() { count = 0 }
  fileprivate var size: Int { memory.count }

  /// Where the next bytes go: there is room for `more`.
  @inline(__always) private func room(for more: Int) -> UnsafeMutableRawPointer {
    if memory.count - count < more { grow(by: more) }
    return memory.baseAddress.unsafelyUnwrapped + count
  }

  @inline(never) private func grow(by more: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(memory.count * 2, count + more), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
    memory = larger
  }

  @inline(__always) func append(_ byte: UInt8) {
    room(for: 1).storeBytes(of: byte, as: UInt8.self)
    count += 1
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    room(for: bytes.count).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  func append(decimal integer: Int64) {
    var rest = integer.magnitude, digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { digits in
      var start = digits.count
      repeat {
        start -= 1
        let tenth = rest / 10
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest &- tenth &* 10)
        rest = tenth
      } while rest > 0
      if integer < 0 {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      append(UnsafeRawBufferPointer(rebasing: digits[start...]))
    }
  }

  func append(hex bytes: UnsafeRawBufferPointer) {
    let start = room(for: 2 * bytes.count)
    for (index, byte) in bytes.enumerated() {
      start.storeBytes(of: Self.digit(byte >> 4), toByteOffset: 2 * index, as: UInt8.self)
      start.storeBytes(of: Self.digit(byte & 15), toByteOffset: 2 * index + 1, as: UInt8.self)
    }
    count += 2 * bytes.count
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value }

  /// As ``JSONText`` does, eight bytes at a time: they are stored at once, and stored again from where the first needs an escape.
  func append(quoted text: UnsafeRawBufferPointer) {
    // Each byte may become six; the last word may be stored beyond its text.
    var to = room(for: text.count * 6 + 10)
    let begin = to
    to.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    to += 1
    if var from = text.baseAddress {
      let end = from + text.count
      while end - from >= 8 {
        let word = from.loadUnaligned(as: UInt64.self)
        to.storeBytes(of: word, as: UInt64.self)
        let found = Self.escapes(in: UInt64(littleEndian: word))
        if found == 0 {
          from += 8
          to += 8
        } else {
          let plain = found.trailingZeroBitCount >> 3
          to = Self.escape(from.load(fromByteOffset: plain, as: UInt8.self), at: to + plain)
          from += plain + 1
        }
      }
      while from < end {
        let byte = from.load(as: UInt8.self)
        if JSONText.needsEscape(byte) {
          to = Self.escape(byte, at: to)
        } else {
          to.storeBytes(of: byte, as: UInt8.self)
          to += 1
        }
        from += 1
      }
    }
    to.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    count += to + 1 - begin
  }

  /// The lowest bit that is set stands in the first byte that ``JSONText/needsEscape(_:)``; those above it may be wrong, because a
  /// difference borrows from the next byte.
  @inline(__always) private static func escapes(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22), slash = word ^ (ones &* 0x5C), delete = word ^ (ones &* 0x7F)
    let below = (word &- ones &* 0x20) & ~word
    let equal = ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | ((delete &- ones) & ~delete)
    return (below | equal) & (ones &* 0x80)
  }

  @inline(__always) private static func escape(_ byte: UInt8, at place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    place.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      place.storeBytes(of: byte, toByteOffset: 1, as: UInt8.self)
      return place + 2
    }
    return control(byte, at: place)
  }

  @inline(never) private static func control(_ byte: UInt8, at place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    var bytes: [UInt8] = []
    JSONText.escape(byte, into: &bytes)
    for (index, byte) in bytes.enumerated() { place.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
    return place + bytes.count
  }
}

/// Buffers that are used again: new memory would be cleared by the kernel each time, and lie in no cache.
final class LineBuffers: Sendable {
  private let capacity: Int
  private let idle = Mutex<[LineBuffer]>([])

  init(capacity: Int) { self.capacity = capacity }

  func next() -> LineBuffer { idle.withLock { $0.popLast() } ?? LineBuffer(capacity: capacity) }

  /// One that grew for a long text is let go.
  func giveBack(_ buffer: LineBuffer) {
    guard buffer.size == capacity else { return }
    buffer.clear()
    idle.withLock { $0.append(buffer) }
  }
}

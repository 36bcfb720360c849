import Crypto

enum Hex {
  private static let digits = [UInt8]("0123456789abcdef".utf8)

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var hex: [UInt8] = []
    hex.reserveCapacity(64)
    for byte in bytes {
      hex.append(digits[Int(byte >> 4)])
      hex.append(digits[Int(byte & 15)])
    }
    return String(decoding: hex, as: UTF8.self)
  }

  /// nil when `text` is not an even number of lower-case hex digits.
  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for character in text.utf8 {
      guard let digit = value(of: character) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }

  /// Whether `text` is the digest in hex, digit by digit.
  static func equal(_ digest: SHA256Digest, _ text: UnsafeRawBufferPointer?) -> Bool {
    guard let text, text.count == SHA256Digest.byteCount * 2 else { return false }
    return digest.withUnsafeBytes { bytes in
      for index in 0..<bytes.count {
        let byte = bytes[index]
        guard text[2 * index] == digits[Int(byte >> 4)], text[2 * index + 1] == digits[Int(byte & 15)] else { return false }
      }
      return true
    }
  }

  /// Every run of exactly 64 hex digits in a text.
  static func hashes(in text: String) -> [String] {
    text.utf8.split { value(of: $0) == nil }.filter { $0.count == 64 }.compactMap { String($0) }
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

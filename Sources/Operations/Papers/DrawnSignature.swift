import FoundationEssentials

/// A signature as it was drawn on a screen, before it goes onto a paper.
enum DrawnSignature {
  private static let start = "data:image/png;base64,"
  /// More pixels than any screen has: a small file may unfold to more than a program may hold.
  private static let longestSide = 4_000

  static func isPrintable(_ address: String) -> Bool {
    guard address.hasPrefix(start), let bytes = Data(base64Encoded: String(address.dropFirst(start.count))), bytes.count > 24 else {
      return false
    }
    func number(at index: Int) -> Int { bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) } }
    // PNG: 8 bytes of signature, length and name of IHDR, then width and height.
    let isPNG = bytes.prefix(8).elementsEqual([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    return isPNG && (1...longestSide).contains(number(at: 16)) && (1...longestSide).contains(number(at: 20))
  }
}

import CQREncode

/// A QR code as squares, dark or light, made by libqrencode.
public struct QRCode: Sendable, Hashable {
  /// The text that a reader gets.
  public let text: String
  /// Squares on a side, with the light border of four that readers need.
  public let side: Int
  /// The dark squares, as an SVG path in units of one square.
  public let path: String

  static let border = 4

  /// Nil when the text is too long, empty, or holds NUL.
  public init?(_ text: String) {
    // Level M: 15 % of the code may lie under the edge of a stamp or in a fold.
    guard !text.isEmpty, !text.utf8.contains(0), let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width), squares = code.pointee.data
    self.text = text
    side = width + 2 * Self.border
    var path = ""
    for row in 0..<width {
      var column = 0
      while column < width {
        let start = column
        while column < width, squares?[row * width + column].isDark == true { column += 1 }
        if column > start {
          path += "M\(start + Self.border) \(row + Self.border)h\(column - start)v1h-\(column - start)z"
        } else {
          column += 1
        }
      }
    }
    self.path = path
  }
}

extension UInt8 {
  fileprivate var isDark: Bool { self & 1 == 1 }
}

import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The text of a file as people save it: UTF-8, UTF-16 with a byte order mark ("Unicode text" of a spreadsheet), or GB18030, which
/// Chinese spreadsheets write by default. One encoding a file; nothing is guessed letter by letter.
enum CSVText {
  static func decode(_ bytes: [UInt8]) throws(ImportRefusal) -> String {
    if let nul = bytes.firstIndex(of: 0), !isUTF16(bytes) { throw .nul(line: line(of: nul, in: bytes)) }
    if isUTF16(bytes) { return try utf16(bytes) }
    if let text = String(validating: bytes, as: UTF8.self) {
      return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }
    // GB18030 reads much of what is UTF-8 as other characters, so a file of both would go in as nonsense.
    if let mixed = firstForeignLine(bytes) { throw .mixedEncodings(line: mixed) }
    return try gb18030(bytes)
  }

  private static func isUTF16(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) }

  private static func utf16(_ bytes: [UInt8]) throws(ImportRefusal) -> String {
    let little = bytes[0] == 0xFF
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { place in
      little ? UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 : UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
    }
    guard bytes.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else { throw .notUTF8 }
    if let nul = units.firstIndex(of: 0) { throw .nul(line: 1 + units[..<nul].count { $0 == 0x0A }) }
    return text
  }

  /// In a file that is not UTF-8 as a whole: the first line of the kind (UTF-8, or not) that there is less of; nil when all are of one.
  private static func firstForeignLine(_ bytes: [UInt8]) -> Int? {
    var utf8: [Int] = [], others: [Int] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where line.contains(where: { $0 > 0x7F }) {
      // Three bytes and more for a letter: no Chinese letter of GB18030 looks like that by chance for a whole line.
      if String(validating: line, as: UTF8.self) == nil {
        others.append(index + 1)
      } else if line.contains(where: { $0 >= 0xE0 }) {
        utf8.append(index + 1)
      }
    }
    guard let one = utf8.first, let other = others.first else { return nil }
    return utf8.count < others.count ? one : other
  }

  private static func line(of place: Int, in bytes: [UInt8]) -> Int { 1 + bytes[..<place].count { $0 == 0x0A } }

  /// By the system's iconv, which refuses what is no letter.
  private static func gb18030(_ bytes: [UInt8]) throws(ImportRefusal) -> String {
    guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else { throw .notUTF8 }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    // A letter of one byte stays one, of two becomes three, of four becomes four at most.
    var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
    var left = input.count, room = output.count
    let failed = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var from = input.baseAddress, to = output.baseAddress
        return iconv(converter, &from, &left, &to, &room) < 0
      }
    }
    guard !failed else { throw .notALetter(line: line(of: bytes.count - left, in: bytes)) }
    return String(decoding: output[..<(output.count - room)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension String {
  /// Full-width letters, digits and signs (`ＤＲ－１２`) as the narrow ones that codes are written in.
  var halfWidth: String {
    guard unicodeScalars.contains(where: { (0xFF01...0xFF5E).contains($0.value) || $0.value == 0x3000 }) else { return self }
    return String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.value {
          case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
          case 0x3000: " "
          default: scalar
          }
        }))
  }
}

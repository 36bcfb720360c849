import Crypto
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#endif

/// How a file's text is written, found out by reading all of it once: UTF-8, UTF-16 with a byte order mark ("Unicode text" of a
/// spreadsheet), or GB18030, which Chinese spreadsheets write by default. One encoding a file; nothing is guessed letter by letter.
struct CSVText: Sendable, Hashable {
  enum Encoding: Hashable, Sendable { case utf8, gb18030, utf16(little: Bool) }

  let encoding: Encoding
  /// SHA-256 of the bytes.
  let hash: String

  static let lineLimit = 1 << 20

  init(_ file: ImportFile, lineLimit: Int = CSVText.lineLimit) throws {
    var hash = SHA256(), lines = LinesSeen(), offset = 0, line: [UInt8] = []
    var wide: Bool?
    while true {
      let piece = try file.read(at: offset)
      guard !piece.isEmpty else { break }
      hash.update(data: piece)
      if offset == 0 {
        if piece.starts(with: [0x50, 0x4B, 3, 4]) || piece.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw ImportRefusal.workbook }
        wide = piece.starts(with: [0xFF, 0xFE]) ? true : piece.starts(with: [0xFE, 0xFF]) ? false : nil
      }
      offset += piece.count
      guard wide == nil else { continue }
      var rest = piece[...]
      while let end = rest.firstIndex(of: 0x0A) {
        line.append(contentsOf: rest[..<end])
        try lines.add(line)
        line.removeAll(keepingCapacity: true)
        rest = rest[(end + 1)...]
      }
      line.append(contentsOf: rest)
      guard line.count <= lineLimit else { throw ImportRefusal.longLine(line: lines.count + 1) }
    }
    if wide == nil { try lines.add(line) } else if offset % 2 == 1 { throw ImportRefusal.notUTF8 }
    self.hash = hash.finalize().map { byte in
      let digits = Array("0123456789abcdef")
      return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }.joined()
    encoding = if let wide { .utf16(little: wide) } else { try lines.encoding() }
  }

  /// A whole text at once: for what is small.
  static func decode(_ bytes: [UInt8]) throws(ImportRefusal) -> String {
    do {
      let file = try ImportFile(bytes)
      let decoder = try CSVDecoder(file, try CSVText(file, lineLimit: .max).encoding)
      var text: [UInt8] = []
      while case let piece = try decoder.next(), !piece.isEmpty { text += piece }
      if let nul = text.firstIndex(of: 0) { throw ImportRefusal.nul(line: 1 + text[..<nul].count { $0 == 0x0A }) }
      return String(decoding: text, as: UTF8.self)
    } catch {
      throw error as? ImportRefusal ?? .notUTF8
    }
  }

  /// What the lines of a file without a byte order mark of UTF-16 are written in.
  private struct LinesSeen {
    private(set) var count = 0
    private var utf8 = 0, others = 0
    private var firstUTF8: Int?, firstOther: Int?

    mutating func add(_ line: [UInt8]) throws(ImportRefusal) {
      count += 1
      guard !line.contains(0) else { throw .nul(line: count) }
      guard line.contains(where: { $0 > 0x7F }) else { return }
      // Three bytes and more for a letter: no Chinese letter of GB18030 looks like that by chance for a whole line.
      if String(validating: line, as: UTF8.self) == nil {
        others += 1
        firstOther = firstOther ?? count
      } else if line.contains(where: { $0 >= 0xE0 }) {
        utf8 += 1
        firstUTF8 = firstUTF8 ?? count
      }
    }

    /// GB18030 reads much of what is UTF-8 as other characters, so a file of both would go in as nonsense: refused by the first
    /// line of the kind that there is less of.
    func encoding() throws(ImportRefusal) -> Encoding {
      guard let other = firstOther else { return .utf8 }
      if let one = firstUTF8 { throw .mixedEncodings(line: utf8 < others ? one : other) }
      return .gb18030
    }
  }
}

/// A file's text as UTF-8, piece by piece.
final class CSVDecoder {
  private let file: ImportFile
  private let encoding: CSVText.Encoding
  private let converter: UnsafeMutableRawPointer?
  private var offset = 0, line = 1
  /// A letter cut in two by the end of a piece.
  private var carried: [UInt8] = []

  init(_ file: ImportFile, _ encoding: CSVText.Encoding) throws {
    (self.file, self.encoding) = (file, encoding)
    let name: String? =
      switch encoding {
      case .utf8: nil
      case .gb18030: "GB18030"
      case .utf16(let little): little ? "UTF-16LE" : "UTF-16BE"
      }
    converter = name.flatMap { iconv_open("UTF-8", $0) }
    if name != nil, Int(bitPattern: converter) == -1 || converter == nil { throw ImportRefusal.notUTF8 }
    if case .utf16 = encoding { offset = 2 }
    if encoding == .utf8, try file.read(at: 0).starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  deinit { if let converter { iconv_close(converter) } }

  /// Empty at the end.
  func next() throws -> [UInt8] {
    while true {
      let piece = try file.read(at: offset)
      offset += piece.count
      guard let converter else { return piece }
      guard !piece.isEmpty else {
        guard carried.isEmpty else { throw bad() }
        return []
      }
      let text = try convert(carried + piece, by: converter)
      if !text.isEmpty { return text }
    }
  }

  /// By the system's iconv, which refuses what is no letter.
  private func convert(_ bytes: [UInt8], by converter: UnsafeMutableRawPointer) throws -> [UInt8] {
    var input = bytes.map { CChar(bitPattern: $0) }
    // A letter of one byte stays one, of two becomes three, of four becomes four at most.
    var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
    var left = input.count, room = output.count
    let failure = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var from = input.baseAddress, to = output.baseAddress
        return iconv(converter, &from, &left, &to, &room) == -1 ? errno : 0
      }
    }
    let done = bytes.count - left
    line += bytes[..<done].count { $0 == 0x0A }
    guard failure == 0 || failure == EINVAL else { throw bad() }
    carried = Array(bytes[done...])
    return output[..<(output.count - room)].map { UInt8(bitPattern: $0) }
  }

  private func bad() -> ImportRefusal { encoding == .gb18030 ? .notALetter(line: line) : .notUTF8 }
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

  /// Without blanks at either end, the wide blank of Chinese text and the one of web pages included.
  var trimmed: String {
    func isBlank(_ letter: Character) -> Bool { letter == " " || letter == "\t" || letter == "\u{3000}" || letter == "\u{A0}" }
    let kept = drop(while: isBlank)
    guard let last = kept.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(kept[...last])
  }
}

/// A file that is one thing to one program and another thing to the next. What is kept is delivered under the one type that it was
/// told to be, never shown as a page, and previews are made of pixels; here what hides a second file is refused all the same, because
/// it leaves our hands under its name.
enum SecondFormat {
  static func check(_ content: FileContent, _ kind: FileKind) throws(FileRefusal) {
    // Readers of PDF search for this in the first kilobyte.
    if kind != .pdf, content.first(Array("%PDF-".utf8)).map({ $0 < 1_024 }) ?? false { throw .twoThings(kind, "PDF") }
    if hasZipEntry(content) { throw .twoThings(kind, "ZIP") }
    if content.contains([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07]) { throw .twoThings(kind, "RAR") }
    if content.contains([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) { throw .twoThings(kind, "7z") }
    guard kind.isPicture || kind == .bmp else { return }
    if hasWebCode(content) { throw .webCode(kind) }
    // Phones write behind the end of a JPEG (moving pictures, depth), so only for the others the end is the end.
    if let end = end(of: content, kind), end < content.size { throw .twoThings(kind, "\(content.size - end) B") }
  }

  /// The head of an entry of a ZIP, wherever: unpackers look for the first, or for the folder behind the last.
  private static func hasZipEntry(_ content: FileContent) -> Bool {
    content.contains([0x50, 0x4B, 0x03, 0x04]) { place in
      guard let version = content.little(2, at: place + 4), let method = content.little(2, at: place + 8),
        let name = content.little(2, at: place + 26)
      else { return false }
      return version <= 63 && [0, 8, 9, 12, 14, 93, 95, 98, 99].contains(method) && (1...1_024).contains(name)
    }
  }

  /// A tag with what must follow it: in 50 MB of noise none of them comes up by chance.
  private static let tags = ["<script", "<html", "<?php", "<iframe"].map { Array($0.utf8) }
  private static let after = Set(" \t\r\n>/".utf8)

  private static func hasWebCode(_ content: FileContent) -> Bool {
    content.contains([0x3C]) { place in
      tags.contains { tag in
        place + tag.count < content.size && after.contains(content[place + tag.count])
          && tag.indices.allSatisfy { lower(content[place + $0]) == tag[$0] }
      }
    }
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// Where the picture ends by its own word; nil where it does not say.
  private static func end(of content: FileContent, _ kind: FileKind) -> Int? {
    switch kind {
    case .webp: return content.little(4, at: 4).map { $0 + 8 + $0 % 2 }
    case .png:
      var place = 8
      while let length = content.big(4, at: place), let name = content.text(4, at: place + 4) {
        place += 12 + length
        if name == "IEND" { return place }
      }
      return nil
    default: return nil
    }
  }
}

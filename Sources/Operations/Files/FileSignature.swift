/// What a file's first bytes say it is. Nothing is decoded here: the programs that look further are told the format, and try no other.
enum FileSignature: Hashable {
  /// Told by the first bytes alone.
  case kind(FileKind)
  /// A ZIP: an Office document, an OpenDocument, or an archive.
  case zipBased
  /// A compound file of the old Office.
  case compound
  /// No known beginning: text, or refused.
  case none

  /// As many bytes as are looked at.
  static let length = 1_024

  init(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes.prefix(Self.length))
    if let found = Self.starts.first(where: { bytes.starts(with: $0.0) }) {
      self = found.1
    } else if bytes.starts(with: Array("RIFF".utf8)), bytes.count >= 12 {
      self = Self.riff[String(decoding: bytes[8..<12], as: UTF8.self)].map { .kind($0) } ?? .none
    } else if bytes.starts(with: Array("BM".utf8)), bytes.count >= 18, Self.bitmapHeaders.contains(bytes[14]),
      bytes[15...17].allSatisfy({ $0 == 0 })
    {
      self = .kind(.bmp)
    } else if bytes.starts(with: Array("ID3".utf8)), bytes.count >= 10, (2...4).contains(bytes[3]) {
      self = .kind(.mp3)
    } else if bytes.count >= 12, bytes[0] == 0, bytes[4..<8].elementsEqual("ftyp".utf8) {
      self = Self.brand(String(decoding: bytes[8..<12], as: UTF8.self))
    } else if bytes.count >= 16, bytes[0] == 0, Self.oldMovieBoxes.contains(String(decoding: bytes[4..<8], as: UTF8.self)) {
      self = .kind(.quicktime)
    } else if bytes.count >= 132, bytes[128..<132].elementsEqual("DICM".utf8) {
      self = .kind(.dicom)
    } else if bytes.count >= 3, bytes[0] == 0xFF, bytes[1] & 0xE6 == 0xE2, bytes[2] & 0xF0 != 0xF0 {
      self = .kind(.mp3)  // a frame of layer 3 without a tag before it
    } else {
      self = .none
    }
  }

  var kind: FileKind? { if case .kind(let kind) = self { kind } else { nil } }

  private static let starts: [([UInt8], FileSignature)] = [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .kind(.png)), ([0xFF, 0xD8, 0xFF], .kind(.jpeg)),
    ([0x49, 0x49, 0x2A, 0x00], .kind(.tiff)), ([0x4D, 0x4D, 0x00, 0x2A], .kind(.tiff)), (Array("GIF87a".utf8), .kind(.gif)),
    (Array("GIF89a".utf8), .kind(.gif)), (Array("%PDF-".utf8), .kind(.pdf)),
    ([0x50, 0x4B, 0x03, 0x04], .zipBased), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .compound),
    (Array("OggS".utf8), .kind(.ogg)), (Array("fLaC".utf8), .kind(.flac)),
    (Array("#!AMR".utf8), .kind(.amr)), ([0x1A, 0x45, 0xDF, 0xA3], .kind(.webm)),
  ]
  /// Lengths of a BMP's second head; a text may begin with BM too.
  private static let bitmapHeaders: Set<UInt8> = [12, 40, 52, 56, 64, 108, 124]
  private static let riff: [String: FileKind] = ["WEBP": .webp, "WAVE": .wav]
  private static let oldMovieBoxes: Set<String> = ["moov", "mdat", "wide"]

  /// Who wrote a file of boxes, by its major brand (ISO 14496-12).
  private static func brand(_ brand: String) -> FileSignature {
    switch brand {
    case "heic", "heix", "heim", "heis", "mif1", "msf1", "hevc", "hevx": .kind(.heic)
    case "qt  ": .kind(.quicktime)
    case "M4A ", "M4B ": .kind(.m4a)
    case "avif", "avis", "crx ": .none  // pictures that our programs do not read
    default: .kind(.mp4)
    }
  }
}

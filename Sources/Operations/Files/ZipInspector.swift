import Persistence

/// A ZIP is an Office document, an OpenDocument, or an archive; every entry of it is unpacked once, within limits, and looked at.
enum ZipInspector {
  private static let limits = ArchiveLimits(entries: 10_000, entryBytes: 200 << 20, totalBytes: 500 << 20, ratio: 200)
  /// Of an Office document inside an archive, which is held in memory.
  private static let innerBytes = 32 << 20

  static func kind(_ path: String) throws -> FileKind {
    do {
      // Windows writes Chinese names in GBK without saying so.
      do { return try kind(ArchiveReader(path: path, [.zip], limits: limits), inner: false) } catch ArchiveError.badName("(not UTF-8)") {
        return try kind(ArchiveReader(path: path, [.zip], limits: limits, zipNames: "GB18030"), inner: false)
      }
    } catch let error as ArchiveError {
      throw refusal(error)
    }
  }

  private static func kind(_ archive: ArchiveReader, inner: Bool) throws -> FileKind {
    var names: Set<String> = [], contentTypes = "", mimetype = "", forbidden: FileRefusal?, isFirst = true
    while let entry = try archive.next() {
      names.insert(entry.name)
      switch entry.name {
      case "[Content_Types].xml": contentTypes = String(decoding: try start(of: archive, 1 << 20), as: UTF8.self)
      case "mimetype" where isFirst: mimetype = String(decoding: try start(of: archive, 256), as: UTF8.self)
      default:
        // Parts of an Office document are looked at by name; whether it is one is known at the end.
        let refusal = try look(at: entry.name, in: archive, inner: inner)
        forbidden = forbidden ?? refusal
      }
      isFirst = false
    }
    guard !names.isEmpty else { throw FileRefusal.empty }
    if !contentTypes.isEmpty { return try office(contentTypes, names) }
    if !mimetype.isEmpty { return try openDocument(mimetype, names) }
    if names.contains("META-INF/MANIFEST.MF") || names.contains("AndroidManifest.xml") { throw FileRefusal.program("Java, Android") }
    if let forbidden { throw forbidden }
    return .zip
  }

  private static func office(_ types: String, _ names: Set<String>) throws(FileRefusal) -> FileKind {
    let main: [(String, FileKind)] = [
      ("wordprocessingml.document.main+xml", .docx), ("spreadsheetml.sheet.main+xml", .xlsx),
      ("presentationml.presentation.main+xml", .pptx), ("presentationml.slideshow.main+xml", .pptx),
    ]
    let found = main.first { types.contains($0.0) }?.1
    let isMacro = names.contains { $0.lowercased().hasSuffix("vbaproject.bin") || $0.lowercased().hasSuffix("vbadata.xml") }
    if isMacro || types.lowercased().contains("macroenabled") || names.contains(where: { $0.contains("/macrosheets/") }) {
      throw .macros(found ?? .docx)
    }
    guard let found else { throw .unknownKind("Office") }
    return found
  }

  private static func openDocument(_ type: String, _ names: Set<String>) throws(FileRefusal) -> FileKind {
    guard let kind = FileKind(type: type.trimmed), [.odt, .ods, .odp].contains(kind) else {
      throw .unknownKind(String(type.prefix(80).filter(\.isASCII)))
    }
    if names.contains(where: { $0.hasPrefix("Basic/") || $0.hasPrefix("Scripts/") }) { throw .macros(kind) }
    return kind
  }

  /// An entry's first bytes; the rest is unpacked and passed over, so that its sizes and checksum are known to be true.
  private static func start(of archive: ArchiveReader, _ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try archive.read { piece in if bytes.count < count { bytes += piece.prefix(count - bytes.count) } }
    return bytes
  }

  private static func look(at name: String, in archive: ArchiveReader, inner: Bool) throws -> FileRefusal? {
    let head = try start(of: archive, inner ? FileSignature.length : innerBytes)
    let forbidden = ForbiddenContent.refusal(Array(head.prefix(FileSignature.length)))
    if case .otherArchive = forbidden { return .holdsArchive(name) }
    if ForbiddenContent.endings.contains(KeptName.ending(of: name)) { return .holdsForbidden(name) }
    if let forbidden, forbidden != .empty { return .holdsForbidden(name) }
    guard !inner, FileSignature(head) == .zipBased || FileSignature(head) == .compound else { return nil }
    return inside(name, head)
  }

  /// An Office document in an archive is looked into as well; a ZIP in a ZIP is not.
  private static func inside(_ name: String, _ bytes: [UInt8]) -> FileRefusal? {
    do {
      if FileSignature(bytes) == .compound {
        _ = try CompoundInspector.kind(FileContent(bytes))
        return nil
      }
      let found = try kind(ArchiveReader(bytes: bytes, [.zip], limits: limits), inner: true)
      return found == .zip ? .holdsArchive(name) : nil
    } catch FileRefusal.macros {
      return .holdsForbidden(name)
    } catch {
      return .holdsArchive(name)
    }
  }

  private static func refusal(_ error: ArchiveError) -> FileRefusal {
    switch error {
    case .encrypted: .encrypted(.zip)
    case .badName(let name), .duplicate(let name): .badEntryName(name)
    case .notAFile(let name): .entryIsNoFile(name)
    case .tooManyEntries, .entryTooLarge, .tooLarge, .tooDense: .unpacksToTooMuch
    default: .damaged(.zip)
    }
  }
}

/// Old Office: a small file system in a file. Its folder is never packed, so what is in it can be seen by name.
enum CompoundInspector {
  static func kind(_ content: FileContent) throws(FileRefusal) -> FileKind {
    // A docx under a password is a compound file with this in it.
    if has("EncryptedPackage", content) { throw .encrypted(.docx) }
    let streams: [(String, FileKind)] = [
      ("WordDocument", .doc), ("Workbook", .xls), ("Book", .xls), ("PowerPoint Document", .ppt),
    ]
    let found = streams.first { has($0.0, content) }?.1
    guard let found else { throw .unknownKind("OLE") }
    for name in ["_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros"] where has(name, content) { throw .macros(found) }
    return found
  }

  /// An entry of the folder: 128 bytes, the name in UTF-16 with its NUL, its length in bytes at 64.
  private static func has(_ name: String, _ content: FileContent) -> Bool {
    let units: [UInt8] = name.utf8.flatMap { [$0, 0] as [UInt8] } + [0, 0]
    return content.contains(units) { place in place % 128 == 0 && content.little(2, at: place + 64) == units.count }
  }
}

/// What is refused by its first bytes, or by libmagic's word: what runs, leads elsewhere, or is a page of the web.
enum ForbiddenContent {
  static func check(_ head: [UInt8]) throws(FileRefusal) {
    if let refusal = refusal(head) { throw refusal }
  }

  static func refusal(_ head: [UInt8]) -> FileRefusal? {
    if let found = starts.first(where: { head.starts(with: $0.0) }) { return found.1 }
    // A text may begin with MZ; a program of Windows has NULs in its head.
    if head.starts(with: Array("MZ".utf8)), head.contains(0) { return .program("Windows") }
    if head.starts(with: Array("#!".utf8)), !head.starts(with: Array("#!AMR".utf8)) { return .script("#!") }
    return webPage(head)
  }

  private static let starts: [([UInt8], FileRefusal)] = [
    ([0x7F, 0x45, 0x4C, 0x46], .program("Linux")), ([0xCF, 0xFA, 0xED, 0xFE], .program("macOS")),
    ([0xCE, 0xFA, 0xED, 0xFE], .program("macOS")), ([0xFE, 0xED, 0xFA], .program("macOS")),
    ([0xCA, 0xFE, 0xBA, 0xBE], .program("Java, macOS")),
    ([0x00, 0x61, 0x73, 0x6D], .program("WebAssembly")), (Array("dex\n".utf8), .program("Android")), (Array("ITSF".utf8), .program("CHM")),
    ([0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00], .shortcut), (Array("[InternetShortcut]".utf8), .shortcut),
    (Array("[Desktop Entry]".utf8), .shortcut), (Array("{\\rtf".utf8), .unknownKind("RTF")),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .otherArchive("7z")), (Array("Rar!".utf8), .otherArchive("RAR")),
    ([0x1F, 0x8B], .otherArchive("gzip")), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .otherArchive("xz")),
    (Array("BZh".utf8), .otherArchive("bzip2")),
    ([0x28, 0xB5, 0x2F, 0xFD], .otherArchive("zstd")), (Array("MSCF".utf8), .otherArchive("CAB")), ([0x50, 0x4B, 0x05, 0x06], .empty),
  ]

  private static let tags = [
    "!doctype html": "HTML", "html": "HTML", "head": "HTML", "body": "HTML", "script": "HTML", "iframe": "HTML", "svg": "SVG",
    "!doctype svg": "SVG", "?php": "PHP",
  ]

  /// Begins like a page, past blanks, a byte order mark, comments and the line that XML begins with.
  private static func webPage(_ head: [UInt8]) -> FileRefusal? {
    if head.contains(0) { return nil }
    var rest = Substring(String(decoding: head, as: UTF8.self).lowercased())
    if rest.first == "\u{FEFF}" { rest.removeFirst() }
    if rest.hasPrefix("mime-version:"), rest.contains("multipart/related") { return .webPage("MHTML") }
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard rest.first == "<" else { return nil }
      if let name = tags.first(where: { isTag($0.key, at: rest.dropFirst()) })?.value {
        return name == "PHP" ? .script(name) : .webPage(name)
      }
      // Comments, <?xml …?>, and other elements: a page may be wrapped in any.
      guard let end = rest.firstRange(of: rest.hasPrefix("<!--") ? "-->" : ">") else { return nil }
      rest = rest[end.upperBound...].drop { $0 != "<" }
    }
  }

  /// `<head>`, and not `<headers>`.
  private static func isTag(_ name: String, at text: Substring) -> Bool {
    guard text.hasPrefix(name) else { return false }
    return text.dropFirst(name.count).first.map { !$0.isLetter && !$0.isNumber && !"-_:.".contains($0) } ?? true
  }

  static func check(magic: String) throws(FileRefusal) {
    switch magic {
    case "application/x-dosexec", "application/vnd.microsoft.portable-executable", "application/x-msi", "application/x-ms-installer":
      throw .program("Windows")
    case "application/x-executable", "application/x-pie-executable", "application/x-sharedlib", "application/x-object":
      throw .program("Linux")
    case "application/x-mach-binary", "application/x-java-applet", "application/java-archive", "application/vnd.android.package-archive",
      "application/x-shockwave-flash":
      throw .program(String(magic.dropFirst("application/".count)))
    case "application/x-ms-shortcut", "application/x-mswinurl": throw .shortcut
    case "text/x-shellscript", "text/x-php", "text/x-msdos-batch", "application/javascript", "text/javascript", "application/x-powershell":
      throw .script(String(magic.drop { $0 != "/" }.dropFirst()))
    case "text/html", "application/xhtml+xml": throw .webPage("HTML")
    case "image/svg+xml": throw .webPage("SVG")
    default: return
    }
  }

  /// Endings that some system runs or obeys when they are opened; for what an archive unpacks to.
  static let endings: Set<String> = [
    "exe", "dll", "com", "scr", "pif", "cpl", "msi", "msp", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh",
    "hta",
    "lnk", "url", "scf", "reg", "inf", "jar", "apk", "app", "sh", "bash", "py", "pl", "rb", "php", "html", "htm", "xhtml", "mht", "mhtml",
    "svg", "svgz", "swf", "chm", "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm", "iso", "img", "vhd", "desktop", "command",
    "iqy", "slk", "rtf", "xll", "library-ms", "appref-ms", "msc", "gadget", "application",
  ]
}

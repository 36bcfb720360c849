import Foundation

/// The name under which a file is kept: the sender's, without what a disk, a header or a screen would obey, ending as its content does.
enum KeptName {
  static let bytes = 200

  /// `photo.png` that is a JPEG becomes `photo.jpg`; `report.exe` that is a PDF becomes `report.exe.pdf`.
  static func make(_ name: String, _ kind: FileKind) -> String {
    var kept = plain(name)
    let ending = ending(of: kept)
    if kind.endings.contains(ending) { return short(String(kept.dropLast(ending.count + 1)), String(kept.suffix(ending.count + 1))) }
    // A wrong ending of another kind is taken off; what is no ending of a kind is a part of the name.
    if FileKind.allCases.contains(where: { $0.endings.contains(ending) }), !kind.isText || ending != "csv" {
      kept = String(kept.dropLast(ending.count + 1))
    }
    return short(kept.isEmpty ? "file" : kept, "." + kind.endings[0])
  }

  static func ending(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  private static func plain(_ name: String) -> String {
    let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    let scalars = last.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      // Controls and the marks that turn the direction of writing (`gpj.exe` shown as `exe.jpg`).
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      default: !"<>:\"|?*".unicodeScalars.contains(scalar)
      }
    }
    let kept = String(String.UnicodeScalarView(scalars)).trimmed
    // Windows drops dots and blanks at the end, and a dot at the beginning hides a file.
    let bare = kept.drop { $0 == "." || $0 == " " }
    let end = bare.lastIndex { $0 != "." && $0 != " " }
    let result = end.map { String(bare[...$0]) } ?? "file"
    return reserved.contains(result.prefix { $0 != "." }.uppercased()) ? "_" + result : result
  }

  /// Devices of Windows, with any ending.
  private static let reserved = Set(["CON", "PRN", "AUX", "NUL"] + (1...9).flatMap { ["COM\($0)", "LPT\($0)"] })

  private static func short(_ name: String, _ ending: String) -> String {
    var stem = name
    while stem.utf8.count + ending.utf8.count > bytes { stem.removeLast() }
    return stem + ending
  }
}

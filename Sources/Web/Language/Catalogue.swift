import Domain

/// Texts by key, `key = text` a line; `{0}`, `{1}` are filled from arguments.
struct Catalogue: Sendable {
  let texts: [String: String]

  init(_ lines: String...) {
    var texts: [String: String] = [:]
    for line in lines.joined(separator: "\n").split(separator: "\n") {
      guard !line.hasPrefix("#"), let equals = line.firstRange(of: " = ") else { continue }
      texts[String(line[..<equals.lowerBound])] = String(line[equals.upperBound...])
    }
    self.texts = texts
  }

  func text(_ key: String, _ arguments: [String] = []) -> String? {
    guard let text = texts[key] else { return nil }
    guard !arguments.isEmpty else { return text }
    // In one pass, so that an argument that looks like {1} stays as it is.
    var filled = "", rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      filled += rest[..<open]
      if let index = Int(rest[rest.index(after: open)..<close]), arguments.indices.contains(index) {
        filled += arguments[index]
      } else {
        filled += rest[open...close]
      }
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }

  /// A sentence whose arguments are words of the handbook, where they are (`word.reported = 已报修`).
  func sentence(_ key: String, _ arguments: [String]) -> String? {
    text(key, arguments.map { text("word.\($0)") ?? $0 })
  }

  static func of(_ language: Language) -> Catalogue { language == .zh ? zh : en }
  /// Refusals speak English by themselves (`message`); this holds the pages' words.
  static let en = Catalogue(pagesEn, ProblemTexts.en)
  static let zh = Catalogue(pagesZh, ProblemTexts.zh, RefusalTexts.zh)
  /// The words of all rooms.
  static let pagesEn = PageRoom.all.map(\.en).joined(separator: "\n")
  static let pagesZh = PageRoom.all.map(\.zh).joined(separator: "\n")
}

extension Refusal {
  func message(in language: Language) -> String {
    language == .zh ? Catalogue.zh.sentence(code, arguments) ?? message : message
  }
}

extension FieldProblem {
  func message(in language: Language) -> String {
    language == .zh ? Catalogue.zh.sentence(code, arguments) ?? message : message
  }
}

import Domain

/// Reads one cell as the value of its field.
enum ImportCell {
  struct Problem: Error, Hashable {
    let message: String
  }

  /// Codes and numbers, which are narrow however they were typed.
  private static let codes: Set = ["code", "badgeNumber", "phone", "uscc", "serialNumber", "udi", "email"]

  static func read(_ cell: String, as field: RegisterField) throws(Problem) -> FieldValue {
    let bare = RegisterExport.restored(cell)
    let text = codes.contains(field.name) ? bare.halfWidth : bare
    switch field.field.type {
    case .text(let max, let lines): return .text(try plain(text, max: max, lines: lines))
    case .reference, .picture: return .text(try plain(text, max: 200, lines: false))
    case .word(let words):
      guard let word = ImportWords.word(text, of: words) else {
        throw Problem(message: "“\(text.prefix(40))” is none of \(words.joined(separator: ", "))")
      }
      return .text(word)
    case .creditCode:
      do throws(InputProblem) { return try field.field.type.value(ofText: text, at: field.name) } catch {
        throw Problem(message: "“\(text.prefix(40))”: \(error.problem.message)")
      }
    case .date: return .date(try date(text))
    case .integer(let range):
      guard let integer = Int(text.halfWidth), range.contains(integer) else {
        throw Problem(message: "“\(text.prefix(40))” is not a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return .integer(integer)
    case .bool:
      if ["true", "yes", "1", "是"].contains(text.lowercased()) { return .bool(true) }
      if ["false", "no", "0", "否"].contains(text.lowercased()) { return .bool(false) }
      throw Problem(message: "“\(text.prefix(40))” is neither yes nor no")
    case .instant:
      guard let instant = try? Instant(parsing: text) else { throw Problem(message: "“\(text.prefix(40))” is not a moment") }
      return .instant(instant)
    case .list(let item, let max):
      let parts = text.split { ";；、|".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
      guard parts.count <= max else { throw Problem(message: "has more than \(max) entries") }
      var items: [FieldValue] = []
      for part in parts { items.append(try entry(part, item)) }
      return .list(items)
    case .object: throw Problem(message: "cannot be imported")
    }
  }

  /// An entry of a list: a text, or a certificate as `name:2027-12-31`.
  private static func entry(_ text: String, _ type: FieldType) throws(Problem) -> FieldValue {
    switch type {
    case .text(let max, _): return .text(try plain(text, max: max, lines: false))
    case .object:
      guard let colon = text.lastIndex(where: { $0 == ":" || $0 == "：" }) else {
        throw Problem(message: "“\(text.prefix(40))” lacks its day of expiry: write it like DR:2027-12-31")
      }
      let name = try plain(String(text[..<colon]).trimmed, max: 100, lines: false)
      return .object(Fields(["name": .text(name), "expires": .date(try date(String(text[text.index(after: colon)...]).trimmed))]))
    default: throw Problem(message: "cannot be imported")
    }
  }

  /// `2026-11-23`, and as spreadsheets write it: `2026/11/23`, `2026/1/5`, `2026年1月5日`.
  private static func date(_ text: String) throws(Problem) -> CivilDate {
    let text = text.halfWidth
    let parts = text.split(omittingEmptySubsequences: true) { "-/.年月日".contains($0) }.map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1_900...2_200).contains(year),
      let date = CivilDate(year: year, month: month, day: day)
    else { throw Problem(message: "“\(text.prefix(40))” is not a day like 2026-11-23") }
    return date
  }

  private static func plain(_ text: String, max: Int, lines: Bool) throws(Problem) -> String {
    guard text.count <= max else { throw Problem(message: "is longer than \(max) characters") }
    let allowed: (Unicode.Scalar) -> Bool = { lines && ($0 == "\n" || $0 == "\t") }
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && !allowed($0) }) else {
      throw Problem(message: "contains control characters")
    }
    return text
  }
}

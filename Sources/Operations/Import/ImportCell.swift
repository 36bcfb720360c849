import Domain

/// Reads one cell as the value of its field.
enum ImportCell {
  struct Problem: Error, Hashable {
    let trouble: ImportTrouble
  }

  /// Codes and numbers, which are narrow however they were typed.
  private static let codes: Set = ["code", "badgeNumber", "phone", "uscc", "divisionCode", "serialNumber", "udi", "email"]

  static func read(_ cell: String, as field: RegisterField) throws(Problem) -> FieldValue {
    let bare = RegisterExport.restored(cell)
    let text = codes.contains(field.name) ? bare.halfWidth : bare
    switch field.field.type {
    case .text, .picture: return .text(try plain(text, as: field.field.type))
    // By name, which may be longer than an id.
    case .reference: return .text(try plain(text, as: .text(max: 200)))
    case .word(let words):
      guard let word = ImportWords.word(text, of: words) else { throw Problem(trouble: .notAWord(shown(text), words)) }
      return .text(word)
    case .creditCode:
      do { return .text(try SocialCreditCode(parsing: text).description) } catch { throw Problem(trouble: .creditCode(shown(text), error)) }
    case .divisionCode:
      do {
        let code = try DivisionCode(parsing: text)
        _ = try DivisionTable.china.division(code)
        return .text(code.description)
      } catch { throw Problem(trouble: .division(shown(text), error)) }
    case .degrees(let max):
      let narrow = text.halfWidth
      guard let angle = Angle(parsing: narrow), abs(angle.millionths) <= max * 1_000_000 else {
        throw Problem(trouble: .notDegrees(shown(text), max))
      }
      return .text(angle.description)
    case .date: return .date(try date(text))
    case .integer(let range):
      guard let integer = Int(text.halfWidth), range.contains(integer) else { throw Problem(trouble: .notANumber(shown(text), range)) }
      return .integer(integer)
    case .bool:
      if ["true", "yes", "1", "是"].contains(text.lowercased()) { return .bool(true) }
      if ["false", "no", "0", "否"].contains(text.lowercased()) { return .bool(false) }
      throw Problem(trouble: .notYesOrNo(shown(text)))
    case .instant:
      guard let instant = try? Instant(parsing: text) else { throw Problem(trouble: .notAMoment(shown(text))) }
      return .instant(instant)
    case .list(let item, let max):
      let parts = text.split { ";；、|".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
      guard parts.count <= max else { throw Problem(trouble: .tooManyEntries(max)) }
      var items: [FieldValue] = []
      for part in parts { items.append(try entry(part, item)) }
      return .list(items)
    case .object: throw Problem(trouble: .unreadable)
    }
  }

  /// An entry of a list: a text, or a certificate as `name:2027-12-31`.
  private static func entry(_ text: String, _ type: FieldType) throws(Problem) -> FieldValue {
    switch type {
    case .text: return .text(try plain(text, as: type))
    case .object:
      guard let colon = text.lastIndex(where: { $0 == ":" || $0 == "：" }) else { throw Problem(trouble: .noExpiry(shown(text))) }
      let name = try plain(String(text[..<colon]).trimmed, as: .text(max: 100))
      return .object(Fields(["name": .text(name), "expires": .date(try date(String(text[text.index(after: colon)...]).trimmed))]))
    default: throw Problem(trouble: .unreadable)
    }
  }

  /// `2026-11-23`, and as spreadsheets write it: `2026/11/23`, `2026/1/5 0:00:00`, `2026年1月5日`, `20260105`; and the number of days that
  /// a cell without a date's format shows, 46349 (from 1954 to 2119, where no year, month or day is mistaken for it).
  private static func date(_ cell: String) throws(Problem) -> CivilDate {
    let text = cell.halfWidth
    let words = text.split(whereSeparator: { $0 == " " || $0 == "T" })
    let day = words.count == 2 && words[1].allSatisfy({ "0:.Z".contains($0) }) ? words[0] : Substring(text)
    let parts = day.split(omittingEmptySubsequences: true) { "-/.年月日".contains($0) }
    var numbers = parts.map { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
    if parts.count == 1, let whole = numbers[0] {
      if day.utf8.count == 5, (20_000...80_000).contains(whole) { return CivilDate(daysSinceEpoch: whole - 25_569) }
      if day.utf8.count == 8 { numbers = [whole / 10_000, whole / 100 % 100, whole % 100] }
    }
    guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let number = numbers[2], (1_900...2_200).contains(year),
      let date = CivilDate(year: year, month: month, day: number)
    else { throw Problem(trouble: .notADay(shown(cell))) }
    return date
  }

  /// By the rules of the API.
  private static func plain(_ text: String, as type: FieldType) throws(Problem) -> String {
    do throws(InputProblem) {
      guard case .text(let checked) = try type.value(ofText: text, at: "") else { return text }
      return checked
    } catch {
      switch error.problem.code {
      case "field.too-long": throw Problem(trouble: .tooLong(error.problem.arguments.first.flatMap { Int($0) } ?? 0))
      case "field.empty": throw Problem(trouble: .blank)
      default: throw Problem(trouble: text.unicodeScalars.contains { $0 == "\n" || $0 == "\r" } ? .lineBreak : .controlCharacters)
      }
    }
  }

  private static func shown(_ text: String) -> String { FieldProblem.printable(String(text.prefix(40))) }
}

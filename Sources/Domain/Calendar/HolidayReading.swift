/// A table of holidays as its text says it: `2026 off 02-15..02-23 10-01` and `2026 work 02-14 02-28`, one kind of day a line; a year
/// with a line is known. `#` starts a comment. All that is wrong is found, not only the first.
public struct HolidayReading: Sendable {
  public let table: HolidayTable
  /// Each with its line, in order.
  public let problems: [PolicyError]

  /// No holiday in China ever was so long.
  static let longest = 31
  /// Always off by law (全国年节及纪念日放假办法): a year without one of them is not written down whole.
  private static let always = ["01-01", "05-01", "10-01"]

  /// - Parameter whole: also refuses what a table to be relied on cannot have: a make-up day that is no weekend day, and a year without
  ///   the days that are off every year.
  public init(_ text: String, whole: Bool = false) {
    var reader = Reader(whole: whole)
    // Spreadsheets and editors on Windows put a mark in front, and end lines with two characters.
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      reader.read(line, number: index + 1)
    }
    if whole { reader.requireWholeYears() }
    table = HolidayTable(years: Set(reader.years.keys), off: reader.off, makeup: reader.makeup)
    problems = reader.problems
  }

  private struct Reader {
    let whole: Bool
    /// With the line that first names them.
    var years: [Int: Int] = [:]
    var off: Set<CivilDate> = []
    var makeup: Set<CivilDate> = []
    var problems: [PolicyError] = []

    mutating func read(_ line: Substring, number: Int) {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard !words.isEmpty else { return }
      guard words.count > 2, words[0].utf8.count == 4, let year = Int(words[0]), year > 0, words[1] == "off" || words[1] == "work" else {
        return refuse(number, .notAHoliday(String(line.prefix(40))))
      }
      years[year] = years[year] ?? number
      for word in words.dropFirst(2) {
        guard let days = Self.days(word, of: words[0]) else { refuse(number, .notAHoliday(String(word.prefix(40)))); continue }
        for day in days { take(CivilDate(daysSinceEpoch: day), isOff: words[1] == "off", word, number) }
      }
    }

    private mutating func take(_ date: CivilDate, isOff: Bool, _ word: Substring, _ number: Int) {
      guard !off.contains(date), !makeup.contains(date) else { return refuse(number, .notAHoliday(String(word))) }
      if isOff { off.insert(date) } else { makeup.insert(date) }
      if whole, !isOff, ![.sat, .sun].contains(Weekday(date)) { refuse(number, .notAWeekend(date.description)) }
    }

    /// `10-01` or `10-01..10-08`, in order.
    private static func days(_ word: Substring, of year: Substring) -> ClosedRange<Int>? {
      let ends = word.split(separator: "..", omittingEmptySubsequences: false).map { CivilDate(parsing: "\(year)-\($0)")?.daysSinceEpoch }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last, last - first < longest else { return nil }
      return first...last
    }

    mutating func requireWholeYears() {
      if years.isEmpty, problems.isEmpty { problems.append(.noHolidays) }
      for (year, line) in years.sorted(by: { $0.value < $1.value }) {
        let missing = HolidayReading.always.filter { day in !off.contains { $0.year == year && $0.description.hasSuffix(day) } }
        if !missing.isEmpty { refuse(line, .incompleteHolidays(year: year, missing: missing.joined(separator: " "))) }
      }
    }

    private mutating func refuse(_ line: Int, _ reason: PolicyError) { problems.append(.at(line: line, entry: nil, reason)) }
  }
}

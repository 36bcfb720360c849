/// The public holidays and the make-up days (调休) of a country, year by year. A year that is not in it counts by the weekly pattern.
public struct HolidayTable: Hashable, Sendable {
  public static let none = HolidayTable(years: [], off: [], makeup: [])

  /// The years the table speaks of.
  public let years: Set<Int>
  public let off: Set<CivilDate>
  public let makeup: Set<CivilDate>

  public init(years: Set<Int>, off: Set<CivilDate>, makeup: Set<CivilDate>) {
    (self.years, self.off, self.makeup) = (years, off, makeup)
  }

  /// Reads the table's text: `2026 off 02-15..02-23 10-01` and `2026 work 02-14 02-28`, one kind of day a line; a year with a line is
  /// known. `#` starts a comment.
  ///
  /// - Throws: `PolicyError/at(line:entry:_:)` for the first line that is wrong, a day that stands twice included.
  public init(parsing text: String) throws(PolicyError) {
    var years: Set<Int> = [], off: Set<CivilDate> = [], makeup: Set<CivilDate> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard !words.isEmpty else { continue }
      func refusal(_ word: some StringProtocol) -> PolicyError { .at(line: index + 1, entry: nil, .notAHoliday(String(word.prefix(40)))) }
      guard words.count > 2, words[0].utf8.count == 4, let year = Int(words[0]), year > 0, words[1] == "off" || words[1] == "work" else {
        throw refusal(line)
      }
      years.insert(year)
      for word in words.dropFirst(2) {
        let ends = word.split(separator: ".", omittingEmptySubsequences: true)
        let dates = ends.compactMap { CivilDate(parsing: "\(words[0])-\($0)") }
        guard dates.count == ends.count, dates.count == 1 && !word.contains(".") || dates.count == 2 && word.contains(".."),
          let first = dates.first, let last = dates.last, first <= last, last.daysSinceEpoch - first.daysSinceEpoch < 31
        else { throw refusal(word) }
        for day in first.daysSinceEpoch...last.daysSinceEpoch {
          let date = CivilDate(daysSinceEpoch: day)
          guard !off.contains(date), !makeup.contains(date) else { throw refusal(word) }
          if words[1] == "off" { off.insert(date) } else { makeup.insert(date) }
        }
      }
    }
    self.init(years: years, off: off, makeup: makeup)
  }

  /// The table with another's years in place of its own.
  public func replacing(yearsOf other: HolidayTable) -> HolidayTable {
    HolidayTable(
      years: years.union(other.years), off: off.filter { !other.years.contains($0.year) }.union(other.off),
      makeup: makeup.filter { !other.years.contains($0.year) }.union(other.makeup))
  }
}

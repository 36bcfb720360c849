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

  /// Reads the table's text (``HolidayReading``).
  ///
  /// - Throws: `PolicyError/at(line:entry:_:)` for the first line that is wrong, a day that stands twice included.
  public init(parsing text: String) throws(PolicyError) {
    let reading = HolidayReading(text)
    if let problem = reading.problems.first { throw problem }
    self = reading.table
  }

  /// The table with another's years in place of its own.
  public func replacing(yearsOf other: HolidayTable) -> HolidayTable {
    HolidayTable(
      years: years.union(other.years), off: off.filter { !other.years.contains($0.year) }.union(other.off),
      makeup: makeup.filter { !other.years.contains($0.year) }.union(other.makeup))
  }

  /// The same table with these years alone.
  public func only(_ years: Set<Int>) -> HolidayTable {
    HolidayTable(
      years: self.years.intersection(years), off: off.filter { years.contains($0.year) }, makeup: makeup.filter { years.contains($0.year) })
  }

  /// The years of which the two do not say the same, in order.
  public func differingYears(from other: HolidayTable) -> [Int] {
    years.union(other.years).filter { only([$0]) != other.only([$0]) }.sorted()
  }

  /// As `init(parsing:)` reads it, the same for the same table: `2026 off 01-01..01-03 02-15..02-23`, a line end after each line.
  public var text: String {
    years.sorted().map { year in
      [("off", off), ("work", makeup)].map { word, days in
        let days = days.filter { $0.year == year }.map(\.daysSinceEpoch).sorted()
        guard !days.isEmpty else { return "" }
        return "\(CivilDate.four(year)) \(word) \(Self.runs(days).joined(separator: " "))\n"
      }.joined()
    }.joined()
  }

  /// Days that follow each other as `02-15..02-23`, in pieces that the reader takes.
  private static func runs(_ days: [Int]) -> [String] {
    days.runs(longest: HolidayReading.longest).map { run in
      let first = CivilDate(daysSinceEpoch: run.lowerBound).description.dropFirst(5)
      return run.count == 1 ? String(first) : "\(first)..\(CivilDate(daysSinceEpoch: run.upperBound).description.dropFirst(5))"
    }
  }
}

extension CivilDate {
  fileprivate static func four(_ year: Int) -> Substring { CivilDate(year: year, month: 1, day: 1)?.description.prefix(4) ?? "" }
}

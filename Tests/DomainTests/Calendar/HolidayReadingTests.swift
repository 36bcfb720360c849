import Domain
import Testing

/// The table of public holidays and make-up days as a file says it (SLA-7).
@Suite struct HolidayReadingTests {
  private static let year2027 = """
    # from the notice
    2027 off 01-01..01-03 02-05..02-11 05-01..05-03 10-01..10-07
    2027 work 01-31 02-20
    """

  private func problems(_ text: String) -> [String] { HolidayReading(text, whole: true).problems.map(\.message) }

  @Test func `a table that is well is read whole, however its lines end`() {
    for text in [Self.year2027, Self.year2027.replacing("\n", with: "\r\n"), "\u{FEFF}" + Self.year2027 + "\n\n"] {
      let reading = HolidayReading(text, whole: true)
      #expect(reading.problems.isEmpty && reading.table.years == [2027])
      #expect(reading.table.off.count == 20 && reading.table.makeup.count == 2)
    }
  }

  @Test func `every line that is wrong is named with its reason, not only the first`() {
    let text = """
      2027 off 01-01..01-03 05-01 10-01
      2027 of 10-02
      2027 off 10-02..09-30 02-30
      2027 work 01-02 02-08 02-20
      """
    let line = "is not a line of holidays. Write `2026 off 10-01..10-08` or `2026 work 10-10`, each day once."
    #expect(
      problems(text) == [
        "line 2: “2027 of 10-02” \(line)", "line 3: “10-02..09-30” \(line)", "line 3: “02-30” \(line)", "line 4: “01-02” \(line)",
        "line 4: 2027-02-08 is no Saturday or Sunday, so it is worked anyway. Mend the day, or leave it out.",
      ])
  }

  @Test(arguments: [
    "27 off 01-01", "2027 off", "2027", "2027 off 1-1", "2027 off 01-01...01-03", "2027 off 01-01..", "2027 off 01-01..01-02..01-03",
    "2027 off 01-01..12-31", "2027 off 01-01 01-01", "2027 off 01-01,01-02", "２027 off 01-01",
  ])
  func `no line of holidays`(_ text: String) {
    #expect(throws: PolicyError.self) { try HolidayTable(parsing: text) }
  }

  @Test func `a year that is not written down whole is refused, or its other holidays would count as work`() {
    let message = "2027 lacks days that are off every year: 05-01 10-01. Write down the whole year, `off` and `work`."
    #expect(problems("2028 off 01-01 05-01 10-01\n2027 off 01-01\n2027 work 02-20") == ["line 2: \(message)"])
    #expect(problems("# nothing").first?.hasPrefix("There is no year in it.") == true)
  }

  @Test func `a table's text says the same table, and the same table has the same text`() throws {
    var dice = Dice(state: 20_261_128)
    for _ in 0..<200 {
      let year = Int.random(in: 2019...2040, using: &dice)
      let first = try #require(CivilDate(year: year, month: 1, day: 1)).daysSinceEpoch
      var off: Set<CivilDate> = [], work: Set<CivilDate> = []
      for _ in 0..<Int.random(in: 1...12, using: &dice) {
        let day = first + Int.random(in: 0..<300, using: &dice)
        for later in day...day + Int.random(in: 0...40, using: &dice) { off.insert(CivilDate(daysSinceEpoch: later)) }
        work.insert(CivilDate(daysSinceEpoch: first + Int.random(in: 0..<360, using: &dice)))
      }
      let table = HolidayTable(years: [year], off: off, makeup: work.subtracting(off))
      let read = try HolidayTable(parsing: table.text)
      #expect(read == table && read.text == table.text)
    }
  }

  @Test func `a later table takes the place of a year and of nothing else`() throws {
    let old = try HolidayTable(parsing: "2026 off 10-01..10-07\n2026 work 10-10\n2027 off 10-01")
    let new = try HolidayTable(parsing: Self.year2027)
    let both = old.replacing(yearsOf: new)
    #expect(both.only([2026]) == old.only([2026]) && both.only([2027]) == new)
    #expect(old.differingYears(from: both) == [2027] && both.differingYears(from: both) == [])
  }
}

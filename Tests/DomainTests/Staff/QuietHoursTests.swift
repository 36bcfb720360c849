import Domain
import Testing

@Suite struct QuietHoursTests {
  private let china = 8 * 3_600
  private func at(_ text: String) throws -> Instant { try Instant(parsing: text) }

  @Test func `they run over midnight, end at their end, and are none where they have no length`() throws {
    let night = try #require(QuietHours(from: 22 * 60, to: 7 * 60))
    let end = try at("2026-11-24T07:00:00+08:00")
    #expect(night.end(around: try at("2026-11-23T22:00:00+08:00"), offsetSeconds: china) == end)
    #expect(night.end(around: try at("2026-11-24T06:59:59.999+08:00"), offsetSeconds: china) == end)
    #expect(night.end(around: end, offsetSeconds: china) == nil)
    #expect(night.end(around: try at("2026-11-23T21:59:59.999+08:00"), offsetSeconds: china) == nil)
    let noon = try #require(QuietHours(from: 12 * 60, to: 13 * 60 + 30))
    #expect(noon.end(around: try at("2026-11-23T12:10:05+08:00"), offsetSeconds: china) == (try at("2026-11-23T13:30:00+08:00")))
    #expect(noon.end(around: try at("2026-11-23T14:00:00+08:00"), offsetSeconds: china) == nil)
    #expect(QuietHours(from: 60, to: 60) == nil && QuietHours(from: -1, to: 3) == nil && QuietHours(from: 0, to: 1_440) == nil)
  }

  @Test func `every minute of a day is either in them, with an end that is not, or outside`() throws {
    let midnight = try at("1969-12-28T00:00:00+08:00")
    for (from, to) in [(0, 1), (1_439, 0), (1_380, 420), (420, 1_380)] {
      let hours = try #require(QuietHours(from: from, to: to))
      for minute in 0..<1_440 {
        let moment = Instant(milliseconds: midnight.milliseconds + Int64(minute) * 60_000)
        let isIn = from < to ? (from..<to).contains(minute) : minute >= from || minute < to
        let end = hours.end(around: moment, offsetSeconds: china)
        #expect((end != nil) == isIn)
        if let end { #expect(hours.end(around: end, offsetSeconds: china) == nil && end > moment) }
      }
    }
  }
}

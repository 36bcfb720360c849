/// One span of opening hours on the clock of the wall: `08:30-12:00`. It belongs to the day it starts on; `22:00-06:00` runs into
/// the next day, and `24:00` may end a span (SLA-7).
public struct HoursSpan: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Minutes from the day's midnight: 0 to 1,439.
  public let start: Int
  /// Minutes from the same midnight, after `start`; above 1,440 on the next day. Never more than 24 h after `start`.
  public let end: Int

  /// - Throws: `.notHours` for what is no span, 25:00 included; `.emptyHours` for one that ends where it starts.
  public init(parsing text: String) throws(PolicyError) {
    let bytes = Array(text.utf8)
    func minutes(at place: Int) -> Int? {
      let digits = [bytes[place], bytes[place + 1], bytes[place + 3], bytes[place + 4]].map { Int($0) - 48 }
      guard bytes[place + 2] == UInt8(ascii: ":"), digits.allSatisfy((0...9).contains) else { return nil }
      let hour = digits[0] * 10 + digits[1], minute = digits[2] * 10 + digits[3]
      guard hour < 24 && minute < 60 || hour == 24 && minute == 0 else { return nil }
      return hour * 60 + minute
    }
    guard bytes.count == 11, bytes[5] == UInt8(ascii: "-"), let start = minutes(at: 0), start < 1_440, let end = minutes(at: 6) else {
      throw .notHours(text)
    }
    guard start != end else { throw .emptyHours(text) }
    (self.start, self.end) = (start, end > start ? end : end + 1_440)
  }

  public static func < (a: HoursSpan, b: HoursSpan) -> Bool { (a.start, a.end) < (b.start, b.end) }

  public var description: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    func clock(_ minutes: Int) -> String { "\(two(minutes / 60)):\(two(minutes % 60))" }
    return "\(clock(start))-\(clock(end > 1_440 ? end - 1_440 : end))"
  }

  /// In order, none over another.
  ///
  /// - Throws: `.overlappingHours` naming the two.
  static func day(_ spans: [HoursSpan]) throws(PolicyError) -> [HoursSpan] {
    let sorted = spans.sorted()
    for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.start < earlier.end {
      throw .overlappingHours(earlier.description, later.description)
    }
    return sorted
  }
}

/// The days of the week as a calendar file names them.
public enum Weekday: String, CaseIterable, Codable, Hashable, Sendable {
  case mon, tue, wed, thu, fri, sat, sun

  public init(_ date: CivilDate) { self.init(daysSinceEpoch: date.daysSinceEpoch) }

  /// 1970-01-01 was a Thursday.
  init(daysSinceEpoch day: Int) {
    let index = (day % 7 + 7 + 3) % 7
    self = Weekday.allCases[index]
  }
}

/// One line of `weibao calendar run`: `add TAB instant TAB duration` or `between TAB instant TAB instant`.
public struct CalendarQuestion: Hashable, Sendable {
  public enum Reason: Error, Hashable, CustomStringConvertible {
    case malformed
    case instant(String)
    case duration(String)
    case tooLong(String)
    case workingDays
    case neverOpens

    public var description: String {
      switch self {
      case .malformed: "write add TAB instant TAB duration, or between TAB instant TAB instant"
      case .instant(let text): "“\(text)” is not an instant; write it like 2026-11-23T10:42:00+08:00"
      case .duration(let text): "“\(text)” is not a duration; write digits and a unit: 7200s, 30min, 2h, 1d or 2wd"
      case .tooLong(let text): "“\(text)” is longer than any sum: time ends with the year 9999"
      case .workingDays: "working days need a calendar with hours; always (7 x 24) has none"
      case .neverOpens: "the calendar has no working time within 400 days from there, or the sum ends after the year 9999"
      }
    }
  }

  private enum Asked: Hashable, Sendable {
    case add(Instant, PolicyDuration)
    case between(Instant, Instant)
  }

  private let asked: Asked
  /// Seconds from the year 1 to beyond 9999: no sum is longer.
  private static let longest = 10_000 * 366 * 86_400

  public init(parsing line: String) throws(Reason) {
    let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3 else { throw .malformed }
    func instant(_ text: String) throws(Reason) -> Instant {
      do { return try Instant(parsing: text) } catch { throw .instant(String(text.prefix(60))) }
    }
    switch words[0] {
    case "add":
      let start = try instant(words[1])
      let text = String(words[2].prefix(60))
      do { asked = .add(start, try PolicyDuration(parsing: words[2], longest: Self.longest)) } catch .durationOutOfRange {
        throw .tooLong(text)
      } catch { throw .duration(text) }
    case "between": asked = .between(try instant(words[1]), try instant(words[2]))
    default: throw .malformed
    }
  }

  /// The moments the answer rests on, for the word about years without a table.
  public struct Answer: Hashable, Sendable {
    public let text: String
    public let touched: [Instant]
  }

  /// The instant in the calendar's zone, or whole working seconds.
  public func answer(on calendar: WorkingCalendar) throws(Reason) -> Answer {
    switch asked {
    case .add(let start, let duration):
      if case .workingDays = duration, !calendar.closes { throw .workingDays }
      let end = calendar.add(to: start, duration)
      guard end < .latest else { throw .neverOpens }
      return Answer(text: end.shortText(offsetSeconds: calendar.offsetSeconds(at: end)), touched: [start, end])
    case .between(let start, let end):
      return Answer(text: String(calendar.workingMilliseconds(from: start, to: end) / 1_000), touched: [start, end])
    }
  }
}

extension Instant {
  /// RFC 3339, with a fraction only where there is one.
  func shortText(offsetSeconds: Int) -> String {
    let text = text(offsetSeconds: offsetSeconds)
    guard milliseconds % 1_000 == 0, let dot = text.firstIndex(of: ".") else { return text }
    return String(text[..<dot] + text[text.index(dot, offsetBy: 4)...])
  }
}

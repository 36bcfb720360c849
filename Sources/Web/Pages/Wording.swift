import Domain

/// How a page speaks: a person's language, the company's time of day.
struct Wording: Sendable {
  let language: Language
  let now: Instant
  let offsetSeconds: Int
  private let catalogue: Catalogue
  private let today: Int

  init(_ language: Language, now: Instant, offsetSeconds: Int) {
    (self.language, self.now, self.offsetSeconds) = (language, now, offsetSeconds)
    catalogue = .of(language)
    today = Self.day(of: now, offsetSeconds)
  }

  /// A text; its own key where there is none, which a test finds.
  func text(_ key: String, _ arguments: String...) -> String { catalogue.text(key, arguments) ?? key }

  func has(_ key: String) -> Bool { catalogue.texts[key] != nil }

  /// A word of a closed list, such as `state.working`; itself where it is not ours.
  func word(_ group: String, _ value: String) -> String { catalogue.text("\(group).\(value)") ?? value }

  func list(_ items: [String]) -> String { items.joined(separator: language == .zh ? "、" : ", ") }

  /// `今天 13:20`, `11月24日 周二 12:02`.
  func moment(_ instant: Instant) -> String {
    let time = clock(instant)
    return switch Self.day(of: instant, offsetSeconds) - today {
    case 0: text("time.today", time)
    case 1: text("time.tomorrow", time)
    case -1: text("time.yesterday", time)
    default: "\(day(instant)) \(time)"
    }
  }

  /// `13:20`.
  func clock(_ instant: Instant) -> String {
    let minutes = Int((instant.milliseconds / 60_000 + Int64(offsetSeconds / 60)) % 1_440 + 1_440) % 1_440
    return "\(padded(minutes / 60)):\(padded(minutes % 60))"
  }

  /// `11月24日 周二`; with its year where that is another.
  func day(_ instant: Instant) -> String {
    let number = Self.day(of: instant, offsetSeconds)
    let date = CivilDate(daysSinceEpoch: number)
    guard date.year == CivilDate(daysSinceEpoch: today).year else { return self.date(date) }
    // 1970-01-01 was a Thursday.
    let weekday = ((number + 3) % 7 + 7) % 7 + 1
    return text("time.day", text("time.month.\(date.month)"), String(date.day), text("time.weekday.\(weekday)"))
  }

  /// Where there is little room: `昨天`, `11月22日`.
  func shortDay(_ instant: Instant) -> String {
    let number = Self.day(of: instant, offsetSeconds)
    if abs(number - today) <= 1 { return dayHeading(instant) }
    let date = CivilDate(daysSinceEpoch: number)
    return text("time.short-day", text("time.month.\(date.month)"), String(date.day))
  }

  /// As a heading: `今天`, else the day.
  func dayHeading(_ instant: Instant) -> String {
    switch Self.day(of: instant, offsetSeconds) - today {
    case 0: text("time.today-plain")
    case 1: text("time.tomorrow-plain")
    case -1: text("time.yesterday-plain")
    default: day(instant)
    }
  }

  func date(_ date: CivilDate) -> String {
    text("time.year", String(date.year), text("time.month.\(date.month)"), String(date.day))
  }

  /// `22 小时 42 分`: whole minutes, cut; days from 48 h.
  func duration(milliseconds: Int64) -> String {
    let minutes = milliseconds / 60_000
    switch minutes {
    case ..<1: return text("time.under-minute")
    case ..<60: return text("time.minutes", String(minutes))
    case ..<2_880:
      return minutes % 60 == 0
        ? text("time.hours", String(minutes / 60)) : text("time.hours-minutes", String(minutes / 60), String(minutes % 60))
    default:
      let (days, hours) = (minutes / 1_440, minutes % 1_440 / 60)
      return hours == 0 ? text("time.days", String(days)) : text("time.days-hours", String(days), String(hours))
    }
  }

  func isToday(_ instant: Instant) -> Bool { Self.day(of: instant, offsetSeconds) == today }
  func sameDay(_ a: Instant, _ b: Instant) -> Bool { Self.day(of: a, offsetSeconds) == Self.day(of: b, offsetSeconds) }
  var todayDate: CivilDate { CivilDate(daysSinceEpoch: today) }

  private static func day(of instant: Instant, _ offsetSeconds: Int) -> Int {
    instant.date(offsetSeconds: offsetSeconds).daysSinceEpoch
  }

  private func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

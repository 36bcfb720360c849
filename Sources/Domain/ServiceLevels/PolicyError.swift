/// Why a service policy or a case file is not taken.
public enum PolicyError: Refusal, Hashable {
  case notADuration(String)
  case durationOutOfRange(String)
  /// Where in the file (line, and the entry by its id or place) something is wrong.
  indirect case at(line: Int?, entry: String?, PolicyError)
  case malformed(String)
  case tooLarge(limit: Int)
  case unknownKey(String, allowed: [String])
  case missingKey(String)
  case wrongShape(key: String, expected: String)
  case unknownWord(key: String, String, allowed: [String])
  case notAnInstant(key: String, String)
  case zeroWithin
  case unknownCalendar(String)
  case calendarNotRead(String)
  case workingDaysNeedCalendar(key: String)
  case neverCloses
  case tooMany(String, limit: Int)
  case notHours(String)
  case emptyHours(String)
  case overlappingHours(String, String)
  case unknownZone(String)
  case notADate(String)
  case neverOpens
  /// For more than 400 days after a day: a promise could never run out.
  case closedTooLong(after: String)
  case notAHoliday(String)
  /// A make-up day is a weekend day that is worked.
  case notAWeekend(String)
  case incompleteHolidays(year: Int, missing: String)
  case noHolidays

  /// Stable: the problem's `type`, the key in the catalogues. A place changes the sentence, not the code.
  public var code: String {
    switch self {
    case .at(_, _, let reason): reason.code
    case .notADuration: "policy.not-a-duration"
    case .durationOutOfRange: "policy.duration-out-of-range"
    case .malformed: "policy.malformed"
    case .tooLarge: "policy.too-large"
    case .unknownKey: "policy.unknown-key"
    case .missingKey: "policy.missing-key"
    case .wrongShape: "policy.wrong-shape"
    case .unknownWord: "policy.unknown-word"
    case .notAnInstant: "policy.not-an-instant"
    case .zeroWithin: "policy.zero-within"
    case .unknownCalendar: "policy.unknown-calendar"
    case .calendarNotRead: "policy.calendar-not-read"
    case .workingDaysNeedCalendar: "policy.working-days-need-calendar"
    case .neverCloses: "policy.never-closes"
    case .tooMany: "policy.too-many"
    case .notHours: "calendar.not-hours"
    case .emptyHours: "calendar.empty-hours"
    case .overlappingHours: "calendar.overlapping-hours"
    case .unknownZone: "calendar.unknown-zone"
    case .notADate: "calendar.not-a-date"
    case .neverOpens: "calendar.never-opens"
    case .closedTooLong: "calendar.closed-too-long"
    case .notAHoliday: "calendar.not-a-holiday"
    case .notAWeekend: "calendar.not-a-weekend"
    case .incompleteHolidays: "calendar.incomplete-holidays"
    case .noHolidays: "calendar.no-holidays"
    }
  }

  /// What is so, then what to do.
  public var message: String {
    switch self {
    case .at(let line, let entry, let reason):
      [line.map { "line \($0)" }, entry].compactMap { $0 }.joined(separator: ", ") + ": " + reason.message
    case .notADuration(let text): "“\(text)” is not a duration. Write digits and a unit: 7200s, 30min, 2h, 1d or 2wd."
    case .durationOutOfRange(let text): "“\(text)” is longer than ten years. Write a shorter time."
    case .malformed(let problem): "This is not readable YAML: \(problem). Mend it there."
    case .tooLarge(let limit): "The file is larger than \(limit) bytes. Shorten it."
    case .unknownKey(let key, let allowed): "“\(key)” is not known here. Use one of: \(allowed.joined(separator: " "))."
    case .missingKey(let key): "“\(key)” is missing. Write it."
    case .wrongShape(let key, let expected): "“\(key)” has the wrong shape. Write \(expected)."
    case .unknownWord(let key, let word, let allowed):
      "“\(word)” is not a value of “\(key)”. Use one of: \(allowed.joined(separator: " "))."
    case .notAnInstant(let key, let text): "“\(key)”: “\(text)” is not a moment. Write it like 2026-11-23T10:42:00+08:00."
    case .zeroWithin: "“within” is 0. A promise needs some time: write at least 1s."
    case .unknownCalendar(let name): "The calendar “\(name)” is unknown. Name it under “calendars”, or use always (7 x 24)."
    case .calendarNotRead(let path): "The calendar file “\(path)” cannot be read here. Put it beside the policy file, in UTF-8."
    case .workingDaysNeedCalendar(let key):
      "“\(key)” counts working days, and always (7 x 24) has none. Write hours or days, or name a calendar."
    case .neverCloses: "“ends: close” needs closing hours, and always (7 x 24) has none. Leave it out, or name a calendar."
    case .tooMany(let what, let limit): "There are more than \(limit) \(what). Write fewer."
    case .notHours(let text): "“\(text)” are no hours. Write them like 08:30-12:00, up to 24:00."
    case .emptyHours(let text): "“\(text)” has no length. Write when it ends; a whole day is 00:00-24:00."
    case .overlappingHours(let one, let other): "“\(one)” and “\(other)” overlap. Write one span for both, or mend one."
    case .unknownZone(let name): "The time zone “\(name)” is unknown. Write an IANA name such as Asia/Shanghai."
    case .notADate(let text): "“\(text)” is not a day. Write it like 2026-12-31."
    case .neverOpens: "This calendar has no working hours at all. Write some under “week” or “days”."
    case .closedTooLong(let day):
      "After \(day) there are no working hours for more than 400 days, so this would never be due. Write hours for that time."
    case .notAHoliday(let text): "“\(text)” is not a line of holidays. Write `2026 off 10-01..10-08` or `2026 work 10-10`, each day once."
    case .notAWeekend(let day): "\(day) is no Saturday or Sunday, so it is worked anyway. Mend the day, or leave it out."
    case .incompleteHolidays(let year, let missing):
      "\(year) lacks days that are off every year: \(missing). Write down the whole year, `off` and `work`."
    case .noHolidays: "There is no year in it. Write lines such as `2026 off 10-01..10-08` and `2026 work 10-10`."
    }
  }

  public var arguments: [String] {
    switch self {
    case .at(_, _, let reason): reason.arguments
    case .notADuration(let text), .durationOutOfRange(let text), .malformed(let text), .missingKey(let text): [text]
    case .unknownCalendar(let text), .calendarNotRead(let text), .workingDaysNeedCalendar(let text), .closedTooLong(let text): [text]
    case .tooLarge(let limit): [String(limit)]
    case .unknownKey(let key, let allowed): [key, allowed.joined(separator: " ")]
    case .wrongShape(let key, let expected): [key, expected]
    case .unknownWord(let key, let word, let allowed): [key, word, allowed.joined(separator: " ")]
    case .notAnInstant(let key, let text): [key, text]
    case .tooMany(let what, let limit): [what, String(limit)]
    case .notHours(let text), .emptyHours(let text), .unknownZone(let text), .notADate(let text), .notAHoliday(let text): [text]
    case .notAWeekend(let text): [text]
    case .incompleteHolidays(let year, let missing): [String(year), missing]
    case .overlappingHours(let one, let other): [one, other]
    case .zeroWithin, .neverCloses, .neverOpens, .noHolidays: []
    }
  }

  public var category: RefusalCategory {
    switch self {
    case .at(_, _, let reason): reason.category
    case .malformed: .malformed
    case .tooLarge: .tooLarge
    default: .invalid
    }
  }
}

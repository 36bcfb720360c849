/// A working calendar as its file says it (SLA-7): weekly hours, whose holidays, and days that differ.
public struct CalendarDefinition: Hashable, Sendable {
  public enum Holidays: String, CaseIterable, Hashable, Sendable { case china, none }

  public let name: String
  /// An IANA name.
  public let timeZone: String
  /// Seven days from Monday; an empty day is closed.
  public let week: [[HoursSpan]]
  public let holidays: Holidays
  /// Whose hours a make-up day has.
  public let makeup: Weekday
  /// Wins over all; empty is closed.
  public let days: [CivilDate: [HoursSpan]]

  public init(
    name: String, timeZone: String, week: [Weekday: [HoursSpan]], holidays: Holidays = .none, makeup: Weekday = .mon,
    days: [CivilDate: [HoursSpan]] = [:]
  ) throws(PolicyError) {
    (self.name, self.timeZone, self.holidays, self.makeup) = (name, timeZone, holidays, makeup)
    var all: [[HoursSpan]] = []
    for day in Weekday.allCases { all.append(try HoursSpan.day(week[day] ?? [])) }
    self.week = all
    var own: [CivilDate: [HoursSpan]] = [:]
    for (date, spans) in days { own[date] = try HoursSpan.day(spans) }
    self.days = own
    guard all.contains(where: { !$0.isEmpty }) || own.values.contains(where: { !$0.isEmpty }) else { throw .neverOpens }
  }

  func hours(of weekday: Weekday) -> [HoursSpan] { week[Weekday.allCases.firstIndex(of: weekday) ?? 0] }

  /// The hours of a day, in order: its own, else those of holiday and make-up day, else the week's.
  func hours(onDay day: Int, _ table: HolidayTable) -> [HoursSpan] {
    let date = CivilDate(daysSinceEpoch: day)
    if let own = days[date] { return own }
    if holidays == .china {
      if table.off.contains(date) { return [] }
      if table.makeup.contains(date) { return hours(of: makeup) }
    }
    return hours(of: Weekday(daysSinceEpoch: day))
  }
}

extension CalendarDefinition {
  private static let keys = ["name", "time_zone", "week", "holidays", "makeup", "days"]

  /// Reads a calendar file; checks all of it.
  ///
  /// - Throws: ``PolicyError/at(line:entry:_:)`` for the first thing that is wrong.
  public init(document: DocumentNode) throws(PolicyError) {
    let file = try DocumentFields(document, keys: Self.keys, entry: nil)
    let zone = try file.require("time_zone", file.text("time_zone"))
    do { _ = try ZoneRules(zone, days: 0...0) } catch { throw file.refusal("time_zone", error) }
    var week: [Weekday: [HoursSpan]] = [:]
    let weekNode = try file.require("week", file.node("week"))
    let pattern = try DocumentFields(weekNode, keys: Weekday.allCases.map(\.rawValue), entry: "week")
    for day in Weekday.allCases {
      guard let node = pattern.node(day.rawValue) else { continue }
      week[day] = try Self.spans(node, pattern, day.rawValue)
    }
    var days: [CivilDate: [HoursSpan]] = [:]
    if let node = file.node("days") {
      guard case .map(let entries) = node.content else {
        throw file.refusal("days", .wrongShape(key: "days", expected: "{2026-12-31: off}"))
      }
      guard entries.count <= 10_000 else { throw file.refusal("days", .tooMany("days", limit: 10_000)) }
      for entry in entries {
        guard let date = CivilDate(parsing: entry.key) else { throw .at(line: entry.line, entry: "days", .notADate(entry.key)) }
        days[date] = try Self.hours(ofDay: entry.value, entry, week)
      }
    }
    do {
      try self.init(
        name: file.text("name") ?? zone, timeZone: zone, week: week, holidays: file.word("holidays", Holidays.self) ?? .none,
        makeup: file.word("makeup", Weekday.self) ?? .mon, days: days)
    } catch {
      if case .at = error { throw error }
      throw .at(line: weekNode.line, entry: nil, error)
    }
  }

  /// A list of spans, one span, or `off`.
  private static func spans(_ node: DocumentNode, _ fields: DocumentFields, _ key: String) throws(PolicyError) -> [HoursSpan] {
    let texts: [String]
    switch node.content {
    case .text("off"), .nothing: return []
    case .text(let text): texts = [text]
    case .list: texts = try fields.texts(key) ?? []
    case .map: throw fields.refusal(key, .wrongShape(key: key, expected: "[\"08:30-12:00\", \"13:30-17:30\"]"))
    }
    var spans: [HoursSpan] = []
    do {
      for text in texts { spans.append(try HoursSpan(parsing: text)) }
      return try HoursSpan.day(spans)
    } catch { throw .at(line: node.line, entry: key, error) }
  }

  /// `mon` (that day's hours), `off`, or hours.
  private static func hours(
    ofDay node: DocumentNode, _ entry: DocumentNode.Entry, _ week: [Weekday: [HoursSpan]]
  ) throws(PolicyError) -> [HoursSpan] {
    if case .text(let word) = node.content, let day = Weekday(rawValue: word) { return week[day] ?? [] }
    guard node.content != .nothing else {
      throw .at(line: entry.line, entry: "days", .wrongShape(key: entry.key, expected: "off, a day such as mon, or [\"08:30-12:00\"]"))
    }
    let wrapped = DocumentNode(line: entry.line, .map([entry]))
    return try spans(node, DocumentFields(wrapped, keys: [entry.key], entry: "days"), entry.key)
  }
}

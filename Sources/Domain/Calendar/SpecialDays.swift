/// Days whose hours are not those of their weekday: what somebody who reckons after the calendar stumbles over (SLA-7).
public struct SpecialDays: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A public holiday.
    case holiday
    /// A day worked for a holiday (调休).
    case makeup
    /// The calendar's own: closed, or other hours.
    case closed, otherHours
  }

  public let kind: Kind
  public let first: CivilDate
  public internal(set) var last: CivilDate
  /// Of each of these days; none where it is closed.
  public let hours: [HoursSpan]

  /// Days that are looked at.
  static let most = 3_660
}

extension CalendarDefinition {
  func specialDays(_ days: ClosedRange<CivilDate>, _ table: HolidayTable) -> [SpecialDays] {
    let begin = days.lowerBound.daysSinceEpoch, end = min(days.upperBound.daysSinceEpoch, begin + SpecialDays.most)
    return (begin...end).reduce(into: []) { found, day in
      let date = CivilDate(daysSinceEpoch: day)
      guard let kind = kind(of: date, table) else { return }
      let hours = hours(onDay: day, table)
      if let last = found.last, last.kind == kind, last.hours == hours, last.last.daysSinceEpoch == day - 1 {
        found[found.count - 1].last = date
      } else {
        found.append(SpecialDays(kind: kind, first: date, last: date, hours: hours))
      }
    }
  }

  private func kind(of date: CivilDate, _ table: HolidayTable) -> SpecialDays.Kind? {
    if let own = days[date] { return own.isEmpty ? .closed : .otherHours }
    guard holidays == .china else { return nil }
    return table.off.contains(date) ? .holiday : table.makeup.contains(date) ? .makeup : nil
  }
}

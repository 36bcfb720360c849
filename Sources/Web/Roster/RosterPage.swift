import Domain
import Operations

/// A week of the roster.
struct RosterPage: Sendable {
  var frame: Frame
  var monday: CivilDate
  var branch: String?
  var shifts: [ShiftView] = []
  /// The next 14 days.
  var gaps: [DutyGap] = []
  var branches: [NamedThing] = []
  /// Empty: the reader only looks.
  var staff: [NamedThing] = []
  var done: String?
  /// What was refused stays in the form.
  var typed: [String: String] = [:]
  var problem: String?

  static func monday(of day: CivilDate?, now: Instant, _ offset: Int) -> CivilDate {
    let number = (day ?? now.date(offsetSeconds: offset)).daysSinceEpoch
    // 1970-01-05 was a Monday.
    return CivilDate(daysSinceEpoch: number - ((number - 4) % 7 + 7) % 7)
  }

  func values() -> some PageValue { RosterValues(page: self) }
}

struct RosterValues: PageValue {
  let page: RosterPage
  private var wording: Wording { page.frame.wording }

  private func week(_ days: Int) -> String {
    let date = CivilDate(daysSinceEpoch: page.monday.daysSinceEpoch + days)
    return "/roster?week=\(date)" + (page.branch.map { "&branch=\(Address.escaped($0))" } ?? "")
  }

  private func branchName(_ id: String?) -> String {
    guard let id else { return wording.text("roster.centre") }
    return page.branches.first { $0.id == id }?.name ?? ""
  }

  /// The night that is planned next: of today where the week has it, else its first.
  private var firstDay: CivilDate {
    (0..<7).map { CivilDate(daysSinceEpoch: page.monday.daysSinceEpoch + $0) }.first {
      wording.isToday($0.start(offsetSeconds: wording.offsetSeconds))
    } ?? page.monday
  }

  func child(named name: String) -> Any? {
    switch name {
    case "days":
      return (0..<7).map { place in
        RosterDay(
          date: CivilDate(daysSinceEpoch: page.monday.daysSinceEpoch + place), shifts: page.shifts, page: page, wording: wording)
      }
    case "weekWords": return wording.text("roster.week", page.monday.description)
    case "shownBranch": return page.branch ?? false
    case "weekDate": return page.monday.description
    case "weekBefore": return week(-7)
    case "weekAfter": return week(7)
    case "hasGaps": return !page.gaps.isEmpty
    case "gaps":
      return page.gaps.prefix(20).map { gap in
        let role = wording.word("role", gap.duty.role.rawValue)
        let times = "\(wording.moment(gap.from)) – \(wording.moment(gap.to))"
        return Choice(value: "", words: wording.text("roster.gap", role, branchName(gap.duty.branch?.text), times))
      }
    case "mayPlan": return !page.staff.isEmpty
    case "people":
      return page.staff.map { person in
        Choice(
          value: person.id, words: person.note.isEmpty ? person.name : "\(person.name) · \(person.note)",
          isChosen: person.id == page.typed["staff"])
      }
    case "branches": return page.branches.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == page.typed["branch"]) }
    case "typedFrom": return page.typed["from"] ?? "\(firstDay)T17:30"
    case "typedTo": return page.typed["to"] ?? "\(CivilDate(daysSinceEpoch: firstDay.daysSinceEpoch + 1))T08:30"
    case "typedWeeks": return page.typed["weeks"] ?? "0"
    case "problem": return page.problem ?? false
    case "doneWords": return page.done.map { wording.text("roster.done-\($0)") } ?? false
    default: return nil
    }
  }
}

struct RosterDay: PageValue {
  let date: CivilDate
  let shifts: [ShiftView]
  let page: RosterPage
  let wording: Wording

  /// Those that touch the day; one over midnight stands in both.
  private var own: [ShiftView] {
    let start = date.start(offsetSeconds: wording.offsetSeconds)
    return shifts.filter { $0.from < start + 86_400 && $0.to > start }
  }

  func child(named name: String) -> Any? {
    switch name {
    case "dayWords": return wording.day(date.start(offsetSeconds: wording.offsetSeconds))
    case "isDayToday": return wording.isToday(date.start(offsetSeconds: wording.offsetSeconds))
    case "nobody": return own.isEmpty
    case "shifts":
      return own.map { shift in RosterShift(shift: shift, mayRemove: !page.staff.isEmpty && shift.to > wording.now, wording: wording) }
    default: return nil
    }
  }
}

struct RosterShift: PageValue {
  let shift: ShiftView
  let mayRemove: Bool
  let wording: Wording

  func child(named name: String) -> Any? {
    switch name {
    case "shiftName": return shift.name.isEmpty ? wording.text("story.someone") : shift.name
    case "shiftRole": return wording.word("role", shift.role.rawValue)
    case "shiftPlace": return shift.branchName ?? wording.text("roster.centre")
    case "shiftTimes":
      let next = wording.sameDay(shift.from, shift.to) ? "" : "+1 "
      return "\(wording.clock(shift.from)) – \(next)\(wording.clock(shift.to))"
    case "isNow": return shift.from <= wording.now && shift.to > wording.now
    case "removeAction": return mayRemove ? "/roster/\(Address.escaped(shift.id))/remove" : false
    default: return nil
    }
  }
}

extension CivilDate {
  /// Midnight on a wall so many seconds ahead of UTC.
  fileprivate func start(offsetSeconds: Int) -> Instant {
    Instant(milliseconds: (Int64(daysSinceEpoch) * 86_400 - Int64(offsetSeconds)) * 1_000)
  }

  static func rosterWeek(_ monday: CivilDate, offsetSeconds: Int) -> (from: Instant, to: Instant) {
    let from = monday.start(offsetSeconds: offsetSeconds)
    return (from, from + 7 * 86_400)
  }
}

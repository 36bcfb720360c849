import Domain
import Operations

/// Cases under one heading: late, within the hour, today, later, paused, none.
struct CaseGroup: PageValue {
  enum Place: Int, CaseIterable {
    case late, hour, today, later, held, none

    init(_ nearest: TargetView?, _ wording: Wording) {
      guard let reading = nearest?.reading else {
        self = .none
        return
      }
      let left = reading.due.milliseconds(since: wording.now)
      if reading.state == .paused {
        self = .held
      } else if left < 0 {
        self = .late
      } else if left <= 3_600_000 {
        self = .hour
      } else {
        self = wording.isToday(reading.due) ? .today : .later
      }
    }

    var name: String {
      switch self {
      case .late: "late"
      case .hour: "hour"
      case .today: "today"
      case .later: "later"
      case .held: "held"
      case .none: "none"
      }
    }
  }

  let heading, note: String
  let rows: [CaseRow]
  let isShown: Bool
  /// Known only where the whole list stands on this page.
  let count: String

  /// The list's own order stays within a group; a list in another order than by due time has no groups.
  static func groups(of items: [RequestView], _ page: CasesPage, _ wording: Wording) -> [CaseGroup] {
    let branches = Dictionary(page.branches.map { ($0.id, $0.name) }) { first, _ in first }
    let rows = items.map { (view: $0, nearest: $0.nearest) }
    func row(_ item: (view: RequestView, nearest: TargetView?)) -> CaseRow {
      CaseRow(item.view, nearest: item.nearest, branch: item.view.branch.flatMap { branches[$0] } ?? "", wording)
    }
    guard page.filters.sort == RequestQuery.Sort.due.rawValue, page.filters.promise.isEmpty else {
      return rows.isEmpty ? [] : [CaseGroup(heading: "", note: "", rows: rows.map(row), isShown: false, count: "")]
    }
    let whole = page.page.next == nil && !page.isFollowing
    var places: [Place: [CaseRow]] = [:]
    for item in rows { places[Place(item.nearest, wording), default: []].append(row(item)) }
    return Place.allCases.compactMap { place in
      guard let rows = places[place] else { return nil }
      let note = "cases.group.\(place.name)-note"
      return CaseGroup(
        heading: wording.text("cases.group.\(place.name)"), note: wording.has(note) ? wording.text(note) : "", rows: rows, isShown: true,
        count: whole ? String(rows.count) : "")
    }
  }

  func child(named: String) -> Any? {
    switch named {
    case "heading": heading
    case "groupNote": note
    case "rows": rows
    case "isGroup": isShown
    case "count": count
    default: nil
    }
  }
}

/// One case as a strip: its nearest clock first.
struct CaseRow: PageValue {
  let view: RequestView
  let clock: ClockPart?
  let branch: String
  let wording: Wording

  init(_ view: RequestView, nearest: TargetView?, branch: String, _ wording: Wording) {
    (self.view, self.branch, self.wording) = (view, branch, wording)
    clock = nearest.map { ClockPart($0, wording, isBrief: true) }
  }

  func child(named: String) -> Any? {
    switch named {
    case "clock": clock ?? false
    case "hasClock": clock != nil
    case "s": clock?.state.rawValue ?? "none"
    case "href": "/requests/\(view.number)"
    case "number": shortNumber
    case "isUrgent": view.urgency == .emergency
    case "isHarm": view.harm != .none
    case "customer": view.customer?.name ?? wording.text("no-customer")
    case "noCustomer": view.customer == nil
    case "branchName": branch
    case "machine": view.equipment?.model ?? wording.text("no-machine")
    case "noMachine": view.equipment == nil
    case "summary": view.summary
    case "kindTag": view.kind == .support ? "" : wording.word("kind", view.kind.rawValue)
    case "isOtherKind": view.kind != .support
    case "state": stateWords
    case "stateIcon": stateIcon
    case "isTodo": view.state == .reported
    case "person": engineer ?? view.ownerName ?? wording.text("no-owner")
    case "initial": (engineer ?? view.ownerName).map(PersonChip.initial) ?? ""
    case "isAbsent": engineer == nil && view.ownerName == nil
    default: nil
    }
  }

  /// `1123-0042`: the year stands in the full number on the case's page.
  private var shortNumber: String {
    guard view.number.hasPrefix("SR-20"), view.number.utf8.count > 12 else { return view.number }
    return String(view.number.dropFirst(7))
  }

  private var order: WorkOrderView? { view.workOrders.last { $0.state.isOpen } }
  private var engineer: String? { order.map(\.engineer.name) }

  /// Where the engineer is says more than "in work".
  private var stateWords: String {
    guard view.state == .working, let order else { return wording.word("state", view.state.rawValue) }
    return wording.word("order", order.state.rawValue)
  }

  private var stateIcon: String {
    switch view.state {
    case .reported: "wait"
    case .accepted: "phone"
    case .working:
      switch order?.state {
      case .dispatched: "people"
      case .departed: "go"
      case .arrived: "tool"
      case .left, .handedBack, nil: "phone"
      }
    case .cleared, .confirmed, .closed: "check"
    case .cancelled: "no"
    case .merged: "merge"
    }
  }
}

import Domain
import Operations

/// The open cases under one heading, with how many there are in all, shown here or not.
struct BoardGroup: PageValue {
  let place: CaseGroup.Place
  let rows: [BoardRow]
  let count: Int
  let wording: Wording

  static func groups(of page: BoardPage) -> [BoardGroup] {
    let wording = page.frame.wording, totals = page.tally.groups(of: page.filter)
    var places: [CaseGroup.Place: [BoardRow]] = [:]
    for view in page.listed.cases {
      let row = BoardRow(view, page, wording)
      places[row.place, default: []].append(row)
    }
    return CaseGroup.Place.allCases.compactMap { place in
      let rows = places[place] ?? []
      let count = BoardTally.Bucket(rawValue: place.rawValue).flatMap { totals[$0] } ?? 0
      // A group that lies on another page is not named here; the list goes on below.
      return rows.isEmpty ? nil : BoardGroup(place: place, rows: rows, count: max(count, rows.count), wording: wording)
    }
  }

  func child(named: String) -> Any? {
    let note = "cases.group.\(place.name)-note"
    switch named {
    case "groupName": return place.name
    case "groupOrder": return place.rawValue
    case "heading": return wording.text("cases.group.\(place.name)")
    case "groupNote": return wording.has(note) ? wording.text(note) : ""
    case "rows": return rows
    case "count": return count
    default: return nil
    }
  }
}

/// One open case as a strip.
struct BoardRow: PageValue {
  let view: RequestView
  let place: CaseGroup.Place
  let clock: ClockPart?
  let address, department: String
  let isHere: Bool
  let due: Int64
  let mayUndo: Bool
  let wording: Wording

  init(_ view: RequestView, _ page: BoardPage, _ wording: Wording) {
    (self.view, self.wording) = (view, wording)
    let nearest = view.nearest
    place = CaseGroup.Place(nearest, wording)
    clock = nearest.map { ClockPart($0, wording, isBrief: true) }
    due = nearest.map { $0.reading.due.milliseconds } ?? Int64.max
    isHere = view.id == page.selected?.view.id
    address = BoardPage.address(page.filter, cursor: page.cursor, case: view.number)
    department = view.equipment.flatMap { page.listed.departments[$0.id] } ?? ""
    mayUndo = page.frame.reader.map { Permissions.scope(of: .workOrderStep, for: $0.role) == .all } ?? false
  }

  private var order: WorkOrderView? { view.workOrders.last { $0.state.isOpen } }
  private var isWaiting: Bool { order == nil && (view.state == .accepted || view.state == .working) }

  func child(named: String) -> Any? {
    switch named {
    case "rowID": view.id
    case "rowVersion": view.version
    case "rowNumber": view.number
    case "rowDue": due
    case "rowGroup": place.rawValue
    case "isHere": isHere
    case "clock": clock ?? false
    case "hasClock": clock != nil
    case "s": clock?.state.rawValue ?? "none"
    case "href": address
    case "number": shortNumber
    case "isUrgent": view.urgency == .emergency
    case "isHarm": view.harm != .none
    case "customer": view.customer.map { department.isEmpty ? $0.name : "\($0.name) · \(department)" } ?? wording.text("no-customer")
    case "noCustomer": view.customer == nil
    case "machine": view.equipment?.model ?? wording.text("no-machine")
    case "noMachine": view.equipment == nil
    case "summary": view.summary
    case "kindTag": wording.word("kind", view.kind.rawValue)
    case "isOtherKind": view.kind != .support
    case "maySend": view.steps.contains(RequestStep.dispatch.rawValue)
    case "state": view.pausedFor.map { "\(stateWords) · \(wording.word("wait", $0))" } ?? stateWords
    case "stateIcon": stateIcon
    case "isTodo": isWaiting || view.state == .reported
    case "person": order?.engineer.name ?? wording.text("nobody")
    case "initial": order.map { PersonChip.initial($0.engineer.name) } ?? ""
    case "isAbsent": order == nil
    case "undoOrder": undo ?? false
    default: nil
    }
  }

  /// Sent within the last ten minutes and not yet on the way: it can be taken back here.
  private var undo: String? {
    guard mayUndo, let order, order.state == .dispatched, wording.now.milliseconds(since: order.dispatchedAt) < 600_000 else { return nil }
    return order.id
  }

  /// `0042` of today, `1123-0042` of another day; the year stands in the full number on the case's page.
  private var shortNumber: String {
    guard view.number.hasPrefix("SR-20"), view.number.utf8.count > 12 else { return view.number }
    let short = String(view.number.dropFirst(7)), today = wording.todayDate
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    let isToday = view.number.hasPrefix("SR-\(today.year)\(two(today.month))\(two(today.day))-")
    return isToday ? String(short.dropFirst(5)) : short
  }

  /// Where the engineer is says more than "in work".
  private var stateWords: String {
    if isWaiting { return wording.text("board.to-send") }
    guard let order else { return wording.word("state", view.state.rawValue) }
    guard order.state == .dispatched, let planned = order.plannedAt else { return wording.word("order", order.state.rawValue) }
    return wording.text("board.sent-for", wording.isToday(planned) ? wording.clock(planned) : wording.moment(planned))
  }

  private var stateIcon: String {
    switch order?.state {
    case .dispatched: "check"
    case .departed: "go"
    case .arrived: "tool"
    case .left, .handedBack, nil:
      switch view.state {
      case .reported, .accepted, .working: "wait"
      case .cleared, .confirmed, .closed, .cancelled, .merged: "check"
      }
    }
  }
}

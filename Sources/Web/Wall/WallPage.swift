import Domain
import Operations

/// The screen on the wall of the centre, read from across the room (INT-6).
struct WallPage: Sendable {
  var frame: Frame
  var wall: Wall
  var company = ""
  /// Where the script reads the screen anew.
  var parts = ""
  /// Nobody is signed in: the screen holds a link, and asks instead of being told.
  var isKiosk = false

  func values() -> WallValues { WallValues(page: self, wording: frame.wording) }
}

struct WallValues: PageValue {
  let page: WallPage
  let wording: Wording

  func child(named: String) -> Any? {
    let wall = page.wall
    switch named {
    case "place": return wall.branch ?? (page.company.isEmpty ? wording.text("wall.centre") : page.company)
    case "parts": return page.parts
    case "isKiosk": return page.isKiosk
    case "asOfISO": return wall.asOf.description
    case "asOf": return wording.clock(wall.asOf)
    case "day": return wording.day(wall.asOf)
    case "figures": return figures
    case "rows": return wall.next.map { WallRow($0, wording) }
    case "isEmpty": return wall.next.isEmpty
    case "hasDuty": return !wall.onDuty.isEmpty
    case "onDuty": return wall.onDuty.map { "\(wording.word("role", $0.role.rawValue)) \(wording.list($0.names))" }.joined(separator: " · ")
    default: return nil
    }
  }

  private var figures: [WallFigure] {
    let wall = page.wall, groups = wall.tally.groups(of: wall.filter)
    func count(_ change: (inout BoardFilter) -> Void) -> Int {
      var filter = wall.filter
      change(&filter)
      return wall.tally.count(of: filter)
    }
    let late = groups[.late, default: 0], hour = groups[.hour, default: 0]
    let unsent = count { $0.place = .toSend }
    let unsentUrgent = count { ($0.place, $0.urgency) = (.toSend, .emergency) }
    let urgent = count { $0.urgency = .emergency }
    return [
      WallFigure(
        icon: "alert", name: wording.text("wall.late"), value: String(late), note: wording.text("wall.late-note"),
        state: late > 0 ? "late" : ""),
      WallFigure(
        icon: "clock", name: wording.text("wall.hour"), value: String(hour),
        note: wall.nextDue.map { wording.text("wall.next", wording.moment($0)) } ?? wording.text("wall.next-none"),
        state: hour > 0 ? "soon" : ""),
      WallFigure(
        icon: "wait", name: wording.text("wall.unsent"), value: String(unsent), note: wording.text("wall.urgent", String(unsentUrgent))),
      WallFigure(
        icon: "case", name: wording.text("wall.open"), value: String(wall.tally.count(of: wall.filter)),
        note: wording.text("wall.urgent-held", String(urgent), String(groups[.held, default: 0]))),
      WallFigure(
        icon: "check", name: wording.text("wall.today"), value: OnTimeRow.percent(wall.today.permille),
        note: wall.today.all == 0
          ? wording.text("wall.today-none") : wording.text("wall.today-note", String(wall.today.met), String(wall.today.missed))),
    ]
  }
}

/// One large number.
struct WallFigure: PageValue {
  let icon, name, value, note: String
  var state = ""

  func child(named: String) -> Any? {
    switch named {
    case "figureIcon": icon
    case "figureName": name
    case "figure": value
    case "figureNote": note
    case "figureState": state.isEmpty ? false : state
    default: nil
    }
  }
}

/// One of the next to run out: the customer, the machine, who is sent. No contact, no telephone number.
struct WallRow: PageValue {
  let view: RequestView
  let clock: ClockPart?
  let wording: Wording

  init(_ view: RequestView, _ wording: Wording) {
    (self.view, self.wording) = (view, wording)
    clock = view.nearest.map { ClockPart($0, wording, isBrief: true) }
  }

  func child(named: String) -> Any? {
    switch named {
    case "clock": clock ?? false
    case "hasClock": clock != nil
    case "s": clock?.state.rawValue ?? "none"
    case "number": String(view.number.dropFirst(7))
    case "isUrgent": view.urgency == .emergency
    case "customer": view.customer?.name ?? wording.text("no-customer")
    case "machine":
      [view.equipment?.model, Wall.shown(view.summary)].compactMap { $0 }.joined(separator: wording.language == .zh ? "，" : ", ")
    case "person": person
    case "isUnsent": order == nil
    default: nil
    }
  }

  private var order: WorkOrderView? { view.workOrders.last { $0.state.isOpen } }

  private var person: String {
    guard let order else { return wording.text("wall.nobody") }
    return "\(order.engineer.name) \(wording.word("order", order.state.rawValue))"
  }
}

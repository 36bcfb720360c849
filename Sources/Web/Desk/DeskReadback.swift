import Domain
import Operations

/// The number to read back (INT-5), with what is promised from now on.
struct DeskReadback: Sendable {
  /// So long a call taker corrects on the spot; later it is a change on the case's page.
  static let correctable: Int64 = 600_000

  var view: RequestView
  /// It was open already, and this call was noted on it.
  var isAgain = false
}

struct DeskReadbackPart: PageValue {
  let readback: DeskReadback
  let wording: Wording

  init(_ readback: DeskReadback, _ wording: Wording) { (self.readback, self.wording) = (readback, wording) }

  private var view: RequestView { readback.view }

  func child(named: String) -> Any? {
    switch named {
    case "takenNumber": view.number
    case "takenAt":
      wording.text(readback.isAgain ? "desk.noted" : "desk.taken", wording.clock(readback.isAgain ? wording.now : view.reportedAt))
    case "isAgain": readback.isAgain
    case "numberHead": DeskNumber(view.number).head
    case "numberGroups": DeskNumber(view.number).groups.map { DigitGroup(digits: $0, wording: wording) }
    case "spokenNumber": DeskNumber(view.number).groups.joined().map { wording.text("desk.digit.\($0)") }.joined(separator: " ")
    case "promises": promises
    case "hasNoPromise": promises.isEmpty
    case "readAction": "/desk/taken/\(Address.escaped(view.number))/read"
    case "caseAddress": "/requests/\(Address.escaped(view.number))"
    case "correctAddress":
      !readback.isAgain && wording.now.milliseconds(since: view.reportedAt) < DeskReadback.correctable
        ? "/desk?correct=\(Address.escaped(view.number))" : false
    case "takenSummary": view.summary
    case "takenSaid": view.description ?? false
    case "takenWho": [view.contact.name, view.contact.phone.map(DeskWords.phone)].compactMap { $0 }.joined(separator: " · ")
    case "takenMachine":
      [view.equipment?.model, view.equipment?.serialNumber, view.customer?.name].compactMap { $0 }.joined(separator: " · ")
    case "isTakenUrgent": view.urgency == .emergency
    case "takenHarm": view.harm == .none ? false : wording.text("desk.harm-told")
    default: nil
    }
  }

  private var promises: [Promise] {
    view.targets.filter { $0.reading.state == .running || $0.reading.state == .missed }
      .sorted { $0.reading.due < $1.reading.due }.prefix(3).map { Promise(target: $0, wording: wording) }
  }

  private struct Promise: PageValue {
    let target: TargetView
    let wording: Wording

    func child(named: String) -> Any? {
      switch named {
      case "promiseUntil":
        wording.text(
          "desk.until", wording.isToday(target.reading.due) ? wording.clock(target.reading.due) : wording.moment(target.reading.due))
      case "promiseWords":
        wording.has("desk.promise.\(target.reading.id)")
          ? wording.text("desk.promise.\(target.reading.id)") : wording.language == .zh ? target.name.zh : target.name.en
      case "promiseSpan":
        wording.text("desk.within", wording.duration(milliseconds: target.reading.due.milliseconds(since: target.reading.start)))
      default: nil
      }
    }
  }

  private struct DigitGroup: PageValue {
    let digits: String
    let wording: Wording

    func child(named: String) -> Any? {
      named == "digits" ? digits.map { Choice(value: String($0), words: wording.text("desk.digit.\($0)")) } : nil
    }
  }
}

/// A case's number as it is read out: `SR-2026` small, then `1123 0042` digit by digit, 幺 for 1.
struct DeskNumber {
  let head: String
  let groups: [String]

  init(_ number: String) {
    let parts = number.split(separator: "-").map(String.init)
    guard parts.count == 3, parts[1].utf8.count == 8, parts[1...].allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
      (head, groups) = (number, [])
      return
    }
    head = "\(parts[0])-\(parts[1].prefix(4))"
    groups = [String(parts[1].dropFirst(4)), parts[2]]
  }
}

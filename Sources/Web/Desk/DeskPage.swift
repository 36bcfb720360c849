import Domain
import Operations

/// The call taker's screen: what was found, the card of what was chosen, and the form of the case (INT-3).
struct DeskPage: Sendable {
  /// What stands in the middle.
  enum Card: Sendable {
    case none
    case machine(DeskMachine)
    case customer(DeskCustomer)
    case new(DeskNew)
  }

  var frame: Frame
  var find = ""
  var found: DeskFound?
  var card = Card.none
  var form = DeskForm()
  /// The case whose number is read back (INT-5).
  var taken: DeskReadback?
  var mayRegister = true

  var address: DeskAddress { DeskAddress(find: find) }
  func values() -> DeskValues { DeskValues(self) }
}

/// Addresses of the desk: what is shown lives in them, so a reload and a colleague's link show the same.
struct DeskAddress {
  var find = ""
  var items: [(String, String)] = []

  func with(_ name: String, _ value: String) -> DeskAddress { DeskAddress(find: find, items: items + [(name, value)]) }

  var text: String {
    let all = (find.isEmpty ? [] : [("find", find)]) + items
    return "/desk" + (all.isEmpty ? "" : "?" + all.map { "\($0.0)=\(Address.escaped($0.1))" }.joined(separator: "&"))
  }
}

struct DeskValues: PageValue {
  let page: DeskPage
  let wording: Wording

  init(_ page: DeskPage) { (self.page, wording) = (page, page.frame.wording) }

  func child(named: String) -> Any? {
    switch named {
    case "find": page.find
    case "me": page.frame.reader?.staff?.text ?? ""
    case "isIdle": page.taken == nil && isUnchosen
    case "deskCaller": page.found.flatMap(\.caller).map { DeskContactRow($0, page.address, wording) } ?? false
    case "desk-found": DeskFoundPart(page, wording)
    case "machineCard": if case .machine(let machine) = page.card { DeskMachinePart(machine, page, wording) } else { false }
    case "customerCard": if case .customer(let customer) = page.card { DeskCustomerPart(customer, page, wording) } else { false }
    case "newCard": if case .new(let new) = page.card { DeskNewPart(new, page, wording) } else { false }
    case "noCard": if case .none = page.card { true } else { false }
    case "caseForm": page.taken == nil ? DeskFormPart(page.form, page, wording) : false
    case "readback": page.taken.map { DeskReadbackPart($0, wording) } ?? false
    default: nil
    }
  }

  private var isUnchosen: Bool { if case .none = page.card { page.form.values.isEmpty } else { false } }
}

/// The list of finds, in groups.
struct DeskFoundPart: PageValue {
  let page: DeskPage
  let wording: Wording

  init(_ page: DeskPage, _ wording: Wording) { (self.page, self.wording) = (page, wording) }

  func child(named: String) -> Any? {
    switch named {
    case "foundFor": page.find
    case "groups": groups
    case "foundNothing": page.found?.isEmpty ?? false
    case "isScanned": page.found?.isScanned ?? false
    case "foundMore": page.found?.more ?? false
    case "notSought": page.found == nil
    case "newAddress": page.mayRegister ? page.address.with("new", "customer").text : false
    default: nil
    }
  }

  private var groups: [DeskGroup] {
    guard let found = page.found else { return [] }
    let address = page.address
    var chosen = ""
    switch page.card {
    case .machine(let card): chosen = card.machine.id
    case .customer(let card): chosen = card.customer.id
    case .none, .new: break
    }
    return [
      DeskGroup("machines", found.machines.map { DeskHit($0, page.find, address, chosen, wording) }, wording),
      DeskGroup("customers", found.customers.map { DeskHit($0, page.find, address, chosen, wording) }, wording),
      DeskGroup("contacts", found.contacts.map { DeskHit($0, page.find, address, wording) }, wording),
      DeskGroup("open", found.open.map { DeskHit($0, page.find, address, wording) }, wording),
      DeskGroup("solved", found.solved.map { DeskHit($0, page.find, wording) }, wording),
    ].filter { !$0.rows.isEmpty }
  }
}

struct DeskGroup: PageValue {
  let heading: String
  let rows: [DeskHit]

  init(_ name: String, _ rows: [DeskHit], _ wording: Wording) { (heading, self.rows) = (wording.text("desk.group.\(name)"), rows) }

  func child(named: String) -> Any? {
    switch named {
    case "heading": heading
    case "count": rows.count
    case "rows": rows
    default: nil
    }
  }
}

import Domain
import Operations

/// The machine that was chosen: warranty, what is open, what helped, whom to ask.
struct DeskMachinePart: PageValue {
  let card: DeskMachine
  let page: DeskPage
  let wording: Wording

  init(_ card: DeskMachine, _ page: DeskPage, _ wording: Wording) { (self.card, self.page, self.wording) = (card, page, wording) }

  private var machine: DeskFound.Machine { card.machine }
  private var here: DeskAddress { page.address.with("equipment", machine.id) }

  func child(named: String) -> Any? {
    let warranty = DeskWords.warranty(machine, wording)
    switch named {
    case "machineID": return machine.id
    case "machineLabel": return Self.label(machine)
    case "machineCustomerID": return machine.customerID ?? ""
    case "machineModel": return machine.model
    case "machinePlace": return [machine.customer, machine.place].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
    case "machineFacts":
      return [
        "SN \(machine.serialNumber)",
        machine.acceptedOn.map { wording.text("desk.accepted-on", wording.date($0)) }
          ?? machine.installedOn.map { wording.text("desk.installed-on", wording.date($0)) },
        machine.isKey ? wording.text("desk.key-machine") : nil,
        machine.state == .inUse ? nil : wording.word("machine-state", machine.state.rawValue),
      ].compactMap { $0 }.joined(separator: " · ")
    case "warrantyWords": return warranty.days
    case "warrantyTone": return warranty.tone
    case "warrantyUntil": return warranty.until
    case "machineOpen": return wording.text("desk.open-count", String(machine.openCases))
    case "machineOpenTone": return card.open.isEmpty ? "plain" : "soon"
    case "machineOpenHint": return wording.text(card.open.isEmpty ? "desk.open-none" : "desk.open-choose")
    case "onSiteWords":
      return promise("on-site").map { wording.duration(milliseconds: $0.seconds * 1_000) } ?? wording.text("desk.no-promise")
    case "onSiteHint":
      return promise("respond").map { wording.text("desk.respond-in", wording.duration(milliseconds: $0.seconds * 1_000)) }
        ?? wording.text("desk.no-promise-hint")
    case "advice": return card.similar.advice ?? false
    case "adviceRate":
      return card.similar.tried > 0 ? wording.text("desk.advice-rate", String(card.similar.helped), String(card.similar.tried)) : ""
    case "repairs": return card.repairs.map { DeskRepairRow(repair: $0, wording: wording) }
    case "hasRepairs": return !card.repairs.isEmpty
    case "repairCount":
      return wording.text(
        card.repairCount >= DeskMachine.repairLimit ? "desk.repairs-many" : "desk.repairs", String(card.repairCount))
    case "historyAddress": return CasesPage.Filters(state: "all", sort: RequestQuery.Sort.newest.rawValue, equipment: machine.id).address()
    case "ways": return card.similar.ways.map { DeskHit($0, "", wording) }
    case "hasWays": return !card.similar.ways.isEmpty
    case "cardContacts":
      return card.contacts.map {
        DeskContactRow($0, on: here, isCaller: $0.phone == page.form["phone"] && !$0.phone.isEmpty, wording)
      }
    default: return nil
    }
  }

  private func promise(_ id: String) -> DeskMachine.Promise? { card.promises.first { $0.id == id } }

  static func label(_ machine: DeskFound.Machine) -> String {
    [machine.model, machine.serialNumber, machine.customer, machine.place].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
  }
}

struct DeskRepairRow: PageValue {
  let repair: DeskMachine.Repair
  let wording: Wording

  func child(named: String) -> Any? {
    switch named {
    case "repairAddress": "/requests/\(Address.escaped(repair.number))"
    case "repairDay": wording.shortDay(repair.reportedAt)
    case "repairISO": repair.reportedAt.description
    case "repairWords": [repair.summary, repair.remedy].compactMap { $0 }.joined(separator: " · ")
    case "repairWho": repair.engineer ?? wording.text("desk.nobody-went")
    default: nil
    }
  }
}

/// The hospital that was chosen: its machines to choose from.
struct DeskCustomerPart: PageValue {
  let card: DeskCustomer
  let page: DeskPage
  let wording: Wording

  init(_ card: DeskCustomer, _ page: DeskPage, _ wording: Wording) { (self.card, self.page, self.wording) = (card, page, wording) }

  private var here: DeskAddress { page.address.with("customer", card.customer.id) }

  func child(named: String) -> Any? {
    switch named {
    case "customerID": card.customer.id
    case "customerName": card.customer.name
    case "customerFacts":
      [card.customer.address, card.branch, card.isKey ? wording.text("desk.key-customer") : nil].compactMap { $0 }.joined(separator: " · ")
    case "customerMachines": card.machines.map { DeskHit($0, "", machineAddress, "", wording, isOwn: true) }
    case "customerMachineCount": wording.text("desk.machines", String(card.customer.machines))
    case "customerHasMore": card.customer.machines > card.machines.count
    case "noMachines": card.machines.isEmpty
    case "customerOpen": card.open.map { DeskHit($0, "", page.address, wording) }
    case "hasOpen": !card.open.isEmpty
    case "cardContacts":
      card.contacts.map { DeskContactRow($0, on: here, isCaller: $0.phone == page.form["phone"] && !$0.phone.isEmpty, wording) }
    case "newMachineAddress": page.mayRegister ? here.with("new", "machine").text : false
    default: nil
    }
  }

  /// The caller stays who was chosen.
  private var machineAddress: DeskAddress {
    page.form["contact"].isEmpty ? page.address : page.address.with("contact", page.form["contact"])
  }
}

import Domain
import Operations

/// A customer or machine that is not in the registers yet, made without leaving the call. What may be the same is shown first.
struct DeskNew: Sendable {
  enum What: String, Sendable, CaseIterable { case customer, machine }

  var what = What.customer
  /// Whose machine it is.
  var customer: NamedThing?
  var values: [String: String] = [:]
  var problems: [String: String] = [:]
  var message = ""
  /// What there is already and may be meant; shown before anything is made.
  var alike: DeskFound?
  var branches: [NamedThing] = []
  var models: [NamedThing] = []
  var key = ""
}

struct DeskNewPart: PageValue {
  let new: DeskNew
  let page: DeskPage
  let wording: Wording

  init(_ new: DeskNew, _ page: DeskPage, _ wording: Wording) { (self.new, self.page, self.wording) = (new, page, wording) }

  func child(named: String) -> Any? {
    switch named {
    case "isNewCustomer": return new.what == .customer
    case "isNewMachine": return new.what == .machine
    case "newKey": return new.key
    case "newWhat": return new.what.rawValue
    case "newTabs":
      return DeskNew.What.allCases.map { what in
        let customer = new.customer.map { page.address.with("customer", $0.id) } ?? page.address
        return Choice(
          value: customer.with("new", what.rawValue).text, words: wording.text("desk.new.\(what.rawValue)"), isChosen: what == new.what)
      }
    case "newProblem": return new.message.isEmpty ? false : new.message
    case "newRows": return rows
    case "newOwner": return new.customer?.name ?? false
    case "newOwnerID": return new.customer?.id ?? ""
    case "newModels": return new.models.map { Choice(value: $0.name, words: $0.name) }
    case "newBranches":
      return new.branches.map { Choice(value: $0.id, words: $0.name, isChosen: $0.id == new.values["branch"]) }
    case "isAlike": return new.alike != nil
    case "alike":
      guard let alike = new.alike else { return [DeskHit]() }
      return alike.customers.map { DeskHit($0, "", page.address, "", wording) }
        + alike.machines.map { DeskHit($0, "", page.address, "", wording) }
    default: return nil
    }
  }

  private var rows: [NewRow] {
    let fields: [(name: String, required: Bool, list: String)] =
      switch new.what {
      case .customer: [("name", true, ""), ("district", false, ""), ("address", false, "")]
      case .machine: [("model", true, "new-models"), ("serialNumber", true, ""), ("department", false, ""), ("installedOn", false, "")]
      }
    return fields.map { NewRow(name: $0.name, required: $0.required, list: $0.list, new: new, wording: wording) }
  }

  private struct NewRow: PageValue {
    let name: String
    let required: Bool
    let list: String
    let new: DeskNew
    let wording: Wording

    func child(named: String) -> Any? {
      switch named {
      case "newName": name
      case "newLabel": wording.text("desk.new.\(new.what.rawValue).\(name)")
      case "newValue": new.values[name] ?? ""
      case "newFieldProblem": new.problems[name] ?? false
      case "isNeeded": required
      case "newList": list.isEmpty ? false : list
      case "newType": name == "installedOn" ? "date" : "text"
      default: nil
      }
    }
  }
}

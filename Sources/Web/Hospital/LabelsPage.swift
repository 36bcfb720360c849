import Domain
import Operations

/// Choosing whose labels are printed.
struct LabelsPage: PageValue {
  let wording: Wording
  let token: String
  var find = ""
  var found: [SearchOperations.Hit] = []
  var customer = ""
  var customerName = ""
  var machines: [LabelledMachine]?
  var mayBadge = false
  /// The address that codes lead to where no public one is set; nil where one is.
  var address: String?
  var wasReplaced = false
  var wasBadgeReplaced = false
  /// The next page of a customer's machines.
  var next: String?
  /// Whose badge may have been lost; nil where nobody asked.
  var badges: [(staff: String, badge: BadgeCheck)]?

  func child(named: String) -> Any? {
    switch named {
    case "find": find
    case "isFound": !found.isEmpty
    case "found": found.map { Found(hit: $0, wording: wording) }
    case "isNothing": !find.isEmpty && found.isEmpty && machines == nil
    case "isStart": find.isEmpty && machines == nil && badges == nil
    case "nextPage": next ?? false
    case "isBadges": badges != nil
    case "bearers": (badges ?? []).map { Bearer(staff: $0.staff, badge: $0.badge) }
    case "wasBadgeReplaced": wasBadgeReplaced
    case "customer": customer.isEmpty ? false : customer
    case "customerName": customerName.isEmpty ? wording.text("labels.machine") : customerName
    case "isChosen": machines != nil
    case "hasMachines": machines?.isEmpty == false
    case "machines": (machines ?? []).map { Row(item: $0, wording: wording, customer: customer) }
    case "sizes":
      LabelSheet.Size.allCases.map {
        Choice(
          value: $0.rawValue, words: wording.text("labels.size", $0.rawValue.replacing("x", with: " × "), String($0.perPage)),
          isChosen: $0 == .large)
      }
    case "mayBadge": mayBadge
    case "addressNote": address.map { wording.text("labels.no-address", $0) } ?? false
    case "wasReplaced": wasReplaced
    default: nil
    }
  }

  private struct Found: PageValue {
    let hit: SearchOperations.Hit
    let wording: Wording

    func child(named: String) -> Any? {
      switch named {
      case "foundTitle": hit.title
      case "foundNote": [hit.number, hit.snippet].compactMap { $0 }.joined(separator: " · ")
      case "foundAddress": "/labels?\(hit.type == "customer" ? "customer" : "machine")=\(Address.escaped(hit.id))"
      default: nil
      }
    }
  }

  private struct Bearer: PageValue {
    let staff: String
    let badge: BadgeCheck

    func child(named: String) -> Any? {
      switch named {
      case "bearer": badge.name
      case "badgeNumber": badge.badgeNumber ?? ""
      case "bearerHome": badge.home ?? ""
      case "replaceBadge": "/labels/badges/\(Address.escaped(staff))/replace"
      default: nil
      }
    }
  }

  private struct Row: PageValue {
    let item: LabelledMachine
    let wording: Wording
    let customer: String

    func child(named: String) -> Any? {
      let machine = item.machine
      return switch named {
      case "machineID": machine.id
      case "serial": machine.serialNumber
      case "model": [machine.category, machine.model].filter { !$0.isEmpty }.joined(separator: " ")
      case "place": [machine.site, machine.department].compactMap { $0 }.joined(separator: " ")
      case "labelState": state
      case "hasLabel": item.label != nil
      case "replace": item.label == nil ? false : "/labels/\(Address.escaped(machine.id))/replace"
      default: nil
      }
    }

    private var state: String {
      guard let label = item.label else { return wording.text("labels.none") }
      return label.usedAt.map { wording.text("labels.used", wording.moment($0)) }
        ?? wording.text("labels.unused", wording.shortDay(label.createdAt))
    }
  }
}

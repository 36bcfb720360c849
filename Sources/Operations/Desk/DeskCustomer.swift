import Domain
import Persistence

/// A hospital as the call taker needs it: its machines to choose from, its people, what is open.
public struct DeskCustomer: Sendable {
  public let customer: DeskFound.Customer
  public let branch: String?
  public let isKey: Bool
  public let machines: [DeskFound.Machine]
  public let contacts: [DeskFound.Contact]
  public let open: [DeskFound.Case]

  public static let shownMachines = 30

  static let openCases = "\(DeskFinding.caseRows) WHERE r.customer_id = ? AND r.open = 1 ORDER BY r.reported_at DESC, r.id DESC LIMIT 5"

  static func read(_ id: String, in db: any SQLReader) throws -> DeskCustomer {
    let finding = DeskFinding(db), family = try Family.members(of: id, .customers, in: db)
    guard let customer = try finding.customers([family[0]]).first else { throw AccessError.notFound("customer") }
    let facts = try db.first(
      "SELECT b.name, c.importance FROM customer c LEFT JOIN branch b ON b.id = c.branch WHERE c.id = ?", [.text(customer.id)]
    ) { (branch: $0.optionalText(0), importance: $0.optionalText(1)) }
    var open: [DeskFound.Case] = []
    for member in family where open.count < 5 { open += try db.rows(openCases, [.text(member)], DeskFinding.request) }
    return DeskCustomer(
      customer: customer, branch: facts?.branch, isKey: facts?.importance == Importance.key.rawValue,
      machines: try finding.machines(of: customer.id, limit: shownMachines),
      contacts: try finding.contacts(of: customer.id, department: nil, site: nil), open: Array(open.prefix(5)))
  }
}

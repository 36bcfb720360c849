import Domain
import Persistence

/// What a case needs to know of the registers, one indexed look-up each.
enum RegisterFacts {
  struct Machine {
    let id: EquipmentID
    let customer: CustomerID?
    let site: SiteID?
    /// The model's class, `key` or `normal` (SLA-9).
    let modelClass: String?
  }

  /// - Throws: ``InputRefusal`` naming `field` when there is no such machine.
  static func machine(id: String, field: String = "equipment", in db: any SQLReader) throws -> Machine {
    try machine(where: "e.id = ?", id, field, in: db)
  }

  static func machine(serialNumber: String, field: String = "serialNumber", in db: any SQLReader) throws -> Machine {
    try machine(where: "e.serial_number = ?", serialNumber, field, in: db)
  }

  /// By id or serial number, whichever a person has at hand.
  static func machine(reference: String, in db: any SQLReader) throws -> Machine {
    if let known = try? machine(serialNumber: reference, field: "equipment", in: db) { return known }
    return try machine(id: reference, in: db)
  }

  private static func machine(where condition: String, _ value: String, _ field: String, in db: any SQLReader) throws -> Machine {
    let found = try db.first(
      """
      SELECT e.id, e.customer, e.site, m.class FROM equipment e LEFT JOIN model m ON m.id = e.model
      WHERE \(condition) AND e.archived = 0 LIMIT 1
      """, [.text(value)]
    ) { row in
      Machine(
        id: EquipmentID(row.text(0)), customer: row.optionalText(1).map { CustomerID($0) }, site: row.optionalText(2).map { SiteID($0) },
        modelClass: row.optionalText(3))
    }
    guard let found else {
      throw noMachine(field)
    }
    return found
  }

  struct Place {
    var customer: CustomerID?
    var site: SiteID?
    var branch: BranchID?
    /// covered or outside (SLA-4).
    var area: String?
    var region: String?
  }

  /// Customer and site with the branch that serves them and the facts the policy matches on.
  static func place(customer: String?, site: String?, in db: any SQLReader) throws -> Place {
    var place = Place()
    var customer = customer
    if let site {
      let found = try db.first("SELECT customer, area FROM site WHERE id = ? AND archived = 0", [.text(site)]) {
        (customer: $0.optionalText(0), area: $0.optionalText(1))
      }
      guard let found else { throw noSite }
      if let customer, found.customer != customer {
        throw InputRefusal.field("site", "This site belongs to another customer.", code: "field.foreign-site")
      }
      customer = customer ?? found.customer
      (place.site, place.area) = (SiteID(site), found.area)
    }
    if let customer {
      let found = try db.first("SELECT branch, region FROM customer WHERE id = ? AND archived = 0", [.text(customer)]) {
        (branch: $0.optionalText(0), region: $0.optionalText(1))
      }
      guard let found else {
        throw noCustomer
      }
      place.customer = CustomerID(customer)
      place.branch = found.branch.map { BranchID($0) }
      place.region = found.region
    }
    return place
  }

  /// A contact of this customer who has this phone number.
  static func contact(phone: String, customer: CustomerID?, in db: any SQLReader) throws -> ContactID? {
    guard let customer else { return nil }
    return try db.first(
      """
      SELECT c.id FROM personal p JOIN contact c ON c.phone = p.hash
      WHERE p.field = 'phone' AND p.field <> 'signature' AND p.value = ? AND c.customer = ? AND c.archived = 0 LIMIT 1
      """, [.text(phone), .text(customer.text)]
    ) { ContactID($0.text(0)) }
  }

  static func noMachine(_ field: String) -> InputRefusal {
    .field(field, "No machine has this. Check it, or leave it out and describe the machine.", code: "field.no-machine")
  }
  static var noSite: InputRefusal { .field("site", "There is no such site. Take its id from /sites.", code: "field.no-site") }
  static var noCustomer: InputRefusal {
    .field("customer", "There is no such customer. Take the id from /customers.", code: "field.no-customer")
  }

  static func isSite(_ id: String, of customer: CustomerID, in db: any SQLReader) throws -> Bool {
    try db.first("SELECT 1 FROM site WHERE id = ? AND customer = ?", [.text(id), .text(customer.text)]) { _ in true } ?? false
  }

  /// - Parameter customer: whose contact it must be; nil asks for any.
  static func isContact(_ id: String, of customer: CustomerID? = nil, in db: any SQLReader) throws -> Bool {
    let found = try db.first("SELECT customer FROM contact WHERE id = ?", [.text(id)]) { $0.optionalText(0) }
    return found.map { customer == nil || $0 == customer?.text } ?? false
  }

  struct Colleague { let role: String; let partner: String? }

  static func staff(_ id: String, in db: any SQLReader) throws -> Colleague? {
    try db.first("SELECT role, partner FROM staff WHERE id = ? AND archived = 0", [.text(id)]) {
      Colleague(role: $0.text(0), partner: $0.optionalText(1))
    }
  }
}

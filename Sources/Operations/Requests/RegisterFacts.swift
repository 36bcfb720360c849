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
    /// The service contract that it is under, as a policy names it (SLA-9).
    let contract: String?
  }

  /// - Throws: ``InputRefusal`` naming `field` when there is no such machine.
  static func machine(id: String, field: String = "equipment", in db: any SQLReader) throws -> Machine {
    guard let found = try MachineCandidates("told.id", id, in: db).all.first else { throw noMachine(field) }
    return found.machine
  }

  /// - Parameters:
  ///   - customer: whose machine it must be; nil asks for anybody's.
  ///   - actor: who asks; decides what a refusal tells of the machines that it may be.
  static func machine(
    serialNumber: String, of customer: CustomerID? = nil, field: String = "serialNumber", by actor: Actor, in db: any SQLReader
  ) throws -> Machine {
    let candidates = try MachineCandidates("told.serial_number", serialNumber, of: customer, in: db)
    guard let found = try candidates.only(field, by: actor) else { throw noMachine(field) }
    return found
  }

  /// By id or serial number, whichever a person has at hand.
  static func machine(reference: String, by actor: Actor, in db: any SQLReader) throws -> Machine {
    let candidates = try MachineCandidates("told.serial_number", reference, in: db)
    if let known = try candidates.only("equipment", by: actor) { return known }
    return try machine(id: reference, in: db)
  }

  struct Place {
    var customer: CustomerID?
    var site: SiteID?
    var branch: BranchID?
    /// covered or outside (SLA-4).
    var area: String?
    var region: String?
  }

  /// Customer and site with the branch that serves them and the facts the policy matches on; of merged ones, those that go on.
  static func place(customer: String?, site: String?, in db: any SQLReader) throws -> Place {
    var place = Place()
    var customer = customer
    if let site {
      let sql = """
        SELECT s.id, COALESCE(c.merged_into, c.id), s.area FROM site told JOIN site s ON s.id = COALESCE(told.merged_into, told.id)
        LEFT JOIN customer c ON c.id = s.customer WHERE told.id = ? AND s.archived = 0
        """
      let found = try db.first(sql, [.text(site)]) { (id: $0.text(0), customer: $0.optionalText(1), area: $0.optionalText(2)) }
      guard let found else { throw noSite }
      if let customer, try !Family.isSame(found.customer, customer, .customers, in: db) {
        throw InputRefusal.field("site", "This site belongs to another customer.", code: "field.foreign-site")
      }
      customer = customer ?? found.customer
      (place.site, place.area) = (SiteID(found.id), found.area)
    }
    if let customer {
      let sql = """
        SELECT c.id, c.branch, c.region FROM customer told JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
        WHERE told.id = ? AND c.archived = 0
        """
      let found = try db.first(sql, [.text(customer)]) { (id: $0.text(0), branch: $0.optionalText(1), region: $0.optionalText(2)) }
      guard let found else {
        throw noCustomer
      }
      place.customer = CustomerID(found.id)
      place.branch = found.branch.map { BranchID($0) }
      place.region = found.region
    }
    return place
  }

  /// A contact of this customer who has this phone number.
  static func contact(phone: String, customer: CustomerID?, in db: any SQLReader) throws -> ContactID? {
    guard let customer else { return nil }
    let own = OneOf("c.customer", try Family.members(of: customer.text, .customers, in: db))
    return try db.first(
      """
      SELECT c.id FROM personal p JOIN contact c ON c.phone = p.hash
      WHERE p.field = 'phone' AND p.field <> 'signature' AND p.value = ? AND \(own.condition) AND c.archived = 0 ORDER BY c.id LIMIT 1
      """, [.text(phone)] + own.values
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
    let owner = try db.first("SELECT customer FROM site WHERE id = ?", [.text(id)]) { $0.optionalText(0) } ?? nil
    return try Family.isSame(owner, customer.text, .customers, in: db)
  }

  /// - Parameter customer: whose contact it must be; nil asks for any.
  static func isContact(_ id: String, of customer: CustomerID? = nil, in db: any SQLReader) throws -> Bool {
    let found = try db.first("SELECT customer FROM contact WHERE id = ?", [.text(id)]) { $0.optionalText(0) }
    guard let owner = found else { return false }
    return try customer == nil || Family.isSame(owner, customer?.text, .customers, in: db)
  }

  struct Colleague { let role: String; let partner: String? }

  static func staff(_ id: String, in db: any SQLReader) throws -> Colleague? {
    try db.first("SELECT role, partner FROM staff WHERE id = ? AND archived = 0", [.text(id)]) {
      Colleague(role: $0.text(0), partner: $0.optionalText(1))
    }
  }
}

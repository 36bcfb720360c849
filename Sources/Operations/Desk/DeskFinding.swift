import Domain
import Persistence

/// Makes hits into rows that say what a call taker asks next: where it stands, whether it is under warranty, what is open. One statement a group.
struct DeskFinding {
  /// Of a group so many are shown; nobody reads further during a call.
  static let shown = 8

  let db: any SQLReader

  init(_ db: any SQLReader) { self.db = db }

  func found(_ result: SearchOperations.Result, for words: String) throws -> DeskFound {
    func ids(_ kind: String) -> [String] { Array(result.items.lazy.filter { $0.type == kind }.map(\.id).prefix(Self.shown)) }
    var found = DeskFound()
    found.more = result.more
    found.contacts = try contacts(ids("contact"))
    found.customers = try customers(ids("customer"))
    found.machines = try machines(ids("equipment"))
    let cases = try cases(result.items.filter { $0.type == "request" }.map(\.id))
    found.open = Array(cases.filter(\.state.isOpen).prefix(Self.shown))
    found.solved = try SolvedCases.ways(of: cases.filter { !$0.state.isOpen }, in: db)
    if found.contacts.count == 1, SearchTerms.isPhone(words) { found.caller = found.contacts.first }
    try widen(&found)
    return found
  }

  /// Who calls rarely says more than the own name: then the machines of the own hospital are what comes next, those of the own department first.
  private func widen(_ found: inout DeskFound) throws {
    guard found.machines.isEmpty else { return }
    let customer = found.contacts.count == 1 ? found.contacts.first?.customerID : nil
    guard let only = customer ?? (found.customers.count == 1 ? found.customers.first?.id : nil) else { return }
    if found.customers.isEmpty { found.customers = try customers([only]) }
    found.machines = try machines(of: only, first: found.contacts.first?.departmentID)
  }

  /// A label of ours; nothing where there is none, or no more.
  func label(_ token: String) throws -> DeskFound {
    var found = DeskFound()
    found.isScanned = true
    do {
      let machine = try OpenedLink.find(token, .label, in: db).subject
      found.machines = try machines([Family.survivor(of: machine, .equipment, in: db)])
    } catch is LinkRefusal {}  // revoked, or never ours: the page says that it is on no record
    return found
  }

  /// A device's code names one machine, or the machines of a model.
  func device(_ device: ScannedCode.Device) throws -> DeskFound {
    var found = DeskFound()
    found.isScanned = true
    var ids: [String] = []
    for serial in device.serials where ids.isEmpty {
      ids = try db.rows(Self.bySerial, [.text(device.identifier), .text(serial)]) { $0.text(0) }
      if ids.isEmpty { ids = try db.rows(Self.byOwnCode, [.text(device.identifier), .text(serial)]) { $0.text(0) } }
    }
    if ids.isEmpty { ids = try db.rows(Self.byWholeCode, [.text(device.text)]) { $0.text(0) } }
    if ids.isEmpty { ids = try db.rows(Self.byModel, [.text(device.identifier), .int(Self.shown + 1)]) { $0.text(0) } }
    found.more = ids.count > Self.shown
    found.machines = try machines(Array(ids.prefix(Self.shown)))
    return found
  }

  static let bySerial = """
    SELECT e.id FROM model m JOIN equipment e ON e.model = m.id WHERE m.udi = ? AND e.serial_number = ? AND e.archived = 0 LIMIT 5
    """
  static let byOwnCode = "SELECT id FROM equipment WHERE udi = ? AND serial_number = ? AND archived = 0 LIMIT 5"
  static let byWholeCode = "SELECT id FROM equipment WHERE udi = ? AND archived = 0 ORDER BY id LIMIT 5"
  static let byModel = """
    SELECT e.id FROM model m JOIN equipment e ON e.model = m.id WHERE m.udi = ? AND e.archived = 0 ORDER BY e.id DESC LIMIT ?
    """

  // MARK: Rows

  /// Open are its own cases and those of the records that were merged into it (`Family`).
  static let machineRows = """
    SELECT e.id, e.serial_number, m.name, c.id, c.name, d.name, s.name, e.site, e.department, e.installed_on, e.accepted_on, e.warranty_from,
      e.warranty_months, m.warranty_months, e.state, m.class, e.archived,
      (SELECT COUNT(*) FROM request r WHERE r.equipment_id = e.id AND r.open = 1)
        + (SELECT COUNT(*) FROM equipment a JOIN request r ON r.equipment_id = a.id WHERE a.merged_into = e.id AND r.open = 1),
      e.contract
    FROM equipment e LEFT JOIN model m ON m.id = e.model LEFT JOIN customer told ON told.id = e.customer
    LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id) LEFT JOIN site s ON s.id = e.site
    LEFT JOIN department d ON d.id = e.department
    """

  /// In the order of the ids; one that is not there is left out.
  func machines(_ ids: [String]) throws -> [DeskFound.Machine] {
    try inOrder(ids, \.id) { these in
      try db.rows("\(Self.machineRows) WHERE \(OneOf("e.id", these).condition)", these.map { .text($0) }, machine)
    }
  }

  static let machinesOfCustomer = "SELECT id FROM equipment WHERE customer = ? AND archived = 0 ORDER BY id LIMIT ?"

  /// Machines of a customer, those of one department first.
  func machines(of customer: String, first department: String? = nil, limit: Int = shown) throws -> [DeskFound.Machine] {
    let own = try department.map {
      try db.rows("SELECT id FROM equipment WHERE department = ? AND archived = 0 ORDER BY id LIMIT ?", [.text($0), .int(limit)]) {
        $0.text(0)
      }
    }
    var ids = own ?? []
    if ids.count < limit {
      ids += try db.rows(Self.machinesOfCustomer, [.text(customer), .int(limit)]) { $0.text(0) }.filter { !ids.contains($0) }
    }
    let all = try machines(Array(ids.prefix(limit)))
    // Nobody calls about what was scrapped.
    return all.filter { $0.state != .retired } + all.filter { $0.state == .retired }
  }

  func customers(_ ids: [String]) throws -> [DeskFound.Customer] {
    let sql = """
      SELECT c.id, c.name, c.address, c.archived, (SELECT COUNT(*) FROM equipment e WHERE e.customer = c.id AND e.archived = 0)
      FROM customer c WHERE
      """
    return try inOrder(ids, \.id) { these in
      try db.rows("\(sql) \(OneOf("c.id", these).condition)", these.map { .text($0) }) { row in
        DeskFound.Customer(
          id: row.text(0), name: row.text(1), address: row.optionalText(2), machines: row.int(4), archived: row.bool(3))
      }
    }
  }

  static let contactRows = """
    SELECT t.id, n.value, p.value, t.function, c.id, c.name, d.name, t.site, t.department FROM contact t
    LEFT JOIN personal n ON n.hash = t.name LEFT JOIN personal p ON p.hash = t.phone
    LEFT JOIN customer told ON told.id = t.customer LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
    LEFT JOIN department d ON d.id = t.department
    """

  func contacts(_ ids: [String]) throws -> [DeskFound.Contact] {
    try inOrder(ids, \.id) { these in
      try db.rows("\(Self.contactRows) WHERE \(OneOf("t.id", these).condition)", these.map { .text($0) }, contact)
    }
  }

  static let contactsOfCustomer = "\(contactRows) WHERE t.customer = ? AND t.archived = 0 ORDER BY t.id LIMIT 40"

  /// The people of a hospital: of the machine's department first, then of its site.
  func contacts(of customer: String, department: String?, site: String?, limit: Int = shown) throws -> [DeskFound.Contact] {
    let all = try db.rows(Self.contactsOfCustomer, [.text(customer)], contact).filter { !$0.name.isEmpty }
    func rank(_ one: DeskFound.Contact) -> Int {
      if department != nil, one.departmentID == department { return 0 }
      return site != nil && one.siteID == site ? 1 : 2
    }
    // A stable sort by hand: among equals the register's order stands.
    return Array(all.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element).prefix(limit))
  }

  static let caseRows = """
    SELECT r.id, r.number, r.summary, c.id, c.name, r.equipment_id, m.name, r.state, r.reported_at, r.harm FROM request r
    LEFT JOIN customer told ON told.id = r.customer_id LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
    LEFT JOIN equipment machine ON machine.id = r.equipment_id
    LEFT JOIN equipment e ON e.id = COALESCE(machine.merged_into, machine.id) LEFT JOIN model m ON m.id = e.model
    """

  func cases(_ ids: [String]) throws -> [DeskFound.Case] {
    try inOrder(ids, \.id) { these in
      try db.rows("\(Self.caseRows) WHERE \(OneOf("r.id", these).condition)", these.map { .text($0) }, Self.request)
    }
  }

  private func inOrder<Row>(_ ids: [String], _ id: (Row) -> String, _ read: ([String]) throws -> [Row]) throws -> [Row] {
    guard !ids.isEmpty else { return [] }
    let byID = Dictionary(try read(ids).map { (id($0), $0) }) { first, _ in first }
    return ids.compactMap { byID[$0] }
  }

  private func machine(_ row: borrowing SQLRow) -> DeskFound.Machine {
    func date(_ index: Int) -> CivilDate? { row.optionalText(index).flatMap { CivilDate(parsing: $0) } }
    let warranty = Warranty(
      installedOn: date(9), acceptedOn: date(10), from: row.optionalText(11).flatMap { Warranty.Start(rawValue: $0) } ?? .installation,
      agreed: row.optionalInteger(12).map { Int($0) }, usual: row.optionalInteger(13).map { Int($0) })
    return DeskFound.Machine(
      id: row.text(0), serialNumber: row.text(1), model: row.optionalText(2) ?? "", customerID: row.optionalText(3),
      customer: row.optionalText(4),
      place: [row.optionalText(5), row.optionalText(6)].compactMap { $0 }.joined(separator: " · "), siteID: row.optionalText(7),
      departmentID: row.optionalText(8), warrantyEnds: warranty.ends, installedOn: date(9), acceptedOn: date(10),
      state: row.optionalText(14).flatMap { EquipmentState(rawValue: $0) } ?? .inUse,
      isKey: row.optionalText(15) == EquipmentClass.key.rawValue, contract: row.optionalText(18),
      openCases: row.int(17), archived: row.bool(16))
  }

  private func contact(_ row: borrowing SQLRow) -> DeskFound.Contact {
    DeskFound.Contact(
      id: row.text(0), name: row.optionalText(1) ?? "", phone: row.optionalText(2) ?? "",
      function: row.optionalText(3).flatMap { ContactFunction(rawValue: $0) } ?? .other, customerID: row.optionalText(4),
      customer: row.optionalText(5), department: row.optionalText(6), siteID: row.optionalText(7), departmentID: row.optionalText(8))
  }

  static func request(_ row: borrowing SQLRow) -> DeskFound.Case {
    DeskFound.Case(
      id: row.text(0), number: row.text(1), summary: row.text(2), customerID: row.optionalText(3), customer: row.optionalText(4),
      equipmentID: row.optionalText(5), model: row.optionalText(6), state: RequestState(rawValue: row.text(7)) ?? .reported,
      reportedAt: Instant(milliseconds: row.integer(8)), isHarm: row.text(9) != Harm.none.rawValue)
  }
}

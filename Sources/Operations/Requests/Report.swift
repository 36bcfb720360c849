import Domain
import Persistence

extension RequestOperations {
  /// Takes a report as a new case (INT-4); the answer carries possible duplicates. A report never joins another case, and one
  /// without a known machine is taken without one. `input` is checked by ``Shapes/report``.
  public func report(_ input: Fields, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call) { _, _ in
      let scope = try call.actor.require(.requestReport)
      guard scope == .all || call.actor.customer != nil else { throw AccessError.notAllowed(.requestReport) }
      return scope
    } change: { db, now, scope, changes in
      let own = try scope == .all ? nil : call.actor.customer.map { CustomerID(try Family.survivor(of: $0.text, .customers, in: db)) }
      let view = try Self.record(input, ownCustomer: own, by: call.actor, at: now, for: company, &changes, in: db)
      return Answer(created: true, version: 1, body: JSONWriter.text(view))
    }
  }

  /// Writes a report down as a new case.
  ///
  /// - Parameter own: whose machines and cases the reporter may know of; nil for everybody's.
  static func record(
    _ input: Fields, ownCustomer own: CustomerID?, by actor: Actor, at now: Instant, for company: Company,
    _ changes: inout [Watchers.Change], in db: any SQLWriter
  ) throws -> RequestView {
    let maker = CommandMaker(company: company, actor: actor, now: now, db: db)
    let occurred = try maker.reportTime(input)
    guard let policy = company.policies.inForce(at: now) else { throw PolicyMissing(version: "in force") }
    let id: RequestID = company.chance.newID(at: now)
    let reported = try maker.reported(input, id: id, policy: policy, ownCustomer: own)
    let duplicates = try RequestOperations.duplicates(
      of: reported, phone: input.object("contact")?.text("phone"), visibleTo: own, except: id, in: db)
    var file = CaseFile(id: id, history: RequestHistory([]))
    let events = [RequestEvent.reported(reported)]
    file.history = RequestHistory([.init(version: 1, at: occurred, event: events[0])])
    changes = try file.write(events, at: occurred, by: actor, recorded: now, policies: company.policies, in: db)
    try Notices.tell(of: events, case: file, at: now, for: company, in: db)
    var view = try ReadRequests.view(id: id.text, for: actor, at: now, policies: company.policies, in: db)
    view.possibleDuplicates = duplicates
    return view
  }

  /// Open cases about the same machine, then those from the same phone number; an outsider learns of no others than their own.
  static func duplicates(
    of reported: RequestEvent.Reported, phone: String?, visibleTo customer: CustomerID?, except own: RequestID, in db: any SQLReader
  ) throws -> [RequestView.Duplicate] {
    var found: [RequestView.Duplicate] = []
    let visible = try customer.map { OneOf("customer_id", try Family.members(of: $0.text, .customers, in: db)) }
    func add(_ these: OneOf) throws {
      let of = visible.map { " AND \($0.condition)" } ?? ""
      let more = try db.rows(
        "SELECT id, number, summary FROM request WHERE \(these.condition) AND open = 1\(of) ORDER BY id DESC LIMIT 5",
        these.values + (visible?.values ?? [])
      ) { RequestView.Duplicate(id: $0.text(0), number: $0.text(1), summary: $0.text(2)) }
      found += more.filter { new in new.id != own.text && !found.contains { $0.id == new.id } }
    }
    if let equipment = reported.equipment { try add(OneOf("equipment_id", try Family.members(of: equipment.text, .equipment, in: db))) }
    if let phone {
      for id in try callers(phone, in: db) where found.count < 5 { try add(OneOf("id", [id])) }
    }
    return found
  }

  /// The newest few cases told from a phone number; whoever calls every day is found by machine.
  private static func callers(_ phone: String, in db: any SQLReader) throws -> [String] {
    try db.rows(
      """
      SELECT subject FROM personal
      WHERE field = 'phone' AND field <> 'signature' AND value = ? AND subject > 'request/' AND subject < 'request0'
      ORDER BY subject DESC LIMIT 20
      """, [.text(phone)]
    ) { String($0.text(0).dropFirst("request/".count)) }
  }
}

extension CommandMaker {
  /// When it was reported: now, or what the call taker says it was; never ahead, and not before last year.
  func reportTime(_ input: Fields) throws -> Instant {
    guard let given = input.instant("reportedAt") else { return now }
    guard given.milliseconds - now.milliseconds <= Self.ahead else {
      throw InputRefusal.field("reportedAt", "This lies more than 2 minutes ahead. Check the clock.", code: "field.ahead")
    }
    guard now.milliseconds - given.milliseconds <= 366 * 86_400_000 else {
      throw InputRefusal.field("reportedAt", "This lies more than a year back. Check the date.", code: "field.long-ago")
    }
    return given
  }

  func reported(
    _ input: Fields, id: RequestID, policy: ServicePolicy, ownCustomer: CustomerID?
  ) throws -> RequestEvent.Reported {
    var machine: RegisterFacts.Machine?
    if let equipment = input.text("equipment") {
      if input.text("serialNumber") != nil {
        throw InputRefusal.field("serialNumber", "Give equipment or serialNumber, not both.", code: "field.machine-twice")
      }
      machine = try RegisterFacts.machine(id: equipment, in: db)
    } else if let serialNumber = input.text("serialNumber") {
      machine = try RegisterFacts.machine(serialNumber: serialNumber, of: ownCustomer, by: actor, in: db)
    }
    if let ownCustomer {
      // What is not theirs is not there: a stranger's machine, and one in stock, answer like no machine at all.
      if machine != nil, machine?.customer != ownCustomer {
        throw RegisterFacts.noMachine(input.text("equipment") == nil ? "serialNumber" : "equipment")
      }
      if let site = input.text("site"), try !RegisterFacts.isSite(site, of: ownCustomer, in: db) { throw RegisterFacts.noSite }
    }
    let named = try input.text("customer").map { try Family.survivor(of: $0, .customers, in: db) }
    let customer = ownCustomer?.text ?? named ?? machine?.customer?.text
    let sameCustomer = machine?.customer == nil || machine?.customer?.text == customer
    let place = try RegisterFacts.place(
      customer: customer, site: input.text("site") ?? (sameCustomer ? machine?.site?.text : nil), in: db)
    if let machine, let owner = machine.customer, owner != place.customer {
      throw InputRefusal.field(
        "customer", "The machine belongs to another customer. Leave the customer out, or correct the machine's record.",
        code: "field.foreign-machine")
    }
    var attributes: [String: String] = [:]
    attributes["area"] = place.area
    attributes["region"] = place.region
    (attributes["class"], attributes["contract"]) = (machine?.modelClass, machine?.contract)
    let contact = input.object("contact") ?? Fields()
    return .init(
      number: try Numbers.next("SR", at: now, from: company.numbers, in: db),
      kind: input.text("kind").flatMap(RequestKind.init(rawValue:)) ?? .support,
      urgency: input.text("urgency").flatMap(Urgency.init(rawValue:)) ?? .normal,
      channel: input.text("channel").flatMap(Channel.init(rawValue:)) ?? .api, summary: input.text("summary") ?? "",
      description: input.text("description"),
      contact: try reporter(
        name: contact.text("name") ?? "", phone: contact.text("phone") ?? "", customer: place.customer,
        known: contact.text("contact").map { ContactID($0) }, of: "request/\(id)"),
      customer: place.customer, site: place.site, equipment: machine?.id, branch: place.branch ?? actor.branch,
      harm: input.text("harm").flatMap(Harm.init(rawValue:)) ?? .none, policy: policy.version, attributes: attributes)
  }
}

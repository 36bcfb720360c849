import Domain
import Persistence

/// Turns a checked input into a command: ids are looked up, names and signatures become personal values.
struct CommandMaker {
  struct Time {
    let occurred: Instant
    let lateReason: String?
  }

  let company: Company
  let actor: Actor
  let now: Instant
  let db: any SQLWriter

  /// A step's time: as given, else now, but never before what a colleague's slightly fast clock has recorded. An engineer's phone whose clock
  /// is wrong learns the time from answers, to the second: by that much too early means at the step before.
  ///
  /// - Parameter order: the work order whose step it is; it may know of later work than the case.
  func time(of input: Fields, in history: RequestHistory, order: WorkOrderID? = nil) throws -> Time {
    let last = max(history.last ?? .earliest, try order.flatMap { try WorkOrderFile.last(of: $0, in: db) } ?? .earliest)
    guard let occurred = input.instant("occurredAt") else {
      return Time(occurred: last.milliseconds - now.milliseconds <= Self.ahead ? max(now, last) : now, lateReason: nil)
    }
    guard occurred.milliseconds - now.milliseconds <= Self.ahead else {
      throw InputRefusal.field("occurredAt", "This lies more than 2 minutes ahead. Check the device's clock.", code: "field.ahead")
    }
    let isJustBefore = actor.role == .engineer && occurred < last && last.milliseconds - occurred.milliseconds <= Self.unsure
    return Time(occurred: isJustBefore ? last : occurred, lateReason: input.text("lateReason"))
  }

  static let ahead: Int64 = 120_000
  /// How far two clocks may lie apart that were set by answers with whole seconds.
  static let unsure: Int64 = 2_000

  /// design.md, "Steps that arrive late": the work order's own engineer has a day for whatever was done on that job, often
  /// where there is no network; everybody else `backdate`; later, a manager with a reason.
  func requireInTime(_ time: Time, step: RequestStep, order: WorkOrder?, of file: CaseFile) throws {
    let engineer: Bool
    if let order, step.isTrip {
      engineer = order.dispatched?.engineer == actor.staff
      if Permissions.scope(of: .workOrderStep, for: actor.role) == .involved, !engineer, !isPartner(of: order) {
        throw AccessError.notAllowed(.workOrderStep)
      }
    } else {
      engineer = actor.staff.map { file.history.request(at: time.occurred).engineers.contains($0) } ?? false
    }
    try requireInTime(time, own: engineer, policy: company.policies[file.request.reported?.policy ?? ""])
  }

  func isPartner(of order: WorkOrder) -> Bool { actor.partner != nil && order.dispatched?.partner == actor.partner }

  func requireInTime(_ time: Time, own: Bool, policy: ServicePolicy?) throws {
    let offline = policy?.offline.elapsed ?? 86_400_000, backdate = policy?.backdate.elapsed ?? 14_400_000
    let limit = own ? offline : backdate
    guard now.milliseconds - time.occurred.milliseconds > limit else { return }
    guard actor.role.isManager, time.lateReason != nil else { throw AccessError.tooLate(hours: Int(limit / 3_600_000)) }
  }

  func command(for step: RequestStep, _ input: Fields, on file: CaseFile, at occurred: Instant) throws -> RequestCommand {
    func text(_ name: String) -> String { input.text(name) ?? "" }
    func word<Word: RawRepresentable<String>>(_ type: Word.Type, _ name: String) throws -> Word {
      guard let word = Word(rawValue: text(name)) else { throw InputRefusal.field(name, "This is not one of the words it can be.") }
      return word
    }
    func contact() throws -> Person { try person(text("contact"), of: file.stream) }
    func means() throws -> Means { try word(Means.self, "how") }
    func cause() throws -> CauseCode {
      guard let cause = CauseCode(rawValue: text("cause")) else {
        throw InputRefusal.field(
          "cause", "This cause is not on the list: \(CauseCode.allCases.map(\.rawValue).joined(separator: " ")).", code: "field.no-cause")
      }
      return cause
    }
    switch step {
    case .accept: return .accept(owner: actor.staff)
    case .acknowledge: return .acknowledge(.init(contact: try contact(), how: try means()))
    case .respond: return .respond
    case .attempt:
      return .attempt(
        .init(level: try word(SupportLevel.self, "level"), result: try word(AttemptResult.self, "result"), note: input.text("note")))
    case .locate: return .locate(.init(cause: try cause(), part: input.text("part")))
    case .raise: return .raise(to: try word(SupportLevel.self, "level"), reason: text("reason"))
    case .dispatch: return .dispatch(try dispatched(text("engineer"), plannedAt: planned(input, at: occurred), for: file))
    case .depart: return .depart(nil)
    case .arrive: return .arrive(nil)
    case .leave: return .leave(nil)
    case .handBack: return .handBack(nil, reason: text("reason"))
    case .propose: return .propose(text("remedy"))
    case .agree: return .agree(.init(contact: try contact(), how: try means()))
    case .remoteStart:
      return .remoteStart(.init(consent: try person(text("consent"), of: file.stream), tool: text("tool"), purpose: text("purpose")))
    case .remoteEnd: return .remoteEnd(try word(RemoteResult.self, "result"))
    case .pause: return .pause(try pauseReason(text("reason"), of: file))
    case .resume: return .resume
    case .clear: return .clear(.init(cause: try cause(), remedy: text("remedy")))
    case .confirm:
      let signature = try input.text("signature").map { try personal($0, "signature", of: file.stream) }
      return .confirm(.init(contact: try contact(), how: try means(), signature: signature, rating: input.integer("rating")))
    case .reject: return .reject(.init(contact: try contact(), reason: text("reason")))
    case .signOff: return .signOff(by: actor.staff)
    case .standby: return .standby(try standby(text("equipment")))
    case .close: return .close(reason: input.text("reason"), manager: actor.role.isManager)
    case .reopen: return .reopen(reason: text("reason"))
    case .cancel: return .cancel(reason: text("reason"))
    case .merge: return .merge(try merged(text("into"), reason: text("reason"), of: file, at: occurred))
    case .change: return .change(try changed(input, of: file.history.request(at: occurred), stream: file.stream))
    case .comment: return .comment(.init(text: text("text"), audience: try audience(input)))
    }
  }

  /// What a hospital writes, both sides read; a colleague says for whom it is.
  private func audience(_ input: Fields) throws -> Audience {
    let asked = input.text("audience").flatMap(Audience.init(rawValue:))
    guard actor.role == .hospital else { return asked ?? .colleagues }
    guard asked != .colleagues else {
      throw InputRefusal.field("audience", "What you write goes to the service company. Leave this out.", code: "field.own-audience")
    }
    return .customer
  }

  /// A contact's id, or a name: then the name is kept as a personal value of the case.
  func person(_ text: String, of stream: String) throws -> Person {
    // Another hospital's contact is only a text to a hospital's user.
    let own = actor.role == .hospital ? actor.customer ?? CustomerID("") : nil
    if try RegisterFacts.isContact(text, of: own, in: db) { return Person(contact: ContactID(text)) }
    return Person(name: try personal(text, "name", of: stream))
  }

  func personal(_ value: String, _ field: String, of stream: String) throws -> String {
    try Personal.store(value, subject: stream, field: field, salt: company.chance.bytes(32), in: db)
  }

  /// When the engineer is to be there. Screens offer minutes, so the running one still counts.
  private func planned(_ input: Fields, at occurred: Instant) throws -> Instant? {
    guard let planned = input.instant("plannedAt") else { return nil }
    let ahead = planned.milliseconds(since: occurred)
    guard ahead > -60_000 else {
      throw InputRefusal.field("plannedAt", "This lies before the dispatch. Take a later time.", code: "field.planned-past")
    }
    guard ahead <= 60 * 86_400_000 else {
      throw InputRefusal.field("plannedAt", "This is more than 60 days ahead. Check the date.", code: "field.planned-far")
    }
    return planned
  }

  private func dispatched(_ engineer: String, plannedAt: Instant?, for file: CaseFile) throws -> RequestEvent.Dispatched {
    guard let colleague = try RegisterFacts.staff(engineer, in: db), ["engineer", "partner"].contains(colleague.role) else {
      throw InputRefusal.field(
        "engineer", "This is not the id of an engineer or partner. Take it from /staff?role=engineer.", code: "field.no-engineer")
    }
    return .init(
      workOrder: company.chance.newID(at: now), number: try Numbers.next("WO", at: now, from: company.numbers, in: db), request: file.id,
      requestNumber: file.request.reported?.number ?? "", engineer: StaffID(engineer),
      partner: colleague.role == "partner" ? colleague.partner : nil, plannedAt: plannedAt)
  }

  /// The policy of the case says why it may wait.
  private func pauseReason(_ text: String, of file: CaseFile) throws -> PauseReason {
    let version = file.request.reported?.policy ?? ""
    guard let policy = company.policies[version] else { throw PolicyMissing(version: version) }
    guard policy.pauseReasons.contains(text) else { throw InputRefusal.invalid([.notAWord("reason", policy.pauseReasons)]) }
    return PauseReason(rawValue: text)
  }

  private func standby(_ reference: String) throws -> EquipmentID {
    try RegisterFacts.machine(reference: reference, by: actor, in: db).id
  }

  private func merged(_ into: String, reason: String, of file: CaseFile, at occurred: Instant) throws -> RequestEvent.Merged {
    let other: CaseFile
    do { other = try CaseFile.load(into, in: db) } catch is AccessError {
      throw InputRefusal.field("into", "There is no such case. Give its number or id.", code: "field.no-case")
    }
    try file.request.checkMerge(file.id, into: other.request, other.id, then: other.history.request(at: occurred))
    return .init(into: other.id, number: other.request.reported?.number ?? "", reason: reason)
  }

  /// The other side of a merge: its clocks go on unchanged, its number answers for both.
  func absorb(_ file: CaseFile, into id: RequestID, at occurred: Instant) throws -> [Watchers.Change] {
    var other = try CaseFile.load(id.text, in: db)
    let event = RequestEvent.absorbed(.init(request: file.id, number: file.request.reported?.number ?? ""))
    try other.history.insert([event], at: occurred)
    return try other.write([event], at: occurred, by: actor, recorded: now, policies: company.policies, in: db)
  }

  /// - Parameter then: the case as it stood when the change happened.
  private func changed(_ input: Fields, of then: ServiceRequest, stream: String) throws -> RequestEvent.Changed {
    guard let was = then.reported else { throw RequestError.beforeReport }
    var new = RequestEvent.Changed()
    func differing<Value: Equatable>(_ value: Value?, _ old: Value?) -> Value? { value == old ? nil : value }
    new.urgency = differing(input.text("urgency").flatMap(Urgency.init(rawValue:)), was.urgency)
    new.kind = differing(input.text("kind").flatMap(RequestKind.init(rawValue:)), was.kind)
    new.summary = differing(input.text("summary"), was.summary)
    new.description = differing(input.text("description"), was.description)
    new.harm = differing(input.text("harm").flatMap(Harm.init(rawValue:)), was.harm)
    var machine = try input.text("equipment").map { try RegisterFacts.machine(reference: $0, by: actor, in: db) }
    if let machine, try !Family.isSame(machine.id.text, was.equipment?.text, .equipment, in: db) { new.equipment = machine.id }
    var attributes: [String: String] = [:]
    var customer = try input.text("customer").map { try Family.survivor(of: $0, .customers, in: db) }, site = input.text("site")
    if new.equipment != nil {
      (attributes["class"], attributes["contract"]) = (machine?.modelClass ?? "", machine?.contract ?? "")
      customer = customer ?? machine?.customer?.text
      if customer == machine?.customer?.text { site = site ?? machine?.site?.text }
    } else if let known = was.equipment {
      machine = try? RegisterFacts.machine(id: known.text, in: db)
    }
    if customer != nil || site != nil {
      let place = try RegisterFacts.place(customer: customer, site: site, in: db)
      if let owner = machine?.customer, owner != place.customer {
        throw InputRefusal.field(
          "customer", "The machine belongs to another customer. Change the machine too, or correct its record.",
          code: "field.foreign-machine")
      }
      // A case that was told of a merged customer is the other one's already.
      if let found = place.customer, try !Family.isSame(found.text, was.customer?.text, .customers, in: db) { new.customer = found }
      new.site = differing(place.site, was.site)
      new.branch = differing(place.branch, was.branch)
      attributes["area"] = place.area
      attributes["region"] = place.region
      if new.customer != nil {
        // What was true of the customer before is not true of this one.
        if place.site == nil, was.site != nil { new.site = SiteID("") }
        attributes["area"] = place.area ?? ""
        attributes["region"] = place.region ?? ""
      }
    }
    attributes = attributes.filter { (was.attributes[$0.key] ?? "") != $0.value }
    if !attributes.isEmpty { new.attributes = attributes }
    if let contact = input.object("contact"), let name = contact.text("name"), let phone = contact.text("phone") {
      new.contact = try reporter(name: name, phone: phone, customer: new.customer ?? was.customer, of: stream)
    }
    return new
  }

  /// Who reported it: a known contact where customer and phone number say so; name and number are kept as given.
  ///
  /// - Parameter known: whose contact it is, where another mark than the number says so.
  func reporter(name: String, phone: String, customer: CustomerID?, known: ContactID? = nil, of stream: String) throws -> Person {
    Person(
      contact: try known ?? (phone.isEmpty ? nil : RegisterFacts.contact(phone: phone, customer: customer, in: db)),
      // A label's form asks for a number alone, and a mail has none.
      name: name.isEmpty ? nil : try personal(name, "name", of: stream),
      phone: phone.isEmpty ? nil : try personal(phone, "phone", of: stream))
  }
}

extension PolicyDuration {
  /// Milliseconds on the clock; these two limits are never working days, which the policy's reader refuses.
  fileprivate var elapsed: Int64 {
    switch self {
    case .seconds(let seconds): Int64(seconds) * 1_000
    case .workingDays(let days): Int64(days) * 86_400_000
    }
  }
}

public import Domain
import Persistence

/// Cases: report, step, list, read (INT-1..8).
public struct RequestOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// The company's time, which screens read clocks by.
  public func now() throws -> Instant { try company.clock() }

  /// - Throws: `AccessError.notFound` also for what the reader may not know of.
  public func find(_ reference: String, by actor: Actor) async throws -> RequestView {
    let (company, now) = (company, try company.clock())
    let view = try await company.database.read { db in
      let id = try Self.visible(reference, by: actor, in: db)
      return try ReadRequests.view(id: id, for: actor, at: now, policies: company.policies, in: db)
    }
    if view.contact.isKnown { company.views.note(.personalView, what: "request/\(view.id)", by: actor, at: now) }
    return view
  }

  /// Pages of cases. Every filter has an index that also gives the order, so a page costs its own rows.
  public func list(_ query: RequestQuery, by actor: Actor) async throws -> Page<RequestView> {
    let scope = try actor.require(.requestRead)
    let (company, now) = (company, try company.clock())
    let promise = try query.promise.map { PromiseFilter($0.outcome, of: try $0.of.scoped(to: actor)) }
    let page = try await company.database.read { db in
      if let promise { return try Self.page(promise, query, for: actor, at: now, policies: company.policies, in: db) }
      let plan = try RequestListPlan(query, scope: scope, actor: actor, families: CaseFamilies(query, scope: scope, actor: actor, in: db))
      var rows = try ReadRequests.views(plan.condition, plan.arguments, for: actor, at: now, policies: company.policies, in: db)
      let more = rows.count > query.limit
      if more { rows.removeLast() }
      return Page(items: rows.map(\.view), next: more ? rows.last.map { plan.cursor(of: $0.view, due: $0.due).text } : nil)
    }
    if page.items.contains(where: { $0.contact.isKnown }) {
      company.views.note(.personalView, what: "requests: \(page.items.count)", by: actor, at: now)
    }
    return page
  }

  /// The cases behind a figure of the on-time rates.
  private static func page(
    _ promise: PromiseFilter, _ query: RequestQuery, for actor: Actor, at now: Instant, policies: PolicyShelf, in db: any SQLReader
  ) throws -> Page<RequestView> {
    let customers = try promise.of.customer.map { try Family.members(of: $0, .customers, in: db) }
    var places = try PromiseList.page(promise, customers: customers, after: query.cursor, limit: query.limit + 1, at: now, in: db)
    let more = places.count > query.limit
    if more { places.removeLast() }
    guard let last = places.last else { return Page(items: [], next: nil) }
    let all = OneOf("r.id", places.map(\.request))
    let views = try ReadRequests.views("WHERE \(all.condition)", all.values, for: actor, at: now, policies: policies, in: db).map(\.view)
    let byID = Dictionary(views.map { ($0.id, $0) }) { first, _ in first }
    return Page(
      items: places.compactMap { byID[$0.request] }, next: more ? Cursor(key: String(last.due), id: last.request).text : nil)
  }

  /// The case's journal, oldest first; `cursor` is the last version seen.
  public func journal(of reference: String, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<JournalItem> {
    try await journal(of: reference, afterVersion: Int(try cursor.map { try Cursor.number($0).key } ?? 0), limit: limit, by: actor)
  }

  public func journal(of reference: String, afterVersion version: Int, limit: Int, by actor: Actor) async throws -> Page<JournalItem> {
    try actor.require(.requestJournal)
    return try await company.database.read { db in
      let id = try Self.visible(reference, by: actor, in: db)
      let events = try Journal.page(ofStream: "request/\(id)", after: version, limit: limit + 1, in: db)
      let items = try JournalItems.items(events.prefix(limit), in: db)
      return Page(items: items, next: events.count > limit ? items.last.map { Cursor(key: String($0.version), id: "").text } : nil)
    }
  }

  /// How each due time of a case came about, by the target's id (SLA-7, SLA-8).
  public func explanations(of reference: String, by actor: Actor) async throws -> [String: Explanation] {
    try actor.require(.requestRead)
    let company = company
    return try await company.database.read { db in
      let id = try Self.visible(reference, by: actor, in: db)
      return try CaseFile.load(id, in: db).history.explanations(on: company.policies, at: company.clock())
    }
  }

  /// What the hospital and the company wrote to each other about a case, oldest first: remarks for the customer, and no other.
  public func messages(of reference: String, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<MessageView> {
    try actor.require(.requestRead)
    let from = try cursor.map { try Cursor.number($0).key } ?? 0
    return try await company.database.read { db in
      try CaseMessages.page(of: try Self.visible(reference, by: actor, in: db), after: Int(from), limit: limit, in: db)
    }
  }

  /// Everything that happened, in order of position (design.md, `GET /changes`). At the end `next` is the place to ask from
  /// later, so that a reader never has to start anew.
  public func changes(after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<JournalItem> {
    try actor.require(.changesRead)
    let from: Int64
    do throws(InputRefusal) { from = try cursor.map { (text) throws(InputRefusal) in try Cursor.number(text).key } ?? 0 } catch {
      throw InputRefusal.invalid(error.fields.map { FieldProblem(field: "after", message: $0.message, code: $0.code) })
    }
    company.views.note(.exported, what: "changes", by: actor, at: try company.clock())
    let horizon = try await JournalHorizon.settled(in: company.database)
    return try await company.database.read { db in
      let events = try Journal.page(after: from, through: horizon, limit: limit, in: db)
      // Without the actors' names: whoever copies the feed would keep them after they were erased here.
      let items = events.map { JournalItems.item($0, actorName: nil) }
      // There is always a place to ask from, also where nothing has happened yet.
      return Page(items: items, next: Cursor(key: String(items.last?.position ?? from), id: "").text)
    }
  }

  /// The id behind id or number, if this person may know of the case.
  static func visible(_ reference: String, by actor: Actor, in db: any SQLReader) throws -> String {
    let scope = try actor.require(.requestRead)
    let column = reference.hasPrefix("SR-") ? "number" : "id"
    let found = try db.first("SELECT id, customer_id FROM request WHERE \(column) = ?", [.text(reference)]) {
      (id: $0.text(0), customer: $0.optionalText(1))
    }
    guard let found else { throw AccessError.notFound("request") }
    let sees: Bool =
      switch scope {
      case .all: true
      case .customer: try actor.customer != nil && Family.isSame(found.customer, actor.customer?.text, .customers, in: db)
      case .involved:
        try db.first(
          "SELECT 1 FROM work_order WHERE request_id = ? AND (engineer_id = ? OR partner = ?) LIMIT 1",
          [.text(found.id), .text(actor.staff?.text ?? ""), .text(actor.partner ?? "")]
        ) { _ in true } ?? false
      }
    guard sees else { throw AccessError.notFound("request") }
    return found.id
  }
}

/// Events as the API shows them, the names of their actors read in one query.
enum JournalItems {
  static func items(_ events: ArraySlice<JournalEvent>, in db: any SQLReader) throws -> [JournalItem] {
    let named = events.map { JournalPeople.staff(of: $0) }
    let staff = Set(events.map(\.actor).filter { $0.hasPrefix("staff:") }.map { String($0.dropFirst(6)) } + named.joined())
    var names: [String: String] = [:], outside: Set<String> = []
    if !staff.isEmpty {
      let marks = staff.map { _ in "?" }.joined(separator: ", ")
      for (id, name, role) in try db.rows(
        "SELECT s.id, p.value, s.role FROM staff s LEFT JOIN personal p ON p.hash = s.name WHERE s.id IN (\(marks))",
        staff.map { .text($0) }, { ($0.text(0), $0.optionalText(1), $0.text(2)) })
      {
        names["staff:\(id)"] = name
        if role == Role.hospital.rawValue { outside.insert("staff:\(id)") }
      }
    }
    let people = try JournalPeople(events, in: db)
    return zip(events, named).map { event, named in
      var item = item(event, actorName: names[event.actor])
      for id in named { item.staffNames[id] = names["staff:\(id)"] }
      item.personName = people.name(in: event)
      item.isHospitals = outside.contains(event.actor) || event.actor.hasPrefix("link:") || event.actor.hasPrefix("message:")
      return item
    }
  }

  static func item(_ event: JournalEvent, actorName: String?) -> JournalItem {
    JournalItem(
      position: event.sequence, stream: event.stream, version: event.version, event: event.kind, schema: event.schema,
      occurredAt: Instant(milliseconds: event.occurred), recordedAt: Instant(milliseconds: event.recorded), actor: event.actor,
      behalf: event.behalf, device: event.device, data: data(event), body: event.body, previousHash: event.previousHash,
      hash: event.hash, actorName: actorName)
  }

  /// The body in today's schema.
  private static func data(_ event: JournalEvent) -> String {
    guard event.kind == RegisterEvent.recorded,
      let description = Register.allCases.lazy.map(\.description).first(where: { event.stream.hasPrefix("\($0.streamKind)/") }),
      event.schema < description.schema, let body = try? JSONValue(parsing: event.body)
    else { return event.body }
    return description.upcast(body, event.schema).json
  }
}

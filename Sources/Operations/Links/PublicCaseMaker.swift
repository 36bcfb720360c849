import Domain
import Persistence

/// Chooses from a case's journal and the registers what its link tells.
struct PublicCaseMaker {
  private let link: OpenedLink
  private let now: Instant
  private let db: any SQLReader
  private let view: RequestView
  private let actors: [Int: String]
  private let history: RequestHistory
  /// Authors of the case who are the hospital's own users.
  private let outsiders: Set<String>

  init(_ link: OpenedLink, at now: Instant, policies: PolicyShelf, in db: any SQLReader) throws {
    (self.link, self.now, self.db) = (link, now, db)
    let events = try Journal.events(of: "request/\(link.subject)", in: db)
    guard !events.isEmpty else { throw LinkRefusal.closed }
    actors = Dictionary(events.map { ($0.version, $0.actor) }) { first, _ in first }
    history = try RequestHistory(reading: events)
    let staff = OneOf("id", Set(events.map(\.actor)).filter { $0.hasPrefix("staff:") }.map { String($0.dropFirst(6)) }.sorted())
    outsiders =
      try staff.values.isEmpty
      ? [] : Set(db.rows("SELECT id FROM staff WHERE \(staff.condition) AND role = 'hospital'", staff.values) { "staff:\($0.text(0))" })
    if !history.request.state.isOpen, let last = history.last,
      now.milliseconds - last.milliseconds > LinkOperations.daysAfterEnd * 86_400_000
    {
      throw LinkRefusal.closed
    }
    view = try ReadRequests.view(id: link.subject, for: link.actor, at: now, policies: policies, in: db)
  }

  func story() throws -> PublicCase {
    let request = history.request, stages = PublicStages(history)
    let machine = try view.equipment.flatMap { try MachineFacts.find($0.id, in: db) }
    let order = view.workOrders.last { $0.state.isOpen } ?? view.workOrders.last { $0.state == .left }
    let engineer = try order.flatMap { try self.engineer(of: $0, showing: request.state) }, words = self.words
    return PublicCase(
      number: view.number, state: request.state, isEmergency: view.urgency == .emergency, machine: machine, customer: view.customer?.name,
      stages: all(stages), now: stages.now, paused: request.paused, wasRejected: stages.wasRejected && request.state == .working,
      promises: promises(), isInWarranty: inWarranty, engineer: engineer,
      remedy: try remedy(request), remote: try remote(request), messages: messages(), photos: try photos(),
      wasAcknowledged: words.acknowledged, result: words.result, rating: words.rating,
      steps: LinkOperations.steps.intersection(request.steps), version: history.version)
  }

  /// What lies ahead is told too, as far as it will come.
  private func all(_ stages: PublicStages) -> [PublicCase.Stage] {
    let done = Dictionary(stages.done.map { ($0.stage, $0.at) }) { first, _ in first }
    let way: [PublicStage] =
      [.reported, .accepted, .contacted] + (stages.isTrip ? [.dispatched, .departed, .arrived] : []) + [.cleared, .confirmed]
    let reached = way.lastIndex { done[$0] != nil } ?? 0
    return way.enumerated().compactMap { index, stage in
      // What was skipped is not told, and what will not come either.
      if done[stage] == nil, index < reached || !history.request.state.isOpen { return nil }
      return PublicCase.Stage(stage: stage, at: done[stage])
    }
  }

  private func promises() -> [PublicCase.Promise] {
    guard history.request.state.isOpen else { return [] }
    return view.targets.filter { $0.isOwed && LinkOperations.promised.contains($0.reading.id) }.map {
      .init(id: $0.reading.id, due: $0.reading.due, isMissed: $0.reading.state == .missed, isPaused: $0.reading.state == .paused)
    }.sorted { $0.due < $1.due }
  }

  private var inWarranty: Bool {
    // The company's day is enough here: nobody is charged by this page.
    view.equipment?.warrantyEnds.map { $0 >= CompanyClock.date(of: now) } ?? false
  }

  /// Only while somebody is sent, or was there: not who else works here, nor who was there for another case.
  private func engineer(of order: WorkOrderView, showing state: RequestState) throws -> PublicCase.Engineer? {
    guard state.isOpen else { return nil }
    return try db.first(
      "SELECT p.value, s.badge_number, s.skills FROM staff s LEFT JOIN personal p ON p.hash = s.name WHERE s.id = ?",
      [.text(order.engineer.id)]
    ) { row in
      .init(
        name: row.optionalText(0) ?? "", badgeNumber: row.optionalText(1), skills: BadgeCheck.texts(row.optionalText(2)),
        isPartner: order.partner != nil, plannedAt: order.plannedAt)
    }
  }

  private func remedy(_ request: ServiceRequest) throws -> PublicCase.Remedy? {
    guard request.state == .accepted || request.state == .working, let text = request.proposed else { return nil }
    let entry = history.entries.last { if case .proposed = $0.event { true } else { false } }
    return .init(
      text: text, at: entry?.at ?? now, by: try entry.flatMap { try colleague(actors[$0.version] ?? "") }, isAgreed: request.agreed,
      version: entry?.version ?? 0)
  }

  private func remote(_ request: ServiceRequest) throws -> PublicCase.RemoteSession? {
    guard request.remoteRunning else { return nil }
    for entry in history.entries.reversed() {
      if case .remoteStarted(let body) = entry.event {
        return .init(tool: body.tool, purpose: body.purpose, at: entry.at, by: try colleague(actors[entry.version] ?? ""))
      }
    }
    return nil
  }

  private func colleague(_ author: String) throws -> String? {
    guard author.hasPrefix("staff:") else { return nil }
    let sql = "SELECT p.value FROM staff s LEFT JOIN personal p ON p.hash = s.name WHERE s.id = ?"
    return try db.first(sql, [.text(String(author.dropFirst(6)))]) { $0.optionalText(0) } ?? nil
  }

  /// What the office wrote to the hospital, and the holder's own words: what colleagues write to each other is neither, nor is what
  /// somebody else of the hospital wrote.
  private func messages() -> [PublicCase.Message] {
    history.entries.compactMap { entry in
      guard case .commented(let body) = entry.event, body.audience == .customer, let actor = actors[entry.version] else { return nil }
      let isOwn = actor == link.actor.author.actor
      guard isOwn || (actor.hasPrefix("staff:") && !outsiders.contains(actor)) else { return nil }
      return .init(at: entry.at, text: body.text, isOwn: isOwn)
    }.suffix(10)
  }

  private func photos() throws -> Int {
    try db.first(
      "SELECT COUNT(*) FROM attachment WHERE request_id = ? AND actor LIKE 'link:%' AND erased_at IS NULL", [.text(link.subject)]
    ) { $0.int(0) } ?? 0
  }

  /// The customer's words so far, and what they are asked to confirm.
  private var words: (acknowledged: Bool, result: String?, rating: Int?) {
    var words: (acknowledged: Bool, result: String?, rating: Int?) = (false, nil, nil)
    for entry in history.entries {
      switch entry.event {
      case .acknowledged: words.acknowledged = true
      case .cleared(let body): words.result = body.remedy
      case .confirmed(let body): words.rating = body.rating
      default: break
      }
    }
    return words
  }
}

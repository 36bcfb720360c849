public import Domain
import Persistence

/// What a desk must be told at once, written in the transaction of the event itself: possible harm to quality (BEY-2).
public struct NoticeOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// What the actor was told, and what everybody of the actor's role was told, newest first; managers see what any role was told.
  public func list(after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<NoticeView> {
    try actor.require(.noticeRead)
    let from = try cursor.map { try Cursor.number($0) }, policies = company.policies
    return try await company.database.read { db in
      // One index each, and no more rows than a page from either.
      let page = "(n.created, n.id) < (?, ?) ORDER BY n.created DESC, n.id DESC LIMIT ?"
      let bounds: [SQLValue] = [.integer(from?.key ?? .max), .text(from?.id ?? ""), .int(limit + 1)]
      let role = actor.role.isManager ? "n.staff IS NULL" : "n.role = ? AND n.staff IS NULL"
      let own: [SQLValue] = [.text(actor.staff?.text ?? "")]
      var items = try db.rows(
        """
        SELECT n.id, n.role, n.kind, n.stream, n.number, n.created, n.seen_by, n.seen_at, r.summary, c.name, p.value,
          n.target, n.place, n.due, n.note, r.policy
        FROM (
          SELECT * FROM (SELECT * FROM notice n WHERE n.staff = ? AND \(page)) own
          UNION ALL SELECT * FROM (SELECT * FROM notice n WHERE \(role) AND \(page)) role
        ) n LEFT JOIN request r ON r.number = n.number LEFT JOIN customer told ON told.id = r.customer_id
        LEFT JOIN customer c ON c.id = COALESCE(told.merged_into, told.id)
        LEFT JOIN staff s ON s.id = substr(n.seen_by, 7) LEFT JOIN personal p ON p.hash = s.name
        ORDER BY n.created DESC, n.id DESC LIMIT ?
        """, own + bounds + (actor.role.isManager ? [] : [.text(actor.role.rawValue)]) + bounds + [.int(limit + 1)]
      ) { row in
        NoticeView(
          id: row.text(0), role: row.text(1), kind: row.text(2), stream: row.text(3), number: row.text(4),
          created: Instant(milliseconds: row.integer(5)), seenBy: row.optionalText(6),
          seenAt: row.optionalInteger(7).map { Instant(milliseconds: $0) }, summary: row.optionalText(8), customer: row.optionalText(9),
          seenByName: row.optionalText(10), target: row.optionalText(11), place: row.optionalInteger(12).map { Int($0) },
          due: row.optionalInteger(13).map { Instant(milliseconds: $0) }, note: row.optionalText(14),
          targetName: row.optionalText(15).flatMap { policies[$0] }?.name(of: row.optionalText(11)))
      }
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(items: items, next: more ? items.last.map { Cursor(key: String($0.created.milliseconds), id: $0.id).text } : nil)
    }
  }

  /// Says that it was read, by whom and when; the first reader stands. Of an escalation the case keeps it too (SLA-8).
  public func see(_ id: String, by actor: Actor) async throws {
    try actor.require(.noticeRead)
    let company = company
    let changes = try await company.write { db -> [Watchers.Change] in
      let now = try company.clock()
      let notice = try db.first("SELECT role, staff, kind, stream, target, place, seen_at FROM notice WHERE id = ?", [.text(id)]) {
        (
          role: $0.text(0), staff: $0.optionalText(1), kind: $0.text(2), stream: $0.text(3), target: $0.optionalText(4),
          place: $0.optionalInteger(5), isSeen: $0.optionalInteger(6) != nil
        )
      }
      guard let notice, notice.staff == nil ? actor.role.isManager || notice.role == actor.role.rawValue : notice.staff == actor.staff?.text
      else { throw AccessError.notFound("notice") }
      guard !notice.isSeen else { return [] }
      try db.execute(
        "UPDATE notice SET seen_by = ?, seen_at = ? WHERE id = ? AND seen_at IS NULL",
        [.text(actor.author.actor), .integer(now.milliseconds), .text(id)])
      guard notice.kind == Notices.escalated, let target = notice.target, let place = notice.place, actor.staff != nil else { return [] }
      var file = try CaseFile.load(String(notice.stream.dropFirst("request/".count)), in: db)
      return try Escalations.answer(.seen, target: target, place: Int(place), in: &file, by: actor, at: now, for: company, db)
    }
    company.watchers.tell(changes)
  }
}

public struct NoticeView: Sendable, JSONWritable {
  public let id, role, kind, stream, number: String
  public let created: Instant
  public let seenBy: String?
  public let seenAt: Instant?
  /// For screens: what the case is about, whose it is, and who read the notice.
  public let summary, customer, seenByName: String?
  /// Of a promise: which, which step of its chain, and when it is or was due.
  public let target: String?
  public let place: Int?
  public let due: Instant?
  public let note: String?
  public let targetName: TargetRule.Name?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("role", role)
      json.field("kind", kind)
      json.field("stream", stream)
      json.field("number", number)
      json.field("created", created)
      json.field("seenBy", seenBy)
      json.field("seenAt", seenAt)
      json.field("target", target)
      json.field("place", place)
      json.field("due", due)
      json.field("note", note)
    }
  }
}

enum Notices {
  static let escalated = "escalated", handedOn = "handed-on"

  static func tell(of events: [RequestEvent], case file: CaseFile, at now: Instant, for company: Company, in db: any SQLWriter) throws {
    let chance = company.chance, policy = file.request.reported.flatMap { company.policies[$0.policy] }
    for event in events {
      switch event {
      case .reported(let body): try tell(of: body.harm, file, now, chance, db)
      case .changed(let body): try tell(of: body.harm ?? .none, file, now, chance, db)
      case .warned(let body): try tell(of: body, as: .warned, file, policy, now, chance, db)
      case .escalated(let body): try tell(of: body, as: .escalated, file, policy, now, chance, db)
      default: break
      }
    }
  }

  /// Every active member of the role quality is told on their own ways, at any hour, and the rooms that take such messages.
  private static func tell(of harm: Harm, _ file: CaseFile, _ now: Instant, _ chance: Chance, _ db: any SQLWriter) throws {
    guard harm != .none else { return }
    try put(.init(role: Role.quality.rawValue, kind: "harm-\(harm.rawValue)"), file, now, chance, db)
    let people = try db.rows(
      "SELECT id FROM staff WHERE role = ? AND archived = 0 ORDER BY id LIMIT 500", [.text(Role.quality.rawValue)]
    ) { OutgoingMessage.Recipient.staff($0.text(0)) }
    let facts = ["harm": harm.rawValue, "customer": try customer(of: file, db)]
    try Outbox.put(
      (people + [.rooms]).map { to in
        OutgoingMessage(
          key: "harm/\(file.stream)/\(file.history.version)", kind: .harm, to: to, stream: file.stream,
          number: file.request.reported?.number, facts: facts, isEmergency: true)
      }, at: now, chance: chance, in: db)
  }

  private static func customer(of file: CaseFile, _ db: any SQLWriter) throws -> String {
    guard let id = file.request.reported?.customer else { return "" }
    return try db.first("SELECT name FROM customer WHERE id = ?", [.text(id.text)]) { $0.text(0) } ?? ""
  }

  /// Everybody who was told gets a notice of their own, and a message on their own ways; where nobody was found, whoever has the role reads it.
  private static func tell(
    of alarm: RequestEvent.Alarmed, as kind: OutgoingMessage.Kind, _ file: CaseFile, _ policy: ServicePolicy?, _ now: Instant,
    _ chance: Chance, _ db: any SQLWriter
  ) throws {
    var notice = New(role: alarm.to ?? Role.dispatcher.rawValue, kind: kind.rawValue)
    (notice.target, notice.place, notice.since, notice.due) = (alarm.target, alarm.place, alarm.since, alarm.due)
    for staff in alarm.told.isEmpty ? [nil] : alarm.told.map(Optional.some) {
      notice.staff = staff
      try put(notice, file, now, chance, db)
    }
    // Whoever comes back after days of standstill reads what was missed on the screen; nobody is rung up for it.
    guard now.milliseconds(since: alarm.at) <= stale else { return }
    let people = alarm.told.map { OutgoingMessage.Recipient.staff($0.text) } + (kind == .escalated ? [.rooms] : [])
    try send(kind, notice, to: people, file, policy, now, chance, db)
  }

  /// A day: what is later than that is no news.
  private static let stale: Int64 = 86_400_000

  /// Keyed by the alarm, so that nobody is told of one twice; what is handed on again is told again.
  static func send(
    _ kind: OutgoingMessage.Kind, _ notice: New, to people: [OutgoingMessage.Recipient], _ file: CaseFile, _ policy: ServicePolicy?,
    _ now: Instant, _ chance: Chance, _ db: any SQLWriter
  ) throws {
    let name = policy?.name(of: notice.target)
    var facts = ["customer": try customer(of: file, db), "zh": name?.zh ?? "", "en": name?.en ?? ""]
    facts["due"] = notice.due.map { String($0.milliseconds) }
    var alarm = "\(notice.target ?? "")/\(notice.place ?? 0)/\(notice.since?.milliseconds ?? 0)"
    if kind == .handedOn { alarm += "/\(file.history.version)" }
    try Outbox.put(
      people.map { to in
        OutgoingMessage(
          key: "\(kind.rawValue)/\(file.stream)/\(alarm)", kind: kind, to: to, stream: file.stream, number: file.request.reported?.number,
          facts: facts, isEmergency: file.request.reported?.urgency == .emergency)
      }, at: now, chance: chance, in: db)
  }

  struct New {
    var role, kind: String
    var staff: StaffID?
    var target: String?
    var place: Int?
    var since, due: Instant?
    var note: String?

    init(role: String, kind: String) { (self.role, self.kind) = (role, kind) }
  }

  static func put(_ notice: New, _ file: CaseFile, _ now: Instant, _ chance: Chance, _ db: any SQLWriter) throws {
    let id: ID<NoticeView> = chance.newID(at: now)
    try db.execute(
      """
      INSERT INTO notice (id, role, kind, stream, number, created, staff, target, place, since, due, note)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(id.text), .text(notice.role), .text(notice.kind), .text(file.stream), .text(file.request.reported?.number ?? ""),
        .integer(now.milliseconds), .optional(notice.staff?.text), .optional(notice.target), notice.place.map { .int($0) } ?? .null,
        .optional(notice.since?.milliseconds), .optional(notice.due?.milliseconds), .optional(notice.note),
      ])
  }
}

public import Domain
import Persistence

/// What waits, was sent, or could not be; and how a person wants to be told.
public struct OutboxOperations: Sendable {
  let company: Company
  let channels: OutboxChannels

  public init(_ company: Company, channels: OutboxChannels = OutboxChannels()) { (self.company, self.channels) = (company, channels) }

  /// `GET /outbox`.
  public static let listShape = Shape(
    "OutboxQuery",
    [
      Field("state", .word(OutboxRow.State.allCases.map(\.rawValue)), note: "Default: dead"), Field("cursor", .text(max: 400)),
      Field("limit", .integer(1...200)),
    ])

  // Index outbox_state gives order and cursor. What stands for the screen is shown only where it came to nothing.
  static let listSQL = """
    SELECT \(OutboxRow.columns.map { "o.\($0)" }.joined(separator: ", ")), p.value, c.name
    FROM outbox o
    LEFT JOIN staff s ON s.id = CASE WHEN o.recipient LIKE 'staff:%' THEN substr(o.recipient, 7) END
    LEFT JOIN personal p ON p.hash = s.name
    LEFT JOIN contact k ON k.id = CASE WHEN o.recipient LIKE 'contact:%' THEN substr(o.recipient, 9) END
    LEFT JOIN customer c ON c.id = k.customer
    WHERE o.state = ? AND (o.created, o.id) < (?, ?) AND (o.channel <> 'screen' OR o.state IN ('dead', 'waiting'))
    ORDER BY o.created DESC, o.id DESC LIMIT ?
    """

  /// Deliveries in a state, the newest first.
  public func list(_ state: OutboxRow.State, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<OutboxView> {
    try actor.require(.outboxManage)
    let from = try cursor.map { try Cursor.number($0) }
    return try await company.database.read { db in
      var items = try db.rows(
        Self.listSQL, [.text(state.rawValue), .integer(from?.key ?? .max), .text(from?.id ?? ""), .int(limit + 1)]
      ) { row in OutboxRow(row).map { OutboxView(row: $0, name: row.optionalText(16) ?? row.optionalText(17)) } }.compactMap(\.self)
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(items: items, next: more ? items.last.map { Cursor(key: String($0.row.created.milliseconds), id: $0.row.id).text } : nil)
    }
  }

  /// Sends it after all, at once and with all its tries; the same Message-ID tells the other side if it came before.
  public func resend(_ id: String, by actor: Actor) async throws {
    try await decide(id, "state = 'waiting', attempts = 0, next_try = ?, holder = NULL", [.dead, .givenUp], .messageResent, by: actor)
  }

  /// It is not to be sent any more. What a channel is sending in this moment may still arrive.
  public func giveUp(_ id: String, by actor: Actor) async throws {
    try await decide(
      id, "state = 'given-up', next_try = ?, holder = NULL", [.dead, .waiting], .messageGivenUp, by: actor)
  }

  private func decide(
    _ id: String, _ change: String, _ from: [OutboxRow.State], _ event: AccessLog.Event, by actor: Actor
  ) async throws {
    try actor.require(.outboxManage)
    let company = company
    try await company.database.write { db in
      let now = try company.clock()
      let sql = "SELECT kind, channel, recipient, state FROM outbox WHERE id = ?"
      let found = try db.first(sql, [.text(id)]) { (what: "\($0.text(0)) by \($0.text(1)) to \($0.text(2))", state: $0.text(3)) }
      guard let found else { throw AccessError.notFound("message") }
      guard from.map(\.rawValue).contains(found.state) else { throw OutboxRefusal.ended(found.state) }
      try db.execute("UPDATE outbox SET \(change) WHERE id = ?", [.integer(now.milliseconds), .text(id)])
      try AccessLog.write(
        event, what: found.what, by: actor.author.actor, address: actor.address, at: now, chance: company.chance, in: db)
    }
  }

  // MARK: One's own

  /// `POST /me/notices`.
  public static let settingShape = Shape(
    "NoticeSetting",
    [
      Field("language", .word(NoticeLanguage.allCases.map(\.rawValue)), required: true),
      Field("email", .text(max: 200), note: "Without it no mail is sent"),
      Field("sms", .word(NoticeSetting.SMS.allCases.map(\.rawValue)), required: true, note: "To the phone in the register of staff"),
      Field("quietFrom", .text(max: 5), note: "22:30, on the company's clock; what is no emergency waits until quietTo"),
      Field("quietTo", .text(max: 5)),
    ])

  public func setting(by actor: Actor) async throws -> NoticeReach {
    guard let staff = actor.staff?.text else { throw AccessError.notAllowed(.noticeRead) }
    let channels = channels
    return try await company.database.read { db in
      let sql = "SELECT p.value FROM staff s JOIN personal p ON p.hash = s.phone WHERE s.id = ?"
      return NoticeReach(
        setting: try NoticeSetting.of(staff, in: db), phone: try db.first(sql, [.text(staff)]) { $0.optionalText(0) } ?? nil,
        hasMail: channels.mail != nil, hasSMS: channels.sms != nil)
    }
  }

  public func set(_ input: Fields, by actor: Actor) async throws {
    guard let staff = actor.staff?.text else { throw AccessError.notAllowed(.noticeRead) }
    var setting = NoticeSetting()
    setting.language = input.text("language").flatMap { NoticeLanguage(rawValue: $0) } ?? .zh
    setting.sms = input.text("sms").flatMap { NoticeSetting.SMS(rawValue: $0) } ?? .emergencies
    var problems: [FieldProblem] = []
    if let email = input.text("email") {
      setting.email = MailAddress(email)?.text
      if setting.email == nil { problems.append(.notAMailAddress("email")) }
    }
    let times = ["quietFrom", "quietTo"].map { input.text($0) }
    let minutes = times.map { $0.flatMap(NoticeSetting.minute) }
    for (index, name) in ["quietFrom", "quietTo"].enumerated() {
      if times[index] != nil, minutes[index] == nil { problems.append(.notATime(name)) }
      if times[index] == nil, times[1 - index] != nil { problems.append(.missing(name)) }
    }
    guard problems.isEmpty else { throw InputRefusal.invalid(problems) }
    if let from = minutes[0], let to = minutes[1] { setting.quiet = QuietHours(from: from, to: to) }
    let company = company, made = setting
    try await company.database.write { db in try made.write(of: staff, at: try company.clock(), in: db) }
  }

  /// A test message to oneself, on every way that is set up; at most one a minute.
  public func test(by actor: Actor) async throws {
    guard let staff = actor.staff?.text else { throw AccessError.notAllowed(.noticeRead) }
    let company = company
    try await company.database.write { db in
      let now = try company.clock()
      try Outbox.put(
        OutgoingMessage(
          key: "test/\(staff)/\(now.milliseconds / 60_000)", kind: .test, to: .staff(staff), stream: "staff/\(staff)", number: nil),
        at: now,
        chance: company.chance, in: db)
    }
  }
}

/// How a person is told, and on what ways they could be.
public struct NoticeReach: Sendable, JSONWritable {
  public let setting: NoticeSetting
  /// In the register of staff.
  public let phone: String?
  public let hasMail, hasSMS: Bool

  public init(setting: NoticeSetting, phone: String?, hasMail: Bool, hasSMS: Bool) {
    (self.setting, self.phone, self.hasMail, self.hasSMS) = (setting, phone, hasMail, hasSMS)
  }

  public func write(to json: inout JSONWriter) { setting.write(to: &json) }
}

/// One delivery for whoever looks after them.
public struct OutboxView: Sendable, JSONWritable {
  public let row: OutboxRow
  /// The member of staff, or the hospital of a contact.
  public let name: String?

  public init(row: OutboxRow, name: String?) { (self.row, self.name) = (row, name) }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", row.id)
      json.field("kind", row.message.kind.rawValue)
      json.field("channel", row.channel.text)
      json.field("recipient", row.message.to.text)
      json.field("name", name)
      json.field("number", row.message.number)
      json.field("emergency", row.message.isEmergency)
      json.field("state", row.state.rawValue)
      json.field("attempts", row.attempts)
      json.field("created", row.created)
      json.field("nextTry", row.state == .waiting ? row.nextTry : nil)
      json.field("sentAt", row.sentAt)
      json.field("error", row.error)
      json.field("errorText", row.errorText)
    }
  }
}

public enum OutboxRefusal: Refusal, Hashable {
  /// It stands otherwise by now.
  case ended(String)

  public var code: String { "outbox.ended" }
  public var message: String {
    switch self {
    case .ended(let state): "The message is \(state) by now, and stays so. Read the list anew."
    }
  }
  public var arguments: [String] {
    switch self {
    case .ended(let state): [state]
    }
  }
  public var category: RefusalCategory { .conflict }
}

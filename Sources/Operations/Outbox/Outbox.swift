public import Domain
import Persistence

/// What is to be sent, put in the transaction of the fact itself: where the fact is undone, so is its message. The same key is put once.
///
/// Whoever puts need not know who is told how: the row stands for the screen, and ``OutboxSender`` makes one of it for each other way on which
/// its recipient wants to be told.
enum Outbox {
  static func put(_ message: OutgoingMessage, at now: Instant, chance: Chance, in db: any SQLWriter) throws {
    try put([message], at: now, chance: chance, in: db)
  }

  static func put(_ messages: [OutgoingMessage], at now: Instant, chance: Chance, in db: any SQLWriter) throws {
    for message in messages { try insert(OutboxRow(message, at: now, chance: chance), in: db) }
  }

  /// What is not sent to this person, or says something of them in their own words.
  static func unsent(naming search: ForgetSearch, in db: any SQLReader) throws -> [String] {
    var found: Set<String> = []
    if let contact = search.contact {
      found.formUnion(
        try db.rows(
          "SELECT id FROM outbox WHERE recipient = ? AND state IN ('waiting', 'dead')", [.text("contact:\(contact)")]
        ) { $0.text(0) })
    }
    if !search.texts.isEmpty {
      let named = ["facts", "error_text"].map { ForgetSearch.containing(search.texts, $0) }
      let sql = "SELECT id FROM outbox WHERE \(named.map(\.condition).joined(separator: " OR "))"
      found.formUnion(try db.rows(sql, named.flatMap(\.arguments)) { $0.text(0) })
    }
    return found.sorted()
  }

  /// Nothing more is sent to whoever was erased, and no row says anything of them; that one was sent stays.
  static func forget(_ search: ForgetSearch, at now: Instant, in db: any SQLWriter) throws {
    for id in try unsent(naming: search, in: db) {
      try db.execute(
        """
        UPDATE outbox SET facts = '{}', error_text = NULL, error = CASE WHEN state = 'sent' THEN error ELSE 'forgotten' END,
          state = CASE WHEN state = 'sent' THEN 'sent' ELSE 'given-up' END, holder = NULL WHERE id = ?
        """, [.text(id)])
    }
  }

  static func insert(_ row: OutboxRow, in db: any SQLWriter) throws {
    let marks = OutboxRow.columns.map { _ in "?" }.joined(separator: ", ")
    try db.execute(
      """
      INSERT INTO outbox (\(OutboxRow.columns.joined(separator: ", "))) VALUES (\(marks))
      ON CONFLICT (key, recipient, channel) DO NOTHING
      """, row.values)
  }
}

/// One delivery: a message on one way to one recipient.
public struct OutboxRow: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, CaseIterable {
    case waiting, sent
    /// Tried often enough, or refused for good: a person decides.
    case dead
    /// Somebody decided that it is not to be sent any more.
    case givenUp = "given-up"
  }

  public let id: String
  public let message: OutgoingMessage
  public let channel: NoticeChannel
  public internal(set) var state = State.waiting
  public internal(set) var attempts = 0
  public internal(set) var nextTry: Instant
  public let created: Instant
  public internal(set) var sentAt: Instant?
  /// Why the last try came to nothing: a stable word, and what the other side said, without addresses.
  public internal(set) var error, errorText: String?

  init(_ message: OutgoingMessage, _ channel: NoticeChannel = .screen, at now: Instant, nextTry: Instant? = nil, chance: Chance) {
    let id: ID<OutboxRow> = chance.newID(at: now)
    (self.id, self.message, self.channel, created) = (id.text, message, channel, now)
    self.nextTry = nextTry ?? now
  }

  static let columns = [
    "id", "key", "recipient", "channel", "kind", "stream", "number", "facts", "rank", "state", "attempts", "next_try", "created", "sent_at",
    "error", "error_text",
  ]

  var values: [SQLValue] {
    [
      .text(id), .text(message.key), .text(message.to.text), .text(channel.text), .text(message.kind.rawValue), .text(message.stream),
      .optional(message.number), .text(facts), .int(message.rank), .text(state.rawValue), .int(attempts), .integer(nextTry.milliseconds),
      .integer(created.milliseconds), .optional(sentAt?.milliseconds), .optional(error), .optional(errorText),
    ]
  }

  private var facts: String {
    var json = JSONWriter()
    json.object { json in
      for (name, value) in message.facts.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
    }
    return json.text
  }

  /// A row of ``columns``; nil where a later version wrote what this one does not know.
  init?(_ row: borrowing SQLRow) {
    guard let kind = OutgoingMessage.Kind(rawValue: row.text(4)), let to = OutgoingMessage.Recipient(row.text(2)),
      let state = State(rawValue: row.text(9))
    else { return nil }
    let members = (try? JSONValue(parsing: row.text(7)))?.members ?? []
    message = OutgoingMessage(
      key: row.text(1), kind: kind, to: to, stream: row.text(5), number: row.optionalText(6),
      facts: Dictionary(members.map { ($0.name, $0.value.text ?? "") }) { first, _ in first }, isEmergency: row.int(8) == 0)
    (id, channel, self.state, attempts) = (row.text(0), NoticeChannel(row.text(3)), state, row.int(10))
    (nextTry, created) = (Instant(milliseconds: row.integer(11)), Instant(milliseconds: row.integer(12)))
    sentAt = row.optionalInteger(13).map { Instant(milliseconds: $0) }
    (error, errorText) = (row.optionalText(14), row.optionalText(15))
  }
}

/// A way to tell somebody.
public enum NoticeChannel: Sendable, Hashable {
  /// weibao itself, live: nothing is sent.
  case screen
  case mail, sms
  /// A chat room or another system, by its name.
  case room(String)

  public var text: String {
    switch self {
    case .screen: "screen"
    case .mail: "mail"
    case .sms: "sms"
    case .room(let name): "room:\(name)"
    }
  }

  init(_ text: String) {
    switch text {
    case "screen": self = .screen
    case "mail": self = .mail
    case "sms": self = .sms
    default: self = .room(String(text.drop { $0 != ":" }.dropFirst()))
    }
  }
}

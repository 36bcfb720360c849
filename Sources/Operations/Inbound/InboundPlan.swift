import Domain
import Persistence

/// What is to become of something that came in, by what is known of its sender and of the cases.
enum InboundPlan: Sendable, Hashable {
  case setAside(String)
  /// So many of this sender within the hour.
  case held
  /// The id of the case that it joins.
  case join(String)
  case new(InboundNote?)

  var makesCase: Bool {
    switch self {
    case .join, .new: true
    case .held, .setAside: false
    }
  }

  /// Set aside where a program sent it, held where there are too many; else where it belongs.
  init(_ message: ArrivedMessage, settings: InboundSettings, at now: Instant, in db: any SQLReader) throws {
    if let automatic = message.automatic {
      self = .setAside(automatic.rawValue)
      return
    }
    let plan = try InboundPlan(answering: message, in: db)
    func count(_ state: InboundState) throws -> Int {
      let hour = now.milliseconds - 3_600_000
      return try db.first(
        InboundRows.countSQL, [.text(message.sender), .integer(hour), .text(state.rawValue), .text(message.channel)]
      ) { $0.int(0) } ?? 0
    }
    switch plan {
    case .new: self = try count(.taken) >= settings.hourly ? .held : plan
    case .join: self = try count(.joined) >= settings.hourly * 3 ? .held : plan
    default: self = plan
    }
  }

  /// The case that it answers, or a new one.
  ///
  /// An answer names an id that only those know who had the mail before. A number in the subject everybody can write, so there the
  /// sender's address has to be known to the case's customer. A case that has ended stays as it is (INT-4): what comes to it
  /// is a new one that names it.
  init(answering message: ArrivedMessage, in db: any SQLReader) throws {
    if let id = try Self.answered(by: message, in: db) {
      self = try Self.open(id, in: db)
      return
    }
    if message.isMail, let number = message.number {
      let named = try db.first("SELECT id FROM request WHERE number = ?", [.text(number)]) { $0.text(0) }
      if let named, try Self.isKnown(message.sender, to: named, in: db) {
        self = try Self.open(named, in: db)
      } else {
        self = .new(.number(number))
      }
      return
    }
    self = .new(nil)
  }

  private static func answered(by message: ArrivedMessage, in db: any SQLReader) throws -> String? {
    for reference in message.references {
      let sql =
        "SELECT request_id FROM inbound WHERE channel = ? AND message_id = ? AND request_id IS NOT NULL ORDER BY received DESC LIMIT 1"
      if let id = try db.first(sql, [.text(message.channel), .text(reference)], { $0.text(0) }) { return id }
    }
    guard let thread = message.thread else { return nil }
    let sql = "SELECT request_id FROM inbound WHERE channel = ? AND thread = ? AND request_id IS NOT NULL ORDER BY received DESC LIMIT 1"
    return try db.first(sql, [.text(message.channel), .text(thread)]) { $0.text(0) }
  }

  /// The case itself, or the one it was merged into; a new one where that has ended.
  private static func open(_ id: String, in db: any SQLReader) throws -> InboundPlan {
    var id = id
    for _ in 0..<20 {
      let found = try db.first("SELECT open, merged_into, number FROM request WHERE id = ?", [.text(id)]) {
        (isOpen: $0.bool(0), into: $0.optionalText(1), number: $0.text(2))
      }
      guard let found else { return .new(nil) }
      if found.isOpen { return .join(id) }
      guard let into = found.into else { return .new(.ended(found.number, id)) }
      id = into
    }
    return .new(nil)
  }

  /// An address of a contact of the case's customer, or the one that the case came from.
  private static func isKnown(_ sender: String, to id: String, in db: any SQLReader) throws -> Bool {
    let own = try db.first(
      "SELECT 1 FROM inbound WHERE request_id = ? AND sender = ? LIMIT 1", [.text(id), .text(sender)]
    ) { _ in true }
    if own != nil { return true }
    let customer = try db.first("SELECT customer_id FROM request WHERE id = ?", [.text(id)]) { $0.optionalText(0) } ?? nil
    guard let customer else { return false }
    return try InboundSender.contacts(email: sender, in: db).contains { contact in
      try Family.isSame(contact.customer, customer, .customers, in: db)
    }
  }
}

/// Why a case of its own was made although the sender thought of another.
enum InboundNote: Sendable, Hashable {
  case ended(String, String)
  case number(String)
}

/// Who sent it, as the registers know them.
struct InboundSender: Sendable {
  let id: String
  let customer: String?
  let phone: String?

  static func contacts(email: String, in db: any SQLReader) throws -> [InboundSender] { try contacts("email", email, in: db) }
  static func contacts(phone: String, in db: any SQLReader) throws -> [InboundSender] { try contacts("phone", phone, in: db) }

  /// The one contact, or one of several of one customer; nobody where it could be of two.
  static func only(_ found: [InboundSender]) -> InboundSender? { Set(found.map(\.customer)).count == 1 ? found.first : nil }

  private static func contacts(_ field: String, _ value: String, in db: any SQLReader) throws -> [InboundSender] {
    guard !value.isEmpty else { return [] }
    return try db.rows(
      """
      SELECT c.id, COALESCE(told.merged_into, told.id), ph.value FROM personal p JOIN contact c ON c.\(field) = p.hash
      LEFT JOIN customer told ON told.id = c.customer LEFT JOIN personal ph ON ph.hash = c.phone
      WHERE p.field = ? AND p.field <> 'signature' AND p.value = ? AND c.archived = 0 ORDER BY c.id LIMIT 20
      """, [.text(field), .text(value)]
    ) { InboundSender(id: $0.text(0), customer: $0.optionalText(1), phone: $0.optionalText(2)) }
  }
}

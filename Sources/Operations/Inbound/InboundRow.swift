public import Domain
import Persistence

/// What became of something that came in.
public enum InboundState: String, CaseIterable, Sendable, Hashable {
  /// It made a case.
  case taken
  /// It joined one.
  case joined
  /// Too many of one sender within an hour: a person decides.
  case held
  /// A program sent it.
  case setAside = "set-aside"
  case unreadable
  /// A person has looked at it, and nothing came of it.
  case dismissed

  /// A person may still make a case of it, or dismiss it.
  public var isWaiting: Bool { self == .held || self == .setAside || self == .unreadable }
}

/// One thing that came in, as the office sees it.
public struct InboundView: Sendable, Hashable, JSONWritable {
  public let id, channel: String
  public let state: InboundState
  /// `flood`, a word of `AutomaticMail` or `UnreadableMail`.
  public let reason: String?
  public let sender, senderName, subject: String?
  public let requestID, requestNumber: String?
  /// Whether it is kept whole, so that it can be read or taken.
  public let isKept: Bool
  public let receivedAt: Instant
  public let decidedAt: Instant?

  public init(
    id: String, channel: String, state: InboundState, reason: String?, sender: String?, senderName: String?, subject: String?,
    requestID: String?, requestNumber: String?, isKept: Bool, receivedAt: Instant, decidedAt: Instant?
  ) {
    (self.id, self.channel, self.state, self.reason) = (id, channel, state, reason)
    (self.sender, self.senderName, self.subject) = (sender, senderName, subject)
    (self.requestID, self.requestNumber, self.isKept) = (requestID, requestNumber, isKept)
    (self.receivedAt, self.decidedAt) = (receivedAt, decidedAt)
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("channel", channel)
      json.field("state", state.rawValue)
      json.field("reason", reason)
      json.field("sender", sender)
      json.field("senderName", senderName)
      json.field("subject", subject)
      json.field("request", requestID)
      json.field("requestNumber", requestNumber)
      json.field("isKept", isKept)
      json.field("receivedAt", receivedAt)
      json.field("decidedAt", decidedAt)
    }
  }
}

/// The rows of `inbound`.
enum InboundRows {
  static let columns = """
    id, channel, state, reason, sender, sender_name, subject, request_id, request_number, raw_size, received, decided_at
    """
  static let piece = 256 << 10

  static func view(_ row: borrowing SQLRow) -> InboundView {
    InboundView(
      id: row.text(0), channel: row.text(1), state: InboundState(rawValue: row.text(2)) ?? .unreadable, reason: row.optionalText(3),
      sender: row.optionalText(4), senderName: row.optionalText(5), subject: row.optionalText(6), requestID: row.optionalText(7),
      requestNumber: row.optionalText(8), isKept: row.integer(9) > 0, receivedAt: Instant(milliseconds: row.integer(10)),
      decidedAt: row.optionalInteger(11).map { Instant(milliseconds: $0) })
  }

  static func find(_ id: String, in db: any SQLReader) throws -> InboundView? {
    try db.first("SELECT \(columns) FROM inbound WHERE id = ?", [.text(id)], view)
  }

  static func find(_ channel: String, key: String, in db: any SQLReader) throws -> InboundView? {
    try db.first("SELECT \(columns) FROM inbound WHERE channel = ? AND key = ?", [.text(channel), .text(key)], view)
  }

  static func insert(
    _ id: String, _ message: ArrivedMessage, _ state: InboundState, reason: String?, case number: (id: String, number: String)? = nil,
    keep: [UInt8] = [], at now: Instant, in db: any SQLWriter
  ) throws {
    try db.execute(
      """
      INSERT INTO inbound (id, channel, key, message_id, thread, state, reason, sender, sender_name, subject, request_id, request_number,
        raw_size, received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(id), .text(message.channel), .text(message.key), .optional(message.messageID), .optional(message.thread),
        .text(state.rawValue), .optional(reason), .optional(message.sender.isEmpty ? nil : message.sender),
        .optional(message.senderName), .text(message.subject), .optional(number?.id), .optional(number?.number), .int(keep.count),
        .integer(now.milliseconds),
      ])
    for (part, start) in stride(from: 0, to: keep.count, by: piece).enumerated() {
      try db.execute(
        "INSERT INTO inbound_raw (inbound_id, part, bytes) VALUES (?, ?, ?)",
        [.text(id), .int(part), .blob(Array(keep[start..<min(start + piece, keep.count)]))])
    }
  }

  static func raw(_ id: String, in db: any SQLReader) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try db.forEach("SELECT bytes FROM inbound_raw WHERE inbound_id = ? ORDER BY part", [.text(id)]) { row in
      bytes += row.blob(0) ?? []
      return true
    }
    return bytes
  }

  /// A person decided; what was kept whole goes.
  static func decide(
    _ id: String, _ state: InboundState, case number: (id: String, number: String)? = nil, by actor: Actor, at now: Instant,
    in db: any SQLWriter
  ) throws {
    try db.execute(
      "UPDATE inbound SET state = ?, request_id = ?, request_number = ?, raw_size = 0, decided_by = ?, decided_at = ? WHERE id = ?",
      [
        .text(state.rawValue), .optional(number?.id), .optional(number?.number), .text(actor.author.actor), .integer(now.milliseconds),
        .text(id),
      ])
    try db.execute("DELETE FROM inbound_raw WHERE inbound_id = ?", [.text(id)])
  }

  /// How many bytes are kept whole, of all.
  static let keptSQL = "SELECT COALESCE(SUM(raw_size), 0) FROM inbound WHERE raw_size > 0"
  static let countSQL = "SELECT COUNT(*) FROM inbound WHERE sender = ? AND received > ? AND state = ? AND channel = ?"

  /// What a program sent is kept whole for 30 days; a person has seen the list by then.
  static func sweep(at now: Instant, in db: any SQLWriter) throws {
    let old = try db.rows(
      "SELECT id FROM inbound WHERE state = 'set-aside' AND received < ? AND raw_size > 0 ORDER BY received LIMIT 100",
      [.integer(now.milliseconds - 30 * 86_400_000)]
    ) { $0.text(0) }
    for id in old {
      try db.execute("DELETE FROM inbound_raw WHERE inbound_id = ?", [.text(id)])
      try db.execute("UPDATE inbound SET raw_size = 0 WHERE id = ?", [.text(id)])
    }
  }

  /// In an older copy the senders of a case are forgotten again, whoever of them it was.
  static func forget(case stream: String, in db: any SQLWriter) throws {
    guard stream.hasPrefix("request/") else { return }
    let senders = try db.rows(
      "SELECT DISTINCT sender FROM inbound WHERE request_id = ? AND sender IS NOT NULL", [.text(String(stream.dropFirst(8)))]
    ) { $0.text(0) }
    try erase(senders: senders, in: db)
  }

  /// Takes a person out of what came in: of their cases only that something came stays; what waits for a person goes whole.
  ///
  /// - Returns: how many rows named them.
  @discardableResult
  static func erase(senders: some Sequence<String>, in db: any SQLWriter) throws -> Int {
    try senders.reduce(0) { count, sender in
      let ids = try db.rows("SELECT id FROM inbound WHERE sender = ?", [.text(sender)]) { $0.text(0) }
      for id in ids {
        try db.execute("DELETE FROM inbound_raw WHERE inbound_id = ?", [.text(id)])
        try db.execute("UPDATE inbound SET sender = NULL, sender_name = NULL, subject = NULL, raw_size = 0 WHERE id = ?", [.text(id)])
      }
      return count + ids.count
    }
  }
}

public import Domain
import Persistence

/// What became of an announcement: the list with its proof, the letters, and what is missing before a policy holds (ORG-6).
extension AnnouncementOperations {
  public func all(by actor: Actor) async throws -> [Announcement] {
    try actor.require(.outboxManage)
    let ids = try await company.database.read { db in
      try db.rows("SELECT id FROM announcement ORDER BY created DESC, id DESC LIMIT 50", []) { $0.text(0) }
    }
    var found: [Announcement] = []
    for id in ids { found.append(try await find(id)) }
    return found
  }

  func find(_ id: String) async throws -> Announcement {
    let found = try await company.database.read { db in try Announcement(id, in: db) }
    guard let found else { throw AccessError.notFound("announcement") }
    return found
  }

  /// The letters to whoever cannot be reached otherwise have gone to the post.
  public func lettersSent(_ id: String, by actor: Actor) async throws {
    try actor.require(.outboxManage)
    let company = company
    try await company.database.write { db in
      let now = try company.clock()
      let count = try db.execute(
        "UPDATE announcement_entry SET letter_at = ?, letter_by = ? WHERE announcement_id = ? AND way = 'letter' AND letter_at IS NULL",
        [.integer(now.milliseconds), .text(actor.author.actor), .text(id)])
      guard count > 0 else { return }
      try AccessLog.write(
        .lettersSent, what: "announcement \(id): \(count)", by: actor.author.actor, address: actor.address, at: now, chance: company.chance,
        in: db)
    }
  }

  static let proofSQL = """
    SELECT e.customer_id, e.contact_id, c.name, n.value, c.address, e.way, e.letter_at, e.letter_by
    FROM announcement_entry e LEFT JOIN customer c ON c.id = e.customer_id
    LEFT JOIN contact k ON k.id = e.contact_id LEFT JOIN personal n ON n.hash = k.name
    WHERE e.announcement_id = ? AND (e.customer_id, e.contact_id) > (?, ?) ORDER BY e.customer_id, e.contact_id LIMIT ?
    """

  /// The list with what became of each, as CSV: who, how, when, by which message, with what result.
  public func export(_ id: String, chinese: Bool, by actor: Actor, write: (String) async throws -> Void) async throws {
    try actor.require(.outboxManage)
    _ = try await find(id)
    try await company.logExport(of: "announcement \(id)", by: actor)
    let headings =
      chinese
      ? ["客户", "联系人", "地址", "方式", "状态", "发出时间", "消息编号", "说明"]
      : ["customer", "contact", "address", "way", "state", "sent", "message", "remark"]
    try await write("\u{FEFF}" + CSV.line(headings) + "\n")
    var last = ("", ""), more = true
    while more {
      let from = last
      let lines = try await company.database.read { [channels] db in
        try db.rows(Self.proofSQL, [.text(id), .text(from.0), .text(from.1), .int(200)]) { row in
          (0..<8).map { row.optionalText($0) } + [row.optionalInteger(6).map { Instant(milliseconds: $0).description }]
        }.map { cells in (key: (cells[0] ?? "", cells[1] ?? ""), line: try Self.line(cells, id, channels, in: db)) }
      }
      for line in lines { try await write(line.line) }
      last = lines.last?.key ?? last
      more = lines.count == 200
    }
  }

  private static func line(_ cells: [String?], _ id: String, _ channels: OutboxChannels, in db: any SQLReader) throws -> String {
    let contact = cells[1] ?? "", way = cells[5] ?? ""
    var state = cells[8] == nil ? "to-send" : "sent", at = cells[8], message = "", remark = cells[7] ?? ""
    if way != "letter" {
      let row = try deliveries(of: id, contact, in: db).last
      (state, at) = (row?.state.rawValue ?? "none", row?.sentAt?.description)
      remark = [row?.error, row?.errorText].compactMap(\.self).joined(separator: " ")
      if let row, row.channel == .mail, let server = channels.mail {
        message = OutboxLetters.messageID(of: row, server)
      } else {
        message = row.map(OutboxLetters.identity) ?? ""
      }
    }
    return CSV.line([cells[2] ?? "", cells[3] ?? "", cells[4] ?? "", way, state, at ?? "", message, remark].map(RegisterExport.harmless))
      + "\n"
  }

  /// The rows of one recipient: where one went on a way, that one is last.
  private static func deliveries(of id: String, _ contact: String, in db: any SQLReader) throws -> [OutboxRow] {
    let columns = OutboxRow.columns.joined(separator: ", ")
    return try db.rows(
      "SELECT \(columns) FROM outbox WHERE key = ? AND recipient = ?", [.text("announcement/\(id)"), .text("contact:\(contact)")]
    ) { OutboxRow($0) }.compactMap(\.self).sorted { ($0.channel == .screen ? 0 : 1) < ($1.channel == .screen ? 0 : 1) }
  }

  // MARK: Before a policy holds

  /// What is missing before this policy may hold from then on; nil where nothing is.
  public func problem(_ version: String, from: Instant) async throws -> AnnouncementProblem? {
    let now = try company.clock()
    guard let hotline = try? company.policies.whole(version).hotline else { return nil }
    let (before, givenUp) = company.policies.hotlines(before: from, of: version, at: now)
    guard let before, before != hotline else { return nil }
    let problems = try await company.database.read { db -> [AnnouncementProblem?] in
      // Of a number that comes back, what was announced before it went is no proof.
      let known = try db.rows(
        "SELECT id, starts FROM announcement WHERE hotline = ? AND starts > ? AND listed IS NOT NULL ORDER BY created DESC LIMIT 50",
        [.text(hotline), .integer((givenUp ?? .earliest).milliseconds)]
      ) { (id: $0.text(0), from: Instant(milliseconds: $0.integer(1))) }
      guard let newest = known.first else { return [.notAnnounced(hotline, before: before)] }
      let meant = known.filter { abs($0.from.milliseconds - from.milliseconds) <= Self.sameTimeMilliseconds }
      guard !meant.isEmpty else { return [.otherTime(newest.from, from: from)] }
      return try meant.compactMap { try Announcement($0.id, in: db) }.map { Self.problem($0, from: from) }
    }
    // One that is well is proof enough; what can still be mended says more than what cannot.
    if problems.contains(nil) { return nil }
    return problems.compactMap(\.self).first { if case .notAllSent = $0 { true } else { false } } ?? problems.first ?? nil
  }

  /// An activation by hand is a little later than what was announced.
  private static let sameTimeMilliseconds: Int64 = 3_600_000

  private static func problem(_ announcement: Announcement, from: Instant) -> AnnouncementProblem? {
    guard from.milliseconds - announcement.created.milliseconds >= aheadMilliseconds else {
      return .tooLate(announcement.created, from: from)
    }
    let left = announcement.waiting + announcement.failed + announcement.lettersToSend
    return left == 0 ? nil : .notAllSent(left)
  }
}

import Domain
import Foundation
import Logging
import Persistence

/// Mail and messages that come in become cases or join theirs (INT-1). One transaction makes the case, its files and the row that says so; who
/// delivers is answered, or the mail marked as read, only after it.
public struct InboundOperations: Sendable {
  let company: Company
  let files: FileOperations
  public let settings: InboundSettings
  let words: InboundWords

  /// - Parameter inside: the inspection of files that colleagues' files go through; what comes in goes through the same.
  public init(_ inside: AttachmentOperations, settings: InboundSettings = InboundSettings(), words: InboundWords) {
    (company, self.settings, self.words) = (inside.company, settings, words)
    files = FileOperations(inside.company, inspector: inside.files.inspector)
  }

  /// A mail as it lay in the mailbox. The same mail again changes nothing.
  @discardableResult
  public func take(mail bytes: [UInt8]) async throws -> InboundView {
    let own = settings.own
    let read = try await MailWork.run { () -> (ArrivedMessage, UnreadableMail?) in
      let reader = MailReader()
      do throws(UnreadableMail) { return (ArrivedMessage(try reader.read(bytes), own: own), nil) } catch {
        return (ArrivedMessage(unreadable: bytes, reader: reader), error)
      }
    }
    guard let failure = read.1 else { return try await take(read.0, raw: bytes).view }
    return try await put(read.0, .unreadable, reason: failure.rawValue, raw: failure == .tooLarge ? [] : bytes)
  }

  /// A mail at which the program failed again and again: a person looks at it.
  func giveUp(mail bytes: [UInt8], reason: UnreadableMail = .fault) async throws -> InboundView {
    let message = try await MailWork.run { ArrivedMessage(unreadable: bytes, reader: MailReader()) }
    // Of one that is too large there is the beginning only, which is not the mail.
    return try await put(message, .unreadable, reason: reason.rawValue, raw: reason == .tooLarge ? [] : bytes)
  }

  func take(_ message: ArrivedMessage, raw: [UInt8]) async throws -> (view: InboundView, isNew: Bool) {
    do { return try await take(message, raw: raw, receiving: false) } catch is FilesNeeded {
      return try await take(message, raw: raw, receiving: true)
    }
  }

  /// It was to be held or set aside when its files would have been received, and is no more: the sender's hour is over.
  private struct FilesNeeded: Error {}

  private func take(_ message: ArrivedMessage, raw: [UInt8], receiving: Bool) async throws -> (view: InboundView, isNew: Bool) {
    let company = company, settings = settings, words = words
    let (stored, plan) = try await company.database.read { db in
      let stored = try InboundRows.find(message.channel, key: message.key, in: db)
      return (stored, try InboundPlan(message, settings: settings, at: company.clock(), in: db))
    }
    if let stored { return (stored, false) }
    let id = try newID()
    let receives = receiving || plan.makesCase
    let kept = receives ? await receive(message, by: InboundCase.sender(id)) : ([], [])
    let view = try await write(message) { db, now in
      let plan = try InboundPlan(message, settings: settings, at: now, in: db)
      switch plan {
      case .setAside(let why):
        try InboundRows.insert(id, message, .setAside, reason: why, keep: Self.room(raw, settings, in: db), at: now, in: db)
        return []
      case .held:
        try InboundRows.insert(id, message, .held, reason: "flood", keep: Self.room(raw, settings, in: db), at: now, in: db)
        return []
      case .join, .new:
        guard receives else { throw FilesNeeded() }
        let maker = InboundCase(company: company, words: words, message: message, id: id, now: now, db: db)
        let made = try maker.make(plan, files: kept.0, refused: kept.1)
        try InboundRows.insert(
          id, message, made.isNew ? .taken : .joined, reason: nil, case: (made.id, made.number), at: now, in: db)
        return made.changes
      }
    }
    return (view, view.id == id)
  }

  private func put(_ message: ArrivedMessage, _ state: InboundState, reason: String, raw: [UInt8]) async throws -> InboundView {
    let id = try newID(), settings = settings
    return try await write(message) { db, now in
      try InboundRows.insert(id, message, state, reason: reason, keep: Self.room(raw, settings, in: db), at: now, in: db)
      return []
    }
  }

  /// Writes once: whoever comes second, on this node or another, gets what the first made.
  private func write(
    _ message: ArrivedMessage, _ body: @escaping @Sendable (any SQLWriter, Instant) throws -> [Watchers.Change]
  ) async throws -> InboundView {
    let company = company
    func once() async throws -> (InboundView, [Watchers.Change]) {
      try await company.write { db in
        if let stored = try InboundRows.find(message.channel, key: message.key, in: db) { return (stored, []) }
        let changes = try body(db, try company.clock())
        guard let made = try InboundRows.find(message.channel, key: message.key, in: db) else { throw AccessError.notFound("message") }
        return (made, changes)
      }
    }
    let (view, changes): (InboundView, [Watchers.Change])
    do { (view, changes) = try await once() } catch DatabaseError.notUnique { (view, changes) = try await once() }
    company.watchers.tell(changes)
    return view
  }

  /// Kept whole while there is room for all; else it lies in its mailbox alone.
  private static func room(_ raw: [UInt8], _ settings: InboundSettings, in db: any SQLReader) throws -> [UInt8] {
    let kept = try db.first(InboundRows.keptSQL, []) { $0.int(0) } ?? 0
    return kept + raw.count <= settings.keptBytes ? raw : []
  }

  /// Files through the gate that everybody's go through. A refused one is no reason to refuse the mail: the case says which, and why.
  private func receive(_ message: ArrivedMessage, by sender: Actor) async -> ([UploadedFile], [String]) {
    var kept: [UploadedFile] = [], refused: [String] = [], seen: Set<String> = []
    // What a remark or a description cuts is whole in a file.
    let whole =
      message.text.unicodeScalars.count > InboundCase.remark - 200
      ? [MailFile(name: words("whole-name"), bytes: Array(message.text.utf8))] : []
    for file in message.files + whole {
      let name = MailText.line(file.name, max: 200)
      do {
        let incoming = try await files.begin(size: file.bytes.count, by: sender)
        do { try await incoming.write(file.bytes) } catch {
          await incoming.discard()
          throw error
        }
        let uploaded = try await files.finish(incoming, name: name, by: sender)
        if seen.insert(uploaded.sha256 + uploaded.name).inserted { kept.append(uploaded) }
      } catch let refusal as any Refusal {
        refused.append(words("file-refused", name, words.refusal(refusal)))
      } catch {
        company.logger.error("A file of a mail could not be kept.", metadata: ["error": "\(error)"])
        refused.append(words("file-lost", name))
      }
    }
    if message.filesLeftOut > 0 { refused.append(words("files-left-out", String(message.filesLeftOut))) }
    return (kept, refused)
  }

  private func newID() throws -> String {
    let id: ID<InboundView> = company.chance.newID(at: try company.clock())
    return id.text
  }

  // MARK: What a person does

  /// What came in, newest first.
  ///
  /// - Parameter sender: an address, or a channel's id of a sender, whole.
  public func list(_ state: InboundState?, sender: String?, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<
    InboundView
  > {
    try actor.require(.inboundHandle)
    let from = try cursor.map { try Cursor.number($0) }
    let (sql, arguments) = Self.query(state, sender: sender)
    company.views.note(.personalView, what: "inbound", by: actor, at: try company.clock())
    return try await company.database.read { db in
      var items = try db.rows(
        sql, arguments + [.integer(from?.key ?? .max), .text(from?.id ?? ""), .int(limit + 1)], InboundRows.view)
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(items: items, next: more ? items.last.map { Cursor(key: String($0.receivedAt.milliseconds), id: $0.id).text } : nil)
    }
  }

  static func query(_ state: InboundState?, sender: String?) -> (sql: String, arguments: [SQLValue]) {
    var conditions = "", arguments: [SQLValue] = []
    if let sender {
      conditions += "sender = ? AND "
      arguments.append(.text(sender.lowercased()))
    }
    if let state {
      conditions += "state = ? AND "
      arguments.append(.text(state.rawValue))
    }
    return (
      "SELECT \(InboundRows.columns) FROM inbound WHERE \(conditions)(received, id) < (?, ?) ORDER BY received DESC, id DESC LIMIT ?",
      arguments
    )
  }

  /// How many wait for a person, by state; counted to 1,000.
  public func waiting(by actor: Actor) async throws -> [InboundState: Int] {
    try actor.require(.inboundHandle)
    return try await company.database.read { db in
      var counts: [InboundState: Int] = [:]
      for state in InboundState.allCases where state.isWaiting {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM inbound WHERE state = ? LIMIT 1000) AS first_thousand"
        counts[state] = try db.first(sql, [.text(state.rawValue)]) { $0.int(0) }
      }
      return counts
    }
  }

  /// What reached a case, oldest first: from whom, for whoever may see the case inside the company.
  public func arrived(on reference: String, by actor: Actor) async throws -> [InboundView] {
    guard Permissions.scope(of: .requestRead, for: actor.role) == .all else { return [] }
    return try await company.database.read { db in
      let id = try RequestOperations.visible(reference, by: actor, in: db)
      return try db.rows(
        "SELECT \(InboundRows.columns) FROM inbound WHERE request_id = ? ORDER BY received LIMIT 50", [.text(id)], InboundRows.view)
    }
  }

  /// The bytes that are kept of one.
  public func raw(_ id: String, by actor: Actor) async throws -> [UInt8] {
    try actor.require(.inboundHandle)
    company.views.note(.personalView, what: "inbound/\(id)", by: actor, at: try company.clock())
    let bytes = try await company.database.read { db in try InboundRows.raw(id, in: db) }
    guard !bytes.isEmpty else { throw AccessError.notFound("message") }
    return bytes
  }

  /// A person makes a case of what was held or set aside, or lets it join its case.
  @discardableResult
  public func accept(_ id: String, by actor: Actor) async throws -> InboundView {
    try actor.require(.inboundHandle)
    let found = try await waitingOne(id), company = company, words = words
    guard found.state != .unreadable else { throw InboundRefusal.cannotBeRead }
    let raw = try await company.database.read { db in try InboundRows.raw(id, in: db) }
    guard !raw.isEmpty else { throw InboundRefusal.notKept }
    let own = OwnMail()
    let message = try await MailWork.run {
      if found.channel != ArrivedMessage.email { return try ChannelMessage(raw).arrived(in: found.channel) }
      return ArrivedMessage(try MailReader().read(raw), own: own)
    }
    let kept = await receive(message, by: InboundCase.sender(id))
    let changes = try await company.write { db -> [Watchers.Change] in
      let now = try company.clock()
      guard let still = try InboundRows.find(id, in: db), still.state.isWaiting else { throw InboundRefusal.decided }
      let plan = try InboundPlan(answering: message, in: db)
      let maker = InboundCase(company: company, words: words, message: message, id: id, now: now, db: db)
      let made = try maker.make(plan, files: kept.0, refused: kept.1)
      try InboundRows.decide(id, made.isNew ? .taken : .joined, case: (made.id, made.number), by: actor, at: now, in: db)
      return made.changes
    }
    company.watchers.tell(changes)
    return try await one(id)
  }

  /// A person has looked at it: nothing comes of it, and what was kept of it goes.
  @discardableResult
  public func dismiss(_ id: String, by actor: Actor) async throws -> InboundView {
    try actor.require(.inboundHandle)
    _ = try await waitingOne(id)
    let company = company
    try await company.database.write { db in
      guard let still = try InboundRows.find(id, in: db), still.state.isWaiting else { throw InboundRefusal.decided }
      try InboundRows.decide(id, .dismissed, by: actor, at: try company.clock(), in: db)
    }
    return try await one(id)
  }

  private func one(_ id: String) async throws -> InboundView {
    guard let found = try await company.database.read({ db in try InboundRows.find(id, in: db) }) else {
      throw AccessError.notFound("message")
    }
    return found
  }

  private func waitingOne(_ id: String) async throws -> InboundView {
    let found = try await one(id)
    guard found.state.isWaiting else { throw InboundRefusal.decided }
    return found
  }
}

/// Threads for what waits for a mail server, or takes a mail apart: neither an event loop nor a task's thread may.
enum MailWork {
  private static let queue = DispatchQueue(label: "weibao.mail", attributes: .concurrent)

  static func later(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

  static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }
}

import Domain
import Persistence

/// Erases a person's values wherever they lie, and says so in the journal: `corrected{erased}` in each case, `forgotten` in the
/// contact's stream. The record stands whole: events and rows hold only the hashes.
///
/// Short transactions, so that calls never wait behind it; the contact's own record goes last, so that whatever was cut off can
/// be run again. A second run finds nothing to erase.
public struct ForgetOperations: Sendable {
  let company: Company
  /// Cases in one transaction: some 50 ms.
  private static let batch = 20
  /// Journal rows in one read.
  private static let page: Int64 = 20_000

  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - reference: a contact's id, or a phone number as recorded: then also of a caller who is in no register.
  ///   - dryRun: only says what would be erased.
  /// - Throws: ``ForgetRefusal``.
  public func run(_ reference: String, dryRun: Bool, by actor: Actor) async throws -> ForgetReport {
    try actor.require(.accountManage)
    let search = try await company.database.read { try ForgetSearch(reference, in: $0) }
    var report = ForgetReport(contact: search.contact, dryRun: dryRun)
    var found = try await read(search)
    for stream in found.cases.sorted() {
      let (number, inCase, texts) = try await company.database.read { db in
        let inCase = try search.values(of: stream, in: db)
        return (try Self.number(of: stream, in: db), inCase, try Self.texts(of: stream, naming: inCase.names, in: db))
      }
      if inCase.isShared { report.shared.append(number ?? stream) }
      for text in texts { found.add(text) }
      guard !inCase.all.isEmpty else { continue }
      report.cases.append(number ?? stream)
      report.add(Set(inCase.hashes).count, .cases)
      report.add(Set(inCase.signatures).count, .signatures)
    }
    report.freeText = try await numbered(found.freeText)
    let cases = found.cases
    report.files = try await company.database.read { db in try Self.files(of: cases, in: db) }
    let answers = try await answers(search, found.cases)
    report.add(answers.count, .answers)
    let own = try await company.database.read { db in
      try search.contact.map { try Personal.hashes(of: "contact/\($0)", in: db).count } ?? 0
    }
    report.add(own, .register)
    report.add(try await company.database.read { db in try DeskDrafts.naming(search, in: db).count }, .drafts)
    report.add(try await company.database.read { db in try Outbox.unsent(naming: search, in: db).count }, .outbox)
    // Read before the cases lose their names.
    let senders = try await company.database.read { db in try InboundForget.senders(search, cases: cases, in: db) }
    report.add(try await company.database.read { db in try InboundForget.count(of: senders, in: db) }, .inbound)
    guard !dryRun else { return report }
    guard report.total > 0 else {
      // An earlier run may have been cut off before its last step.
      if let id = search.contact { try await SearchIndexer(company).erase(["contact/\(id)"]) }
      return report
    }
    try await eraseCases(search, found.cases.sorted(), by: actor)
    try await eraseAnswers(answers)
    try await company.database.write { db in
      try DeskDrafts.erase(DeskDrafts.naming(search, in: db), in: db)
      try InboundRows.erase(senders: senders, in: db)
    }
    let clock = company.clock
    try await company.database.write { db in try Outbox.forget(search, at: try clock(), in: db) }
    try await eraseRecord(search, report, by: actor)
    return report
  }

  private func read(_ search: ForgetSearch) async throws -> ForgetSearch.Found {
    var found = ForgetSearch.Found()
    found.cases.formUnion(try await company.database.read { try search.casesByPhone(in: $0) })
    found.cases.formUnion(try await company.database.read { try InboundForget.cases(from: search.senders, in: $0) })
    guard search.contact != nil || !search.texts.isEmpty else { return found }
    var position: Int64? = 0
    while let from = position {
      let before = found
      (position, found) = try await company.database.read { db in
        var found = before
        return (try search.read(after: from, limit: Self.page, into: &found, in: db), found)
      }
    }
    return found
  }

  // MARK: Cases

  private func eraseCases(_ search: ForgetSearch, _ streams: [String], by actor: Actor) async throws {
    let company = company
    for start in stride(from: 0, to: streams.count, by: Self.batch) {
      let batch = streams[start..<min(start + Self.batch, streams.count)]
      let changes = try await company.database.write { db in
        try batch.flatMap { try Self.eraseCase($0, search, by: actor, company, in: db) }
      }
      company.watchers.tell(changes)
    }
  }

  private static func eraseCase(
    _ stream: String, _ search: ForgetSearch, by actor: Actor, _ company: Company, in db: any SQLWriter
  ) throws -> [Watchers.Change] {
    try db.execute("UPDATE idempotency SET body = NULL, body_hash = '' WHERE subject = ? AND body IS NOT NULL", [.text(stream)])
    let hashes = Set(try search.values(of: stream, in: db).all).sorted()
    guard !hashes.isEmpty else { return [] }
    let now = try company.clock()
    var file = try CaseFile.load(String(stream.dropFirst("request/".count)), in: db)
    let occurred = max(now, file.history.last ?? now)
    let event = RequestEvent.corrected(.init(erased: hashes))
    try file.history.insert([event], at: occurred)
    try Personal.erase(hashes, at: now.milliseconds, in: db)
    return try file.write([event], at: occurred, by: actor, recorded: now, policies: company.policies, in: db)
  }

  // MARK: Kept answers

  private typealias AnswerKey = [SQLValue]

  /// Answers about these cases and the contact, and any other that holds one of the texts.
  private func answers(_ search: ForgetSearch, _ cases: Set<String>) async throws -> Set<AnswerKey> {
    let subjects = cases.sorted() + (search.contact.map { ["contact/\($0)"] } ?? [])
    return try await company.database.read { db in
      var found: Set<AnswerKey> = []
      func add(_ condition: String, _ arguments: [SQLValue]) throws {
        let sql = "SELECT actor, method, path, key FROM idempotency WHERE body IS NOT NULL AND \(condition)"
        found.formUnion(try db.rows(sql, arguments) { row in (0..<4).map { row.value($0) } })
      }
      for subject in subjects { try add("subject = ?", [.text(subject)]) }
      if !search.texts.isEmpty {
        let (condition, arguments) = ForgetSearch.containing(search.texts, "body")
        try add(condition, arguments)
      }
      return found
    }
  }

  private func eraseAnswers(_ answers: Set<AnswerKey>) async throws {
    let keys = Array(answers)
    for start in stride(from: 0, to: keys.count, by: 200) {
      try await company.database.write { db in
        for key in keys[start..<min(start + 200, keys.count)] {
          try db.execute(
            "UPDATE idempotency SET body = NULL, body_hash = '' WHERE actor = ? AND method = ? AND path = ? AND key = ?", key)
        }
      }
    }
  }

  // MARK: The contact's record

  private func eraseRecord(_ search: ForgetSearch, _ report: ForgetReport, by actor: Actor) async throws {
    let company = company
    let changes = try await company.database.write { db -> [Watchers.Change] in
      let now = try company.clock()
      try AccessLog.write(
        .erased, what: "\(search.contact.map { "contact/\($0)" } ?? "a caller"): \(report.total)", by: actor.author.actor,
        address: actor.address, at: now, chance: company.chance, in: db)
      guard let id = search.contact else { return [] }
      let stream = "contact/\(id)"
      try db.execute("UPDATE idempotency SET body = NULL, body_hash = '' WHERE subject = ? AND body IS NOT NULL", [.text(stream)])
      let hashes = try Personal.hashes(of: stream, in: db).map(\.hash)
      guard !hashes.isEmpty else { return [] }
      let writer = RegisterWriter(.contacts, author: actor.author, at: now, chance: company.chance)
      try writer.forget(hashes, id: id, in: db)
      try Personal.erase(hashes, at: now.milliseconds, in: db)
      if try !writer.existing(id, expected: nil, in: db).archived { try writer.archive(id: id, expected: nil, in: db) }
      return [Watchers.Change(stream: stream, version: try writer.existing(id, expected: nil, in: db).version)]
    }
    company.watchers.tell(changes)
    if let id = search.contact { try await SearchIndexer(company).erase(["contact/\(id)"]) }
  }

  // MARK: Again, in an older copy

  /// Erases again what was erased since this copy was made, with the events that say so.
  ///
  /// - Returns: how many values were there to erase.
  func replay(_ erasures: Erasures) async throws -> Int {
    var count = 0
    for (stream, hashes) in erasures.bySubject.sorted(by: { $0.key < $1.key }) {
      count += try await company.database.write { [company] db in
        let kept = try Personal.hashes(of: stream, in: db).map(\.hash).filter(hashes.contains)
        guard !kept.isEmpty else { return 0 }
        try db.execute("UPDATE idempotency SET body = NULL, body_hash = '' WHERE subject = ? AND body IS NOT NULL", [.text(stream)])
        try InboundRows.forget(case: stream, in: db)
        let now = try company.clock()
        if stream.hasPrefix("request/") {
          var file = try CaseFile.load(String(stream.dropFirst("request/".count)), in: db)
          // The name of an attachment goes only with the attachment itself.
          let attachments = file.history.entries.compactMap { entry -> RequestEvent.Attached? in
            if case .attached(let body) = entry.event, kept.contains(body.name) { body } else { nil }
          }
          if !attachments.isEmpty {
            _ = try ErasedFiles.erase(
              attachments.map(\.attachment), in: &file, reason: "erased before this copy was restored", by: .system, at: now, company,
              in: db)
          }
          let others = kept.filter { hash in !attachments.contains { $0.name == hash } }
          if !others.isEmpty {
            let occurred = max(now, file.history.last ?? now)
            let event = RequestEvent.corrected(.init(erased: others))
            try file.history.insert([event], at: occurred)
            try Personal.erase(others, at: now.milliseconds, in: db)
            _ = try file.write([event], at: occurred, by: .system, recorded: now, policies: company.policies, in: db)
          }
        } else if stream.hasPrefix("contact/") {
          let id = String(stream.dropFirst("contact/".count))
          let writer = RegisterWriter(.contacts, author: .system, at: now, chance: company.chance)
          try writer.forget(kept, id: id, in: db)
          try Personal.erase(kept, at: now.milliseconds, in: db)
          if try !writer.existing(id, expected: nil, in: db).archived { try writer.archive(id: id, expected: nil, in: db) }
        } else {
          return 0
        }
        return kept.count
      }
    }
    // Forms that were not sent when the copy was made: nobody waits for them, and they may name whoever was erased.
    if !erasures.bySubject.isEmpty { try await company.database.write { db in _ = try db.execute("DELETE FROM desk_draft", []) } }
    // The bytes of what was attached came out of the copy, too.
    if count > 0 { _ = try await FileSweep(company).sweep() }
    return count
  }

  // MARK: Free text

  private static func number(of stream: String, in db: any SQLReader) throws -> String? {
    try db.first("SELECT number FROM request WHERE id = ?", [.text(String(stream.dropFirst("request/".count)))]) { $0.text(0) }
  }

  /// Events of a case whose text has one of the names.
  private static func texts(of stream: String, naming names: Set<String>, in db: any SQLReader) throws -> [ForgetReport.FreeText] {
    guard !names.isEmpty else { return [] }
    return try Journal.events(of: stream, in: db).filter { event in names.contains { event.body.contains($0) } }.map {
      .init(stream: stream, version: $0.version, event: $0.kind, number: nil)
    }
  }

  /// What is attached to these cases: no program can tell who is on a photograph.
  private static func files(of streams: Set<String>, in db: any SQLReader) throws -> [ForgetReport.File] {
    var files: [ForgetReport.File] = []
    for stream in streams.sorted() where files.count < ForgetReport.freeTextLimit {
      files += try ReadAttachments.page(
        of: String(stream.dropFirst("request/".count)), after: "", limit: ForgetReport.freeTextLimit - files.count, for: .system, in: db
      ).filter { $0.erasedAt == nil }.map { .init(number: $0.requestNumber, attachment: $0.id, name: $0.name ?? "", type: $0.type) }
    }
    return files
  }

  private func numbered(_ texts: [ForgetReport.FreeText]) async throws -> [ForgetReport.FreeText] {
    guard !texts.isEmpty else { return [] }
    return try await company.database.read { db in
      try texts.sorted { ($0.stream, $0.version) < ($1.stream, $1.version) }.map {
        .init(
          stream: $0.stream, version: $0.version, event: $0.event,
          number: $0.stream.hasPrefix("request/") ? try Self.number(of: $0.stream, in: db) : nil)
      }
    }
  }
}

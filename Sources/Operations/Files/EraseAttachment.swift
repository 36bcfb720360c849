import Domain
import Persistence

extension AttachmentOperations {
  /// `POST /requests/{id}/attachments/{attachment}/erase`.
  public static let eraseShape = Shape("EraseAttachment", [Field("reason", .text(max: 500), required: true)])

  /// Bytes, pictures and name go; the hash and the reason stay, so the record stands whole. Bytes that another case has too stay for
  /// it: the answer names those cases.
  ///
  /// - Throws: ``AccessError``, ``AttachmentRefusal``.
  public func erase(_ attachment: String, of reference: String, _ input: Fields, _ call: Call) async throws -> Answer {
    let company = company
    let answer = try await company.perform(call) { db, _ in
      let file = try CaseFile.load(reference, in: db)
      try CaseAccess.require(.attachmentErase, on: file.request, by: call.actor, in: db)
      return file
    } change: { db, now, loaded, changes in
      var file = loaded
      let found = try ReadAttachments.find(attachment, of: file.id.text, for: call.actor, in: db)
      guard found.erasedAt == nil else { throw AttachmentRefusal.erased }
      changes = try ErasedFiles.erase(
        [AttachmentID(found.id)], in: &file, reason: input.text("reason") ?? "", by: call.actor, at: now, company, in: db)
      try AccessLog.write(
        .erased, what: "attachment/\(found.id)", by: call.actor.author.actor, address: call.actor.address, at: now, chance: company.chance,
        in: db)
      var view = try ReadAttachments.find(found.id, of: file.id.text, for: call.actor, in: db)
      view.sharedWith = try ReadAttachments.sharing(found.sha256, except: file.id.text, in: db)
      return Answer(created: false, version: file.history.version, body: JSONWriter.text(view))
    }
    let view = try JSONValue(parsing: answer.body)
    if let sha256 = view["sha256"]?.text, let id = view["id"]?.text { try await letGo(sha256, of: id) }
    return answer
  }

  /// After the commit: the ledger first, so that an older backup is rid of it too, then bytes, then traces.
  private func letGo(_ sha256: String, of id: String) async throws {
    let company = company
    let erased = try await company.database.read { db in
      try db.first("SELECT name, request_id FROM attachment WHERE id = ?", [.text(id)]) { (name: $0.text(0), request: $0.text(1)) }
    }
    if let erased, let ledger = company.erasures {
      try await DiskWork.run { try Erasures.append([erased.name], of: "request/\(erased.request)", to: ledger) }
    }
    try await FileSweep(company, limits: files.limits).release(sha256)
    // Another process may be reading the log; `customers forget` does it again.
    _ = try? await company.database.removeTraces(rewrite: false)
  }
}

/// The events and rows of an erasure; bytes are let go after the commit, by ``FileSweep``.
enum ErasedFiles {
  static func erase(
    _ attachments: [AttachmentID], in file: inout CaseFile, reason: String, by actor: Actor, at now: Instant, _ company: Company,
    in db: any SQLWriter
  ) throws -> [Watchers.Change] {
    let attached = file.history.entries.compactMap { entry -> RequestEvent.Attached? in
      if case .attached(let body) = entry.event, attachments.contains(body.attachment) { body } else { nil }
    }
    let occurred = max(now, file.history.last ?? now)
    let events =
      attached.map { RequestEvent.attachmentErased(.init(attachment: $0.attachment, sha256: $0.sha256, reason: reason)) }
      + [.corrected(.init(erased: attached.map(\.name).sorted()))]
    try file.history.insert(events, at: occurred)
    try Personal.erase(attached.map(\.name), at: now.milliseconds, in: db)
    for body in attached {
      // Names lie there in plain for a day. And one row of the past says that these bytes are to go, whatever happens to us next.
      try db.execute("DELETE FROM upload WHERE file_id = ?", [.text(body.file.text)])
      try db.execute("DELETE FROM file WHERE id = ?", [.text(body.file.text)])
      let marker: FileID = company.chance.newID(at: now)
      try db.execute(
        "INSERT INTO file (id, owner, name, type, size, sha256, created) VALUES (?, 'system', '', '', 0, ?, 0)",
        [.text(marker.text), .text(body.sha256)])
    }
    // Kept answers hold the name.
    try db.execute("UPDATE idempotency SET body = NULL, body_hash = '' WHERE subject = ? AND body IS NOT NULL", [.text(file.stream)])
    return try file.write(events, at: occurred, by: actor, recorded: now, policies: company.policies, in: db)
  }
}

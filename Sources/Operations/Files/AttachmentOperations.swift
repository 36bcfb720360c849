import Domain
import Persistence

/// Files of cases: attach, list, read, erase. Access goes by the case; knowing a file's id or hash is no right.
public struct AttachmentOperations: Sendable {
  let company: Company
  public let files: FileOperations
  let previews: FilePreviews
  let scans: PaperScanReader

  public init(
    _ company: Company, files: FileOperations, previews: FilePreviews = FilePreviews(), scans: PaperScanReader = PaperScanReader()
  ) {
    (self.company, self.files, self.previews, self.scans) = (company, files, previews, scans)
  }

  /// `POST /requests/{id}/attachments`.
  public static let attachShape = Shape(
    "AttachFile",
    [
      Field("file", .reference, required: true, note: "The id that POST /files answered"),
      Field("note", .text(max: 500, lines: true)),
      Field("internal", .bool, note: "true: the hospital's own users do not see it"),
    ] + Shapes.late)

  /// Attaches a file of the caller's own to a case, with an event that names its hash; the file is on disk before.
  ///
  /// - Throws: ``AccessError``, ``InputRefusal``, ``AttachmentRefusal``, `RequestError`.
  public func attach(_ input: Fields, to reference: String, _ call: Call) async throws -> Answer {
    try await attach(input, to: reference, paper: nil, call)
  }

  func attach(_ input: Fields, to reference: String, paper: ScannedPaper?, _ call: Call) async throws -> Answer {
    try await attach(input, to: reference, paper: paper, call) { file, db in
      try CaseAccess.require(.requestAttach, on: file.request, by: call.actor, in: db)
    }
  }

  /// - Parameter permit: says no to whoever may not; a role's right, or a link's.
  func attach(
    _ input: Fields, to reference: String, paper: ScannedPaper?, _ call: Call,
    permit: @escaping @Sendable (CaseFile, any SQLReader) throws -> Void
  ) async throws -> Answer {
    let company = company, limits = files.limits, areThere = try await bytesAreThere(input.text("file") ?? "", by: call.actor)
    return try await company.perform(call) { db, _ in
      let file = try CaseFile.load(reference, in: db)
      try permit(file, db)
      return file
    } change: { db, now, loaded, changes in
      var file = loaded
      if let expected = call.expected, !file.history.isStill(expected) {
        throw StaleVersion(expected: expected, actual: file.history.version)
      }
      let uploaded = try UploadedFiles.own(input.text("file") ?? "", by: call.actor, at: now, limits: limits, in: db)
      guard areThere else { throw AttachmentRefusal.bytesMissing }
      let maker = CommandMaker(company: company, actor: call.actor, now: now, db: db)
      let time = try maker.time(of: input, in: file.history)
      let isEngineer = call.actor.staff.map { file.history.request(at: time.occurred).engineers.contains($0) } ?? false
      try maker.requireInTime(time, own: isEngineer, policy: company.policies[file.request.reported?.policy ?? ""])
      let put = try Self.put(uploaded, input, paper: paper, on: &file, at: time, maker)
      changes = put.changes
      let attachment = put.attachment
      let view = try ReadAttachments.find(attachment.text, of: file.id.text, for: call.actor, in: db)
      return Answer(created: true, version: file.history.version, body: JSONWriter.text(view))
    }
  }

  /// Writes an uploaded file down in its case, in the transaction under way. Its bytes are on disk before.
  static func put(
    _ uploaded: UploadedFile, _ input: Fields, paper: ScannedPaper?, on file: inout CaseFile, at time: CommandMaker.Time,
    _ maker: CommandMaker
  ) throws -> (attachment: AttachmentID, changes: [Watchers.Change]) {
    let (company, actor, now, db) = (maker.company, maker.actor, maker.now, maker.db)
    // Written, not only read: who erases another attachment of this file at the same time deletes this row, and one of both runs again.
    let stands = try db.execute("UPDATE file SET created = created WHERE id = ?", [.text(uploaded.id)])
    guard stands == 1 else { throw AttachmentRefusal.bytesMissing }
    let isThere = try db.first(
      "SELECT 1 FROM attachment WHERE request_id = ? AND file_id = ?", [.text(file.id.text), .text(uploaded.id)]
    ) { _ in true }
    guard isThere == nil else { throw AttachmentRefusal.attachedAlready }
    let attachment: AttachmentID = company.chance.newID(at: now)
    let attached = RequestEvent.Attached(
      attachment: attachment, file: FileID(uploaded.id), sha256: uploaded.sha256,
      name: try maker.personal(uploaded.name, "name", of: file.stream), type: uploaded.type, size: uploaded.size, width: uploaded.width,
      height: uploaded.height, pages: uploaded.pages, note: input.text("note"),
      // Whoever is outside cannot write what they may not read.
      isInternal: actor.role != .hospital && input.bool("internal") == true, paper: paper?.form, code: paper?.number)
    let event: RequestEvent
    do throws(RequestError) { event = try file.history.attach(attached, at: time.occurred) } catch {
      throw KeptRefusal(
        error, state: file.request.state.rawValue,
        steps: CaseAccess.offered(file.request.steps.map(\.rawValue), in: file.request.state, to: actor))
    }
    let changes = try file.write(
      [event], at: time.occurred, lateReason: time.lateReason, by: actor, recorded: now, policies: company.policies, in: db)
    try ExpectedFiles.arrived(uploaded.sha256, for: file.id.text, in: db)
    return (attachment, changes)
  }

  /// Asked before the transaction, which waits for no disk. It finds the file's row standing, and while that stands nobody takes the bytes.
  private func bytesAreThere(_ file: String, by actor: Actor) async throws -> Bool {
    let sha256 = try await company.database.read { db in
      try db.first("SELECT sha256 FROM file WHERE id = ? AND owner = ?", [.text(file), .text(actor.author.actor)]) { $0.text(0) }
    }
    guard let sha256 else { return false }
    let store = company.files
    return try await DiskWork.run { store.has(sha256) }
  }

  /// Oldest first; `cursor` is the last one seen.
  public func list(of reference: String, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<AttachmentView> {
    let from = try cursor.map { try Cursor.id($0) } ?? ""
    return try await company.database.read { db in
      let id = try RequestOperations.visible(reference, by: actor, in: db)
      var items = try ReadAttachments.page(of: id, after: from, limit: limit + 1, for: actor, in: db)
      let more = items.count > limit
      if more { items.removeLast() }
      return Page(items: items, next: more ? items.last?.id : nil)
    }
  }

  public func find(_ attachment: String, of reference: String, by actor: Actor) async throws -> AttachmentView {
    try await company.database.read { db in
      let id = try RequestOperations.visible(reference, by: actor, in: db)
      return try ReadAttachments.find(attachment, of: id, for: actor, in: db)
    }
  }

  /// Its bytes, to be read piece by piece.
  ///
  /// - Throws: ``AttachmentRefusal`` where there are none.
  public func content(of attachment: String, of reference: String, by actor: Actor) async throws -> (view: AttachmentView, bytes: FileBytes)
  {
    let view = try await find(attachment, of: reference, by: actor)
    guard view.erasedAt == nil else { throw AttachmentRefusal.erased }
    let path = company.files.path(of: view.sha256)
    guard let bytes = try await DiskWork.run({ try FileBytes(path) }), bytes.size == view.size else { throw AttachmentRefusal.bytesMissing }
    // A photograph shows people, and a scan names them.
    company.views.note(.personalView, what: "attachment/\(view.id)", by: actor, at: try company.clock())
    return (view, bytes)
  }
}

/// A paper's form and number, read from its code.
struct ScannedPaper: Sendable, Hashable {
  let form: String
  let number: String?
}

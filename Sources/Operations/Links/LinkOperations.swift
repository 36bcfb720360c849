import Domain
import Persistence

/// Links for people outside: labels on machines, links to one case, codes on badges. The office makes and revokes them here; what their
/// holders may do stands in `LabelReport`, `PublicCase` and `BadgeCheck`.
public struct LinkOperations: Sendable {
  let company: Company
  let requests: RequestOperations
  /// For photos of outsiders: fewer, smaller, pictures alone.
  public let files: FileOperations
  let attachments: AttachmentOperations

  /// - Parameter inside: how colleagues attach files; the same inspection looks into what strangers send.
  public init(_ inside: AttachmentOperations) {
    company = inside.company
    requests = RequestOperations(company)
    files = FileOperations(company, inspector: inside.files.inspector, limits: .outside)
    attachments = AttachmentOperations(company, files: files)
  }

  /// A new link to a case (by id or number), for the customer.
  ///
  /// - Throws: ``AccessError``, also for a case that this person may not see.
  public func makeCaseLink(for reference: String, by actor: Actor) async throws -> LinkView {
    let company = company
    return try await company.write { db in
      let file = try CaseFile.load(reference, in: db)
      try CaseAccess.require(.linkCase, on: file.request, by: actor, in: db)
      return try Self.insert(.request, file.id.text, by: actor, for: company, in: db)
    }
  }

  /// The links of a case, newest first, the revoked ones too.
  public func caseLinks(of reference: String, by actor: Actor) async throws -> [LinkView] {
    try await company.database.read { db in
      try actor.require(.linkCase)
      let id = try RequestOperations.visible(reference, by: actor, in: db)
      return try Self.links(.request, [id], in: db)
    }
  }

  /// The valid labels of these machines, in their order; where one has none it is made. At most 200 at a time: a sheet's worth, some.
  public func labels(for machines: [String], by actor: Actor) async throws -> [MachineLabel] {
    let company = company
    return try await company.write { db in
      try actor.require(.linkLabel)
      return try machines.prefix(200).map { id in
        guard let facts = try MachineFacts.find(id, in: db) else { throw AccessError.notFound("machine") }
        let valid = try Self.links(.label, [facts.id], in: db).first { $0.revokedAt == nil }
        return MachineLabel(link: try valid ?? Self.insert(.label, facts.id, by: actor, for: company, in: db), machine: facts)
      }
    }
  }

  /// The code of a colleague's badge; made where there is none.
  public func badge(of staff: String, by actor: Actor) async throws -> LinkView {
    let company = company
    return try await company.write { db in
      try actor.require(.linkBadge)
      let known = try db.first("SELECT 1 FROM staff WHERE id = ? AND archived = 0", [.text(staff)]) { _ in true }
      guard known != nil else { throw AccessError.notFound("colleague") }
      let valid = try Self.links(.badge, [staff], in: db).first { $0.revokedAt == nil }
      return try valid ?? Self.insert(.badge, staff, by: actor, for: company, in: db)
    }
  }

  /// A new code for a colleague whose badge is lost: the old one says nothing from now on.
  public func replaceBadge(of staff: String, by actor: Actor) async throws -> LinkView {
    let company = company
    try await company.write { db in
      try actor.require(.linkBadge)
      for old in try Self.links(.badge, [staff], in: db) { try Self.revoke(old, by: actor, for: company, in: db) }
    }
    return try await badge(of: staff, by: actor)
  }

  /// Ends a link at once. Revoking it again changes nothing; the first one stands.
  public func revoke(_ id: String, by actor: Actor) async throws {
    let company = company
    try await company.write { db in
      guard let link = try Self.link(id, in: db) else { throw AccessError.notFound("link") }
      try Self.revoke(link, by: actor, for: company, in: db)
    }
  }

  /// A new label for a machine whose old one is gone or copied: the old one opens nothing from now on.
  public func replaceLabel(of machine: String, by actor: Actor) async throws -> LinkView {
    let company = company
    return try await company.write { db in
      try actor.require(.linkLabel)
      guard let facts = try MachineFacts.find(machine, in: db) else { throw AccessError.notFound("machine") }
      // What was merged into it has labels of its own, which lead here.
      for old in try Self.links(.label, Family.members(of: facts.id, .equipment, in: db), in: db) {
        try Self.revoke(old, by: actor, for: company, in: db)
      }
      return try Self.insert(.label, facts.id, by: actor, for: company, in: db)
    }
  }

  /// What people outside call.
  public func hotline() -> String? { (try? company.clock()).flatMap { company.policies.inForce(at: $0)?.hotline } }
}

extension LinkOperations {
  static let columns = "id, kind, subject, token, created_at, created_by, used_at, revoked_at"

  static func insert(_ kind: LinkKind, _ subject: String, by actor: Actor, for company: Company, in db: any SQLWriter) throws -> LinkView {
    let now = try company.clock(), id: ID<LinkView> = company.chance.newID(at: now)
    let link = LinkView(
      id: id.text, kind: kind, subject: subject, token: LinkToken.make(company.chance), createdAt: now, createdBy: actor.author.actor,
      usedAt: nil, revokedAt: nil)
    try db.execute(
      "INSERT INTO link (id, token, kind, subject, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .text(link.id), .text(link.token), .text(kind.rawValue), .text(subject), .integer(now.milliseconds), .text(link.createdBy),
      ])
    try AccessLog.write(
      .linkMade, what: "\(kind.rawValue)/\(subject)", by: link.createdBy, address: actor.address, at: now, chance: company.chance, in: db)
    return link
  }

  static func revoke(_ link: LinkView, by actor: Actor, for company: Company, in db: any SQLWriter) throws {
    if link.kind == .request {
      try CaseAccess.require(.linkCase, on: CaseFile.load(link.subject, in: db).request, by: actor, in: db)
    } else {
      try actor.require(link.kind.action)
      // A calendar is its engineer's own; whoever answers for the branch may end it too.
      if link.kind == .visits, link.subject != actor.staff?.text, !actor.role.isManager { throw AccessError.notFound("link") }
    }
    let now = try company.clock()
    let changed = try db.execute(
      "UPDATE link SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL",
      [.integer(now.milliseconds), .text(actor.author.actor), .text(link.id)])
    guard changed == 1 else { return }
    try AccessLog.write(
      .linkRevoked, what: "\(link.kind.rawValue)/\(link.subject)", by: actor.author.actor, address: actor.address, at: now,
      chance: company.chance, in: db)
  }

  private static func link(_ id: String, in db: any SQLReader) throws -> LinkView? {
    try db.first("SELECT \(columns) FROM link WHERE id = ?", [.text(id)], view)
  }

  /// Newest first; the index link_subject gives the order.
  static func links(_ kind: LinkKind, _ subjects: [String], in db: any SQLReader) throws -> [LinkView] {
    try subjects.flatMap { subject in
      try db.rows(
        "SELECT \(columns) FROM link WHERE kind = ? AND subject = ? ORDER BY id DESC LIMIT 50", [.text(kind.rawValue), .text(subject)], view
      )
    }
  }

  static func view(_ row: borrowing SQLRow) -> LinkView {
    LinkView(
      id: row.text(0), kind: LinkKind(rawValue: row.text(1)) ?? .request, subject: row.text(2), token: row.text(3),
      createdAt: Instant(milliseconds: row.integer(4)), createdBy: row.text(5),
      usedAt: row.optionalInteger(6).map { Instant(milliseconds: $0) }, revokedAt: row.optionalInteger(7).map { Instant(milliseconds: $0) })
  }

  func open(_ token: String, _ kind: LinkKind) async throws -> OpenedLink { try await LinkBook(company: company).open(token, kind) }
}

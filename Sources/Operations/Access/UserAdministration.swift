public import Domain
import Persistence

/// One account with what is open under it.
public struct UserDetails: Sendable {
  public struct Session: Sendable {
    public let createdAt, usedAt: Instant
    public let address: String?
  }

  public let user: UserView
  /// Of the staff record: what a change of role names.
  public let version: Int
  /// Newest first; those that still count.
  public let sessions: [Session]
  public let tokens: [TokenView]
}

/// Accounts as their administrator keeps them on a page: found, locked, opened again, signed out everywhere. All of it is in the access
/// log.
extension AccountOperations {
  static let usersMost = 200

  /// - Parameter find: the beginning of a sign-in name, or what the register of staff knows of the person.
  public func users(find: String?, after cursor: String?, limit: Int = 50, by actor: Actor) async throws -> Page<UserView> {
    try actor.require(.accountManage)
    guard (1...Self.usersMost).contains(limit) else { throw InputRefusal.field("limit", "must be 1 to \(Self.usersMost)") }
    guard let find, !find.allSatisfy(\.isWhitespace) else {
      let rows = try await company.database.read { db in
        try db.rows("\(Users.viewSQL) WHERE a.name > ? ORDER BY a.name LIMIT ?", [.text(cursor ?? ""), .int(limit + 1)]) { Users.view($0) }
      }
      return Page(items: Array(rows.prefix(limit)), next: rows.count > limit ? rows[limit - 1].signInName : nil)
    }
    let people = try await SearchOperations(company).ids(
      of: .staff, String(find.prefix(100)), customer: nil, archived: true, by: actor, scope: .all)
    let name = find.lowercased().filter { !$0.isWhitespace }
    return try await company.database.read { db in
      var rows = try db.rows(
        "\(Users.viewSQL) WHERE a.name >= ? AND a.name < ? ORDER BY a.name LIMIT ?", [.text(name), .text(name + "\u{10FFFF}"), .int(limit)]
      ) { Users.view($0) }
      if !people.isEmpty {
        let these = OneOf("a.staff", Array(people.prefix(limit)))
        let found = try db.rows("\(Users.viewSQL) WHERE \(these.condition) ORDER BY a.name", these.values) { Users.view($0) }
        rows += found.filter { one in !rows.contains { $0.staff == one.staff } }
      }
      return Page(items: Array(rows.prefix(limit)), next: nil)
    }
  }

  /// - Parameter staff: the person's record.
  public func user(_ staff: String, by actor: Actor) async throws -> UserDetails {
    try actor.require(.accountManage)
    let now = try company.clock()
    let found = try await company.database.read { db -> UserDetails? in
      guard let user = try db.first("\(Users.viewSQL) WHERE s.id = ?", [.text(staff)], { Users.view($0) }) else { return nil }
      let version = try db.first("SELECT version FROM staff WHERE id = ?", [.text(staff)]) { $0.int(0) } ?? 0
      let sessions = try db.rows(
        "SELECT created_at, used_at, address FROM session WHERE staff = ? AND created_at > ? AND used_at > ? ORDER BY used_at DESC LIMIT 50",
        [
          .text(staff), .integer((now - AccountOperations.absoluteSeconds).milliseconds),
          .integer((now - AccountOperations.idleSeconds).milliseconds),
        ]
      ) {
        UserDetails.Session(
          createdAt: Instant(milliseconds: $0.integer(0)), usedAt: Instant(milliseconds: $0.integer(1)), address: $0.optionalText(2))
      }
      let tokens = try db.rows(
        "SELECT id, created_at, expires_at, revoked_at FROM token WHERE staff = ? ORDER BY id DESC LIMIT 50", [.text(staff)]
      ) {
        TokenView(
          id: $0.text(0), user: user.signInName, createdAt: Instant(milliseconds: $0.integer(1)),
          expiresAt: Instant(milliseconds: $0.integer(2)), revokedAt: $0.optionalInteger(3).map { Instant(milliseconds: $0) })
      }
      return UserDetails(user: user, version: version, sessions: sessions, tokens: tokens)
    }
    guard let found else { throw AccessError.notFound("account") }
    company.views.note(.personalView, what: "staff/\(staff)", by: actor, at: now)
    return found
  }

  /// An account for somebody who is in the register already.
  public func addAccount(staff: String, signInName: String, password: String, by actor: Actor) async throws {
    try actor.require(.accountManage)
    guard let name = SignInName(signInName) else { throw AccountError.badName(signInName) }
    guard PasswordRule.allows(password) else { throw AccountError.badPassword }
    let chance = company.chance, clock = company.clock, author = actor.author
    let hash = try await passwords.hash(password, salt: chance.bytes(16))
    try await company.database.write { db in
      let now = try clock()
      guard try db.first("SELECT 1 FROM staff WHERE id = ? AND archived = 0", [.text(staff)], { _ in true }) != nil else {
        throw AccessError.notFound("staff")
      }
      if let held = try db.first("SELECT name FROM account WHERE staff = ?", [.text(staff)], { $0.text(0) }) {
        throw AccountError.nameTaken(held)
      }
      guard try db.first("SELECT 1 FROM account WHERE name = ?", [.text(name.text)], { _ in true }) == nil else {
        throw AccountError.nameTaken(name.text)
      }
      try db.execute(
        "INSERT INTO account (staff, name, password, disabled, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)",
        [.text(staff), .text(name.text), .text(hash), .bool(false), .integer(now.milliseconds), .integer(now.milliseconds)])
      try AccessLog.write(.accountChanged, what: "added \(name)", by: author.actor, at: now, chance: chance, in: db)
    }
    forgetCached()
  }

  /// A password nobody has to invent; it is nowhere else.
  public func newPassword() -> String { Secrets.password(company.chance) }

  /// Locked: nobody signs in, sessions and tokens end. An administrator neither locks themselves out nor everybody.
  public func lock(_ staff: String, by actor: Actor) async throws {
    let name = try await name(of: staff, by: actor)
    guard actor.staff?.text != staff else { throw AccountError.yourself }
    try await disableUser(name, by: actor) { db in try Self.requireAnotherAdministrator(than: staff, in: db) }
  }

  /// Opened again with the password it had.
  public func unlock(_ staff: String, by actor: Actor) async throws {
    try await changeAccount(try await name(of: staff, by: actor), by: actor, note: "opened") { db, staff, now in
      try db.execute(
        "UPDATE account SET disabled = ?, changed_at = ? WHERE staff = ?", [.bool(false), .integer(now.milliseconds), .text(staff)])
    }
  }

  public func reset(_ staff: String, password: String, by actor: Actor) async throws {
    try await setPassword(try await name(of: staff, by: actor), password, by: actor)
  }

  /// Every session ends at once; tokens stay.
  public func signOutEverywhere(_ staff: String, by actor: Actor) async throws {
    try await changeAccount(try await name(of: staff, by: actor), by: actor, note: "signed out everywhere") { db, staff, _ in
      try db.execute("DELETE FROM session WHERE staff = ?", [.text(staff)])
    }
  }

  /// What somebody is here for: their rights from now on.
  ///
  /// - Parameter expected: the version of the staff record that was seen.
  public func changeRole(_ staff: String, to role: Role, expected: Int?, by actor: Actor) async throws {
    let name = try await name(of: staff, by: actor)
    let chance = company.chance, author = actor.author
    try await changeAccount(name, by: actor, note: "role \(role.rawValue)") { db, staff, now in
      if role != .administrator { try Self.requireAnotherAdministrator(than: staff, in: db) }
      try RegisterWriter(.staff, author: author, at: now, chance: chance).change(
        Fields(["role": .text(role.rawValue)]), id: staff, expected: expected, in: db)
    }
  }

  private func name(of staff: String, by actor: Actor) async throws -> String {
    try actor.require(.accountManage)
    let name = try await company.database.read { db in
      try db.first("SELECT name FROM account WHERE staff = ?", [.text(staff)]) { $0.text(0) }
    }
    guard let name else { throw AccessError.notFound("account") }
    return name
  }

  /// In the transaction of the change: of two administrators who lock each other at once, one stays. Both write to the accounts of all
  /// administrators, so that PostgreSQL lets the second look again.
  static func requireAnotherAdministrator(than staff: String, in db: any SQLWriter) throws {
    try db.execute(
      """
      UPDATE account SET changed_at = changed_at
      WHERE disabled = 0 AND staff IN (SELECT id FROM staff WHERE role = ? AND archived = 0)
      """, [.text(Role.administrator.rawValue)])
    let sql = "SELECT s.id FROM staff s JOIN account a ON a.staff = s.id WHERE s.role = ? AND a.disabled = 0 AND s.archived = 0 LIMIT 2"
    if try db.rows(sql, [.text(Role.administrator.rawValue)], { $0.text(0) }) == [staff] { throw AccountError.lastAdministrator }
  }
}

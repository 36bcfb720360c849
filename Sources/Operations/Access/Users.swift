public import Domain
import Persistence

/// A user as `weibao user list` shows one.
public struct UserView: Sendable, JSONWritable {
  public let staff, signInName: String
  /// The person's name; nil where it was erased.
  public let name: String?
  public let role: Role
  public let branch, customer, partner: String?
  public let disabled: Bool

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", staff)
      json.field("signInName", signInName)
      json.field("name", name)
      json.field("role", role.rawValue)
      json.field("branch", branch)
      json.field("customer", customer)
      json.field("partner", partner)
      json.field("disabled", disabled)
    }
  }
}

/// What `weibao user add` takes.
public struct NewUser: Sendable {
  public var signInName: String
  /// The person's name; the sign-in name where it is left out.
  public var name: String?
  public var role: Role
  /// By id, code or name.
  public var branch: String?
  public var customer: String?
  public var partner: String?
  public var password: String

  public init(
    signInName: String, name: String? = nil, role: Role, branch: String? = nil, customer: String? = nil, partner: String? = nil,
    password: String
  ) {
    (self.signInName, self.name, self.role, self.branch) = (signInName, name, role, branch)
    (self.customer, self.partner, self.password) = (customer, partner, password)
  }
}

public struct TokenView: Sendable, JSONWritable {
  public let id, user: String
  public let createdAt, expiresAt: Instant
  public let revokedAt: Instant?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("user", user)
      json.field("createdAt", createdAt)
      json.field("expiresAt", expiresAt)
      json.field("revokedAt", revokedAt)
    }
  }
}

enum Users {
  /// Who a staff record is when they act; nil when disabled or archived.
  static func actor(_ staff: String, in db: any SQLReader) throws -> Actor? {
    let sql = """
      SELECT p.value, s.role, s.branch, s.customer, s.partner, a.name
      FROM account a JOIN staff s ON s.id = a.staff LEFT JOIN personal p ON p.hash = s.name
      WHERE a.staff = ? AND a.disabled = 0 AND s.archived = 0
      """
    return try db.first(sql, [.text(staff)]) { row in
      guard let role = Role(rawValue: row.text(1)) else { return Actor?.none }
      return Actor(
        identity: .staff(StaffID(staff)), name: row.optionalText(0) ?? row.text(5), role: role,
        branch: row.optionalText(2).map { BranchID($0) }, customer: row.optionalText(3).map { CustomerID($0) }, partner: row.optionalText(4)
      )
    } ?? nil
  }

  static let viewSQL = """
    SELECT s.id, a.name, p.value, s.role, COALESCE(b.name, s.branch), COALESCE(c.name, s.customer), s.partner, a.disabled, s.archived
    FROM account a JOIN staff s ON s.id = a.staff LEFT JOIN personal p ON p.hash = s.name
    LEFT JOIN branch b ON b.id = s.branch LEFT JOIN customer c ON c.id = s.customer
    """

  static func view(_ row: borrowing SQLRow) -> UserView {
    UserView(
      staff: row.text(0), signInName: row.text(1), name: row.optionalText(2), role: Role(rawValue: row.text(3)) ?? .engineer,
      branch: row.optionalText(4), customer: row.optionalText(5), partner: row.optionalText(6), disabled: row.bool(7) || row.bool(8))
  }
}

extension AccountOperations {
  /// On the very first start makes the administrator `admin`; answers their password, which is nowhere else.
  ///
  /// - Returns: nil when there is an administrator already.
  public func ensureAdministrator() async throws -> String? {
    let exists = try await company.database.read { db in
      let sql = "SELECT 1 FROM account a JOIN staff s ON s.id = a.staff WHERE s.role = ? LIMIT 1"
      return try db.first(sql, [.text(Role.administrator.rawValue)]) { _ in true } ?? false
    }
    guard !exists else { return nil }
    let password = Secrets.password(company.chance)
    try await addUser(NewUser(signInName: "admin", role: .administrator, password: password), by: .system)
    return password
  }

  /// Makes the staff record and the account. A hospital's user without a customer, or a partner's without a firm, sees nothing yet.
  @discardableResult
  public func addUser(_ user: NewUser, by actor: Actor) async throws -> UserView {
    try actor.require(.accountManage)
    guard let name = SignInName(user.signInName) else { throw AccountError.badName(user.signInName) }
    guard PasswordRule.allows(user.password) else { throw AccountError.badPassword }
    let chance = company.chance, clock = company.clock, author = actor.author
    let password = try await passwords.hash(user.password, salt: chance.bytes(16))
    var input = Fields(["name": .text(user.name ?? user.signInName), "role": .text(user.role.rawValue)])
    for (field, value) in [("branch", user.branch), ("customer", user.customer), ("partner", user.partner)] {
      if let value { input.values[field] = .text(value) }
    }
    let fields = input
    return try await company.database.write { db in
      let now = try clock()
      guard try db.first("SELECT 1 FROM account WHERE name = ?", [.text(name.text)], { _ in true }) == nil else {
        throw AccountError.nameTaken(name.text)
      }
      let id: StaffID = chance.newID(at: now)
      try RegisterWriter(.staff, author: author, at: now, chance: chance).create(fields, id: id.text, in: db)
      try db.execute(
        "INSERT INTO account (staff, name, password, disabled, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)",
        [.text(id.text), .text(name.text), .text(password), .bool(false), .integer(now.milliseconds), .integer(now.milliseconds)])
      try AccessLog.write(.accountChanged, what: "added \(name)", by: author.actor, at: now, chance: chance, in: db)
      guard let view = try db.first("\(Users.viewSQL) WHERE s.id = ?", [.text(id.text)], { Users.view($0) }) else {
        throw AccountError.unknownUser(name.text)
      }
      return view
    }
  }

  public func users(by actor: Actor) async throws -> [UserView] {
    try actor.require(.accountManage)
    return try await company.database.read { db in try db.rows("\(Users.viewSQL) ORDER BY a.name LIMIT 10000") { Users.view($0) } }
  }

  /// Nobody signs in by this account any more; sessions end at once, tokens within seconds.
  public func disableUser(_ name: String, by actor: Actor) async throws { try await disableUser(name, by: actor) { _ in } }

  /// - Parameter permit: what must be so for it, asked in the same transaction.
  func disableUser(_ name: String, by actor: Actor, permit: @escaping @Sendable (any SQLWriter) throws -> Void) async throws {
    try await changeAccount(name, by: actor, note: "disabled") { db, staff, now in
      try permit(db)
      try db.execute(
        "UPDATE account SET disabled = ?, changed_at = ? WHERE staff = ?", [.bool(true), .integer(now.milliseconds), .text(staff)])
      try db.execute("DELETE FROM session WHERE staff = ?", [.text(staff)])
      try db.execute(
        "UPDATE token SET revoked_at = ? WHERE staff = ? AND revoked_at IS NULL", [.integer(now.milliseconds), .text(staff)])
    }
  }

  /// Sets a new password, ends the sessions, and opens a disabled account again.
  public func setPassword(_ name: String, _ password: String, by actor: Actor) async throws {
    try actor.require(.accountManage)
    guard PasswordRule.allows(password) else { throw AccountError.badPassword }
    let hash = try await passwords.hash(password, salt: company.chance.bytes(16))
    try await changeAccount(name, by: actor, note: "new password") { db, staff, now in
      try db.execute(
        "UPDATE account SET password = ?, disabled = ?, changed_at = ? WHERE staff = ?",
        [.text(hash), .bool(false), .integer(now.milliseconds), .text(staff)])
      try db.execute("DELETE FROM session WHERE staff = ?", [.text(staff)])
    }
  }

  /// A token with the user's rights for 90 days; it is nowhere else.
  public func createToken(user name: String, by actor: Actor) async throws -> String {
    let token = "wb_" + Secrets.make(company.chance)
    let chance = company.chance
    try await changeAccount(name, by: actor, note: "token made", event: .tokenMade) { db, staff, now in
      let id: ID<TokenView> = chance.newID(at: now)
      guard try Users.actor(staff, in: db) != nil else { throw AccountError.disabled(name) }
      try db.execute(
        "INSERT INTO token (hash, id, staff, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        [
          .text(Secrets.hash(token)), .text(id.text), .text(staff), .integer(now.milliseconds),
          .integer((now + AccountOperations.tokenSeconds).milliseconds),
        ])
    }
    return token
  }

  /// - Parameter name: whose; nil lists everybody's.
  public func tokens(user name: String?, by actor: Actor) async throws -> [TokenView] {
    try actor.require(.accountManage)
    return try await company.database.read { db in
      let condition = name == nil ? "" : " WHERE a.name = ?"
      let sql = """
        SELECT t.id, a.name, t.created_at, t.expires_at, t.revoked_at
        FROM token t JOIN account a ON a.staff = t.staff\(condition) ORDER BY t.id LIMIT 10000
        """
      return try db.rows(sql, name.map { [.text($0.lowercased())] } ?? []) { row in
        TokenView(
          id: row.text(0), user: row.text(1), createdAt: Instant(milliseconds: row.integer(2)),
          expiresAt: Instant(milliseconds: row.integer(3)), revokedAt: row.optionalInteger(4).map { Instant(milliseconds: $0) })
      }
    }
  }

  /// - Parameter token: its id, or the token itself.
  public func revokeToken(_ token: String, by actor: Actor) async throws {
    try actor.require(.accountManage)
    let now = try company.clock(), chance = company.chance, author = actor.author.actor, hash = Secrets.hash(token)
    try await company.database.write { db in
      let found = try db.first("SELECT id FROM token WHERE id = ? OR hash = ?", [.text(token), .text(hash)]) { $0.text(0) }
      guard let found else { throw AccountError.unknownToken }
      try db.execute("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [.integer(now.milliseconds), .text(found)])
      try AccessLog.write(.tokenRevoked, what: found, by: author, at: now, chance: chance, in: db)
    }
    forgetCached()
  }

  func changeAccount(
    _ name: String, by actor: Actor, note: String, event: AccessLog.Event = .accountChanged,
    _ change: @escaping @Sendable (any SQLWriter, String, Instant) throws -> Void
  ) async throws {
    try actor.require(.accountManage)
    let clock = company.clock, chance = company.chance, author = actor.author.actor, key = name.lowercased()
    try await company.database.write { db in
      let now = try clock()
      guard let staff = try db.first("SELECT staff FROM account WHERE name = ?", [.text(key)], { $0.text(0) }) else {
        throw AccountError.unknownUser(name)
      }
      try change(db, staff, now)
      try AccessLog.write(event, what: "\(key): \(note)", by: author, at: now, chance: chance, in: db)
    }
    forgetCached()
  }
}

import Domain
import Persistence
import Synchronization

/// Accounts of staff: sign-in, sessions, API tokens. A user is a staff record and an account beside it; the rights are the record's.
public final class AccountOperations: Authenticator, Sendable {
  static let idleSeconds: Int64 = 12 * 3_600
  static let absoluteSeconds: Int64 = 7 * 86_400
  static let tokenSeconds: Int64 = 90 * 86_400
  /// A right taken away in this process is gone at once (``Watchers/staffChanges``), one taken away by a command after this.
  static let cacheMilliseconds: Int64 = 1_000

  let company: Company
  let passwords: Passwords
  private let tries = SignInTries()
  private let cache = Mutex<[String: (actor: Actor, until: Instant, change: Int)]>([:])

  public init(_ company: Company, passwords: Passwords = Passwords()) {
    (self.company, self.passwords) = (company, passwords)
  }

  public func signIn(name: String, password: String, address: String) async throws -> SignIn {
    let now = try company.clock(), chance = company.chance
    // No name is as long; the key must not grow with what a stranger sends.
    let key = name.utf8.count <= 256 ? name.lowercased() : ""
    try tries.begin(key, address, at: now)
    let (account, decoy) = try await company.database.read { db in
      let account = try db.first("SELECT staff, password FROM account WHERE name = ?", [.text(key)]) {
        (staff: $0.text(0), password: $0.text(1))
      }
      return (account, try db.first("SELECT password FROM account ORDER BY created_at LIMIT 1") { $0.text(0) })
    }
    var fits = false
    do {
      if PasswordRule.length.upperBound >= password.count {
        fits = try await passwords.verify(password, against: account?.password, likeness: decoy)
      }
    } catch {
      tries.withdrawn(key, address, at: now)
      throw error
    }
    guard fits, let account, let actor = try await company.database.read({ try Users.actor(account.staff, in: $0) }) else {
      tries.failed(address, at: now)
      try await company.database.write { db in
        // Not the name as typed where nobody has it: people type their password there.
        let what = account == nil ? "an unknown name" : key
        try AccessLog.write(.signInFailed, what: what, by: "system", address: address, at: now, chance: chance, in: db)
      }
      throw AccessError.wrongPassword
    }
    tries.succeeded(key, address)
    let session = Secrets.make(chance)
    try await company.database.write { db in
      try db.execute("DELETE FROM session WHERE created_at < ?", [.integer((now - Self.absoluteSeconds).milliseconds)])
      try db.execute(
        "INSERT INTO session (hash, staff, created_at, used_at, address) VALUES (?, ?, ?, ?, ?)",
        [.text(Secrets.hash(session)), .text(account.staff), .integer(now.milliseconds), .integer(now.milliseconds), .text(address)])
      try AccessLog.write(.signedIn, what: key, by: actor.author.actor, address: address, at: now, chance: chance, in: db)
    }
    return SignIn(session: session, actor: actor, expires: now + Self.absoluteSeconds)
  }

  public func signOut(session: String) async throws {
    let hash = Secrets.hash(session), clock = company.clock, chance = company.chance
    try await company.database.write { db in
      let sql = "SELECT s.staff, a.name, s.address FROM session s JOIN account a ON a.staff = s.staff WHERE s.hash = ?"
      let found = try db.first(sql, [.text(hash)]) { (staff: $0.text(0), name: $0.text(1), address: $0.optionalText(2)) }
      guard let found else { return }
      try db.execute("DELETE FROM session WHERE hash = ?", [.text(hash)])
      try AccessLog.write(
        .signedOut, what: found.name, by: "staff:\(found.staff)", address: found.address, at: try clock(), chance: chance, in: db)
    }
    // After the row is gone, and for whoever is reading it just now: nobody may keep it.
    forgetCached()
  }

  public func actor(token: String) async throws -> Actor {
    guard token.utf8.count <= 100 else { throw AccessError.tokenExpired }
    let hash = Secrets.hash(token), now = try company.clock(), change = company.watchers.staffChanges
    if let known = cached(hash, at: now) { return known }
    let found = try await company.database.read { db -> (actor: Actor, expires: Instant)? in
      let sql = "SELECT staff, expires_at FROM token WHERE hash = ? AND revoked_at IS NULL AND expires_at > ?"
      let row = try db.first(sql, [.text(hash), .integer(now.milliseconds)]) { (staff: $0.text(0), expires: $0.integer(1)) }
      guard let row, let actor = try Users.actor(row.staff, in: db) else { return nil }
      return (actor, Instant(milliseconds: row.expires))
    }
    guard let found else { throw AccessError.tokenExpired }
    keep(found.actor, hash, at: now, latest: found.expires, change)
    return found.actor
  }

  public func actor(session: String) async throws -> Actor {
    guard session.utf8.count <= 100 else { throw AccessError.notSignedIn }
    let hash = Secrets.hash(session), now = try company.clock(), change = company.watchers.staffChanges
    if let known = cached(hash, at: now) { return known }
    let found = try await company.database.read { db -> (actor: Actor, used: Instant, ends: Instant)? in
      let sql = "SELECT staff, created_at, used_at FROM session WHERE hash = ?"
      let row = try db.first(sql, [.text(hash)]) { (staff: $0.text(0), created: $0.integer(1), used: $0.integer(2)) }
      guard let row else { return nil }
      let used = Instant(milliseconds: row.used)
      let ends = min(Instant(milliseconds: row.created) + Self.absoluteSeconds, used + Self.idleSeconds)
      guard now < ends, let actor = try Users.actor(row.staff, in: db) else { return nil }
      return (actor, used, ends)
    }
    guard let found else { throw AccessError.notSignedIn }
    if now.milliseconds(since: found.used) > 300_000 {  // every five minutes is near enough to 12 hours
      try await company.database.write { db in
        try db.execute("UPDATE session SET used_at = ? WHERE hash = ?", [.integer(now.milliseconds), .text(hash)])
      }
    }
    keep(found.actor, hash, at: now, latest: found.ends, change)
    return found.actor
  }

  private func cached(_ hash: String, at now: Instant) -> Actor? {
    let change = company.watchers.staffChanges
    return cache.withLock { cache in
      guard let known = cache[hash], now < known.until, known.change == change else { return nil }
      return known.actor
    }
  }

  /// - Parameter change: the staff register's count before the actor was read.
  private func keep(_ actor: Actor, _ hash: String, at now: Instant, latest: Instant, _ change: Int) {
    let until = min(Instant(milliseconds: now.milliseconds + Self.cacheMilliseconds), latest)
    cache.withLock { cache in
      if cache.count >= 10_000 { cache.removeAll() }
      cache[hash] = (actor, until, change)
    }
  }

  func forgetCached() {
    company.watchers.staffChanged()
    cache.withLock { $0.removeAll() }
  }
}

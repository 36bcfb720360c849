public import Domain
import Logging
public import Persistence

/// Who signed in, failed to, exported, or looked at personal data. Operational: backed up, never rebuilt.
public enum AccessLog {
  public enum Event: String, Sendable {
    case signedIn = "signed-in"
    case signInFailed = "sign-in-failed"
    case signedOut = "signed-out"
    case exported
    case personalView = "personal-view"
    case erased
    case accountChanged = "account-changed"
    case tokenMade = "token-made"
    case tokenRevoked = "token-revoked"
    case linkMade = "link-made"
    case linkRevoked = "link-revoked"
    case messageResent = "message-resent"
    case lettersSent = "letters-sent"
    case messageGivenUp = "message-given-up"
  }

  /// - Parameters:
  ///   - what: what it was done to: a stream, a file's kind, a sign-in name.
  ///   - address: where the call came from, where that is known.
  public static func write(
    _ event: Event, what: String, by author: String, address: String? = nil, at now: Instant, chance: Chance, in db: any SQLWriter
  ) throws {
    let id: ID<AccessLogEntry> = chance.newID(at: now)
    try db.execute(
      "INSERT INTO access_log (id, at, event, actor, what, address) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .text(id.text), .integer(now.milliseconds), .text(event.rawValue), .text(author), .text(String(what.prefix(200))),
        .optional(address),
      ])
  }
}

extension Company {
  /// An export is on record before it begins.
  func logExport(of what: String, by actor: Actor) async throws {
    let clock = clock, chance = chance
    try await database.write { db in
      try AccessLog.write(
        .exported, what: what, by: actor.author.actor, address: actor.address, at: try clock(), chance: chance, in: db)
    }
  }

  /// The same of what takes the whole company along. A database that cannot be written, on a full disk perhaps, has to be carried away
  /// all the more; then the log of the program says it.
  func logWholeExport(of what: String) async {
    do { try await logExport(of: what, by: .system) } catch {
      logger.warning(
        "This export is not in the access log: the database cannot be written.", metadata: ["what": "\(what)", "error": "\(error)"])
    }
  }
}

public enum AccessLogEntry {}

extension Migration {
  /// Accounts, sessions, tokens and who used them. Merged: it never changes.
  public static let accounts = Migration(
    "0003-accounts",
    tables: ["account": .operational, "session": .operational, "token": .operational, "access_log": .operational],
    """
    CREATE TABLE account (
      staff TEXT NOT NULL PRIMARY KEY, -- the person's record in the register of staff
      name TEXT NOT NULL, -- what they sign in with, in lower case
      password TEXT NOT NULL, -- scrypt with its parameters
      disabled BOOLEAN NOT NULL,
      created_at BIGINT NOT NULL, -- UTC milliseconds
      changed_at BIGINT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX account_name ON account (name)",
    """
    CREATE TABLE session (
      hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds
      staff TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      used_at BIGINT NOT NULL,
      address TEXT
    )
    """,
    "CREATE INDEX session_staff ON session (staff)",
    "CREATE INDEX session_created_at ON session (created_at)",
    """
    CREATE TABLE token (
      hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the token
      id TEXT NOT NULL,
      staff TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      revoked_at BIGINT
    )
    """,
    "CREATE UNIQUE INDEX token_id ON token (id)",
    "CREATE INDEX token_staff ON token (staff)",
    """
    CREATE TABLE access_log (
      id TEXT NOT NULL PRIMARY KEY,
      at BIGINT NOT NULL,
      event TEXT NOT NULL,
      actor TEXT NOT NULL,
      what TEXT NOT NULL,
      address TEXT
    )
    """,
    "CREATE INDEX access_log_at ON access_log (at)")
}

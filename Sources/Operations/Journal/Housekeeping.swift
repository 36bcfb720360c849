import AsyncAlgorithms
import Domain
import Logging
public import Persistence
public import ServiceLifecycle

/// The journal's upkeep while serving: signs checkpoints over what is new, writes the access log, renews the lease that says "a node serves", and lets
/// old kept answers go. Shutdown finishes the turn in hand, seals the rest and gives the lease back.
public struct Housekeeping: Service {
  public static let leaseMilliseconds: Int64 = 15_000

  let company: Company
  let key: SigningKey
  let holder: String

  public init(_ company: Company, key: SigningKey) {
    (self.company, self.key) = (company, key)
    holder = String(company.chance.next(), radix: 16)
  }

  /// Puts the public key into the journal and takes the lease; call it before serving.
  public func begin() async throws {
    try await company.database.write { [company, key] db in
      try key.record(at: try company.clock().milliseconds, in: db)
    }
    try await renew()
  }

  public func run() async throws {
    var turn = 0
    for await _ in AsyncTimerSequence(interval: .milliseconds(500), clock: .continuous).cancelOnGracefulShutdown() {
      turn += 1
      do {
        try await company.views.flush(in: company)
        try await seal()
        if turn % 8 == 0 { try await renew() }
        if turn % 120 == 0 { try await sweep() }
      } catch {
        company.logger.error("Housekeeping failed; the next turn tries again.", metadata: ["error": "\(error)"])
      }
    }
    try? await company.views.flush(in: company)
    try? await seal()
    try? await end()
  }

  /// Signs everything that is not signed yet, 5,000 events a checkpoint.
  public func seal() async throws {
    let database = company.database
    let horizon = try await JournalHorizon.settled(in: database)
    while true {
      // Read first and written then: a writer never waits while 5,000 events are hashed.
      let checkpoint = try await database.read { [company, key] db in
        try Checkpoints.next(through: horizon, key: key.key, now: try company.clock().milliseconds, in: db)
      }
      guard let checkpoint else { return }
      do {
        try await database.write { db in try Checkpoints.insert(checkpoint, in: db) }
      } catch DatabaseError.notUnique {
        return  // another node has sealed them
      }
    }
  }

  /// Gives the lease back: this node serves no more.
  public func end() async throws {
    try await company.database.write { [holder] db in
      _ = try db.execute("DELETE FROM lease WHERE name = ?", [.text("serve/\(holder)")])
    }
  }

  private func renew() async throws {
    try await company.database.write { [company, holder] db in
      let now = try company.clock().milliseconds
      try db.execute(
        """
        INSERT INTO lease (name, holder, expires) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
        """, [.text("serve/\(holder)"), .text(holder), .integer(now + Self.leaseMilliseconds)])
      // What nodes that were killed have left behind.
      try db.execute("DELETE FROM lease WHERE expires < ?", [.integer(now - 86_400_000)])
    }
  }

  private func sweep() async throws {
    try await company.database.write { [company] db in
      let now = try company.clock()
      _ = try KeptAnswers.sweep(at: now, in: db)
      try DeskDrafts.sweep(at: now, in: db)
      try InboundRows.sweep(at: now, in: db)
    }
  }

  /// Whether a node serves at this moment.
  public static func isServing(_ company: Company) async throws -> Bool {
    let now = try company.clock().milliseconds
    return try await company.database.read { db in
      try db.first("SELECT 1 FROM lease WHERE name > 'serve/' AND name < 'serve0' AND expires > ? LIMIT 1", [.integer(now)]) { _ in true }
        ?? false
    }
  }
}

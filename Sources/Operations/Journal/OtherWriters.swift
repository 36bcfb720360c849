import AsyncAlgorithms
import Logging
import Persistence
public import ServiceLifecycle

/// Hears what other nodes and commands wrote, and tells this node's screens: they see each change within a second, wherever it was made.
///
/// It reads the journal's new rows, a few times a second. PostgreSQL's NOTIFY inside a transaction would make all commits queue for one lock.
public struct OtherWriters: Service {
  let company: Company
  private static let batch = 1_000

  public init(_ company: Company) { self.company = company }

  public func run() async throws {
    var heard = try? await hear(after: nil)
    for await _ in AsyncTimerSequence(interval: .milliseconds(400), clock: .continuous).cancelOnGracefulShutdown() {
      do { heard = try await hear(after: heard) } catch {
        company.logger.error("What other nodes write was not heard; the next turn tries again.", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Tells what was written since; the first time only where the journal ends.
  ///
  /// - Returns: the sequence to go on from.
  func hear(after last: Int64?) async throws -> Int64 {
    guard var last else { return try await company.database.read { try Self.end(of: $0) } }
    let horizon = try await JournalHorizon.settled(in: company.database, patience: .milliseconds(200))
    while true {
      let from = last
      let rows = try await company.database.read { db in
        try db.rows(
          "SELECT sequence, stream, version FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
          [.integer(from), .integer(horizon), .int(Self.batch)]
        ) { ($0.integer(0), Watchers.Change(stream: $0.text(1), version: $0.int(2))) }
      }
      last = rows.last?.0 ?? last
      // A policy that was recorded or activated elsewhere holds here too, before anybody hears of a case under it.
      if rows.contains(where: { $0.1.stream.hasPrefix("policy/") }) { try await PolicyOperations(company).load() }
      company.watchers.hear(rows.map(\.1))
      guard rows.count == Self.batch else { return last }
    }
  }

  private static func end(of db: any SQLReader) throws -> Int64 {
    try db.first("SELECT COALESCE(MAX(sequence), 0) FROM journal") { $0.integer(0) } ?? 0
  }
}

import Foundation
public import Logging
import Synchronization

/// PostgreSQL through libpq, for more than one machine. A write is one REPEATABLE READ transaction on a connection of its own; the
/// server shares its commits. Transactions that got in each other's way run again.
///
/// What must not be decided twice is guarded by a unique row, above all (stream, version) of the journal: whoever decided on an
/// older state of a case is refused there and runs again on the newer one. SERIALIZABLE would add nothing to that, and its locks on
/// index pages made two of three creations run again (ARCHITECTURE.md has the figures).
public final class PostgresDatabase: SQLDatabase {
  public var dialect: SQLDialect { .postgres }

  public struct Options: Sendable {
    /// Connections that write, and that read.
    public var writers = 8
    public var readers = 4
    /// Writes, and reads, that may wait; more are refused with ``DatabaseError/busy(retryAfter:)``.
    public var queueLimit = 4_096
    /// How often a transaction runs before the caller is told to come again.
    public var attempts = 40
    /// Seconds after which the server ends a statement.
    public var statementTimeout = 30

    public init(writers: Int = 8, readers: Int = 4, queueLimit: Int = 4_096, attempts: Int = 40, statementTimeout: Int = 30) {
      (self.writers, self.readers, self.queueLimit) = (writers, readers, queueLimit)
      (self.attempts, self.statementTimeout) = (attempts, statementTimeout)
    }
  }

  /// What the transactions came to since the start.
  public struct Counts: Sendable, Hashable {
    public var commits = 0
    /// Runs that were in another's way and ran again.
    public var retries = 0
  }

  private let writers: PostgresPool
  private let readers: PostgresPool
  private let attempts: Int
  private let logger: Logger
  private let tally = Mutex(Counts())

  /// Tries one connection, so that a wrong address or password is told at once.
  ///
  /// - Parameter url: `postgres://…`, as libpq reads it; TLS by `sslmode`.
  /// - Throws: ``DatabaseError``.
  public init(url: String, options: Options = Options(), logger: Logger) throws {
    let timeout = options.statementTimeout
    let connect: @Sendable () throws -> PostgresConnection = { try PostgresConnection(url: url, statementTimeout: timeout) }
    do {
      _ = try connect()
    } catch let failure as PostgresFailure {
      throw DatabaseError.unreachable(failure.message)
    }
    (attempts, self.logger) = (options.attempts, logger)
    writers = PostgresPool(name: "writer", size: options.writers, limit: options.queueLimit, connect: connect)
    readers = PostgresPool(name: "reader", size: options.readers, limit: options.queueLimit, connect: connect)
  }

  deinit {
    writers.stop()
    readers.stop()
  }

  public var counts: Counts { tally.withLock { $0 } }

  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T {
    try await work(in: readers) { connection in
      try connection.begin("REPEATABLE READ READ ONLY")
      let result = try body(connection)
      try connection.commit()
      return .done(result)
    }
  }

  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLWriter) throws -> T) async throws -> T {
    try await work(in: writers) { connection in
      try connection.begin("REPEATABLE READ")
      let result = try body(connection)
      do {
        try connection.commit()
      } catch let failure as PostgresFailure where failure.isConnectionLost {
        // Perhaps it is on disk, perhaps not: another connection can tell, where the write left a proof.
        return .unknown(result, connection.proof, backend: connection.backend)
      }
      self.tally.withLock { $0.commits += 1 }
      return .done(result)
    }
  }

  /// Old versions of rows go from the tables' files. The server's log keeps them until it is recycled, and so does an archive of it.
  public func removeTraces(rewrite: Bool) async throws -> Bool {
    let outcome: Result<Void, any Error> = try await onThread(of: writers) { connection in
      Result {
        for table in ["personal", "idempotency", "access_log"] { try connection.run("VACUUM \(rewrite ? "FULL " : "")\(table)") }
      }
    }
    switch outcome {
    case .success: return true
    case .failure(let failure as PostgresFailure): throw failure.translated
    case .failure(let error): throw error
    }
  }

  /// Ends what is under way and closes the connections.
  public func close() async throws {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      DispatchQueue.global().async { [writers, readers] in
        writers.close()
        readers.close()
        continuation.resume()
      }
    }
  }
}

/// What one run of a transaction came to.
private enum Run<T> {
  case done(T)
  /// The connection was lost at the commit.
  case unknown(T, (sql: String, arguments: [SQLValue])?, backend: Int32)
}

/// A unique index refused a row; run again, the body sees the other's row and decides knowing it.
private struct Late: Error {}

extension PostgresDatabase {
  /// Runs a transaction on a connection of the pool, again where it was in another's way or where the connection was lost before
  /// the commit; then nothing of it stands.
  private func work<T: Sendable>(in pool: PostgresPool, _ run: @escaping (PostgresConnection) throws -> Run<T>) async throws -> T {
    var lost = 0
    var mayBeLate = true
    for attempt in 1... {
      let firstTime = mayBeLate
      let outcome: Result<Run<T>, any Error> = try await onThread(of: pool) { connection in
        let outcome = Result { try run(connection) }.mapError {
          firstTime && !self.isInTheWay($0) && connection.failure?.isPerhapsLate == true ? Late() : $0
        }
        if connection.isUsable, connection.isInTransaction { try? connection.run("ROLLBACK") }
        return outcome
      }
      switch outcome {
      case .success(.done(let result)): return result
      case .success(.unknown(let result, let proof, let backend)):
        guard let proof, try await isCommitted(proof, by: backend) else { throw DatabaseError.unknownOutcome }
        return result
      case .failure(let error) where attempt < attempts && isInTheWay(error):
        tally.withLock { $0.retries += 1 }
        // Longer each time and never the same, so that two do not meet again.
        try await Task.sleep(for: .microseconds(Int.random(in: 200...(400 * min(attempt, 25)))))
      case .failure(let failure as PostgresFailure):
        if failure.isConnectionLost, lost < 3 {
          lost += 1
          logger.warning("The connection to the database was lost; trying again.", metadata: ["why": "\(failure.message)"])
          try await Task.sleep(for: .milliseconds(100 * lost))
        } else {
          throw failure.translated
        }
      case .failure(is Late): mayBeLate = false
      case .failure(let error): throw error
      }
    }
    throw DatabaseError.busy(retryAfter: 1)
  }

  private func isInTheWay(_ error: any Error) -> Bool {
    (error as? PostgresFailure)?.canRunAgain ?? (error as? DatabaseError == .outrun)
  }

  /// Whether the row that a write would have left is there. Asked for a few seconds, until the server is back.
  ///
  /// - Parameter backend: the server's process that had the transaction: while it lives, the commit may still come.
  private func isCommitted(_ proof: (sql: String, arguments: [SQLValue]), by backend: Int32) async throws -> Bool {
    for attempt in 1...30 {
      let found: Result<(isThere: Bool, isOver: Bool), any Error> = try await onThread(of: readers) { connection in
        Result {
          let lives = "SELECT 1 FROM pg_stat_activity WHERE pid = ?"
          // First whether it is over: a row that is not there afterwards never comes.
          let isOver = try connection.first(lives, [.integer(Int64(backend))]) { _ in true } == nil
          return (try connection.first(proof.sql, proof.arguments) { _ in true } ?? false, isOver)
        }
      }
      if case .success(let look) = found, look.isThere || look.isOver { return look.isThere }
      try await Task.sleep(for: .milliseconds(20 * attempt))
    }
    return false
  }

  /// - Returns: what `body` answers; a failure to connect counts as one of its own.
  private func onThread<R>(
    of pool: PostgresPool, _ body: @escaping (PostgresConnection) -> Result<R, any Error>
  ) async throws -> Result<R, any Error> {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try pool.submit { connection in
          nonisolated(unsafe) let outcome = connection.flatMap(body)
          continuation.resume(returning: outcome)
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}

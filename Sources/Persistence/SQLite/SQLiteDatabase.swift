import Dispatch
import GRDB
import GRDBSQLite
public import Logging
import Synchronization

/// SQLite through GRDB: one file, one writer, readers that never wait for it (WAL).
///
/// Waiting writes share one commit: each runs in its own savepoint, so that a refused one does not hurt its
/// neighbours, and is answered after the commit is on disk (`synchronous=FULL`).
public final class SQLiteDatabase: SQLDatabase {
  public var dialect: SQLDialect { .sqlite }

  public struct Options: Sendable {
    /// Writes that may wait; more are refused with ``DatabaseError/busy(retryAfter:)``.
    public var queueLimit = 4_096
    /// Writes in one commit.
    public var batchLimit = 256
    /// false gives each write a commit of its own; the benchmark compares both.
    public var sharedCommits = true
    /// Connections for reading.
    public var readers = 8

    public init(queueLimit: Int = 4_096, batchLimit: Int = 256, sharedCommits: Bool = true, readers: Int = 8) {
      (self.queueLimit, self.batchLimit) = (queueLimit, batchLimit)
      (self.sharedCommits, self.readers) = (sharedCommits, readers)
    }
  }

  public let path: String
  private let pool: DatabasePool
  private let queue: WriteQueue
  private let commits: SharedCommit
  private let logger: Logger
  private let commitHook: Mutex<(@Sendable () -> Void)?>

  /// Opens the file, or makes it.
  ///
  /// - Throws: ``DatabaseError/readOnly`` when file or folder may not be written, ``DatabaseError/damaged(_:)`` when it
  ///   is no database.
  public init(path: String, options: Options = Options(), logger: Logger, onCommit: (@Sendable () -> Void)? = nil) throws {
    self.path = path
    self.logger = logger
    commitHook = Mutex(onCommit)
    queue = WriteQueue(limit: options.queueLimit)
    commits = SharedCommit(queue: queue, batchLimit: options.sharedCommits ? max(1, options.batchLimit) : 1, patience: .milliseconds(40))

    var configuration = Configuration()
    configuration.label = "weibao.sqlite"
    configuration.busyMode = .timeout(10)  // another process, such as a backup, may hold the lock for a moment
    configuration.maximumReaderCount = options.readers
    configuration.persistentReadOnlyConnections = true
    configuration.prepareDatabase { db in
      // No mmap: a failing disk would then be a signal that ends the process, instead of an error for one call.
      try db.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA mmap_size = 0")
    }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { db in
        // Only now: on opening GRDB sets NORMAL, with which an answered write can vanish in a power cut.
        // What is erased is overwritten with zeros (Debian builds SQLite so; others do not).
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = ON")
        // GRDB follows transactions by these hooks; we run our own, past it.
        sqlite3_commit_hook(db.sqliteConnection, nil, nil)
        sqlite3_rollback_hook(db.sqliteConnection, nil, nil)
      }
    } catch {
      throw SQLiteFailure.translate(error)
    }
  }

  /// Called after each shared commit, on the writer's thread: return at once.
  public var onCommit: (@Sendable () -> Void)? {
    get { commitHook.withLock { $0 } }
    set { commitHook.withLock { $0 = newValue } }
  }

  /// Writes taken in and not begun.
  public var waitingWrites: Int { queue.count }

  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T {
    do {
      return try await pool.unsafeRead { db in
        let connection = try SQLiteConnection(db)
        try connection.control("BEGIN")  // one state of the database for the whole body
        defer { if connection.transactionStands { try? connection.control("COMMIT") } }
        return try body(connection)
      }
    } catch {
      throw SQLiteFailure.translate(error)
    }
  }

  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLWriter) throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      do {
        if try queue.enqueue(WaitingWriteOf(body, continuation)) { startTurn() }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// What SQLite itself finds wrong with the file's pages, in its words; empty when all is well. Reads the whole file.
  public func fileProblems() async throws -> [String] {
    do {
      return try await read { db in try db.rows("PRAGMA quick_check(20)") { $0.text(0) } }.filter { $0 != "ok" }
    } catch DatabaseError.damaged(let message) {
      return [message]
    }
  }

  /// Leaves nothing readable of what was erased: the pages it stood on go from the log into the file, and the log is emptied.
  ///
  /// - Parameter rewrite: writes the whole file anew, without what moving rows between pages may have left behind; writers wait
  ///   meanwhile.
  /// - Returns: false when a reader of another process kept the log from being emptied.
  public func removeTraces(rewrite: Bool) async throws -> Bool {
    let isEmptied = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Bool, any Error>) in
      pool.asyncWriteWithoutTransaction { db in
        continuation.resume(
          with: Result {
            if rewrite {
              // The copy is as large as the database: not in memory.
              try db.execute(sql: "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY")
            }
            return try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
          }.mapError { SQLiteFailure.translate($0) })
      }
    }
    return isEmptied
  }

  public func expectLargeWrites(_ isLarge: Bool) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      pool.asyncWriteWithoutTransaction { db in
        continuation.resume(
          with: Result { try db.execute(sql: "PRAGMA temp_store = \(isLarge ? "FILE" : "MEMORY")") }.mapError {
            SQLiteFailure.translate($0)
          })
      }
    }
  }

  /// Finishes the waiting writes, moves the WAL into the file and closes it.
  public func close() async throws {
    queue.close()
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      pool.asyncWriteWithoutTransaction { [self] db in
        if let connection = try? SQLiteConnection(db, needsTransaction: true) {
          repeat { _ = commits.turn(on: connection) } while queue.endTurn()
          try? connection.control("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        continuation.resume()
      }
    }
    do {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        DispatchQueue.global().async { [pool] in continuation.resume(with: Result { try pool.close() }) }
      }
    } catch {
      throw SQLiteFailure.translate(error)
    }
  }

  /// One turn on the writer's queue, then the next one behind whatever else waits there.
  private func startTurn() {
    pool.asyncWriteWithoutTransaction { [self] db in
      do {
        let committed = commits.turn(on: try SQLiteConnection(db, needsTransaction: true))
        if committed { onCommit?() }
      } catch {
        while let write = queue.next() {
          write.fail(error)
          write.answer()
        }
      }
      if queue.endTurn() { startTurn() }
    }
  }
}

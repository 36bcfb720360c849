/// Up to which sequence the journal is settled: no event can appear there any more. Readers of new rows (checkpoints, the change
/// feed) read up to it.
///
/// SQLite has one writer, and commits events in the order of their numbers: all that is there is settled. PostgreSQL gives numbers
/// before the commit, so a late commit would land behind a reader. There the newest number given is read first, then who holds the
/// lock that every writer of the journal takes before it draws a number; when those have ended, all up to that number is settled.
public enum JournalHorizon {
  /// - Returns: the newest settled sequence; 0 when some transaction stays open longer than `patience`.
  public static func settled(in database: any SQLDatabase, patience: Duration = .seconds(2)) async throws -> Int64 {
    guard database.dialect == .postgres else { return .max }
    let given = try await database.read { db in
      try db.first("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM journal_sequence_seq") { $0.integer(0) } ?? 0
    }
    var waitingFor = try await writers(in: database)
    let end = ContinuousClock.now + patience
    while !waitingFor.isEmpty {
      guard ContinuousClock.now < end else { return 0 }
      try await Task.sleep(for: .milliseconds(5))
      waitingFor.formIntersection(try await writers(in: database))
    }
    return given
  }

  /// The transactions that write to the journal at this moment.
  private static func writers(in database: any SQLDatabase) async throws -> Set<String> {
    try await database.read { db in
      let sql = "SELECT virtualtransaction FROM pg_locks WHERE relation = 'journal'::regclass AND mode = 'RowExclusiveLock'"
      return Set(try db.rows(sql) { $0.text(0) })
    }
  }
}

public import Crypto

/// Reads the whole journal again and says what is not as it was written. It reads in short transactions, so that the
/// server goes on beside it.
///
/// Two passes run side by side. The one in order of sequence computes every hash anew and holds the rows against their
/// checkpoints; the one in order of stream follows each chain, and hands streams to who folds and compares them.
public enum JournalVerifier {
  /// What the floor above knows of an event.
  public struct Hooks: Sendable {
    /// All events of a stream, and the database in the same state: folds them and compares the stream's row.
    public var onStream: (@Sendable (_ stream: String, [JournalEvent], any SQLReader) throws -> [Finding])?
    /// The personal hashes an event names; each must have its row in `personal`.
    public var personalHashes: (@Sendable (JournalEvent) -> [String])?

    public init(
      onStream: (@Sendable (_ stream: String, [JournalEvent], any SQLReader) throws -> [Finding])? = nil,
      personalHashes: (@Sendable (JournalEvent) -> [String])? = nil
    ) {
      (self.onStream, self.personalHashes) = (onStream, personalHashes)
    }

    var areNone: Bool { onStream == nil && personalHashes == nil }
  }

  /// - Parameters:
  ///   - publicKeys: by key id, beside those in the `key/` streams.
  ///   - witness: heads that were kept elsewhere.
  ///   - progress: called now and then with the number of events read.
  /// - Throws: ``DatabaseError`` when the database cannot be read; a damaged page under one of the passes is a finding.
  public static func run(
    database: any SQLDatabase, publicKeys: [String: Curve25519.Signing.PublicKey] = [:], witness: [WitnessHead] = [],
    hooks: Hooks = Hooks(), progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> VerifyReport {
    var keys = publicKeys
    var report = VerifyReport()
    // Beside all that follows: it reads the whole file for itself.
    async let fileProblems = (database as? SQLiteDatabase)?.fileProblems() ?? []
    do {
      keys.merge(try await database.read { try SigningKey.publicKeys(in: $0) }) { given, _ in given }
    } catch DatabaseError.damaged(let message) {
      report.add(.damaged(message, "where the signing keys are recorded"))
    }
    // First: an erasure seen here has its `forgotten` event in the journal already, where the next pass finds it.
    let personal = try await PersonalPass().run(database)
    let known = keys
    async let sequences = SequencePass(keys: known, witness: witness).run(database, progress: progress)
    async let streams = StreamPass(hooks: hooks).run(database)
    for problem in try await fileProblems { report.add(.damaged(problem, "somewhere")) }
    let read = try await sequences
    report.merge(read.report)
    report.merge(try await streams)
    report.merge(personal.report)
    for (hash, subject) in personal.erased.sorted(by: { $0.key < $1.key }) where read.forgotten[hash] != subject {
      let message = "The value was erased, and no event of \(subject) says so."
      report.add(Finding(.personal, stream: subject, table: "personal", key: hash, message))
    }
    for hash in read.forgotten.keys.sorted() where personal.erased[hash] == nil {
      // Asked anew: it may have been erased after its row was read.
      let isBack = try await database.read { db in
        try db.first("SELECT 1 FROM personal WHERE hash = ? AND erased IS NULL", [.text(hash)]) { _ in true } ?? false
      }
      guard isBack else { continue }
      let message = "The value was erased and is here again, as from an older copy. Forget the person anew."
      report.add(Finding(.personal, stream: read.forgotten[hash], table: "personal", key: hash, message))
    }
    return report
  }
}

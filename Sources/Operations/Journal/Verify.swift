import Domain
public import Persistence

/// Reads the whole journal and compares it with everything made of it: chains, checkpoints, personal values, projections.
/// Short reads: it runs while a node serves.
public struct Verify: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// - Parameters:
  ///   - witness: heads kept elsewhere; only they can show that the newest tail was cut off with its checkpoints.
  ///   - chainsOnly: leaves projections and files out.
  ///   - files: false leaves attached files out.
  public func run(
    witness: [WitnessHead] = [], chainsOnly: Bool = false, files: Bool = true, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> VerifyReport {
    guard !chainsOnly else {
      return try await JournalVerifier.run(database: company.database, witness: witness, progress: progress)
    }
    let projectors = Dictionary(grouping: Schema.projectors(policies: company.policies), by: \.streamKind)
    let hooks = JournalVerifier.Hooks(
      onStream: { stream, events, db in
        guard let slash = stream.firstIndex(of: "/") else { return [] }
        return try (projectors[String(stream[..<slash])] ?? []).flatMap { try Self.compare(stream, events, $0, in: db) }
      }, personalHashes: PersonalHashes.named)
    var report = try await JournalVerifier.run(database: company.database, witness: witness, hooks: hooks, progress: progress)
    for projector in projectors.values.joined().sorted(by: { $0.table < $1.table }) {
      for finding in try await strays(projector) { report.add(finding) }
    }
    for id in try await company.database.read({ db in try PromiseSums.wrong(in: db) }) {
      report.add(
        Finding(
          .projection, table: "promise_sum", key: id,
          "Table promise_sum, row \(id): it is not what table promise adds up to. `weibao rebuild` restores it."))
    }
    for finding in try await ownerless() { report.add(finding) }
    if files { for finding in try await FileVerify(company: company).run() { report.add(finding) } }
    return report
  }

  /// Personal values whose stream is not in the journal: they name a deleted stream, also where its row was deleted with it.
  private func ownerless() async throws -> [Finding] {
    try await company.database.read { db in
      try db.rows(
        """
        SELECT p.subject, MIN(p.hash) FROM personal p
        WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.stream = p.subject) GROUP BY p.subject LIMIT 200
        """, []
      ) { row in
        let stream = row.text(0)
        return Finding(
          .personal, stream: stream, table: "personal", key: row.text(1),
          "Table personal has values of \(stream), which is not in the journal: the whole stream was deleted.")
      }
    }
  }

  /// The stored row beside the one the events make.
  private static func compare(
    _ stream: String, _ events: [JournalEvent], _ projector: any Projector, in db: any SQLReader
  ) throws -> [Finding] {
    let id = projector.id(of: stream)
    let expected: [ProjectedRow]
    do { expected = try projector.rows(stream: stream, events: events) } catch {
      return [Finding(.projection, stream: stream, table: projector.table, key: id, "The events of \(stream) do not fold: \(error).")]
    }
    let sql = "SELECT \(projector.columns.joined(separator: ", ")) FROM \(projector.table) WHERE \(projector.streamColumn) = ?"
    var stored: [SQLValue: [SQLValue]] = [:]
    for row in try db.rows(sql, [.text(id)], { row in (0..<row.count).map { row.value($0) } }) { stored[row[0]] = row }
    var findings: [Finding] = []
    func add(_ row: SQLValue, _ what: String) {
      var key = id
      if case .text(let text) = row { key = text }
      findings.append(
        Finding(
          .projection, stream: stream, table: projector.table, key: key, "Table \(projector.table)\(what) `weibao rebuild` restores it."))
    }
    for row in expected {
      guard let found = stored.removeValue(forKey: row.id) else {
        add(row.id, " lacks \(projector.streamColumn == "id" ? "the" : "a") row of \(stream).")
        continue
      }
      guard found != row.values else { continue }
      let wrong = zip(projector.columns, zip(row.values, found)).filter { $0.1.0 != $0.1.1 }.map(\.0).joined(separator: ", ")
      var key = id
      if case .text(let text) = row.id { key = text }
      add(row.id, ", row \(key): \(wrong) is not what the journal says.")
    }
    // A row that no event makes; where a stream makes none at all, only several-row tables have a say.
    if projector.streamColumn != "id" {
      for row in stored.keys { add(row, " has a row of \(stream) that no event makes.") }
    }
    // Somebody may have written since the events were read; then the rows are newer, and the next run compares them.
    if !findings.isEmpty, let head = try Journal.head(of: stream, in: db), head.version > events.count { return [] }
    return findings
  }

  /// Rows whose stream is not in the journal: a deleted stream is named by what it left behind.
  private func strays(_ projector: any Projector) async throws -> [Finding] {
    try await company.database.read { db in
      try db.rows(
        """
        SELECT id, \(projector.streamColumn) FROM \(projector.table) t
        WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.stream = '\(projector.streamKind)/' || t.\(projector.streamColumn)) LIMIT 200
        """, []
      ) { row in
        let id = row.text(0), stream = "\(projector.streamKind)/\(row.text(1))"
        return Finding(
          .projection, stream: stream, table: projector.table, key: id,
          "Table \(projector.table), row \(id): its stream \(stream) is not in the journal.")
      }
    }
  }
}

/// The personal hashes that an event's body names.
enum PersonalHashes {
  private static let keys = ["\"name\":\"", "\"phone\":\"", "\"email\":\"", "\"signature\":\""].map { Array($0.utf8) }

  @Sendable static func named(in event: JournalEvent) -> [String] {
    var body = event.body
    return body.withUTF8 { bytes in
      var found: [String] = []
      var index = 0
      while index < bytes.count {
        defer { index += 1 }
        guard bytes[index] == 0x22 else { continue }
        for key in keys where index + key.count + 65 <= bytes.count {
          guard bytes[index..<index + key.count].elementsEqual(key) else { continue }
          let value = bytes[index + key.count..<index + key.count + 64]
          if bytes[index + key.count + 64] == 0x22, value.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) {
            found.append(String(decoding: value, as: UTF8.self))
          }
        }
      }
      return found
    }
  }
}

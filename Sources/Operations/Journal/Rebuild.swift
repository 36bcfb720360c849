public import Domain
import Logging
import Persistence

/// Makes every projection anew from the journal. Stream by stream, in transactions of a few hundred streams; rows that no
/// stream makes are removed. Refuses while a node serves.
public struct Rebuild: Sendable {
  public struct Report: Sendable {
    public var streams = 0
    public var events = 0
    /// Rows that stood there without a stream.
    public var removed = 0
  }

  let company: Company
  /// From so many events on rows are written without the indexes for speed, which are made again when all are there: in a table of a million
  /// each row would touch a page of each.
  private let many: Int

  public init(_ company: Company, many: Int = 50_000) { (self.company, self.many) = (company, many) }

  /// - Parameter tables: the projections to make; nil makes all.
  /// - Throws: ``RebuildRefusal/serving``.
  public func run(only tables: Set<String>? = nil, progress: (@Sendable (Report) -> Void)? = nil) async throws -> Report {
    if try await Housekeeping.isServing(company) { throw RebuildRefusal.serving }
    return try await large { try await make(only: tables, progress) }
  }

  /// What touches millions of rows uses the disk and not the memory.
  private func large<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    try await company.database.expectLargeWrites(true)
    do {
      let value = try await body()
      try await company.database.expectLargeWrites(false)
      return value
    } catch {
      try? await company.database.expectLargeWrites(false)
      throw error
    }
  }

  private func make(only tables: Set<String>?, _ progress: (@Sendable (Report) -> Void)?) async throws -> Report {
    var report = Report()
    if tables == nil { try await SearchIndexer(company).clear() }
    // Policies first: cases are made under them.
    let projectors = Schema.projectors(policies: company.policies).filter { tables?.contains($0.table) ?? true }
    for projector in projectors.filter({ $0.streamKind == "policy" }) + projectors.filter({ $0.streamKind != "policy" }) {
      try await rebuild(projector, &report, progress)
      if projector.streamKind == "policy" { try await PolicyOperations(company).load(strict: false) }
    }
    return report
  }

  /// Makes anew what an earlier version of its projector made, before anybody reads it.
  ///
  /// - Returns: the tables made anew.
  public func bringUpToDate() async throws -> [String] {
    let versions = Dictionary(uniqueKeysWithValues: Schema.projectors(policies: company.policies).map { ($0.table, $0.version) })
    let stored = try await company.database.read { db in
      Dictionary(uniqueKeysWithValues: try db.rows("SELECT name, version FROM projection") { ($0.text(0), $0.int(1)) })
    }
    guard stored != versions else {
      try await mendIndexes()
      return []
    }
    // Tables from before versions were kept are of the first.
    let outdated = versions.filter { $0.value != stored[$0.key] ?? 1 }.keys.sorted()
    if !outdated.isEmpty { _ = try await run(only: Set(outdated)) }
    try await company.database.write { db in
      for (table, version) in versions.sorted(by: { $0.key < $1.key }) {
        try db.execute(
          "INSERT INTO projection (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version",
          [.text(table), .int(version)])
      }
    }
    try await mendIndexes()
    return outdated
  }

  /// A rebuild that was killed leaves tables without those that it had taken away.
  private func mendIndexes() async throws {
    let missing = try await SchemaIndex.missing(SchemaIndex.all, in: company.database)
    guard !missing.isEmpty else { return }
    try await large { try await SchemaIndex.make(missing, in: company.database) }
    company.logger.notice("Indexes were missing, and were made.", metadata: ["indexes": "\(missing.map(\.name))"])
  }

  private func rebuild(_ projector: any Projector, _ report: inout Report, _ progress: (@Sendable (Report) -> Void)?) async throws {
    // Emptied first, so that unique keys taken by altered rows are free again.
    let dialect = company.database.dialect
    let indexes = SchemaIndex.forSpeed(of: projector.table)
    let before = try await company.database.write { [many] db in
      if let unhurried = dialect.unhurried { try db.execute(unhurried) }
      let ids = try db.first("SELECT COUNT(*) FROM \(projector.table)", []) { $0.int(0) } ?? 0
      let events = try db.first(
        "SELECT COUNT(*) FROM (SELECT 1 FROM journal WHERE stream > ? AND stream < ? LIMIT ?) AS first_events",
        [.text("\(projector.streamKind)/"), .text("\(projector.streamKind)0"), .int(many)]
      ) { $0.int(0) }
      if events == many { for index in indexes { try db.execute("DROP INDEX IF EXISTS \(index.name)") } }
      try db.execute("DELETE FROM \(projector.table)", [])
      return ids
    }
    // While one chunk is folded the next is read, and the rows of the one before are written.
    let table = projector.table, columns = projector.columns, database = company.database
    @Sendable func read(after stream: String) async throws -> [[JournalEvent]] {
      // "0" follows "/".
      try await database.read { db in try Journal.chunk(after: stream, before: "\(projector.streamKind)0", limit: 4_000, in: db) }
    }
    @Sendable func write(_ rows: [[SQLValue]]) async throws {
      try await database.write { db in _ = try db.insert(rows, into: table, columns: columns) }
    }
    var made = 0
    var folded: [[SQLValue]] = []
    var chunk = try await read(after: "\(projector.streamKind)/")
    while let last = chunk.last?.first?.stream {
      let ready = folded
      async let next = read(after: last)
      async let written: Void = write(ready)
      folded = try chunk.flatMap { try projector.rows(stream: $0[0].stream, events: $0).map(\.values) }
      try await written
      made += folded.count
      report.streams += chunk.count
      report.events += chunk.reduce(0) { $0 + $1.count }
      progress?(report)
      chunk = try await next
    }
    try await write(folded)
    try await SchemaIndex.make(try await SchemaIndex.missing(indexes, in: database), in: database)
    if table == PromiseProjector(policies: company.policies).table { try await database.write { db in try PromiseSums.rebuild(in: db) } }
    report.removed += max(before - made, 0)
  }
}

public enum RebuildRefusal: Refusal, Hashable {
  case serving

  public var code: String { "rebuild.serving" }
  public var message: String { "A node is serving this database. Stop it (or wait 15 seconds after a crash), then rebuild." }
  public var category: RefusalCategory { .conflict }
}

extension Journal {
  /// Whole streams in order of name, about `limit` events of them: those after `stream`, before `end`.
  static func chunk(after stream: String, before end: String, limit: Int, in db: any SQLReader) throws -> [[JournalEvent]] {
    var streams: [[JournalEvent]] = []
    var count = 0
    // With a limit the planner walks the index, however many events there are.
    try db.forEach(
      "SELECT \(columns) FROM journal WHERE stream > ? AND stream < ? ORDER BY stream, version LIMIT ?",
      [.text(stream), .text(end), .int(limit)]
    ) { row in
      let event = event(row)
      if streams.last?.first?.stream != event.stream { streams.append([]) }
      streams[streams.endIndex - 1].append(event)
      count += 1
      return true
    }
    guard count == limit, let cut = streams.popLast() else { return streams }
    // The last may go on: it is left to the next chunk, unless it is alone.
    return streams.isEmpty ? [try events(of: cut[0].stream, in: db)] : streams
  }
}

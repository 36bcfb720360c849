import AsyncAlgorithms
import Logging
import Persistence
public import ServiceLifecycle

/// Follows the journal and keeps the search index: what is written is not slowed down by it, and what is looked for is brought in
/// first. Short transactions; of two nodes one moves the mark forward, the other looks again.
public struct SearchIndexer: Service {
  let company: Company
  private static let batch = 400
  /// Entries in one transaction: calls never wait behind a whole batch of an import's records.
  private static let share = 25
  /// Of what shows a changed name so many in one transaction: calls wait behind it no longer than behind a report.
  static let piece = 60

  public init(_ company: Company) { self.company = company }

  public func run() async throws {
    // The library's tables take some 70 ms to load: not while the first person types.
    _ = try? await onOwnThread { (Characters.reading("余"), Characters.simplified(["餘"])) }
    for await _ in AsyncTimerSequence(interval: .milliseconds(700), clock: .continuous).cancelOnGracefulShutdown() {
      do {
        while !Task.isShuttingDownGracefully, try await follow() {}
        while !Task.isShuttingDownGracefully, try await followNames() { while try await follow() {} }
      } catch {
        company.logger.error("The search index fell behind; the next turn tries again.", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Brings in what was written last; a company that is indexed for the first time is not waited for.
  func catchUp() async throws {
    for _ in 0..<3 { guard try await follow(patience: .milliseconds(200)) else { return } }
  }

  /// All of it: for tests and commands.
  public func followAll() async throws {
    while try await follow() {}
    while try await followNames() {}
  }

  /// Lets go of all; the next turn begins anew.
  public func clear() async throws {
    let dialect = company.database.dialect
    try await company.database.write { db in
      for index in SearchIndex.allCases { try index.clear(dialect, in: db) }
      try db.execute("DELETE FROM search_progress")
      try db.execute("DELETE FROM search_renamed")
    }
  }

  /// Brings these streams up to date at once, and lets nothing remain of what stood there: their values were erased.
  func erase(_ streams: [String]) async throws {
    let entries = try await company.database.read { try Self.entries(streams, in: $0) }
    let dialect = company.database.dialect
    try await company.database.write { db in
      for entry in entries { try Self.put(entry, dialect, in: db) }
      try SearchIndex.records.compact(dialect, in: db)
    }
  }

  // MARK: Following

  private struct Turn: Sendable {
    var from: Int64 = 0
    var to: Int64 = 0
    var isOutdated = false
    var isNew = false
    var entries: [SearchIndex.Entry] = []
  }

  /// - Returns: whether there may be more.
  private func follow(patience: Duration = .seconds(2)) async throws -> Bool {
    let horizon = try await JournalHorizon.settled(in: company.database, patience: patience)
    let turn = try await company.database.read { try Self.turn(upTo: horizon, in: $0) }
    if turn.isOutdated {
      try await clear()
      return true
    }
    guard turn.to > turn.from else { return false }
    let dialect = company.database.dialect
    // The mark moves with the last piece: what is cut off before it is put once more, which changes nothing. Each piece looks whether
    // another node was there meanwhile.
    var rest = turn.entries[...]
    repeat {
      let piece = rest.prefix(Self.share)
      rest = rest.dropFirst(Self.share)
      let to = rest.isEmpty ? turn.to : turn.from
      let stands = try await company.database.write { db -> Bool in
        if turn.isNew {
          try db.execute(
            "INSERT INTO search_progress (name, position, version) VALUES ('journal', 0, ?) ON CONFLICT (name) DO NOTHING",
            [.int(SearchTerms.version)])
        }
        let moved = try db.execute(
          "UPDATE search_progress SET position = ? WHERE name = 'journal' AND position = ?", [.integer(to), .integer(turn.from)])
        guard moved == 1 else { return false }
        for entry in piece { try Self.put(entry, dialect, in: db) }
        return true
      }
      guard stands else { return false }
    } while !rest.isEmpty
    return true
  }

  private static func turn(upTo horizon: Int64, in db: any SQLReader) throws -> Turn {
    var turn = Turn()
    let mark = try db.first("SELECT position, version FROM search_progress WHERE name = 'journal'") { ($0.integer(0), $0.int(1)) }
    turn.isNew = mark == nil
    turn.isOutdated = mark.map { $0.1 != SearchTerms.version } ?? false
    turn.from = mark?.0 ?? 0
    turn.to = turn.from
    var newest: [String: Int] = [:]
    let sql = "SELECT sequence, stream, version FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?"
    try db.forEach(sql, [.integer(turn.from), .integer(horizon), .int(batch)]) { row in
      turn.to = row.integer(0)
      newest[row.text(1)] = row.int(2)
      return true
    }
    turn.entries = try entries(try current(newest, in: db), in: db)
    return turn
  }

  /// Those that no later event will bring again: a case of twenty events is not cut twenty times. A work order stands for its case.
  private static func current(_ streams: [String: Int], in db: any SQLReader) throws -> [String] {
    var found: Set<String> = []
    for (kind, members) in Dictionary(grouping: streams.keys, by: kind(of:)) {
      let ids = members.map { SQLValue.text(id(of: $0)) }
      let marks = ids.map { _ in "?" }.joined(separator: ", ")
      if kind == "work-order" {
        found.formUnion(try db.rows("SELECT request_id FROM work_order WHERE id IN (\(marks))", ids) { "request/\($0.text(0))" })
      } else if SearchKind.byKind[kind] != nil {
        try db.forEach("SELECT id, version FROM \(kind) WHERE id IN (\(marks))", ids) { row in
          let stream = "\(kind)/\(row.text(0))"
          if row.int(1) <= streams[stream] ?? 0 { found.insert(stream) }
          return true
        }
      }
    }
    return found.sorted()
  }

  /// Those that show a name that has changed: a piece of them a turn, however many there are. The mark says how far it came; of two
  /// nodes one moves it forward, and a name that changes again meanwhile begins anew.
  func followNames() async throws -> Bool {
    guard let renamed = try await company.database.read({ try Renamed.next(in: $0) }) else { return false }
    let piece = try await company.database.read { db -> (piece: Renamed.Piece, entries: [SearchIndex.Entry]) in
      let piece = try renamed.piece(limit: Self.piece, in: db)
      return (piece, try Self.entries(piece.streams, in: db))
    }
    let dialect = company.database.dialect
    try await company.database.write { db in
      guard try renamed.move(to: piece.piece, in: db) else { return }
      for entry in piece.entries { try Self.put(entry, dialect, in: db) }
    }
    return true
  }

  private static func entries(_ streams: [String], in db: any SQLReader) throws -> [SearchIndex.Entry] {
    guard !streams.isEmpty else { return [] }
    let marks = streams.map { _ in "?" }.joined(separator: ", ")
    let begins = Dictionary(
      uniqueKeysWithValues: try db.rows(
        "SELECT stream, sequence FROM journal WHERE version = 1 AND stream IN (\(marks))", streams.map { .text($0) }
      ) { ($0.text(0), $0.integer(1)) })
    var entries: [SearchIndex.Entry] = []
    for (kind, members) in Dictionary(grouping: streams, by: kind(of:)).sorted(by: { $0.key < $1.key }) {
      guard let known = SearchKind.byKind[kind] else { continue }
      let documents = try known.documents(of: members.map(id(of:)), in: db)
      for stream in members {
        guard let position = begins[stream] else { continue }
        entries.append(.init(stream: stream, position: position, document: documents[id(of: stream)] ?? SearchDocument()))
      }
    }
    return entries.sorted { $0.position < $1.position }
  }

  private static func put(_ entry: SearchIndex.Entry, _ dialect: SQLDialect, in db: any SQLWriter) throws {
    guard let kind = SearchKind.byKind[kind(of: entry.stream)] else { return }
    guard try kind.index.put(entry, dialect: dialect, in: db) else { return }
    if !kind.shownBy.isEmpty { try Renamed.begin(entry.stream, in: db) }
  }

  static func kind(of stream: String) -> String { String(stream.prefix { $0 != "/" }) }
  static func id(of stream: String) -> String { String(stream.drop { $0 != "/" }.dropFirst()) }
}

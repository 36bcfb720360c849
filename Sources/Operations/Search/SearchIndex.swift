import Persistence

/// The two full-text indexes: records of the registers (with values of people) and cases (without).
///
/// SQLite keeps each in an FTS5 table that holds nothing but the index; PostgreSQL in a column of terms with a GIN index. Both
/// answer the newest first: an entry's `position` is where its stream begins in the journal.
enum SearchIndex: String, Sendable, CaseIterable {
  case records = "search_record"
  case cases = "search_case"

  struct Entry: Sendable {
    /// `customer/ID`.
    let stream: String
    let position: Int64
    /// Empty takes the entry out.
    let document: SearchDocument
  }

  var table: String { rawValue }
  private var fullText: String { "\(rawValue)_fts" }
  var tail: Int { self == .records ? SearchTerms.longTail : SearchTerms.shortTail }

  // MARK: Writing

  /// - Returns: whether another text stood there before.
  @discardableResult
  func put(_ entry: Entry, dialect: SQLDialect, in db: any SQLWriter) throws -> Bool {
    let old = try db.first("SELECT source FROM \(table) WHERE position = ?", [.integer(entry.position)]) { $0.text(0) }
    guard (old ?? "") != entry.document.source else { return false }
    if let old { try remove(entry.position, old, dialect, in: db) }
    guard !entry.document.isEmpty else { return old != nil }
    let terms = SQLValue.text(SearchTerms.cut(entry.document.source, tail: tail).joined(separator: " "))
    let row: [SQLValue] = [.integer(entry.position), .text(entry.stream), .text(entry.document.source)]
    switch dialect {
    case .sqlite:
      try db.execute("INSERT INTO \(table) (position, stream, source) VALUES (?, ?, ?)", row)
      try db.execute("INSERT INTO \(fullText) (rowid, terms) VALUES (?, ?)", [.integer(entry.position), terms])
    case .postgres:
      try db.execute(
        "INSERT INTO \(table) (position, stream, source, terms) VALUES (?, ?, ?, array_to_tsvector(string_to_array(?, ' ')))", row + [terms]
      )
    }
    return old != nil
  }

  private func remove(_ position: Int64, _ source: String, _ dialect: SQLDialect, in db: any SQLWriter) throws {
    if dialect == .sqlite {
      try db.execute(
        "INSERT INTO \(fullText) (\(fullText), rowid, terms) VALUES ('delete', ?, ?)",
        [.integer(position), .text(SearchTerms.cut(source, tail: tail).joined(separator: " "))])
    }
    try db.execute("DELETE FROM \(table) WHERE position = ?", [.integer(position)])
  }

  func clear(_ dialect: SQLDialect, in db: any SQLWriter) throws {
    if dialect == .sqlite { try db.execute("INSERT INTO \(fullText) (\(fullText)) VALUES ('delete-all')") }
    try db.execute("DELETE FROM \(table)")
  }

  /// Writes the index anew without what was taken out: an erased name must not stay in a segment.
  func compact(_ dialect: SQLDialect, in db: any SQLWriter) throws {
    if dialect == .sqlite { try db.execute("INSERT INTO \(fullText) (\(fullText)) VALUES ('optimize')") }
  }

  // MARK: Reading

  /// Streams that meet the query, the newest first. Nothing counts or sorts all that would.
  func streams(_ query: SearchQuery, limit: Int, dialect: SQLDialect, in db: any SQLReader) throws -> [String] {
    guard !query.isEmpty else { return [] }
    let match = SQLValue.text(query.match(in: dialect))
    switch dialect {
    case .sqlite: return try db.rows(sqliteQuery, [match, .int(limit)]) { $0.text(0) }
    case .postgres:
      // What is frequent is found among the newest; only what is rare is worth asking the index, which answers unordered.
      let newest = try db.rows(newestQuery, [match, .int(limit)]) { $0.text(0) }
      return newest.count == limit ? newest : try db.rows(postgresQuery, [match, .int(limit)]) { $0.text(0) }
    }
  }

  var sqliteQuery: String {
    """
    SELECT s.stream FROM \(fullText) JOIN \(table) s ON s.position = \(fullText).rowid
    WHERE \(fullText) MATCH ? ORDER BY \(fullText).rowid DESC LIMIT ?
    """
  }
  var newestQuery: String {
    """
    SELECT stream FROM (SELECT position, stream, terms FROM \(table) ORDER BY position DESC LIMIT 3000) newest
    WHERE terms @@ CAST(? AS tsquery) ORDER BY position DESC LIMIT ?
    """
  }
  var postgresQuery: String {
    """
    WITH found AS MATERIALIZED (SELECT position, stream FROM \(table) WHERE terms @@ CAST(? AS tsquery))
    SELECT stream FROM found ORDER BY position DESC LIMIT ?
    """
  }
}

extension Migration {
  /// Made by `SearchIndexer` from journal and registers, a little behind them; emptied, it is made anew.
  static let search = Migration(
    "0007-search",
    tables: ["search_record": .index, "search_case": .index, "search_progress": .index, "search_pending": .index],
    """
    CREATE TABLE search_record (
      position INTEGER PRIMARY KEY, -- the journal's sequence where the stream begins
      stream TEXT NOT NULL,
      source TEXT NOT NULL, -- SearchDocument
      terms TSVECTOR -- PostgreSQL only
    )
    """,
    "CREATE FULLTEXT INDEX search_record_fts ON search_record (terms)",
    """
    CREATE TABLE search_case (
      position INTEGER PRIMARY KEY,
      stream TEXT NOT NULL,
      source TEXT NOT NULL,
      terms TSVECTOR
    )
    """,
    "CREATE FULLTEXT INDEX search_case_fts ON search_case (terms)",
    """
    CREATE TABLE search_progress (
      name TEXT NOT NULL PRIMARY KEY,
      position BIGINT NOT NULL, -- up to here the journal is in the index
      version BIGINT NOT NULL -- SearchTerms.version
    )
    """,
    // Streams whose own events are indexed, but which show the name of something that was renamed.
    "CREATE TABLE search_pending (stream TEXT NOT NULL PRIMARY KEY)")

  /// Indexes made before all beginnings were kept are made anew.
  static let searchBeginnings = remade("0015-search-beginnings")

  /// Again, for beginnings of one letter: a word that is just being typed (renmin y) walked through all
  /// cases without them, 337 ms at a million.
  static let searchFirstLetters = remade("0023-search-first-letters")

  private static func remade(_ name: String) -> Migration {
    Migration(
      name, tables: [:], "DROP FULLTEXT INDEX search_record_fts", "DROP FULLTEXT INDEX search_case_fts", "DELETE FROM search_record",
      "DELETE FROM search_case", "DELETE FROM search_pending", "DELETE FROM search_progress",
      "CREATE FULLTEXT INDEX search_record_fts ON search_record (terms)",
      "CREATE FULLTEXT INDEX search_case_fts ON search_case (terms)")
  }
}

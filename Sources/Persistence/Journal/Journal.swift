/// The journal: append, and read stream by stream. Streams are named `kind/ID`, such as `request/0190…`.
public enum Journal {
  /// The newest event of a stream.
  public struct Head: Hashable, Sendable {
    public let version: Int
    public let hash: String

    public init(version: Int, hash: String) { (self.version, self.hash) = (version, hash) }
  }

  /// Appends events to the end of a stream and chains their hashes. The answer's `sequence` is 0: nobody needs the number before
  /// the commit, and RETURNING it costs SQLite a savepoint for each row.
  ///
  /// - Parameter expecting: the version the writer saw; nil appends to whatever is there; 0 means the stream is new.
  /// - Throws: ``JournalError/changed(stream:expected:actual:)``; ``JournalError/unknownStream(_:)`` when a version is
  ///   named and there is no such stream.
  @discardableResult
  public static func append(
    _ events: [NewEvent], to stream: String, expecting: Int?, by author: Author, recorded: Int64, in db: any SQLWriter
  ) throws -> [JournalEvent] {
    // A new stream has no head to look for; the unique index refuses a second one.
    let head = expecting == 0 ? nil : try head(of: stream, in: db)
    let version = head?.version ?? 0
    if let expecting, expecting != version {
      guard head != nil else { throw JournalError.unknownStream(stream) }
      throw JournalError.changed(stream: stream, expected: expecting, actual: version)
    }
    let appended = chain(events, to: stream, after: head, by: author, recorded: recorded)
    for link in appended {
      do {
        try insert(link, in: db)
      } catch DatabaseError.notUnique {
        // Another writer was faster than the state this transaction sees: run again, it sees the other's event.
        throw DatabaseError.outrun
      }
    }
    if let last = appended.last {
      let sql = "SELECT 1 FROM journal WHERE stream = ? AND version = ? AND hash = ?"
      db.proveCommit(by: sql, [.text(last.stream), .int(last.version), .text(last.hash)])
    }
    return appended
  }

  /// The events as they stand in the stream, each with the hash of the one before.
  public static func chain(
    _ events: [NewEvent], to stream: String, after head: Head?, by author: Author, recorded: Int64
  ) -> [JournalEvent] {
    var links: [JournalEvent] = []
    links.reserveCapacity(events.count)
    var previous = head?.hash ?? ""
    for event in events {
      var link = JournalEvent(
        sequence: 0, stream: stream, version: (head?.version ?? 0) + links.count + 1, kind: event.kind, schema: event.schema,
        body: event.body, actor: author.actor, behalf: author.behalf.nilIfEmpty, device: author.device.nilIfEmpty,
        occurred: event.occurred, recorded: recorded, previousHash: previous, hash: "")
      link.hash = link.computedHash
      previous = link.hash
      links.append(link)
    }
    return links
  }

  /// Writes links of new streams, many at once, in the order given.
  public static func insert(_ links: [JournalEvent], in db: any SQLWriter) throws {
    try db.insert(links.map(values), into: "journal", columns: insertColumns)
  }

  /// A stream's events in order of version; empty when there is no such stream.
  public static func events(of stream: String, in db: any SQLReader) throws -> [JournalEvent] {
    try db.rows("SELECT \(columns) FROM journal WHERE stream = ? ORDER BY version", [.text(stream)], event)
  }

  /// Version and hash of a stream's newest event; nil when there is no such stream.
  public static func head(of stream: String, in db: any SQLReader) throws -> Head? {
    let sql = "SELECT version, hash FROM journal WHERE stream = ? ORDER BY version DESC LIMIT 1"
    return try db.rows(sql, [.text(stream)]) { Head(version: $0.int(0), hash: $0.text(1)) }.first
  }

  /// A stream's events after a version, for reading a long case in pieces.
  public static func page(
    ofStream stream: String, after version: Int, limit: Int, in db: any SQLReader
  ) throws -> [JournalEvent] {
    let sql = "SELECT \(columns) FROM journal WHERE stream = ? AND version > ? ORDER BY version LIMIT ?"
    return try db.rows(sql, [.text(stream), .int(version), .int(limit)], event)
  }

  /// A stream's events of one kind.
  public static func page(
    ofStream stream: String, kind: String, after version: Int, limit: Int, in db: any SQLReader
  ) throws -> [JournalEvent] {
    let sql = "SELECT \(columns) FROM journal WHERE stream = ? AND version > ? AND kind = ? ORDER BY version LIMIT ?"
    return try db.rows(sql, [.text(stream), .int(version), .text(kind), .int(limit)], event)
  }

  /// A stream's events after a position of the journal, for reading several streams as one story.
  public static func page(
    ofStream stream: String, afterPosition position: Int64, limit: Int, in db: any SQLReader
  ) throws -> [JournalEvent] {
    let sql = "SELECT \(columns) FROM journal WHERE stream = ? AND sequence > ? ORDER BY version LIMIT ?"
    return try db.rows(sql, [.text(stream), .integer(position), .int(limit)], event)
  }

  /// Events of all streams after a position, in order of position, which is the sequence.
  ///
  /// - Parameter horizon: the settled end, ``JournalHorizon``: what lies beyond may still get events in between.
  public static func page(after position: Int64, through horizon: Int64, limit: Int, in db: any SQLReader) throws -> [JournalEvent] {
    let sql = "SELECT \(columns) FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?"
    return try db.rows(sql, [.integer(position), .integer(horizon), .int(limit)], event)
  }

  /// When the newest event was recorded, UTC milliseconds: a clock that is behind it was set back.
  public static func newestRecorded(in db: any SQLReader) throws -> Int64? {
    try db.rows("SELECT recorded FROM journal ORDER BY sequence DESC LIMIT 1") { $0.integer(0) }.first
  }

  public static let columns = """
    sequence, stream, version, kind, schema, body, actor, behalf, device, occurred, recorded, previous_hash, hash
    """

  public static func event(_ row: borrowing SQLRow) -> JournalEvent {
    JournalEvent(
      sequence: row.integer(0), stream: row.text(1), version: row.int(2), kind: row.text(3), schema: row.int(4),
      body: row.text(5), actor: row.text(6), behalf: row.optionalText(7), device: row.optionalText(8),
      occurred: row.integer(9), recorded: row.integer(10), previousHash: row.text(11), hash: row.text(12))
  }

  private static let insertColumns = [
    "stream", "version", "kind", "schema", "body", "actor", "behalf", "device", "occurred", "recorded", "previous_hash", "hash",
  ]
  private static let insertSQL = """
    INSERT INTO journal (\(insertColumns.joined(separator: ", ")))
    VALUES (\(insertColumns.map { _ in "?" }.joined(separator: ", ")))
    """

  private static func insert(_ event: JournalEvent, in db: any SQLWriter) throws { try db.execute(insertSQL, values(event)) }

  private static func values(_ event: JournalEvent) -> [SQLValue] {
    [
      .text(event.stream), .int(event.version), .text(event.kind), .int(event.schema), .text(event.body),
      .text(event.actor), .optional(event.behalf), .optional(event.device), .integer(event.occurred),
      .integer(event.recorded), .text(event.previousHash), .text(event.hash),
    ]
  }
}

extension String? {
  /// NULL and empty have the same hash, so only NULL is ever written.
  fileprivate var nilIfEmpty: String? { self == "" ? nil : self }
}

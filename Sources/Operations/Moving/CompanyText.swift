import Domain
import Persistence

/// Where a company's lines go, piece by piece and each ending with a line. Used by one thread at a time.
protocol LineTarget: AnyObject, Sendable {
  func write(_ piece: LineBuffer) throws
  /// What was written until now stays.
  func keep() throws
  /// Forgets what was written since it was told to keep.
  func again() throws
}

/// A company's lines, as they go into a file of their own or into a backup.
///
/// Most of them are events, and events that are settled never change: these are read on two connections side by side, then the rest
/// of the journal and all other tables as they are at one moment. While pieces are read, those before are written on another thread;
/// so five are in memory at most.
enum CompanyText {
  struct Written: Sendable {
    /// Rows by table.
    var counts: [String: Int]
    /// The newest checkpoint's hash among them.
    var checkpoint: String?
  }

  /// Writes the head and all rows.
  ///
  /// - Parameter size: of a piece, about.
  static func write(
    _ company: Company, made: Instant, pieces size: Int, to target: some LineTarget, progress: (@Sendable (Int) -> Void)?
  ) async throws -> Written {
    let buffers = LineBuffers(capacity: size + size / 8)
    let behind = Behind<LineBuffer>(limit: 1) { piece in
      try target.write(piece)
      buffers.giveBack(piece)
    }
    do {
      let head = buffers.next()
      line(in: head) { json in
        json.field("format", CompanyFile.format)
        json.field("version", CompanyFile.version)
        json.field("made", made)
        json.array("migrations", Schema.migrations.map(\.name)) { $0.value($1) }
      }
      try behind.take(head)
      let (settled, events) = try await settledEvents(company.database, size, buffers, to: behind, progress)
      try await onOwnThread {
        try behind.finish()
        try target.keep()
      }
      let dialect = company.database.dialect
      let written = try await company.database.read { db in
        // The body may run again.
        try behind.finish()
        try target.again()
        let counts = try rest(after: settled, events, dialect, in: db, size, buffers, to: behind, progress)
        let checkpoint = try db.first("SELECT hash FROM checkpoint ORDER BY number DESC LIMIT 1") { $0.text(0) }
        return Written(counts: counts, checkpoint: checkpoint)
      }
      try await onOwnThread { try behind.finish() }
      return written
    } catch {
      try? await onOwnThread { try behind.finish() }
      throw error
    }
  }

  /// The last line.
  ///
  /// - Parameter sha256: of all before it; nil where something else keeps the pieces' hashes.
  static func end(_ counts: [String: Int], sha256: String?) -> LineBuffer {
    let end = LineBuffer(capacity: 4_096)
    line(in: end) { json in
      json.object("rows") { json in for table in counts.keys.sorted() { json.field(table, counts[table]) } }
      if let sha256 { json.field("sha256", sha256) }
    }
    return end
  }

  // MARK: The journal as far as it is settled

  /// An event takes some 430 bytes.
  private static let eventBytes = 512

  /// - Returns: up to which sequence, and how many.
  private static func settledEvents(
    _ database: any SQLDatabase, _ size: Int, _ buffers: LineBuffers, to behind: Behind<LineBuffer>, _ progress: (@Sendable (Int) -> Void)?
  ) async throws -> (through: Int64, count: Int) {
    let horizon = try await JournalHorizon.settled(in: database), dialect = database.dialect
    let (newest, shape) = try await database.read { db in
      (
        try db.first("SELECT MAX(sequence) FROM journal") { $0.optionalInteger(0) } ?? nil,
        try TableShape.of("journal", dialect: dialect, in: db)
      )
    }
    let settled = min(horizon, newest ?? 0), step = Int64(size / eventBytes)
    guard let shape, settled > 0 else { return (0, 0) }
    let head = LineBuffer(capacity: 4_096)
    line(in: head, of: shape)
    try behind.take(head)
    let sql = "SELECT \(shape.columns.joined(separator: ", ")) FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
    let place = shape.columns.firstIndex(of: "sequence") ?? 0
    /// A piece of `after+1...through`, or of its beginning where events are large.
    @Sendable func piece(after: Int64, through: Int64) async throws -> (lines: LineBuffer, count: Int, through: Int64) {
      try await database.read { db in
        let lines = buffers.next()
        var count = 0, last = through
        try db.forEach(sql, [.integer(after), .integer(through)]) { row in
          try RowText.append(row, to: lines)
          count += 1
          guard lines.count >= size else { return true }
          last = row.integer(place)
          return false
        }
        return (lines, count, last)
      }
    }
    var count = 0
    func take(_ piece: (lines: LineBuffer, count: Int, through: Int64)) async throws {
      guard piece.count > 0 else { return }
      count += piece.count
      try await onOwnThread { try behind.take(piece.lines) }
      progress?(count)
    }
    var after: Int64 = 0
    while after < settled {
      let middle = min(after + step, settled), end = min(middle + step, settled)
      async let ahead = piece(after: middle, through: end)
      let one = try await piece(after: after, through: middle), other = try await ahead
      try await take(one)
      // What did not fit is read again from there.
      after = one.through
      guard after == middle else { continue }
      try await take(other)
      after = other.through
    }
    return (settled, count)
  }

  // MARK: All else

  private static func rest(
    after settled: Int64, _ events: Int, _ dialect: SQLDialect, in db: any SQLReader, _ size: Int, _ buffers: LineBuffers,
    to behind: Behind<LineBuffer>, _ progress: (@Sendable (Int) -> Void)?
  ) throws -> [String: Int] {
    var piece = buffers.next(), counts: [String: Int] = [:], total = events
    for table in CompanyFile.tables {
      guard let shape = try TableShape.of(table, dialect: dialect, in: db) else { continue }
      let isBegun = table == "journal" && settled > 0, before = isBegun ? 0 : total
      if !isBegun { line(in: piece, of: shape) }
      let order = shape.key.isEmpty ? "" : " ORDER BY \(shape.key.joined(separator: ", "))"
      let sql = "SELECT \(shape.columns.joined(separator: ", ")) FROM \(shape.name)\(isBegun ? " WHERE sequence > ?" : "")\(order)"
      try db.forEach(sql, isBegun ? [.integer(settled)] : []) { row in
        try RowText.append(row, to: piece)
        total += 1
        if piece.count >= size {
          try behind.take(piece)
          piece = buffers.next()
        }
        if total.isMultiple(of: 10_000) { progress?(total) }
        return true
      }
      counts[table] = total - before
    }
    if piece.count > 0 { try behind.take(piece) }
    return counts
  }

  private static func line(in buffer: LineBuffer, of shape: TableShape) {
    line(in: buffer) { json in
      json.field("table", shape.name)
      json.array("columns", shape.columns) { $0.value($1) }
    }
  }

  private static func line(in buffer: LineBuffer, _ body: (inout JSONWriter) -> Void) {
    var json = JSONWriter()
    json.object { body(&$0) }
    json.bytes.withUnsafeBytes { buffer.append($0) }
    buffer.append(0x0A)
  }
}

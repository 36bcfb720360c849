import Domain
import Persistence

/// Where a company's lines go, piece by piece and each ending with a line. Used by one thread at a time.
protocol LineTarget: AnyObject, Sendable {
  func write(_ piece: LineBuffer) throws
  /// Forgets all that was written.
  func again() throws
}

/// A company's lines, as they go into a file of their own or into a backup: one consistent state. While a piece is read, the one before
/// is hashed and written on another thread; so three are in memory at most.
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
      let dialect = company.database.dialect
      let written = try await company.database.read { db in
        // The body may run again.
        try behind.finish()
        try target.again()
        let counts = try rows(made, dialect, in: db, size, buffers, to: behind, progress)
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

  private static func rows(
    _ made: Instant, _ dialect: SQLDialect, in db: any SQLReader, _ size: Int, _ buffers: LineBuffers, to behind: Behind<LineBuffer>,
    _ progress: (@Sendable (Int) -> Void)?
  ) throws -> [String: Int] {
    var piece = buffers.next(), counts: [String: Int] = [:], total = 0
    line(in: piece) { json in
      json.field("format", CompanyFile.format)
      json.field("version", CompanyFile.version)
      json.field("made", made)
      json.array("migrations", Schema.migrations.map(\.name)) { $0.value($1) }
    }
    for table in CompanyFile.tables {
      guard let shape = try TableShape.of(table, dialect: dialect, in: db) else { continue }
      let before = total
      line(in: piece, of: shape)
      let order = shape.key.isEmpty ? "" : " ORDER BY \(shape.key.joined(separator: ", "))"
      try db.forEach("SELECT \(shape.columns.joined(separator: ", ")) FROM \(shape.name)\(order)", []) { row in
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

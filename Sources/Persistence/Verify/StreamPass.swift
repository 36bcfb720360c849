/// Follows each stream's chain, and hands whole streams to the hooks.
struct StreamPass: Sendable {
  let hooks: JournalVerifier.Hooks
  private var report = VerifyReport()
  /// The stream read last, as bytes: comparing them costs less than making a string a row.
  private var stream: [UInt8] = []
  private var isDone = false
  /// Rows in one read; a stream is read to its end.
  private static let pageSize = 5_000

  init(hooks: JournalVerifier.Hooks) { self.hooks = hooks }

  func run(_ database: any SQLDatabase) async throws -> VerifyReport {
    var pass = self
    do {
      while !pass.isDone {
        pass = try await database.read { [pass] db in
          var pass = pass
          try pass.page(db)
          return pass
        }
      }
    } catch DatabaseError.damaged(let message) {
      pass.report.add(.damaged(message, "after stream \(String(decoding: pass.stream, as: UTF8.self))"))
    }
    return pass.report
  }

  private mutating func page(_ db: any SQLReader) throws {
    var pass = self
    var chain = Chain()
    var events: [JournalEvent] = []
    var count = 0
    pass.isDone = true
    let sql = """
      SELECT \(hooks.areNone ? Self.linkColumns : Journal.columns) FROM journal WHERE stream > ? ORDER BY stream, version
      """
    let (previous, hash) = hooks.areNone ? (3, 4) : (11, 12)
    try db.forEach(sql, [.text(String(decoding: stream, as: UTF8.self))]) { row in
      let name = row.source.bytes(1)
      if !equal(name, pass.stream) || count == 0 {
        try pass.finish(&events, in: db)
        if count >= Self.pageSize {
          pass.isDone = false
          return false
        }
        pass.stream = Array(name ?? UnsafeRawBufferPointer(start: nil, count: 0))
        pass.report.streams += 1
        chain = Chain()
      }
      count += 1
      let link = (sequence: row.integer(0), version: row.integer(2))
      pass.check(link, previous: row.source.bytes(previous), hash: row.source.bytes(hash), chain: &chain)
      if !pass.hooks.areNone { events.append(Journal.event(row)) }
      return true
    }
    try pass.finish(&events, in: db)
    self = pass
  }

  private static let linkColumns = "sequence, stream, version, previous_hash, hash"

  private struct Chain {
    var version: Int64 = 0
    var sequence: Int64 = 0
    var hash: [UInt8] = []
  }

  private mutating func check(
    _ link: (sequence: Int64, version: Int64), previous: UnsafeRawBufferPointer?, hash: UnsafeRawBufferPointer?, chain: inout Chain
  ) {
    if link.version != chain.version + 1 {
      add(.gap, link.sequence, "Version \(link.version) follows version \(chain.version): what stood between is gone.")
    } else if !equal(previous, chain.hash) {
      add(.unlinked, link.sequence, "Version \(link.version) does not name the hash of the event before it.")
    }
    if link.sequence <= chain.sequence {
      add(.moved, link.sequence, "Version \(link.version) stands before the version it follows (sequence \(chain.sequence)).")
    }
    (chain.version, chain.sequence) = (link.version, link.sequence)
    chain.hash.removeAll(keepingCapacity: true)
    if let hash { chain.hash.append(contentsOf: hash) }
  }

  private mutating func add(_ kind: Finding.Kind, _ sequence: Int64, _ message: String) {
    let name = String(decoding: stream, as: UTF8.self)
    report.add(Finding(kind, stream: name, sequence: sequence, table: "journal", message))
  }

  /// The stream is read to its end.
  private mutating func finish(_ events: inout [JournalEvent], in db: any SQLReader) throws {
    guard !events.isEmpty else { return }
    defer { events.removeAll(keepingCapacity: true) }
    let name = events[0].stream
    if let compare = hooks.onStream {
      for finding in try compare(name, events, db) { report.add(finding) }
    }
    guard let personalHashes = hooks.personalHashes else { return }
    for event in events {
      for hash in personalHashes(event) {
        guard try db.first("SELECT 1 FROM personal WHERE hash = ?", [.text(hash)], { _ in true }) == nil else { continue }
        let message = "The event names a personal value whose row is gone."
        report.add(Finding(.personal, stream: name, sequence: event.sequence, table: "personal", key: hash, message))
      }
    }
  }
}

private func equal(_ bytes: UnsafeRawBufferPointer?, _ other: [UInt8]) -> Bool {
  guard let bytes else { return other.isEmpty }
  return bytes.count == other.count && other.withUnsafeBytes { bytes.elementsEqual($0) }
}

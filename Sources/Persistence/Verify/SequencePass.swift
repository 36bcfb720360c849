import Crypto

/// Reads the journal in order of sequence: every hash anew, every sealed range against its checkpoint.
struct SequencePass: Sendable {
  let keys: [String: Curve25519.Signing.PublicKey]
  let witness: [WitnessHead]
  var report = VerifyReport()
  /// Hashes that a `forgotten` or `corrected` event names as erased, and the stream that says so.
  var forgotten: [String: String] = [:]

  private var previous: Checkpoint?
  private var isSealedRead = false
  private var isDone = false
  private var isNumberedWithoutGaps = true
  /// The last sequence read; rows up to it are behind us.
  private var position: Int64 = 0
  /// Rows in one read; a checkpoint is read to its end.
  private static let pageSize = 5_000

  init(keys: [String: Curve25519.Signing.PublicKey], witness: [WitnessHead]) {
    (self.keys, self.witness) = (keys, witness)
  }

  func run(_ database: any SQLDatabase, progress: (@Sendable (Int) -> Void)?) async throws -> SequencePass {
    var pass = self
    pass.isNumberedWithoutGaps = database.dialect == .sqlite
    do {
      while !pass.isDone {
        pass = try await database.read { [pass] db in
          var pass = pass
          if pass.isSealedRead { try pass.unsealedPage(db) } else { try pass.sealedPage(db) }
          return pass
        }
        progress?(pass.report.events)
      }
    } catch DatabaseError.damaged(let message) {
      pass.report.add(.damaged(message, "after sequence \(pass.position)"))
      return pass
    }
    pass.checkWitness()
    return pass
  }

  // MARK: Sealed rows

  private mutating func sealedPage(_ db: any SQLReader) throws {
    let enough = report.events + Self.pageSize
    let checkpoints = try Checkpoints.page(after: previous?.number ?? 0, limit: 50, in: db)
    isSealedRead = checkpoints.isEmpty
    for checkpoint in checkpoints {
      check(checkpoint)
      try checkRows(of: checkpoint, db)
      if report.events >= enough { return }
    }
  }

  private mutating func check(_ checkpoint: Checkpoint) {
    report.checkpoints += 1
    report.head = WitnessHead(number: checkpoint.number, hash: checkpoint.hash)
    let expected = (previous?.number ?? 0) + 1
    if checkpoint.number != expected {
      add(checkpoint, "Checkpoint \(expected) is gone: \(checkpoint.number) follows.")
    } else if checkpoint.previousHash != previous?.hash ?? "" {
      add(checkpoint, "Checkpoint \(checkpoint.number) does not name the hash of the one before it.")
    }
    if checkpoint.computedHash != checkpoint.hash {
      add(checkpoint, "Checkpoint \(checkpoint.number) is altered: its columns do not give its hash.")
    }
    if let key = keys[checkpoint.keyID] {
      if !checkpoint.isSigned(by: key) { add(checkpoint, "The signature of checkpoint \(checkpoint.number) is not good.") }
    } else {
      add(checkpoint, "Checkpoint \(checkpoint.number) is signed with key \(checkpoint.keyID), which no key/ stream names.")
    }
    if let seen = witness.first(where: { $0.number == checkpoint.number }), seen.hash != checkpoint.hash {
      report.add(
        Finding(
          .witness, table: "checkpoint", key: "\(checkpoint.number)",
          "Checkpoint \(checkpoint.number) is not the one the witness saw: the journal was written anew from there on or before."))
    }
    previous = checkpoint
  }

  private mutating func checkRows(of checkpoint: Checkpoint, _ db: any SQLReader) throws {
    var tree = MerkleTree()
    var rows: [SealedRow] = []
    try checkHashes(through: checkpoint.lastSequence, limit: Int.max, db) { sequence, hash, isWhole in
      let leaf = tree.append(sequence: sequence, hash: hash)
      rows.append(SealedRow(sequence: sequence, leaf: SealedRow.prefix(leaf), isWhole: isWhole))
    }
    guard tree.count != checkpoint.count || tree.root != checkpoint.root else { return }
    let differences = SealedRow.differences(rows, from: checkpoint)
    for difference in differences {
      var finding = difference
      if let sequence = finding.sequence, finding.kind != .missing {
        finding.stream = try db.first("SELECT stream FROM journal WHERE sequence = ?", [.integer(sequence)]) { $0.text(0) }
      }
      report.add(finding)
    }
    let range = "\(checkpoint.firstSequence)...\(checkpoint.lastSequence)"
    add(
      checkpoint,
      "Checkpoint \(checkpoint.number) does not fit its rows, sequences \(range): \(tree.count) of \(checkpoint.count) are there.")
  }

  // MARK: Rows after the last checkpoint

  private mutating func unsealedPage(_ db: any SQLReader) throws {
    var count = 0
    try checkHashes(through: Int64.max, limit: Self.pageSize, db) { _, _, _ in count += 1 }
    report.unsealed += count
    guard count == 0 else { return }
    isDone = true
    // SQLite gives a number back when a write is undone; PostgreSQL does not, so there a gap tells nothing.
    guard isNumberedWithoutGaps else { return }
    let given = try db.first("SELECT seq FROM sqlite_sequence WHERE name = 'journal'") { $0.integer(0) }
    if let given, given > position {
      let message = "Sequences up to \(given) were given, and the newest row is \(position): newer rows were deleted."
      report.add(Finding(.missing, sequence: given, table: "journal", message))
    }
  }

  // MARK: Hashes

  private static let sql = """
    SELECT sequence, hash, kind, previous_hash, stream, version, kind, schema, actor, behalf, device, occurred, recorded, body
    FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?
    """

  /// The columns go as bytes from the engine's page into the hash: no strings in between.
  private mutating func checkHashes(
    through last: Int64, limit: Int, _ db: any SQLReader,
    _ each: (_ sequence: Int64, _ hash: UnsafeRawBufferPointer?, _ isWhole: Bool) -> Void
  ) throws {
    var pass = self
    var input = HashInput(capacity: 4_096)
    try db.forEach(Self.sql, [.integer(position), .integer(last), .int(limit)]) { row in
      let source = row.source
      let sequence = row.integer(0)
      pass.report.events += 1
      pass.position = sequence
      input.removeAll()
      for column in 3...13 { input.field(source.bytes(column)) }
      let hash = source.bytes(1)
      // NULL and empty have one hash, and only NULL is ever written.
      let isWhole = Hex.equal(input.digest, hash) && source.bytes(9)?.count != 0 && source.bytes(10)?.count != 0
      if !isWhole {
        let message = "The row's columns do not give its hash: it was altered."
        pass.report.add(Finding(.altered, stream: row.text(4), sequence: sequence, table: "journal", message))
      }
      if let kind = source.bytes(2), kind.count == 9, kind.elementsEqual("forgotten".utf8) || kind.elementsEqual("corrected".utf8) {
        for erased in Hex.hashes(in: row.text(13)) { pass.forgotten[erased] = row.text(4) }
      }
      each(sequence, hash, isWhole)
      return true
    }
    self = pass
  }

  // MARK: Witness

  private mutating func checkWitness() {
    for seen in witness where seen.number > previous?.number ?? 0 {
      let message =
        "The witness saw checkpoint \(seen.number), and the newest here is \(previous?.number ?? 0): the newest tail was cut off together with its checkpoints."
      report.add(Finding(.witness, table: "checkpoint", key: "\(seen.number)", message))
    }
  }

  private mutating func add(_ checkpoint: Checkpoint, _ message: String) {
    report.add(Finding(.checkpoint, table: "checkpoint", key: "\(checkpoint.number)", message))
  }
}

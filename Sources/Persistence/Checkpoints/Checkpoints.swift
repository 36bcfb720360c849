public import Crypto

/// Seals new events, and reads what was sealed.
public enum Checkpoints {
  /// A signed checkpoint over the oldest events that none covers yet; nil when there are none. The caller inserts it; of two that
  /// seal at once the second is refused by the number.
  ///
  /// - Parameters:
  ///   - horizon: up to which sequence nothing can come any more: ``JournalHorizon``.
  ///   - limit: events in one checkpoint: 5,000 take about 10 ms.
  ///   - now: UTC milliseconds.
  public static func next(
    through horizon: Int64 = .max, upTo limit: Int = 5_000, key: Curve25519.Signing.PrivateKey, now: Int64, in db: any SQLReader
  ) throws -> Checkpoint? {
    let last = try latest(in: db)
    var tree = MerkleTree()
    var leaves: [UInt8] = []
    var range: (first: Int64, last: Int64)?
    let sql = "SELECT sequence, hash FROM journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?"
    try db.forEach(sql, [.integer(last?.lastSequence ?? 0), .integer(horizon), .int(limit)]) { row in
      let sequence = row.integer(0)
      range = (range?.first ?? sequence, sequence)
      tree.append(sequence: sequence, hash: row.source.bytes(1)).prefix(4).forEach { leaves.append($0) }
      return true
    }
    guard let range else { return nil }
    var checkpoint = Checkpoint(
      number: (last?.number ?? 0) + 1, firstSequence: range.first, lastSequence: range.last, count: tree.count,
      root: tree.root, leaves: Hex.text(leaves), previousHash: last?.hash ?? "", hash: "",
      keyID: SigningKey.id(of: key.publicKey), signature: "", sealedAt: now)
    checkpoint.hash = checkpoint.computedHash
    checkpoint.signature = Hex.text(try key.signature(for: Array(checkpoint.signedText.utf8)))
    return checkpoint
  }

  /// ``next(through:upTo:key:now:in:)`` and its insertion in one write.
  @discardableResult
  public static func seal(
    upTo limit: Int = 5_000, key: Curve25519.Signing.PrivateKey, now: Int64, in db: any SQLWriter
  ) throws -> Checkpoint? {
    let checkpoint = try next(upTo: limit, key: key, now: now, in: db)
    if let checkpoint { try insert(checkpoint, in: db) }
    return checkpoint
  }

  public static func latest(in db: any SQLReader) throws -> Checkpoint? {
    try db.rows("SELECT \(columns) FROM checkpoint ORDER BY number DESC LIMIT 1", checkpoint).first
  }

  /// In order of number.
  public static func page(after number: Int64, limit: Int, in db: any SQLReader) throws -> [Checkpoint] {
    let sql = "SELECT \(columns) FROM checkpoint WHERE number > ? ORDER BY number LIMIT ?"
    return try db.rows(sql, [.integer(number), .int(limit)], checkpoint)
  }

  /// As it is: for carrying a whole company from one engine to the other.
  public static func insert(_ checkpoint: Checkpoint, in db: any SQLWriter) throws {
    let values: [SQLValue] = [
      .integer(checkpoint.number), .integer(checkpoint.firstSequence), .integer(checkpoint.lastSequence),
      .int(checkpoint.count), .text(checkpoint.root), .text(checkpoint.leaves), .text(checkpoint.previousHash),
      .text(checkpoint.hash), .text(checkpoint.keyID), .text(checkpoint.signature), .integer(checkpoint.sealedAt),
    ]
    try db.execute("INSERT INTO checkpoint (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
  }

  private static let columns = """
    number, first_sequence, last_sequence, count, root, leaves, previous_hash, hash, key_id, signature, sealed_at
    """

  private static func checkpoint(_ row: borrowing SQLRow) -> Checkpoint {
    Checkpoint(
      number: row.integer(0), firstSequence: row.integer(1), lastSequence: row.integer(2), count: row.int(3),
      root: row.text(4), leaves: row.text(5), previousHash: row.text(6), hash: row.text(7), keyID: row.text(8),
      signature: row.text(9), sealedAt: row.integer(10))
  }
}

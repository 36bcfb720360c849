import Crypto

/// That one event is under a signed checkpoint: the leaf's place, and the nodes beside its way to the root. Needs no other event.
public struct CheckpointProof: Hashable, Sendable {
  public var sequence: Int64
  public var checkpoint: Int64
  /// Counted from 0 within the checkpoint.
  public var index: Int
  /// From the leaf upwards, 64 hex digits each (RFC 6962).
  public var path: [String]

  public init(sequence: Int64, checkpoint: Int64, index: Int, path: [String]) {
    (self.sequence, self.checkpoint, self.index, self.path) = (sequence, checkpoint, index, path)
  }

  /// Whether the event with this hash leads to the checkpoint's root.
  public func holds(for hash: String, under checkpoint: Checkpoint) -> Bool {
    guard index >= 0, index < checkpoint.count, path.count <= 64, hash.utf8.count == 64,
      (checkpoint.firstSequence...max(checkpoint.firstSequence, checkpoint.lastSequence)).contains(sequence)
    else { return false }
    var node = Array(Self.leaf(sequence, hash))
    var (place, last) = (index, checkpoint.count - 1)
    for beside in path {
      guard let other = Hex.bytes(beside), other.count == 32, last > 0 else { return false }
      if place % 2 == 1 || place == last {
        node = Array(Self.node(other, node))
        while place % 2 == 0, place > 0 { (place, last) = (place / 2, last / 2) }
      } else {
        node = Array(Self.node(node, other))
      }
      (place, last) = (place / 2, last / 2)
    }
    return last == 0 && Hex.text(node) == checkpoint.root
  }

  static func leaf(_ sequence: Int64, _ hash: String) -> SHA256Digest {
    var input = HashInput(capacity: 80)
    input.append(0)
    withUnsafeBytes(of: sequence.bigEndian) { input.append($0) }
    input.append(hash.utf8)
    return input.digest
  }

  static func node(_ left: [UInt8], _ right: [UInt8]) -> SHA256Digest {
    var input = HashInput(capacity: 80)
    input.append(1)
    input.append(left)
    input.append(right)
    return input.digest
  }

  /// The nodes beside the way of leaf `index` to the root.
  static func path(of index: Int, in leaves: ArraySlice<[UInt8]>) -> [String] {
    guard leaves.count > 1 else { return [] }
    var width = 1
    while width * 2 < leaves.count { width *= 2 }
    let left = leaves.prefix(width), right = leaves.dropFirst(width)
    return index < width
      ? path(of: index, in: left) + [Hex.text(root(of: right))] : path(of: index - width, in: right) + [Hex.text(root(of: left))]
  }

  private static func root(of leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard leaves.count > 1, let first = leaves.first else { return leaves.first ?? [] }
    _ = first
    var width = 1
    while width * 2 < leaves.count { width *= 2 }
    return Array(node(root(of: leaves.prefix(width)), root(of: leaves.dropFirst(width))))
  }
}

extension Checkpoints {
  /// Proofs for these events, and the checkpoints that they name; an event that none covers yet has none.
  public static func proofs(for sequences: [Int64], in db: any SQLReader) throws -> (proofs: [CheckpointProof], checkpoints: [Checkpoint]) {
    var proofs: [CheckpointProof] = [], checkpoints: [Checkpoint] = []
    var rest = sequences.sorted()[...]
    while let sequence = rest.first {
      guard let checkpoint = try covering(sequence, in: db) else { break }
      var leaves: [[UInt8]] = [], places: [Int64: Int] = [:]
      let sql = "SELECT sequence, hash FROM journal WHERE sequence >= ? AND sequence <= ? ORDER BY sequence"
      try db.forEach(sql, [.integer(checkpoint.firstSequence), .integer(checkpoint.lastSequence)]) { row in
        places[row.integer(0)] = leaves.count
        leaves.append(Array(CheckpointProof.leaf(row.integer(0), row.text(1))))
        return true
      }
      while let next = rest.first, next <= checkpoint.lastSequence {
        if let index = places[next] {
          proofs.append(
            CheckpointProof(
              sequence: next, checkpoint: checkpoint.number, index: index, path: CheckpointProof.path(of: index, in: leaves[...])))
        }
        rest.removeFirst()
      }
      checkpoints.append(checkpoint)
    }
    return (proofs, checkpoints)
  }

  /// Numbers are without gaps and sequences grow with them: found in as many looks as the number has bits.
  private static func covering(_ sequence: Int64, in db: any SQLReader) throws -> Checkpoint? {
    guard let last = try latest(in: db), last.lastSequence >= sequence else { return nil }
    var (low, high) = (Int64(1), last.number)
    while low < high {
      let middle = (low + high) / 2
      let end = try db.first("SELECT last_sequence FROM checkpoint WHERE number = ?", [.integer(middle)]) { $0.integer(0) } ?? 0
      if end >= sequence { high = middle } else { low = middle + 1 }
    }
    return try page(after: low - 1, limit: 1, in: db).first
  }
}

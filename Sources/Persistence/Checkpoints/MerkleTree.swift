import Crypto

/// The root over a list of events, as RFC 6962 builds it: leaves and nodes are hashed with prefixes of their own, so
/// that a node cannot pass for a leaf.
///
/// - leaf: SHA-256(0x00 ‖ sequence, 8 bytes big-endian ‖ the 64 hex digits of the event's hash)
/// - node: SHA-256(0x01 ‖ left ‖ right)
///
/// The sequence is in the leaf, because an event's own hash leaves it out.
struct MerkleTree {
  /// Roots of full subtrees, the widest first.
  private var subtrees: [(root: SHA256Digest, width: Int)] = []
  private var input = HashInput(capacity: 80)
  private(set) var count = 0

  /// - Returns: the leaf.
  @discardableResult
  mutating func append(sequence: Int64, hash: UnsafeRawBufferPointer?) -> SHA256Digest {
    input.removeAll()
    input.append(0)
    withUnsafeBytes(of: sequence.bigEndian) { input.append($0) }
    if let hash { input.append(hash) }
    let leaf = input.digest
    subtrees.append((leaf, 1))
    count += 1
    while subtrees.count > 1, subtrees[subtrees.count - 1].width == subtrees[subtrees.count - 2].width { joinLast() }
    return leaf
  }

  /// 64 hex digits; the hash of nothing for no events.
  var root: String {
    var copy = self
    while copy.subtrees.count > 1 { copy.joinLast() }
    return Hex.text(copy.subtrees.first?.root ?? HashInput().digest)
  }

  mutating func removeAll() {
    subtrees.removeAll(keepingCapacity: true)
    count = 0
  }

  private mutating func joinLast() {
    let right = subtrees.removeLast()
    let left = subtrees.removeLast()
    input.removeAll()
    input.append(1)
    left.root.withUnsafeBytes { input.append($0) }
    right.root.withUnsafeBytes { input.append($0) }
    subtrees.append((input.digest, left.width + right.width))
  }
}

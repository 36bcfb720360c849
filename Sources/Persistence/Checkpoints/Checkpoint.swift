public import Crypto

/// A signed Merkle root over the events between two sequences, chained to the checkpoint before. What it covers can no
/// longer be changed, swapped or deleted unseen, not even by who can compute the chains anew.
public struct Checkpoint: Codable, Hashable, Sendable {
  /// Counted from 1 without gaps.
  public var number: Int64
  public var firstSequence: Int64
  public var lastSequence: Int64
  public var count: Int
  public var root: String
  /// The first 8 hex digits of each leaf, in order: they name the row that no longer fits.
  public var leaves: String
  /// Empty for the first.
  public var previousHash: String
  public var hash: String
  public var keyID: String
  /// Ed25519 over ``signedText``, 128 hex digits.
  public var signature: String
  /// UTC milliseconds.
  public var sealedAt: Int64

  public init(
    number: Int64, firstSequence: Int64, lastSequence: Int64, count: Int, root: String, leaves: String, previousHash: String, hash: String,
    keyID: String, signature: String, sealedAt: Int64
  ) {
    (self.number, self.firstSequence, self.lastSequence, self.count) = (number, firstSequence, lastSequence, count)
    (self.root, self.leaves, self.previousHash, self.hash) = (root, leaves, previousHash, hash)
    (self.keyID, self.signature, self.sealedAt) = (keyID, signature, sealedAt)
  }

  /// SHA-256 over `weibao checkpoint 1`, number, first and last sequence, count, root, leaves, previous hash, key id and
  /// sealing time, each as 8-byte big-endian length and its bytes; integers in decimal.
  public var computedHash: String {
    var input = HashInput(capacity: 512 + leaves.utf8.count)
    input.field("weibao checkpoint 1")
    input.field(number)
    input.field(firstSequence)
    input.field(lastSequence)
    input.field(Int64(count))
    input.field(root)
    input.field(leaves)
    input.field(previousHash)
    input.field(keyID)
    input.field(sealedAt)
    return Hex.text(input.digest)
  }

  /// What is signed: a signature made for anything else cannot be passed off as one of these.
  public var signedText: String { "weibao checkpoint 1\n\(hash)" }

  public func isSigned(by key: Curve25519.Signing.PublicKey) -> Bool {
    guard let signature = Hex.bytes(signature) else { return false }
    return key.isValidSignature(signature, for: Array(signedText.utf8))
  }
}

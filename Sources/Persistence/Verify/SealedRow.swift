import Crypto

/// A row in a checkpoint's range: what it takes to say which one does not fit.
struct SealedRow {
  let sequence: Int64
  /// The first 4 bytes of its leaf.
  let leaf: UInt32
  /// Its columns give its hash; if not, it has been named already.
  let isWhole: Bool

  static func prefix(_ leaf: SHA256Digest) -> UInt32 {
    leaf.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
  }

  /// What is missing, moved or added, by the leaves that the checkpoint keeps.
  static func differences(_ rows: [SealedRow], from checkpoint: Checkpoint) -> [Finding] {
    let leaves = checkpoint.leaves.utf8.count == checkpoint.count * 8 ? prefixes(checkpoint.leaves) : []
    var findings: [Finding] = []
    let width = checkpoint.lastSequence - checkpoint.firstSequence + 1
    let bySequence = Dictionary(rows.map { ($0.sequence, $0) }) { first, _ in first }
    if Int64(checkpoint.count) == width, leaves.count == checkpoint.count {
      // No number was skipped, so the leaf of each sequence is known.
      for (index, leaf) in leaves.enumerated() {
        let sequence = checkpoint.firstSequence + Int64(index)
        guard let row = bySequence[sequence] else {
          findings.append(Finding(.missing, sequence: sequence, table: "journal", "The sealed row \(sequence) was deleted."))
          continue
        }
        if row.leaf != leaf && row.isWhole { findings.append(moved(row)) }
      }
    } else {
      let sealed = Set(leaves)
      for row in rows where row.isWhole && row.sequence >= checkpoint.firstSequence && !sealed.contains(row.leaf) {
        findings.append(moved(row))
      }
    }
    for row in rows where row.sequence < checkpoint.firstSequence {
      let message = "The row \(row.sequence) was put in after its neighbours were sealed."
      findings.append(Finding(.added, sequence: row.sequence, table: "journal", message))
    }
    return findings
  }

  private static func moved(_ row: SealedRow) -> Finding {
    let message = "Another event was sealed as \(row.sequence): rows were swapped, or a chain was computed anew."
    return Finding(.moved, sequence: row.sequence, table: "journal", message)
  }

  private static func prefixes(_ hex: String) -> [UInt32] {
    guard let bytes = Hex.bytes(hex) else { return [] }
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
      bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}

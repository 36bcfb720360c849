/// One thing that is not as it was written.
public struct Finding: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A row's columns do not give its hash.
    case altered
    /// A version is missing in its stream, or is there twice.
    case gap
    /// A row does not name the hash of the row before it.
    case unlinked
    /// A row does not stand where it was sealed: swapped, renumbered, or its whole chain computed anew.
    case moved
    /// A sealed row is gone.
    case missing
    /// A row stands in a sealed range and was not sealed with it.
    case added
    /// A checkpoint is altered, missing, badly signed, or does not fit its rows.
    case checkpoint
    /// A person's value is altered, gone, or erased without a `forgotten` event.
    case personal
    /// A checkpoint that a witness saw is not here, or is another one.
    case witness
    /// A projection is not what the events make of it.
    case projection
    /// What was attached is not there, or is not what it was.
    case file
    /// The file itself is damaged.
    case damaged
  }

  public var kind: Kind
  public var stream: String?
  public var sequence: Int64?
  public var table: String?
  public var key: String?
  /// What is so, in one sentence.
  public var message: String

  public init(
    _ kind: Kind, stream: String? = nil, sequence: Int64? = nil, table: String? = nil, key: String? = nil, _ message: String
  ) {
    (self.kind, self.stream, self.sequence) = (kind, stream, sequence)
    (self.table, self.key, self.message) = (table, key, message)
  }

  static func damaged(_ engine: String, _ place: String) -> Finding {
    Finding(.damaged, "The file is damaged \(place) (\(engine)). Restore a backup; compare it with this report.")
  }
}

public struct VerifyReport: Codable, Hashable, Sendable {
  public var events = 0
  public var streams = 0
  public var checkpoints = 0
  public var personal = 0
  /// Events after the last checkpoint: not yet signed, which is no error.
  public var unsealed = 0
  /// What to give to a witness: number and hash of the newest checkpoint.
  public var head: WitnessHead?
  /// At most ``findingLimit``; `findingCount` counts them all.
  public var findings: [Finding] = []
  public var findingCount = 0

  public static let findingLimit = 1_000
  public var isGood: Bool { findingCount == 0 }

  public init() {}

  public mutating func add(_ finding: Finding) {
    findingCount += 1
    if findings.count < Self.findingLimit { findings.append(finding) }
  }

  /// What two passes found.
  mutating func merge(_ other: VerifyReport) {
    events += other.events
    streams += other.streams
    checkpoints += other.checkpoints
    personal += other.personal
    unsealed += other.unsealed
    head = head ?? other.head
    findingCount += other.findingCount
    findings.append(contentsOf: other.findings.prefix(Self.findingLimit - findings.count))
  }
}

/// A checkpoint's number and hash as somebody else keeps it: in a mail, on a printed report.
public struct WitnessHead: Codable, Hashable, Sendable, CustomStringConvertible {
  public var number: Int64
  public var hash: String

  public init(number: Int64, hash: String) { (self.number, self.hash) = (number, hash) }

  public var description: String { "\(number) \(hash)" }

  /// Lines `NUMBER HASH`; empty lines and lines with `#` are passed over.
  public static func parse(_ text: String) throws -> [WitnessHead] {
    var heads: [WitnessHead] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      guard words.count == 2, let number = Int64(words[0]), words[1].utf8.count == 64, Hex.bytes(words[1]) != nil else {
        throw WitnessError.notAHead(line: index + 1)
      }
      heads.append(WitnessHead(number: number, hash: String(words[1])))
    }
    return heads
  }
}

public enum WitnessError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAHead(line: Int)

  public var description: String {
    switch self {
    case .notAHead(let line): "Line \(line) of the witness file is not a checkpoint's number and 64 hex digits."
    }
  }
}

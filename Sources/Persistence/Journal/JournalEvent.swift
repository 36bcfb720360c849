/// One row of the journal, as stored. Times are UTC milliseconds; hashes 64 lower-case hex digits.
public struct JournalEvent: Hashable, Sendable {
  public var sequence: Int64
  public var stream: String
  /// Counted from 1 in its stream, without gaps.
  public var version: Int
  public var kind: String
  public var schema: Int
  /// JSON text, stored once and never encoded again.
  public var body: String
  public var actor: String
  public var behalf: String?
  public var device: String?
  public var occurred: Int64
  public var recorded: Int64
  /// Empty for a stream's first event.
  public var previousHash: String
  public var hash: String

  public init(
    sequence: Int64, stream: String, version: Int, kind: String, schema: Int, body: String, actor: String, behalf: String?,
    device: String?, occurred: Int64, recorded: Int64, previousHash: String, hash: String
  ) {
    (self.sequence, self.stream, self.version, self.kind, self.schema) = (sequence, stream, version, kind, schema)
    (self.body, self.actor, self.behalf, self.device) = (body, actor, behalf, device)
    (self.occurred, self.recorded, self.previousHash, self.hash) = (occurred, recorded, previousHash, hash)
  }
}

/// An event before it has a place in its stream.
public struct NewEvent: Hashable, Sendable {
  public var kind: String
  public var schema: Int
  public var body: String
  /// UTC milliseconds.
  public var occurred: Int64

  public init(kind: String, schema: Int, body: String, occurred: Int64) {
    (self.kind, self.schema, self.body, self.occurred) = (kind, schema, body, occurred)
  }
}

/// Who writes: `staff:ID`, `link:ID` or `system`, for whom, with which device.
public struct Author: Hashable, Sendable {
  public var actor: String
  public var behalf: String?
  public var device: String?

  public init(actor: String, behalf: String? = nil, device: String? = nil) {
    (self.actor, self.behalf, self.device) = (actor, behalf, device)
  }

  public static let system = Author(actor: "system")
}

/// A write that named a version somebody else has passed; or a stream that is not there.
public enum JournalError: Error, Hashable, Sendable {
  case changed(stream: String, expected: Int, actual: Int)
  case unknownStream(String)
}

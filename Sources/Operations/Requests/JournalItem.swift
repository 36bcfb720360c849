public import Domain

/// One event of a journal as the API shows it.
public struct JournalItem: Sendable, JSONWritable {
  public let position: Int64
  public let stream: String
  public let version: Int
  public let event: String
  public let schema: Int
  public let occurredAt, recordedAt: Instant
  public let actor: String
  public let behalf, device: String?
  /// The body upcast to today's schema; names of people in it are salted hashes. JSON text.
  public let data: String
  /// The body as stored.
  public let body: String
  public let previousHash, hash: String
  /// The name behind `actor`, for screens.
  public let actorName: String?
  /// Whether a user of the hospital did it, by sign-in or by link.
  public var isHospitals = false
  /// Who of the hospital gave a word, consented or rejected; for screens.
  public var personName: String?
  /// Names of the staff in the body by id: who was told, and to whom it was handed on (SLA-8); for screens.
  public var staffNames: [String: String] = [:]

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("position", position)
      json.field("stream", stream)
      json.field("version", version)
      json.field("event", event)
      json.field("schema", schema)
      json.field("occurredAt", occurredAt)
      json.field("recordedAt", recordedAt)
      json.field("actor", actor)
      json.field("actorName", actorName)
      json.field("behalf", behalf)
      json.field("device", device)
      json.field("data", raw: data)
      json.field("body", body)
      json.field("previousHash", previousHash)
      json.field("hash", hash)
    }
  }
}

public import Domain

/// Cases: report, step, list, read (INT-1..8).
public struct RequestOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// Takes a report as a new case (INT-4); the answer carries possible duplicates. `input` is checked by `Shapes.report`.
  public func report(_ input: Fields, _ call: Call) async throws -> Answer { fatalError("not built yet") }

  /// One step of a case; `input` is checked by `step.shape`, `reference` is id or number.
  public func take(_ step: RequestStep, _ input: Fields, on reference: String, _ call: Call) async throws -> Answer {
    fatalError("not built yet")
  }

  public func find(_ reference: String, by actor: Actor) async throws -> RequestView { fatalError("not built yet") }

  public func list(_ query: RequestQuery, by actor: Actor) async throws -> Page<RequestView> { fatalError("not built yet") }

  /// The case's journal, oldest first.
  public func journal(of reference: String, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<JournalItem> {
    fatalError("not built yet")
  }

  /// Everything that happened, in order of position (design.md, `GET /changes`).
  public func changes(after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<JournalItem> {
    fatalError("not built yet")
  }
}

/// Filters of `GET /requests`; nil leaves one out.
public struct RequestQuery: Sendable {
  public enum Sort: String, Sendable, CaseIterable {
    case due
    case newest = "-reportedAt"
    case number
  }
  /// `open` or one state.
  public var state: String?
  public var kind: RequestKind?
  public var urgency: Urgency?
  public var branch: String?
  public var customer: String?
  public var equipment: String?
  /// A staff id: cases with an open work order of this engineer.
  public var engineer: String?
  public var owner: String?
  public var sort = Sort.newest
  public var cursor: String?
  public var limit = 50

  public init() {}
}

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
  /// The body upcast to today's schema, personal hashes resolved for people who may see them; JSON text.
  public let data: String
  /// The body as stored.
  public let body: String
  public let previousHash, hash: String
  /// The name behind `actor`, for screens.
  public let actorName: String?

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

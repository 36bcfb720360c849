public import Domain
import FoundationEssentials
public import Persistence

/// Policies as streams: `policy/VERSION` holds `recorded` with the whole text, then `activated`, and `revised` where a newer table of holidays
/// came (``PolicyRevisions``).
public struct PolicyOperations: Sendable {
  /// The whole policy as it was decided: with the calendars it names and the table of holidays they follow, so that no later file and no later
  /// version of weibao moves a promise. Schema 1 had the text alone, and no calendars.
  struct Recorded: Codable {
    var text: String
    var calendars: [String: String]?
    var holidays: String?

    func policy() throws -> ServicePolicy {
      try ServicePolicy(yaml: text, holidays: try table()) { calendars?[$0] }
    }

    func table() throws -> HolidayTable { try holidays.map { try HolidayTable(parsing: $0) } ?? .none }
  }
  struct Activated: Codable { let from: Instant }
  /// The same text with another table of holidays, from now on wherever the policy holds. A version that was there before may come back.
  struct Revised: Codable { let version, holidays: String }

  let company: Company

  public init(_ company: Company) { self.company = company }

  /// Puts every journalled policy on the shelf; journals and activates the shipped one where there is none yet.
  ///
  /// - Parameter earliest: from when a first policy holds, and when it is recorded; the demo tells cases of the past.
  public func prepare(earliest: Instant? = nil) async throws {
    let company = company
    try await company.database.write { db in
      let activations = "SELECT 1 FROM journal WHERE stream > 'policy/' AND stream < 'policy0' AND kind = 'activated' LIMIT 1"
      let some = try db.first(activations, []) { _ in true } ?? false
      guard !some else { return }
      let now = try earliest ?? company.clock()
      let stream = "policy/\(ShippedPolicy.version)"
      let events = [
        try Self.event("recorded", Recorded(text: ShippedPolicy.yaml), schema: 1, at: now),
        try Self.event("activated", Activated(from: now), schema: 1, at: now),
      ]
      let stored = try Journal.append(events, to: stream, expecting: 0, by: .system, recorded: now.milliseconds, in: db)
      if let row = try PolicyProjector().row(stream: stream, events: stored) { try ProjectionWriter.upsert(row, in: db) }
    }
    try await load()
  }

  /// Reads the shelf from the policies' streams, not from their rows: those may have been changed behind the journal's back.
  ///
  /// - Parameter strict: false leaves out what does not fold; `verify` then says of each case that it does not.
  public func load(strict: Bool = true) async throws {
    let streams = try await company.database.read { try Journal.chunk(after: "policy/", before: "policy0", limit: .max, in: $0) }
    for events in streams {
      do {
        guard let content = try PolicyProjector().content(of: events) else { continue }
        company.policies.put(
          try content.policies(), current: content.revisions.last.map { ($0.version, $0.at) }, activations: content.activations)
      } catch {
        if strict { throw error }
      }
    }
  }

  static func event(_ kind: String, _ body: some Encodable, schema: Int, at now: Instant) throws -> NewEvent {
    NewEvent(kind: kind, schema: schema, body: String(decoding: try JSONEncoder().encode(body), as: UTF8.self), occurred: now.milliseconds)
  }
}

/// A policy version's row.
public struct PolicyProjector: Projector {
  public let streamKind = "policy"
  public let table = "policy"
  public let columns = ["id", "text", "active_from", "version"]

  public init() {}

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? {
    guard let content = try content(of: events) else { return nil }
    return ProjectedRow(
      table: table, columns: columns,
      values: [
        .text(id(of: stream)), .text(content.recorded.text), .optional(content.activations.last?.from.milliseconds), .int(events.count),
      ])
  }

  /// What a policy's stream says.
  struct Content {
    let recorded: PolicyOperations.Recorded
    /// From when it holds, in the order of the decisions.
    let activations: [PolicyActivation]
    /// Its revisions as they came; the last is what holds.
    let revisions: [Revision]

    struct Revision {
      let version, holidays: String
      let at: Instant
    }

    /// As it was recorded, then its revisions.
    func policies() throws -> [ServicePolicy] {
      let first = try recorded.policy()
      var all = [first]
      for next in revisions where !all.contains(where: { $0.version == next.version }) {
        all.append(try following(next.holidays).named(next.version))
      }
      return all
    }

    /// The same with another table of holidays.
    func following(_ holidays: String) throws -> ServicePolicy {
      var other = recorded
      other.holidays = holidays
      return try other.policy()
    }
  }

  func content(of events: [JournalEvent]) throws -> Content? {
    var recorded: PolicyOperations.Recorded?, activations: [PolicyActivation] = [], revisions: [Content.Revision] = []
    for event in events {
      switch event.kind {
      case "recorded": recorded = try JSONDecoder().decode(PolicyOperations.Recorded.self, from: Data(event.body.utf8))
      case "activated":
        let from = try JSONDecoder().decode(PolicyOperations.Activated.self, from: Data(event.body.utf8)).from
        activations.decide(PolicyActivation(from: from, decided: Instant(milliseconds: event.recorded)))
      case "revised":
        let body = try JSONDecoder().decode(PolicyOperations.Revised.self, from: Data(event.body.utf8))
        revisions.append(.init(version: body.version, holidays: body.holidays, at: Instant(milliseconds: event.recorded)))
      // ORG-6: who was told of a new hotline; the policy itself stays as it is.
      case "announced": break
      default: throw UnreadableEvent(kind: event.kind, schema: event.schema)
      }
    }
    return recorded.map { Content(recorded: $0, activations: activations, revisions: revisions) }
  }
}

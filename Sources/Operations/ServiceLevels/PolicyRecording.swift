public import Domain
import Persistence

/// Why a policy is not taken.
public enum PolicyRefusal: Refusal, Hashable {
  /// The version stands in the journal with other words.
  case exists(String)
  case unknown(String)
  /// It stands in the journal with the table of holidays of its day; the newer one says these years otherwise.
  case olderHolidays(String, years: String)
  /// From when it was to hold lies behind: what was promised was promised.
  case past
  /// It is what a policy became by a newer table of holidays, and holds where that policy does.
  case revision(String, of: String)

  public var code: String {
    switch self {
    case .exists: "policy.exists"
    case .unknown: "policy.unknown"
    case .olderHolidays: "policy.older-holidays"
    case .past: "policy.past"
    case .revision: "policy.revision"
    }
  }
  public var message: String {
    switch self {
    case .exists(let version): "Policy \(version) is recorded with other content, and stays as it is. Give the new one another version."
    case .unknown(let version): "There is no policy \(version). Import it first; `weibao policy list` names those there are."
    case .olderHolidays(let version, let years):
      "Policy \(version) is recorded with the table of holidays as it was then, and keeps it. The table now says otherwise for \(years): "
        + "`weibao calendar follow` lets it follow as a revision; or give the file another version."
    case .past: "A policy can hold from now on, or from a later moment; promises given stay as they are."
    case .revision(let version, let base): "\(version) is a revision of policy \(base), and holds where that does. Name \(base)."
    }
  }
  public var arguments: [String] {
    switch self {
    case .exists(let version), .unknown(let version): [version]
    case .olderHolidays(let version, let years): [version, years]
    case .past: []
    case .revision(let version, let base): [version, base]
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .exists, .olderHolidays, .revision: .conflict
    case .unknown: .missing
    case .past: .invalid
    }
  }
}

/// A policy version as it is listed.
public struct PolicyListing: Sendable, Hashable, JSONWritable {
  public let version: String
  /// What it has become by later tables of holidays; nil: it is as it was recorded.
  public let revision: String?
  public let recordedAt: Instant
  /// Since when it holds, or was in force last, or will be; nil where nobody activated it.
  public let from: Instant?
  /// When it holds again.
  public let next: Instant?
  public let isInForce: Bool
  public let targets: Int

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("version", version)
      json.field("revision", revision)
      json.field("recordedAt", recordedAt)
      json.field("from", from)
      json.field("next", next)
      json.field("inForce", isInForce)
      json.field("targets", targets)
    }
  }
}

extension PolicyOperations {
  /// Records a policy with the calendars it names and the newest table of holidays; nothing holds by it yet (SLA-9). The same once more
  /// changes nothing.
  ///
  /// - Parameter calendars: the texts of the files that stand under `calendars`, by path.
  /// - Returns: the policy; where it is recorded and has a revision that counts the same, that revision.
  /// - Throws: ``PolicyError`` with line and reason; ``PolicyRefusal``.
  public func record(_ text: String, calendars: [String: String], by actor: Actor) async throws -> ServicePolicy {
    let checked = try ServicePolicy(yaml: text) { calendars[$0] }
    let used = checked.calendars.count > 1
    let stream = "policy/\(checked.version)", company = company
    let policy = try await company.database.write { db -> ServicePolicy in
      try actor.require(.policyWrite)
      let table = try HolidayRevisions.table(in: db)
      let recorded = Recorded(text: text, calendars: used ? calendars : nil, holidays: used ? table.text : nil)
      let policy = try recorded.policy(), before = try Journal.events(of: stream, in: db)
      if let content = try PolicyProjector().content(of: before) {
        let stored = content.recorded
        guard stored.text == text, stored.calendars == recorded.calendars else { throw PolicyRefusal.exists(checked.version) }
        let current = content.revisions.last, holidays = current?.holidays ?? stored.holidays
        let held = try holidays.map(content.following) ?? policy
        guard held == policy else {
          let years = try HolidayTable(parsing: holidays ?? "").differingYears(from: table).map(String.init).joined(separator: ", ")
          throw PolicyRefusal.olderHolidays(checked.version, years: years)
        }
        return current.map { policy.named($0.version) } ?? policy
      }
      for other in try Self.contents(in: db) where other.policies.contains(where: { $0.version == checked.version }) {
        throw PolicyRefusal.revision(checked.version, of: other.policies[0].version)
      }
      let now = try company.clock()
      try policy.review(at: now)
      try Self.append([try Self.event("recorded", recorded, schema: 2, at: now)], to: stream, after: [], by: actor, at: now, in: db)
      return policy
    }
    try await load()
    return policy
  }

  /// What a policy names and the registers do not know, a sentence each: promises for them never count.
  public func strangers(in policy: ServicePolicy, by actor: Actor) async throws -> [String] {
    try actor.require(.requestRead)
    return try await company.database.read { db in
      try ["customer", "site"].flatMap { attribute in
        try policy.named(attribute).prefix(200).filter { id in
          try db.first("SELECT 1 FROM \(attribute) WHERE id = ?", [.text(id)]) { _ in true } == nil
        }.map { "There is no \(attribute) \($0); a promise for it never counts. `when` takes its id." }
      }
    }
  }

  /// From when on new cases are promised by it; those that are open keep theirs.
  ///
  /// - Throws: ``PolicyRefusal``.
  public func activate(_ version: String, from: Instant? = nil, by actor: Actor) async throws -> Instant {
    let stream = "policy/\(version)", company = company
    let start = try await company.database.write { db -> Instant in
      try actor.require(.policyWrite)
      let before = try Journal.events(of: stream, in: db)
      guard !before.isEmpty else {
        _ = try company.policies.whole(version)
        throw PolicyRefusal.unknown(version)
      }
      let now = try company.clock(), start = from ?? now
      guard now.milliseconds(since: start) <= 60_000 else { throw PolicyRefusal.past }
      let event = try Self.event("activated", Activated(from: start), schema: 1, at: now)
      try Self.append([event], to: stream, after: before, by: actor, at: now, in: db)
      return start
    }
    try await load()
    return start
  }

  /// In the order in which they came; what will hold is among them.
  public func list(by actor: Actor) async throws -> [PolicyListing] {
    try actor.require(.requestRead)
    let all = try await company.database.read { try Self.contents(in: $0) }
    let now = try company.clock(), inForce = company.policies.inForce(at: now).map { company.policies.base(of: $0.version) }
    return all.map { events, content, policies in
      let policy = policies[0], times = content.activations.map(\.from).sorted()
      let from = times.last { $0 <= now } ?? times.first
      return PolicyListing(
        version: policy.version, revision: content.revisions.last.flatMap { $0.version == policy.version ? nil : $0.version },
        recordedAt: Instant(milliseconds: events[0].recorded), from: from,
        next: times.first { $0 > now && $0 != from },
        isInForce: policy.version == inForce,
        targets: policy.targets.count)
    }.sorted { ($0.recordedAt, $0.version) < ($1.recordedAt, $1.version) }
  }

  /// The text of a policy in the journal.
  public func text(of version: String, by actor: Actor) async throws -> String {
    try actor.require(.requestRead)
    let stream = "policy/\(company.policies.base(of: version))"
    let events = try await company.database.read { try Journal.events(of: stream, in: $0) }
    guard let content = try PolicyProjector().content(of: events) else { throw PolicyRefusal.unknown(version) }
    return content.recorded.text
  }

  /// Every policy in the journal: as it was recorded, then its revisions.
  static func contents(
    in db: any SQLReader
  ) throws -> [(events: [JournalEvent], content: PolicyProjector.Content, policies: [ServicePolicy])] {
    try Journal.chunk(after: "policy/", before: "policy0", limit: .max, in: db).compactMap { events in
      try PolicyProjector().content(of: events).map { (events, $0, try $0.policies()) }
    }
  }

  static func append(
    _ events: [NewEvent], to stream: String, after before: [JournalEvent], by actor: Actor, at now: Instant, in db: any SQLWriter
  ) throws {
    let stored = try Journal.append(events, to: stream, expecting: before.count, by: actor.author, recorded: now.milliseconds, in: db)
    if let row = try PolicyProjector().row(stream: stream, events: before + stored) { try ProjectionWriter.upsert(row, in: db) }
  }
}

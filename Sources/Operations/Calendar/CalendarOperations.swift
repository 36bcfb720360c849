public import Domain
import Persistence

/// A year of the newest table, and from where it is known.
public struct HolidayYear: Sendable, Hashable, JSONWritable {
  public struct Source: Sendable, Hashable {
    public let revision: Int
    public let recordedAt: Instant
    public let actor: String
  }

  public let year: Int
  /// Days off, and weekend days that are worked.
  public let off, work: Int
  /// Nil: it came with this version of weibao.
  public let imported: Source?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("year", year)
      json.field("off", off)
      json.field("work", work)
      json.field("source", imported == nil ? "shipped" : "imported")
      json.field("revision", imported?.revision)
      json.field("recordedAt", imported?.recordedAt)
      json.field("actor", imported?.actor)
    }
  }
}

/// The table of public holidays and make-up days, and what was imported into it.
public struct CalendarOperations: Sendable {
  /// What an import came to.
  public struct Outcome: Sendable, Hashable {
    /// Nil where nothing was recorded: tried only, or all of it was known.
    public let revision: Int?
    /// Years that were not known before, that are said otherwise, and that stay as they are.
    public let new, changed, same: [Int]

    /// Its members, for an answer that has others beside.
    public func fields(to json: inout JSONWriter) {
      json.field("revision", revision)
      for (name, years) in [("new", new), ("changed", changed), ("same", same)] {
        json.array(name, years) { $0.raw(String($1)) }
      }
    }
  }

  /// More than a thousand years.
  public static let limit = 100_000
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// Records a table of one or more years; policies that are recorded from here on follow it, and ``PolicyRevisions`` lets those before it
  /// follow. The same once more changes nothing.
  ///
  /// - Throws: the first ``PolicyError`` with its line (``HolidayReading`` tells all); one for a table by which a policy's hours would close for
  ///   good.
  public func record(_ text: String, dryRun: Bool = false, by actor: Actor) async throws -> Outcome {
    guard text.utf8.count <= Self.limit else { throw PolicyError.tooLarge(limit: Self.limit) }
    let reading = HolidayReading(text, whole: true), company = company
    if let problem = reading.problems.first { throw problem }
    return try await company.database.write { db in
      try actor.require(.policyWrite)
      let revisions = try HolidayRevisions.all(in: db)
      let before = revisions.reduce(HolidayTable.china) { $0.replacing(yearsOf: $1.table) }, years = reading.table.years
      let now = try company.clock()
      try PolicyRevisions.check(before.replacing(yearsOf: reading.table), at: now, in: db)
      let new = years.subtracting(before.years).sorted()
      let changed = before.differingYears(from: before.replacing(yearsOf: reading.table)).filter { before.years.contains($0) }
      let same = years.subtracting(new).subtracting(changed).sorted()
      guard !dryRun, !new.isEmpty || !changed.isEmpty else { return Outcome(revision: nil, new: new, changed: changed, same: same) }
      let event = try PolicyOperations.event("recorded", HolidayRevisions.Recorded(text: text), schema: 1, at: now)
      _ = try Journal.append(
        [event], to: HolidayRevisions.stream, expecting: revisions.count, by: actor.author, recorded: now.milliseconds, in: db)
      return Outcome(revision: revisions.count + 1, new: new, changed: changed, same: same)
    }
  }

  /// The newest table known: a policy that is recorded now follows it.
  public func table() async throws -> HolidayTable { try await company.database.read { try HolidayRevisions.table(in: $0) } }

  /// The years of the newest table, each with its source.
  public func years(by actor: Actor) async throws -> [HolidayYear] {
    try actor.require(.requestRead)
    let revisions = try await company.database.read { try HolidayRevisions.all(in: $0) }
    let table = revisions.reduce(HolidayTable.china) { $0.replacing(yearsOf: $1.table) }
    return table.years.sorted().map { year in
      let own = table.only([year])
      let source = revisions.last { $0.table.years.contains(year) }
      return HolidayYear(
        year: year, off: own.off.count, work: own.makeup.count,
        imported: source.map { .init(revision: $0.number, recordedAt: $0.recordedAt, actor: $0.actor) })
    }
  }
}

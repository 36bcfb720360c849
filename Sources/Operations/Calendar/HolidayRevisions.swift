import Domain
import FoundationEssentials
import Persistence

/// The tables of holidays that were imported after the shipped one, as revisions of one stream (SLA-7). No projection: it is read where a
/// policy is recorded, and a recorded policy has its own table, frozen.
enum HolidayRevisions {
  static let stream = "calendar/china"

  /// Schema 1. The text as it was imported; its years take the place of those before.
  struct Recorded: Codable { let text: String }

  struct Revision {
    let number: Int
    let recordedAt: Instant
    let actor: String
    let table: HolidayTable
  }

  static func all(in db: any SQLReader) throws -> [Revision] {
    try Journal.events(of: stream, in: db).map { event in
      guard event.kind == "recorded" else { throw UnreadableEvent(kind: event.kind, schema: event.schema) }
      let body = try JSONDecoder().decode(Recorded.self, from: Data(event.body.utf8))
      return Revision(
        number: event.version, recordedAt: Instant(milliseconds: event.recorded), actor: event.actor,
        table: try HolidayTable(parsing: body.text))
    }
  }

  /// The newest table known: the shipped one with what was imported in place of its years.
  static func table(in db: any SQLReader) throws -> HolidayTable {
    try all(in: db).reduce(.china) { $0.replacing(yearsOf: $1.table) }
  }
}

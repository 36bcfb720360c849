import Domain
import Persistence

extension RegisterOperations {
  /// What was written of a record, oldest first: its own stream and those of the records that were merged into it, in the order of
  /// the journal. It explains a merge: who said so, when, why, and what differed.
  ///
  /// Names and phone numbers of people stand in it as salted hashes only.
  public func history(_ register: Register, of id: String, after cursor: String?, limit: Int, by actor: Actor) async throws -> Page<
    JournalItem
  > {
    // Who wrote what in the company is not for outsiders.
    guard try actor.require(.registerRead) == .all else { throw AccessError.notAllowed(.registerRead) }
    let from = try cursor.map { try Cursor.number($0).key } ?? 0
    let description = register.description
    return try await company.database.read { db in
      guard try Journal.head(of: description.stream(id), in: db) != nil else { throw AccessError.notFound(description.streamKind) }
      let ids = [id] + (description.isMergeable ? try Family.absorbed(by: id, register, in: db) : [])
      var events: [JournalEvent] = []
      // Each stream in its own order: versions and positions grow together.
      for id in ids { events += try Journal.page(ofStream: description.stream(id), afterPosition: from, limit: limit + 1, in: db) }
      events.sort { $0.sequence < $1.sequence }
      let items = try JournalItems.items(events.prefix(limit), in: db)
      return Page(items: items, next: events.count > limit ? items.last.map { Cursor(key: String($0.position), id: "").text } : nil)
    }
  }
}

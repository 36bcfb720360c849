public import Domain
import Persistence

/// One line of the access log: who did what, when, from where.
public struct AccessEntry: Sendable, Hashable, JSONWritable {
  public let at: Instant
  public let event, actor, what: String
  public let address: String?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("at", at)
      json.field("event", event)
      json.field("actor", actor)
      json.field("what", what)
      json.field("address", address)
    }
  }
}

extension AccountOperations {
  /// The newest entries of the access log, newest first.
  public func accessLog(limit: Int, by actor: Actor) async throws -> [AccessEntry] {
    try actor.require(.accountManage)
    return try await company.database.read { db in
      try db.rows("SELECT at, event, actor, what, address FROM access_log ORDER BY at DESC, id DESC LIMIT ?", [.int(limit)]) { row in
        AccessEntry(
          at: Instant(milliseconds: row.integer(0)), event: row.text(1), actor: row.text(2), what: row.text(3),
          address: row.optionalText(4))
      }
    }
  }
}

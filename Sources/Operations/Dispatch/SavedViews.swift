public import Domain
import Persistence

/// A person's own tab on the board.
public struct SavedView: Sendable, Hashable {
  public let id, name: String
  public let filter: BoardFilter

  public init(id: String, name: String, filter: BoardFilter) { (self.id, self.name, self.filter) = (id, name, filter) }
}

extension DispatchOperations {
  /// As many tabs as fit on a screen.
  public static let views = 8
  public static let viewShape = Shape("SavedViewInput", [Field("name", .text(max: 20), required: true)])

  public func views(by actor: Actor) async throws -> [SavedView] {
    try actor.require(.requestDispatch)
    return try await company.database.read { db in
      try db.rows(
        "SELECT id, name, filter FROM saved_view WHERE owner = ? ORDER BY created, id LIMIT ?",
        [.text(actor.author.actor), .int(Self.views)]
      ) { row in BoardFilter(row.text(2)).map { SavedView(id: row.text(0), name: row.text(1), filter: $0) } }.compactMap { $0 }
    }
  }

  /// Keeps what is on the screen under a name; the same name again means the new filter.
  ///
  /// - Throws: ``SavedViewRefusal/tooMany``.
  public func save(_ name: String, _ filter: BoardFilter, by actor: Actor) async throws {
    try actor.require(.requestDispatch)
    let (now, owner) = (try company.clock(), actor.author.actor)
    let id: ID<SavedView> = company.chance.newID(at: now)
    try await company.database.write { db in
      let changed = try db.execute(
        "UPDATE saved_view SET filter = ? WHERE owner = ? AND name = ?", [.text(filter.text), .text(owner), .text(name)])
      guard changed == 0 else { return }
      let count = try db.first("SELECT COUNT(*) FROM saved_view WHERE owner = ?", [.text(owner)]) { $0.int(0) } ?? 0
      guard count < Self.views else { throw SavedViewRefusal.tooMany }
      try db.execute(
        "INSERT INTO saved_view (id, owner, name, filter, created) VALUES (?, ?, ?, ?, ?)",
        [.text(id.text), .text(owner), .text(name), .text(filter.text), .integer(now.milliseconds)])
    }
  }

  /// One's own; another's is not there.
  public func remove(view id: String, by actor: Actor) async throws {
    try actor.require(.requestDispatch)
    try await company.database.write { db in
      let removed = try db.execute("DELETE FROM saved_view WHERE id = ? AND owner = ?", [.text(id), .text(actor.author.actor)])
      guard removed > 0 else { throw AccessError.notFound("view") }
    }
  }
}

public enum SavedViewRefusal: Refusal, Hashable {
  case tooMany

  public var code: String { "view.too-many" }
  public var message: String { "You have \(DispatchOperations.views) views. Remove one first." }
  public var arguments: [String] { [String(DispatchOperations.views)] }
  public var category: RefusalCategory { .conflict }
}

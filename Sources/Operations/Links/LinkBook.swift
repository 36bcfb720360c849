import Domain
import Persistence

/// Opens links by their secret.
struct LinkBook: Sendable {
  let company: Company

  /// A valid link by its token, from outside any transaction; marks that it is in use, at most once an hour.
  func open(_ token: String, _ kind: LinkKind) async throws -> OpenedLink {
    let link = try await company.database.read { db in try OpenedLink.find(token, kind, in: db) }
    let now = try company.clock().milliseconds
    if link.usedAt.map({ now - $0 >= 3_600_000 }) ?? true {
      // Only told to the office; a page is shown also when it cannot be written.
      _ = try? await company.database.write { db in
        try db.execute("UPDATE link SET used_at = ? WHERE id = ?", [.integer(now), .text(link.id)])
      }
    }
    return link
  }
}

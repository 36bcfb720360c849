import Domain
import Persistence

/// A link that somebody holds and that is valid at this moment.
struct OpenedLink: Sendable {
  let id, subject: String
  let kind: LinkKind
  let usedAt: Int64?

  /// Whoever holds the link. The role is the narrowest there is and of no customer; besides, `Actor.require` lets no link pass at all: what
  /// a link may do is written out in `Links`, and nowhere else.
  var actor: Actor { Actor(identity: .link(id), name: "", role: .hospital) }

  /// - Throws: ``LinkRefusal/closed``, whatever the reason.
  static func find(_ token: String, _ kind: LinkKind, in db: any SQLReader) throws -> OpenedLink {
    guard let token = LinkToken.plain(token) else { throw LinkRefusal.closed }
    let found = try db.first(
      "SELECT id, subject, used_at FROM link WHERE token = ? AND kind = ? AND revoked_at IS NULL", [.text(token), .text(kind.rawValue)]
    ) { OpenedLink(id: $0.text(0), subject: $0.text(1), kind: kind, usedAt: $0.optionalInteger(2)) }
    guard let found else { throw LinkRefusal.closed }
    return found
  }

  /// Asked again in the transaction of a change: it may have been revoked since.
  func requireValid(in db: any SQLReader) throws {
    let valid = try db.first("SELECT 1 FROM link WHERE id = ? AND revoked_at IS NULL", [.text(id)]) { _ in true }
    guard valid != nil else { throw LinkRefusal.closed }
  }
}

public import Domain
public import Persistence

/// What a link opens without a sign-in, and nothing beside it: one machine, one case, one colleague's badge, one screen, one calendar.
public enum LinkKind: String, CaseIterable, Sendable, Hashable {
  /// On the machine: its public facts, and reporting a fault (INT-1).
  case label
  /// Of one case: its public story, and the customer's word (INT-5, FLT-3, REM-2).
  case request = "case"
  /// On a badge: whether it is valid today (ORG-4).
  case badge
  /// A screen on the wall: what the centre sees at a glance (INT-6).
  case wall
  /// An engineer's visits, for the own calendar.
  case visits

  /// Who may make and revoke it.
  var action: Action {
    switch self {
    case .label: .linkLabel
    case .request: .linkCase
    case .badge: .linkBadge
    case .wall: .linkWall
    case .visits: .workOrderStep
    }
  }
}

/// A link as the office sees it.
public struct LinkView: Sendable, Hashable {
  public let id: String
  public let kind: LinkKind
  /// The id of the machine, case or colleague.
  public let subject: String
  /// The secret in its address.
  public let token: String
  public let createdAt: Instant
  /// `staff:ID`, or `link:ID` of the label by whose report it was made.
  public let createdBy: String
  public let usedAt, revokedAt: Instant?
}

/// The secret of a link: 128 random bits in Crockford's base32, so that it can be read out and typed.
public enum LinkToken {
  public static let length = 26
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  static func make(_ chance: Chance) -> String {
    let bytes = chance.bytes(16)
    var text: [UInt8] = [], bits = 0, held = 0
    for byte in bytes {
      (held, bits) = (held << 8 | Int(byte), bits + 8)
      while bits >= 5 {
        bits -= 5
        text.append(digits[held >> bits & 31])
      }
      held &= (1 << bits) - 1
    }
    text.append(digits[held << (5 - bits) & 31])
    return String(decoding: text, as: UTF8.self)
  }

  /// As it is kept: typed in capitals is the same. Nil where it cannot be one, which asks no database.
  static func plain(_ text: String) -> String? {
    guard text.utf8.count == length else { return nil }
    let plain = text.lowercased()
    return plain.utf8.allSatisfy(digits.contains) ? plain : nil
  }
}

extension Migration {
  /// Links for people outside. Operational: a link is no fact about a case, and names nobody. Merged: it never changes.
  public static let links = Migration(
    "0025-links", tables: ["link": .operational],
    """
    CREATE TABLE link (
      id TEXT NOT NULL PRIMARY KEY,
      token TEXT NOT NULL, -- readable: a label is printed again (Docs/SECURITY.md)
      kind TEXT NOT NULL,
      subject TEXT NOT NULL, -- id of the machine, the case, the colleague
      created_at BIGINT NOT NULL, -- UTC milliseconds
      created_by TEXT NOT NULL, -- staff:ID, link:ID
      used_at BIGINT, -- to the hour
      revoked_at BIGINT,
      revoked_by TEXT
    )
    """,
    "CREATE UNIQUE INDEX link_token ON link (token)",
    "CREATE INDEX link_subject ON link (kind, subject, id)")
}

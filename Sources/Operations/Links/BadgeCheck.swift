public import Domain
import Persistence

/// What the code of a badge says (ORG-4): the answer first.
public struct BadgeCheck: Sendable, Hashable {
  public struct Certificate: Sendable, Hashable {
    public let name: String
    public let expires: CivilDate
    public let isValid: Bool
  }

  /// Works here today, with a certificate that holds where there are any.
  public let isValid: Bool
  public let name: String
  public let badgeNumber: String?
  /// The branch, or the partner's firm.
  public let home: String?
  public let skills: [String]
  public let certificates: [Certificate]

  /// A list of texts as a register's row keeps it.
  static func texts(_ json: String?) -> [String] {
    (json.flatMap { try? JSONValue(parsing: $0) }?.array ?? []).compactMap(\.text)
  }

  static func find(_ staff: String, today: CivilDate, in db: any SQLReader) throws -> BadgeCheck? {
    try db.first("\(select) WHERE s.id = ?", [.text(staff)]) { read($0, today: today) }
  }

  /// Those of a sheet of badges: 200 at most, by one query.
  static func engineers(today: CivilDate, in db: any SQLReader) throws -> [(staff: String, check: BadgeCheck)] {
    try db.rows("\(select) WHERE s.role = ? AND s.archived = 0 ORDER BY s.id LIMIT 200", [.text(Role.engineer.rawValue)]) {
      ($0.text(8), read($0, today: today))
    }
  }

  private static let select = """
    SELECT p.value, s.badge_number, s.role, s.archived, b.name, s.partner, s.skills, s.certificates, s.id
    FROM staff s LEFT JOIN personal p ON p.hash = s.name LEFT JOIN branch b ON b.id = s.branch
    """

  private static func read(_ row: borrowing SQLRow, today: CivilDate) -> BadgeCheck {
    let list = row.optionalText(7).flatMap { try? JSONValue(parsing: $0) }?.array ?? []
    let certificates = list.compactMap { item -> Certificate? in
      guard let name = item["name"]?.text, let expires = item["expires"]?.text.flatMap({ CivilDate(parsing: $0) }) else { return nil }
      return Certificate(name: name, expires: expires, isValid: expires >= today)
    }
    let works = !row.bool(3) && row.text(2) != Role.hospital.rawValue
    return BadgeCheck(
      isValid: works && (certificates.isEmpty || certificates.contains(where: \.isValid)), name: row.optionalText(0) ?? "",
      badgeNumber: row.optionalText(1), home: row.optionalText(5) ?? row.optionalText(4), skills: texts(row.optionalText(6)),
      certificates: certificates)
  }
}

/// The engineer of a case, checked at the door.
public struct DoorCheck: Sendable, Hashable {
  public let badge: BadgeCheck
  /// Sent for this very case, and not back yet.
  public let isForThisCase: Bool

  public init(badge: BadgeCheck, isForThisCase: Bool) { (self.badge, self.isForThisCase) = (badge, isForThisCase) }
}

extension LinkOperations {
  /// - Parameter today: the company's day.
  /// - Throws: ``LinkRefusal/closed`` for an unknown code, and for one that was revoked.
  public func badge(_ token: String, today: CivilDate) async throws -> BadgeCheck {
    let link = try await open(token, .badge)
    return try await company.database.read { db in
      guard let found = try BadgeCheck.find(link.subject, today: today, in: db) else { throw LinkRefusal.closed }
      return found
    }
  }

  /// Whoever is sent for a case. Empty while nobody is.
  public func door(_ token: String, today: CivilDate) async throws -> [DoorCheck] {
    let link = try await open(token, .request)
    return try await company.database.read { db in
      let request = try CaseFile.load(link.subject, in: db).request
      guard request.state.isOpen else { return [] }
      return try request.openWorkOrders.compactMap { request.workOrders[$0]?.dispatched?.engineer }.compactMap {
        try BadgeCheck.find($0.text, today: today, in: db).map { DoorCheck(badge: $0, isForThisCase: true) }
      }
    }
  }
}

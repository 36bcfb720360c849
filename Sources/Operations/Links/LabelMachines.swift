public import Domain
import Persistence

/// A machine that can be given a label, and the label it has.
public struct LabelledMachine: Sendable, Hashable {
  public let machine: MachineFacts
  public let label: LinkView?
}

extension LinkOperations {
  /// A customer's machines in use, with their valid labels: one query, in order of site and serial number.
  ///
  /// - Parameter machine: this one alone, whoever's it is.
  public func machines(of customer: String?, or machine: String? = nil, by actor: Actor) async throws -> [LabelledMachine] {
    try actor.require(.linkLabel)
    try actor.require(.registerRead)
    return try await company.database.read { db in
      let those: OneOf
      if let machine {
        those = OneOf("e.id", [machine])
      } else {
        those = OneOf("e.customer", try Family.members(of: customer ?? "", .customers, in: db))
      }
      return try db.rows("\(Self.labelledMachines) WHERE \(those.condition) \(Self.labelledEnd)", those.values) { row in
        LabelledMachine(
          machine: MachineFacts(
            id: row.text(0), serialNumber: row.text(1), model: row.text(2), category: row.text(3), customer: row.optionalText(4),
            site: row.optionalText(5), department: row.optionalText(6)),
          label: row.optionalText(7).map { id in
            LinkView(
              id: id, kind: .label, subject: row.text(0), token: row.text(8), createdAt: Instant(milliseconds: row.integer(9)),
              createdBy: row.text(10), usedAt: row.optionalInteger(11).map { Instant(milliseconds: $0) }, revokedAt: nil)
          })
      }
    }
  }

  static let labelledMachines = """
    SELECT e.id, e.serial_number, m.name, m.category, c.name, s.name, d.name, l.id, l.token, l.created_at, l.created_by, l.used_at
    FROM equipment e LEFT JOIN model m ON m.id = e.model LEFT JOIN customer c ON c.id = e.customer LEFT JOIN site s ON s.id = e.site
    LEFT JOIN department d ON d.id = e.department
    LEFT JOIN link l ON l.kind = 'label' AND l.subject = e.id AND l.revoked_at IS NULL
    """
  static let labelledEnd = "AND e.archived = 0 AND e.state IN ('in-use', 'stopped') ORDER BY e.id LIMIT 200"

  /// Engineers with the codes of their badges; made where there is none.
  public func badges(today: CivilDate, by actor: Actor) async throws -> [(link: LinkView, badge: BadgeCheck)] {
    try actor.require(.linkBadge)
    let people = try await company.database.read { db in
      try db.rows("SELECT id FROM staff WHERE role = ? AND archived = 0 ORDER BY id LIMIT 200", [.text(Role.engineer.rawValue)]) {
        $0.text(0)
      }
    }
    var list: [(link: LinkView, badge: BadgeCheck)] = []
    for person in people {
      let link = try await badge(of: person, by: actor)
      guard let found = try await company.database.read({ db in try BadgeCheck.find(person, today: today, in: db) }) else { continue }
      list.append((link, found))
    }
    return list
  }
}

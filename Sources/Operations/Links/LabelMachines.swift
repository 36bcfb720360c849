public import Domain
import Persistence

/// A machine that can be given a label, and the label it has.
public struct LabelledMachine: Sendable, Hashable {
  public let machine: MachineFacts
  public let label: LinkView?
}

extension LinkOperations {
  /// Machines on one page of labels.
  static let machinesOnPage = 200

  /// A customer's machines in use, with their valid labels, by one query.
  ///
  /// - Parameters:
  ///   - machine: this one alone, whoever's it is.
  ///   - cursor: the last machine of the page before.
  public func machines(
    of customer: String?, or machine: String? = nil, after cursor: String? = nil, by actor: Actor
  ) async throws -> Page<LabelledMachine> {
    try actor.require(.linkLabel)
    try actor.require(.registerRead)
    return try await company.database.read { db in
      let those: OneOf
      if let machine {
        those = OneOf("e.id", [machine])
      } else {
        those = OneOf("e.customer", try Family.members(of: customer ?? "", .customers, in: db))
      }
      let values = those.values + [.text(cursor ?? ""), .int(Self.machinesOnPage + 1)]
      var found = try db.rows("\(Self.labelledMachines) WHERE \(those.condition) \(Self.labelledEnd)", values) { row in
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
      let isMore = found.count > Self.machinesOnPage
      if isMore { found.removeLast() }
      return Page(items: found, next: isMore ? found.last?.machine.id : nil)
    }
  }

  static let labelledMachines = """
    SELECT e.id, e.serial_number, m.name, m.category, c.name, s.name, d.name, l.id, l.token, l.created_at, l.created_by, l.used_at
    FROM equipment e LEFT JOIN model m ON m.id = e.model LEFT JOIN customer c ON c.id = e.customer LEFT JOIN site s ON s.id = e.site
    LEFT JOIN department d ON d.id = e.department
    LEFT JOIN link l ON l.kind = 'label' AND l.subject = e.id AND l.revoked_at IS NULL
    """
  static let labelledEnd = "AND e.archived = 0 AND e.state IN ('in-use', 'stopped') AND e.id > ? ORDER BY e.id LIMIT ?"

  /// Whose badges there are, for choosing one.
  public func bearers(today: CivilDate, by actor: Actor) async throws -> [(staff: String, badge: BadgeCheck)] {
    try actor.require(.linkBadge)
    return try await company.database.read { db in try BadgeCheck.engineers(today: today, in: db).map { ($0.staff, $0.check) } }
  }

  /// Engineers with the codes of their badges; made where there is none.
  public func badges(today: CivilDate, by actor: Actor) async throws -> [(link: LinkView, badge: BadgeCheck)] {
    try actor.require(.linkBadge)
    let (checks, valid) = try await company.database.read { db in
      let checks = try BadgeCheck.engineers(today: today, in: db)
      let links = checks.isEmpty ? [] : try Self.valid(.badge, checks.map(\.staff), in: db)
      return (checks, Dictionary(links.map { ($0.subject, $0) }) { first, _ in first })
    }
    var list: [(link: LinkView, badge: BadgeCheck)] = []
    for (person, check) in checks {
      // Made for the few that are new here; the others are known.
      if let known = valid[person] { list.append((known, check)) } else { list.append((try await badge(of: person, by: actor), check)) }
    }
    return list
  }

  /// Those not revoked, newest first, by one query.
  private static func valid(_ kind: LinkKind, _ subjects: [String], in db: any SQLReader) throws -> [LinkView] {
    let those = OneOf("subject", subjects)
    return try db.rows(
      "SELECT \(columns) FROM link WHERE kind = ? AND \(those.condition) AND revoked_at IS NULL ORDER BY id DESC",
      [.text(kind.rawValue)] + those.values, view)
  }
}

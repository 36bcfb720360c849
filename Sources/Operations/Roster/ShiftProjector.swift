import Domain
import FoundationEssentials
public import Persistence

/// A shift's row, made from `shift/ID`: `planned`, then perhaps `removed`.
public struct ShiftProjector: Projector {
  public let streamKind = "shift"
  public let table = "shift"
  public let columns = ["id", "staff_id", "role", "branch_id", "from_at", "to_at", "removed", "version"]

  /// The body of `planned`; instants as texts, as in every body.
  struct Planned: Codable, Hashable {
    var staff, role: String
    var branch: String?
    var from, to: Instant
  }

  public init() {}

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? {
    var planned: Planned?, isRemoved = false
    for event in events {
      switch event.kind {
      case "planned": planned = try JSONDecoder().decode(Planned.self, from: Data(event.body.utf8))
      case "removed": isRemoved = true
      default: throw UnreadableEvent(kind: event.kind, schema: event.schema)
      }
    }
    guard let planned else { return nil }
    return ProjectedRow(
      table: table, columns: columns,
      values: [
        .text(id(of: stream)), .text(planned.staff), .text(planned.role), .optional(planned.branch), .integer(planned.from.milliseconds),
        .integer(planned.to.milliseconds), .bool(isRemoved), .int(events.count),
      ])
  }
}

enum Shifts {
  /// Who of a role is on duty for a branch, the branch's own first.
  static func onDuty(_ role: Role, of branch: String?, at now: Instant, in db: any SQLReader) throws -> [StaffID] {
    try db.rows(onDutySQL(ofBranch: branch != nil), onDutyValues(role, branch, now)) { StaffID($0.text(0)) }.distinct()
  }

  /// Index shift_duty: a shift that goes on now ends within the longest there is, so those of last year are not read, nor those of next month.
  static func onDutySQL(ofBranch: Bool) -> String {
    """
    SELECT s.staff_id FROM shift s JOIN staff p ON p.id = s.staff_id
    WHERE s.removed = 0 AND s.role = ? AND s.to_at > ? AND s.to_at <= ? AND s.from_at <= ? AND p.archived = 0
      AND \(ofBranch ? "(s.branch_id = ? OR s.branch_id IS NULL)" : "1 = 1")
    ORDER BY s.branch_id IS NULL, s.from_at, s.id LIMIT \(Addressees.most)
    """
  }

  static func onDutyValues(_ role: Role, _ branch: String?, _ now: Instant) -> [SQLValue] {
    [.text(role.rawValue), .integer(now.milliseconds), .integer(now.milliseconds + Shift.longest), .integer(now.milliseconds)]
      + (branch.map { [.text($0)] } ?? [])
  }
}

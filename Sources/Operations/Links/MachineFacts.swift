import Domain
import Persistence

/// What may be known of a machine by whoever stands before it: what its plate and its door say.
public struct MachineFacts: Sendable, Hashable {
  public let id, serialNumber, model, category: String
  public let customer, site, department: String?

  /// The machine in use under this id, of merged records the one that goes on. Nil where it is retired, ours, archived or unknown.
  static func find(_ id: String, in db: any SQLReader) throws -> MachineFacts? {
    try db.first(
      """
      SELECT e.id, e.serial_number, m.name, m.category, c.name, s.name, d.name
      FROM equipment told JOIN equipment e ON e.id = COALESCE(told.merged_into, told.id)
      LEFT JOIN model m ON m.id = e.model LEFT JOIN customer c ON c.id = e.customer LEFT JOIN site s ON s.id = e.site
      LEFT JOIN department d ON d.id = e.department
      WHERE told.id = ? AND e.archived = 0 AND e.state IN ('in-use', 'stopped')
      """, [.text(id)]
    ) { row in
      MachineFacts(
        id: row.text(0), serialNumber: row.text(1), model: row.text(2), category: row.text(3), customer: row.optionalText(4),
        site: row.optionalText(5), department: row.optionalText(6))
    }
  }
}

/// A label ready to be printed.
public struct MachineLabel: Sendable, Hashable {
  public let link: LinkView
  public let machine: MachineFacts
}

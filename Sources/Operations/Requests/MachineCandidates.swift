import Domain
import Persistence

/// The machines in use that somebody may mean. A serial number is unique within a model only, so two models may share one; and a
/// mistyped number answers with the machine that its record was merged into.
struct MachineCandidates {
  struct Candidate: Sendable {
    let machine: RegisterFacts.Machine
    let model, customer: String?
  }

  /// More than these nobody reads through.
  static let shown = 5
  private(set) var all: [Candidate]

  /// - Parameters:
  ///   - column: of `told`, the record that was named.
  ///   - customer: whose machines; nil: everybody's.
  init(_ column: String, _ value: String, of customer: CustomerID? = nil, in db: any SQLReader) throws {
    let own = customer == nil ? "" : " AND c.id = ?"
    let sql = """
      SELECT e.id, c.id, COALESCE(s.merged_into, s.id), m.class, m.name, c.name, told.merged_into, e.contract
      FROM equipment told JOIN equipment e ON e.id = COALESCE(told.merged_into, told.id) LEFT JOIN model m ON m.id = e.model
      LEFT JOIN customer owner ON owner.id = e.customer LEFT JOIN customer c ON c.id = COALESCE(owner.merged_into, owner.id)
      LEFT JOIN site s ON s.id = e.site
      WHERE \(column) = ? AND e.archived = 0\(own) ORDER BY e.id LIMIT 40
      """
    let rows = try db.rows(sql, [.text(value)] + (customer.map { [.text($0.text)] } ?? [])) { row in
      let machine = RegisterFacts.Machine(
        id: EquipmentID(row.text(0)), customer: row.optionalText(1).map { CustomerID($0) }, site: row.optionalText(2).map { SiteID($0) },
        modelClass: row.optionalText(3), contract: row.optionalText(7))
      return (
        candidate: Candidate(machine: machine, model: row.optionalText(4), customer: row.optionalText(5)),
        isMerged: row.optionalText(6) != nil
      )
    }
    // A machine that has this number today comes before one that was once entered under it.
    let named = rows.filter { !$0.isMerged }
    all = (named.isEmpty ? rows : named).map(\.candidate).reduce(into: []) { found, one in
      if !found.contains(where: { $0.machine.id == one.machine.id }) { found.append(one) }
    }
  }

  /// The one there is; nil where there is none.
  ///
  /// - Throws: ``InputRefusal`` with what it may be, and how to say which.
  func only(_ field: String, by actor: Actor) throws(InputRefusal) -> RegisterFacts.Machine? {
    guard all.count > 1 else { return all.first?.machine }
    // A firm of outside engineers learns of no hospital but those it works for (ORG-3).
    let seesCustomers = Permissions.scope(of: .registerRead, for: actor.role) != nil
    let list = all.prefix(Self.shown).map { one in
      "\([one.model ?? "", seesCustomers ? one.customer ?? "" : ""].filter { !$0.isEmpty }.joined(separator: " · ")): \(one.machine.id)"
    }
    let more = all.count > Self.shown ? " …" : ""
    let text = list.joined(separator: "; ") + more
    throw .invalid([
      FieldProblem(
        field: field,
        message: "Several machines have this serial number: \(text). Ask for the model, and give the machine's id as equipment instead.",
        code: "field.several-machines", arguments: [text])
    ])
  }
}

import Domain
import Persistence

/// The order of a register's list: the oldest record first, or by a column whose index gives that order; `-` turns it around.
struct RegisterSort: Sendable {
  /// Nil: by when the record was made.
  let column: String?
  let isDescending: Bool

  /// - Throws: ``InputRefusal`` for what no index carries: an unknown word, or a column while filters choose the rows.
  init(_ query: RegisterQuery, of description: RegisterDescription) throws(InputRefusal) {
    let word = query.sort ?? "id"
    isDescending = word.hasPrefix("-")
    let name = isDescending ? String(word.dropFirst()) : word
    guard name == "id" || description.sortable.contains(name) else {
      throw .invalid([.notAWord("sort", description.sorts)])
    }
    column = name == "id" ? nil : description.field(name)?.column
    guard column == nil || query.filters.isEmpty else {
      throw .field("sort", "A list with filters is in the order of its records. Leave out one of the two.", code: "field.sort-filtered")
    }
  }

  var order: String {
    let way = isDescending ? " DESC" : ""
    return (column.map { "t.\($0)\(way), " } ?? "") + "t.id\(way)"
  }

  /// What stands after this record. The cursor is its id: where it stands is looked up, so a name may be as long as it likes.
  func place(after id: String, of description: RegisterDescription, in db: any SQLReader) throws -> (condition: String, values: [SQLValue])
  {
    let than = isDescending ? "<" : ">"
    guard let column else { return ("t.id \(than) ?", [.text(id)]) }
    let sql = "SELECT \(column) FROM \(description.table) WHERE id = ?"
    guard let value = try db.first(sql, [.text(id)], { $0.optionalText(0) }) ?? nil else { throw InputRefusal.invalid([.notACursor]) }
    return ("(t.\(column), t.id) \(than) (?, ?)", [.text(value), .text(id)])
  }
}

extension RegisterDescription {
  /// Required texts of which an index gives the order.
  public var sortable: [String] {
    switch register {
    case .branches: ["code"]
    case .customers, .sites, .departments, .models: ["name"]
    case .equipment: ["serialNumber"]
    case .staff, .contacts: []
    }
  }

  /// Words for `sort`.
  public var sorts: [String] { (["id"] + sortable).flatMap { [$0, "-\($0)"] } }
}

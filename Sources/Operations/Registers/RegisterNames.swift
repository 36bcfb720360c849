import Domain
import Persistence

/// Finds records by what people call them.
enum RegisterNames {
  struct Found: Sendable, Hashable {
    let id: String
    let archived: Bool
  }

  /// By id; else by the register's natural names: a branch's code or name, a customer's or model's name. What was merged into
  /// another record answers with that one.
  static func find(_ register: Register, _ text: String, in db: any SQLReader) throws -> Found? {
    let columns: [String]
    switch register {
    case .branches: columns = ["id", "code", "name"]
    case .customers, .models: columns = ["id", "name"]
    case .equipment: columns = ["id", "serial_number"]
    case .staff: columns = ["id", "badge_number"]
    case .sites, .departments, .contacts: columns = ["id"]
    }
    for column in columns {
      let found = try rows(register, column, text, in: db)
      if found.count == 1 { return found[0] }
    }
    return nil
  }

  private static func rows(_ register: Register, _ column: String, _ text: String, in db: any SQLReader) throws -> [Found] {
    let table = register.description.table
    guard register.description.isMergeable else {
      return try db.rows("SELECT id, archived FROM \(table) WHERE \(column) = ? LIMIT 2", [.text(text)]) {
        Found(id: $0.text(0), archived: $0.bool(1))
      }
    }
    let sql = """
      SELECT s.id, s.archived, t.merged_into FROM \(table) t JOIN \(table) s ON s.id = COALESCE(t.merged_into, t.id)
      WHERE t.\(column) = ? LIMIT \(MergeRule.limit + 2)
      """
    let all = try db.rows(sql, [.text(text)]) {
      (found: Found(id: $0.text(0), archived: $0.bool(1)), isMerged: $0.optionalText(2) != nil)
    }
    // A record that has this name today comes before one that had it.
    let named = all.filter { !$0.isMerged }
    return (named.isEmpty ? all : named).map(\.found).distinct()
  }
}

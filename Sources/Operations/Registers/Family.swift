import Domain
import Persistence

/// Records that are one by merging: the one in use, and those that were merged into it. Cases keep the id they were told with, so
/// whatever asks for a customer's or a machine's cases asks for all of these.
///
/// A merged row always names the one in use, however long the chain was, so this is two look-ups by key.
enum Family {
  /// Whom this record was merged into; itself where it was not, or is not known.
  static func survivor(of id: String, _ register: Register, in db: any SQLReader) throws -> String {
    let into = try db.first("SELECT merged_into FROM \(register.description.table) WHERE id = ?", [.text(id)]) { $0.optionalText(0) }
    return (into ?? nil) ?? id
  }

  /// The one in use first.
  static func members(of id: String, _ register: Register, in db: any SQLReader) throws -> [String] {
    let survivor = try survivor(of: id, register, in: db)
    return try [survivor] + absorbed(by: survivor, register, in: db)
  }

  static func absorbed(by id: String, _ register: Register, in db: any SQLReader) throws -> [String] {
    let sql = "SELECT id FROM \(register.description.table) WHERE merged_into = ? ORDER BY id LIMIT \(MergeRule.limit)"
    return try db.rows(sql, [.text(id)]) { $0.text(0) }
  }

  static func isSame(_ one: String?, _ other: String?, _ register: Register, in db: any SQLReader) throws -> Bool {
    if one == other { return true }
    guard let one, let other else { return false }
    return try survivor(of: one, register, in: db) == survivor(of: other, register, in: db)
  }
}

/// `column = ?`, or `column IN (?, ?)` where there are several.
struct OneOf: Sendable {
  let condition: String
  let values: [SQLValue]

  init(_ column: String, _ ids: [String]) {
    condition = ids.count == 1 ? "\(column) = ?" : "\(column) IN (\(ids.map { _ in "?" }.joined(separator: ", ")))"
    values = ids.map { .text($0) }
  }
}

import Domain
import Persistence

/// Finds what a batch of lines speaks of, with a few statements for all of them: on PostgreSQL each statement is a journey.
struct ImportLookup {
  /// A record as it is, its fields as text or number; values of people themselves, not their hashes.
  struct Found: Sendable {
    let id: String
    let archived: Bool
    /// The name or number of the record that goes on, where this one was merged.
    let mergedInto: String?
    let values: [String: SQLValue]

    func text(_ name: String) -> String? { if case .text(let text) = values[name] { text } else { nil } }
  }

  /// What a name stands for.
  enum Answer: Hashable, Sendable {
    case one(String)
    case none, several
  }

  let kind: ImportKind
  private let select: String

  init(_ kind: ImportKind) {
    self.kind = kind
    var columns = ["t.id", "t.archived"], joins = ""
    for field in kind.register.description.fields {
      if field.storage == .personal {
        columns.append("p_\(field.column).value")
        joins += " LEFT JOIN personal p_\(field.column) ON p_\(field.column).hash = t.\(field.column)"
      } else {
        columns.append("t.\(field.column)")
      }
    }
    if kind.register.description.isMergeable {
      columns.append("s.\(kind.register == .equipment ? "serial_number" : "name")")
      joins += " LEFT JOIN \(kind.register.description.table) s ON s.id = t.merged_into"
    }
    select = "SELECT \(columns.joined(separator: ", ")) FROM \(kind.register.description.table) t\(joins)"
  }

  // MARK: Names

  /// Records in use by id or by what people call them, as ``RegisterNames`` finds one: a branch's code or name, a customer's or model's
  /// name. What was merged into another record answers with that one.
  func references(_ register: Register, _ texts: Set<String>, in db: any SQLReader) throws -> [String: Answer] {
    var answers: [String: Answer] = [:]
    let columns = register == .branches ? ["id", "code", "name"] : ["id", "name"]
    for column in columns {
      let open = texts.filter { answers[$0] == nil && (column != "id" || Self.looksLikeAnID($0)) }
      guard !open.isEmpty else { continue }
      let into = register.description.isMergeable ? "t.merged_into" : "NULL"
      let sql = """
        SELECT s.id, t.\(column), \(into) FROM \(register.description.table) t
        JOIN \(register.description.table) s ON s.id = COALESCE(\(into), t.id)
        WHERE t.\(column) IN (\(Self.marks(open.count))) AND s.archived = 0
        """
      let found = try db.rows(sql, Self.padded(open)) { (id: $0.text(0), text: $0.text(1), isMerged: $0.optionalText(2) != nil) }
      for (text, all) in Dictionary(grouping: found, by: \.text) {
        // A record that has this name today comes before one that had it.
        let named = all.filter { !$0.isMerged }
        let ids = Set((named.isEmpty ? all : named).map(\.id))
        answers[text] = ids.count == 1 ? .one(ids.first ?? "") : .several
      }
    }
    return answers
  }

  struct Place: Sendable {
    let id, customer, name: String
    let site: String?
  }

  /// The sites or departments in use at these customers that have one of these names, or ids.
  func places(_ register: Register, at customers: Set<String>, _ texts: Set<String>, in db: any SQLReader) throws -> [Place] {
    guard !customers.isEmpty, !texts.isEmpty else { return [] }
    let select = "SELECT id, customer, name, \(register == .departments ? "site" : "NULL") FROM \(register.description.table)"
    func found(_ condition: String, _ arguments: [SQLValue]) throws -> [Place] {
      try db.rows("\(select) WHERE \(condition) AND archived = 0", arguments) {
        Place(id: $0.text(0), customer: $0.text(1), name: $0.text(2), site: $0.optionalText(3))
      }
    }
    var places = try found(
      "customer IN (\(Self.marks(customers.count))) AND name IN (\(Self.marks(texts.count)))", Self.padded(customers) + Self.padded(texts))
    let ids = texts.filter(Self.looksLikeAnID)
    if !ids.isEmpty { places += try found("id IN (\(Self.marks(ids.count)))", Self.padded(ids)) }
    return places
  }

  // MARK: Records

  /// Records that these lines may mean, by the columns that have an index.
  func records(like lines: [[String: FieldValue]], in db: any SQLReader) throws -> [Found] {
    func given(_ name: String) -> Set<String> { Set(lines.compactMap { $0[name]?.plainText }) }
    switch kind {
    case .branches: return try records(["code": given("code")], in: db)
    case .customers, .models: return try records(["name": given("name")], in: db)
    case .machines: return try records(["serial_number": given("serialNumber")], in: db)
    case .sites, .departments: return try records(["customer": given("customer"), "name": given("name")], in: db)
    case .contacts: return try records(["customer": given("customer")], in: db)
    case .staff:
      var found = try records(["badge_number": given("badgeNumber")], in: db)
      found += try records(["branch": given("branch")], in: db)
      if lines.contains(where: { $0["branch"] == nil }) { found += try rows("t.branch IS NULL", [], in: db) }
      return found
    }
  }

  private func records(_ sets: KeyValuePairs<String, Set<String>>, in db: any SQLReader) throws -> [Found] {
    guard sets.allSatisfy({ !$0.value.isEmpty }) else { return [] }
    let condition = sets.map { "t.\($0.key) IN (\(Self.marks($0.value.count)))" }.joined(separator: " AND ")
    return try rows(condition, sets.flatMap { Self.padded($0.value) }, in: db)
  }

  private func rows(_ condition: String, _ arguments: [SQLValue], in db: any SQLReader) throws -> [Found] {
    let fields = kind.register.description.fields
    return try db.rows("\(select) WHERE \(condition) ORDER BY t.id", arguments) { row in
      var values: [String: SQLValue] = [:]
      for (index, field) in fields.enumerated() { values[field.name] = row.value(index + 2) }
      let into = kind.register.description.isMergeable ? row.optionalText(fields.count + 2) : nil
      return Found(id: row.text(0), archived: row.bool(1), mergedInto: into, values: values)
    }
  }

  /// Whose record already has this value: `field` is unique by itself.
  func owners(of field: RegisterField, _ texts: Set<String>, in db: any SQLReader) throws -> [String: String] {
    guard !texts.isEmpty else { return [:] }
    var owners: [String: String] = [:]
    let alive = kind.register.description.isMergeable ? " AND merged_into IS NULL" : ""
    let sql =
      "SELECT id, \(field.column) FROM \(kind.register.description.table) WHERE \(field.column) IN (\(Self.marks(texts.count)))\(alive)"
    try db.forEach(sql, Self.padded(texts)) { row in
      owners[row.text(1)] = row.text(0)
      return true
    }
    return owners
  }

  // MARK: Lists

  private static func looksLikeAnID(_ text: String) -> Bool { text.utf8.count == 36 && text.utf8.count { $0 == UInt8(ascii: "-") } == 4 }

  /// Few lengths, so that few statements are prepared: the last value fills the rest.
  private static func room(_ count: Int) -> Int { [4, 16, 64, 256].first { count <= $0 } ?? count }
  static func marks(_ count: Int) -> String { Array(repeating: "?", count: room(count)).joined(separator: ", ") }
  static func padded(_ texts: Set<String>) -> [SQLValue] {
    var values = texts.sorted().map { SQLValue.text($0) }
    if let last = values.last { values += Array(repeating: last, count: room(values.count) - values.count) }
    return values
  }
}

extension FieldValue {
  var plainText: String? { if case .text(let text) = self { text } else { nil } }
}

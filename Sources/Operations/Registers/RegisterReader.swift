import Domain
import Persistence

/// Reads records as the API shows them: one statement a page, with the names of what they refer to and the values of people.
struct RegisterReader {
  let description: RegisterDescription
  private let select: String

  init(_ register: Register) {
    description = register.description
    var columns = ["t.id", "t.version", "t.archived"]
    var joins = ""
    for field in description.fields {
      switch field.storage {
      case .plain: columns.append("t.\(field.column)")
      case .personal:
        columns.append("p_\(field.column).value")
        joins += " LEFT JOIN personal p_\(field.column) ON p_\(field.column).hash = t.\(field.column)"
      case .reference(let other):
        columns += ["t.\(field.column)", "r_\(field.column).name"]
        joins += " LEFT JOIN \(other.description.table) r_\(field.column) ON r_\(field.column).id = t.\(field.column)"
      }
    }
    if description.isPersonal { columns.append("t.name IS NOT NULL AND p_name.value IS NULL") }
    if register == .equipment { columns.append("r_model.warranty_months") }
    if description.isMergeable { columns.append("t.merged_into") }
    select = "SELECT \(columns.joined(separator: ", ")) FROM \(description.table) t\(joins)"
  }

  /// - Parameter customer: whose records may be seen; nil is everybody's.
  func item(_ id: String, of customer: CustomerID? = nil, in db: any SQLReader) throws -> RegisterItem? {
    var sql = "\(select) WHERE t.id = ?"
    var arguments: [SQLValue] = [.text(id)]
    if let own = try own(customer, in: db) {
      sql += " AND \(own.condition)"
      arguments += own.values
    }
    guard let row = try db.first(sql, arguments, { self.row($0) }) else { return nil }
    return try items([row], isOutside: customer != nil, in: db).first
  }

  /// Whose records an outsider may see; what was merged with theirs is theirs too.
  private func own(_ customer: CustomerID?, in db: any SQLReader) throws -> OneOf? {
    guard let customer, let column = description.customerColumn else { return nil }
    return OneOf("t.\(column)", try Family.members(of: customer.text, .customers, in: db))
  }

  func page(_ query: RegisterQuery, of customer: CustomerID? = nil, in db: any SQLReader) throws -> Page<RegisterItem> {
    var (conditions, arguments) = try conditions(query, of: customer, in: db)
    let sort = try RegisterSort(query, of: description)
    if let cursor = query.cursor {
      let place = try sort.place(after: try Cursor.id(cursor), of: description, in: db)
      conditions.append(place.condition)
      arguments += place.values
    }
    guard (1...200).contains(query.limit) else { throw InputRefusal.field("limit", "must be 1 to 200") }
    arguments.append(.int(query.limit + 1))
    var rows = try db.rows("\(select)\(Self.joined(conditions)) ORDER BY \(sort.order) LIMIT ?", arguments) { row($0) }
    let more = rows.count > query.limit
    if more { rows.removeLast() }
    return Page(items: try items(rows, isOutside: customer != nil, in: db), next: more ? rows.last?.id : nil)
  }

  /// Those of `ids` that meet the query, in the order given.
  func items(_ ids: [String], _ query: RegisterQuery, of customer: CustomerID?, in db: any SQLReader) throws -> [RegisterItem] {
    guard !ids.isEmpty else { return [] }
    let these = OneOf("t.id", ids)
    let (conditions, arguments) = try conditions(query, of: customer, in: db)
    let rows = try db.rows("\(select)\(Self.joined([these.condition] + conditions))", these.values + arguments) { row($0) }
    let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
    return try items(Array(ids.compactMap { byID[$0] }.prefix(query.limit)), isOutside: customer != nil, in: db)
  }

  /// How many meet the query, counted up to `most`.
  func count(_ query: RegisterQuery, of customer: CustomerID? = nil, upTo most: Int, in db: any SQLReader) throws -> Int {
    let (conditions, arguments) = try conditions(query, of: customer, in: db)
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM \(description.table) t\(Self.joined(conditions)) LIMIT ?) AS page"
    return try db.first(sql, arguments + [.int(most)]) { $0.int(0) } ?? 0
  }

  private static func joined(_ conditions: [String]) -> String {
    conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
  }

  private func conditions(
    _ query: RegisterQuery, of customer: CustomerID?, in db: any SQLReader
  ) throws -> (conditions: [String], arguments: [SQLValue]) {
    var conditions: [String] = []
    var arguments: [SQLValue] = []
    for (name, value) in query.filters.sorted(by: { $0.key < $1.key }) {
      guard let field = description.field(name), field.isFilter else {
        throw InputRefusal.field(name, "is not a filter here; there are \(description.filters.joined(separator: ", "))")
      }
      if field.storage == .personal {
        conditions.append("t.\(field.column) IN (SELECT hash FROM personal WHERE field = ? AND field <> 'signature' AND value = ?)")
        arguments += [.text(field.name), .text(value)]
      } else if case .reference(let other) = field.storage, other.description.isMergeable {
        let all = OneOf("t.\(field.column)", try Family.members(of: value, other, in: db))
        conditions.append(all.condition)
        arguments += all.values
      } else {
        conditions.append("t.\(field.column) = ?")
        arguments.append(.text(value))
      }
    }
    if let own = try own(customer, in: db) {
      conditions.append(own.condition)
      arguments += own.values
    }
    if !query.includeArchived { conditions.append("t.archived = 0") }
    return (conditions, arguments)
  }

  private struct Row {
    let id: String
    let version: Int
    var json: JSONMembers
  }

  /// The rows with what was merged into them: one statement a page, and none where nothing was.
  private func items(_ rows: [Row], isOutside: Bool, in db: any SQLReader) throws -> [RegisterItem] {
    guard description.isMergeable, !rows.isEmpty else {
      return rows.map { RegisterItem(id: $0.id, version: $0.version, json: $0.json.text) }
    }
    let title = description.register == .equipment ? "serial_number" : "name"
    let into = OneOf("t.merged_into", rows.map(\.id))
    var absorbed: [String: [JSONValue]] = [:]
    let sql = """
      SELECT t.merged_into, t.id, t.\(title), t.merged_at, t.merged_by, p.value, t.merged_reason FROM \(description.table) t
      LEFT JOIN staff s ON s.id = substr(t.merged_by, 7) LEFT JOIN personal p ON p.hash = s.name
      WHERE \(into.condition) ORDER BY t.merged_into, t.id
      """
    try db.forEach(sql, into.values) { row in
      var one = JSONMembers()
      one.add("id", row.text(1))
      one.add("name", row.optionalText(2))
      one.add("at", row.optionalInteger(3).map { Instant(milliseconds: $0).description })
      // Colleagues, and what they wrote about a hospital, are not for its users.
      one.add("by", isOutside ? nil : row.optionalText(4))
      one.add("byName", isOutside ? nil : row.optionalText(5))
      one.add("reason", isOutside ? nil : row.optionalText(6))
      absorbed[row.text(0), default: []].append(one.value)
      return true
    }
    return rows.map { row in
      var json = row.json
      json.add("absorbed", absorbed[row.id] ?? [])
      return RegisterItem(id: row.id, version: row.version, json: json.text)
    }
  }

  private func row(_ row: borrowing SQLRow) -> Row {
    let id = row.text(0), version = row.int(1)
    var json = JSONMembers()
    json.add("id", row.text(0))
    var index = 3
    var warranty: [String: String] = [:]
    var agreed: Int?
    for field in description.fields {
      let text = field.isInteger ? nil : row.optionalText(index)
      switch field.storage {
      case .reference:
        let name = row.optionalText(index + 1)
        if field.isNested {
          json.addNested(field.name, id: text, name: name)
        } else {
          json.add(field.name, text)
          json.add(field.name + "Name", name)
        }
        index += 1
      case .plain where field.isJSON: json.addRaw(field.name, text ?? "[]")
      case .plain where field.isInteger:
        let integer = row.optionalInteger(index)
        json.add(field.name, integer)
        if field.name == "warrantyMonths" { agreed = integer.map { Int($0) } }
      case .plain, .personal:
        json.add(field.name, text)
        if let text { warranty[field.name] = text }
      }
      index += 1
    }
    if description.register == .equipment {
      let usual = row.optionalInteger(index).map { Int($0) }
      index += 1
      json.add(
        "warrantyEnds",
        Warranty(
          installedOn: warranty["installedOn"].flatMap { CivilDate(parsing: $0) },
          acceptedOn: warranty["acceptedOn"].flatMap { CivilDate(parsing: $0) },
          from: warranty["warrantyFrom"].flatMap { Warranty.Start(rawValue: $0) } ?? .installation, agreed: agreed, usual: usual
        ).ends?.description)
    }
    if description.isPersonal { json.addRaw("forgotten", row.bool(index) ? "true" : "false") }
    if description.isMergeable { json.add("mergedInto", row.optionalText(index)) }
    json.addRaw("archived", row.bool(2) ? "true" : "false")
    json.add("version", row.integer(1))
    return Row(id: id, version: version, json: json)
  }
}

/// The members of one JSON object, added one by one: a row may not be captured by the closures of `JSONWriter.object`.
private struct JSONMembers {
  private var members: [JSONValue.Member] = []

  mutating func add(_ name: String, _ text: String?) { members.append(.init(name: name, value: text.map { .text($0) } ?? .null)) }
  mutating func add(_ name: String, _ integer: Int64?) { members.append(.init(name: name, value: integer.map { .integer($0) } ?? .null)) }
  mutating func addRaw(_ name: String, _ json: String) {
    members.append(.init(name: name, value: (try? JSONValue(parsing: json)) ?? .null))
  }
  mutating func addNested(_ name: String, id: String?, name label: String?) {
    guard let id else { return add(name, String?.none) }
    members.append(
      .init(
        name: name, value: .object([.init(name: "id", value: .text(id)), .init(name: "name", value: label.map { .text($0) } ?? .null)])))
  }
  mutating func add(_ name: String, _ items: [JSONValue]) { members.append(.init(name: name, value: .array(items))) }
  var value: JSONValue { .object(members) }
  var text: String { JSONWriter.text(value) }
}

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
    select = "SELECT \(columns.joined(separator: ", ")) FROM \(description.table) t\(joins)"
  }

  /// - Parameter customer: whose records may be seen; nil is everybody's.
  func item(_ id: String, of customer: CustomerID? = nil, in db: any SQLReader) throws -> RegisterItem? {
    var sql = "\(select) WHERE t.id = ?"
    var arguments: [SQLValue] = [.text(id)]
    if let customer, let column = description.customerColumn {
      sql += " AND t.\(column) = ?"
      arguments.append(.text(customer.text))
    }
    return try db.first(sql, arguments) { item($0) }
  }

  func page(_ query: RegisterQuery, of customer: CustomerID? = nil, in db: any SQLReader) throws -> Page<RegisterItem> {
    var conditions: [String] = []
    var arguments: [SQLValue] = []
    for (name, value) in query.filters.sorted(by: { $0.key < $1.key }) {
      guard let field = description.field(name), field.isFilter else {
        throw InputRefusal.field(name, "is not a filter here; there are \(description.filters.joined(separator: ", "))")
      }
      if field.storage == .personal {
        conditions.append("t.\(field.column) IN (SELECT hash FROM personal WHERE field = ? AND field <> 'signature' AND value = ?)")
        arguments += [.text(field.name), .text(value)]
      } else {
        conditions.append("t.\(field.column) = ?")
        arguments.append(.text(value))
      }
    }
    if let customer, let column = description.customerColumn {
      conditions.append("t.\(column) = ?")
      arguments.append(.text(customer.text))
    }
    if !query.includeArchived { conditions.append("t.archived = 0") }
    if let cursor = query.cursor {
      conditions.append("t.id > ?")
      arguments.append(.text(try Cursor.id(cursor)))
    }
    guard (1...200).contains(query.limit) else { throw InputRefusal.field("limit", "must be 1 to 200") }
    let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    arguments.append(.int(query.limit + 1))
    var items = try db.rows("\(select)\(condition) ORDER BY t.id LIMIT ?", arguments) { item($0) }
    let more = items.count > query.limit
    if more { items.removeLast() }
    return Page(items: items, next: more ? items.last?.id : nil)
  }

  private func item(_ row: borrowing SQLRow) -> RegisterItem {
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
      json.add(
        "warrantyEnds",
        Warranty(
          installedOn: warranty["installedOn"].flatMap { CivilDate(parsing: $0) },
          acceptedOn: warranty["acceptedOn"].flatMap { CivilDate(parsing: $0) },
          from: warranty["warrantyFrom"].flatMap { Warranty.Start(rawValue: $0) } ?? .installation, agreed: agreed, usual: usual
        ).ends?.description)
    }
    if description.isPersonal { json.addRaw("forgotten", row.bool(index) ? "true" : "false") }
    json.addRaw("archived", row.bool(2) ? "true" : "false")
    json.add("version", row.integer(1))
    return RegisterItem(id: id, version: version, json: json.text)
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
  var text: String { JSONWriter.text(JSONValue.object(members)) }
}

import Domain
import Persistence

/// Checks lines against the register's description and what is there, writing nothing.
struct ImportCheck {
  struct Line: Sendable {
    /// The record that the natural key finds; nil makes a new one.
    let id: String?
    let fields: Fields
  }

  let kind: ImportKind
  /// The field of each column.
  let columns: [RegisterField]
  private(set) var lines: [Line] = []
  private(set) var problems: [ImportReport.Problem] = []
  private var seen: [String: Int] = [:]
  private var known: [String: String?] = [:]

  init(_ kind: ImportKind, columns: [RegisterField]) { (self.kind, self.columns) = (kind, columns) }

  /// - Throws: ``ImportRefusal/headings(_:)`` for a heading that is unknown, twice there or missing.
  static func columns(of kind: ImportKind, _ row: CSV.Row?) throws(ImportRefusal) -> [RegisterField] {
    guard let row else { throw .empty }
    var columns: [RegisterField] = []
    for heading in row.cells {
      guard let field = kind.field(heading: heading) else { throw .headings("“\(heading.prefix(40))” is no heading of \(kind.rawValue)") }
      guard !columns.contains(where: { $0.name == field.name }) else { throw .headings("“\(heading)” is there twice") }
      columns.append(field)
    }
    let missing = kind.register.description.fields.filter { field in field.field.required && !columns.contains { $0.name == field.name } }
    guard missing.isEmpty else {
      throw .headings("\(missing.map { "\($0.name) (\(kind.headings(of: $0.name).first ?? $0.name))" }.joined(separator: ", ")) is missing")
    }
    return columns
  }

  mutating func line(_ row: CSV.Row, in db: any SQLReader) throws {
    let before = problems.count
    guard row.cells.count <= columns.count else {
      return bad(row, nil, "has \(row.cells.count) cells for \(columns.count) headings; quote a cell that has a comma in it")
    }
    var values: [String: FieldValue] = [:]
    for (field, cell) in zip(columns, row.cells) where !cell.isEmpty {
      do {
        values[field.name] = try ImportCell.read(cell, as: field)
      } catch {
        bad(row, field.name, error.message)
      }
    }
    for field in columns {
      guard case .reference(let register) = field.storage, let text = text(values[field.name]) else { continue }
      if let id = try reference(register, text, customer: self.text(values["customer"]), in: db) {
        values[field.name] = .text(id)
      } else {
        bad(row, field.name, "there is no \(register.description.streamKind) “\(text.prefix(60))” in use\(hint(register))")
        values[field.name] = nil
      }
    }
    for field in columns where field.field.required && values[field.name] == nil {
      if !problems.contains(where: { $0.line == row.line && $0.field == field.name }) { bad(row, field.name, "is missing") }
    }
    guard problems.count == before else { return }
    if kind == .staff {
      if text(values["role"]) == Role.hospital.rawValue, values["customer"] == nil {
        bad(row, "customer", "is missing for the role hospital")
      }
      if text(values["role"]) == Role.partner.rawValue, values["partner"] == nil { bad(row, "partner", "is missing for the role partner") }
    }
    let found = try existing(values, in: db)
    if let into = found?.mergedInto {
      bad(row, nil, "the record was merged into “\(into)”; write that one's name")
    } else if found?.archived == true {
      bad(row, nil, "the record is archived; restore it first")
    }
    try checkUnique(row, values, id: found?.id, in: db)
    guard problems.count == before else { return }
    lines.append(Line(id: found?.id, fields: Fields(values)))
  }

  /// By id or what people call it; a site or department by its name at this customer.
  private mutating func reference(_ register: Register, _ text: String, customer: String?, in db: any SQLReader) throws -> String? {
    let key = "\(register.rawValue)\n\(customer ?? "")\n\(text)"
    if let cached = known[key] { return cached }
    var id = try RegisterNames.find(register, text, in: db).flatMap { $0.archived ? nil : $0.id }
    if register == .sites || register == .departments {
      let table = register.description.table
      let found = try db.rows(
        "SELECT id FROM \(table) WHERE customer = ? AND (name = ? OR id = ?) AND archived = 0 LIMIT 2",
        [.optional(customer), .text(text), .text(text)]
      ) { $0.text(0) }
      id = found.count == 1 ? found[0] : nil
    }
    known[key] = .some(id)
    return id
  }

  private func hint(_ register: Register) -> String {
    switch register {
    case .models: "; import models first"
    case .customers: "; import customers first"
    case .branches: "; import branches first"
    case .sites, .departments: " at this customer"
    case .staff, .contacts, .equipment: ""
    }
  }

  private struct Existing {
    let id: String
    let archived: Bool
    /// The name or number of the record that goes on.
    let mergedInto: String?
  }

  private func existing(_ values: [String: FieldValue], in db: any SQLReader) throws -> Existing? {
    let description = kind.register.description
    for (index, key) in kind.keys.enumerated() {
      let isLast = index == kind.keys.count - 1
      guard isLast || key.allSatisfy({ values[$0] != nil }) else { continue }
      var conditions: [String] = [], arguments: [SQLValue] = [], joins = ""
      for name in key {
        guard let field = description.field(name) else { continue }
        if field.storage == .personal {
          joins += " JOIN personal p_\(field.column) ON p_\(field.column).hash = t.\(field.column)"
          conditions.append("p_\(field.column).field = '\(field.name)' AND p_\(field.column).value = ?")
          arguments.append(.optional(text(values[name])))
        } else if let text = text(values[name]) {
          conditions.append("t.\(field.column) = ?")
          arguments.append(.text(text))
        } else {
          conditions.append("t.\(field.column) IS NULL")
        }
      }
      var into = "NULL", order = ""
      if description.isMergeable {
        into = "s.\(description.register == .equipment ? "serial_number" : "name")"
        joins += " LEFT JOIN \(description.table) s ON s.id = t.merged_into"
        // One that has this name today comes before one that had it.
        order = " ORDER BY (CASE WHEN t.merged_into IS NULL THEN 0 ELSE 1 END)"
      }
      let sql =
        "SELECT t.id, t.archived, \(into) FROM \(description.table) t\(joins) WHERE \(conditions.joined(separator: " AND "))\(order) LIMIT 1"
      let found = try db.first(sql, arguments) { Existing(id: $0.text(0), archived: $0.bool(1), mergedInto: $0.optionalText(2)) }
      if let found { return found }
    }
    return nil
  }

  /// Neither twice in the file, nor another record's.
  private mutating func checkUnique(_ row: CSV.Row, _ values: [String: FieldValue], id: String?, in db: any SQLReader) throws {
    let description = kind.register.description
    var sets = description.unique
    if let key = kind.keys.last, !sets.contains(where: { Set($0) == Set(key) }), kind.keys.count == 1 || values[kind.keys[0][0]] == nil {
      sets.append(key)
    }
    for names in sets where names.contains(where: { values[$0] != nil && !["customer", "site", "model", "branch"].contains($0) }) {
      let key = names.joined(separator: ",") + "\n" + names.map { text(values[$0]) ?? "" }.joined(separator: "\n")
      if let other = seen[key] {
        bad(row, names.last, "is the same as in line \(other)")
        continue
      }
      seen[key] = row.line
      guard !names.contains(where: { description.field($0)?.storage == .personal }), names.allSatisfy({ values[$0] != nil }) else {
        continue
      }
      let conditions = names.map { "\(description.field($0)?.column ?? $0) = ?" }.joined(separator: " AND ")
      let alive = description.isMergeable ? " AND merged_into IS NULL" : ""
      let other = try db.first(
        "SELECT id FROM \(description.table) WHERE \(conditions)\(alive) LIMIT 1", names.map { .optional(text(values[$0])) }
      ) { $0.text(0) }
      if let other, other != id { bad(row, names.last, "another record has this value") }
    }
  }

  private func text(_ value: FieldValue?) -> String? { if case .text(let text) = value { text } else { nil } }

  private mutating func bad(_ row: CSV.Row, _ field: String?, _ message: String) {
    problems.append(ImportReport.Problem(line: row.line, field: field, message: message))
  }
}

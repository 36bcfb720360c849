import Domain
import Persistence

/// One line as it was understood.
struct ImportLine: Sendable {
  let row: CSV.Row
  var values: [String: FieldValue] = [:]
  var problems: [ImportReport.Problem] = []
  var notes: [ImportReport.Note] = []
  /// The record that it means; nil makes a new one.
  var found: ImportLookup.Found?
  /// A line of totals.
  var isLeftOut = false

  mutating func bad(_ field: String?, _ trouble: ImportTrouble) {
    problems.append(ImportReport.Problem(line: row.line, field: field, trouble: trouble))
  }

  func text(_ name: String) -> String? { values[name]?.plainText }
}

/// Checks lines against the register's description and what is there, a batch at a time, writing nothing.
struct ImportCheck: Sendable {
  let kind: ImportKind
  let columns: ImportColumns
  let actor: Actor

  /// Lines in one look-up: what is found of them is held at once.
  static let batch = 256

  func lines(_ rows: [CSV.Row], in db: any SQLReader) throws -> [ImportLine] {
    var lines = rows.map(read)
    try resolve(&lines, in: db)
    try find(&lines, in: db)
    try compare(&lines, in: db)
    return lines
  }

  private var description: RegisterDescription { kind.register.description }

  // MARK: Cells

  private static let totals: Set = ["合计", "总计", "共计", "小计", "合计数", "total", "totals", "sum"]

  private func read(_ row: CSV.Row) -> ImportLine {
    var line = ImportLine(row: row)
    let cells = row.cells.last?.isEmpty ?? false ? Array(row.cells[..<((row.cells.lastIndex { !$0.isEmpty } ?? -1) + 1)]) : row.cells
    guard cells.count <= columns.fields.count else {
      line.bad(nil, .tooManyCells(cells.count, headings: columns.fields.count))
      return line
    }
    for (place, cell) in cells.enumerated() where !cell.isEmpty {
      guard let field = columns.fields[place] else {
        if columns.headings[place].isEmpty { line.bad(nil, .cellWithoutHeading(FieldProblem.printable(String(cell.prefix(40))))) }
        continue
      }
      do throws(ImportCell.Problem) { line.values[field.name] = try ImportCell.read(cell, as: field) } catch {
        line.bad(field.name, error.trouble)
      }
    }
    let required = description.fields.filter(\.field.required)
    let missing = required.filter { field in line.values[field.name] == nil && !line.problems.contains { $0.field == field.name } }
    if required.contains(where: { line.values[$0.name] == nil }), let first = cells.first(where: { !$0.isEmpty }),
      Self.totals.contains(first.filter { !" ：:\u{3000}".contains($0) }.lowercased())
    {
      (line.problems, line.isLeftOut) = ([], true)
      line.notes = [ImportReport.Note(line: row.line, note: .total)]
      return line
    }
    for field in missing { line.bad(field.name, .missing) }
    if kind == .staff {
      if line.text("role") == Role.hospital.rawValue, line.values["customer"] == nil { line.bad("customer", .missingFor(.hospital)) }
      if line.text("role") == Role.partner.rawValue, line.values["partner"] == nil { line.bad("partner", .missingFor(.partner)) }
    }
    if let text = line.text("divisionCode"), let code = try? DivisionCode(parsing: text),
      let division = try? DivisionTable.china.division(code), division.isWithdrawn
    {
      line.notes.append(ImportReport.Note(line: row.line, note: .withdrawnDivision(code: text, name: division.name)))
    }
    return line
  }

  // MARK: References

  private func resolve(_ lines: inout [ImportLine], in db: any SQLReader) throws {
    let lookup = ImportLookup(kind)
    for field in columns.fields.compactMap({ $0 }) {
      guard case .reference(let register) = field.storage, register != .sites, register != .departments else { continue }
      let answers = try lookup.references(register, Set(lines.compactMap { $0.text(field.name) }), in: db)
      for index in lines.indices {
        guard let text = lines[index].text(field.name) else { continue }
        settle(&lines[index], field.name, register, text, answers[text] ?? .none)
      }
    }
    // Sites before departments: which department is meant may depend on the site.
    for (name, register) in [("site", Register.sites), ("department", Register.departments)]
    where columns.fields.contains(where: { $0?.name == name }) && kind.register != register {
      let places = Dictionary(
        grouping: try lookup.places(
          register, at: Set(lines.compactMap { $0.text("customer") }), Set(lines.compactMap { $0.text(name) }), in: db), by: \.customer)
      for index in lines.indices {
        guard let text = lines[index].text(name) else { continue }
        var here = Dictionary(
          (places[lines[index].text("customer") ?? ""] ?? []).filter { $0.name == text || $0.id == text }.map { ($0.id, $0) }
        ) { first, _ in first }
        if here.count > 1, register == .departments {
          let site = lines[index].text("site")
          here = here.filter { $0.value.site == site }
        }
        settle(&lines[index], name, register, text, here.count == 1 ? .one(here.values.first?.id ?? "") : here.isEmpty ? .none : .several)
      }
    }
  }

  private func settle(_ line: inout ImportLine, _ name: String, _ register: Register, _ text: String, _ answer: ImportLookup.Answer) {
    line.values[name] = nil
    switch answer {
    case .one(let id): line.values[name] = .text(id)
    case .none: line.bad(name, .notFound(register, String(text.prefix(60))))
    case .several: line.bad(name, .several(register, String(text.prefix(60))))
    }
  }

  // MARK: Records

  private func find(_ lines: inout [ImportLine], in db: any SQLReader) throws {
    let good = lines.filter { $0.problems.isEmpty && !$0.isLeftOut }
    guard !good.isEmpty else { return }
    let records = try ImportLookup(kind).records(like: good.map(\.values), in: db)
    for (place, key) in kind.keys.enumerated() {
      // Of several with one name, the first in use.
      let known = Dictionary(records.map { record in (Self.key(key) { record.text($0) }, record) }) { first, other in
        first.archived && !other.archived ? other : first
      }
      for index in lines.indices where lines[index].problems.isEmpty && !lines[index].isLeftOut && lines[index].found == nil {
        let line = lines[index], isLast = place == kind.keys.count - 1
        guard isLast || key.allSatisfy({ line.values[$0] != nil }) else { continue }
        let found = known[Self.key(key) { line.text($0) }]
        let differs =
          isLast
          && kind.keys.dropLast().contains { names in
            names.contains { name in found?.text(name).map { $0 != line.text(name) && line.text(name) != nil } ?? false }
          }
        if !differs { lines[index].found = found }
      }
    }
  }

  private static func key(_ names: [String], _ text: (String) -> String?) -> String {
    names.map { text($0) ?? "" }.joined(separator: "\u{1}")
  }

  /// What cannot stand beside what is there.
  private func compare(_ lines: inout [ImportLine], in db: any SQLReader) throws {
    let lookup = ImportLookup(kind)
    for names in description.unique where names.count == 1 {
      guard let field = description.field(names[0]), columns.fields.contains(where: { $0?.name == field.name }) else { continue }
      let owners = try lookup.owners(of: field, Set(lines.compactMap { $0.problems.isEmpty ? $0.text(field.name) : nil }), in: db)
      for index in lines.indices where lines[index].problems.isEmpty {
        guard let text = lines[index].text(field.name), let owner = owners[text], owner != lines[index].found?.id else { continue }
        lines[index].bad(field.name, .taken)
      }
    }
    for index in lines.indices where lines[index].problems.isEmpty && !lines[index].isLeftOut {
      let found = lines[index].found
      if let into = found?.mergedInto {
        lines[index].bad(nil, .merged(into: String(into.prefix(60))))
      } else if found?.archived == true {
        lines[index].bad(nil, .archived)
      }
      if let found { checkPlaces(&lines[index], found) }
      if description.field("divisionCode") != nil,
        let fault = Divisions.settle(&lines[index].values, current: { found?.text($0) })
      {
        lines[index].bad("district", .division(lines[index].text("district") ?? found?.text("district") ?? "", fault))
      }
      if kind == .staff, actor.identity != .system {
        do { try RegisterOperations.guardRole(.staff, Fields(lines[index].values), id: found?.id, actor, in: db) } catch is AccessError {
          lines[index].bad("role", .accountRights)
        }
      }
    }
  }

  /// A record that moves to another customer takes no site or department of the old one along.
  private func checkPlaces(_ line: inout ImportLine, _ found: ImportLookup.Found) {
    guard kind.register != .customers, let customer = line.text("customer"), let before = found.text("customer"), customer != before else {
      return
    }
    for place in ["site", "department"] where found.text(place) != nil && line.values[place] == nil { line.bad(place, .foreignPlace) }
  }
}

/// Which lines of the file have said the same before. Keys are kept as 8 bytes, so that a million lines are some 40 MB; that two of
/// them fall together by chance is one case in ten million such files.
struct ImportSeen {
  private let kind: ImportKind
  private var lines: [UInt64: Int32] = [:]

  init(_ kind: ImportKind) { self.kind = kind }

  mutating func check(_ line: inout ImportLine) {
    guard line.problems.isEmpty, !line.isLeftOut else { return }
    var sets = kind.register.description.unique
    // The key that finds this line's record again.
    if let key = kind.keys.first(where: { $0.allSatisfy { line.values[$0] != nil } }) ?? kind.keys.last,
      !sets.contains(where: { Set($0) == Set(key) })
    {
      sets.append(key)
    }
    for names in sets where names.contains(where: { line.values[$0] != nil && !["customer", "site", "model", "branch"].contains($0) }) {
      var hasher = Hasher()
      hasher.combine(names)
      for name in names { hasher.combine(line.text(name) ?? "") }
      let key = UInt64(bitPattern: Int64(hasher.finalize()))
      if let other = lines[key] {
        line.bad(names.last, .sameAs(line: Int(other)))
        return
      }
      lines[key] = Int32(line.row.line)
    }
  }
}

import Domain
import Persistence

/// Registers from a CSV file: the whole file is checked first, then applied in short transactions.
public struct ImportOperations: Sendable {
  /// Lines in one transaction: some 10 ms, so that a call never waits behind an import.
  static let batch = 100

  let company: Company

  public init(_ company: Company) { self.company = company }

  /// Checks the file, and applies it when every line is right and `dryRun` is false. A second run changes nothing.
  ///
  /// - Throws: ``ImportRefusal`` when the file cannot be read as CSV or its headings are wrong.
  public func run(_ kind: ImportKind, _ bytes: [UInt8], dryRun: Bool, by actor: Actor) async throws -> ImportReport {
    try actor.require(kind.register.writing)
    let rows = try CSV.rows(bytes)
    let columns = try ImportCheck.columns(of: kind, rows.first)
    let checked = try await company.database.read { db in
      var check = ImportCheck(kind, columns: columns)
      for row in rows.dropFirst() { try check.line(row, in: db) }
      return (lines: check.lines, problems: check.problems)
    }
    var report = ImportReport(kind: kind, lines: rows.count - 1, problems: checked.problems, dryRun: dryRun)
    guard checked.problems.isEmpty else { return report }
    guard !dryRun else {
      report.added = checked.lines.count { $0.id == nil }
      report.found = checked.lines.count - report.added
      return report
    }
    let clock = company.clock, chance = company.chance
    var rest = checked.lines[...]
    while !rest.isEmpty {
      let lines = Array(rest.prefix(Self.batch))
      rest = rest.dropFirst(Self.batch)
      let done = try await company.database.write { db -> (changes: [Watchers.Change], added: Int) in
        let now = try clock()
        let writer = RegisterWriter(kind.register, author: actor.author, at: now, chance: chance)
        var changes: [Watchers.Change] = [], added = 0
        for line in lines {
          if let id = line.id {
            let before = try Journal.head(of: writer.description.stream(id), in: db)?.version
            try writer.change(line.fields, id: id, expected: nil, in: db)
            let after = try Journal.head(of: writer.description.stream(id), in: db)?.version ?? 0
            if before != after { changes.append(.init(stream: writer.description.stream(id), version: after)) }
          } else {
            let id: EquipmentID = chance.newID(at: now)
            try writer.create(line.fields, id: id.text, in: db)
            changes.append(.init(stream: writer.description.stream(id.text), version: 1))
            added += 1
          }
        }
        return (changes, added)
      }
      company.watchers.tell(done.changes)
      report.added += done.added
      report.changed += done.changes.count - done.added
      report.found += lines.count - done.added
    }
    return report
  }
}

/// What came of it.
public struct ImportReport: Sendable, JSONWritable {
  public struct Problem: Sendable, Hashable {
    public let line: Int
    public let field: String?
    public let message: String
  }

  public let kind: ImportKind
  /// Lines of data.
  public let lines: Int
  /// Every bad line; where there is one, nothing was written.
  public let problems: [Problem]
  public let dryRun: Bool
  public var added = 0
  /// Lines whose record was there already; `changed` of them differed.
  public var found = 0
  public var changed = 0

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("kind", kind.rawValue)
      json.field("dryRun", dryRun)
      json.field("lines", lines)
      json.field("added", added)
      json.field("changed", changed)
      json.field("unchanged", dryRun ? found : found - changed)
      json.array("problems", problems) { json, problem in
        json.object { json in
          json.field("line", problem.line)
          json.field("field", problem.field)
          json.field("message", problem.message)
        }
      }
    }
  }
}

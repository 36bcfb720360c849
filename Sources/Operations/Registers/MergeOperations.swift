import Domain
import Persistence

/// Merging, as a manager asks for it (ORG-2, ORG-5).
extension RegisterOperations {
  public static let mergeable: [Register] = [.customers, .equipment]

  /// What `merge` takes.
  public static let mergeShape = Shape(
    "MergeInput",
    [
      Field("into", .text(max: 200), required: true, note: "The record that goes on: its id, name or serial number"),
      Field("reason", .text(max: 500), required: true, note: "How it is known that the two are one"),
      Field("dryRun", .bool, note: "true only tells what would come of it"),
    ])
  /// What `unmerge` takes.
  public static let unmergeShape = Shape("UnmergeInput", [Field("reason", .text(max: 500), required: true)])

  /// Makes this record one with another, which goes on. One short transaction; what belongs to a customer follows by itself
  /// (``MergeFollower``), and readers find it at either meanwhile.
  public func merge(_ register: Register, _ id: String, _ input: Fields, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call, permit: { _, _ in try call.actor.require(.registerMerge) }) { db, now, _, changes in
      let writer = RegisterWriter(register, author: call.actor.author, at: now, chance: company.chance)
      let record = try writer.existing(id, expected: call.expected, in: db)
      guard let other = try Self.other(input.text("into") ?? "", register, in: db) else {
        throw InputRefusal.invalid([.noRecord("into", register)])
      }
      let survivor = try writer.existing(other, expected: nil, in: db)
      try MergeRule.check(writer.side(id, record, in: db), into: writer.side(other, survivor, in: db))
      var report = try MergeReport(register, (id, record), into: (other, survivor), dryRun: input.bool("dryRun") ?? false, in: db)
      if !report.dryRun {
        changes = try writer.merge(id, into: other, reason: input.text("reason"), expected: call.expected, in: db)
        report.version = changes[0].version
      }
      report.differs = try MergeReport.shown(writer.differs(record, survivor), of: register.description, in: db)
      return Answer(created: false, version: report.version, body: JSONWriter.text(report))
    }
  }

  /// Two again: each with the history it had, and with what came of it since under its own id.
  public func unmerge(_ register: Register, _ id: String, _ input: Fields, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call, permit: { _, _ in try call.actor.require(.registerMerge) }) { db, now, _, changes in
      let writer = RegisterWriter(register, author: call.actor.author, at: now, chance: company.chance)
      changes = try writer.split(id, reason: input.text("reason"), expected: call.expected, in: db)
      guard let item = try RegisterReader(register).item(id, in: db) else { throw AccessError.notFound(register.description.streamKind) }
      return Answer(created: false, version: item.version, body: item.json)
    }
  }

  /// By id, merged or not, so that the rule can say what it was merged into; else by what people call it.
  private static func other(_ text: String, _ register: Register, in db: any SQLReader) throws -> String? {
    if try Journal.head(of: register.description.stream(text), in: db) != nil { return text }
    return try RegisterNames.find(register, text, in: db)?.id
  }
}

/// What a merge comes to, before it is done (`dryRun`) and after.
public struct MergeReport: Sendable, JSONWritable {
  public struct Difference: Sendable {
    public let field: String
    /// As people read it: a reference by its name.
    public let from, into: String?
  }

  let register: Register
  public let dryRun: Bool
  let from, into: (id: String, name: String?)
  public var version: Int
  /// Records that move along, by register.
  public private(set) var moves: [(Register, Int)] = []
  /// Sites and departments that are there under the same name: they become one too.
  public private(set) var joins: [(Register, Int)] = []
  /// Cases that both histories have together from now on: those told with the merged record's id, and how many of them are open.
  public let cases, openCases: Int
  public var differs: [Difference] = []

  init(
    _ register: Register, _ one: (id: String, record: RegisterRecord), into other: (id: String, record: RegisterRecord), dryRun: Bool,
    in db: any SQLReader
  ) throws {
    let title = register == .equipment ? "serialNumber" : "name"
    (self.register, self.dryRun, version) = (register, dryRun, one.record.version)
    from = (one.id, one.record.values[title]?.text)
    into = (other.id, other.record.values[title]?.text)
    func count(_ sql: String, _ values: [SQLValue]) throws -> Int { try db.first(sql, values) { $0.int(0) } ?? 0 }
    let column = register == .equipment ? "equipment_id" : "customer_id"
    let ids = OneOf(column, [one.id] + (try Family.absorbed(by: one.id, register, in: db)))
    cases = try count("SELECT COUNT(*) FROM request WHERE \(ids.condition)", ids.values)
    openCases = try count("SELECT COUNT(*) FROM request WHERE \(ids.condition) AND open = 1", ids.values)
    guard register == .customers else { return }
    for kind in [Register.sites, .departments, .contacts, .equipment, .staff] {
      let table = kind.description.table
      let alone = kind == .sites || kind == .departments ? " AND merged_into IS NULL" : ""
      let all = try count("SELECT COUNT(*) FROM \(table) WHERE customer = ?\(alone)", [.text(one.id)])
      var same = 0
      if kind == .sites {
        let sql =
          "SELECT COUNT(*) FROM site a JOIN site b ON b.customer = ? AND b.name = a.name WHERE a.customer = ? AND a.merged_into IS NULL"
        same = try count(sql, [.text(other.id), .text(one.id)])
      } else if kind == .departments {
        // Of the same name, at no site or at sites of the same name.
        let sql = """
          SELECT COUNT(*) FROM department a LEFT JOIN site s ON s.id = a.site
          JOIN department b ON b.customer = ? AND b.name = a.name LEFT JOIN site r ON r.id = b.site
          WHERE a.customer = ? AND a.merged_into IS NULL AND COALESCE(s.name, '') = COALESCE(r.name, '')
          """
        same = try count(sql, [.text(other.id), .text(one.id)])
      }
      moves.append((kind, all - same))
      if kind == .sites || kind == .departments { joins.append((kind, same)) }
    }
  }

  static func shown(_ differs: [JSONValue.Member], of description: RegisterDescription, in db: any SQLReader) throws -> [Difference] {
    try differs.map { member in
      let values = member.value.array ?? []
      func text(_ value: JSONValue?) throws -> String? {
        guard let value, value != .null else { return nil }
        guard case .reference(let register) = description.field(member.name)?.storage, let id = value.text else {
          return value.text ?? JSONWriter.text(value)
        }
        return try db.first("SELECT name FROM \(register.description.table) WHERE id = ?", [.text(id)]) { $0.optionalText(0) } ?? nil ?? id
      }
      return Difference(field: member.name, from: try text(values.first), into: try text(values.last))
    }
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("dryRun", dryRun)
      json.field("version", version)
      json.field("from", Named(from))
      json.field("into", Named(into))
      json.array("moves", moves) { $0.value(Count($1)) }
      json.array("joins", joins) { $0.value(Count($1)) }
      json.field("cases", cases)
      json.field("openCases", openCases)
      json.array("differs", differs) { json, difference in
        json.object { json in
          json.field("field", difference.field)
          json.field("from", difference.from)
          json.field("into", difference.into)
        }
      }
    }
  }

  private struct Named: JSONWritable {
    let id: String, name: String?
    init(_ pair: (id: String, name: String?)) { (id, name) = pair }
    func write(to json: inout JSONWriter) {
      json.object {
        $0.field("id", id); $0.field("name", name)
      }
    }
  }

  private struct Count: JSONWritable {
    let register: Register, count: Int
    init(_ pair: (Register, Int)) { (register, count) = pair }
    func write(to json: inout JSONWriter) {
      json.object {
        $0.field("register", register.rawValue); $0.field("count", count)
      }
    }
  }
}

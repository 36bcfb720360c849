public import Domain
import Persistence

/// What managers read to see where promises are kept and where not (REP-1). No figure costs more with the number of ended cases.
public struct InsightOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }
  public init(_ requests: RequestOperations) { company = requests.company }

  public func now() throws -> Instant { try company.clock() }

  /// What is promised by the policy in force.
  public func targets() -> [TargetRule] { (try? company.clock()).flatMap { company.policies.inForce(at: $0)?.targets } ?? [] }

  /// On-time rates of the promises due in some months.
  public struct OnTime: Sendable {
    public struct Row: Sendable, Hashable {
      /// Of the target, branch, engineer or customer; empty for what has none. A month as 2026-11.
      public let id: String
      public let name: TargetRule.Name
      public let count: OnTimeCount
    }

    public let filter: OnTimeFilter
    public let group: OnTimeGroup
    public let total: OnTimeCount
    /// Targets as the policy orders them, months as the calendar does, others with the most missed first.
    public let rows: [Row]
    public let asOf: Instant
  }

  /// The rates of the promises due in some months, a row for each of what `group` says.
  public func onTime(_ filter: OnTimeFilter, by group: OnTimeGroup, by actor: Actor) async throws -> OnTime {
    let filter = try filter.scoped(to: actor), (company, now) = (company, try company.clock())
    return try await company.database.read { db in
      let customers = try filter.customer.map { try Family.members(of: $0, .customers, in: db) }
      let counts = try OnTimeRates.counts(filter, by: group, customers: customers, at: now, in: db)
      let names = try Self.names(of: Array(counts.keys), group, company.policies.inForce(at: now), in: db)
      let rows = counts.map { key, count in
        let id = group == .month ? Month(number: Int(key) ?? 0).description : key
        return OnTime.Row(id: id, name: names[key] ?? TargetRule.Name(zh: id, en: id), count: count)
      }
      return OnTime(
        filter: filter, group: group, total: counts.values.reduce(OnTimeCount(), +),
        rows: Self.sorted(rows, group, company.policies.inForce(at: now)), asOf: now)
    }
  }

  /// The table as a file: a byte order mark first, by which spreadsheets know UTF-8.
  ///
  /// - Parameter nothing: the name of what has no branch, engineer or customer.
  public func csv(
    _ filter: OnTimeFilter, by group: OnTimeGroup, headings: [String], nothing: String, chinese: Bool, by actor: Actor
  ) async throws -> String {
    let found = try await onTime(filter, by: group, by: actor)
    try await company.logExport(of: "on-time \(group.rawValue)", by: actor)
    let lines = found.rows.map { row in
      let name = row.id.isEmpty ? nothing : chinese ? row.name.zh : row.name.en
      let rate = row.count.permille.map { "\($0 / 10).\($0 % 10)" } ?? ""
      return CSV.line([RegisterExport.harmless(name), String(row.count.met), String(row.count.missed), String(row.count.all), rate])
    }
    return "\u{FEFF}" + ([CSV.line(headings)] + lines).joined(separator: "\n") + "\n"
  }

  /// Of the promises that were due today in the company's zone so far: what a wall display tells.
  static func today(branch: String?, at now: Instant, in db: any SQLReader) throws -> OnTimeCount {
    let start = CompanyClock.midnight(before: now).milliseconds
    let own = branch == nil ? "" : " AND branch_id = ?"
    let found = try db.first(
      "\(todaySQL)\(own)",
      [.integer(start), .integer(start + 86_400_000), .integer(now.milliseconds)] + (branch.map { [.text($0)] } ?? [])
    ) { OnTimeCount(met: $0.int(0), missed: $0.int(1)) }
    return found ?? OnTimeCount()
  }

  // Index promise_due bounds it by the day.
  static let todaySQL = """
    SELECT COUNT(CASE WHEN outcome = 0 THEN 1 END), COUNT(CASE WHEN outcome = 1 THEN 1 END) FROM promise
    WHERE due >= ? AND due < ? AND (outcome = 0 OR (outcome = 1 AND due < ?))
    """

  private static func sorted(_ rows: [OnTime.Row], _ group: OnTimeGroup, _ policy: ServicePolicy?) -> [OnTime.Row] {
    switch group {
    case .month: return rows.sorted { $0.id < $1.id }
    case .target:
      let order = policy.map { $0.targets.map(\.id) } ?? []
      func place(_ id: String) -> Int { order.firstIndex(of: id) ?? order.count }
      return rows.sorted { (place($0.id), $0.id) < (place($1.id), $1.id) }
    case .branch, .engineer, .customer:
      return rows.sorted { ($1.count.missed, $1.count.all, $0.id) < ($0.count.missed, $0.count.all, $1.id) }
    }
  }

  /// What the rows are called today, in pieces of 200.
  private static func names(
    of ids: [String], _ group: OnTimeGroup, _ policy: ServicePolicy?, in db: any SQLReader
  ) throws -> [String: TargetRule.Name] {
    let sql: String
    switch group {
    case .month: return [:]
    case .target: return Dictionary((policy?.targets ?? []).map { ($0.id, $0.name) }) { first, _ in first }
    case .branch: sql = "SELECT x.id, x.name FROM branch x"
    case .engineer: sql = "SELECT x.id, p.value FROM staff x LEFT JOIN personal p ON p.hash = x.name"
    case .customer: sql = "SELECT x.id, x.name FROM customer x"
    }
    var names: [String: TargetRule.Name] = [:]
    for start in stride(from: 0, to: ids.count, by: 200) {
      let some = OneOf("x.id", Array(ids[start..<min(start + 200, ids.count)]))
      try db.forEach("\(sql) WHERE \(some.condition)", some.values) { row in
        if let name = row.optionalText(1) { names[row.text(0)] = TargetRule.Name(zh: name, en: name) }
        return true
      }
    }
    return names
  }
}

extension InsightOperations.OnTime: JSONWritable {
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("from", filter.from.description)
      json.field("to", filter.to.description)
      json.field("by", group.rawValue)
      json.field("asOf", asOf)
      json.object("total") { total.fields(of: &$0) }
      json.array("rows", rows) { json, row in
        json.object { json in
          json.field("id", row.id)
          json.field("name", row.name.zh)
          json.field("nameEn", row.name.en)
          row.count.fields(of: &json)
        }
      }
    }
  }
}

extension OnTimeCount {
  fileprivate func fields(of json: inout JSONWriter) {
    json.field("met", met)
    json.field("missed", missed)
    json.field("permille", permille)
  }
}

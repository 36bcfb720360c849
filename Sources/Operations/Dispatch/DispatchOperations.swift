import Domain
import Persistence

/// The dispatcher's board (INT-6): open cases by their nearest clock, who could go, and who is where.
public struct DispatchOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  /// A page of the board.
  public struct Listed: Sendable {
    public let cases: [RequestView]
    /// The departments of their machines, by the machine's id.
    public let departments: [String: String]
    public let next: String?

    public init(cases: [RequestView], departments: [String: String] = [:], next: String?) {
      (self.cases, self.departments, self.next) = (cases, departments, next)
    }
  }

  public func list(_ filter: BoardFilter, after cursor: String? = nil, limit: Int, by actor: Actor) async throws -> Listed {
    var query = filter.query
    (query.cursor, query.limit) = (cursor, limit)
    return try await list(query, by: actor)
  }

  /// Those of these cases that are open and match: how a screen that stays open reads what has changed.
  public func list(_ filter: BoardFilter, only ids: [String], by actor: Actor) async throws -> Listed {
    guard !ids.isEmpty else { return Listed(cases: [], next: nil) }
    var query = filter.query
    (query.only, query.limit) = (ids, ids.count)
    return try await list(query, by: actor)
  }

  private func list(_ query: RequestQuery, by actor: Actor) async throws -> Listed {
    try actor.require(.requestDispatch)
    let scope = try actor.require(.requestRead)
    let (company, now) = (company, try company.clock())
    return try await company.database.read { db in
      let plan = try RequestListPlan(query, scope: scope, actor: actor, families: CaseFamilies(query, scope: scope, actor: actor, in: db))
      var rows = try ReadRequests.views(plan.condition, plan.arguments, for: actor, at: now, policies: company.policies, in: db)
      let more = rows.count > query.limit
      if more { rows.removeLast() }
      let views = rows.map(\.view)
      return Listed(
        cases: views, departments: try Self.departments(of: views, in: db),
        next: more ? rows.last.map { plan.cursor(of: $0.view, due: $0.due).text } : nil)
    }
  }

  private static func departments(of views: [RequestView], in db: any SQLReader) throws -> [String: String] {
    let machines = Set(views.compactMap(\.equipment?.id)).sorted()
    guard !machines.isEmpty else { return [:] }
    let all = OneOf("e.id", machines)
    let rows = try db.rows(
      "SELECT e.id, d.name FROM equipment e JOIN department d ON d.id = e.department WHERE \(all.condition)", all.values
    ) { ($0.text(0), $0.text(1)) }
    return Dictionary(rows) { first, _ in first }
  }

  public func tally(by actor: Actor) async throws -> BoardTally {
    try actor.require(.requestDispatch)
    let now = try company.clock()
    return try await company.database.read { db in try BoardTally.read(at: now, in: db) }
  }

  /// - Throws: `AccessError.notFound` also for what the reader may not know of.
  public func find(_ reference: String, by actor: Actor) async throws -> BoardCase {
    try actor.require(.requestDispatch)
    let (company, now) = (company, try company.clock())
    return try await company.database.read { db in
      let id = try RequestOperations.visible(reference, by: actor, in: db)
      return try BoardCase.read(id: id, for: actor, at: now, policies: company.policies, in: db)
    }
  }

  /// Everybody who can be sent, with the name of their branch.
  public func engineers(by actor: Actor) async throws -> [BoardEngineer] {
    try actor.require(.requestDispatch)
    return try await company.database.read { db in
      try BoardStaff.people(.engineer, in: db).map(\.engineer) + BoardStaff.people(.partner, in: db).map(\.engineer)
    }
  }

  /// At most so many lanes: more than that nobody reads at a glance.
  public static let lanes = 60

  /// The day of the engineers of a branch, or of everybody who has something to do.
  ///
  /// - Parameters:
  ///   - branch: nil asks for all branches.
  ///   - also: engineers who are shown whatever their branch, such as the ones suggested.
  public func lanes(of branch: String?, also: [String] = [], by actor: Actor) async throws -> [BoardLane] {
    try actor.require(.requestDispatch)
    let now = try company.clock()
    return try await company.database.read { db in
      let midnight = CompanyClock.midnight(before: now)
      let open = Dictionary(grouping: try BoardStaff.open(in: db), by: \.engineer)
      let everybody = try BoardStaff.people(.engineer, in: db) + BoardStaff.people(.partner, in: db)
      let shown = everybody.filter { person in
        if also.contains(person.engineer.id) { return true }
        if let branch { return person.engineer.branch == branch }
        return open[person.engineer.id] != nil
      }
      let ended = Dictionary(
        grouping: try BoardStaff.ended(
          of: shown.map(\.engineer.id), from: midnight, to: midnight + 86_400, in: db),
        by: \.engineer)
      let lanes = shown.map { person in
        let id = person.engineer.id
        return BoardLane(person.engineer, base: person.base, open: open[id] ?? [], ended: ended[id] ?? [], at: now)
      }
      // The suggested ones in their order, then by branch and name.
      func place(_ lane: BoardLane) -> Int { also.firstIndex(of: lane.engineer.id) ?? also.count }
      let sorted = lanes.sorted {
        (place($0), $0.engineer.branchName ?? "", $0.engineer.name, $0.engineer.id)
          < (place($1), $1.engineer.branchName ?? "", $1.engineer.name, $1.engineer.id)
      }
      return Array(sorted.prefix(Self.lanes))
    }
  }
}

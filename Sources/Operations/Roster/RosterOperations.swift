public import Domain
import FoundationEssentials
import Persistence

/// The roster of who is on duty (值班): it decides who is told of a case that nobody has in hand (INT-8, SLA-8).
public struct RosterOperations: Sendable {
  let company: Company
  /// At most so many weeks ahead by one call.
  public static let repeats = 0...12

  public init(_ company: Company) { self.company = company }
  public init(_ requests: RequestOperations) { company = requests.company }

  public static let shape = Shape(
    "ShiftInput",
    [
      Field("staff", .reference, required: true), Field("branch", .reference, note: "None: for every branch, at the centre"),
      Field("from", .instant, required: true), Field("to", .instant, required: true, note: "At most 48 h after from"),
      Field("weeks", .integer(repeats), note: "So many weeks more, at the same hours on the wall"),
    ])

  /// Plans a shift, and the same in the weeks after.
  public func plan(_ input: Fields, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call) { _, _ in
      try call.actor.require(.rosterWrite)
    } change: { db, now, _, changes in
      guard let from = input.instant("from"), let to = input.instant("to") else { throw RosterRefusal.empty }
      guard to > from else { throw RosterRefusal.empty }
      guard to.milliseconds(since: from) <= Shift.longest else { throw RosterRefusal.tooLong }
      guard to > now else { throw RosterRefusal.past }
      let person = try db.first("SELECT role, branch FROM staff WHERE id = ? AND archived = 0", [.text(input.text("staff") ?? "")]) {
        (role: $0.optionalText(0), branch: $0.optionalText(1))
      }
      guard let person, let role = person.role.flatMap(Role.init(rawValue:)), !role.isOutside else {
        throw InputRefusal.field("staff", "This names nobody who can be on duty. Choose somebody of the company.", code: "roster.nobody")
      }
      if let branch = input.text("branch") {
        let isThere = try db.first("SELECT 1 FROM branch WHERE id = ? AND archived = 0", [.text(branch)]) { _ in true } ?? false
        guard isThere else { throw InputRefusal.field("branch", "There is no such branch.", code: "roster.no-branch") }
      }
      var first: String?
      for week in 0...(input.integer("weeks") ?? 0) {
        // China has no summer time: a week later is a week later.
        let shift = ShiftProjector.Planned(
          staff: input.text("staff") ?? "", role: role.rawValue, branch: input.text("branch"),
          from: from + Int64(week) * 604_800, to: to + Int64(week) * 604_800)
        try Self.requireFree(shift, in: db)
        let id: ID<Shift> = company.chance.newID(at: now)
        let body = String(decoding: try JSONEncoder().encode(shift), as: UTF8.self)
        changes.append(
          try Self.write(.init(kind: "planned", schema: 1, body: body, occurred: now.milliseconds), to: id.text, call, now, db))
        first = first ?? id.text
      }
      return Answer(created: true, version: 1, body: JSONWriter.text(try Self.view(first ?? "", in: db)))
    }
  }

  /// Takes a shift off the roster. What has begun stays on record as it was.
  public func remove(_ id: String, _ call: Call) async throws -> Answer {
    try await company.perform(call) { _, _ in
      try call.actor.require(.rosterWrite)
    } change: { db, now, _, changes in
      let view = try Self.view(id, in: db)
      guard view.to > now else { throw RosterRefusal.past }
      changes.append(try Self.write(.init(kind: "removed", schema: 1, body: "{}", occurred: now.milliseconds), to: id, call, now, db))
      return Answer(created: false, version: 2, body: JSONWriter.text(view))
    }
  }

  /// The shifts that touch a time, in order, with the names of who has them.
  public func list(from: Instant, to: Instant, branch: String?, by actor: Actor) async throws -> [ShiftView] {
    try actor.require(.rosterRead)
    return try await company.database.read { db in try Self.shifts(from: from, to: to, branch: branch, in: db) }
  }

  /// When nobody will be on duty who should be, in the time to come. Covered must be what the roster covers at all: the roles and
  /// branches that have a shift in the four weeks before or after now.
  public func gaps(from: Instant, to: Instant, branch: String?, by actor: Actor) async throws -> [DutyGap] {
    try actor.require(.rosterRead)
    return try await company.database.read { db in
      let around = Self.touching(from: from - 28 * 86_400, to: to + 28 * 86_400, branch: branch)
      let duties = try db.rows(
        "SELECT DISTINCT s.role, s.branch_id FROM shift s WHERE s.removed = 0 AND \(around.condition)", around.arguments
      ) { row in Role(rawValue: row.text(0)).map { Duty(role: $0, branch: row.optionalText(1).map { BranchID($0) }) } }
      let here = Self.touching(from: from, to: to, branch: branch)
      // All of them: one left out would be a gap that is none.
      let shifts = try db.rows(
        "SELECT s.staff_id, s.role, s.branch_id, s.from_at, s.to_at FROM shift s WHERE s.removed = 0 AND \(here.condition)", here.arguments
      ) { row in
        Role(rawValue: row.text(1)).map {
          Shift(
            staff: StaffID(row.text(0)), role: $0, branch: row.optionalText(2).map { BranchID($0) },
            from: Instant(milliseconds: row.integer(3)), to: Instant(milliseconds: row.integer(4)))
        }
      }.compactMap(\.self)
      let byRole = Dictionary(grouping: shifts, by: \.role)
      return duties.compactMap(\.self).flatMap { $0.gaps(among: byRole[$0.role] ?? [], from: from, to: to) }.sorted {
        ($0.from, $0.duty.role.rawValue, $0.duty.branch?.text ?? "") < ($1.from, $1.duty.role.rawValue, $1.duty.branch?.text ?? "")
      }
    }
  }

  private static func write(_ event: NewEvent, to id: String, _ call: Call, _ now: Instant, _ db: any SQLWriter) throws -> Watchers.Change {
    let stream = "shift/\(id)"
    try Journal.append([event], to: stream, expecting: nil, by: call.actor.author, recorded: now.milliseconds, in: db)
    let all = try Journal.events(of: stream, in: db)
    if let row = try ShiftProjector().row(stream: stream, events: all) { try ProjectionWriter.upsert(row, in: db) }
    return Watchers.Change(stream: stream, version: all.count)
  }

  /// Nobody is in two shifts at once.
  private static func requireFree(_ shift: ShiftProjector.Planned, in db: any SQLReader) throws {
    let other = try db.first(
      "SELECT from_at FROM shift WHERE staff_id = ? AND removed = 0 AND from_at > ? AND from_at < ? AND to_at > ? LIMIT 1",
      [
        .text(shift.staff), .integer(shift.from.milliseconds - Shift.longest), .integer(shift.to.milliseconds),
        .integer(shift.from.milliseconds),
      ]
    ) { _ in true }
    if other != nil { throw RosterRefusal.twice }
  }

  static func view(_ id: String, in db: any SQLReader) throws -> ShiftView {
    let found = try rows("s.id = ?", [.text(id)], in: db).first
    guard let found else { throw AccessError.notFound("shift") }
    return found
  }

  private static func shifts(from: Instant, to: Instant, branch: String?, in db: any SQLReader) throws -> [ShiftView] {
    let (condition, arguments) = touching(from: from, to: to, branch: branch)
    return try rows(condition, arguments, in: db)
  }

  /// Found by the index: no shift is longer than the longest.
  private static func touching(from: Instant, to: Instant, branch: String?) -> (condition: String, arguments: [SQLValue]) {
    let there = branch.map { _ in " AND (s.branch_id = ? OR s.branch_id IS NULL)" } ?? ""
    return (
      "s.from_at > ? AND s.from_at < ? AND s.to_at > ?\(there)",
      [.integer(from.milliseconds - Shift.longest), .integer(to.milliseconds), .integer(from.milliseconds)]
        + (branch.map { [.text($0)] } ?? [])
    )
  }

  private static func rows(_ condition: String, _ arguments: [SQLValue], in db: any SQLReader) throws -> [ShiftView] {
    try db.rows(
      """
      SELECT s.id, s.staff_id, s.role, s.branch_id, s.from_at, s.to_at, n.value, b.name FROM shift s
      LEFT JOIN staff p ON p.id = s.staff_id LEFT JOIN personal n ON n.hash = p.name LEFT JOIN branch b ON b.id = s.branch_id
      WHERE s.removed = 0 AND \(condition) ORDER BY s.from_at, s.id LIMIT 5000
      """, arguments
    ) { row in
      ShiftView(
        id: row.text(0), staff: row.text(1), role: Role(rawValue: row.text(2)) ?? .callTaker, branch: row.optionalText(3),
        from: Instant(milliseconds: row.integer(4)), to: Instant(milliseconds: row.integer(5)), name: row.optionalText(6) ?? "",
        branchName: row.optionalText(7))
    }
  }
}

public struct ShiftView: Sendable, Hashable, JSONWritable {
  public let id, staff: String
  public let role: Role
  public let branch: String?
  public let from, to: Instant
  public let name: String
  public let branchName: String?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("staff", staff)
      json.field("name", name)
      json.field("role", role.rawValue)
      json.field("branch", branch)
      json.field("from", from)
      json.field("to", to)
    }
  }
}

public enum RosterRefusal: Refusal, Hashable {
  case empty, tooLong, past, twice

  public var code: String {
    switch self {
    case .empty: "roster.empty"
    case .tooLong: "roster.too-long"
    case .past: "roster.past"
    case .twice: "roster.twice"
    }
  }
  public var message: String {
    switch self {
    case .empty: "Say from when to when; the end comes after the beginning."
    case .tooLong: "A shift is at most 48 hours long. Plan a second one."
    case .past: "This has passed. What was on the roster stays on record."
    case .twice: "This person is on duty then already. Look at the roster."
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .empty, .tooLong: .invalid
    case .past, .twice: .conflict
    }
  }
}

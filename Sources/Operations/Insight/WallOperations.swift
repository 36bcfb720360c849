public import Domain
import Persistence

/// What a screen on the wall of the centre shows (INT-6): how many, what runs out next, how today goes. Nothing of the customers' contacts.
public struct Wall: Sendable {
  public let asOf: Instant
  /// The branch's name, where the screen shows one.
  public let branch: String?
  public let tally: BoardTally
  public let filter: BoardFilter
  /// A few that are late, then the next to run out, ten in all; what waits for somebody last.
  public let next: [RequestView]
  /// When the next promise runs out that has not yet.
  public var nextDue: Instant?
  /// Of the promises that were due today.
  public let today: OnTimeCount
  /// Who is on duty now, of the roles that answer a call; empty where the roster names nobody.
  public var onDuty: [Duty] = []

  public struct Duty: Sendable, Hashable {
    public let role: Role
    public let names: [String]
  }

  public init(
    asOf: Instant, branch: String? = nil, tally: BoardTally, filter: BoardFilter = BoardFilter(), next: [RequestView],
    nextDue: Instant? = nil, today: OnTimeCount, onDuty: [Duty] = []
  ) {
    (self.asOf, self.branch, self.tally, self.filter) = (asOf, branch, tally, filter)
    (self.next, self.nextDue, self.today, self.onDuty) = (next, nextDue, today, onDuty)
  }

  /// A summary may hold a number somebody can be called by; a wall is read by visitors too.
  public static func shown(_ summary: String) -> String {
    var text = "", digits = ""
    func flush() {
      // A number may be written in groups; what stands between it and the next word is the sentence's.
      let end = digits.lastIndex(where: \.isNumber).map(digits.index(after:)) ?? digits.startIndex
      text += digits.filter(\.isNumber).count >= 7 ? "…" + digits[end...] : digits
      digits = ""
    }
    for character in summary {
      let joins = !digits.isEmpty && (character == "-" || character == " ")
      if character.isNumber || joins {
        digits.append(character)
      } else {
        flush()
        text.append(character)
      }
    }
    flush()
    return text
  }
}

/// Reads the wall, for colleagues and for a screen that holds a link.
public struct WallOperations: Sendable {
  let company: Company
  /// So many rows can be read from across the room.
  static let rows = 10
  /// How many of them may be late ones, the longest first; how many there are stands above.
  static let late = 4
  /// The subject of a link that shows the whole company.
  static let everything = "all"

  public init(_ requests: RequestOperations) { company = requests.company }

  public func wall(branch: String?, by actor: Actor) async throws -> Wall {
    try actor.require(.requestDispatch)
    return try await read(branch)
  }

  /// By a screen's link: this wall, and nothing beside it.
  public func wall(link token: String) async throws -> Wall {
    let link = try await links.open(token, .wall)
    return try await read(link.subject == Self.everything ? nil : link.subject)
  }

  private func read(_ branch: String?) async throws -> Wall {
    let (company, now) = (company, try company.clock())
    return try await company.database.read { db in
      var filter = BoardFilter()
      filter.branch = branch
      var name: String?
      if let branch {
        name = try db.first("SELECT name FROM branch WHERE id = ?", [.text(branch)]) { $0.text(0) }
        guard name != nil else { throw AccessError.notFound("branch") }
      }
      let all = try Self.rows(of: filter, after: nil, at: now, company, in: db)
      // Where more than a few are late, the screen still says what can be saved.
      let late = all.prefix { $0.due < now.milliseconds }.count
      let coming = late == 0 ? all : try Self.rows(of: filter, after: now, at: now, company, in: db)
      let shown = min(late, max(Self.late, Self.rows - coming.count))
      let rows = all.prefix(shown) + coming.prefix(Self.rows - shown)
      let next = coming.first { $0.due <= RequestProjector.noDue - 1 }.map { Instant(milliseconds: $0.due) }
      return Wall(
        asOf: now, branch: name, tally: try BoardTally.read(at: now, in: db), filter: filter,
        next: rows.map { $0.view.withoutContact }, nextDue: next, today: try InsightOperations.today(branch: branch, at: now, in: db),
        onDuty: try Self.onDuty(of: branch, at: now, in: db))
    }
  }

  /// Open cases in the order of their nearest promise: whoever may see the wall may see its rows; the page leaves contacts out.
  private static func rows(
    of filter: BoardFilter, after: Instant?, at now: Instant, _ company: Company, in db: any SQLReader
  ) throws -> [(view: RequestView, due: Int64)] {
    var query = filter.query
    query.limit = rows
    query.cursor = after.map { Cursor(key: String($0.milliseconds), id: "").text }
    let plan = try RequestListPlan(query, scope: .all, actor: .system, families: CaseFamilies(customers: nil, machines: nil))
    return try ReadRequests.views(plan.condition, plan.arguments, for: .system, at: now, policies: company.policies, in: db)
  }

  /// Two names a role can be read from across the room.
  private static func onDuty(of branch: String?, at now: Instant, in db: any SQLReader) throws -> [Wall.Duty] {
    try [Role.callTaker, .dispatcher, .engineer].compactMap { role in
      let staff = try Shifts.onDuty(role, of: branch, at: now, in: db).prefix(2).map(\.text)
      guard !staff.isEmpty else { return nil }
      let all = OneOf("s.id", staff)
      let names = Dictionary(
        try db.rows("SELECT s.id, p.value FROM staff s LEFT JOIN personal p ON p.hash = s.name WHERE \(all.condition)", all.values) {
          ($0.text(0), $0.optionalText(1) ?? "")
        }
      ) { first, _ in first }
      return Wall.Duty(role: role, names: staff.compactMap { names[$0] }.filter { !$0.isEmpty })
    }
  }

  // MARK: links of screens

  private var links: LinkBook { LinkBook(company: company) }

  /// The screens' links that open something, newest first.
  public func screens(by actor: Actor) async throws -> [LinkView] {
    try await company.database.read { db in
      try actor.require(LinkKind.wall.action)
      return try db.rows(
        "SELECT \(LinkOperations.columns) FROM link WHERE kind = ? AND revoked_at IS NULL ORDER BY subject, id DESC LIMIT 100",
        [.text(LinkKind.wall.rawValue)], LinkOperations.view)
    }
  }

  /// A link for a screen that has no keyboard.
  ///
  /// - Parameter branch: nil for the whole company.
  public func makeScreen(branch: String?, by actor: Actor) async throws -> LinkView {
    let company = company
    return try await company.write { db in
      try actor.require(LinkKind.wall.action)
      if let branch {
        let known = try db.first("SELECT 1 FROM branch WHERE id = ?", [.text(branch)]) { _ in true }
        guard known != nil else { throw AccessError.notFound("branch") }
      }
      return try LinkOperations.insert(.wall, branch ?? Self.everything, by: actor, for: company, in: db)
    }
  }
}

extension RequestView {
  fileprivate var withoutContact: RequestView {
    var view = self
    view.contact = Person(id: nil, name: nil, phone: nil)
    return view
  }
}

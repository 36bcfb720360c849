public import Domain
import Persistence

/// Fills an empty database with a believable company; the same seed gives the same company and the same cases.
public struct DemoOperations: Sendable {
  public static let password = "weibao-demo"
  /// Records in one transaction.
  static let batch = 1_000
  /// Days that cases are told of: a year, and for more than a year's worth up to twenty.
  static func caseDays(_ cases: Int) -> Int64 { min(7_300, max(365, Int64(cases) / 55)) }
  /// Days before today that the company began to work with weibao.
  public static func days(_ cases: Int) -> Int64 { caseDays(cases) + 35 }

  let company: Company

  public init(_ company: Company) { self.company = company }

  public struct Report: Sendable, JSONWritable {
    public let events, cases: Int
    /// Sign-in names; all have ``DemoOperations/password``.
    public let users: [String]

    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.field("events", events)
        json.field("cases", cases)
        json.array("users", users) { $0.value($1) }
        json.field("password", DemoOperations.password)
      }
    }
  }

  /// - Throws: ``DemoRefusal/notEmpty`` where a company is kept already: the demonstration never mixes with real records.
  public func run(cases count: Int, seed: UInt64) async throws -> Report {
    let full = try await company.database.read { db in
      try ["customer", "branch", "request"].contains { try db.first("SELECT 1 FROM \($0) LIMIT 1", [], { _ in true }) ?? false }
    }
    guard !full else { throw DemoRefusal.notEmpty }
    // Whole minutes: within one minute a run is the same to the byte.
    let now = Instant(milliseconds: try company.clock().milliseconds / 60_000 * 60_000)
    let today = CompanyClock.date(of: now)
    let registers = DemoRegisters(seed: seed, cases: count, founded: now - Self.days(count) * 86_400, today: today)
    let chance = Self.chance(seed)
    var events = 0
    for start in stride(from: 0, to: registers.records.count, by: Self.batch) {
      let batch = Array(registers.records[start..<min(start + Self.batch, registers.records.count)])
      try await company.database.write { db in
        for record in batch {
          let writer = RegisterWriter(record.register, author: .system, at: record.at, chance: chance)
          try writer.create(record.fields, id: record.id, in: db)
        }
      }
      events += batch.count
    }
    let users = try await makeAccounts(registers.company.users, at: now, chance: chance)
    let cases = DemoCases(registers.company, policies: company.policies, count: count, seed: seed, now: now)
    events += try await tell(cases, count)
    let dialect = company.database.dialect
    if let look = dialect.look(at: Schema.tables.keys), let unhurried = dialect.unhurried {
      try await company.database.write { db in
        try db.execute(unhurried)
        try db.execute(look)
      }
    }
    return Report(events: events, cases: count, users: users)
  }

  /// While one batch is written the next is told, but no more.
  private func tell(_ cases: DemoCases, _ count: Int) async throws -> Int {
    let database = company.database, policies = company.policies
    let numbers = try await database.read { db in try DemoNumbers(in: db) }
    let size = DemoCases.batch(database.dialect)
    func told(_ start: Int) throws -> DemoRows {
      var rows = try cases.rows(of: cases.tell(start..<min(start + size, count), numbers: numbers))
      rows.series = numbers.moved()
      return rows
    }
    var events = 0
    var next: DemoRows? = count > 0 ? try told(0) : nil
    for start in stride(from: 0, to: count, by: size) {
      guard let rows = next else { break }
      async let written: Void = database.write { db in try rows.write(policies: policies, in: db) }
      next = start + size < count ? try told(start + size) : nil
      try await written
      events += rows.events.count
    }
    return events
  }

  /// Everybody has the same published password, so one hash serves all; `admin` is made where there is none.
  private func makeAccounts(_ named: [(name: String, staff: StaffID)], at now: Instant, chance: Chance) async throws -> [String] {
    let hash = try await Passwords(cost: .quick).hash(Self.password, salt: chance.bytes(16))
    return try await company.database.write { db in
      var users: [String] = []
      func account(_ name: String, _ staff: StaffID) throws {
        guard try db.first("SELECT 1 FROM account WHERE name = ?", [.text(name)], { _ in true }) == nil else { return }
        try db.execute(
          "INSERT INTO account (staff, name, password, disabled, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)",
          [.text(staff.text), .text(name), .text(hash), .bool(false), .integer(now.milliseconds), .integer(now.milliseconds)])
        users.append(name)
      }
      if try db.first("SELECT 1 FROM account WHERE name = 'admin'", [], { _ in true }) == nil {
        let admin: StaffID = chance.newID(at: now)
        let fields = Fields(["name": .text("系统管理员"), "role": .text(Role.administrator.rawValue)])
        try RegisterWriter(.staff, author: .system, at: now, chance: chance).create(fields, id: admin.text, in: db)
        try account("admin", admin)
      }
      for (name, staff) in named { try account(name, staff) }
      return users
    }
  }

  static func chance(_ seed: UInt64) -> Chance {
    let random = LockedRandom(DemoRandom(seed, part: "chance"))
    return Chance { random.next() }
  }
}

public enum DemoRefusal: Refusal, Hashable {
  case notEmpty

  public var code: String { "demo.not-empty" }
  public var message: String { "There is a company in this database. Name an empty folder with --data." }
  public var category: RefusalCategory { .conflict }
}

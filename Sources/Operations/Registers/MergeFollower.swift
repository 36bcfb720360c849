import AsyncAlgorithms
import Domain
import Logging
import Persistence
public import ServiceLifecycle
import Synchronization

/// Takes what belongs to a merged customer to the one it was merged into, and back when the merge is undone: sites, departments,
/// contacts, machines, users.
///
/// There is no list of what is still to do: whatever stands at a merged customer has to move, and whatever came from one that is no
/// longer one with where it stands has to go back. So it goes on where it was cut off, and what another node wrote meanwhile is found too. At each
/// moment readers ask for all records that are one (``Family``), so nobody waits for it.
public struct MergeFollower: Service {
  /// Records in one transaction: some 20 ms.
  static let batch = 40

  let company: Company

  public init(_ company: Company) { self.company = company }

  public func run() async throws {
    // At the start, after each change of a customer here, and once a minute for what other nodes did.
    let bell = Bell()
    try await withThrowingTaskGroup { group in
      group.addTask { [company] in
        for await change in company.watchers.changes().cancelOnGracefulShutdown() where change.stream.hasPrefix("customer/") {
          bell.ring()
        }
      }
      group.addTask { [company] in
        var turn = 0
        for await _ in AsyncTimerSequence(interval: .milliseconds(500), clock: .continuous).cancelOnGracefulShutdown() {
          turn += 1
          guard bell.heard() || turn % 120 == 0 else { continue }
          do {
            while !Task.isShuttingDownGracefully, try await step() {}
          } catch {
            bell.ring()
            company.logger.error("Records of a merged customer stay behind; the next turn tries again.", metadata: ["error": "\(error)"])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private final class Bell: Sendable {
    private let rings = Mutex(true)
    func ring() { rings.withLock { $0 = true } }
    func heard() -> Bool {
      rings.withLock { rings in
        defer { rings = false }
        return rings
      }
    }
  }

  /// All of it: for tests and commands.
  public func followAll() async throws { while try await step() {} }

  /// One transaction of it.
  ///
  /// - Returns: whether there may be more.
  func step() async throws -> Bool {
    guard let work = try await company.database.read({ try Work.next(in: $0) }) else { return false }
    let company = company
    let changes = try await company.database.write { db -> [Watchers.Change] in
      let writer = RegisterWriter(work.register, author: .system, at: try company.clock(), chance: company.chance)
      return try work.ids.flatMap { id in
        switch work.way {
        case .follow: try writer.follow(id, in: db)
        case .split: try writer.part(id, in: db)
        case .goBack: try writer.goBack(id, in: db)
        case .goAlong(let customer): try writer.stay(id, at: customer, in: db)
        }
      }
    }
    company.watchers.tell(changes)
    return !changes.isEmpty
  }

  private struct Work: Sendable {
    enum Way: Sendable {
      case follow, split, goBack
      /// With the place where it stands.
      case goAlong(customer: String)
    }

    let register: Register
    let way: Way
    let ids: [String]

    static let places: [Register] = [.sites, .departments]
    static let movable: [Register] = [.sites, .departments, .contacts, .equipment, .staff]

    /// The way back first, so that nothing follows into a place that is about to leave; places before what stands in them, and a
    /// place that leaves before those that are one with it: they may leave together.
    static func next(in db: any SQLReader) throws -> Work? {
      for register in places {
        guard let found = try ids(back(register), in: db) else { continue }
        // One place a turn, and first what was put there since it came.
        return try along(found[0], register, in: db) ?? Work(register: register, way: .goBack, ids: [found[0]])
      }
      for register in places {
        if let found = try ids(split(register), in: db) { return Work(register: register, way: .split, ids: found) }
      }
      for register in movable where !places.contains(register) {
        if let found = try ids(back(register), in: db) { return Work(register: register, way: .goBack, ids: found) }
      }
      for register in movable {
        if let found = try ids(forward(register), in: db) { return Work(register: register, way: .follow, ids: found) }
      }
      return nil
    }

    private static func along(_ place: String, _ register: Register, in db: any SQLReader) throws -> Work? {
      let origin = try db.first("SELECT origin FROM \(register.description.table) WHERE id = ?", [.text(place)]) { $0.optionalText(0) }
      guard let customer = origin ?? nil else { return nil }
      let kinds: [Register] = register == .sites ? [.contacts, .equipment, .departments] : [.contacts, .equipment]
      for kind in kinds {
        var stands = register == .sites ? "site = ?" : "department = ?"
        var values: [SQLValue] = [.text(place)]
        if register == .sites, kind != .departments {
          stands += " OR department IN (SELECT id FROM department WHERE site = ?)"
          values.append(.text(place))
        }
        let sql = """
          SELECT id FROM \(kind.description.table) WHERE (\(stands)) AND customer <> ? AND COALESCE(origin, '') <> ? ORDER BY id LIMIT \(batch)
          """
        let found = try db.rows(sql, values + [.text(customer), .text(customer)]) { $0.text(0) }
        if !found.isEmpty { return Work(register: kind, way: .goAlong(customer: customer), ids: found) }
      }
      return nil
    }

    private static func ids(_ sql: String, in db: any SQLReader) throws -> [String]? {
      let found = try db.rows(sql) { $0.text(0) }
      return found.isEmpty ? nil : found
    }
  }

  /// What stands at a merged customer; of places, what is not one with a place there already.
  static func forward(_ register: Register) -> String {
    let table = register.description.table
    let alone = register == .sites || register == .departments ? " AND merged_into IS NULL" : ""
    return """
      SELECT id FROM \(table) WHERE customer IN (SELECT id FROM customer WHERE merged_into IS NOT NULL)\(alone) ORDER BY id LIMIT \(batch)
      """
  }

  /// What came from a customer that is no longer one with where it stands. Not only its own merge may have been undone: of a chain
  /// it may be a later one, before the records had followed the first.
  static func back(_ register: Register) -> String {
    """
    SELECT id FROM \(register.description.table) t WHERE origin IS NOT NULL
    AND \(family(of: "t.origin")) <> \(family(of: "t.customer")) ORDER BY id LIMIT \(batch)
    """
  }

  /// Places that became one with another's only because their customers did, and these are two again, or one the other way round;
  /// the newest merge first.
  static func split(_ register: Register) -> String {
    let table = register.description.table
    return """
      SELECT id FROM \(table) t WHERE merged_into IS NOT NULL
      AND (EXISTS (SELECT 1 FROM customer c WHERE c.id = t.customer AND c.merged_into IS NULL)
        OR \(family(of: "t.customer")) <> \(family(of: "(SELECT s.customer FROM \(table) s WHERE s.id = t.merged_into)")))
      ORDER BY merged_at DESC, id DESC LIMIT \(batch)
      """
  }

  /// A merged row names the one in use, so this is one look-up by key.
  private static func family(of customer: String) -> String {
    "(SELECT COALESCE(c.merged_into, c.id) FROM customer c WHERE c.id = \(customer))"
  }
}

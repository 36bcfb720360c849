import Domain
import Foundation
import Logging
import Operations
import Persistence
import Synchronization
import TestEngines

/// A company on a database of its own, with a clock that stands still and seeded chance; gone with the test.
final class TestCompany: Sendable {
  let folder: URL
  let company: Company
  private let clock: TestClock

  static let migrations = Schema.migrations

  /// - Parameter now: where the clock stands; a Monday at 09:00 in Nanchang unless told.
  init(now: Instant = Instant(milliseconds: 1_795_395_600_000), seed: UInt64 = 1) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "weibao-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let logger = Logger(label: "test")
    let database = try await TestEngine.database(in: folder, logger: logger)
    try await Migrator.migrate(Self.migrations, in: database, at: 1)
    let random = Mutex(Seeded(seed))
    let clock = TestClock(now)
    company = Company(
      database: database, files: FileStore(data: folder.path), erasures: folder.appending(path: "erasures").path,
      clock: { clock.look() },
      chance: Chance { random.withLock { $0.next() } }, logger: logger)
    self.clock = clock
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var now: Instant { clock.time.withLock { $0 } }
  func pass(seconds: Int64) { clock.time.withLock { $0 = $0 + seconds } }
  /// From now on each look at the clock moves it on.
  func goOn(milliseconds: Int64) { clock.step.withLock { $0 = milliseconds } }
  func set(_ now: Instant) { clock.time.withLock { $0 = now } }

  var registers: RegisterOperations { RegisterOperations(company) }
  var requests: RequestOperations { RequestOperations(company) }

  /// Creates a record and answers its id.
  @discardableResult
  func make(_ register: Register, _ values: [String: FieldValue]) async throws -> String {
    let answer = try await registers.create(register, Fields(values), Call(.system))
    return try JSON(answer.body)["id"].text
  }

  func read(_ register: Register, _ id: String, by actor: Actor = .system) async throws -> JSON {
    try await JSON(registers.find(register, id, by: actor).json)
  }

  func number(_ sql: String, _ arguments: [SQLValue] = []) async throws -> Int {
    try await company.database.read { db in try db.first(sql, arguments) { $0.int(0) } ?? 0 }
  }
}

final class TestClock: Sendable {
  let time: Mutex<Instant>
  let step = Mutex<Int64>(0)

  func look() -> Instant {
    let step = step.withLock { $0 }
    return time.withLock { time in
      defer { time = Instant(milliseconds: time.milliseconds + step) }
      return time
    }
  }

  init(_ now: Instant) { time = Mutex(now) }
}

/// SplitMix64: the same seed, the same run.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// JSON as a test reads it.
struct JSON: Equatable {
  let value: JSONValue

  init(_ text: String) throws { value = try JSONValue(parsing: text) }
  init(_ value: JSONValue) { self.value = value }

  subscript(name: String) -> JSON { JSON(value[name] ?? .null) }
  subscript(index: Int) -> JSON { JSON(value.array?[index] ?? .null) }
  var text: String { value.text ?? "" }
  var integer: Int64? { value.integer }
  var count: Int { value.array?.count ?? 0 }
  var isNull: Bool { value == .null }
}

extension Actor {
  static func someone(_ role: Role, _ id: String = "s1", customer: String? = nil, partner: String? = nil) -> Actor {
    Actor(identity: .staff(StaffID(id)), name: id, role: role, customer: customer.map { CustomerID($0) }, partner: partner)
  }
}

public import Domain
public import Logging
public import Persistence

/// What every operation stands on: the database, the time, chance, and who is told after a commit.
public struct Company: Sendable {
  public let database: any SQLDatabase
  /// The time, never behind what the journal already holds; throws ``ClockRefusal`` when the machine's clock was set back.
  public let clock: @Sendable () throws -> Instant
  public let chance: Chance
  public let watchers: Watchers
  public let policies: PolicyShelf
  /// What people uploaded and attached.
  public let files: FileStore
  /// DIR/erasures, where what was erased is remembered outside the database; nil where nothing is.
  public let erasures: String?
  /// Views of personal data, on their way into the access log.
  public let views = ViewLog()
  /// Numbers leased ahead; nil where there is one writer.
  public let numbers: NumberBlocks?
  public let logger: Logger

  public init(
    database: any SQLDatabase, files: FileStore, erasures: String? = nil, clock: @escaping @Sendable () throws -> Instant, chance: Chance,
    watchers: Watchers = Watchers(),
    policies: PolicyShelf = PolicyShelf(), logger: Logger
  ) {
    (self.database, self.files, self.erasures) = (database, files, erasures)
    (self.clock, self.chance, self.watchers) = (clock, chance, watchers)
    (self.policies, self.logger) = (policies, logger)
    numbers = database.dialect == .postgres ? NumberBlocks() : nil
  }
}

/// Randomness as an argument: the system's in production, seeded in tests and the demo.
public struct Chance: RandomNumberGenerator, Sendable {
  private let draw: @Sendable () -> UInt64

  public init(_ draw: @escaping @Sendable () -> UInt64) { self.draw = draw }
  public func next() -> UInt64 { draw() }

  public static let system = Chance {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }

  public func newID<Entity>(at now: Instant) -> ID<Entity> {
    var source = self
    return ID(at: now, using: &source)
  }

  public func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count { withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) } }
    return Array(bytes.prefix(count))
  }
}

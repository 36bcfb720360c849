public import Domain
import Synchronization

/// The machine's time, never behind what the journal already holds. A clock set back by seconds waits where it was; one set
/// back further is refused, because every promised time would be guessed.
public final class SteadyClock: Sendable {
  public static let tolerance: Int64 = 120_000

  private let machine: @Sendable () -> Instant
  private let newest: Mutex<Instant>

  /// - Parameter newest: the newest `recorded` of the journal.
  public init(newest: Instant, machine: @escaping @Sendable () -> Instant) {
    self.machine = machine
    self.newest = Mutex(newest)
  }

  /// - Throws: ``ClockRefusal/setBack(now:recorded:)``.
  public func now() throws -> Instant {
    let now = machine()
    return try newest.withLock { newest in
      guard now.milliseconds >= newest.milliseconds - Self.tolerance else { throw ClockRefusal.setBack(now: now, recorded: newest) }
      newest = max(newest, now)
      return newest
    }
  }
}

public enum ClockRefusal: Refusal, Hashable {
  case setBack(now: Instant, recorded: Instant)

  public var code: String { "clock.set-back" }
  public var message: String {
    switch self {
    case .setBack(let now, let recorded):
      "The machine's clock says \(now), but the journal holds \(recorded). Nothing was written: set the clock right, then try again."
    }
  }
  public var arguments: [String] {
    switch self {
    case .setBack(let now, let recorded): [now.description, recorded.description]
    }
  }
  public var category: RefusalCategory { .unavailable }
}

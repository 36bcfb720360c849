import Operations
import Synchronization

/// Counts unknown tokens by address, and says when there were too many within a minute. Good tokens are never held up: many
/// people may share one address.
final class BadTokens: Sendable {
  static let limit = 100
  static let window = Duration.seconds(60)
  private static let addresses = 10_000

  private struct Count { var since: ContinuousClock.Instant; var count: Int }
  private let counts = Mutex<[String: Count]>([:])

  /// Seconds to wait, when it is too often.
  func bad(from address: String) -> Int? {
    let now = ContinuousClock.now, address = NetworkPlace.of(address)
    return counts.withLock { counts in
      if counts.count >= Self.addresses { counts = counts.filter { now - $0.value.since < Self.window && $0.value.count > Self.limit } }
      var count = counts[address] ?? Count(since: now, count: 0)
      if now - count.since >= Self.window { count = Count(since: now, count: 0) }
      count.count += 1
      counts[address] = count
      guard count.count > Self.limit else { return nil }
      return max(Int((Self.window - (now - count.since)).components.seconds), 1)
    }
  }
}

import Operations
import Synchronization

/// Counts what comes without a sign-in, by address and by link, a minute at a time. In memory and bounded: on several nodes each counts
/// for itself; what must hold for all (reports and photos a day) is counted in the database.
final class OpenLimits: Sendable {
  /// A hospital's people share one address; an open page asks three times a minute.
  static let readsOfAddress = 300, writesOfAddress = 30, readsOfLink = 120, writesOfLink = 12
  /// 128 bits are not guessed; this keeps the logs and the database quiet.
  static let unknownOfAddress = 30
  static let window = Duration.seconds(60)
  private static let keys = 20_000

  private struct Count { var since: ContinuousClock.Instant; var count: Int }
  private let counts = Mutex<[String: Count]>([:])

  /// Seconds to wait, when it is too often.
  func count(_ kind: String, _ key: String, most: Int) -> Int? {
    let now = ContinuousClock.now, key = "\(kind) \(key)"
    return counts.withLock { counts in
      if counts.count >= Self.keys {
        counts = counts.filter { now - $0.value.since < Self.window }
        // Twenty thousand within a minute: whoever it is, none of them is remembered longer than the others.
        if counts.count >= Self.keys { counts = [:] }
      }
      var count = counts[key] ?? Count(since: now, count: 0)
      if now - count.since >= Self.window { count = Count(since: now, count: 0) }
      count.count += 1
      counts[key] = count
      guard count.count > most else { return nil }
      return max(Int((Self.window - (now - count.since)).components.seconds), 1)
    }
  }

  /// - Throws: ``WebRefusal/tooOften(seconds:)``.
  func require(_ token: String, from address: String, isRead: Bool) throws(WebRefusal) {
    let place = NetworkPlace.of(address), kind = isRead ? "read" : "write"
    if let seconds = count("\(kind) from", place, most: isRead ? Self.readsOfAddress : Self.writesOfAddress) {
      throw .tooOften(seconds: seconds)
    }
    if let seconds = count("\(kind) of", token, most: isRead ? Self.readsOfLink : Self.writesOfLink) { throw .tooOften(seconds: seconds) }
  }

  /// An unknown link: told apart only when there were many.
  func requireFew(from address: String) throws(WebRefusal) {
    if let seconds = count("unknown from", NetworkPlace.of(address), most: Self.unknownOfAddress) { throw .tooOften(seconds: seconds) }
  }
}

import Domain
import Synchronization

/// Limits guessing: so many failures by one name from one address, and so many from one address whatever the name.
final class SignInTries: Sendable {
  static let windowSeconds: Int64 = 300
  static let perName = 5
  static let perAddress = 50
  /// Beyond so many keys the oldest story is dropped rather than memory grown.
  private static let keysLimit = 10_000

  private let failures = Mutex<[String: [Instant]]>([:])

  /// Counts the try as failed until ``succeeded(_:_:)`` says otherwise, so that a hundred at once are no way around the limit.
  ///
  /// - Throws: ``AccessError/tooManyTries(seconds:)`` until the oldest failure leaves the window.
  func begin(_ name: String, _ address: String, at now: Instant) throws(AccessError) {
    let place = NetworkPlace.of(address)
    let wait = failures.withLock { failures -> Int64? in
      for (key, limit) in [("\(name)\n\(place)", Self.perName), (place, Self.perAddress)] {
        let recent = (failures[key] ?? []).filter { now.milliseconds(since: $0) < Self.windowSeconds * 1_000 }
        failures[key] = recent.isEmpty ? nil : recent
        if recent.count >= limit, let oldest = recent.first {
          return Self.windowSeconds - now.milliseconds(since: oldest) / 1_000
        }
      }
      if failures.count >= Self.keysLimit { Self.makeRoom(in: &failures, at: now) }
      failures["\(name)\n\(place)", default: []].append(now)
      return nil
    }
    if let wait { throw .tooManyTries(seconds: Int(max(wait, 1))) }
  }

  func failed(_ address: String, at now: Instant) {
    failures.withLock { $0[NetworkPlace.of(address), default: []].append(now) }
  }

  func succeeded(_ name: String, _ address: String) {
    failures.withLock { _ = $0.removeValue(forKey: "\(name)\n\(NetworkPlace.of(address))") }
  }

  /// Not tried after all: the passwords' threads had no room.
  func withdrawn(_ name: String, _ address: String, at now: Instant) {
    let key = "\(name)\n\(NetworkPlace.of(address))"
    failures.withLock { failures in
      guard var times = failures[key], let index = times.lastIndex(of: now) else { return }
      times.remove(at: index)
      failures[key] = times.isEmpty ? nil : times
    }
  }

  /// What has left the window goes; if that is not enough, the half that failed longest ago. Never all: whoever makes up names
  /// must not wipe out the count of a name he guesses at.
  private static func makeRoom(in failures: inout [String: [Instant]], at now: Instant) {
    failures = failures.filter { $0.value.last.map { now.milliseconds(since: $0) < windowSeconds * 1_000 } ?? false }
    guard failures.count >= keysLimit / 2 else { return }
    let byAge = failures.sorted { ($0.value.count, $0.value.last ?? now) < ($1.value.count, $1.value.last ?? now) }
    for (key, _) in byAge.prefix(failures.count / 2) { failures.removeValue(forKey: key) }
  }
}

/// Where on the net a caller sits, as far as limits are concerned: an IPv4 address, or the 64 leading bits of an IPv6 address,
/// because one customer of a provider has all the rest.
public enum NetworkPlace {
  public static func of(_ address: String) -> String {
    let address = plain(address)
    guard address.contains(":") else { return address }
    let bare = address.prefix { $0 != "%" }
    var groups: [Substring] = []
    if let gap = bare.firstRange(of: "::") {
      let left = bare[..<gap.lowerBound].split(separator: ":"), right = bare[gap.upperBound...].split(separator: ":")
      groups = left + Array(repeating: "0", count: max(0, 8 - left.count - right.count)) + right
    } else {
      groups = bare.split(separator: ":")
    }
    let leading = groups.prefix(4).map { group in
      let digits = group.drop { $0 == "0" }
      return digits.isEmpty ? "0" : digits.lowercased()
    }
    return leading.joined(separator: ":") + "::/64"
  }

  /// `::ffff:10.0.0.1`, as a socket for both kinds says it, is 10.0.0.1.
  public static func plain(_ address: String) -> String {
    let prefix = "::ffff:"
    guard address.lowercased().hasPrefix(prefix), address.contains(".") else { return address }
    return String(address.dropFirst(prefix.count))
  }
}

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

  /// - Throws: ``AccessError/tooManyTries(seconds:)`` until the oldest failure leaves the window.
  func check(_ name: String, _ address: String, at now: Instant) throws(AccessError) {
    let wait = failures.withLock { failures -> Int64? in
      for (key, limit) in [("\(name)\n\(address)", Self.perName), (address, Self.perAddress)] {
        let recent = (failures[key] ?? []).filter { now.milliseconds(since: $0) < Self.windowSeconds * 1_000 }
        failures[key] = recent.isEmpty ? nil : recent
        if recent.count >= limit, let oldest = recent.first {
          return Self.windowSeconds - now.milliseconds(since: oldest) / 1_000
        }
      }
      return nil
    }
    if let wait { throw .tooManyTries(seconds: Int(max(wait, 1))) }
  }

  func failed(_ name: String, _ address: String, at now: Instant) {
    failures.withLock { failures in
      if failures.count > Self.keysLimit { failures.removeAll() }
      for key in ["\(name)\n\(address)", address] { failures[key, default: []].append(now) }
    }
  }

  func succeeded(_ name: String, _ address: String) {
    failures.withLock { _ = $0.removeValue(forKey: "\(name)\n\(address)") }
  }
}

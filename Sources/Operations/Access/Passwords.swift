import Crypto
import CryptoExtras
import Dispatch
import FoundationEssentials
import Synchronization

/// Hashes passwords with scrypt. A hash costs about 100 ms and 32 MB on purpose, so it runs on threads of its own, two at a time:
/// the ones that serve requests never wait for it.
public final class Passwords: Sendable {
  public struct Cost: Sendable, Hashable {
    /// The number of blocks held in memory, a power of 2.
    public let rounds: Int
    public let blockSize: Int
    public let parallelism: Int

    public init(rounds: Int, blockSize: Int = 8, parallelism: Int = 1) {
      (self.rounds, self.blockSize, self.parallelism) = (rounds, blockSize, parallelism)
    }

    public static let shipped = Cost(rounds: 1 << 15)
    /// For tests and the demo, whose passwords are no secrets.
    public static let quick = Cost(rounds: 1 << 10)
  }

  private static let waitingLimit = 64
  private let cost: Cost
  private let lanes = [DispatchQueue(label: "weibao.password.0"), DispatchQueue(label: "weibao.password.1")]
  private let waiting = Mutex((next: 0, count: 0))

  public init(cost: Cost = .shipped) { self.cost = cost }

  /// `$scrypt$n=32768,r=8,p=1$SALT$HASH`, both in base64: a stored hash says itself how it was made.
  func hash(_ password: String, salt: [UInt8]) async throws -> String {
    let cost = cost
    let key = try await run { try Passwords.derive(password, salt: salt, cost: cost) }
    return
      "$scrypt$n=\(cost.rounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())"
  }

  /// Compares in constant time. With no stored hash it costs the same and is false.
  ///
  /// - Parameter likeness: some account's hash, whose cost an unknown name has too: else the time tells who exists.
  func verify(_ password: String, against stored: String?, likeness: String? = nil) async throws -> Bool {
    let alike = likeness.flatMap { Passwords.parse($0)?.cost } ?? cost
    let parsed = stored.flatMap { Passwords.parse($0) } ?? (cost: alike, salt: [UInt8](repeating: 0, count: 16), key: [])
    let key = try await run { try Passwords.derive(password, salt: parsed.salt, cost: parsed.cost) }
    var difference: UInt8 = key.count == parsed.key.count ? 0 : 1
    for (index, byte) in key.enumerated() { difference |= byte ^ (index < parsed.key.count ? parsed.key[index] : 0xFF) }
    return difference == 0
  }

  private func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    let lane: Int? = waiting.withLock { state in
      guard state.count < Passwords.waitingLimit else { return nil }
      state.count += 1
      state.next = (state.next + 1) % lanes.count
      return state.next
    }
    guard let lane else { throw AccessError.tooManyTries(seconds: 5) }
    defer { waiting.withLock { $0.count -= 1 } }
    return try await withCheckedThrowingContinuation { continuation in
      lanes[lane].async { continuation.resume(with: Result { try work() }) }
    }
  }

  private static func derive(_ password: String, salt: [UInt8], cost: Cost) throws -> [UInt8] {
    let key = try KDF.Scrypt.deriveKey(
      from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds, blockSize: cost.blockSize,
      parallelism: cost.parallelism)
    return key.withUnsafeBytes { Array($0) }
  }

  private static func parse(_ stored: String) -> (cost: Cost, salt: [UInt8], key: [UInt8])? {
    let parts = stored.split(separator: "$")
    guard parts.count == 4, parts[0] == "scrypt", let salt = Data(base64Encoded: String(parts[2])),
      let key = Data(base64Encoded: String(parts[3]))
    else { return nil }
    let numbers = parts[1].split(separator: ",").compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }
    guard numbers.count == 3 else { return nil }
    return (Cost(rounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2]), Array(salt), Array(key))
  }
}

/// Secrets that are handed out once and stored only as their SHA-256.
enum Secrets {
  /// 256 random bits, 43 characters of base64url.
  static func make(_ chance: Chance) -> String {
    let text = Data(chance.bytes(32)).base64EncodedString()
    return String(text.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
  }

  /// 64 hex digits.
  static func hash(_ secret: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var hex: [UInt8] = []
    for byte in SHA256.hash(data: Array(secret.utf8)) { hex += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: hex, as: UTF8.self)
  }

  /// 16 characters that are not mistaken for each other when read from a screen: 80 bits.
  static func password(_ chance: Chance) -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    let picked = chance.bytes(16).map { letters[Int($0) % letters.count] }
    return stride(from: 0, to: 16, by: 4).map { String(picked[$0..<$0 + 4]) }.joined(separator: "-")
  }
}

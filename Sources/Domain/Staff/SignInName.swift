/// The name a person signs in with: 1 to 64 letters, digits, `.`, `_`, `-` and `@`, compared in lower case.
public struct SignInName: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  /// Nil when it is no such name. Letters of any script count, so 王强 may be one.
  public init?(_ text: String) {
    let lower = text.lowercased()
    guard (1...64).contains(lower.count),
      lower.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-@".unicodeScalars.contains($0) })
    else { return nil }
    self.text = lower
  }

  public var description: String { text }
}

/// What a password must be: long enough, and not endless work for the hash.
public enum PasswordRule {
  public static let length = 8...256

  public static func allows(_ password: String) -> Bool { length.contains(password.count) && password.utf8.count <= 1_024 }
}

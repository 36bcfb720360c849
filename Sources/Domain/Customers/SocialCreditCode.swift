/// 统一社会信用代码 of an organisation (ORG-5), as GB 32100-2015 writes it: 18 places of digits and capitals without I, O, S, V and Z; the
/// places 3 to 8 are digits, the last is a check character over the others.
public struct SocialCreditCode: Hashable, Sendable, CustomStringConvertible {
  public enum Fault: Error, Hashable, Sendable {
    case length(Int)
    /// Counted from 1.
    case place(Int, Character)
    case check(expected: Character)
  }

  public let description: String

  private static let letters = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")

  /// - Parameter text: narrow; small letters are taken as capitals.
  public init(parsing text: String) throws(Fault) {
    let places = Array(text.uppercased())
    guard places.count == 18 else { throw .length(places.count) }
    var sum = 0, weight = 1
    for (index, letter) in places.enumerated() {
      guard let value = Self.letters.firstIndex(of: letter), !(2...7).contains(index) || value < 10 else { throw .place(index + 1, letter) }
      guard index < 17 else { break }
      sum += value * weight
      // The weights are the powers of 3 modulo 31.
      weight = weight * 3 % 31
    }
    let expected = Self.letters[(31 - sum % 31) % 31]
    guard places[17] == expected else { throw .check(expected: expected) }
    description = String(places)
  }
}

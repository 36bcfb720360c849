/// What the QR of a paper says, and how a scan of it finds its case again.
public enum PaperCode {
  /// - Parameter address: how people outside reach us (`public-url`), without a slash at the end; nil prints the bare number.
  public static func text(of number: String, at address: String?) -> String {
    guard let address else { return "weibao:\(number)" }
    return "\(address)/requests/\(number)"
  }

  /// The case's number in what a reader got off a paper; nil when it is no paper of ours. Papers outlive a change of the address,
  /// so only the end counts.
  public static func number(in text: String) -> String? {
    let separators: Set<Character> = ["/", ":"]
    guard text.hasPrefix("weibao:") || text.contains("/requests/"), text.utf8.count <= 400 else { return nil }
    guard let last = text.split(whereSeparator: separators.contains).last.map(String.init), isNumber(last) else { return nil }
    return last
  }

  /// `SR-20261123-0042`.
  public static func isNumber(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0] == "SR" && parts[1].count == 8 && (4...12).contains(parts[2].count)
      && (parts[1] + parts[2]).utf8.allSatisfy { (48...57).contains($0) }
  }
}

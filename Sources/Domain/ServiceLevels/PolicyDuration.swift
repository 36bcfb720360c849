/// A length of time in the policy: 2 h to respond (SLA-1), 2 working days to ship (PRT-4).
public enum PolicyDuration: Hashable, Sendable {
  /// On the clock or on working time, as the target says (SLA-7).
  case seconds(Int)
  case workingDays(Int)

  private static let secondsIn: [Substring: Int] = ["": 1, "s": 1, "min": 60, "h": 3_600, "d": 86_400, "wd": 86_400]

  /// Reads a duration as the policy file writes it.
  ///
  /// - Parameters:
  ///   - text: ASCII digits and a unit: `7200` or `7200s`, `30min`, `2h`, `1d` (24 h), `2wd` (working days).
  ///   No space, sign or fraction. Zero is one; `within` refuses it.
  ///   - longest: in seconds; a promise has at most ten years.
  /// - Throws: `.notADuration`, `.durationOutOfRange`, with `text` as written.
  ///
  /// Source: values marked "policy" in SLA and PRT.
  public init(parsing text: String, longest: Int = 315_360_000) throws(PolicyError) {
    let digits = text.utf8.prefix { (48...57).contains($0) }
    let unit = text[digits.endIndex...]
    guard !digits.isEmpty, let seconds = Self.secondsIn[unit] else { throw .notADuration(text) }
    guard let count = Int(Substring(digits)), (0...longest / seconds).contains(count) else { throw .durationOutOfRange(text) }
    self = unit == "wd" ? .workingDays(count) : .seconds(count * seconds)
  }

  public var isZero: Bool {
    switch self {
    case .seconds(let count), .workingDays(let count): count == 0
    }
  }

  /// `2 h`, `1 h 30 min`, `2 working days`.
  public var english: String { english(inDays: true) }

  /// - Parameter inDays: false where a day is no 24 hours, as in working time: `30 h`.
  func english(inDays: Bool) -> String {
    switch self {
    case .seconds(let seconds): Self.parts(of: seconds, ["d", "h", "min", "s"], inDays)
    case .workingDays(let days): days == 1 ? "1 working day" : "\(days) working days"
    }
  }

  /// `2 小时`, `1 小时 30 分钟`, `2 个工作日`.
  public var chinese: String { chinese(inDays: true) }

  func chinese(inDays: Bool) -> String {
    switch self {
    case .seconds(let seconds): Self.parts(of: seconds, ["天", "小时", "分钟", "秒"], inDays)
    case .workingDays(let days): "\(days) 个工作日"
    }
  }

  private static func parts(of seconds: Int, _ units: [String], _ inDays: Bool) -> String {
    let days = inDays ? seconds / 86_400 : 0
    let counts = [days, seconds / 3_600 - days * 24, seconds / 60 % 60, seconds % 60]
    let parts = zip(counts, units).filter { $0.0 != 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "0 \(units[3])" : parts.joined(separator: " ")
  }
}

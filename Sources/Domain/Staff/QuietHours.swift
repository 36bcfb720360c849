/// When somebody is not to be disturbed, by the company's clock on the wall; may run over midnight.
public struct QuietHours: Hashable, Sendable {
  /// Minutes of the day, 0 to 1439.
  public let from, to: Int

  /// - Returns: nil for what is no minute of a day, and for hours without length.
  public init?(from: Int, to: Int) {
    guard (0..<1_440).contains(from), (0..<1_440).contains(to), from != to else { return nil }
    (self.from, self.to) = (from, to)
  }

  /// When they end, where a moment lies in them; nil where it does not.
  public func end(around moment: Instant, offsetSeconds: Int) -> Instant? {
    let day: Int64 = 86_400_000, local = moment.milliseconds + Int64(offsetSeconds) * 1_000
    let today = ((local % day) + day) % day
    func since(_ minute: Int) -> Int64 { (today - Int64(minute) * 60_000 + day) % day }
    let length = Int64((to - from + 1_440) % 1_440) * 60_000
    guard since(from) < length else { return nil }
    return Instant(milliseconds: moment.milliseconds + length - since(from))
  }
}

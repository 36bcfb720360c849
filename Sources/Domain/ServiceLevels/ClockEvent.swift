/// What a clock needs to know of an event of a case.
public struct ClockEvent: Hashable, Sendable {
  /// When it happened (`occurred`, not when we learnt it).
  public var at: Instant
  /// Its name in the policy's words: `reported`, `arrived`, `standby-provided`.
  public var event: String
  /// Of `changed`: the attributes' new values; an empty one takes the attribute away.
  public var attributes: [String: String]
  /// Of `paused`: why.
  public var reason: String?

  public init(at: Instant, event: String, attributes: [String: String] = [:], reason: String? = nil) {
    self.at = at
    self.event = event
    self.attributes = attributes
    self.reason = reason
  }
}

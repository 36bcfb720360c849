public import Domain

/// How the company takes what comes in.
public struct InboundSettings: Sendable, Hashable {
  /// New cases of one sender within an hour; three times as many may join cases.
  public var hourly = 20
  /// Mail of our own that comes back.
  public var own = OwnMail()
  /// What is kept whole for a person, of all senders together; what is over stays in its mailbox alone.
  public var keptBytes = 2 << 30

  public init() {}
}

/// The sentences that stand in a case beside what the customer wrote, in the company's language.
public struct InboundWords: Sendable {
  /// By key, such as `inbound.no-subject`.
  let sentence: @Sendable (String, [String]) -> String
  let refusal: @Sendable (any Refusal) -> String

  public init(sentence: @escaping @Sendable (String, [String]) -> String, refusal: @escaping @Sendable (any Refusal) -> String) {
    (self.sentence, self.refusal) = (sentence, refusal)
  }

  func callAsFunction(_ key: String, _ arguments: String...) -> String { sentence("inbound.\(key)", arguments) }
}

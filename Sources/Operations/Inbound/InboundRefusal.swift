public import Domain

/// Why something that came in is not taken, or not as asked.
public enum InboundRefusal: Refusal, Hashable {
  /// Somebody has decided already.
  case decided
  case notKept
  case cannotBeRead
  /// No such channel, a wrong signature, or a time too far off: told apart to nobody.
  case notSigned
  case notAMessage(String)

  public var code: String {
    switch self {
    case .decided: "inbound.decided"
    case .notKept: "inbound.not-kept"
    case .cannotBeRead: "inbound.cannot-be-read"
    case .notSigned: "inbound.not-signed"
    case .notAMessage: "inbound.not-a-message"
    }
  }
  public var message: String {
    switch self {
    case .decided: "Somebody has decided on this one already. Read the list again."
    case .notKept: "Only the entry is kept of this one, not what came. Look into the mailbox, and report the case by hand."
    case .cannotBeRead: "This mail cannot be read by the program. Save it, look at it with care, and report the case by hand."
    case .notSigned:
      "Not taken: the channel, its signature or the time does not hold. Sign timestamp, a dot and the body with the channel's secret, and send it within 5 minutes."
    case .notAMessage(let what): "This is no message: \(what)."
    }
  }
  public var arguments: [String] {
    switch self {
    case .notAMessage(let what): [what]
    default: []
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .decided, .notKept, .cannotBeRead: .conflict
    case .notSigned: .unauthenticated
    case .notAMessage: .invalid
    }
  }
}

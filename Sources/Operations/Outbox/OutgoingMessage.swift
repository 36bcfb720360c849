/// What one recipient is to be told. No text and no address: both are made at the time of sending, from what then holds.
public struct OutgoingMessage: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Possible harm to a person or to quality (BEY-2).
    case harm
    /// A promise is near its end (SLA-8).
    case warned
    /// A promise was missed; somebody higher is told (SLA-8).
    case escalated
    /// A case is somebody else's now.
    case handedOn = "handed-on"
    /// A new hotline number (ORG-6).
    case announcement
    /// Somebody asked whether messages reach them.
    case test
  }

  public enum Recipient: Sendable, Hashable {
    case staff(String)
    case contact(String)
    /// A chat room or another system, by its name among the channels.
    case room(String)
    /// Every room that takes messages of this kind.
    case rooms
  }

  /// Names the fact, not the recipient: `harm/request/…/1`. Of one key each recipient, and each room, is told once.
  public let key: String
  public let kind: Kind
  public let to: Recipient
  public let stream: String
  /// The case's, where there is one.
  public let number: String?
  /// What the text is made of: names of a target in both languages, a moment in milliseconds, a customer's name. Never names, numbers or
  /// addresses of people: those would have to be forgotten here, too.
  public let facts: [String: String]
  /// Goes at once, also in somebody's quiet hours.
  public let isEmergency: Bool

  public init(
    key: String, kind: Kind, to: Recipient, stream: String, number: String?, facts: [String: String] = [:], isEmergency: Bool = false
  ) {
    (self.key, self.kind, self.to, self.stream, self.number) = (key, kind, to, stream, number)
    (self.facts, self.isEmergency) = (facts, isEmergency)
  }

  /// Goes on every way that a person has, at any hour: also a test, which they asked for.
  var isUrgent: Bool { isEmergency || kind == .test }

  /// What goes first where much waits: emergencies, then the day's work, then what goes to everybody.
  var rank: Int { isEmergency ? 0 : kind == .announcement ? 2 : 1 }
}

extension OutgoingMessage.Recipient {
  /// As it is stored.
  var text: String {
    switch self {
    case .staff(let id): "staff:\(id)"
    case .contact(let id): "contact:\(id)"
    case .room(let name): "room:\(name)"
    case .rooms: "rooms"
    }
  }

  init?(_ text: String) {
    let rest = text.split(separator: ":", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    if text == "rooms" {
      self = .rooms
    } else if text.hasPrefix("staff:") {
      self = .staff(rest)
    } else if text.hasPrefix("contact:") {
      self = .contact(rest)
    } else if text.hasPrefix("room:") {
      self = .room(rest)
    } else {
      return nil
    }
  }
}

/// The words of a case, as design.md fixes them; the raw values are what is stored and sent.
public enum RequestKind: String, Codable, CaseIterable, Sendable, Hashable {
  case support, parts, training, renewal, complaint
  case `return`
}

/// INT-8.
public enum Urgency: String, Codable, CaseIterable, Sendable, Hashable { case normal, emergency }

/// INT-1: one entry point for all of these.
public enum Channel: String, Codable, CaseIterable, Sendable, Hashable { case hotline, web, label, email, message, api, engineer }

public enum RequestState: String, Codable, CaseIterable, Sendable, Hashable {
  case reported, accepted, working, cleared, confirmed, closed, cancelled, merged

  /// The first five: somebody still owes something.
  public var isOpen: Bool {
    switch self {
    case .reported, .accepted, .working, .cleared, .confirmed: true
    case .closed, .cancelled, .merged: false
    }
  }
}

/// FLT-1, from the least to the most.
public enum SupportLevel: String, Codable, CaseIterable, Sendable, Hashable, Comparable {
  case phone, remote
  case onSite = "on-site"
  case onSiteParts = "on-site-parts"

  public static func < (a: SupportLevel, b: SupportLevel) -> Bool { a.rank < b.rank }
  private var rank: Int {
    switch self {
    case .phone: 0
    case .remote: 1
    case .onSite: 2
    case .onSiteParts: 3
    }
  }
}

/// BEY-2: harm to a patient, as far as the reporter knows.
public enum Harm: String, Codable, CaseIterable, Sendable, Hashable { case none, suspected, injury, death }

/// For whom a remark is written: colleagues alone, or the customer too. Never guessed; what says nothing is for colleagues.
public enum Audience: String, Codable, CaseIterable, Sendable, Hashable { case colleagues, customer }

/// How the customer gave their word.
public enum Means: String, Codable, CaseIterable, Sendable, Hashable { case signature, phone, link, message }

public enum AttemptResult: String, Codable, CaseIterable, Sendable, Hashable { case solved, failed }

/// `stopped`: the customer ended the session (REM-2).
public enum RemoteResult: String, Codable, CaseIterable, Sendable, Hashable { case solved, failed, stopped }

/// Why a case waits: one of these, or one that its policy adds in its own words (SLA-8, ``ServicePolicy/pauseReasons``).
public struct PauseReason: RawRepresentable, Sendable, Hashable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let customer = PauseReason(rawValue: "customer")
  public static let parts = PauseReason(rawValue: "parts")
  public static let access = PauseReason(rawValue: "access")
  public static let other = PauseReason(rawValue: "other")
  public static let shipped = [customer, parts, access, other]
  public static let longest = 60

  /// Whether a policy may name it: a line that can be read, and sent through the interface.
  static func isWellFormed(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, let last = scalars.last else { return false }
    return scalars.count <= longest && !first.properties.isWhitespace && !last.properties.isWhitespace
      && scalars.allSatisfy { ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory) }
  }
}

/// The managed list of causes (FLT-2), as shipped.
public enum CauseCode: String, Codable, CaseIterable, Sendable, Hashable {
  case hardware, software, network, database
  case operatingSystem = "operating-system"
  case operation, environment, consumable, other
}

/// What a person can do to a case; the name is the last part of its path.
public enum RequestStep: String, Codable, CaseIterable, Sendable, Hashable {
  case accept, acknowledge, respond, attempt, locate, raise, dispatch, depart, arrive, leave
  case handBack = "hand-back"
  case propose, agree
  case remoteStart = "remote-start"
  case remoteEnd = "remote-end"
  case pause, resume, clear, confirm, reject
  case signOff = "sign-off"
  case standby, close, reopen, cancel, merge, change, comment
}

public enum WorkOrderState: String, Codable, CaseIterable, Sendable, Hashable {
  case dispatched, departed, arrived, left
  case handedBack = "handed-back"

  /// From `dispatched` until the engineer has left or handed it back.
  public var isOpen: Bool {
    switch self {
    case .dispatched, .departed, .arrived: true
    case .left, .handedBack: false
    }
  }
}

public enum WorkOrderStep: String, Codable, CaseIterable, Sendable, Hashable {
  case depart, arrive, leave
  case handBack = "hand-back"
  /// Work done, parts used, test readings (FLT-4).
  case record
}

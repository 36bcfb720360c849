import FoundationEssentials

/// Events as the journal holds them: a kind, a schema number, a JSON body.
extension RequestEvent {
  /// The schema that bodies are written in today. Older ones are upcast by `init(kind:schema:body:)`.
  public static let schema = 1

  public var kind: String {
    switch self {
    case .reported: "reported"
    case .accepted: "accepted"
    case .acknowledged: "acknowledged"
    case .responded: "responded"
    case .attempted: "attempted"
    case .remoteFailed: "remote-failed"
    case .located: "located"
    case .levelRaised: "level-raised"
    case .dispatched: "dispatched"
    case .departed: "departed"
    case .arrived: "arrived"
    case .left: "left"
    case .handedBack: "handed-back"
    case .workRecorded: "work-recorded"
    case .proposed: "proposed"
    case .agreed: "agreed"
    case .remoteStarted: "remote-started"
    case .remoteEnded: "remote-ended"
    case .paused: "paused"
    case .resumed: "resumed"
    case .changed: "changed"
    case .cleared: "cleared"
    case .standbyProvided: "standby-provided"
    case .confirmed: "confirmed"
    case .rejected: "rejected"
    case .signedOff: "signed-off"
    case .closed: "closed"
    case .reopened: "reopened"
    case .cancelled: "cancelled"
    case .merged: "merged"
    case .absorbed: "absorbed"
    case .commented: "commented"
    case .corrected: "corrected"
    }
  }

  /// Writes the body; `lateReason` goes with any event that a manager recorded late.
  public func body(lateReason: String? = nil) throws -> String {
    let body: any Encodable =
      switch self {
      case .reported(let body): body
      case .accepted(let body): body
      case .acknowledged(let body): body
      case .responded: Nothing()
      case .attempted(let body): body
      case .remoteFailed: Nothing()
      case .located(let body): body
      case .levelRaised(let body): body
      case .dispatched(let body): body
      case .departed(let body): body
      case .arrived(let body): body
      case .left(let body): body
      case .handedBack(let body): body
      case .workRecorded(let body): body
      case .proposed(let body): body
      case .agreed(let body): body
      case .remoteStarted(let body): body
      case .remoteEnded(let body): body
      case .paused(let body): body
      case .resumed: Nothing()
      case .changed(let body): body
      case .cleared(let body): body
      case .standbyProvided(let body): body
      case .confirmed(let body): body
      case .rejected(let body): body
      case .signedOff: Nothing()
      case .closed(let body): body
      case .reopened(let body): body
      case .cancelled(let body): body
      case .merged(let body): body
      case .absorbed(let body): body
      case .commented(let body): body
      case .corrected(let body): body
      }
    return String(decoding: try Self.encoder.encode(Envelope(body: body, lateReason: lateReason)), as: UTF8.self)
  }

  /// - Throws: ``UnreadableEvent`` for a kind or schema that this version does not know.
  public init(kind: String, schema: Int, body: String) throws {
    guard schema == Self.schema else { throw UnreadableEvent(kind: kind, schema: schema) }
    func read<Body: Decodable>(_ type: Body.Type) throws -> Body { try Self.decoder.decode(type, from: Data(body.utf8)) }
    switch kind {
    case "reported": self = .reported(try read(Reported.self))
    case "accepted": self = .accepted(try read(Accepted.self))
    case "acknowledged": self = .acknowledged(try read(Word.self))
    case "responded": self = .responded
    case "attempted": self = .attempted(try read(Attempted.self))
    case "remote-failed": self = .remoteFailed
    case "located": self = .located(try read(Located.self))
    case "level-raised": self = .levelRaised(try read(LevelRaised.self))
    case "dispatched": self = .dispatched(try read(Dispatched.self))
    case "departed": self = .departed(try read(Trip.self))
    case "arrived": self = .arrived(try read(Trip.self))
    case "left": self = .left(try read(Trip.self))
    case "handed-back": self = .handedBack(try read(HandedBack.self))
    case "work-recorded": self = .workRecorded(try read(WorkRecorded.self))
    case "proposed": self = .proposed(try read(Proposed.self))
    case "agreed": self = .agreed(try read(Word.self))
    case "remote-started": self = .remoteStarted(try read(RemoteStarted.self))
    case "remote-ended": self = .remoteEnded(try read(RemoteEnded.self))
    case "paused": self = .paused(try read(Paused.self))
    case "resumed": self = .resumed
    case "changed": self = .changed(try read(Changed.self))
    case "cleared": self = .cleared(try read(Cleared.self))
    case "standby-provided": self = .standbyProvided(try read(StandbyProvided.self))
    case "confirmed": self = .confirmed(try read(Confirmed.self))
    case "rejected": self = .rejected(try read(Rejected.self))
    case "signed-off": self = .signedOff
    case "closed": self = .closed(try read(Closed.self))
    case "reopened": self = .reopened(try read(Reason.self))
    case "cancelled": self = .cancelled(try read(Reason.self))
    case "merged": self = .merged(try read(Merged.self))
    case "absorbed": self = .absorbed(try read(Absorbed.self))
    case "commented": self = .commented(try read(Commented.self))
    case "corrected": self = .corrected(try read(Corrected.self))
    default: throw UnreadableEvent(kind: kind, schema: schema)
    }
  }

  /// Keys in order, so that the same event is the same text.
  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
  private static let decoder = JSONDecoder()

  private struct Nothing: Codable {}

  private struct Envelope: Encodable {
    enum Keys: String, CodingKey { case lateReason }
    let body: any Encodable
    let lateReason: String?

    func encode(to encoder: any Encoder) throws {
      try body.encode(to: encoder)
      if let lateReason {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(lateReason, forKey: .lateReason)
      }
    }
  }
}

/// The journal holds an event that this version cannot read: a newer weibao wrote it.
public struct UnreadableEvent: Error, Hashable, Sendable, CustomStringConvertible {
  public let kind: String
  public let schema: Int

  public init(kind: String, schema: Int) { (self.kind, self.schema) = (kind, schema) }
  public var description: String { "event \(kind), schema \(schema), is not known to this version of weibao: install the newer one" }
}

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
    case .attached: "attached"
    case .attachmentErased: "attachment-erased"
    case .corrected: "corrected"
    case .policyMoved: "policy-moved"
    case .dueChanged: "due-changed"
    case .warned: "warned"
    case .escalated: "escalated"
    case .escalationAnswered: "escalation-answered"
    }
  }

  /// Writes the body; `lateReason` goes with any event that a manager recorded late.
  public func body(lateReason: String? = nil) -> String {
    let body: any EventBody =
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
      case .attached(let body): body
      case .attachmentErased(let body): body
      case .corrected(let body): body
      case .policyMoved(let body): body
      case .dueChanged(let body): body
      case .warned(let body), .escalated(let body): body
      case .escalationAnswered(let body): body
      }
    guard let lateReason, case .object(let members) = body.json else { return body.json.json }
    return JSONValue.object((members + [.init(name: "lateReason", value: .text(lateReason))]).sorted { $0.name < $1.name }).json
  }

  /// - Throws: ``UnreadableEvent`` for a kind or schema that this version does not know; ``UnreadableBody`` or
  ///   ``JSONSyntaxError`` for a body that is not what it writes.
  public init(kind: String, schema: Int, body: String) throws {
    guard schema == Self.schema else { throw UnreadableEvent(kind: kind, schema: schema) }
    func read<Body: EventBody>() throws -> Body { try Body(JSONValue(parsing: body)) }
    switch kind {
    case "reported": self = .reported(try read())
    case "accepted": self = .accepted(try read())
    case "acknowledged": self = .acknowledged(try read())
    case "responded": self = .responded
    case "attempted": self = .attempted(try read())
    case "remote-failed": self = .remoteFailed
    case "located": self = .located(try read())
    case "level-raised": self = .levelRaised(try read())
    case "dispatched": self = .dispatched(try read())
    case "departed": self = .departed(try read())
    case "arrived": self = .arrived(try read())
    case "left": self = .left(try read())
    case "handed-back": self = .handedBack(try read())
    case "work-recorded": self = .workRecorded(try read())
    case "proposed": self = .proposed(try read())
    case "agreed": self = .agreed(try read())
    case "remote-started": self = .remoteStarted(try read())
    case "remote-ended": self = .remoteEnded(try read())
    case "paused": self = .paused(try read())
    case "resumed": self = .resumed
    case "changed": self = .changed(try read())
    case "cleared": self = .cleared(try read())
    case "standby-provided": self = .standbyProvided(try read())
    case "confirmed": self = .confirmed(try read())
    case "rejected": self = .rejected(try read())
    case "signed-off": self = .signedOff
    case "closed": self = .closed(try read())
    case "reopened": self = .reopened(try read())
    case "cancelled": self = .cancelled(try read())
    case "merged": self = .merged(try read())
    case "absorbed": self = .absorbed(try read())
    case "commented": self = .commented(try read())
    case "attached": self = .attached(try read())
    case "attachment-erased": self = .attachmentErased(try read())
    case "corrected": self = .corrected(try read())
    case "policy-moved": self = .policyMoved(try read())
    case "due-changed": self = .dueChanged(try read())
    case "warned": self = .warned(try read())
    case "escalated": self = .escalated(try read())
    case "escalation-answered": self = .escalationAnswered(try read())
    default: throw UnreadableEvent(kind: kind, schema: schema)
    }
  }

  private struct Nothing: EventBody {
    var json: JSONValue { .object([]) }
    init() {}
    init(_ json: JSONValue) {}
  }
}

/// The journal holds an event that this version cannot read: a newer weibao wrote it.
public struct UnreadableEvent: Error, Hashable, Sendable, CustomStringConvertible {
  public let kind: String
  public let schema: Int

  public init(kind: String, schema: Int) { (self.kind, self.schema) = (kind, schema) }
  public var description: String { "event \(kind), schema \(schema), is not known to this version of weibao: install the newer one" }
}

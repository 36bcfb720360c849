/// What happened to a case. Names and bodies are decided for good; a changed body gets a new schema number and an upcast.
public enum RequestEvent: Hashable, Sendable {
  case reported(Reported)
  case accepted(Accepted)
  case acknowledged(Word)
  case responded
  case attempted(Attempted)
  case remoteFailed
  case located(Located)
  case levelRaised(LevelRaised)
  case dispatched(Dispatched)
  case departed(Trip)
  case arrived(Trip)
  case left(Trip)
  case handedBack(HandedBack)
  /// Work, parts and readings of a work order; in its stream only.
  case workRecorded(WorkRecorded)
  case proposed(Proposed)
  case agreed(Word)
  case remoteStarted(RemoteStarted)
  case remoteEnded(RemoteEnded)
  case paused(Paused)
  case resumed
  case changed(Changed)
  case cleared(Cleared)
  case standbyProvided(StandbyProvided)
  case confirmed(Confirmed)
  case rejected(Rejected)
  case signedOff
  case closed(Closed)
  case reopened(Reason)
  case cancelled(Reason)
  case merged(Merged)
  case absorbed(Absorbed)
  case commented(Commented)
  /// A file was put to the case: a photo, a document, a scan of a signed paper.
  case attached(Attached)
  /// Its bytes are gone, with a reason; its hash stays.
  case attachmentErased(AttachmentErased)
  /// Personal values were erased; the record stands.
  case corrected(Corrected)
  /// Its promises follow another version of the policy from now on, over all that has happened (SLA-9).
  case policyMoved(PolicyMoved)
  /// Its policy follows a newer table of holidays from now on, over all that has happened (SLA-7, SLA-9).
  case dueChanged(DueChanged)
  /// Somebody was told that a promise runs out (SLA-8).
  case warned(Alarmed)
  /// Somebody up the chain was told that a promise was missed (SLA-8).
  case escalated(Alarmed)
  /// What one of them made of it: seen, taken over, handed on.
  case escalationAnswered(EscalationAnswered)
}

extension RequestEvent {
  public struct Reported: Hashable, Sendable {
    public var number: String
    public var kind: RequestKind
    public var urgency: Urgency
    public var channel: Channel
    public var summary: String
    public var description: String?
    public var contact: Person
    public var customer: CustomerID?
    public var site: SiteID?
    public var equipment: EquipmentID?
    public var branch: BranchID?
    public var harm: Harm
    /// The policy version whose promises hold for this case (SLA-9).
    public var policy: String
    /// What else the policy may match on, frozen here: area region contract class.
    public var attributes: [String: String]

    public init(
      number: String, kind: RequestKind, urgency: Urgency, channel: Channel, summary: String, description: String? = nil,
      contact: Person, customer: CustomerID? = nil, site: SiteID? = nil, equipment: EquipmentID? = nil, branch: BranchID? = nil,
      harm: Harm = .none, policy: String, attributes: [String: String] = [:]
    ) {
      (self.number, self.kind, self.urgency, self.channel, self.summary) = (number, kind, urgency, channel, summary)
      (self.description, self.contact, self.customer, self.site) = (description, contact, customer, site)
      (self.equipment, self.branch, self.harm, self.policy, self.attributes) = (equipment, branch, harm, policy, attributes)
    }
  }

  public struct Accepted: Hashable, Sendable {
    /// Who looks after it from now on.
    public var owner: StaffID?
    public init(owner: StaffID?) { self.owner = owner }
  }

  /// The customer's word: who, and by what means (INT-5, FLT-3).
  public struct Word: Hashable, Sendable {
    public var contact: Person
    public var how: Means
    public init(contact: Person, how: Means) { (self.contact, self.how) = (contact, how) }
  }

  public struct Attempted: Hashable, Sendable {
    public var level: SupportLevel
    public var result: AttemptResult
    public var note: String?
    public init(level: SupportLevel, result: AttemptResult, note: String? = nil) {
      (self.level, self.result, self.note) = (level, result, note)
    }
  }

  public struct Located: Hashable, Sendable {
    public var cause: CauseCode
    public var part: String?
    public init(cause: CauseCode, part: String? = nil) { (self.cause, self.part) = (cause, part) }
  }

  public struct LevelRaised: Hashable, Sendable {
    public var from, to: SupportLevel
    public var reason: String?
    public init(from: SupportLevel, to: SupportLevel, reason: String? = nil) { (self.from, self.to, self.reason) = (from, to, reason) }
  }

  public struct Dispatched: Hashable, Sendable {
    public var workOrder: WorkOrderID
    public var number: String
    public var request: RequestID
    public var requestNumber: String
    public var engineer: StaffID
    /// The firm, where a partner does the job (ORG-3).
    public var partner: String?
    /// When the engineer is to be there; nil where nobody said (INT-6).
    public var plannedAt: Instant?
    public init(
      workOrder: WorkOrderID, number: String, request: RequestID, requestNumber: String, engineer: StaffID, partner: String?,
      plannedAt: Instant? = nil
    ) {
      (self.workOrder, self.number, self.request, self.requestNumber) = (workOrder, number, request, requestNumber)
      (self.engineer, self.partner, self.plannedAt) = (engineer, partner, plannedAt)
    }
  }

  public struct Trip: Hashable, Sendable {
    public var workOrder: WorkOrderID
    public init(workOrder: WorkOrderID) { self.workOrder = workOrder }
  }

  public struct HandedBack: Hashable, Sendable {
    public var workOrder: WorkOrderID
    public var reason: String
    public init(workOrder: WorkOrderID, reason: String) { (self.workOrder, self.reason) = (workOrder, reason) }
  }

  public struct WorkRecorded: Hashable, Sendable {
    public struct Measured: Hashable, Sendable {
      public var name, value: String
      public var unit, expected: String?
      public var passed: Bool?
      public init(name: String, value: String, unit: String?, expected: String?, passed: Bool?) {
        (self.name, self.value, self.unit, self.expected, self.passed) = (name, value, unit, expected, passed)
      }
    }
    public var workOrder: WorkOrderID
    public var work: String?
    public var parts: [String]?
    public var readings: [Measured]?
    public init(workOrder: WorkOrderID, work: String?, parts: [String]?, readings: [Measured]?) {
      (self.workOrder, self.work, self.parts, self.readings) = (workOrder, work, parts, readings)
    }
  }

  public struct Proposed: Hashable, Sendable {
    public var remedy: String
    public init(remedy: String) { self.remedy = remedy }
  }

  /// REM-2: only with consent for this session; the operator is the event's actor.
  public struct RemoteStarted: Hashable, Sendable {
    public var consent: Person
    public var tool, purpose: String
    public init(consent: Person, tool: String, purpose: String) { (self.consent, self.tool, self.purpose) = (consent, tool, purpose) }
  }

  public struct RemoteEnded: Hashable, Sendable {
    public var result: RemoteResult
    public init(result: RemoteResult) { self.result = result }
  }

  public struct Paused: Hashable, Sendable {
    public var reason: PauseReason
    public init(reason: PauseReason) { self.reason = reason }
  }

  /// Only what was changed; an empty site or attribute takes it away.
  public struct Changed: Hashable, Sendable {
    public var urgency: Urgency?
    public var kind: RequestKind?
    public var summary, description: String?
    public var contact: Person?
    public var customer: CustomerID?
    public var site: SiteID?
    public var equipment: EquipmentID?
    public var branch: BranchID?
    public var harm: Harm?
    /// The facts that came with a new machine, site or customer.
    public var attributes: [String: String]?
    public init() {}
    public var isEmpty: Bool { self == Changed() }
  }

  public struct Cleared: Hashable, Sendable {
    public var cause: CauseCode
    public var remedy: String
    public init(cause: CauseCode, remedy: String) { (self.cause, self.remedy) = (cause, remedy) }
  }

  public struct StandbyProvided: Hashable, Sendable {
    public var equipment: EquipmentID
    public init(equipment: EquipmentID) { self.equipment = equipment }
  }

  public struct Confirmed: Hashable, Sendable {
    public var contact: Person
    public var how: Means
    /// The hash of the drawn signature, kept as a personal value.
    public var signature: String?
    /// 1 to 5, where the customer gave one.
    public var rating: Int?
    public init(contact: Person, how: Means, signature: String? = nil, rating: Int? = nil) {
      (self.contact, self.how, self.signature, self.rating) = (contact, how, signature, rating)
    }
  }

  public struct Rejected: Hashable, Sendable {
    public var contact: Person
    public var reason: String
    public init(contact: Person, reason: String) { (self.contact, self.reason) = (contact, reason) }
  }

  public struct Closed: Hashable, Sendable {
    public var reason: String?
    public init(reason: String? = nil) { self.reason = reason }
  }

  public struct Reason: Hashable, Sendable {
    public var reason: String
    public init(reason: String) { self.reason = reason }
  }

  public struct Merged: Hashable, Sendable {
    public var into: RequestID
    public var number: String
    public var reason: String
    public init(into: RequestID, number: String, reason: String) { (self.into, self.number, self.reason) = (into, number, reason) }
  }

  public struct Absorbed: Hashable, Sendable {
    public var request: RequestID
    public var number: String
    public init(request: RequestID, number: String) { (self.request, self.number) = (request, number) }
  }

  public struct Commented: Hashable, Sendable {
    public var text: String
    public var audience: Audience
    public init(text: String, audience: Audience = .colleagues) { (self.text, self.audience) = (text, audience) }
  }

  public struct Attached: Hashable, Sendable {
    public var attachment: AttachmentID
    /// As it was uploaded.
    public var file: FileID
    public var sha256: String
    /// The hash of the file's name, kept as a personal value: names of files name people.
    public var name: String
    /// As found by content, `image/jpeg`.
    public var type: String
    public var size: Int
    public var width, height, pages: Int?
    public var note: String?
    /// Not for the customer's eyes.
    public var isInternal: Bool
    /// The form that this is a scan of, `repair-report`, and the case's number as its code says it (REP-2).
    public var paper, code: String?

    public init(
      attachment: AttachmentID, file: FileID, sha256: String, name: String, type: String, size: Int, width: Int? = nil,
      height: Int? = nil, pages: Int? = nil, note: String? = nil, isInternal: Bool = false, paper: String? = nil, code: String? = nil
    ) {
      (self.attachment, self.file, self.sha256, self.name) = (attachment, file, sha256, name)
      (self.type, self.size, self.width, self.height, self.pages) = (type, size, width, height, pages)
      (self.note, self.isInternal, self.paper, self.code) = (note, isInternal, paper, code)
    }
  }

  public struct AttachmentErased: Hashable, Sendable {
    public var attachment: AttachmentID
    public var sha256: String
    public var reason: String
    public init(attachment: AttachmentID, sha256: String, reason: String) {
      (self.attachment, self.sha256, self.reason) = (attachment, sha256, reason)
    }
  }

  public struct Corrected: Hashable, Sendable {
    /// The hashes whose values are gone.
    public var erased: [String]
    public init(erased: [String]) { self.erased = erased }
  }

  /// A target that is due at another time.
  public struct MovedDue: Hashable, Sendable {
    public var target: String
    /// Nil where it was not promised under that version.
    public var was, now: Instant?
    public init(target: String, was: Instant?, now: Instant?) { (self.target, self.was, self.now) = (target, was, now) }
  }

  public struct PolicyMoved: Hashable, Sendable {
    public var from, to, reason: String
    /// What is due at another time by it.
    public var due: [MovedDue]

    public init(from: String, to: String, reason: String, due: [MovedDue]) {
      (self.from, self.to, self.reason, self.due) = (from, to, reason, due)
    }
  }

  public struct DueChanged: Hashable, Sendable {
    /// The version before, and its revision that follows the newer table.
    public var from, to: String
    /// Of which years the two tables do not say the same.
    public var years: [Int]
    /// What is due at another time by it: empty where the table may move only what is still to come.
    public var due: [MovedDue]

    public init(from: String, to: String, years: [Int], due: [MovedDue]) {
      (self.from, self.to, self.years, self.due) = (from, to, years, due)
    }
  }

  /// Which alarm was raised, when it had to be, and who was told. It happened when it was raised.
  public struct Alarmed: Hashable, Sendable {
    public var target: String
    public var place: Int
    public var since, at, due: Instant
    /// The role that policy names, and who of it was told.
    public var to: String?
    public var told: [StaffID]
    /// It was raised more than ``lateAfter`` after its instant: nothing ran then.
    public var late: Bool

    public static let lateAfter: Int64 = 5_000

    public init(target: String, place: Int, since: Instant, at: Instant, due: Instant, to: String?, told: [StaffID], late: Bool) {
      (self.target, self.place, self.since, self.at, self.due) = (target, place, since, at, due)
      (self.to, self.told, self.late) = (to, told, late)
    }

    public func key(_ kind: Alarm.Kind) -> Alarm.Key { .init(target: target, kind: kind, place: place, since: since) }
  }

  public struct EscalationAnswered: Hashable, Sendable {
    public enum Answer: String, CaseIterable, Hashable, Sendable {
      case seen
      case takenOver = "taken-over"
      case handedOn = "handed-on"
    }
    public var target: String
    public var place: Int
    public var since: Instant
    public var answer: Answer
    public var by: StaffID
    /// To whom it was handed on.
    public var to: StaffID?
    public var note: String?

    public init(
      target: String, place: Int, since: Instant, answer: Answer, by: StaffID, to: StaffID? = nil, note: String? = nil
    ) {
      (self.target, self.place, self.since, self.answer) = (target, place, since, answer)
      (self.by, self.to, self.note) = (by, to, note)
    }
  }
}

extension RequestEvent {
  /// What the company tells itself: it changes nothing that a person decides by.
  public var isAlarm: Bool {
    switch self {
    case .warned, .escalated: true
    default: false
    }
  }
}

public import Domain

/// What the repair report (维修单) of a case says (FLT-1..5, INT-5, REP-2): plain values, no words of any language but the people's own.
///
/// The same version of the case gives the same report, but for promises that ran out since and records of the registers that were changed.
public struct RepairReport: Sendable {
  public struct Machine: Sendable, Hashable {
    public var model, serialNumber: String
    public var manufacturer, category, department, udi: String?
    public var installedOn, warrantyEnds: CivilDate?
  }

  /// Who said so, when, and by what means.
  public struct Word: Sendable, Hashable {
    public var at: Instant
    public var name: String?
    public var means: Means
  }

  /// One attempt at a level of support, with person and result (FLT-1).
  public struct Attempt: Sendable, Hashable {
    public var at: Instant
    public var level: SupportLevel
    public var solved: Bool
    public var note: String?
    public var by: String?
  }

  /// Work, parts and readings as an engineer recorded them on site (FLT-4).
  public struct Work: Sendable, Hashable {
    public var at: Instant
    public var work: String?
    public var parts: [String]
    public var readings: [RequestEvent.WorkRecorded.Measured]
    public var by: String?
  }

  /// One trip of one engineer.
  public struct Visit: Sendable, Hashable {
    public var number, engineer: String
    public var badge, partner: String?
    public var dispatchedAt: Instant
    public var departedAt, arrivedAt, leftAt, handedBackAt: Instant?
    public var work: [Work]
  }

  public struct Outcome: Sendable, Hashable {
    public var at: Instant
    public var cause: CauseCode
    public var remedy: String
    public var by: String?
  }

  public struct Confirmation: Sendable, Hashable {
    public var word: Word
    /// As drawn on a screen: a `data:image/png;base64,` address.
    public var signature: String?
  }

  public struct Signature: Sendable, Hashable {
    public var at: Instant
    public var by: String?
  }

  public var id, number: String
  public var kind: RequestKind
  public var urgency: Urgency
  public var channel: Channel
  public var state: RequestState
  public var harm: Harm
  public var summary: String
  public var description: String?
  public var customer, site, address: String?
  public var machine: Machine?
  public var contactName, contactPhone: String?
  public var branch, branchPhone: String?
  public var reportedAt: Instant
  public var acceptedAt, respondedAt: Instant?
  public var attempts: [Attempt] = []
  public var cause: CauseCode?
  public var part: String?
  public var proposal: String?
  public var agreement: Word?
  public var visits: [Visit]
  /// Nil until the fault is cleared, and again after the outcome was rejected or the case reopened.
  public var outcome: Outcome?
  public var confirmation: Confirmation?
  public var signedOff: Signature?
  public var targets: [TargetView]
  /// What the report stands on: the case's version, its newest event and that event's hash in the journal.
  public var version: Int
  public var asOf: Instant
  public var head: String
}

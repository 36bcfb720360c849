/// One promise as the policy writes it (SLA-1 to SLA-6, SLA-8, SLA-9). Several may share an id: the one that fits
/// the case best counts.
public struct TargetRule: Hashable, Sendable {
  public struct Name: Hashable, Sendable {
    public var zh, en: String

    public init(zh: String, en: String) { (self.zh, self.en) = (zh, en) }
  }

  public enum Ending: String, CaseIterable, Hashable, Sendable {
    /// Due at closing time of the day on which the time runs out.
    case close
  }

  /// Which pauses stop the clock (SLA-8).
  public enum Pauses: Hashable, Sendable {
    case never
    case always
    case reasons([String])

    func count(_ reason: String?) -> Bool {
      switch self {
      case .never: false
      case .always: true
      case .reasons(let reasons): reason.map(reasons.contains) ?? false
      }
    }
  }

  /// What a reopening does to a promise (INT-5).
  public enum Reopening: String, CaseIterable, Hashable, Sendable {
    case keep, resume, restart
  }

  /// When the owner is warned (SLA-8).
  public enum Warning: Hashable, Sendable {
    case share(percent: Int)
    case left(PolicyDuration)
  }

  /// Who is told how long after due (SLA-8).
  public struct Escalation: Hashable, Sendable {
    public var to: String
    public var after: PolicyDuration

    public init(to: String, after: PolicyDuration) { (self.to, self.after) = (to, after) }
  }

  public static let droppedByDefault = ["cleared", "closed", "cancelled", "merged"]

  public var id: String
  public var clause: String?
  public var name: Name
  /// The event that starts the clock: the first of its kind.
  public var starts: String
  /// The first of these after the start meets it. Looked at before ``droppedBy``.
  public var metBy: [String]
  /// The role that owns the clock.
  public var owner: String?
  public var droppedBy: [String]
  public var within: PolicyDuration
  public var calendar: String
  public var ends: Ending?
  public var pauses: Pauses
  public var onReopen: Reopening
  public var warn: [Warning]
  /// A warning outside these hours waits for the opening.
  public var warnIn: String?
  public var escalate: [Escalation]
  /// Attributes of the case that must match (SLA-9).
  public var when: [String: String]

  public init(
    id: String, clause: String? = nil, name: Name? = nil, starts: String, metBy: [String], owner: String? = nil,
    droppedBy: [String] = TargetRule.droppedByDefault, within: PolicyDuration, calendar: String = "always", ends: Ending? = nil,
    pauses: Pauses = .never, onReopen: Reopening = .keep, warn: [Warning] = [], warnIn: String? = nil,
    escalate: [Escalation] = [], when: [String: String] = [:]
  ) {
    self.id = id
    self.clause = clause
    self.name = name ?? Name(zh: id, en: id)
    self.starts = starts
    self.metBy = metBy
    self.owner = owner
    self.droppedBy = droppedBy
    self.within = within
    self.calendar = calendar
    self.ends = ends
    self.pauses = pauses
    self.onReopen = onReopen
    self.warn = warn
    self.warnIn = warnIn
    self.escalate = escalate
    self.when = when
  }

  func matches(_ attributes: [String: String]) -> Bool {
    when.allSatisfy { attributes[$0.key] == $0.value }
  }
}

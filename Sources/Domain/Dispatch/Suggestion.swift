/// What somebody is to be sent to.
public struct Errand: Hashable, Sendable {
  /// The machine's category, `DR`; nil where the machine is not known.
  public var category: String?
  /// Whose district it is (ORG-2).
  public var branch: BranchID?
  public var place: Coordinate?
  /// When somebody has to be there; nil where nothing is promised.
  public var due: Instant?
  public var urgency: Urgency

  public init(category: String?, branch: BranchID?, place: Coordinate?, due: Instant?, urgency: Urgency) {
    (self.category, self.branch, self.place, self.due, self.urgency) = (category, branch, place, due, urgency)
  }
}

/// Who could be sent, as the record knows them (ORG-4).
public struct Candidate: Hashable, Sendable {
  public struct Certificate: Hashable, Sendable {
    public var name: String
    public var expires: CivilDate
    public init(name: String, expires: CivilDate) { (self.name, self.expires) = (name, expires) }
  }
  public var staff: StaffID
  public var branch: BranchID?
  public var skills: [String]
  public var certificates: [Certificate]
  /// Where their branch is.
  public var base: Coordinate?
  /// Open work orders, and those of today.
  public var visits: [Visit]
  /// When they last left this very machine.
  public var knowsMachineSince: Instant?
  /// On the way to this very case already.
  public var isSent: Bool

  public init(
    staff: StaffID, branch: BranchID?, skills: [String] = [], certificates: [Certificate] = [], base: Coordinate? = nil,
    visits: [Visit] = [], knowsMachineSince: Instant? = nil, isSent: Bool = false
  ) {
    (self.staff, self.branch, self.skills, self.certificates) = (staff, branch, skills, certificates)
    (self.base, self.visits, self.knowsMachineSince, self.isSent) = (base, visits, knowsMachineSince, isSent)
  }
}

/// One engineer for one errand: whether they fit, when they could be there, and why (INT-6).
public struct Suggestion: Hashable, Sendable {
  /// A reason as a value; screens say it in the reader's words.
  public enum Reason: Hashable, Sendable {
    case skill(String, until: CivilDate?)
    case noSkill(String)
    /// Nothing is recorded of their skills, or the machine is unknown: nobody can tell.
    case skillUnknown
    case certificateExpired(String, on: CivilDate)
    case way(metres: Int, seconds: Int64)
    case wayUnknown
    /// How many visits are open, and from when they can set out.
    case load(open: Int, free: Instant)
    case otherBranch
    case knowsMachine(Instant)
    case alreadySent
    /// They would be there after it is due.
    case tooLate(seconds: Int64)

    public enum Weight: Hashable, Sendable { case speaksFor, neutral, forbids }

    public var weight: Weight {
      switch self {
      case .skill, .knowsMachine: .speaksFor
      case .way(_, let seconds): seconds <= 3_600 ? .speaksFor : .neutral
      case .load(let open, _): open == 0 ? .speaksFor : .neutral
      case .skillUnknown, .wayUnknown, .otherBranch, .tooLate: .neutral
      case .noSkill, .certificateExpired, .alreadySent: .forbids
      }
    }
  }

  public let staff: StaffID
  public let arrives: Instant
  public let reasons: [Reason]
  /// Less is better; in seconds from now.
  let cost: Int64

  public var fits: Bool { !reasons.contains { $0.weight == .forbids } }

  /// The best first, those who do not fit last.
  public static func rank(_ candidates: [Candidate], for errand: Errand, at now: Instant, today: CivilDate) -> [Suggestion] {
    candidates.map { Suggestion($0, errand, now, today) }.sorted { one, other in
      if one.fits != other.fits { return one.fits }
      return (one.cost, one.staff.text) < (other.cost, other.staff.text)
    }
  }

  private init(_ candidate: Candidate, _ errand: Errand, _ now: Instant, _ today: CivilDate) {
    let plan = DayPlan(candidate.visits, base: candidate.base, at: now)
    var reasons = candidate.isSent ? [Reason.alreadySent] : []
    reasons += Self.skill(of: candidate, for: errand.category, today)
    if let base = candidate.base, let place = errand.place {
      let metres = base.metres(to: place)
      reasons.append(.way(metres: metres, seconds: Reckoning.seconds(metres: metres)))
    } else {
      reasons.append(.wayUnknown)
    }
    reasons.append(.load(open: plan.open.count, free: plan.departure(to: errand.place)))
    if let known = candidate.knowsMachineSince { reasons.append(.knowsMachine(known)) }
    let isOther = errand.branch != nil && candidate.branch != errand.branch
    if isOther { reasons.append(.otherBranch) }
    (staff, arrives) = (candidate.staff, plan.arrival(at: errand.place))
    if let due = errand.due, arrives > due { reasons.append(.tooLate(seconds: arrives.milliseconds(since: due) / 1_000)) }
    self.reasons = reasons
    // An emergency goes to whoever is there first (INT-8). Otherwise half an hour is worth keeping to the district (ORG-2), a
    // quarter each visit that waits already, and three quarters not having to learn the machine.
    var cost = max(0, arrives.milliseconds(since: now) / 1_000)
    if errand.urgency == .normal {
      cost += (isOther ? 1_800 : 0) + Int64(plan.open.count) * 900 - (candidate.knowsMachineSince == nil ? 0 : 2_700)
    }
    self.cost = cost
  }

  private static func skill(of candidate: Candidate, for category: String?, _ today: CivilDate) -> [Reason] {
    guard let category else { return [.skillUnknown] }
    let own = candidate.certificates.filter { $0.name.contains(category) }
    guard candidate.skills.contains(category) || !own.isEmpty else {
      return candidate.skills.isEmpty && candidate.certificates.isEmpty ? [.skillUnknown] : [.noSkill(category)]
    }
    guard let last = own.map(\.expires).max() else { return [.skill(category, until: nil)] }
    return [last < today ? .certificateExpired(category, on: last) : .skill(category, until: last)]
  }
}

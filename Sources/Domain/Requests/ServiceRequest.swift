/// One case, tracked until it is solved (INT-4). Folded from its events; reads no clock and no database.
public struct ServiceRequest: Hashable, Sendable {
  public private(set) var reported: RequestEvent.Reported?
  public private(set) var reportedAt: Instant?
  public private(set) var state = RequestState.reported
  public private(set) var level = SupportLevel.phone
  public private(set) var attempts: [SupportLevel: AttemptResult] = [:]
  /// Whether help by phone has failed once, whatever was tried after.
  public private(set) var phoneFailed = false
  public private(set) var owner: StaffID?
  public private(set) var paused: PauseReason?
  /// A remote session is running (REM-2).
  public private(set) var remoteRunning = false
  public private(set) var proposed: String?
  /// The customer agreed to what is proposed, or to the work where nothing was (FLT-3).
  public private(set) var agreed = false
  public private(set) var signedOff = false
  public private(set) var cause: CauseCode?
  public private(set) var workOrders: [WorkOrderID: WorkOrder] = [:]
  public private(set) var workOrderIDs: [WorkOrderID] = []
  public private(set) var mergedInto: RequestID?
  public private(set) var absorbed: [RequestID] = []
  /// What was said already of its promises: nothing is said twice (SLA-8).
  public private(set) var raised: Set<Alarm.Key> = []
  /// How far up the chain missed promises went, and who answered (SLA-8).
  public private(set) var escalations: [Escalation] = []
  private var accepted = false

  public init() {}

  public var openWorkOrders: [WorkOrderID] { workOrderIDs.filter { workOrders[$0]?.state.isOpen == true } }
  public var engineers: Set<StaffID> { Set(workOrders.values.compactMap { $0.dispatched?.engineer }) }
  /// An engineer has arrived and not left.
  public var engineerOnSite: Bool { workOrders.values.contains { $0.state == .arrived } }

  /// Cannot fail. No `default`: a new event must be thought of here.
  public mutating func apply(_ event: RequestEvent, at instant: Instant) {
    switch event {
    case .reported(let body):
      (reported, reportedAt) = (body, instant)
    case .accepted(let body):
      (state, owner, accepted) = (.accepted, body.owner, true)
    case .acknowledged, .commented, .corrected, .standbyProvided, .workRecorded, .attached, .attachmentErased: break
    case .responded: work()
    case .attempted(let body):
      work()
      attempts[body.level] = body.result
      if body.level == .phone, body.result == .failed { phoneFailed = true }
    case .remoteFailed: break
    case .located(let body):
      work()
      cause = body.cause
    case .levelRaised(let body): level = max(level, body.to)
    case .dispatched(let body):
      work()
      workOrderIDs.append(body.workOrder)
      workOrders[body.workOrder, default: WorkOrder()].apply(event, at: instant)
    case .departed(let body), .arrived(let body), .left(let body): workOrders[body.workOrder]?.apply(event, at: instant)
    case .handedBack(let body): workOrders[body.workOrder]?.apply(event, at: instant)
    case .proposed(let body): (proposed, agreed) = (body.remedy, false)
    case .agreed: agreed = true
    case .remoteStarted:
      work()
      remoteRunning = true
    case .remoteEnded(let body):
      remoteRunning = false
      // A session is the attempt at this level (FLT-1).
      attempts[.remote] = body.result == .solved ? .solved : .failed
    case .paused(let body): paused = body.reason
    case .resumed: paused = nil
    case .changed(let body): change(body)
    case .cleared(let body): (state, paused, cause) = (.cleared, nil, body.cause)
    case .confirmed: state = .confirmed
    case .rejected: (state, signedOff) = (.working, false)
    case .signedOff: signedOff = true
    case .closed: (state, paused) = (.closed, nil)
    case .reopened: (state, signedOff) = (accepted ? .working : .reported, false)
    case .cancelled: (state, paused) = (.cancelled, nil)
    case .merged(let body): (state, paused, mergedInto) = (.merged, nil, body.into)
    case .absorbed(let body): absorbed.append(body.request)
    case .policyMoved(let body): reported?.policy = body.to
    case .dueChanged(let body): reported?.policy = body.to
    case .warned(let body): raised.insert(body.key(.warning))
    case .escalated(let body):
      raised.insert(body.key(.escalation))
      escalations.append(.init(alarm: body, at: instant))
    case .escalationAnswered(let body):
      if body.answer == .takenOver { owner = body.by }
      if let index = escalations.lastIndex(where: { $0.isAnswered(by: body) }) {
        escalations[index].answers.append(.init(body, at: instant))
      }
    }
  }

  /// `working` begins with the first real step.
  private mutating func work() {
    if state == .accepted { state = .working }
  }

  private mutating func change(_ body: RequestEvent.Changed) {
    guard var now = reported else { return }
    if let urgency = body.urgency { now.urgency = urgency }
    if let kind = body.kind { now.kind = kind }
    if let summary = body.summary { now.summary = summary }
    if let description = body.description { now.description = description }
    if let contact = body.contact { now.contact = contact }
    if let customer = body.customer { now.customer = customer }
    if let site = body.site { now.site = site.text.isEmpty ? nil : site }
    if let equipment = body.equipment { now.equipment = equipment }
    if let branch = body.branch { now.branch = branch }
    if let harm = body.harm { now.harm = harm }
    if let attributes = body.attributes { now.attributes = now.attributes.merging(attributes) { $1 }.filter { !$0.value.isEmpty } }
    reported = now
  }
}

/// A step of the escalation that was taken, and what people made of it (SLA-8).
public struct Escalation: Hashable, Sendable {
  public struct Answered: Hashable, Sendable {
    public let event: RequestEvent.EscalationAnswered
    public let at: Instant

    init(_ event: RequestEvent.EscalationAnswered, at instant: Instant) { (self.event, at) = (event, instant) }
  }

  public let alarm: RequestEvent.Alarmed
  public let at: Instant
  public internal(set) var answers: [Answered] = []

  init(alarm: RequestEvent.Alarmed, at instant: Instant) { (self.alarm, at) = (alarm, instant) }

  func isAnswered(by answer: RequestEvent.EscalationAnswered) -> Bool {
    (answer.target, answer.place, answer.since) == (alarm.target, alarm.place, alarm.since)
  }
}

/// One trip or job of one engineer or partner, folded from its own stream.
public struct WorkOrder: Hashable, Sendable {
  public private(set) var state = WorkOrderState.dispatched
  public private(set) var dispatched: RequestEvent.Dispatched?
  public private(set) var dispatchedAt, departedAt, arrivedAt, leftAt, handedBackAt: Instant?
  /// When the last step happened; steps of one work order go forward in time.
  public private(set) var lastAt: Instant?
  public private(set) var handBackReason: String?
  public private(set) var work: [RequestEvent.WorkRecorded] = []

  public init() {}

  public var steps: [WorkOrderStep] { WorkOrderStep.allCases.filter { WorkOrder.allows($0, in: state) } }

  /// What can follow, the case's own state included: one that was cancelled sends nobody on the way.
  public static func steps(in state: WorkOrderState, of request: RequestState) -> [WorkOrderStep] {
    WorkOrderStep.allCases.filter { step in
      allows(step, in: state) && (step == .record || StateTable.allows(RequestStep(rawValue: step.rawValue) ?? .depart, in: request))
    }
  }

  public static func allows(_ step: WorkOrderStep, in state: WorkOrderState) -> Bool {
    switch step {
    case .depart: state == .dispatched
    case .arrive: state == .dispatched || state == .departed
    case .leave: state == .arrived
    case .handBack: state.isOpen
    // Readings and parts are often written up after leaving.
    case .record: state == .arrived || state == .left
    }
  }

  public mutating func apply(_ event: RequestEvent, at instant: Instant) {
    switch event {
    case .dispatched(let body): (dispatched, dispatchedAt, state) = (body, instant, .dispatched)
    case .departed: (departedAt, state) = (instant, .departed)
    case .arrived: (arrivedAt, state) = (instant, .arrived)
    case .left: (leftAt, state) = (instant, .left)
    case .handedBack(let body): (handedBackAt, state, handBackReason) = (instant, .handedBack, body.reason)
    case .workRecorded(let body): work.append(body)
    case .reported, .accepted, .acknowledged, .responded, .attempted, .remoteFailed, .located, .levelRaised, .proposed, .agreed,
      .remoteStarted, .remoteEnded, .paused, .resumed, .changed, .cleared, .standbyProvided, .confirmed, .rejected, .signedOff, .closed,
      .reopened, .cancelled, .merged, .absorbed, .commented, .attached, .attachmentErased, .corrected, .policyMoved, .dueChanged, .warned,
      .escalated,
      .escalationAnswered:
      return  // the case's own
    }
    lastAt = max(lastAt ?? instant, instant)
  }
}

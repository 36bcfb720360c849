/// Why a step of a case is refused.
public enum RequestError: Refusal, Hashable {
  case notAllowed(RequestStep, RequestState)
  case notHigher(current: SupportLevel)
  case notAttempted(SupportLevel)
  case noOpenWorkOrder
  case severalWorkOrders
  case workOrderStep(RequestStep, WorkOrderState)
  case alreadyDispatched
  case alreadyPaused
  case notPaused
  case remoteRunning
  case remoteNotRunning
  case agreementMissing
  case openWorkOrder
  case signOffMissing
  case alreadySignedOff
  case ownWork
  case confirmationMissing
  case nothingChanged
  case mergeIntoItself
  case mergeIntoYounger
  case mergeIntoEnded
  case workOrderGoesForward
  case laterStep(String)
  case beforeReport
  case notArrived(WorkOrderState)

  public var code: String {
    switch self {
    case .notAllowed: "request.not-allowed"
    case .notHigher: "request.not-higher"
    case .notAttempted: "request.not-attempted"
    case .noOpenWorkOrder: "request.no-open-work-order"
    case .severalWorkOrders: "request.several-work-orders"
    case .workOrderStep: "request.work-order-step"
    case .alreadyDispatched: "request.already-dispatched"
    case .alreadyPaused: "request.already-paused"
    case .notPaused: "request.not-paused"
    case .remoteRunning: "request.remote-running"
    case .remoteNotRunning: "request.remote-not-running"
    case .agreementMissing: "request.agreement-missing"
    case .openWorkOrder: "request.open-work-order"
    case .signOffMissing: "request.sign-off-missing"
    case .alreadySignedOff: "request.already-signed-off"
    case .ownWork: "request.own-work"
    case .confirmationMissing: "request.confirmation-missing"
    case .nothingChanged: "request.nothing-changed"
    case .mergeIntoItself: "request.merge-into-itself"
    case .mergeIntoYounger: "request.merge-into-younger"
    case .mergeIntoEnded: "request.merge-into-ended"
    case .workOrderGoesForward: "request.work-order-goes-forward"
    case .laterStep: "request.later-step"
    case .beforeReport: "request.before-report"
    case .notArrived: "request.not-arrived"
    }
  }

  public var message: String {
    switch self {
    case .notAllowed(let step, let state):
      "A case that is \(state.rawValue) does not allow \(step.rawValue). Take one of the steps it allows."
    case .notHigher(let current): "The case is at \(current.rawValue) already. Choose a level above it."
    case .notAttempted(let level): "No attempt at \(level.rawValue) is recorded. Record it with its result, then raise it."
    case .noOpenWorkOrder: "The case has no open work order. Dispatch an engineer first."
    case .severalWorkOrders: "The case has several open work orders. Take the step on the one you mean, under /work-orders."
    case .workOrderStep(let step, let state): "The work order is \(state.rawValue); \(step.rawValue) does not follow from there."
    case .alreadyDispatched: "This engineer has an open work order of the case already. Use that one, or hand it back first."
    case .alreadyPaused: "The clocks are paused already. Resume first."
    case .notPaused: "The clocks are not paused."
    case .remoteRunning: "A remote session is running. End it with its result first."
    case .remoteNotRunning: "No remote session is running."
    case .agreementMissing: "The customer has not agreed to the remedy. Record the agreement, then clear."
    case .openWorkOrder: "A work order is still open. Let the engineer leave or hand it back, then close."
    case .signOffMissing: "The work has not been signed off by a manager. Sign it off, then close."
    case .alreadySignedOff: "The work is signed off already."
    case .ownWork: "Whoever did the work cannot sign it off. Ask another manager."
    case .confirmationMissing: "The customer has not confirmed the outcome. Ask for it; else a manager can close it with a reason."
    case .nothingChanged: "Nothing is different from what is recorded. Name at least one new value."
    case .mergeIntoItself: "A case cannot be merged into itself, nor into one that was merged into it."
    case .mergeIntoYounger: "The other case was reported later. Merge that one into this one."
    case .mergeIntoEnded: "The other case is not open any more. Reopen it first, or choose another."
    case .workOrderGoesForward: "A later step of this work order is recorded already. Check the time."
    case .laterStep(let event): "With this step at that time, the recorded “\(event)” after it would not have been allowed. Check the time."
    case .notArrived(let state): "The work order is \(state.rawValue): work and readings are recorded once the engineer is on site."
    case .beforeReport: "This lies before the report of the case. Check the time."
    }
  }

  public var arguments: [String] {
    switch self {
    case .notAllowed(let step, let state): [step.rawValue, state.rawValue]
    case .notHigher(let level), .notAttempted(let level): [level.rawValue]
    case .workOrderStep(let step, let state): [step.rawValue, state.rawValue]
    case .laterStep(let event): [event]
    case .notArrived(let state): [state.rawValue]
    default: []
    }
  }

  /// The state does not allow it; but own work is a right that nobody has (403).
  public var category: RefusalCategory { self == .ownWork ? .forbidden : .conflict }
}

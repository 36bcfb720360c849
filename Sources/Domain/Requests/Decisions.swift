/// A step with its values checked against the registers: ids name something, names are hashed.
public enum RequestCommand: Hashable, Sendable {
  case accept(owner: StaffID?)
  case acknowledge(RequestEvent.Word)
  case respond
  case attempt(RequestEvent.Attempted)
  case locate(RequestEvent.Located)
  case raise(to: SupportLevel, reason: String)
  case dispatch(RequestEvent.Dispatched)
  /// The work order nil: the case's only open one.
  case depart(WorkOrderID?)
  case arrive(WorkOrderID?)
  case leave(WorkOrderID?)
  case handBack(WorkOrderID?, reason: String)
  case propose(String)
  case agree(RequestEvent.Word)
  case remoteStart(RequestEvent.RemoteStarted)
  case remoteEnd(RemoteResult)
  case pause(PauseReason)
  case resume
  case clear(RequestEvent.Cleared)
  case confirm(RequestEvent.Confirmed)
  case reject(RequestEvent.Rejected)
  /// By whom: an engineer of the case never signs off their own work (FLT-4).
  case signOff(by: StaffID?)
  case standby(EquipmentID)
  case close(reason: String?, manager: Bool)
  case reopen(reason: String)
  case cancel(reason: String)
  case merge(RequestEvent.Merged)
  case change(RequestEvent.Changed)
  case comment(RequestEvent.Commented)

  public var step: RequestStep {
    switch self {
    case .accept: .accept
    case .acknowledge: .acknowledge
    case .respond: .respond
    case .attempt: .attempt
    case .locate: .locate
    case .raise: .raise
    case .dispatch: .dispatch
    case .depart: .depart
    case .arrive: .arrive
    case .leave: .leave
    case .handBack: .handBack
    case .propose: .propose
    case .agree: .agree
    case .remoteStart: .remoteStart
    case .remoteEnd: .remoteEnd
    case .pause: .pause
    case .resume: .resume
    case .clear: .clear
    case .confirm: .confirm
    case .reject: .reject
    case .signOff: .signOff
    case .standby: .standby
    case .close: .close
    case .reopen: .reopen
    case .cancel: .cancel
    case .merge: .merge
    case .change: .change
    case .comment: .comment
    }
  }
}

extension ServiceRequest {
  /// A decision: checks the rules, answers what follows.
  public func decide(_ command: RequestCommand) throws(RequestError) -> [RequestEvent] {
    try check(command.step)
    switch command {
    case .accept(let owner): return [.accepted(.init(owner: owner))]
    case .acknowledge(let word): return [.acknowledged(word)]
    case .respond: return [.responded]
    case .attempt(let attempt):
      let failed = attempt.level == .remote && attempt.result == .failed
      return raising(to: attempt.level) + [.attempted(attempt)] + (failed ? remoteFailing : [])
    case .locate(let located): return [.located(located)]
    case .raise(let higher, let reason):
      let raised = RequestEvent.LevelRaised(from: level, to: higher, reason: reason)
      try check(raised)
      let impossible = higher == .onSite && reason == Self.remoteImpossible && phoneFailed
      return [.levelRaised(raised)] + (impossible ? remoteFailing : [])
    case .dispatch(let order):
      try check(order)
      return raising(to: .onSite) + [.dispatched(order)]
    case .depart(let order): return [.departed(.init(workOrder: try workOrder(order, for: .depart)))]
    case .arrive(let order): return [.arrived(.init(workOrder: try workOrder(order, for: .arrive)))]
    case .leave(let order): return [.left(.init(workOrder: try workOrder(order, for: .leave)))]
    case .handBack(let order, let reason):
      return [.handedBack(.init(workOrder: try workOrder(order, for: .handBack), reason: reason))]
    case .propose(let remedy): return [.proposed(.init(remedy: remedy))]
    case .agree(let word): return [.agreed(word)]
    case .remoteStart(let session): return raising(to: .remote) + [.remoteStarted(session)]
    case .remoteEnd(let result):
      return [.remoteEnded(.init(result: result))] + (result == .failed ? remoteFailing : [])
    case .pause(let reason): return [.paused(.init(reason: reason))]
    case .resume: return [.resumed]
    case .clear(let cleared): return [.cleared(cleared)]
    case .confirm(let confirmed): return [.confirmed(confirmed)]
    case .reject(let rejected): return [.rejected(rejected)]
    case .signOff(let staff):
      if let staff, engineers.contains(staff) { throw .ownWork }
      return [.signedOff]
    case .standby(let equipment): return [.standbyProvided(.init(equipment: equipment))]
    case .close(let reason, let manager):
      guard state == .confirmed || (manager && reason != nil) else { throw .confirmationMissing }
      return [.closed(.init(reason: reason))]
    case .reopen(let reason): return [.reopened(.init(reason: reason))]
    case .cancel(let reason): return [.cancelled(.init(reason: reason))]
    case .merge(let merged): return [.merged(merged)]
    case .change(let changed):
      guard !changed.isEmpty else { throw .nothingChanged }
      return [.changed(changed)]
    case .comment(let comment): return [.commented(comment)]
    }
  }

  /// What can be said of a step before its values are known: so it also tells which steps to offer.
  public func check(_ step: RequestStep, workOrder named: WorkOrderID? = nil) throws(RequestError) {
    guard StateTable.allows(step, in: state) else { throw .notAllowed(step, state) }
    switch step {
    case .pause: if paused != nil { throw .alreadyPaused }
    case .resume: if paused == nil { throw .notPaused }
    case .remoteStart: if remoteRunning { throw .remoteRunning }
    case .remoteEnd: if !remoteRunning { throw .remoteNotRunning }
    case .clear: if !agreed && (proposed != nil || !workOrderIDs.isEmpty) { throw .agreementMissing }
    case .signOff: if signedOff { throw .alreadySignedOff }
    case .close:
      if !openWorkOrders.isEmpty { throw .openWorkOrder }
      if !signedOff && !workOrderIDs.isEmpty { throw .signOffMissing }
    case .accept, .acknowledge, .respond, .attempt, .locate, .raise, .dispatch, .depart, .arrive, .leave, .handBack, .propose, .agree,
      .confirm, .reject, .standby, .reopen, .cancel, .merge, .change, .comment:
      break
    }
  }

  /// A duplicate goes into an open case that was reported no later, never in a circle; both numbers keep answering.
  ///
  /// - Parameter then: the other case as it stood when the merge happened.
  public func checkMerge(_ own: RequestID, into other: ServiceRequest, _ id: RequestID, then: ServiceRequest) throws(RequestError) {
    guard id != own, other.mergedInto != own, !absorbed.contains(id) else { throw .mergeIntoItself }
    guard other.state.isOpen, then.state.isOpen else { throw .mergeIntoEnded }
    guard let mine = reportedAt, let theirs = other.reportedAt, theirs <= mine else { throw .mergeIntoYounger }
  }

  /// The steps to offer now.
  public var steps: [RequestStep] {
    RequestStep.allCases.filter { step in
      guard (try? check(step)) != nil else { return false }
      switch step {
      // On the case they act on its only open work order.
      case .depart: return (try? workOrder(nil, for: .depart)) != nil
      case .arrive: return (try? workOrder(nil, for: .arrive)) != nil
      case .leave: return (try? workOrder(nil, for: .leave)) != nil
      case .handBack: return (try? workOrder(nil, for: .handBack)) != nil
      case .raise: return (try? check(.init(from: level, to: .onSiteParts, reason: Self.remoteImpossible))) != nil
      default: return true
      }
    }
  }

  /// Dispatch, a remote session and an attempt above the present level raise it in the same breath (FLT-1).
  private func raising(to higher: SupportLevel) -> [RequestEvent] {
    higher > level ? [.levelRaised(.init(from: level, to: higher))] : []
  }

  /// The reason that says that there was nothing to attempt at `remote`.
  private static let remoteImpossible = "remote-impossible"

  /// The level left must have been tried (FLT-1): by an attempt, a remote session that ended, an engineer on site; or it could
  /// not be tried.
  private func check(_ raised: RequestEvent.LevelRaised) throws(RequestError) {
    guard raised.to > level else { throw .notHigher(current: level) }
    let impossible = level == .remote && raised.reason == Self.remoteImpossible && attempts[.phone] != nil
    guard attempts[level] != nil || engineerOnSite || impossible else { throw .notAttempted(level) }
  }

  private func check(_ order: RequestEvent.Dispatched) throws(RequestError) {
    guard !openWorkOrders.contains(where: { workOrders[$0]?.dispatched?.engineer == order.engineer }) else { throw .alreadyDispatched }
  }

  /// Phone and remote help have failed, which starts the clock of the escalated visit (SLA-4): not when somebody is there
  /// already, nor when the work has ended.
  private var remoteFailing: [RequestEvent] {
    !engineerOnSite && (state == .accepted || state == .working) ? [.remoteFailed] : []
  }

  private func workOrder(_ named: WorkOrderID?, for step: WorkOrderStep) throws(RequestError) -> WorkOrderID {
    let id: WorkOrderID
    if let named {
      id = named
    } else {
      guard let only = openWorkOrders.first else { throw .noOpenWorkOrder }
      guard openWorkOrders.count == 1 else { throw .severalWorkOrders }
      id = only
    }
    guard let order = workOrders[id] else { throw .noOpenWorkOrder }
    guard WorkOrder.allows(step, in: order.state) else {
      throw .workOrderStep(RequestStep(rawValue: step.rawValue) ?? .depart, order.state)
    }
    return id
  }

  /// Whether this recorded event would be allowed here: asked of what happened after a step that arrives late.
  func permits(_ event: RequestEvent) -> Bool {
    func may(_ step: RequestStep) -> Bool { (try? check(step)) != nil }
    func may(_ step: WorkOrderStep, _ id: WorkOrderID) -> Bool {
      StateTable.allows(RequestStep(rawValue: step.rawValue) ?? .depart, in: state)
        && workOrders[id].map { WorkOrder.allows(step, in: $0.state) } ?? false
    }
    return switch event {
    // What another step brought with it, and what never stands in the way.
    case .reported, .remoteFailed, .commented, .corrected, .workRecorded, .attached, .attachmentErased: true
    case .policyMoved, .dueChanged, .warned, .escalated, .escalationAnswered: true
    case .levelRaised(let body): body.reason == nil || (may(.raise) && (try? check(body)) != nil)
    case .absorbed: state.isOpen
    case .accepted: may(.accept)
    case .acknowledged: may(.acknowledge)
    case .responded: may(.respond)
    case .attempted: may(.attempt)
    case .located: may(.locate)
    case .dispatched(let order): may(.dispatch) && (try? check(order)) != nil
    case .departed(let trip): may(.depart, trip.workOrder)
    case .arrived(let trip): may(.arrive, trip.workOrder)
    case .left(let trip): may(.leave, trip.workOrder)
    case .handedBack(let trip): may(.handBack, trip.workOrder)
    case .proposed: may(.propose)
    case .agreed: may(.agree)
    case .remoteStarted: may(.remoteStart)
    case .remoteEnded: may(.remoteEnd)
    case .paused: may(.pause)
    case .resumed: may(.resume)
    case .changed: may(.change)
    case .cleared: may(.clear)
    case .standbyProvided: may(.standby)
    case .confirmed: may(.confirm)
    case .rejected: may(.reject)
    case .signedOff: may(.signOff)
    case .closed(let body): may(.close) && (state == .confirmed || body.reason != nil)
    case .reopened: may(.reopen)
    case .cancelled: may(.cancel)
    case .merged: may(.merge)
    }
  }
}

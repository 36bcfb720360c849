/// The steps that lie ahead of an engineer's job, in the order in which they are taken (FLT-2..4). A phone without a network goes
/// along them by itself, so all are told, not the next alone.
public struct TripPlan: Hashable, Sendable {
  public let steps: [RequestStep]

  public init(_ order: WorkOrderState, of request: ServiceRequest) {
    self.init(
      order, of: request.state, isPaused: request.paused != nil, isLocated: request.cause != nil, isProposed: request.proposed != nil,
      isAgreed: request.agreed)
  }

  public init(
    _ order: WorkOrderState, of state: RequestState, isPaused: Bool = false, isLocated: Bool = false, isProposed: Bool = false,
    isAgreed: Bool = false
  ) {
    let isThere = order == .arrived
    guard order.isOpen else {
      steps = []
      return
    }
    switch state {
    case .reported, .accepted, .working:
      var ahead: [RequestStep] = []
      if order == .dispatched { ahead.append(.depart) }
      if !isThere { ahead.append(.arrive) }
      if isPaused { ahead.append(.resume) }
      if !isLocated { ahead.append(.locate) }
      // What the hospital agreed to needs no second proposal (FLT-3).
      if !isAgreed { ahead += isProposed ? [.agree] : [.propose, .agree] }
      steps = ahead + [.clear, .confirm, .leave]
    case .cleared: steps = isThere ? [.confirm, .leave] : [.handBack]
    case .confirmed: steps = [isThere ? .leave : .handBack]
    // It was called off while somebody was on the way: the trip still gets its end.
    case .closed, .cancelled, .merged: steps = [isThere ? .leave : .handBack]
    }
  }

  /// What may happen beside the plan, as far as the state allows it: seldom, so behind one more press.
  public static func others(_ order: WorkOrderState, of request: ServiceRequest) -> [RequestStep] {
    let asked: [RequestStep] = [.pause, .attempt, .propose, .reject, .handBack, .comment]
    return asked.filter { step in
      if step == .handBack { return order.isOpen && StateTable.allows(.handBack, in: request.state) }
      return (try? request.check(step)) != nil
    }
  }
}

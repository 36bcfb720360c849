public import Domain
import Persistence

/// Who may see a case, and who may take which step of it.
enum CaseAccess {
  /// Outsiders learn nothing of a case that is not theirs, not even that it exists (404).
  static func requireSight(of request: ServiceRequest, by actor: Actor, in db: any SQLReader) throws {
    let scope = try actor.require(.requestRead)
    guard try reaches(scope, request, actor, in: db) else { throw AccessError.notFound("request") }
  }

  static func require(_ step: RequestStep, on request: ServiceRequest, by actor: Actor, in db: any SQLReader) throws {
    try require(action(of: step), on: request, by: actor, in: db)
  }

  static func require(_ action: Action, on request: ServiceRequest, by actor: Actor, in db: any SQLReader) throws {
    try requireSight(of: request, by: actor, in: db)
    let scope = try actor.require(action)
    guard try reaches(scope, request, actor, in: db) else { throw AccessError.notAllowed(action) }
  }

  static func action(of step: RequestStep) -> Action {
    switch step {
    case .accept, .respond, .attempt, .locate, .raise, .propose, .remoteStart, .pause, .resume, .clear, .standby, .change: .requestWork
    case .acknowledge, .agree, .confirm, .reject, .remoteEnd: .requestCustomerWord
    case .dispatch: .requestDispatch
    case .depart, .arrive, .leave, .handBack: .workOrderStep
    case .signOff: .requestSignOff
    case .close: .requestClose
    case .reopen: .requestReopen
    case .cancel: .requestCancel
    case .merge: .requestMerge
    case .comment: .requestComment
    }
  }

  /// What to offer this person of what the state allows.
  static func offered(_ steps: some Sequence<String>, in state: RequestState, to actor: Actor) -> [String] {
    steps.filter { word in
      guard let step = RequestStep(rawValue: word) else { return false }
      // Without the customer's confirmation only a manager closes.
      if step == .close, state == .cleared, !actor.role.isManager { return false }
      return Permissions.scope(of: action(of: step), for: actor.role) != nil
    }
  }

  /// What the state allows this person at all (design.md, "What a state allows"), offered at this moment or not.
  static func allowed(beside offered: [String], in state: RequestState, to actor: Actor) -> [String] {
    RequestStep.allCases.filter { step in
      if offered.contains(step.rawValue) { return true }
      guard StateTable.allows(step, in: state), StateTable.sometimes[state]?.contains(step) != true else { return false }
      return Permissions.scope(of: action(of: step), for: actor.role) != nil
    }.map(\.rawValue)
  }

  private static func reaches(_ scope: Scope, _ request: ServiceRequest, _ actor: Actor, in db: any SQLReader) throws -> Bool {
    switch scope {
    case .all: return true
    case .customer:
      return try actor.customer != nil && Family.isSame(request.reported?.customer?.text, actor.customer?.text, .customers, in: db)
    case .involved:
      return request.workOrders.values.contains { order in
        order.dispatched?.engineer == actor.staff || (actor.partner != nil && order.dispatched?.partner == actor.partner)
      }
    }
  }
}

extension RequestStep {
  /// The right that this step needs.
  public var action: Action { CaseAccess.action(of: self) }
}

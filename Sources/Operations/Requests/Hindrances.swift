public import Domain
import Persistence

/// Why a step that lies ahead cannot be taken now, by this person.
public struct Hindrance: Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// A rule says no, as it would if the step were tried.
    case rule(RequestError)
    /// The state allows it, and others do it.
    case others([Role])
  }

  public let step: RequestStep
  public let reason: Reason
}

extension RequestOperations {
  /// The steps that a case still needs and that this person cannot take now, each with the rule's own reason. For outsiders none.
  public func hindrances(of reference: String, by actor: Actor) async throws -> [Hindrance] {
    guard !actor.role.isOutside else { return [] }
    return try await company.database.read { db in
      let request = try CaseFile.load(try Self.visible(reference, by: actor, in: db), in: db).request
      guard request.state.isOpen else { return [] }
      var ahead: [RequestStep] = [.clear, .confirm]
      if !request.workOrderIDs.isEmpty { ahead.append(.signOff) }
      return (ahead + [.close]).compactMap { step -> Hindrance? in
        if Self.isBehind(step, request) { return nil }
        do throws(RequestError) { try request.check(step) } catch { return Hindrance(step: step, reason: .rule(error)) }
        if step == .close, request.state != .confirmed, !actor.role.isManager {
          return Hindrance(step: step, reason: .rule(.confirmationMissing))
        }
        let action = CaseAccess.action(of: step)
        guard Permissions.scope(of: action, for: actor.role) == nil else { return nil }
        let may = Role.allCases.filter { $0 != .administrator && Permissions.scope(of: action, for: $0) == .all }
        return Hindrance(step: step, reason: .others(may))
      }
    }
  }

  private static func isBehind(_ step: RequestStep, _ request: ServiceRequest) -> Bool {
    switch step {
    case .clear: request.state == .cleared || request.state == .confirmed
    case .confirm: request.state == .confirmed
    case .signOff: request.signedOff
    default: false
    }
  }
}

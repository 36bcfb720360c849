public import Domain
import Persistence

extension RequestOperations {
  /// One step of a case; `input` is checked by `step.shape`, `reference` is id or number.
  ///
  /// - Throws: ``AccessError``; ``InputRefusal`` for values that name nothing; ``KeptRefusal`` with state and steps when
  ///   a rule says no. Then nothing is written.
  public func take(_ step: RequestStep, _ input: Fields, on reference: String, _ call: Call) async throws -> Answer {
    try await take(step, input, on: reference, call) { file, db in try CaseAccess.require(step, on: file.request, by: call.actor, in: db) }
  }

  /// - Parameter permit: says no to whoever may not; a role's right, or a link's.
  func take(
    _ step: RequestStep, _ input: Fields, on reference: String, _ call: Call,
    permit: @escaping @Sendable (CaseFile, any SQLReader) throws -> Void
  ) async throws -> Answer {
    let company = company
    return try await company.perform(call) { db, now in
      let file = try CaseFile.load(reference, in: db)
      try permit(file, db)
      return file
    } change: { db, now, loaded, changes in
      var file = loaded
      let request = file.request
      if let expected = call.expected, !file.history.isStill(expected) {
        throw KeptRefusal(
          StaleVersion(expected: expected, actual: file.history.version), state: request.state.rawValue,
          steps: CaseAccess.offered(request.steps.map(\.rawValue), in: request.state, to: call.actor))
      }
      let maker = CommandMaker(company: company, actor: call.actor, now: now, db: db)
      let time = try maker.time(of: input, in: file.history, order: step.isTrip ? file.request.openWorkOrders.first : nil)
      let order = step.isTrip ? file.ownedOrder(at: time.occurred) : nil
      try maker.requireInTime(time, step: step, order: order, of: file)
      let events: [RequestEvent]
      do {
        // Asked before the values are looked up: a step that the state forbids is 409 whatever it carries.
        try file.history.request(at: time.occurred).check(step)
        if step == .signOff {
          do { try ExpectedFiles.requireAll(of: file.id.text, reason: input.text("lateReason"), in: db) } catch let error
            as ExpectedFileError
          {
            throw KeptRefusal(
              error, state: request.state.rawValue,
              steps: CaseAccess.offered(request.steps.map(\.rawValue), in: request.state, to: call.actor))
          }
        }
        let command = try maker.command(for: step, input, on: file, at: time.occurred)
        if case .merge(let merged) = command {
          changes += try maker.absorb(file, into: merged.into, at: time.occurred)
        }
        events = try file.history.take(command, at: time.occurred)
        changes =
          try file.write(
            events, at: time.occurred, lateReason: time.lateReason ?? (step == .signOff ? input.text("lateReason") : nil), by: call.actor,
            recorded: now, policies: company.policies, in: db)
          + changes
      } catch let error as RequestError {
        throw KeptRefusal(
          error, state: request.state.rawValue,
          steps: CaseAccess.offered(request.steps.map(\.rawValue), in: request.state, to: call.actor))
      }
      try Notices.tell(of: events, case: file, at: now, for: company, in: db)
      let view = try ReadRequests.view(id: file.id.text, for: call.actor, at: now, policies: company.policies, in: db)
      return Answer(created: false, version: view.version, body: JSONWriter.text(view))
    }
  }
}

extension RequestHistory {
  /// Whether somebody who saw this version decides by what is there: what the company told itself since is no reason to look again.
  func isStill(_ seen: Int) -> Bool {
    seen == version || seen < version && seen > 0 && entries.allSatisfy { $0.version <= seen || $0.event.isAlarm }
  }
}

/// Somebody was faster (412).
public struct StaleVersion: Refusal, Hashable {
  public let expected, actual: Int

  public init(expected: Int, actual: Int) { (self.expected, self.actual) = (expected, actual) }

  public var code: String { "version.stale" }
  public var message: String { "You saw version \(expected), it is at \(actual) now. Read it again, then decide." }
  public var arguments: [String] { [String(expected), String(actual)] }
  public var category: RefusalCategory { .stale }
}

extension RequestStep {
  /// A step of the case's only open work order.
  var isTrip: Bool {
    switch self {
    case .depart, .arrive, .leave, .handBack: true
    default: false
    }
  }
}

extension CaseFile {
  /// The only open work order at a moment, on which a trip's step acts.
  func ownedOrder(at instant: Instant) -> WorkOrder? {
    let then = history.request(at: instant)
    guard let only = then.openWorkOrders.first, then.openWorkOrders.count == 1 else { return nil }
    return then.workOrders[only]
  }
}

public import Domain

/// Work orders: one trip or job of one engineer or partner.
public struct WorkOrderOperations: Sendable {
  let company: Company

  public init(_ company: Company) { self.company = company }

  public func find(_ reference: String, by actor: Actor) async throws -> WorkOrderView { fatalError("not built yet") }

  public func list(_ query: WorkOrderQuery, by actor: Actor) async throws -> Page<WorkOrderView> { fatalError("not built yet") }

  /// `input` is checked by `step.shape`.
  public func take(_ step: WorkOrderStep, _ input: Fields, on reference: String, _ call: Call) async throws -> Answer {
    fatalError("not built yet")
  }
}

/// Filters of `GET /work-orders`.
public struct WorkOrderQuery: Sendable {
  /// `open` or one state.
  public var state: String?
  public var engineer: String?
  public var request: String?
  public var cursor: String?
  public var limit = 50

  public init() {}
}

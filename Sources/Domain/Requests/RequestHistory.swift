/// A case's events in the order they happened: `occurred`, then version. Steps may arrive late; they are judged by the state
/// at their time, and by whether what is recorded after them still stands.
public struct RequestHistory: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let version: Int
    public let at: Instant
    public let event: RequestEvent

    public init(version: Int, at: Instant, event: RequestEvent) { (self.version, self.at, self.event) = (version, at, event) }
  }

  public private(set) var entries: [Entry]
  /// The case as all its events leave it.
  public private(set) var request: ServiceRequest

  /// - Parameter entries: in order of version.
  public init(_ entries: [Entry]) {
    // Stable by construction: equal instants keep their versions' order.
    self.entries = entries.sorted { ($0.at, $0.version) < ($1.at, $1.version) }
    request = ServiceRequest()
    for entry in self.entries { request.apply(entry.event, at: entry.at) }
  }

  public var version: Int { entries.count }
  public var last: Instant? { entries.last?.at }

  /// The case as it stood at a moment, what happened at that very moment included.
  public func request(at instant: Instant) -> ServiceRequest {
    guard let last, last > instant else { return request }
    var then = ServiceRequest()
    for entry in entries.prefix(while: { $0.at <= instant }) { then.apply(entry.event, at: entry.at) }
    return then
  }

  /// Decides a step at its time and takes what follows into the history.
  ///
  /// - Throws: what a rule says no to; `.laterStep` when a step recorded after it would no longer be allowed.
  public mutating func take(_ command: RequestCommand, at instant: Instant) throws(RequestError) -> [RequestEvent] {
    guard let reportedAt = request.reportedAt, reportedAt <= instant else { throw .beforeReport }
    let then = request(at: instant)
    let events = try then.decide(command)
    try insert(events, at: instant)
    return events
  }

  /// Takes events in at their time, if all that is recorded after them still stands.
  public mutating func insert(_ events: [RequestEvent], at instant: Instant) throws(RequestError) {
    for event in events {
      if let order = event.workOrder, let last = request.workOrders[order]?.lastAt, last > instant { throw .workOrderGoesForward }
    }
    var now = request(at: instant)
    for event in events { now.apply(event, at: instant) }
    for entry in entries where entry.at > instant {
      guard now.permits(entry.event) else { throw .laterStep(entry.event.kind) }
      now.apply(entry.event, at: entry.at)
    }
    let place = entries.firstIndex { $0.at > instant } ?? entries.endIndex
    let first = version + 1
    entries.insert(contentsOf: events.enumerated().map { Entry(version: first + $0.offset, at: instant, event: $0.element) }, at: place)
    request = now
  }
}

extension RequestEvent {
  /// The work order whose step this is.
  public var workOrder: WorkOrderID? {
    switch self {
    case .departed(let trip), .arrived(let trip), .left(let trip): trip.workOrder
    case .handedBack(let body): body.workOrder
    case .workRecorded(let body): body.workOrder
    default: nil
    }
  }

  /// What is written to the work order's stream too.
  public var concernsWorkOrder: WorkOrderID? {
    if case .dispatched(let body) = self { body.workOrder } else { workOrder }
  }
}

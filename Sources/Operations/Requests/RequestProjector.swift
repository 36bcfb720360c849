import Domain
import FoundationEssentials
public import Persistence

/// A case's row, made from its events and its policy.
public struct RequestProjector: Projector {
  public let streamKind = "request"
  public let table = "request"
  public let columns = [
    "id", "number", "kind", "urgency", "channel", "state", "open", "level", "paused", "summary", "description", "harm", "customer_id",
    "site_id", "equipment_id", "contact_id", "contact_name", "contact_phone", "branch_id", "owner_id", "policy", "reported_at", "version",
    "merged_into", "next_due", "targets", "steps", "next_alarm",
  ]
  public let version = 2
  /// `next_due` of an open case that owes nothing: after all that do.
  static let noDue = Instant.latest.milliseconds
  /// And of a case that has ended: after all open ones, so that one index orders and bounds both lists.
  static let ended = noDue + 1
  let policies: PolicyShelf

  public init(policies: PolicyShelf) { self.policies = policies }

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? {
    guard !events.isEmpty else { return nil }
    let history = try RequestHistory(reading: events)
    return row(id: id(of: stream), history, try history.clockRun(on: policies))
  }

  /// - Parameter run: the history's clocks.
  func row(id: String, _ history: RequestHistory, _ run: ClockRun?) -> ProjectedRow? {
    let request = history.request
    guard let reported = request.reported, let reportedAt = request.reportedAt, let run else { return nil }
    let clocks = run.states
    let alarm = request.alarms(of: run).first
    let due = request.state.isOpen ? ClockState.nextDue(of: clocks)?.milliseconds ?? Self.noDue : Self.ended
    return ProjectedRow(
      table: table, columns: columns,
      values: [
        .text(id), .text(reported.number), .text(reported.kind.rawValue), .text(reported.urgency.rawValue),
        .text(reported.channel.rawValue), .text(request.state.rawValue), .bool(request.state.isOpen), .text(request.level.rawValue),
        .optional(request.paused?.rawValue), .text(reported.summary), .optional(reported.description), .text(reported.harm.rawValue),
        .optional(reported.customer?.text), .optional(reported.site?.text), .optional(reported.equipment?.text),
        .optional(reported.contact.contact?.text), .optional(reported.contact.name), .optional(reported.contact.phone),
        .optional(reported.branch?.text), .optional(request.owner?.text), .text(reported.policy), .integer(reportedAt.milliseconds),
        .int(history.version), .optional(request.mergedInto?.text), .integer(due), .text(ClockState.text(of: clocks)),
        .text(request.steps.map(\.rawValue).joined(separator: " ")), .optional(alarm?.at.milliseconds),
      ])
  }
}

/// A policy version that cases were accepted under is not in the journal: restore it, nothing can be promised without it.
public struct PolicyMissing: Error, CustomStringConvertible {
  public let version: String
  public var description: String { "policy \(version) is not in the journal" }
}

extension RequestHistory {
  /// Reads stored events.
  init(reading events: [JournalEvent]) throws {
    self.init(
      try events.map {
        Entry(
          version: $0.version, at: Instant(milliseconds: $0.occurred),
          event: try RequestEvent(kind: $0.kind, schema: $0.schema, body: $0.body))
      })
  }

  /// The promises of the case under a policy, as of its last event.
  func clocks(under policy: ServicePolicy) -> [ClockState] { clockRun(under: policy)?.states ?? [] }

  /// The clocks under the case's own policy, folded once for everything that is made of them; nil for a case that was never reported.
  ///
  /// - Throws: ``PolicyMissing`` when the journal names a policy that is not on the shelf.
  func clockRun(on shelf: PolicyShelf, explained: Bool = false) throws -> ClockRun? {
    guard let reported = request.reported else { return nil }
    guard let policy = shelf[reported.policy] else { throw PolicyMissing(version: reported.policy) }
    return clockRun(under: policy, explained: explained)
  }

  /// The clocks with what they remember; nil for a case that was never reported.
  func clockRun(under policy: ServicePolicy, explained: Bool = false, watched: Bool = false) -> ClockRun? {
    guard let first = entries.first(where: { if case .reported = $0.event { true } else { false } }),
      case .reported(let reported) = first.event
    else { return nil }
    var run = ClockRun(policy: policy, attributes: reported.clockAttributes, explained: explained, watched: watched)
    run.apply(entries.lazy.map { $0.event.clockEvent(at: $0.at) })
    return run
  }

  /// How each due time of the case came about, by the target's id.
  func explanations(on shelf: PolicyShelf, at now: Instant) throws -> [String: Explanation] {
    let all = try clockRun(on: shelf, explained: true)?.explanations(at: now) ?? []
    return Dictionary(all.map { ($0.reading.id, $0) }) { first, _ in first }
  }
}

extension RequestEvent.Reported {
  var clockAttributes: [String: String] {
    var all = attributes
    all["kind"] = kind.rawValue
    all["urgency"] = urgency.rawValue
    all["customer"] = customer?.text
    all["site"] = site?.text
    return all
  }
}

extension RequestEvent {
  func clockEvent(at instant: Instant) -> ClockEvent {
    switch self {
    case .changed(let body):
      var all = body.attributes ?? [:]
      if let urgency = body.urgency { all["urgency"] = urgency.rawValue }
      if let kind = body.kind { all["kind"] = kind.rawValue }
      if let customer = body.customer { all["customer"] = customer.text }
      if let site = body.site { all["site"] = site.text }
      return ClockEvent(at: instant, event: kind, attributes: all)
    case .paused(let body): return ClockEvent(at: instant, event: kind, reason: body.reason.rawValue)
    default: return ClockEvent(at: instant, event: kind)
    }
  }
}

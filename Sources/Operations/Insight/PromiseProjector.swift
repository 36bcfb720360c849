import Domain
public import Persistence

/// The promises of a case, a row for each that counts (REP-1). Written in the transaction of the event, with the sums.
public struct PromiseProjector: Projector {
  public let streamKind = "request"
  public let table = "promise"
  public let streamColumn = "request_id"
  public let columns = PromiseRow.columns
  // A company from before has no rows: made when the program starts.
  public let version = 2
  let policies: PolicyShelf

  public init(policies: PolicyShelf) { self.policies = policies }

  public func row(stream: String, events: [JournalEvent]) throws -> ProjectedRow? { try rows(stream: stream, events: events).first }

  public func rows(stream: String, events: [JournalEvent]) throws -> [ProjectedRow] {
    guard !events.isEmpty else { return [] }
    let history = try RequestHistory(reading: events)
    return Self.promises(of: id(of: stream), history, try history.clockRun(on: policies)).map {
      ProjectedRow(table: table, columns: columns, values: $0.values)
    }
  }

  /// - Parameter run: the history's clocks.
  static func promises(of id: String, _ history: RequestHistory, _ run: ClockRun?) -> [PromiseRow] {
    guard let reported = history.request.reported, let run else { return [] }
    return run.states.compactMap { clock in
      let outcome: PromiseRow.Outcome
      switch clock.state {
      case .met: outcome = .met
      case .missed, .running: outcome = .owed
      case .paused: outcome = .waiting
      case .dropped: return nil
      }
      return PromiseRow(
        request: id, target: clock.id, outcome: outcome, isDecided: clock.state == .met || clock.state == .missed, due: clock.due,
        branch: reported.branch?.text ?? "",
        engineer: history.engineer(of: clock, metBy: run.policy.rule(of: clock)?.metBy ?? [])?.text ?? "",
        customer: reported.customer?.text ?? "")
    }
  }

  /// Puts the case's rows in place of those that stood there, and what changed into the sums.
  static func write(_ history: RequestHistory, _ run: ClockRun?, of id: String, in db: any SQLWriter) throws {
    let now = promises(of: id, history, run)
    let before = try PromiseRow.of(id, in: db)
    let old = Set(before), new = Set(now)
    guard old != new else { return }
    let kept = Set(now.map(\.id))
    for gone in before where !kept.contains(gone.id) { try db.execute("DELETE FROM promise WHERE id = ?", [.text(gone.id)]) }
    for row in now where !old.contains(row) {
      try ProjectionWriter.upsert(ProjectedRow(table: "promise", columns: PromiseRow.columns, values: row.values), in: db)
    }
    try PromiseSums.move(from: old.subtracting(new), to: new.subtracting(old), in: db)
  }
}

extension RequestHistory {
  /// Whose promise it was: the engineer of the work order by which it was met; else the one last sent until then, or until now; else the
  /// colleague who took the case on.
  func engineer(of clock: ClockState, metBy: [String]) -> StaffID? {
    var sent: [(order: WorkOrderID, engineer: StaffID)] = []
    events: for entry in entries {
      if let end = clock.metAt, entry.at > end { break }
      switch entry.event {
      case .dispatched(let body): sent.append((body.workOrder, body.engineer))
      case .handedBack(let body): sent.removeAll { $0.order == body.workOrder }
      default: break
      }
      guard entry.at == clock.metAt, metBy.contains(entry.event.kind) else { continue }
      // What happens at the same instant after it is not looked at.
      if let order = entry.event.concernsWorkOrder, let own = sent.last(where: { $0.order == order }) { return own.engineer }
      break events
    }
    return sent.last?.engineer ?? request.owner
  }
}

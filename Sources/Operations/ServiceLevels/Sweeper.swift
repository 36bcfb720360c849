public import Domain
import Logging
import Persistence
public import ServiceLifecycle

/// Says what promises make it say, when they make it (SLA-8): each warning and each step of an escalation once, within a second of its
/// instant; what fell into a time when nothing ran is said late, and marked so.
///
/// A case's row holds the instant of its next alarm, so a turn costs what is due, not what is open. Whatever is raised is an event of the case,
/// written under the next version: of two sweepers that see the same alarm one wins, and the other finds it raised.
public struct Sweeper: Service {
  /// Cases looked at in one go, each in a transaction of its own; so many at once share a commit.
  static let batch = 256, together = 16
  /// A case that cannot be read is left alone for so long.
  static let patience: Int64 = 60_000

  let company: Company

  public init(_ company: Company) { self.company = company }

  public func run() async throws {
    try? await cancelWhenGracefulShutdown { try await turns() }
  }

  private func turns() async throws {
    var stuck: [String: Instant] = [:]
    while !Task.isCancelled {
      var pause: Int64 = 1_000
      do {
        let now = try company.clock()
        stuck = stuck.filter { $0.value.milliseconds > now.milliseconds - Self.patience }
        let turn = try await sweep(except: Set(stuck.keys))
        for id in turn.failed { stuck[id] = now }
        // Whatever came to be due meanwhile is taken at once.
        if turn.raised > 0 { continue }
        if let next = turn.next { pause = min(max(next.milliseconds(since: try company.clock()), 1), pause) }
      } catch {
        company.logger.error("The sweeper failed; the next turn tries again.", metadata: ["error": "\(error)"])
      }
      try await Task.sleep(for: .milliseconds(pause))
    }
  }

  public struct Turn: Sendable {
    /// Cases in which something was said.
    public var raised = 0
    /// Cases that could not be read or written.
    public var failed: [String] = []
    /// When something is to be said next.
    public var next: Instant?
  }

  /// One turn: everything that is due now.
  ///
  /// - Parameter except: cases that are left alone for now.
  public func sweep(except stuck: Set<String> = []) async throws -> Turn {
    let now = try company.clock()
    var turn = Turn()
    var last = (at: Int64.min, id: "")
    while true {
      let from = last
      let due = try await company.database.read { db in
        try db.rows(
          """
          SELECT id, next_alarm FROM request WHERE next_alarm IS NOT NULL AND next_alarm <= ? AND (next_alarm, id) > (?, ?)
          ORDER BY next_alarm, id LIMIT ?
          """, [.integer(now.milliseconds), .integer(from.at), .text(from.id), .int(Self.batch)]
        ) { (id: $0.text(0), at: $0.integer(1)) }
      }
      guard let end = due.last else { break }
      last = (end.at, end.id)
      try await raise(due.map(\.id).filter { !stuck.contains($0) }, &turn)
    }
    turn.next = try await company.database.read { db in
      try db.first(
        "SELECT next_alarm FROM request WHERE next_alarm IS NOT NULL AND next_alarm > ? ORDER BY next_alarm, id LIMIT 1",
        [.integer(now.milliseconds)]
      ) { Instant(milliseconds: $0.integer(0)) }
    }
    return turn
  }

  private func raise(_ ids: [String], _ turn: inout Turn) async throws {
    var waiting = ids[...]
    await withTaskGroup(of: (id: String, said: Int?).self) { group in
      func start() {
        guard let id = waiting.popFirst() else { return }
        group.addTask {
          do { return (id, try await raise(id)) } catch {
            company.logger.error("A case's alarms could not be raised.", metadata: ["request": "\(id)", "error": "\(error)"])
            return (id, nil)
          }
        }
      }
      for _ in 0..<Self.together { start() }
      for await done in group {
        if let said = done.said { turn.raised += said > 0 ? 1 : 0 } else { turn.failed.append(done.id) }
        start()
      }
    }
  }

  /// Raises what is due in one case.
  ///
  /// - Returns: how many alarms; 0 where somebody else was faster.
  func raise(_ id: String) async throws -> Int {
    let company = company
    let (said, changes) = try await company.write { db -> (Int, [Watchers.Change]) in
      let now = try company.clock()
      var file = try CaseFile.load(id, in: db)
      let run = try file.history.clockRun(on: company.policies)
      let due = file.request.alarms(of: run).prefix { $0.at <= now }
      guard !due.isEmpty else {
        // The row says otherwise than the journal: it is set right, or it would be looked at for ever.
        if let row = RequestProjector(policies: company.policies).row(id: id, file.history, run) {
          try ProjectionWriter.upsert(row, in: db)
        }
        return (0, [])
      }
      let events = try due.map { alarm in
        let role = (alarm.to ?? file.request.workingRole).flatMap(Role.init(rawValue:))
        let (hands, branch) = (file.request.hands, file.request.reported?.branch?.text)
        let told = try role.map { try Addressees.staff(of: $0, hands: hands, branch: branch, at: now, in: db) } ?? []
        let body = RequestEvent.Alarmed(
          target: alarm.key.target, place: alarm.key.place, since: alarm.key.since, at: alarm.at, due: alarm.due, to: role?.rawValue,
          told: told, late: now.milliseconds(since: alarm.at) > RequestEvent.Alarmed.lateAfter)
        return alarm.key.kind == .warning ? RequestEvent.warned(body) : .escalated(body)
      }
      try file.history.insert(events, at: now)
      let changes = try file.write(events, at: now, by: .system, recorded: now, policies: company.policies, in: db)
      try Notices.tell(of: events, case: file, at: now, for: company, in: db)
      return (events.count, changes)
    }
    company.watchers.tell(changes)
    return said
  }
}

extension ServiceRequest {
  /// What is still to be said of its promises, in order (SLA-8); nothing once it has ended.
  func alarms(of run: ClockRun?) -> [Alarm] { state.isOpen ? run?.alarms(except: raised) ?? [] : [] }

  /// Who has it in hand: the engineers under way, then who looks after it.
  fileprivate var hands: [StaffID] {
    openWorkOrders.compactMap { workOrders[$0]?.dispatched?.engineer } + [owner].compactMap { $0 }
  }

  /// Who is warned of a promise without an owner.
  fileprivate var workingRole: String? { openWorkOrders.isEmpty ? Role.dispatcher.rawValue : Role.engineer.rawValue }
}

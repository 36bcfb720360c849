import Domain
import Persistence
import Testing

@testable import Operations

/// Promises counted one by one from the journals, in the plainest way.
struct NaivePromise {
  let number, target: String
  let isMet: Bool
  let month, branch, engineer, customer: String

  func matches(_ filter: OnTimeFilter) -> Bool {
    filter.from.description <= month && month <= filter.to.description && filter.target ?? target == target
      && filter.branch ?? branch == branch && filter.engineer ?? engineer == engineer && filter.customer ?? customer == customer
  }

  func key(_ group: OnTimeGroup) -> String {
    switch group {
    case .target: target
    case .branch: branch
    case .engineer: engineer
    case .customer: customer
    case .month: month
    }
  }
}

enum NaivePromises {
  static func filters(_ desk: TestDesk) -> [OnTimeFilter] {
    func make(_ change: (inout OnTimeFilter) -> Void) -> OnTimeFilter {
      var filter = OnTimeTests.november
      change(&filter)
      return filter
    }
    return [
      make { _ in }, make { $0.target = "respond" }, make { $0.branch = desk.branch }, make { $0.engineer = desk.wang.staff?.text },
      make { $0.customer = desk.hospital }, make { ($0.target, $0.branch) = ("dispatch", desk.branch) },
      make { ($0.engineer, $0.customer) = (desk.wang.staff?.text, desk.hospital) },
      make { $0.to = $0.to.adding(1) },
      make {
        $0.from = $0.from.adding(1); $0.to = $0.to.adding(1)
      },
    ]
  }

  /// Cases of a fortnight at the end of November, with all that happens to cases.
  static func live(_ desk: TestDesk, turns: Int, _ random: inout Seeded) async throws {
    var cases: [String] = []
    for _ in 0..<turns {
      desk.test.pass(seconds: Int64.random(in: 0...(Int.random(in: 0..<12, using: &random) == 0 ? 90_000 : 600), using: &random))
      if cases.count < 14, Int.random(in: 0..<4, using: &random) == 0 {
        cases.append(try await desk.report(["serialNumber": Bool.random(using: &random) ? "SN-1" : "SN-2"])["id"].text)
        if Int.random(in: 0..<4, using: &random) > 0 { try await desk.take(.accept, on: cases[cases.count - 1]) }
      }
      guard let id = cases.randomElement(using: &random) else { continue }
      let offered = try await desk.find(id, by: desk.manager)["steps"].texts
      guard let word = offered.randomElement(using: &random), let step = RequestStep(rawValue: word), step != .cancel else { continue }
      let engineer = Bool.random(using: &random) ? desk.wang.id : desk.li.id
      let values: [String: FieldValue] =
        switch step {
        case .acknowledge, .agree, .confirm: ["contact": .text(desk.contact), "how": "phone"]
        case .attempt: ["level": "phone", "result": Bool.random(using: &random) ? "failed" : "solved"]
        case .locate: ["cause": "network"]
        case .raise: ["level": "on-site", "reason": "remote-impossible"]
        case .dispatch: ["engineer": engineer]
        case .handBack, .reopen, .close: ["reason": "x"]
        case .propose: ["remedy": "x"]
        case .remoteStart: ["consent": "周主任", "tool": "t", "purpose": "p"]
        case .remoteEnd: ["result": "failed"]
        case .pause: ["reason": "customer"]
        case .clear: ["cause": "other", "remedy": "x"]
        case .reject: ["contact": "某人", "reason": "x"]
        case .standby: ["equipment": "SN-2"]
        case .merge: ["into": .text(cases.randomElement(using: &random)!), "reason": "x"]
        case .change: ["urgency": Bool.random(using: &random) ? "emergency" : "normal"]
        case .comment: ["text": "x"]
        default: [:]
        }
      var input = Fields(values)
      if Int.random(in: 0..<4, using: &random) == 0 {
        input.values["occurredAt"] = .instant(desk.test.now - Int64.random(in: 0...30_000, using: &random))
        input.values["lateReason"] = "断网"
      }
      let taken = input
      _ = await desk.outcome { try await desk.requests.take(step, taken, on: id, Call(desk.administrator)) }
    }
  }

  static func all(_ desk: TestDesk) async throws -> [NaivePromise] {
    let now = desk.test.now, policies = desk.test.company.policies
    let ids = try await desk.test.company.database.read { db in try db.rows("SELECT id FROM request") { $0.text(0) } }
    var all: [NaivePromise] = []
    for id in ids {
      let history = try RequestHistory(reading: try await desk.events("request/\(id)"))
      guard let reported = history.request.reported, let policy = policies[reported.policy] else { continue }
      for clock in history.clocks(under: policy) {
        let reading = policy.reading(of: clock, at: now)
        guard reading.state == .met || reading.state == .missed else { continue }
        let day = CivilDate(daysSinceEpoch: Int((reading.due.milliseconds + 28_800_000) / 86_400_000))
        all.append(
          NaivePromise(
            number: reported.number, target: reading.id, isMet: reading.state == .met,
            month: "\(day.year)-\(day.month < 10 ? "0" : "")\(day.month)", branch: reported.branch?.text ?? "",
            engineer: engineer(history, reading, policy.rule(of: clock)!.metBy), customer: reported.customer?.text ?? ""))
      }
    }
    return all
  }

  private static func engineer(_ history: RequestHistory, _ reading: TargetReading, _ metBy: [String]) -> String {
    var until = history.entries.filter { $0.at <= reading.metAt ?? .latest }
    if let metAt = reading.metAt, let last = until.firstIndex(where: { $0.at == metAt && metBy.contains($0.event.kind) }) {
      until = Array(until[...last])
    }
    let sent = until.compactMap { entry in if case .dispatched(let body) = entry.event { body } else { nil } }
    if reading.metAt != nil, let order = until.last?.event.concernsWorkOrder, let own = sent.first(where: { $0.workOrder == order }) {
      return own.engineer.text
    }
    let back = until.compactMap { entry in if case .handedBack(let body) = entry.event { body.workOrder } else { nil } }
    return (sent.last { !back.contains($0.workOrder) }?.engineer ?? history.request.owner)?.text ?? ""
  }
}

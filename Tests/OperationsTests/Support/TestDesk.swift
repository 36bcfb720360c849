import Domain
public import Operations
import Persistence

/// A time of day of Monday 2026-11-23 in Nanchang; `33:00` is 09:00 on Tuesday.
func monday(_ time: String) -> Instant {
  let parts = time.split(separator: ":").map { Int64($0)! }
  return Instant(milliseconds: 1_795_363_200_000 + (parts[0] * 3_600 + parts[1] * 60) * 1_000)
}

/// A company with what a case needs: a branch, two hospitals with a machine each, and people of several roles. 09:00.
struct TestDesk: Sendable {
  let test: TestCompany
  /// Ids of records.
  let branch, hospital, site, contact, machine, otherHospital, otherMachine: String
  let chen, gao, wang, li, manager, quality, administrator, finance: Actor
  /// An engineer of a firm, and users of the two hospitals.
  let partner, doctor, otherDoctor: Actor

  static let phone = "13807910001"

  init(seed: UInt64 = 1) async throws {
    let test = try await TestCompany(now: monday("09:00"), seed: seed)
    self.test = test
    try await PolicyOperations(test.company).prepare(earliest: monday("00:00"))
    branch = try await test.make(.branches, ["code": "YG", "name": "余干服务站", "district": "余干县"])
    hospital = try await test.make(.customers, ["name": "余干县人民医院", "branch": .text(branch), "region": "east"])
    otherHospital = try await test.make(.customers, ["name": "进贤县中医院"])
    site = try await test.make(.sites, ["customer": .text(hospital), "name": "门诊楼", "area": "covered"])
    contact = try await test.make(
      .contacts, ["customer": .text(hospital), "name": "周主任", "phone": .text(TestDesk.phone), "function": "main-user"])
    let model = try await test.make(.models, ["name": "DR-3000", "manufacturer": "万东", "category": "DR", "class": "key"])
    machine = try await test.make(
      .equipment, ["serialNumber": "SN-1", "model": .text(model), "customer": .text(hospital), "site": .text(site)])
    otherMachine = try await test.make(.equipment, ["serialNumber": "SN-2", "model": .text(model), "customer": .text(otherHospital)])
    func person(_ name: String, _ role: Role, _ more: [String: FieldValue] = [:]) async throws -> Actor {
      let id = try await test.make(.staff, more.merging(["name": .text(name), "role": .text(role.rawValue)]) { $1 })
      return Actor(
        identity: .staff(StaffID(id)), name: name, role: role, branch: more["branch"].flatMap { BranchID($0.plain) },
        customer: more["customer"].map { CustomerID($0.plain) }, partner: more["partner"]?.plain)
    }
    chen = try await person("陈", .callTaker)
    gao = try await person("高", .dispatcher)
    wang = try await person("王", .engineer, ["branch": .text(branch)])
    li = try await person("李", .engineer, ["branch": .text(branch)])
    manager = try await person("刘", .branchManager, ["branch": .text(branch)])
    quality = try await person("郑", .quality)
    administrator = try await person("何", .administrator)
    finance = try await person("钱", .finance)
    partner = try await person("赵", .partner, ["partner": "江西医修"])
    doctor = try await person("周", .hospital, ["customer": .text(hospital)])
    otherDoctor = try await person("孙", .hospital, ["customer": .text(otherHospital)])
  }

  var requests: RequestOperations { test.requests }
  var workOrders: WorkOrderOperations { WorkOrderOperations(test.company) }

  /// Puts the clock to a time of day; it never goes back.
  func at(_ time: String) { test.set(max(test.now, monday(time))) }

  static let call: [String: FieldValue] = [
    "kind": "support", "summary": "DR 不启动", "contact": .object(Fields(["name": "周主任", "phone": .text(TestDesk.phone)])),
  ]

  /// Takes a report of the machine `SN-1` unless told otherwise.
  func report(_ more: [String: FieldValue] = ["serialNumber": "SN-1"], by actor: Actor? = nil) async throws -> JSON {
    try await JSON(requests.report(Fields(TestDesk.call.merging(more) { $1 }), Call(actor ?? chen)).body)
  }

  /// One step; at a time of day where the step came late.
  @discardableResult
  func take(
    _ step: RequestStep, _ values: [String: FieldValue] = [:], on reference: String, by actor: Actor? = nil, at time: String? = nil,
    lateReason: String? = nil
  ) async throws -> JSON {
    var input = Fields(values)
    if let time { input.values["occurredAt"] = .instant(monday(time)) }
    if let lateReason { input.values["lateReason"] = .text(lateReason) }
    return try await JSON(requests.take(step, input, on: reference, Call(actor ?? chen)).body)
  }

  /// One step of a work order.
  @discardableResult
  func take(
    _ step: WorkOrderStep, _ values: [String: FieldValue] = [:], order: String, by actor: Actor, at time: String? = nil
  ) async throws -> JSON {
    var input = Fields(values)
    if let time { input.values["occurredAt"] = .instant(monday(time)) }
    return try await JSON(workOrders.take(step, input, on: order, Call(actor)).body)
  }

  func find(_ reference: String, by actor: Actor? = nil) async throws -> JSON {
    try JSON(JSONWriter.text(try await requests.find(reference, by: actor ?? chen)))
  }

  /// Events of a stream.
  func events(_ stream: String) async throws -> [JournalEvent] {
    try await test.company.database.read { db in try Journal.events(of: stream, in: db) }
  }

  func kinds(_ reference: String) async throws -> [String] {
    try await requests.journal(of: reference, after: nil, limit: 200, by: chen).items.map(\.event)
  }

  /// `missing access.not-found`, or `taken`.
  func outcome(_ body: () async throws -> some Any) async -> String {
    do {
      _ = try await body()
      return "taken"
    } catch let refusal as any Refusal {
      return "\(refusal.category) \(refusal.code)"
    } catch {
      return "fault \(error)"
    }
  }
}

extension Actor {
  var id: FieldValue { .text(staff?.text ?? "") }
}

extension FieldValue: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .text(value) }

  var plain: String { if case .text(let text) = self { text } else { "" } }
}

extension JSON {
  var texts: [String] { (value.array ?? []).map { $0.text ?? "" } }
  var items: [JSON] { (value.array ?? []).map { JSON($0) } }
  var truth: Bool { value == .bool(true) }

  /// `respond running 11:00` for each target, times of day of Monday.
  var promises: [String] {
    self["targets"].items.map { target in
      let due = (try? Instant(parsing: target["due"].text)) ?? .earliest
      let minutes = due.milliseconds(since: monday("00:00")) / 60_000
      func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
      return "\(target["id"].text) \(target["state"].text) \(two(minutes / 60)):\(two(minutes % 60))"
    }
  }
}

import Domain
import Persistence

@testable import Operations

/// The 110 people of the simulated company and two years of their roster; and, written from the words of SLA-8 and from nothing else, who of them is
/// told: who has the case in hand, else who is on duty, else everybody there is.
struct SimulatedStaff {
  struct Person {
    let id: String
    let role: Role
    /// Nil: at the centre.
    let branch: String?
    /// Has left the company.
    let isGone: Bool
  }
  struct Duty {
    let person: Int
    let branch: String?
    let from, to: Int
    let isRemoved: Bool
  }
  /// What is asked when an alarm is raised.
  struct Question: Sendable {
    let role: Role
    let hands: [String]
    let branch: String?
    let at: Int
  }

  /// In the order of their ids.
  let people: [Person]
  /// In the order of their beginnings.
  let duties: [Duty]

  static func branch(_ number: Int) -> String { "branch-\(number)" }
  static func engineer(_ number: Int, of branch: Int) -> String { "b\(branch)-engineer-\(number)" }
  static func callTaker(of branch: Int) -> String { "b\(branch)-call-taker-0" }

  /// Ten branches of ten, and ten at the centre; the eleventh branch has nobody of its own.
  init() {
    var dice = Seeded(20_261_129), people: [Person] = []
    func add(_ role: Role, _ count: Int, _ branch: Int?) {
      for number in 0..<count {
        people.append(
          Person(
            id: "\(branch.map { "b\($0)" } ?? "c")-\(role.rawValue)-\(number)", role: role, branch: branch.map(Self.branch),
            isGone: Int.random(in: 0..<12, using: &dice) == 0))
      }
    }
    for branch in 0..<10 {
      for role in [Role.dispatcher, .callTaker, .storekeeper, .branchManager] { add(role, 1, branch) }
      add(.engineer, 6, branch)
    }
    for role in [Role.serviceManager, .customerService, .dispatcher] { add(role, 2, nil) }
    for role in [Role.generalManager, .callTaker, .storekeeper, .finance] { add(role, 1, nil) }
    self.people = people.sorted { $0.id < $1.id }
    // Nights and weekends, some at the centre for all; some were taken off again.
    var duties: [Duty] = []
    for day in 0..<SimulatedCompany.days {
      for _ in 0..<14 {
        let person = Int.random(in: self.people.indices, using: &dice)
        let from = SimulatedCompany.begin + day * 86_400 + [0, 28_800, 61_200].randomElement(using: &dice)!
        let isCentral = Int.random(in: 0..<4, using: &dice) == 0
        duties.append(
          Duty(
            person: person, branch: isCentral ? nil : self.people[person].branch, from: from,
            to: from + Int.random(in: 1...48, using: &dice) * 3_600,
            isRemoved: Int.random(in: 0..<10, using: &dice) == 0))
      }
    }
    self.duties = duties.enumerated().sorted { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }.map(\.element)
  }

  func write(to db: any SQLWriter) throws {
    for person in people {
      try db.execute(
        "INSERT INTO staff (id, version, archived, role, branch) VALUES (?, 1, ?, ?, ?)",
        [.text(person.id), .bool(person.isGone), .text(person.role.rawValue), .optional(person.branch)])
    }
    for (number, duty) in duties.enumerated() {
      try db.execute(
        "INSERT INTO shift (id, staff_id, role, branch_id, from_at, to_at, removed, version) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        [
          .text(String(1_000_000 + number)), .text(people[duty.person].id), .text(people[duty.person].role.rawValue),
          .optional(duty.branch),
          .integer(Int64(duty.from) * 1_000), .integer(Int64(duty.to) * 1_000), .bool(duty.isRemoved),
        ])
    }
  }

  /// Who is told, in order.
  func told(_ question: Question) -> [String] {
    let active = people.filter { $0.role == question.role && !$0.isGone }
    let hands = question.hands.filter { id in active.contains { $0.id == id } }
    if !hands.isEmpty { return Self.once(hands) }
    // A duty is for everybody, or for one branch; a case without a branch is everybody's.
    let onDuty = duties.filter { duty in
      let person = people[duty.person]
      return person.role == question.role && !person.isGone && !duty.isRemoved && duty.from <= question.at && question.at < duty.to
        && (duty.branch == nil || question.branch == nil || duty.branch == question.branch)
    }
    if !onDuty.isEmpty {
      return Self.once((onDuty.filter { $0.branch != nil } + onDuty.filter { $0.branch == nil }).map { people[$0.person].id })
    }
    // Nobody was sent yet: who sends is told.
    if question.role == .engineer {
      return told(Question(role: .dispatcher, hands: question.hands, branch: question.branch, at: question.at))
    }
    let own = active.filter { question.branch == nil || $0.branch == nil || $0.branch == question.branch }
    return (own.isEmpty ? active : own).prefix(20).map(\.id)
  }

  private static func once(_ ids: [String]) -> [String] { ids.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}

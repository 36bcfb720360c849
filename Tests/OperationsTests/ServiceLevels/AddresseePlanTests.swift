import Domain
import Persistence
import TestEngines
import Testing

@testable import Operations

/// Who is told costs those who are told, not the years of the roster nor all the staff (SLA-8, INT-8).
@Suite struct AddresseePlanTests {
  /// Three years of shifts, a day and a night each, and more people of every role than are ever told.
  private func company() async throws -> TestDesk {
    let desk = try await TestDesk()
    try await desk.test.company.database.write { db in
      for number in 0..<400 {
        let role = ["engineer", "call-taker", "dispatcher", "branch-manager"][number % 4], branch = number % 3 == 0 ? nil : desk.branch
        try db.execute(
          "INSERT INTO staff (id, version, archived, role, branch) VALUES (?, 1, ?, ?, ?)",
          [.text("p\(number)"), .bool(number % 5 == 0), .text(role), branch.map { .text($0) } ?? .null])
      }
      for number in 0..<4_400 {
        let from = monday("08:30").milliseconds + Int64(number / 4 - 1_000) * 43_200_000
        let role = ["engineer", "call-taker", "dispatcher", "branch-manager"][number % 4]
        try db.execute(
          "INSERT INTO shift (id, staff_id, role, branch_id, from_at, to_at, removed, version) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
          [
            .text("s\(number)"), .text("p\(number % 400)"), .text(role), number % 3 == 0 ? .null : .text(desk.branch), .integer(from),
            .integer(from + 43_200_000), .int(number % 50 == 0 ? 1 : 0),
          ])
      }
      if let look = TestEngine.dialect.look(at: ["shift", "staff"]) { try db.execute(look) }
    }
    return desk
  }

  @Test func `who is on duty is read from the shifts that may still go on, and from no other`() async throws {
    let desk = try await company()
    for branch in [desk.branch, nil] {
      let plan = try await desk.test.company.database.read { db in
        try db.plan(of: Shifts.onDutySQL(ofBranch: branch != nil), Shifts.onDutyValues(.engineer, branch, monday("09:00")))
      }
      #expect(plan.scanned == [] && plan.indexes.sorted() == ["shift_duty", Self.staffKey], "\(plan)")
      // By both ends of the time in which they end: not all that ended before, nor all that is planned.
      let search = plan.steps.first { $0.contains("role") && ($0.contains("Index Cond") || $0.contains("SEARCH s ")) } ?? ""
      #expect(search.split(separator: "to_at").count == 3, "\(plan)")
    }
  }

  @Test func `everybody of a role is read in the order of an index, one person by their id`() async throws {
    let desk = try await company()
    try await desk.test.company.database.read { db in
      for branch in [desk.branch, nil] {
        let values: [SQLValue] = [.text("engineer")] + (branch.map { [.text($0)] } ?? [])
        let plan = try db.plan(of: Addressees.everyoneSQL(ofBranch: branch != nil), values)
        #expect(plan.scanned == [] && plan.indexes == ["staff_role"] && !plan.sorts, "\(plan)")
      }
      let one = try db.plan(of: Addressees.activeSQL, [.text("p1"), .text("call-taker")])
      // By the key, or by role and id together: one row either way.
      #expect(one.scanned == [] && [[Self.staffKey], ["staff_role"]].contains(one.indexes), "\(one)")
      #expect(one.steps.contains { $0.contains("(id=?)") || $0.contains("Index Cond") && $0.contains("(id = ") }, "\(one)")
    }
  }

  private static var staffKey: String { TestEngine.dialect == .sqlite ? "sqlite_autoindex_staff_1" : "staff_pkey" }
}

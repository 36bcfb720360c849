import Domain
import Foundation
import Testing

@testable import Operations

@Suite struct RegisterExportTests {
  private func text(_ kind: ImportKind, of test: TestCompany, chinese: Bool) async throws -> String {
    var text = ""
    _ = try await RegisterExport(test.company).run(kind, chinese: chinese, by: .system) { text += $0 }
    return text
  }

  @Test(arguments: [true, false])
  func `every register goes out and comes in again on an empty company, and changes nothing on its own (ORG-2)`(chinese: Bool) async throws
  {
    let desk = try await TestDesk()
    try await desk.test.make(
      .staff,
      [
        "name": "汪工", "role": "engineer", "branch": .text(desk.branch), "badgeNumber": "WB-7", "skills": .list(["DR", "CT"]),
        "certificates": .list([.object(Fields(["name": "DR装机", "expires": .date(CivilDate(year: 2027, month: 3, day: 5)!)]))]),
      ])
    let other = try await TestCompany()
    let order: [ImportKind] = [.branches, .customers, .sites, .departments, .models, .machines, .contacts, .staff]
    for kind in order {
      let text = try await text(kind, of: desk.test, chinese: chinese)
      let again = try await ImportOperations(desk.test.company).run(kind, Array(text.utf8), dryRun: false, by: .system)
      #expect(again.problems.isEmpty && again.added == 0 && again.changed == 0, "\(kind): \(again.problems)")
      let there = try await ImportOperations(other.company).run(kind, Array(text.utf8), dryRun: false, by: .system)
      #expect(there.problems.isEmpty && there.added == again.lines, "\(kind): \(there.problems)")
      #expect(
        try await self.text(kind, of: other, chinese: chinese).split(separator: "\n").sorted() == text.split(separator: "\n").sorted())
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log WHERE event = 'exported'") == order.count)
  }

  @Test func `a register leaves the house with the right to it alone`() async throws {
    let test = try await TestCompany()
    let exports = RegisterExport(test.company)
    for role in Role.allCases where Permissions.scope(of: .export, for: role) == nil {
      await #expect(throws: AccessError.notAllowed(.export), "\(role)") {
        try await exports.run(.customers, chinese: true, by: .someone(role)) { _ in Issue.record("something was written") }
      }
    }
    #expect(try await test.number("SELECT COUNT(*) FROM access_log WHERE event = 'exported'") == 0)
    #expect(try await exports.run(.customers, chinese: true, by: .someone(.serviceManager)) { _ in } == 0)
  }

  @Test(arguments: ["=1+1", "+86 13800000000", "-5", "@SUM(A1)", "'=x", "=HYPERLINK(\"http://evil\")"])
  func `a cell that a spreadsheet would compute goes out as text and comes in as it was`(_ name: String) async throws {
    let test = try await TestCompany()
    try await test.make(.customers, ["name": .text(name)])
    let text = try await text(.customers, of: test, chinese: true)
    let row = try CSV.rows(Array(text.utf8))[1]
    #expect(row.cells[0].first == "'")
    let report = try await ImportOperations(test.company).run(.customers, Array(text.utf8), dryRun: false, by: .system)
    #expect(report.problems.isEmpty && report.added == 0 && report.changed == 0)
  }
}

import Domain
import Operations
import Persistence
import Testing

@Suite struct DemoTests {
  private func made(cases: Int, seed: UInt64) async throws -> TestCompany {
    let test = try await TestCompany()
    try await PolicyOperations(test.company).prepare(earliest: test.now - 400 * 86_400)
    _ = try await DemoOperations(test.company).run(cases: cases, seed: seed)
    return test
  }

  private func hashes(_ test: TestCompany) async throws -> [String] {
    try await test.company.database.read { db in try db.rows("SELECT hash FROM journal ORDER BY sequence") { $0.text(0) } }
  }

  @Test func `the company is as large as it says`() async throws {
    let test = try await made(cases: 0, seed: 3)
    for (table, count) in [("branch", 13), ("customer", 240), ("equipment", 1_800), ("model", 25)] {
      #expect(try await test.number("SELECT COUNT(*) FROM \(table)") == count, "\(table)")
    }
    let inside = "role NOT IN ('hospital', 'partner', 'administrator')"
    #expect(try await test.number("SELECT COUNT(*) FROM staff WHERE \(inside)") == 110)
    #expect(try await test.number("SELECT COUNT(DISTINCT role) FROM staff s JOIN account a ON a.staff = s.id") == Role.allCases.count)
    await #expect(throws: DemoRefusal.notEmpty) { try await DemoOperations(test.company).run(cases: 1, seed: 3) }
  }

  @Test func `the same seed gives the same company, to the byte`() async throws {
    let (first, second, other) = (
      try await made(cases: 40, seed: 5), try await made(cases: 40, seed: 5), try await made(cases: 40, seed: 6)
    )
    #expect(try await hashes(first) == hashes(second))
    #expect(try await hashes(first) != hashes(other))
  }

  @Test func `cases are of every kind and state, and each row is what its events say`() async throws {
    let test = try await made(cases: 300, seed: 1)
    #expect(try await test.number("SELECT COUNT(*) FROM request") == 300)
    #expect(try await test.number("SELECT COUNT(DISTINCT kind) FROM request") == RequestKind.allCases.count)
    let open = try await test.number("SELECT COUNT(*) FROM request WHERE open = 1")
    #expect((30...75).contains(open), "\(open) open")
    let late = try await test.number("SELECT COUNT(*) FROM journal WHERE occurred > ?", [.integer(test.now.milliseconds)])
    #expect(late == 0)
    let projectors = Schema.projectors(policies: test.company.policies)
    let wrong = try await test.company.database.read { db in
      var wrong: [String] = []
      for stream in try db.rows("SELECT DISTINCT stream FROM journal ORDER BY stream", { $0.text(0) }) {
        guard let projector = projectors.first(where: { stream.hasPrefix("\($0.streamKind)/") }) else { continue }
        let row = try projector.row(stream: stream, events: try Journal.events(of: stream, in: db))
        guard let row else { continue }
        let sql = "SELECT \(row.columns.joined(separator: ", ")) FROM \(row.table) WHERE id = ?"
        let stored = try db.first(sql, [row.id]) { stored in (0..<stored.count).map { stored.value($0) } }
        if stored != row.values { wrong.append(stream) }
      }
      return wrong
    }
    #expect(wrong == [])
  }

  @Test func `verify finds nothing in a demonstration, and rebuild makes the same tables`() async throws {
    let test = try await made(cases: 150, seed: 2)
    func tables() async throws -> [[SQLValue]] {
      try await test.company.database.read { db in
        try Schema.projectors(policies: test.company.policies).flatMap { projector in
          try db.rows("SELECT \(projector.columns.joined(separator: ", ")) FROM \(projector.table) ORDER BY id") { row in
            (0..<row.count).map { row.value($0) }
          }
        }
      }
    }
    let before = try await tables()
    #expect(try await Verify(test.company).run().findings == [])
    _ = try await Rebuild(test.company).run()
    #expect(try await tables() == before)
    #expect(before.count > 2_000)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `no story asks for a step that the rules refuse`(seed: UInt64) async throws {
    _ = try await made(cases: 120, seed: seed)
  }
}

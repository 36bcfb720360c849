import Domain
import Foundation
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct SchemaTests {
  /// design.md, "Every table is of one class".
  static let classes: [TableClass: Set<String>] = [
    .journal: ["journal", "checkpoint"],
    .personal: ["personal"],
    .projection: [
      "request", "work_order", "policy", "branch", "staff", "customer", "site", "department", "contact", "model", "equipment",
      "attachment", "promise", "promise_sum", "shift",
    ],
    .operational: [
      "idempotency", "number_series", "notice", "account", "session", "token", "access_log", "lease", "migration", "projection", "file",
      "upload", "import_run", "import_job", "import_refused", "desk_draft", "saved_view", "link", "device", "expected_file",
      "outbox", "notice_setting", "announcement", "announcement_entry",
      "inbound", "inbound_raw", "mailbox_trouble",
    ],
    .index: ["search_record", "search_case", "search_progress", "search_pending", "search_renamed"],
    .files: [],
  ]

  @Test func `every table is of exactly one class`() async throws {
    let test = try await TestCompany()
    let stored = try await test.company.database.read { db in
      try db.tables()
    }
    #expect(stored == Schema.tables.keys.sorted())
    // A table named by two migrations would have the class of the later one, unseen.
    let named = Schema.migrations.flatMap { $0.tables.keys } + Migrator.tables.keys
    #expect(Set(named).count == named.count)
    for tableClass in TableClass.allCases {
      #expect(Set(Schema.tables.filter { $0.value == tableClass }.keys) == Self.classes[tableClass], "\(tableClass)")
    }
  }

  @Test func `every projection has one projector, and every projector a projection with its columns`() async throws {
    let test = try await TestCompany()
    let projectors = Schema.projectors(policies: PolicyShelf())
    // Sums are made of another projection, and compared with it.
    #expect(projectors.map(\.table).sorted() == Self.classes[.projection]?.subtracting(["promise_sum"]).sorted())
    #expect(Set(projectors.map(\.table)).count == projectors.count)
    for projector in projectors {
      let columns = try await test.company.database.read { db in
        try TableShape.of(projector.table, dialect: TestEngine.dialect, in: db)?.columns ?? []
      }
      #expect(Set(columns) == Set(projector.columns), "\(projector.table)")
    }
  }

  @Test func `rebuild refuses while a node serves, and goes on when it stopped`() async throws {
    let desk = try await TestDesk()
    let file = desk.test.folder.appending(path: "key")
    let housekeeping = Housekeeping(desk.test.company, key: try SigningKey.loadOrCreate(at: file.path))
    try await housekeeping.begin()
    #expect(await desk.outcome { try await Rebuild(desk.test.company).run() } == "conflict rebuild.serving")
    // Killed without giving the lease back, it counts no more after 15 seconds.
    desk.test.pass(seconds: 16)
    #expect(await desk.outcome { try await Rebuild(desk.test.company).run() } == "taken")
  }

  @Test func `while one of two nodes still serves, rebuild refuses`() async throws {
    let test = try await TestCompany()
    let key = try SigningKey.loadOrCreate(at: test.folder.appending(path: "key").path)
    let nodes = (0..<2).map { _ in Housekeeping(test.company, key: key) }
    for node in nodes { try await node.begin() }
    #expect(try await test.number("SELECT COUNT(*) FROM lease") == 2)
    try await nodes[1].end()
    #expect(try await Housekeeping.isServing(test.company))
  }

  @Test func `a projection of an earlier version is made anew, once`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    let company = desk.test.company
    // Tables from before versions were kept are of the first; those whose projector has a later one are made anew.
    #expect(try await Rebuild(company).bringUpToDate() == ["contact", "department", "equipment", "promise", "request", "site", "staff"])
    #expect(try await Rebuild(company).bringUpToDate() == [])
    try await company.database.write { db in
      try db.execute("UPDATE projection SET version = 0 WHERE name = 'request'")
      try db.execute("UPDATE request SET summary = 'as an older program wrote it'")
    }
    #expect(try await Rebuild(company).bringUpToDate() == ["request"])
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request WHERE summary = 'DR 不启动'") == 1)
    #expect(try await Rebuild(company).bringUpToDate() == [])
  }

  @Test func `a table of many is made anew without its indexes, which are there again after it, also where it was killed`() async throws {
    let desk = try await TestDesk(), company = desk.test.company
    for _ in 0..<3 { _ = try await desk.report() }
    func indexes() async throws -> [String] {
      try await company.database.read { db in try db.rows(company.database.dialect.indexNames, []) { $0.text(0) } }.sorted()
    }
    let before = try await indexes()
    #expect(SchemaIndex.all.allSatisfy { before.contains($0.name) } && SchemaIndex.forSpeed(of: "request").count > 10)
    _ = try await Rebuild(company, many: 2).run(only: ["request", "promise"])
    #expect(try await indexes() == before)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 3)
    #expect(try await Verify(company).run(files: false).findings.isEmpty)
    // Killed in between: the next start makes what is missing.
    _ = try await Rebuild(company).bringUpToDate()
    try await company.database.write { db in
      for index in SchemaIndex.forSpeed(of: "request") { try db.execute("DROP INDEX \(index.name)") }
    }
    #expect(try await indexes() != before)
    _ = try await Rebuild(company).bringUpToDate()
    #expect(try await indexes() == before)
  }

  @Test func `verify names a stream that was cut out whole, also when its row went with it`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    let stream = "request/\(id)"
    try await desk.test.company.database.write { db in try db.execute("DELETE FROM journal WHERE stream = ?", [.text(stream)]) }
    func named() async throws -> [String] { try await Verify(desk.test.company).run().findings.compactMap(\.stream) }
    #expect(try await named().contains(stream))
    try await desk.test.company.database.write { db in try db.execute("DELETE FROM request WHERE id = ?", [.text(id)]) }
    #expect(try await named().contains(stream))
  }
}

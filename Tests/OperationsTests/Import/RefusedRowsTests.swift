import Domain
import Operations
import Persistence
import Testing

@Suite struct RefusedRowsTests {
  private func run(
    _ test: TestCompany, _ kind: ImportKind, _ text: String, _ options: ImportOperations.Options = .init()
  ) async throws -> (report: ImportReport, refused: String) {
    var refused = ""
    let report = try await ImportOperations(test.company).run(
      kind, ImportFile(Array(text.utf8)), options, by: .system, refused: { refused += $0 })
    return (report, refused)
  }

  private static let file = "备注,客户名称,类型,统一社会信用代码\n一,A,医院,\n二,B,城堡,123\n三,\"C,\nD\",医院,\n四,=1+1,塔,\n五,E,医院,\n五,E,医院,\n"

  @Test func `the bad lines come back as they came, with the reason, safe to open in a spreadsheet (ORG-2)`() async throws {
    let test = try await TestCompany()
    let (report, refused) = try await run(test, .customers, Self.file, .init(ignored: ["备注"]))
    #expect((report.badLines, report.added) == (4, 0))
    #expect(
      refused == """
        \u{FEFF}备注,客户名称,类型,统一社会信用代码,原因
        二,B,城堡,123,类型：“城堡”不在可选之列：医院、中医院、妇幼保健院、卫生院、诊所、疾控中心、其他；统一社会信用代码：“123”：统一社会信用代码有 18 位，这里是 3 位
        三,"C,
        D",医院,,客户名称：格内有换行；请写在一行里
        四,'=1+1,塔,,类型：“塔”不在可选之列：医院、中医院、妇幼保健院、卫生院、诊所、疾控中心、其他
        五,E,医院,,客户名称：与第 7 行相同

        """)
    #expect(try await test.number("SELECT COUNT(*) FROM journal") == 0)
  }

  @Test func `with bad lines skipped the right ones go in, and the corrected file brings the rest`() async throws {
    let test = try await TestCompany()
    let options = ImportOperations.Options(skipBad: true, ignored: ["备注"])
    let first = try await run(test, .customers, Self.file, options)
    #expect((first.report.badLines, first.report.added, first.report.skippedBad) == (4, 2, true))
    let corrected = first.refused.replacing("城堡,123", with: "医院,").replacing("塔", with: "医院").replacing("C,\nD", with: "CD")
    let second = try await run(test, .customers, corrected, .init(ignored: ["备注"]))
    #expect(second.report.problems == [] && second.refused == "")
    #expect((second.report.added, second.report.found) == (3, 1))
    var query = RegisterQuery()
    query.filters = ["name": "=1+1"]
    #expect(try await test.registers.list(.customers, query, by: .system).items.count == 1)
    // Refused twice, it has one column of reasons.
    let again = try await run(test, .customers, first.refused, options)
    #expect(again.refused == first.refused.replacing("五,E,医院,,客户名称：与第 7 行相同\n", with: ""))
  }

  @Test func `an English file is told in English`() async throws {
    let test = try await TestCompany()
    let (_, refused) = try await run(test, .customers, "name,kind\nA,castle\n")
    #expect(
      refused.hasSuffix(
        "name,kind,reason\nA,castle,\"kind: “castle” is none of hospital, chinese-medicine-hospital, maternal-and-child-hospital, health-centre, clinic, disease-control, other\"\n"
      ))
  }

  @Test func `a file with twenty thousand bad lines tells a thousand of them and returns all`() async throws {
    let test = try await TestCompany()
    var text = "name\n"
    for number in 0..<20_000 { text += "A\u{7}\(number)\n" }
    let (report, refused) = try await run(test, .customers, text)
    #expect(report.badLines == 20_000 && report.problems.count == ImportReport.kept)
    #expect(refused.split(separator: "\n").count == 20_001)
  }
}

@Suite struct ImportRunTests {
  private static let file: String = {
    var text = "客户名称,地址\n"
    for number in 0..<600 { text += "医院\(number),地址\(number)\n" }
    return text
  }()

  private struct Stopped: Error {}

  /// Runs until so many lines are applied, and is cut off there.
  private func stopped(_ test: TestCompany, at lines: Int) async throws -> Int {
    let reached = Reached()
    let task = Task {
      try await ImportOperations(test.company).run(
        .customers, ImportFile(Array(Self.file.utf8)), by: .system,
        progress: { progress in
          if case .applied(let count, of: _) = progress, count >= lines {
            reached.lines = count
            withUnsafeCurrentTask { $0?.cancel() }
          }
        })
    }
    _ = try? await task.value
    return reached.lines
  }

  private final class Reached: @unchecked Sendable { var lines = 0 }

  @Test func `what was stopped goes on where it was, and what somebody changed meanwhile stays`() async throws {
    let test = try await TestCompany()
    let applied = try await stopped(test, at: 200)
    #expect((200..<600).contains(applied))
    #expect(try await test.number("SELECT COUNT(*) FROM customer") == applied)
    #expect(try await test.number("SELECT applied FROM import_run") == applied)
    var query = RegisterQuery()
    query.filters = ["name": "医院7"]
    let id = try JSON(try #require(try await test.registers.list(.customers, query, by: .system).items.first).json)["id"].text
    var call = Call(.system)
    call.expected = 1
    _ = try await test.registers.change(.customers, id, Fields(["address": "新址"]), call)

    let report = try await ImportOperations(test.company).run(.customers, Array(Self.file.utf8), dryRun: false, by: .system)
    #expect((report.before, report.added, report.changed, report.problems) == (applied, 600 - applied, 0, []))
    #expect(try await test.read(.customers, id)["address"].text == "新址")
    #expect(try await test.number("SELECT COUNT(*) FROM customer") == 600)
    #expect(try await test.number("SELECT COUNT(*) FROM import_run") == 0)
    // The whole file once more is another wish: it says what the file says.
    let again = try await ImportOperations(test.company).run(.customers, Array(Self.file.utf8), dryRun: false, by: .system)
    #expect((again.before, again.added, again.changed, again.found) == (0, 0, 1, 600))
  }

  @Test func `of a run that skipped bad lines and was stopped, the next looks at those lines anew, and at no others (ORG-2)`() async throws
  {
    let test = try await TestCompany()
    var text = "客户,姓名,电话\n余干县人民医院,早,138\n"
    for number in 0..<600 { text += "余干县医院,某\(number),139\(number)\n" }
    _ = try await test.make(.customers, ["name": "余干县医院"])
    let bytes = Array(text.utf8), options = ImportOperations.Options(skipBad: true), reached = Reached()
    let first = Task {
      try await ImportOperations(test.company).run(
        .contacts, ImportFile(bytes), options, by: .system,
        progress: { progress in
          if case .applied(let count, of: _) = progress, count >= 200 {
            reached.lines = count
            withUnsafeCurrentTask { $0?.cancel() }
          }
        })
    }
    _ = try? await first.value
    #expect((200..<601).contains(reached.lines))
    #expect(try await test.number("SELECT COUNT(*) FROM contact") == reached.lines - 1)
    #expect(try await test.number("SELECT line FROM import_refused") == 0)
    // The missing hospital is entered meanwhile.
    let hospital = try await test.make(.customers, ["name": "余干县人民医院"])
    var refused = ""
    let second = try await ImportOperations(test.company).run(
      .contacts, ImportFile(bytes), options, by: .system, refused: { refused += $0 })
    #expect((second.before, second.added, second.badLines, refused) == (reached.lines, 602 - reached.lines, 0, ""))
    var query = RegisterQuery()
    query.filters = ["customer": hospital]
    #expect(try await test.registers.list(.contacts, query, by: .system).items.count == 1)
    #expect(try await test.number("SELECT COUNT(*) FROM contact") == 601)
    for table in ["import_run", "import_refused"] { #expect(try await test.number("SELECT COUNT(*) FROM \(table)") == 0) }
  }

  @Test func `another file does not go on where the first was, and what nobody went on with is let go`() async throws {
    let test = try await TestCompany()
    _ = try await stopped(test, at: 100)
    let other = try await ImportOperations(test.company).run(.customers, Array((Self.file + "x\n").utf8), dryRun: false, by: .system)
    #expect(other.before == 0 && other.found >= 100 && other.added + other.found == 601)
    #expect(try await test.number("SELECT COUNT(*) FROM import_run") == 1)
    test.pass(seconds: 31 * 86_400)
    _ = try await ImportOperations(test.company).run(.customers, Array("name\nA\n".utf8), dryRun: false, by: .system)
    #expect(try await test.number("SELECT COUNT(*) FROM import_run") == 0)
  }

  @Test func `many records at once are the same events, rows and hashes as one by one, and the record is whole`() async throws {
    let test = try await TestCompany()
    for kind in ImportKind.loadingOrder {
      _ = try await ImportOperations(test.company).run(kind, Array(kind.template(chinese: true).utf8), dryRun: false, by: .system)
    }
    var text = "客户,姓名,电话\n"
    for number in 0..<300 { text += "余干县人民医院,某\(number),139\(number)\n" }
    let report = try await ImportOperations(test.company).run(.contacts, Array(text.utf8), dryRun: false, by: .system)
    #expect(report.added == 300)
    let verified = try await Verify(test.company).run()
    #expect(verified.isGood, "\(verified.findings)")
    let bodies = try await test.company.database.read { db in
      try db.rows("SELECT body FROM journal WHERE stream LIKE 'contact/%' ORDER BY sequence LIMIT 2") { $0.text(0) }
    }
    let one = try #require(try JSONValue(parsing: bodies[0]).members?.map(\.name))
    #expect(one.prefix(3) == ["customer", "site", "department"])
  }
}

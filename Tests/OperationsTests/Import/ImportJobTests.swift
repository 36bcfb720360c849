import Domain
import Foundation
import Operations
import Persistence
import Testing

@testable import Operations

@Suite struct ImportJobTests {
  let desk: TestDesk
  let jobs: ImportJobs
  let runner: ImportRunner
  /// With accounts: an import is done with the rights of who sent it, as they are then.
  let sender, colleague: Actor

  init() async throws {
    desk = try await TestDesk()
    jobs = ImportJobs(desk.test.company)
    runner = ImportRunner(jobs)
    let accounts = AccountOperations(desk.test.company)
    func person(_ name: String) async throws -> Actor {
      let user = try await accounts.addUser(NewUser(signInName: name, role: .serviceManager, password: "correct horse"), by: .system)
      return Actor(identity: .staff(StaffID(user.staff)), name: name, role: .serviceManager)
    }
    (sender, colleague) = (try await person("sender"), try await person("colleague"))
  }

  private func send(_ text: String, _ kind: ImportKind = .customers, by actor: Actor? = nil) async throws -> String {
    let incoming = try await jobs.begin(kind, size: text.utf8.count, by: actor ?? sender)
    for piece in stride(from: 0, to: text.utf8.count, by: 7) {
      try await incoming.write(Array(Array(text.utf8)[piece..<min(piece + 7, text.utf8.count)]))
    }
    return try await jobs.send(incoming, kind, name: "医院<b>.csv", by: actor ?? sender).id
  }

  private func customers() async throws -> Int { try await desk.test.number("SELECT COUNT(*) FROM customer") }

  @Test func `a file is looked at, writes nothing, and is applied when its sender says so (ORG-2)`() async throws {
    let before = try await customers()
    let id = try await send("name,kind,district\n德兴市人民医院,hospital,德兴市\n余干县人民医院,clinic,\n余干县人民医院二部,nonsense,\n")
    #expect(try await jobs.job(id, by: sender).state == .waiting)
    #expect(try await runner.work())
    let job = try await jobs.job(id, by: sender), report = try #require(job.report)
    #expect(job.state == .checked && job.lines == 3 && report.badLines == 1)
    #expect(report.added == 1 && report.changed == 1)
    #expect(report.rows.map(\.outcome) == ["new", "change", "bad"])
    #expect(report.rows[2].problems.map(\.column) == [1])
    #expect(report.rows[2].problems[0].chinese.contains("nonsense") && report.headings == ["name", "kind", "district"])
    #expect(try await customers() == before)
    await #expect(throws: ImportJobError.notChecked) { try await jobs.order(id, skipBad: false, by: sender) }
    try await jobs.order(id, skipBad: true, by: sender)
    #expect(try await runner.work())
    let done = try await jobs.job(id, by: sender)
    #expect(done.state == .done && done.report?.added == 1 && done.report?.changed == 1 && done.report?.badLines == 1)
    #expect(done.report?.rows.isEmpty == true, "lines as they came, with names and phones, are not kept")
    #expect(try await customers() == before + 1)
    #expect(!FileManager.default.fileExists(atPath: jobs.path(id)))
    #expect(try await !runner.work())
    await #expect(throws: ImportJobError.notChecked) { try await jobs.order(id, skipBad: true, by: sender) }
  }

  @Test func `the bad lines come as a file with the reason, which can be corrected and sent`() async throws {
    let id = try await send("客户名称,类型\n甲,医院\n乙,飞船\n")
    try await runner.work()
    let (_, bytes) = try #require(try await jobs.refused(id, by: sender))
    let text = String(decoding: try await bytes.read(bytes.size, at: 0), as: UTF8.self)
    #expect(text.hasPrefix("\u{FEFF}客户名称,类型,原因\n乙,飞船,类型：“飞船”不在可选之列"))
    let again = try await send(text.replacing("飞船", with: "诊所"))
    try await runner.work()
    #expect(try await jobs.job(again, by: sender).report?.badLines == 0)
  }

  @Test func `a file that cannot be read says why, in both languages`() async throws {
    let id = try await send("PK\u{3}\u{4}\nx")
    try await runner.work()
    let job = try await jobs.job(id, by: sender)
    #expect(job.state == .failed && job.report?.failure?.code == "import.workbook")
    await #expect(throws: ImportJobError.notChecked) { try await jobs.order(id, skipBad: false, by: sender) }
    try await jobs.discard(id, by: sender)
    await #expect(throws: AccessError.notFound("import")) { try await jobs.job(id, by: sender) }
    #expect(!FileManager.default.fileExists(atPath: jobs.path(id)))
  }

  @Test func `what one sent nobody else reads, and who may not write a register sends no file of it`() async throws {
    let id = try await send("name\n甲医院\n")
    await #expect(throws: AccessError.notFound("import")) { try await jobs.job(id, by: colleague) }
    await #expect(throws: AccessError.notFound("import")) { try await jobs.order(id, skipBad: false, by: colleague) }
    await #expect(throws: AccessError.notAllowed(.registerWrite)) { try await jobs.begin(.customers, size: 1, by: desk.finance) }
    await #expect(throws: AccessError.notAllowed(.staffWrite)) { try await jobs.begin(.staff, size: 1, by: desk.chen) }
    #expect(try await jobs.recent(.customers, by: colleague).isEmpty)
    #expect(try await jobs.recent(.customers, by: sender).map(\.id) == [id])
  }

  @Test func `a right that was taken away meanwhile counts when it is applied`() async throws {
    let id = try await send("name\n甲医院\n")
    try await runner.work()
    try await jobs.order(id, skipBad: false, by: sender)
    try await AccountOperations(desk.test.company).disableUser("sender", by: .system)
    try await runner.work()
    #expect(try await desk.test.number("SELECT COUNT(*) FROM customer WHERE name = '甲医院'") == 0)
    #expect(try await jobs.job(id, by: sender).state == .failed)
  }

  @Test func `a node that was killed leaves its file to another, which goes on`() async throws {
    let id = try await send("name\n甲医院\n乙医院\n")
    try await runner.work()
    try await jobs.order(id, skipBad: false, by: sender)
    // As a killed node left it: in hand, and its word not yet over.
    let until = desk.test.now.milliseconds + 60_000
    try await desk.test.company.database.write { db in
      _ = try db.execute(
        "UPDATE import_job SET state = 'applying', holder = 'dead', held_until = ? WHERE id = ?", [.integer(until), .text(id)])
    }
    let other = ImportRunner(jobs)
    #expect(try await !other.work())
    desk.test.pass(seconds: 61)
    #expect(try await other.work())
    #expect(try await jobs.job(id, by: sender).state == .done)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM customer WHERE name IN ('甲医院', '乙医院')") == 2)
  }

  @Test func `lines that became bad since they were looked at are shown again, and nothing is written`() async throws {
    let id = try await send("name,branch\n甲医院,余干服务站\n")
    try await runner.work()
    #expect(try await jobs.job(id, by: sender).report?.badLines == 0)
    try await jobs.order(id, skipBad: false, by: sender)
    _ = try await desk.test.registers.archive(.branches, desk.branch, Call(.system))
    try await runner.work()
    let job = try await jobs.job(id, by: sender)
    #expect(job.state == .checked && job.report?.badLines == 1 && job.report?.rows.first?.outcome == "bad")
  }

  @Test func `ten files may wait, not eleven; a day later what was only looked at is gone`() async throws {
    for number in 0..<ImportJobs.openMost { _ = try await send("name\n医院\(number)\n") }
    await #expect(throws: ImportJobError.tooMany(ImportJobs.openMost)) { try await send("name\nx\n") }
    while try await runner.work() {}
    desk.test.pass(seconds: 86_401)
    try await runner.sweep()
    #expect(try await desk.test.number("SELECT COUNT(*) FROM import_job") == 0)
  }

  @Test func `a file that is too large is refused before a byte is read`() async throws {
    await #expect(throws: ImportRefusal.tooLarge) { try await jobs.begin(.customers, size: ImportJobs.fileBytes + 1, by: sender) }
  }
}

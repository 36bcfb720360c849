import Domain
import Operations
import Persistence
import Testing

/// Who signed in, looked at personal data or took it away (issue 3, "Who may do what").
@Suite struct AccessLogTests {
  private func log(_ test: TestCompany) async throws -> [String] {
    try await test.company.views.flush(in: test.company)
    return try await AccountOperations(test.company).accessLog(limit: 100, by: .system).reversed().map {
      "\($0.event) \($0.actor) \($0.what) \($0.address ?? "-")"
    }
  }

  private func viewer(_ actor: Actor, from address: String = "10.0.0.7") -> Actor {
    var actor = actor
    actor.address = address
    return actor
  }

  @Test func `reading a case with a contact's phone says who, what, when and from where`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    _ = try await desk.requests.find(id, by: viewer(desk.gao))
    let entry = "personal-view staff:\(desk.gao.staff!) request/\(id) 10.0.0.7"
    #expect(try await log(desk.test) == [entry])
    let at = try await AccountOperations(desk.test.company).accessLog(limit: 1, by: .system)[0].at
    #expect(at == desk.test.now)
  }

  @Test func `a list is one entry, not one a row`() async throws {
    let desk = try await TestDesk()
    for _ in 0..<5 { _ = try await desk.report() }
    _ = try await desk.requests.list(RequestQuery(), by: viewer(desk.gao))
    _ = try await desk.test.registers.list(.contacts, RegisterQuery(), by: viewer(desk.gao))
    _ = try await desk.test.registers.list(.staff, RegisterQuery(), by: viewer(desk.gao))
    _ = try await desk.test.registers.list(.equipment, RegisterQuery(), by: viewer(desk.gao))
    let who = "personal-view staff:\(desk.gao.staff!)"
    #expect(try await log(desk.test) == ["\(who) requests: 5 10.0.0.7", "\(who) contacts: 1 10.0.0.7", "\(who) staff: 11 10.0.0.7"])
  }

  @Test func `the same view within ten minutes is one entry, from another place it is another`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    for _ in 0..<3 { _ = try await desk.requests.find(id, by: viewer(desk.gao)) }
    _ = try await desk.requests.find(id, by: viewer(desk.gao, from: "10.0.0.8"))
    #expect(try await log(desk.test).count == 2)
    desk.test.pass(seconds: 600)
    _ = try await desk.requests.find(id, by: viewer(desk.gao))
    #expect(try await log(desk.test).count == 3)
  }

  @Test func `a view waits for no write`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    _ = try await desk.requests.find(id, by: desk.gao)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log") == 0)
    #expect(try await log(desk.test).count == 1)
  }

  @Test func `exports and what a search shows are logged`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.requests.changes(after: nil, limit: 10, by: viewer(desk.administrator))
    _ = try await SearchOperations(desk.test.company).search(TestDesk.phone, by: viewer(desk.gao))
    #expect(
      try await Set(log(desk.test)) == [
        "exported staff:\(desk.administrator.staff!) changes 10.0.0.7",
        "personal-view staff:\(desk.gao.staff!) contact/\(desk.contact) 10.0.0.7",
      ])
  }

  @Test func `what was forgotten can be looked at without an entry`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    _ = try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: false, by: .system)
    _ = try await desk.requests.find(id, by: desk.gao)
    #expect(try await log(desk.test).filter { $0.hasPrefix("personal-view") } == [])
  }

  @Test func `sign-ins, failed ones and sign-outs are logged without secrets`() async throws {
    let test = try await TestCompany()
    let accounts = AccountOperations(test.company)
    let password = "correct horse 77", typed = "a password in the wrong field"
    try await accounts.addUser(NewUser(signInName: "wang", role: .engineer, password: password), by: .system)
    for (name, word) in [("wang", "wrong horse 78"), (typed, "x")] {
      await #expect(throws: AccessError.wrongPassword) { try await accounts.signIn(name: name, password: word, address: "10.0.0.9") }
    }
    let session = try await accounts.signIn(name: "Wang", password: password, address: "10.0.0.9")
    try await accounts.signOut(session: session.session)
    let staff = "staff:\(session.actor.staff!)"
    #expect(
      try await Set(log(test)) == [
        "account-changed system added wang -", "sign-in-failed system wang 10.0.0.9", "sign-in-failed system an unknown name 10.0.0.9",
        "signed-in \(staff) wang 10.0.0.9", "signed-out \(staff) wang 10.0.0.9",
      ])
    for secret in [password, "wrong horse", typed, session.session] {
      #expect(try await test.number("SELECT COUNT(*) FROM access_log WHERE what LIKE ?", [.text("%\(secret)%")]) == 0)
    }
  }

  @Test func `only who manages accounts reads the log`() async throws {
    let desk = try await TestDesk()
    let accounts = AccountOperations(desk.test.company)
    #expect(await desk.outcome { try await accounts.accessLog(limit: 1, by: desk.manager) } == "forbidden access.not-allowed")
  }
}

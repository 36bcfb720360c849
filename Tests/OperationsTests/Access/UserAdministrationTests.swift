import Domain
import Operations
import Persistence
import Testing

@testable import Operations

@Suite struct UserAdministrationTests {
  let test: TestCompany
  let accounts: AccountOperations
  let boss: Actor

  init() async throws {
    test = try await TestCompany()
    accounts = AccountOperations(test.company)
    let user = try await accounts.addUser(
      NewUser(signInName: "boss", name: "何", role: .administrator, password: "correct horse"), by: .system)
    boss = Actor(identity: .staff(StaffID(user.staff)), name: "何", role: .administrator)
  }

  private func add(_ name: String, _ role: Role = .engineer, called: String? = nil) async throws -> String {
    try await accounts.addUser(NewUser(signInName: name, name: called, role: role, password: "correct horse"), by: boss).staff
  }

  private func log() async throws -> Set<String> {
    Set(try await accounts.accessLog(limit: 100, by: .system).filter { $0.event == "account-changed" }.map(\.what))
  }

  @Test func `accounts are listed page by page, and found by sign-in name and by person`() async throws {
    for name in ["wang", "li", "zhao"] { _ = try await add(name, called: ["wang": "王强", "li": "李敏", "zhao": "赵敏"][name]) }
    let first = try await accounts.users(find: nil, after: nil, limit: 2, by: boss)
    #expect(first.items.map(\.signInName) == ["boss", "li"])
    #expect(try await accounts.users(find: nil, after: first.next, limit: 2, by: boss).items.map(\.signInName) == ["wang", "zhao"])
    #expect(try await accounts.users(find: "wa", after: nil, by: boss).items.map(\.signInName) == ["wang"])
    #expect(try await accounts.users(find: "敏", after: nil, by: boss).items.map(\.signInName) == ["li", "zhao"])
    await #expect(throws: AccessError.notAllowed(.accountManage)) {
      try await accounts.users(find: nil, after: nil, by: .someone(.serviceManager))
    }
  }

  @Test func `locked means signed out everywhere and no way in; unlocked, the old password counts`() async throws {
    let staff = try await add("wang")
    let session = try await accounts.signIn(name: "wang", password: "correct horse", address: "1")
    let token = try await accounts.createToken(user: "wang", by: boss)
    let details = try await accounts.user(staff, by: boss)
    #expect(details.sessions.map(\.address) == ["1"] && details.tokens.count == 1 && details.tokens[0].revokedAt == nil)
    try await accounts.lock(staff, by: boss)
    await #expect(throws: AccessError.notSignedIn) { try await accounts.actor(session: session.session) }
    await #expect(throws: AccessError.tokenExpired) { try await accounts.actor(token: token) }
    await #expect(throws: AccessError.wrongPassword) { try await accounts.signIn(name: "wang", password: "correct horse", address: "1") }
    try await accounts.unlock(staff, by: boss)
    _ = try await accounts.signIn(name: "wang", password: "correct horse", address: "1")
    #expect(try await log().isSuperset(of: ["wang: opened", "wang: disabled"]))
  }

  @Test func `signed out everywhere ends sessions and leaves tokens`() async throws {
    let staff = try await add("wang")
    let session = try await accounts.signIn(name: "wang", password: "correct horse", address: "1")
    let token = try await accounts.createToken(user: "wang", by: boss)
    try await accounts.signOutEverywhere(staff, by: boss)
    await #expect(throws: AccessError.notSignedIn) { try await accounts.actor(session: session.session) }
    #expect(try await accounts.actor(token: token).name == "wang")
    #expect(try await log().contains("wang: signed out everywhere"))
  }

  @Test func `a role is changed at once, and stands in the record's history`() async throws {
    let staff = try await add("wang")
    let session = try await accounts.signIn(name: "wang", password: "correct horse", address: "1")
    try await accounts.changeRole(staff, to: .dispatcher, expected: 1, by: boss)
    #expect(try await accounts.actor(session: session.session).role == .dispatcher)
    await #expect(throws: RegisterError.changed(expected: 1, actual: 2)) {
      try await accounts.changeRole(staff, to: .engineer, expected: 1, by: boss)
    }
    let change = try await test.registers.changes(.staff, of: staff, by: boss).changes.first
    #expect(change?.fields.map(\.name) == ["role"] && change?.actorName == "何")
    #expect(try await log().contains("wang: role dispatcher"))
  }

  @Test func `nobody locks themselves out, nor the last administrator`() async throws {
    let staff = boss.staff?.text ?? ""
    await #expect(throws: AccountError.yourself) { try await accounts.lock(staff, by: boss) }
    let other = Actor.someone(.administrator, "elsewhere")
    await #expect(throws: AccountError.lastAdministrator) { try await accounts.lock(staff, by: other) }
    await #expect(throws: AccountError.lastAdministrator) { try await accounts.changeRole(staff, to: .engineer, expected: nil, by: boss) }
    // Nor by way of the register of staff.
    let call = Call(other, expected: 1)
    await #expect(throws: AccountError.lastAdministrator) { try await test.registers.archive(.staff, staff, call) }
    await #expect(throws: AccountError.lastAdministrator) {
      try await test.registers.change(.staff, staff, Fields(["role": "engineer"]), call)
    }
    _ = try await add("second", .administrator)
    try await accounts.lock(staff, by: other)
  }

  @Test func `of two administrators who lock each other at the same moment one stays`() async throws {
    let first = boss.staff?.text ?? "", accounts = accounts, boss = boss
    let second = try await add("second", .administrator)
    let other = Actor(identity: .staff(StaffID(second)), name: "second", role: .administrator)
    for round in 1...8 {
      async let one: Void = accounts.lock(second, by: boss)
      async let two: Void = accounts.lock(first, by: other)
      var refused: [AccountError] = []
      do { try await one } catch let error as AccountError { refused.append(error) }
      do { try await two } catch let error as AccountError { refused.append(error) }
      #expect(refused == [.lastAdministrator], "round \(round)")
      for staff in [first, second] { try await accounts.unlock(staff, by: .system) }
    }
  }

  @Test func `somebody in the register of staff gets an account, once`() async throws {
    let staff = try await test.make(.staff, ["name": "李敏", "role": "engineer"])
    try await accounts.addAccount(staff: staff, signInName: "li", password: "correct horse", by: boss)
    _ = try await accounts.signIn(name: "li", password: "correct horse", address: "1")
    await #expect(throws: AccountError.nameTaken("li")) {
      try await accounts.addAccount(staff: staff, signInName: "limin", password: "correct horse", by: boss)
    }
    let second = try await test.make(.staff, ["name": "赵", "role": "engineer"])
    await #expect(throws: AccountError.nameTaken("boss")) {
      try await accounts.addAccount(staff: second, signInName: "boss", password: "correct horse", by: boss)
    }
    await #expect(throws: AccessError.notFound("staff")) {
      try await accounts.addAccount(staff: "nobody", signInName: "x", password: "correct horse", by: boss)
    }
  }

  @Test func `every step asks for the right`() async throws {
    let staff = try await add("wang"), other = Actor.someone(.serviceManager)
    let steps: [@Sendable (AccountOperations) async throws -> Void] = [
      { _ = try await $0.user(staff, by: other) }, { try await $0.lock(staff, by: other) }, { try await $0.unlock(staff, by: other) },
      { try await $0.reset(staff, password: "correct horse", by: other) }, { try await $0.signOutEverywhere(staff, by: other) },
      { try await $0.changeRole(staff, to: .engineer, expected: nil, by: other) },
      { try await $0.addAccount(staff: staff, signInName: "x", password: "correct horse", by: other) },
    ]
    for step in steps { await #expect(throws: AccessError.notAllowed(.accountManage)) { try await step(accounts) } }
  }
}

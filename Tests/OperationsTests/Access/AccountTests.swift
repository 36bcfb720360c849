import Domain
import Operations
import Persistence
import Testing

@Suite struct AccountTests {
  private func accounts(_ test: TestCompany) -> AccountOperations { AccountOperations(test.company, passwords: Passwords(cost: .quick)) }

  @Test func `the first start makes an administrator, once`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    let password = try #require(try await accounts.ensureAdministrator())
    #expect(try await accounts.ensureAdministrator() == nil)
    let signIn = try await accounts.signIn(name: "Admin", password: password, address: "127.0.0.1")
    #expect(signIn.actor.role == .administrator)
    #expect(try await accounts.actor(session: signIn.session) == signIn.actor)
    try await accounts.signOut(session: signIn.session)
    await #expect(throws: AccessError.notSignedIn) { try await accounts.actor(session: signIn.session) }
  }

  @Test func `neither password, session nor token is stored as it is`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    try await accounts.addUser(NewUser(signInName: "wang", name: "王强", role: .engineer, password: "correct horse"), by: .system)
    let token = try await accounts.createToken(user: "wang", by: .system)
    let session = try await accounts.signIn(name: "wang", password: "correct horse", address: "a").session
    #expect(token.hasPrefix("wb_"))
    #expect(token.count == 46)
    #expect(try await accounts.actor(token: token).name == "王强")
    let stored = try await test.company.database.read { db in
      try db.rows("SELECT password FROM account UNION ALL SELECT hash FROM token UNION ALL SELECT hash FROM session") { $0.text(0) }
    }
    #expect(stored.count == 3)
    #expect(!stored.contains { $0.contains("correct") || $0.contains(token) || $0.contains(session) })
  }

  @Test func `five failures close the door for this name and address`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    try await accounts.addUser(NewUser(signInName: "wang", role: .engineer, password: "correct horse"), by: .system)
    for _ in 0..<5 {
      await #expect(throws: AccessError.wrongPassword) { try await accounts.signIn(name: "wang", password: "wrong", address: "a") }
    }
    await #expect(throws: AccessError.tooManyTries(seconds: 300)) {
      try await accounts.signIn(name: "wang", password: "correct horse", address: "a")
    }
    _ = try await accounts.signIn(name: "wang", password: "correct horse", address: "b")
    test.pass(seconds: 301)
    _ = try await accounts.signIn(name: "wang", password: "correct horse", address: "a")
    #expect(try await test.number("SELECT COUNT(*) FROM access_log WHERE event = 'sign-in-failed'") == 5)
    await #expect(throws: AccessError.wrongPassword) { try await accounts.signIn(name: "nobody", password: "x", address: "c") }
  }

  @Test func `tries at the same moment are no way around the limit`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    try await accounts.addUser(NewUser(signInName: "wang", role: .engineer, password: "correct horse"), by: .system)
    let tried = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<30 {
        group.addTask {
          do {
            _ = try await accounts.signIn(name: "wang", password: "wrong \(number)", address: "a")
          } catch AccessError.wrongPassword {
            return true
          } catch {}
          return false
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(tried == 5)
  }

  @Test(arguments: [
    ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:DB8:1:0002::9", "2001:db8:1:2::/64"), ("::1", "0:0:0:0::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("local", "local"),
  ])
  func `an IPv6 network counts as one place`(_ address: String, _ place: String) { #expect(NetworkPlace.of(address) == place) }

  @Test func `an unknown name costs what a known one costs, also where hashes are cheaper than today's`() async throws {
    let test = try await TestCompany()
    try await accounts(test).addUser(NewUser(signInName: "wang", role: .engineer, password: "correct horse"), by: .system)
    let accounts = AccountOperations(test.company, passwords: Passwords(cost: .shipped)), clock = ContinuousClock()
    var known: [Duration] = [], unknown: [Duration] = []
    for _ in 0..<4 {
      for name in ["wang", "nobody"] {
        let time = await clock.measure {
          await #expect(throws: AccessError.wrongPassword) { try await accounts.signIn(name: name, password: "wrong", address: "a") }
        }
        if name == "wang" { known.append(time) } else { unknown.append(time) }
      }
    }
    // The quickest of each: beside other tests the rest is noise. A hash of today's cost takes 30 times as long.
    #expect(try #require(unknown.min()) < #require(known.min()) * 8)
  }

  @Test func `a role that is taken away is gone with the next call`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    let user = try await accounts.addUser(NewUser(signInName: "wang", role: .branchManager, password: "correct horse"), by: .system)
    let token = try await accounts.createToken(user: "wang", by: .system)
    #expect(try await accounts.actor(token: token).role == .branchManager)
    _ = try await test.registers.change(
      .staff, user.staff, Fields(["role": .text("engineer")]), Call(Actor.someone(.administrator), expected: 1))
    #expect(try await accounts.actor(token: token).role == .engineer)
    _ = try await test.registers.archive(.staff, user.staff, Call(Actor.someone(.administrator)))
    await #expect(throws: AccessError.tokenExpired) { try await accounts.actor(token: token) }
  }

  @Test func `a token ends after 90 days, a session after 12 idle hours`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    try await accounts.addUser(NewUser(signInName: "wang", role: .engineer, password: "correct horse"), by: .system)
    let token = try await accounts.createToken(user: "wang", by: .system)
    let session = try await accounts.signIn(name: "wang", password: "correct horse", address: "a").session
    test.pass(seconds: 11 * 3_600)
    _ = try await accounts.actor(session: session)
    test.pass(seconds: 11 * 3_600)
    _ = try await accounts.actor(session: session)
    test.pass(seconds: 12 * 3_600)
    await #expect(throws: AccessError.notSignedIn) { try await accounts.actor(session: session) }
    _ = try await accounts.actor(token: token)
    test.pass(seconds: 90 * 86_400)
    await #expect(throws: AccessError.tokenExpired) { try await accounts.actor(token: token) }
    await #expect(throws: AccessError.tokenExpired) { try await accounts.actor(token: "wb_nothing") }
  }

  @Test func `a disabled user is out at once`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    try await accounts.addUser(NewUser(signInName: "wang", role: .engineer, password: "correct horse"), by: .system)
    let token = try await accounts.createToken(user: "wang", by: .system)
    _ = try await accounts.actor(token: token)
    try await accounts.disableUser("wang", by: .system)
    await #expect(throws: AccessError.tokenExpired) { try await accounts.actor(token: token) }
    await #expect(throws: AccessError.wrongPassword) { try await accounts.signIn(name: "wang", password: "correct horse", address: "a") }
    #expect(try await accounts.users(by: .system).map(\.disabled) == [true])
    try await accounts.setPassword("wang", "battery staple", by: .system)
    _ = try await accounts.signIn(name: "wang", password: "battery staple", address: "a")
  }

  @Test func `only an administrator keeps accounts, and nobody raises themselves`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    let user = try await accounts.addUser(NewUser(signInName: "wang", role: .branchManager, password: "correct horse"), by: .system)
    let wang = Actor.someone(.branchManager, user.staff)
    await #expect(throws: AccessError.notAllowed(.accountManage)) { try await accounts.users(by: wang) }
    await #expect(throws: AccessError.notAllowed(.accountManage)) {
      try await test.registers.change(.staff, user.staff, Fields(["role": .text("general-manager")]), Call(wang, expected: 1))
    }
    await #expect(throws: AccessError.notAllowed(.accountManage)) {
      try await test.registers.create(.staff, Fields(["name": .text("x"), "role": .text("administrator")]), Call(wang))
    }
    let answer = try await test.registers.change(.staff, user.staff, Fields(["education": .text("本科")]), Call(wang, expected: 1))
    #expect(answer.version == 2)
    // A form sends every field: those that stay as they are change no right.
    let form: [String: FieldValue] = ["education": .text("大专"), "role": .text("branch-manager"), "customer": .null, "partner": .null]
    #expect(try await test.registers.change(.staff, user.staff, Fields(form), Call(wang, expected: 2)).version == 3)
    for other: (String, FieldValue) in [("role", .text("quality")), ("partner", .text("江西医修")), ("role", .null)] {
      let sent = Fields(form.merging([other]) { $1 })
      await #expect(throws: AccessError.notAllowed(.accountManage), "\(other)") {
        try await test.registers.change(.staff, user.staff, sent, Call(wang, expected: 3))
      }
    }
  }

  @Test func `a hospital's user sees for its customer, and without one for nobody (ORG-5)`() async throws {
    let test = try await TestCompany()
    let accounts = accounts(test)
    try await accounts.addUser(NewUser(signInName: "stranger", role: .hospital, password: "correct horse"), by: .system)
    let stranger = try await accounts.signIn(name: "stranger", password: "correct horse", address: "a")
    #expect(stranger.actor.customer == nil)
    let customer = try await test.make(.customers, ["name": .text("余干县人民医院")])
    try await accounts.addUser(
      NewUser(signInName: "h", role: .hospital, customer: "余干县人民医院", password: "correct horse"), by: .system)
    let signIn = try await accounts.signIn(name: "h", password: "correct horse", address: "a")
    #expect(signIn.actor.customer == CustomerID(customer))
  }
}

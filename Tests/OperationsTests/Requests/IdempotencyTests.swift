import Domain
import Operations
import Persistence
import Testing

/// The same key twice is one change (design.md, "Idempotency-Key").
@Suite struct IdempotencyTests {
  private func key(_ key: String = "k-1", path: String = "/api/v1/requests", body: String = "h1") -> IdempotencyKey {
    IdempotencyKey(key: key, method: "POST", path: path, bodyHash: body)
  }
  private let input = Fields(TestDesk.call)

  @Test func `the same key and body get the first answer, and one case`() async throws {
    let desk = try await TestDesk()
    let first = try await desk.requests.report(input, Call(desk.chen, idempotency: key()))
    desk.test.pass(seconds: 86_400 * 29)
    let again = try await desk.requests.report(input, Call(desk.chen, idempotency: key()))
    #expect(again == Answer(created: true, version: 1, body: first.body, replayed: true))
    #expect(!first.replayed && first.created)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
    // Key, path and person are its scope.
    for call in [
      Call(desk.chen, idempotency: key("k-2")), Call(desk.gao, idempotency: key()), Call(desk.chen, idempotency: key(path: "/x")),
    ] {
      #expect(try await !desk.requests.report(input, call).replayed)
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 4)
  }

  @Test func `another body under the same key is refused`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.requests.report(input, Call(desk.chen, idempotency: key()))
    let other = await desk.outcome { try await desk.requests.report(input, Call(desk.chen, idempotency: key(body: "h2"))) }
    #expect(other == "invalid idempotency.other-body")
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
  }

  @Test func `a refusal is kept too, and comes again though the step were possible by now`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text, key = key(path: "/api/v1/requests/\(id)/respond")
    func respond() async throws -> Answer { try await desk.requests.take(.respond, Fields(), on: id, Call(desk.chen, idempotency: key)) }
    var refusals: [KeptRefusal] = []
    for turn in 0..<2 {
      do {
        _ = try await respond()
        Issue.record("taken")
      } catch let refusal as KeptRefusal { refusals.append(refusal) }
      if turn == 0 { try await desk.take(.accept, on: id) }
    }
    #expect(refusals.map(\.replayed) == [false, true])
    #expect(refusals.map(\.code) == ["request.not-allowed", "request.not-allowed"] && refusals[1].state == "reported")
    #expect(refusals[1].steps == refusals[0].steps)
    #expect(try await desk.kinds(id) == ["reported", "accepted"])
  }

  @Test func `a refused change leaves nothing behind but its answer`() async throws {
    let desk = try await TestDesk()
    let wrong = Fields(TestDesk.call.merging(["serialNumber": "SN-404"]) { $1 })
    for _ in 0..<2 {
      let outcome = await desk.outcome { try await desk.requests.report(wrong, Call(desk.chen, idempotency: key())) }
      #expect(outcome == "invalid input.invalid")
    }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 0)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM personal WHERE subject LIKE 'request/%'") == 0)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM idempotency") == 1)
  }

  @Test func `the right is asked again before the first answer comes again`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let call = Call(desk.gao, idempotency: key(path: "/api/v1/requests/\(id)/respond"))
    _ = try await desk.requests.take(.respond, Fields(), on: id, call)
    let demoted = Actor(identity: desk.gao.identity, name: "高", role: .finance)
    let outcome = await desk.outcome {
      try await desk.requests.take(.respond, Fields(), on: id, Call(demoted, idempotency: call.idempotency))
    }
    #expect(outcome == "forbidden access.not-allowed")
    #expect(try await desk.requests.take(.respond, Fields(), on: id, call).replayed)
    #expect(try await desk.kinds(id) == ["reported", "accepted", "responded"])
  }

  @Test func `one key from many hands at once makes one case`() async throws {
    let desk = try await TestDesk()
    let call = Call(desk.chen, idempotency: key()), input = input
    let bodies = try await withThrowingTaskGroup(of: Answer.self) { group in
      for _ in 0..<16 { group.addTask { try await desk.requests.report(input, call) } }
      return try await group.reduce(into: [Answer]()) { $0.append($1) }
    }
    #expect(Set(bodies.map(\.body)).count == 1 && bodies.filter { !$0.replayed }.count == 1)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM request") == 1)
  }
}

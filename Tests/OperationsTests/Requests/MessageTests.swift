import Domain
import Operations
import Persistence
import TestEngines
import Testing

/// Remarks for colleagues and messages to the hospital are never confused (INT-5).
@Suite struct MessageTests {
  private func texts(_ desk: TestDesk, _ id: String, _ actor: Actor) async throws -> [String] {
    try await desk.requests.messages(of: id, after: nil, limit: 50, by: actor).items.map(\.text)
  }

  @Test func `a remark that says nothing is for colleagues, and its body is as it always was`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.comment, ["text": "供电板是批次问题"], on: id)
    try await desk.take(.comment, ["text": "同上", "audience": "colleagues"], on: id)
    let bodies = try await desk.events("request/\(id)").filter { $0.kind == "commented" }.map(\.body)
    #expect(bodies == [#"{"text":"供电板是批次问题"}"#, #"{"text":"同上"}"#])
    #expect(try await texts(desk, id, desk.doctor) == [])
  }

  @Test func `the hospital reads what was written to it, and nothing that colleagues wrote`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.comment, ["text": "别告诉院方"], on: id)
    try await desk.take(.comment, ["text": "约 50 分钟到", "audience": "customer"], on: id)
    try await desk.take(.comment, ["text": "好的，在放射科"], on: id, by: desk.doctor)
    let messages = try await desk.requests.messages(of: id, after: nil, limit: 50, by: desk.doctor).items
    #expect(messages.map(\.text) == ["约 50 分钟到", "好的，在放射科"])
    #expect(messages.map(\.fromHospital) == [false, true])
    #expect(messages.map(\.author) == ["陈", "周"])
    #expect(try await texts(desk, id, desk.chen) == messages.map(\.text))
    // Everything else that a hospital's user can read of the case.
    let whole = JSONWriter.text(try await desk.requests.find(id, by: desk.doctor))
    #expect(!whole.contains("别告诉院方"))
    #expect(
      await desk.outcome { try await desk.requests.journal(of: id, after: nil, limit: 9, by: desk.doctor) }
        == "forbidden access.not-allowed")
    #expect(
      try await desk.requests.journal(of: id, after: nil, limit: 200, by: desk.gao).items.last { $0.event == "commented" }?.isHospitals
        == true)
  }

  @Test func `a hospital's user cannot write behind the hospital's back`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    let refused = await desk.outcome { try await desk.take(.comment, ["text": "x", "audience": "colleagues"], on: id, by: desk.doctor) }
    #expect(refused.hasPrefix("invalid"))
    #expect(try await desk.kinds(id).contains("commented") == false)
  }

  @Test func `another hospital's messages do not exist`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.comment, ["text": "x", "audience": "customer"], on: id)
    #expect(await desk.outcome { try await texts(desk, id, desk.otherDoctor) } == "missing access.not-found")
  }

  @Test func `messages come in pages, however many remarks lie between`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    for number in 0..<3 {
      for _ in 0..<3 { try await desk.take(.comment, ["text": "内部"], on: id) }
      try await desk.take(.comment, ["text": .text("m\(number)"), "audience": "customer"], on: id)
    }
    let first = try await desk.requests.messages(of: id, after: nil, limit: 2, by: desk.doctor)
    #expect(first.items.map(\.text) == ["m0", "m1"])
    let rest = try await desk.requests.messages(of: id, after: first.next, limit: 2, by: desk.doctor)
    #expect(rest.items.map(\.text) == ["m2"] && rest.next == nil)
  }
}

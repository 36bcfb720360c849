import Domain
import Operations
import Testing

/// What lies ahead and why it cannot be done now (FLT-3, FLT-4, INT-5).
@Suite struct HindranceTests {
  private func told(_ desk: TestDesk, _ id: String, _ actor: Actor) async throws -> [String] {
    try await desk.requests.hindrances(of: id, by: actor).map { hindrance in
      switch hindrance.reason {
      case .rule(let error): "\(hindrance.step.rawValue) \(error.code)"
      case .others(let roles): "\(hindrance.step.rawValue) by \(roles.map(\.rawValue).joined(separator: " "))"
      }
    }
  }

  @Test func `a case says what is missing, with the rule's own reason`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    #expect(try await told(desk, id, desk.chen) == ["confirm request.not-allowed", "close request.not-allowed"])
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    try await desk.take(.arrive, on: id, by: desk.wang)
    #expect(try await told(desk, id, desk.wang).first == "clear request.agreement-missing")
    try await desk.take(.propose, ["remedy": "换板"], on: id, by: desk.wang)
    try await desk.take(.agree, ["contact": "周", "how": "phone"], on: id, by: desk.wang)
    try await desk.take(.clear, ["cause": "hardware", "remedy": "换板"], on: id, by: desk.wang)
    // Whoever may not sign off learns who does.
    #expect(
      try await told(desk, id, desk.chen) == [
        "sign-off by branch-manager service-manager general-manager", "close request.open-work-order",
      ])
    #expect(try await told(desk, id, desk.manager) == ["close request.open-work-order"])
  }

  @Test func `who is outside learns no rules, and of a foreign case nothing`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    #expect(try await told(desk, id, desk.doctor) == [])
    #expect(try await told(desk, id, desk.otherDoctor) == [])
  }

  @Test func `the journal's reader is told whose word it was`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.acknowledge, ["contact": "周主任", "how": "phone"], on: id)
    try await desk.take(.acknowledge, ["contact": .text(desk.contact), "how": "phone"], on: id)
    try await desk.take(.remoteStart, ["consent": "李护士", "tool": "向日葵", "purpose": "看日志"], on: id)
    let items = try await desk.requests.journal(of: id, after: nil, limit: 50, by: desk.chen).items
    #expect(items.compactMap(\.personName) == ["周主任", "周主任", "李护士"])
  }
}

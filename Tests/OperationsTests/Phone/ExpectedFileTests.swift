import Crypto
import Domain
import Persistence
import Testing

@testable import Operations

@Suite struct ExpectedFileTests {
  private func hash(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  private func expect(_ desk: TestDesk, _ texts: [String], on id: String, by actor: Actor, gone: Bool = false) async throws -> Int {
    let input = Fields(["sha256": .list(texts.map { .text(hash($0)) }), "gone": .bool(gone)])
    return try await desk.attachments.expect(input, of: id, by: actor)
  }

  /// A case whose engineer has left, ready for the manager.
  private func done(_ desk: TestDesk) async throws -> String {
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    try await desk.take(.arrive, on: id, by: desk.wang)
    try await desk.take(.agree, ["contact": "周主任", "how": "phone"], on: id, by: desk.wang)
    try await desk.take(.clear, ["cause": "hardware", "remedy": "换板"], on: id, by: desk.wang)
    try await desk.take(.confirm, ["contact": "周主任", "how": "signature"], on: id, by: desk.wang)
    try await desk.take(.leave, on: id, by: desk.wang)
    return id
  }

  @Test func `sign-off waits until all photos that the phone announced are there (FLT-4)`() async throws {
    let desk = try await TestDesk(), id = try await done(desk)
    #expect(try await expect(desk, ["铭牌", "故障码"], on: id, by: desk.wang) == 2)
    let early = await desk.outcome { try await desk.take(.signOff, on: id, by: desk.manager) }
    #expect(early == "conflict request.files-expected")
    try await desk.attach(Array("铭牌".utf8), to: id, by: desk.wang)
    #expect(await desk.outcome { try await desk.take(.signOff, on: id, by: desk.manager) } == early)
    try await desk.attach(Array("故障码".utf8), name: "b.txt", to: id, by: desk.wang)
    try await desk.take(.signOff, on: id, by: desk.manager)
    // What is there already is not waited for.
    #expect(try await expect(desk, ["铭牌"], on: id, by: desk.wang) == 0)
  }

  @Test func `a manager may go on without the missing ones, and the reason stays in the record`() async throws {
    let desk = try await TestDesk(), id = try await done(desk)
    _ = try await expect(desk, ["铭牌"], on: id, by: desk.wang)
    try await desk.take(.signOff, on: id, by: desk.manager, lateReason: "手机掉进水里")
    #expect(try await desk.events("request/\(id)").last?.body == #"{"lateReason":"手机掉进水里"}"#)
  }

  @Test func `whoever announced takes it back, nobody else; strangers announce nothing`() async throws {
    let desk = try await TestDesk(), id = try await done(desk)
    _ = try await expect(desk, ["铭牌"], on: id, by: desk.wang)
    #expect(try await expect(desk, ["铭牌"], on: id, by: desk.li, gone: true) == 1)
    #expect(try await expect(desk, ["铭牌"], on: id, by: desk.wang, gone: true) == 0)
    #expect(await desk.outcome { try await expect(desk, ["铭牌"], on: id, by: desk.otherDoctor) } == "missing access.not-found")
    let bad = Fields(["sha256": .list([.text("zz")])])
    #expect(await desk.outcome { try await desk.attachments.expect(bad, of: id, by: desk.wang) } == "invalid input.invalid")
  }
}

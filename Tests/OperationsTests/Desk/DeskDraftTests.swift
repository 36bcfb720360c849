import Domain
import Persistence
import Testing

@testable import Operations

@Suite struct DeskDraftTests {
  private static let typed = Fields(["name": "吴秋霞", "phone": "139 0000 2716", "said": "曝光后无图像"])

  @Test func `a form that is not sent is kept for its writer alone (INT-4)`() async throws {
    let desk = try await TestDesk(), drafts = desk.desk.drafts
    try await drafts.put("desk-1", Self.typed, by: desk.chen)
    #expect(try await drafts.list(by: desk.chen).map(\.values) == [["name": "吴秋霞", "phone": "139 0000 2716", "said": "曝光后无图像"]])
    #expect(try await drafts.list(by: desk.gao).isEmpty)
    try await drafts.drop("desk-1", by: desk.gao)
    #expect(try await drafts.list(by: desk.chen).count == 1, "nobody else throws it away")
    try await drafts.drop("desk-1", by: desk.chen)
    #expect(try await drafts.list(by: desk.chen).isEmpty)
    #expect(await desk.outcome { try await drafts.put("x", Self.typed, by: desk.partner) } == "forbidden access.not-allowed")
  }

  @Test func `of one person the newest few are kept, and none for ever`() async throws {
    let desk = try await TestDesk(), drafts = desk.desk.drafts
    for index in 0..<8 {
      desk.test.pass(seconds: 1)
      try await drafts.put("desk-\(index)", Self.typed, by: desk.chen)
    }
    #expect(try await drafts.list(by: desk.chen).map(\.id) == ["desk-7", "desk-6", "desk-5", "desk-4", "desk-3"])
    desk.test.pass(seconds: 15 * 86_400)
    try await desk.test.company.database.write { [test = desk.test] db in try DeskDrafts.sweep(at: test.now, in: db) }
    #expect(try await drafts.list(by: desk.chen).isEmpty)
  }

  @Test func `who is forgotten is forgotten in drafts too`() async throws {
    let desk = try await TestDesk(), drafts = desk.desk.drafts
    try await drafts.put("mine", Fields(["said": "周主任说还是不行"]), by: desk.chen)
    try await drafts.put("phone", Fields(["phone": "138 0791 0001"]), by: desk.gao)
    try await drafts.put("chosen", Fields(["contact": .text(desk.contact)]), by: desk.gao)
    try await drafts.put("other", Self.typed, by: desk.gao)
    let forget = ForgetOperations(desk.test.company)
    #expect(try await forget.run(desk.contact, dryRun: true, by: desk.administrator).counts[.drafts] == 3)
    #expect(try await drafts.list(by: desk.gao).count == 3, "a dry run erases nothing")
    _ = try await forget.run(desk.contact, dryRun: false, by: desk.administrator)
    #expect(try await drafts.list(by: desk.chen).isEmpty)
    #expect(try await drafts.list(by: desk.gao).map(\.id) == ["other"])
  }
}

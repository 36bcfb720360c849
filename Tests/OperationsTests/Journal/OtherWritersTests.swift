import Domain
import Persistence
import Testing

@testable import Operations

@Suite struct OtherWritersTests {
  @Test func `a node hears what another one wrote, and its own changes once`() async throws {
    let desk = try await TestCompany()
    let here = desk.company
    let elsewhere = Company(database: here.database, files: here.files, clock: { desk.now }, chance: .system, logger: here.logger)
    let writers = OtherWriters(here)
    var last = try await writers.hear(after: nil)
    last = try await writers.hear(after: last)
    var changes = here.watchers.changes().makeAsyncIterator()

    let own = try await desk.make(.branches, ["code": .text("A"), "name": .text("a"), "district": .text("d")])
    #expect(await changes.next() == .init(stream: "branch/\(own)", version: 1))
    let values: [String: FieldValue] = ["code": .text("B"), "name": .text("b"), "district": .text("d")]
    let answer = try await RegisterOperations(elsewhere).create(.branches, Fields(values), Call(.system))
    let other = try JSON(answer.body)["id"].text
    last = try await writers.hear(after: last)
    #expect(await changes.next() == .init(stream: "branch/\(other)", version: 1), "the own change is not told a second time")

    // Nothing is left over: the next turn tells nothing, and the next change comes first.
    _ = try await writers.hear(after: last)
    here.watchers.tell([.init(stream: "mark", version: 1)])
    #expect(await changes.next() == .init(stream: "mark", version: 1))
  }

  @Test func `a role that was taken away on another node holds here no longer`() async throws {
    let desk = try await TestCompany(), here = desk.company
    let elsewhere = Company(database: here.database, files: here.files, clock: { desk.now }, chance: .system, logger: here.logger)
    let writers = OtherWriters(here), start = try await writers.hear(after: nil), known = here.watchers.staffChanges
    let values: [String: FieldValue] = ["name": .text("n"), "role": .text(Role.engineer.rawValue)]
    _ = try await RegisterOperations(elsewhere).create(.staff, Fields(values), Call(.system))
    #expect(here.watchers.staffChanges == known)
    _ = try await writers.hear(after: start)
    #expect(here.watchers.staffChanges > known)
  }
}

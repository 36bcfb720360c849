import Domain
import Foundation
import Logging
import Operations
import Persistence
import TestEngines
import Testing

/// Who copies us follows `next` (design.md, `GET /changes`).
@Suite struct ChangeFeedTests {
  /// A company whose engine lets eight write at once.
  private func open(_ folder: URL) async throws -> Company {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let logger = Logger(label: "test")
    let database: any SQLDatabase
    if let server = TestEngine.server {
      let url = try await TestEngine.freshSchema(at: server)
      database = try PostgresDatabase(url: url, options: .init(writers: 8, readers: 2), logger: logger)
    } else {
      database = try SQLiteDatabase(path: folder.appending(path: "feed.sqlite").path, logger: logger)
    }
    try await Migrator.migrate(Schema.migrations, in: database, at: 1)
    return Company(
      database: database, files: FileStore(data: folder.path), clock: { monday("09:00") }, chance: .system, logger: logger)
  }

  @Test func `who follows by next while eight write gets every event once, in order`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weibao-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let company = try await open(folder)
    let feed = RequestOperations(company), reader = Actor.someone(.administrator)
    let writers = 8, each = 40
    let isPostgres = company.database.dialect == .postgres
    var items: [JournalItem] = [], cursor: String?
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          for number in 1...each {
            try await company.database.write { db in
              let events = [NewEvent(kind: "commented", schema: 1, body: #"{"text":"\#(number)"}"#, occurred: 1)]
              try Journal.append(events, to: "note/\(writer)", expecting: number - 1, by: .system, recorded: 1, in: db)
              // It has its number, and commits after others that come later.
              if isPostgres, (number + writer).isMultiple(of: 3) { _ = try db.rows("SELECT pg_sleep(0.02)") { _ in } }
            }
          }
        }
      }
      while items.count < writers * each {
        let page = try await feed.changes(after: cursor, limit: 17, by: reader)
        items += page.items
        let next = try #require(page.next)
        cursor = next
      }
      try await group.waitForAll()
    }
    let positions = items.map(\.position)
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    for writer in 0..<writers {
      #expect(items.filter { $0.stream == "note/\(writer)" }.map(\.version) == Array(1...each))
    }
    #expect(try await feed.changes(after: cursor, limit: 17, by: reader).items.isEmpty)
    try await company.database.close()
  }

  @Test func `where nothing has happened there is a place to ask from, and it stays when nothing is new`() async throws {
    let test = try await TestCompany()
    let feed = RequestOperations(test.company), reader = Actor.someone(.administrator)
    let first = try await feed.changes(after: nil, limit: 5, by: reader)
    let place = try #require(first.next)
    #expect(first.items.isEmpty)
    try await test.make(.branches, ["code": "YG", "name": "余干服务站", "district": "余干县"])
    let second = try await feed.changes(after: place, limit: 5, by: reader)
    #expect(second.items.map(\.event) == ["recorded"])
    let third = try await feed.changes(after: second.next, limit: 5, by: reader)
    #expect(third.items.isEmpty && third.next == second.next)
    await #expect(throws: InputRefusal.self) { try await feed.changes(after: "next page", limit: 5, by: reader) }
  }

  @Test func `the feed holds hashes of people, not their names and numbers`() async throws {
    let desk = try await TestDesk()
    _ = try await desk.report()
    let page = try await desk.requests.changes(after: nil, limit: 200, by: desk.administrator)
    let text = JSONWriter.text(page)
    for value in ["周主任", TestDesk.phone, "王", "高"] { #expect(!text.contains("\"\(value)\""), "\(value)") }
    #expect(page.items.contains { $0.event == "reported" } && page.items.allSatisfy { $0.actorName == nil })
  }

  @Test func `an event of an older schema comes with today's data and its body as stored`() async throws {
    let test = try await TestCompany()
    try await test.company.database.write { db in
      let old = NewEvent(kind: "recorded", schema: 1, body: #"{"serialNumber":"SN-1","warrantyYears":2}"#, occurred: 1)
      try Journal.append([old], to: "equipment/x", expecting: 0, by: .system, recorded: 1, in: db)
    }
    let item = try #require(
      try await RequestOperations(test.company).changes(after: nil, limit: 5, by: .someone(.administrator)).items.first)
    #expect(item.data == #"{"serialNumber":"SN-1","warrantyMonths":24}"# && item.body.contains("warrantyYears"))
  }
}

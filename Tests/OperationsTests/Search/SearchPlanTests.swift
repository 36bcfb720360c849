import Operations
import Persistence
import TestEngines
import Testing

@testable import Operations

@Suite struct SearchPlanTests {
  @Test func `a page of finds reads the full-text index and sorts nothing`() async throws {
    let desk = try await SearchDesk()
    try await SearchIndexer(desk.desk.test.company).followAll()
    for index in SearchIndex.allCases {
      let sqlite = TestEngine.dialect == .sqlite
      let match = SQLValue.text(SearchQuery("南昌 dr", tail: 10).match(in: TestEngine.dialect))
      let plan = try await desk.desk.test.company.database.read { db in
        try db.plan(of: sqlite ? index.sqliteQuery : index.newestQuery, [match, .int(20)])
      }
      #expect(!plan.sorts, "\(plan)")
      if sqlite {
        #expect(plan.description.contains("VIRTUAL TABLE INDEX"), "\(plan)")
      } else {
        #expect(plan.scanned.isEmpty, "\(plan)")
      }
    }
  }
}

import Domain
import Operations
import Persistence
import Testing

@Suite struct ReadingTests {
  @Test func `a case's journal comes in pages, with who and when`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    for text in ["a", "b", "c"] { try await desk.take(.comment, ["text": .text(text)], on: id, by: desk.gao) }
    var cursor: String?, items: [JournalItem] = []
    repeat {
      let page = try await desk.requests.journal(of: "SR-20261123-0001", after: cursor, limit: 2, by: desk.chen)
      #expect(page.items.count <= 2)
      items += page.items
      cursor = page.next
    } while cursor != nil
    #expect(items.map(\.event) == ["reported", "accepted", "commented", "commented", "commented"])
    #expect(items.map(\.version) == [1, 2, 3, 4, 5] && Set(items.map(\.stream)) == ["request/\(id)"])
    #expect(items[2].actor == "staff:\(desk.gao.staff!)" && items[2].actorName == "高" && items[2].body == #"{"text":"a"}"#)
    #expect(items[0].previousHash == "" && items[1].previousHash == items[0].hash)
    #expect(
      await desk.outcome { try await desk.requests.journal(of: id, after: nil, limit: 5, by: desk.doctor) }
        == "forbidden access.not-allowed")
    #expect(
      await desk.outcome { try await desk.requests.journal(of: id, after: nil, limit: 5, by: desk.partner) } == "missing access.not-found")
  }

  @Test func `changes go on where the reader stopped, and end in a place to ask from`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    var cursor: String?, positions: [Int64] = []
    while true {
      let page = try await desk.requests.changes(after: cursor, limit: 10, by: desk.administrator)
      if page.items.isEmpty { break }
      positions += page.items.map(\.position)
      cursor = page.next
    }
    #expect(positions == positions.sorted() && positions.count == Set(positions).count)
    #expect(try await desk.test.number("SELECT COUNT(*) FROM journal") == positions.count)
    try await desk.take(.accept, on: id)
    let more = try await desk.requests.changes(after: cursor, limit: 10, by: desk.administrator)
    #expect(more.items.map(\.event) == ["accepted"])
    #expect(await desk.outcome { try await desk.requests.changes(after: nil, limit: 1, by: desk.chen) } == "forbidden access.not-allowed")
  }

  @Test func `watchers hear of a change after it is on disk`() async throws {
    let desk = try await TestDesk()
    var heard = desk.test.company.watchers.changes().makeAsyncIterator()
    let id = try await desk.report()["id"].text
    #expect(await heard.next() == Watchers.Change(stream: "request/\(id)", version: 1))
    try await desk.take(.accept, on: id)
    #expect(await heard.next() == Watchers.Change(stream: "request/\(id)", version: 2))
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)["workOrders"][0]["id"].text
    #expect(await heard.next() == Watchers.Change(stream: "request/\(id)", version: 4))
    #expect(await heard.next() == Watchers.Change(stream: "work-order/\(order)", version: 1))
  }
}

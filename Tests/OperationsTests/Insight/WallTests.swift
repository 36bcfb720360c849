import Domain
import Foundation
import Persistence
import TestEngines
import Testing

@testable import Operations

/// The wall, its links, and the calendars of visits (INT-6).
@Suite struct WallTests {
  private func wall(_ desk: TestDesk) -> WallOperations { WallOperations(desk.requests) }

  @Test func `the wall counts what the board counts, the next to run out first, without contacts`() async throws {
    let desk = try await TestDesk()
    for index in 0..<12 {
      let id = try await desk.report()["id"].text
      if index < 3 { try await desk.take(.accept, on: id) }
      desk.test.pass(seconds: 60)
    }
    let seen = try await wall(desk).wall(branch: nil, by: desk.gao)
    #expect(seen.next.count == 10 && seen.tally.count(of: seen.filter) == 12)
    let due = seen.next.flatMap { $0.targets.filter(\.isOwed).map(\.reading.due).min().map { [$0] } ?? [] }
    #expect(due == due.sorted() && seen.next.allSatisfy { $0.contact.name == nil && $0.contact.phone == nil && $0.contact.id == nil })
    let branch = try await wall(desk).wall(branch: desk.branch, by: desk.gao)
    #expect(branch.branch == "余干服务站" && branch.tally.count(of: branch.filter) == 12)
    #expect(await desk.outcome { try await wall(desk).wall(branch: nil, by: desk.doctor) } == "forbidden access.not-allowed")
    #expect(await desk.outcome { try await wall(desk).wall(branch: "nowhere", by: desk.gao) } == "missing access.not-found")
  }

  @Test func `where many are late, the wall still shows what can be saved`() async throws {
    let desk = try await TestDesk()
    for _ in 0..<12 { _ = try await desk.report() }
    desk.at("11:30")
    var coming: [String] = []
    for _ in 0..<3 { coming.append(try await desk.report()["id"].text) }
    // Three are coming: seven late ones fill the ten rows.
    var seen = try await wall(desk).wall(branch: nil, by: desk.gao)
    #expect(seen.next.count == 10 && Set(seen.next.suffix(3).map(\.id)) == Set(coming) && seen.nextDue == monday("12:30"))
    for _ in 0..<9 { coming.append(try await desk.report()["id"].text) }
    seen = try await wall(desk).wall(branch: nil, by: desk.gao)
    #expect(seen.next.count == 10 && seen.next.filter { coming.contains($0.id) }.count == 6)
    #expect(seen.tally.groups(of: seen.filter)[.late] == 12)
  }

  @Test func `the wall names who is on duty now`() async throws {
    let desk = try await TestDesk()
    #expect(try await wall(desk).wall(branch: nil, by: desk.gao).onDuty.isEmpty)
    let shift: [String: FieldValue] = [
      "staff": desk.wang.id, "from": .instant(monday("09:00")), "to": .instant(monday("17:00")), "weeks": .integer(0),
    ]
    _ = try await RosterOperations(desk.test.company).plan(Fields(shift), Call(desk.gao))
    #expect(try await wall(desk).wall(branch: desk.branch, by: desk.gao).onDuty == [Wall.Duty(role: .engineer, names: ["王"])])
    desk.at("17:00")
    #expect(try await wall(desk).wall(branch: nil, by: desk.gao).onDuty.isEmpty)
  }

  @Test func `today's rate is of what was due today, so far`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.respond, on: id)
    _ = try await desk.report()
    #expect(try await wall(desk).wall(branch: nil, by: desk.gao).today == OnTimeCount(met: 1, missed: 0))
    desk.at("12:00")
    // Responding to the other and sending to both.
    #expect(try await wall(desk).wall(branch: nil, by: desk.gao).today == OnTimeCount(met: 1, missed: 3))
    #expect(try await wall(desk).wall(branch: nil, by: desk.gao).today.permille == 250)
    desk.at("36:00")
    #expect(try await wall(desk).wall(branch: nil, by: desk.gao).today.met == 0)
  }

  @Test func `a screen's link shows its branch until it is ended; only managers make one`() async throws {
    let desk = try await TestDesk()
    let wall = wall(desk), links = LinkOperations(desk.attachments)
    _ = try await desk.report()
    let link = try await wall.makeScreen(branch: desk.branch, by: desk.manager)
    #expect(link.token.count == 26)
    #expect(try await wall.wall(link: link.token).branch == "余干服务站")
    #expect(try await wall.screens(by: desk.manager).map(\.id) == [link.id])
    // It opens nothing else, and no other link opens the wall.
    #expect(await desk.outcome { try await VisitFeed(desk.requests).calendar(link.token, chinese: true) } == "missing link.closed")
    let badge = try await links.badge(of: desk.wang.staff!.text, by: desk.manager)
    #expect(await desk.outcome { try await wall.wall(link: badge.token) } == "missing link.closed")
    #expect(await desk.outcome { try await wall.makeScreen(branch: nil, by: desk.gao) } == "forbidden access.not-allowed")
    #expect(await desk.outcome { try await links.revoke(link.id, by: desk.gao) } == "forbidden access.not-allowed")
    try await links.revoke(link.id, by: desk.manager)
    #expect(await desk.outcome { try await wall.wall(link: link.token) } == "missing link.closed")
  }

  @Test(arguments: [
    ("回电 13807910001 找周主任", "回电 … 找周主任"), ("打0793-6221234", "打…"), ("报 E-1203，第 3 次", "报 E-1203，第 3 次"),
    ("138 0791 0001", "…"), ("", ""),
  ])
  func `a telephone number in a summary is not shown on a wall`(_ summary: String, _ shown: String) {
    #expect(Wall.shown(summary) == shown)
  }

  @Test func `visits stand in the engineer's calendar with place and machine, and nobody's telephone`() async throws {
    let desk = try await TestDesk(), feed = VisitFeed(desk.requests)
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let planned = FieldValue.instant(monday("13:15"))
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id, "plannedAt": planned], on: id, by: desk.gao)["workOrders"][0][
      "id"
    ].text
    let link = try await feed.renew(by: desk.wang)
    let text = try await feed.calendar(link.token, chinese: true)
    #expect(text.contains("DTSTART:20261123T051500Z\r\n") && text.contains("UID:\(order)@weibao\r\n"))
    #expect(text.contains("余干县人民医院") && text.contains("DR-3000") && !text.contains(TestDesk.phone) && !text.contains("周主任"))
    // Nothing happened: the same bytes, so nobody is sent them twice.
    desk.test.pass(seconds: 60)
    #expect(try await feed.calendar(link.token, chinese: true) == text)
    try await desk.take(.handBack, ["reason": "发烧"], order: order, by: desk.wang)
    let later = try await feed.calendar(link.token, chinese: true)
    #expect(later.contains("STATUS:CANCELLED") && later.contains("UID:\(order)@weibao") && later.contains("SEQUENCE:1\r\n"))
    // A new address ends the old one; so does leaving the company.
    let renewed = try await feed.renew(by: desk.wang)
    #expect(await desk.outcome { try await feed.calendar(link.token, chinese: true) } == "missing link.closed")
    #expect(try await feed.link(of: desk.wang)?.token == renewed.token)
    #expect(try await feed.link(of: desk.li) == nil)
    #expect(await desk.outcome { try await LinkOperations(desk.attachments).revoke(renewed.id, by: desk.li) } == "missing access.not-found")
    #expect(await desk.outcome { try await feed.renew(by: desk.chen) } == "forbidden access.not-allowed")
  }

  @Test func `an engineer's calendar is read by the index of work orders`() async throws {
    let desk = try await TestDesk()
    try await desk.test.company.database.read { db in
      let plan = try db.plan(of: VisitFeed.sql, [.text("x"), .integer(0), .integer(300)])
      #expect(plan.scanned == [] && plan.indexes.contains("work_order_engineer"), "\(plan)")
    }
  }

  @Test func `lines are folded at 75 octets, and no character is cut`() {
    let long = "DESCRIPTION:" + String(repeating: "余干县人民医院𠮷", count: 40)
    let lines = ICalendar.folded(long).components(separatedBy: "\r\n")
    #expect(lines.count > 10 && lines.allSatisfy { $0.utf8.count <= 75 })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") })
    #expect(lines.enumerated().map { $0.offset == 0 ? $0.element : String($0.element.dropFirst()) }.joined() == long)
    #expect(ICalendar.escaped("a;b,c\\d\ne\u{7}f") == #"a\;b\,c\\d\nef"#)
  }
}

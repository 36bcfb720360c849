import Domain
import Foundation
import HTTPTypes
import Operations
import Testing

@testable import Web

/// The board over the router, without script: forms, redirects, and two who are quick at once (INT-6).
@Suite struct BoardCallTests {
  private static let form = ("Content-Type", "application/x-www-form-urlencoded")
  private static let html = ("Accept", "text/html")

  /// Two engineers and a case that waits to be sent.
  private func waiting(_ caller: Caller) async throws -> (id: String, number: String, engineers: [String]) {
    var engineers: [String] = []
    for name in ["徐建军", "万志强"] {
      engineers.append(try await caller.post("/api/v1/staff", #"{"name":"\#(name)","role":"engineer"}"#).text("id"))
    }
    let answer = try await caller.post("/api/v1/requests", Caller.aReport)
    let id = try answer.text("id")
    _ = try await caller.post("/api/v1/requests/\(id)/accept")
    return (id, try answer.text("number"), engineers)
  }

  @Test func `a dispatcher chooses a case, sends somebody, and takes it back, all by forms`() async throws {
    try await TestDesk().serve { caller in
      let (_, number, engineers) = try await waiting(caller)
      let dispatcher = caller.by("dispatcher")
      let board = try await dispatcher.get("/board?state=to-send&case=\(number)", [Self.html])
      #expect(board.status == 200 && board.body.contains("徐建军") && board.body.contains("待派工"))
      let body =
        "request=\(number)&version=2&key=k&filter=state%3Dto-send&cursor=&engineer=\(engineers[0])@2026-11-23T04:00:00.000Z&plannedAt="
      let sent = try await dispatcher.call(.post, "/board/dispatch", body, [Self.form, Self.html])
      let location = try #require(sent.header("Location"))
      #expect(sent.status == 303 && location.hasPrefix("/board?state=to-send&case=\(number)&sent="), "\(sent.body)")
      let after = try await dispatcher.get(location, [Self.html])
      #expect(after.body.contains("派给 徐建军") && after.body.contains("今天 12:00"))
      let order = String(location.split(separator: "=").last!)
      let back = try await dispatcher.call(.post, "/board/undo", "order=\(order)&back=/board?case=\(number)", [Self.form, Self.html])
      #expect(back.status == 303 && back.header("Location") == "/board?case=\(number)&undone=\(order)")
      #expect(try await dispatcher.get("/board?case=\(number)&undone=\(order)", [Self.html]).body.contains("已撤回"))
      // A second press, or somebody who has left since: said, and nothing is done twice.
      let twice = try await dispatcher.call(.post, "/board/undo", "order=\(order)&back=https://evil.example", [Self.form, Self.html])
      #expect(twice.header("Location") == "/board?kept=\(order)")
    }
  }

  @Test func `who has set out is not called back by an undo`() async throws {
    try await TestDesk().serve { caller in
      let (id, number, engineers) = try await waiting(caller)
      let dispatcher = caller.by("dispatcher")
      let sent = try await dispatcher.post("/api/v1/requests/\(id)/dispatch", #"{"engineer":"\#(engineers[0])"}"#)
      #expect(sent.status == 200, "\(sent.body)")
      #expect(try await dispatcher.post("/api/v1/requests/\(id)/depart").status == 200)
      let order = try #require((sent.json["workOrders"] as? [[String: Any]])?.first?["id"] as? String)
      let back = try await dispatcher.call(.post, "/board/undo", "order=\(order)&back=/board?case=\(number)", [Self.form, Self.html])
      #expect(back.header("Location") == "/board?case=\(number)&kept=\(order)")
      #expect(try await dispatcher.get("/board?case=\(number)&kept=\(order)", [Self.html]).body.contains("不能撤回"))
      #expect(try await dispatcher.get("/api/v1/work-orders/\(order)").text("state") == "departed")
    }
  }

  @Test func `of two who send at once the second sees who was faster, and nobody is sent twice`() async throws {
    try await TestDesk().serve { caller in
      let (id, number, engineers) = try await waiting(caller)
      func body(_ engineer: String) -> String {
        "request=\(number)&version=2&filter=&cursor=&engineer=\(engineer)&plannedAt=2026-11-23T14:30"
      }
      let first = try await caller.by("dispatcher").call(.post, "/board/dispatch", body(engineers[0]), [Self.form, Self.html])
      #expect(first.status == 303, "\(first.body)")
      let second = try await caller.by("service-manager").call(.post, "/board/dispatch", body(engineers[1]), [Self.form, Self.html])
      #expect(second.status == 412)
      #expect(second.body.contains("10:42 已派给 徐建军") && second.body.contains(#"value="2026-11-23T14:30""#))
      #expect(try await caller.get("/api/v1/requests/\(id)").body.components(separatedBy: "\"engineer\":{").count == 2)
    }
  }

  @Test func `a view is kept under a name, counted as a tab, and removed`() async throws {
    try await TestDesk().serve { caller in
      let dispatcher = caller.by("dispatcher")
      let kept = try await dispatcher.call(
        .post, "/board/views", "name=%E5%A4%9C%E7%8F%AD%3Cb%3E&filter=urgency%3Demergency", [Self.form, Self.html])
      #expect(kept.header("Location") == "/board?urgency=emergency")
      let board = try await dispatcher.get("/board?urgency=emergency", [Self.html])
      #expect(board.body.contains("夜班&lt;b&gt; <small>0</small>"))
      let removal = try #require(board.body.firstMatch(of: /\/board\/views\/[0-9a-f-]+\/remove/)?.output)
      #expect(try await dispatcher.call(.post, String(removal), "", [Self.form, Self.html]).header("Location") == "/board")
      #expect(try await !dispatcher.get("/board", [Self.html]).body.contains("夜班"))
      #expect(try await dispatcher.get("/board?state=closed", [Self.html]).status == 422)
    }
  }

  @Test func `parts are read alone, rows by their ids`() async throws {
    try await TestDesk().serve { caller in
      let (id, number, _) = try await waiting(caller)
      let dispatcher = caller.by("dispatcher")
      let rows = try await dispatcher.get("/board/parts?part=rows&ids=\(id),x", [Self.html])
      #expect(rows.body.contains("id=\"r-\(id)\"") && !rows.body.contains("id=\"side\"") && !rows.body.contains("class=\"rail\""))
      #expect(try await !dispatcher.get("/board/parts?part=rows&ids=\(id)&kind=parts", [Self.html]).body.contains("id=\"r-"))
      let side = try await dispatcher.get("/board/parts?part=side,time&case=\(number)", [Self.html])
      #expect(side.body.contains("id=\"side\"") && side.body.contains("id=\"time\"") && !side.body.contains("id=\"tabs\""))
      #expect(try await dispatcher.get("/board/parts?part=side&case=SR-20260101-0001", [Self.html]).status == 404)
    }
  }
}

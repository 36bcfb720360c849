import Crypto
import Domain
import Foundation
import HTTPTypes
import Operations
import Testing

@testable import Web

/// The door for messages of chat systems, and the list of what came in (INT-1).
@Suite struct InboundWebTests {
  private static let secret = "a secret of the bridge", path = "/api/v1/inbound/wecom"

  private func desk(_ change: (inout InboundSettings) -> Void = { _ in }) async throws -> TestDesk {
    try await TestDesk(inbound: { change(&$0) }, channels: InboundChannels(["wecom": Self.secret]))
  }

  private static func signature(_ body: String, at seconds: Int64, secret: String = secret) -> String {
    HMAC<SHA256>.authenticationCode(for: Array("\(seconds).\(body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func send(
    _ body: String, _ caller: Caller, at seconds: Int64 = TestDesk.now.milliseconds / 1_000, signature: String? = nil, path: String = path
  ) async throws -> Answered {
    try await caller.by(nil).post(
      path, body,
      [("X-Weibao-Timestamp", String(seconds)), ("X-Weibao-Signature", signature ?? Self.signature(body, at: seconds))])
  }

  private static func message(_ id: String, _ more: String = "") -> String {
    #"{"id":"\#(id)","thread":"room-7","sender":{"id":"wx-1","name":"李敏","phone":"13900001111"},"text":"DR 不启动"\#(more)}"#
  }

  @Test func `a signed message becomes a case and is answered with its number; the same id again changes nothing`() async throws {
    let desk = try await desk()
    try await desk.serve { caller in
      let first = try await send(Self.message("m1"), caller), number = try first.text("requestNumber")
      #expect(first.status == 201 && number.hasPrefix("SR-20261123-"))
      let again = try await send(Self.message("m1"), caller)
      #expect(try again.status == 200 && again.text("requestNumber") == number)
      let next = try await send(Self.message("m2"), caller)
      #expect(try next.status == 200 && next.text("requestNumber") == number && next.text("state") == "joined")
      let found = try await caller.get("/api/v1/requests/\(number)")
      #expect(try found.text("channel") == "message" && found.text("summary") == "DR 不启动")
      #expect((found.json["contact"] as? [String: Any])?["phone"] as? String == "13900001111")
      let list = try await caller.get("/api/v1/inbound?sender=wx-1")
      #expect((list.json["items"] as? [[String: Any]])?.count == 2)
    }
  }

  @Test func `what is not signed, too old, or of no channel is 401 and told apart to nobody`() async throws {
    let desk = try await desk()
    try await desk.serve { caller in
      let now = TestDesk.now.milliseconds / 1_000, body = Self.message("m1")
      let answers = [
        try await send(body, caller, signature: Self.signature(body, at: now, secret: "another")),
        try await send(body, caller, signature: Self.signature(Self.message("m2"), at: now)),
        try await send(body, caller, signature: ""), try await send(body, caller, at: now - 301),
        try await send(body, caller, at: now + 301),
        try await send(body, caller, path: "/api/v1/inbound/nobody"), try await send("no JSON", caller, signature: "00"),
        try await caller.by(nil).post(Self.path, body),
      ]
      for answer in answers { #expect(try answer.status == 401 && answer.text("code") == "inbound.not-signed") }
      #expect(try await send(body, caller, at: now - 299).status == 201)
      for _ in 0..<OpenLimits.unknownOfAddress { _ = try await send(body, caller, signature: "00") }
      #expect(try await send(body, caller, signature: "00").status == 429)
      #expect(try await send(body, caller).status == 200, "who is signed is not slowed by who is not")
    }
  }

  @Test func `a signed body that is no message says what is wrong with it`() async throws {
    let desk = try await desk()
    try await desk.serve { caller in
      #expect(try await send("{", caller).status == 400)
      let wrong = try await send(#"{"id":"m1","sender":{},"texts":"x"}"#, caller)
      #expect(wrong.status == 422 && Set(wrong.errors.keys) == ["sender.id", "texts"])
      #expect(try await send(#"{"id":"m1","sender":{"id":"s"}}"#, caller).errors.keys.sorted() == ["text"])
    }
  }

  @Test func `a file comes along, an unknown serial number stands in the text, and a flood is held`() async throws {
    let desk = try await desk { $0.hourly = 1 }
    try await desk.serve { caller in
      let file = #"{"name":"故障记录.txt","data":"\#(Data("error 42".utf8).base64EncodedString())"}"#
      let first = try await send(Self.message("m1", #","serialNumber":"SN-404","files":[\#(file)]"#), caller)
      let number = try first.text("requestNumber"), found = try await caller.get("/api/v1/requests/\(number)")
      #expect(try found.text("description") == "【来信写的序列号 SN-404 没有登记】\nDR 不启动")
      let attached = try await caller.get("/api/v1/requests/\(number)/attachments")
      #expect((attached.json["items"] as? [[String: Any]])?.map { $0["name"] as? String } == ["故障记录.txt"])
      let held = try await send(Self.message("m9").replacing("room-7", with: "room-8"), caller)
      #expect(try held.status == 200 && held.text("state") == "held" && held.json["requestNumber"] is NSNull)
      let id = try held.text("id")
      let taken = try await caller.by("dispatcher").post("/api/v1/inbound/entries/\(try held.text("id"))/take")
      #expect(try taken.status == 200 && taken.text("state") == "taken")
      #expect(try await caller.post("/api/v1/inbound/entries/\(id)/dismiss").status == 409)
    }
  }

  @Test func `the page lists what came in, and both answers work without script`() async throws {
    let desk = try await desk { $0.hourly = 1 }
    try await desk.serve { caller in
      _ = try await send(Self.message("m1"), caller)
      let html = [("Accept", "text/html"), ("Cookie", "weibao-session=call-taker"), ("Sec-Fetch-Site", "same-origin")]
      let browser = caller.by(nil)
      var ids: [String] = []
      for number in 2...3 {
        let held = try await send(Self.message("m\(number)").replacing("room-7", with: "room-\(number + 10)"), caller)
        ids.append(try held.text("id"))
      }
      let page = try await browser.get("/inbound?state=held", html)
      #expect(page.status == 200 && page.body.contains("/inbound/\(ids[0])/take") && page.body.contains("这个发件人一小时内来得太多"))
      let raw = try await browser.get("/inbound/\(ids[0])/raw", html)
      #expect(
        raw.header("Content-Type") == "application/octet-stream" && raw.header("Content-Disposition")?.hasPrefix("attachment") == true)
      let form = html + [("Content-Type", "application/x-www-form-urlencoded")]
      let took = try await browser.call(.post, "/inbound/\(ids[0])/take", nil, form)
      #expect(took.status == 303 && took.header("Location")?.hasPrefix("/inbound?done=SR-") == true)
      #expect(try await browser.get(took.header("Location") ?? "", html).body.contains("已收下：SR-"))
      #expect(try await browser.call(.post, "/inbound/\(ids[1])/dismiss", nil, form).header("Location") == "/inbound?done=")
      let twice = try await browser.call(.post, "/inbound/\(ids[0])/take", nil, form)
      #expect(twice.status == 409 && twice.body.contains("这一条已有人处理"))
      let foreign = try await browser.call(.post, "/inbound/\(ids[1])/take", nil, [html[1], ("Sec-Fetch-Site", "cross-site")])
      #expect(foreign.status == 403)
      #expect(try await browser.get("/inbound?sender=nobody@x", html).body.contains("没有 nobody@x 的来信"))
    }
  }
}

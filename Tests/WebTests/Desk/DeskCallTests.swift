import Domain
import Foundation
import HTTPTypes
import Operations
import Testing

@testable import Web

@Suite struct DeskCallTests {
  private static let html = ("Accept", "text/html"), form = ("Content-Type", "application/x-www-form-urlencoded")

  private static func body(_ fields: [String: String]) -> String {
    fields.map { "\($0.key)=\(Address.escaped($0.value))" }.joined(separator: "&")
  }

  private static let call = [
    "key": "desk-k1", "name": "吴秋霞", "phone": "139 0000 2716", "scope": "down", "said": "曝光后无图像，控制台报 E-117。", "triedRestart": "1",
    "kind": "support", "urgency": "normal", "harm": "none", "channel": "hotline", "equipment": "", "customer": "", "place": "急诊 移动 DR",
  ]

  private static func send(_ caller: Caller, _ path: String, _ fields: [String: String]) async throws -> Answered {
    try await caller.call(.post, path, body(fields), [html, form])
  }

  @Test func `a call becomes one case, accepted, with its number to read back (INT-3, INT-4, INT-5)`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      let sent = try await Self.send(desk, "/desk", Self.call)
      #expect(sent.status == 303)
      let address = try #require(sent.header("Location"))
      #expect(address.hasPrefix("/desk?taken=SR-20261123-"))
      #expect(try await Self.send(desk, "/desk", Self.call).header("Location") == address, "sent twice, it is one case")
      let number = String(address.dropFirst("/desk?taken=".count))
      let taken = try await desk.get("/api/v1/requests/\(number)")
      #expect(try taken.text("state") == "accepted" && taken.text("channel") == "hotline")
      #expect(try taken.text("description") == "【停机】院内已经做过：重启\n设备：急诊 移动 DR\n曝光后无图像，控制台报 E-117。")
      let page = try await desk.get(address, [Self.html])
      #expect(page.status == 200 && page.body.contains(#"id="readback""#) && page.body.contains("<rt>幺</rt>"))
      let next = try await Self.send(desk, "/desk/taken/\(number)/read", [:])
      #expect(next.header("Location") == "/desk?fresh=1")
      #expect(try await desk.get("/api/v1/requests/\(number)/journal").body.contains("\"acknowledged\""))
    }
  }

  @Test func `what is missing is said beside it, and what was typed is there`() async throws {
    try await TestDesk().serve { caller in
      var fields = Self.call
      (fields["scope"], fields["phone"]) = (nil, "")
      let answer = try await Self.send(caller.by("call-taker"), "/desk", fields)
      #expect(answer.status == 422)
      #expect(answer.body.matches(of: /class="row wrong"/).count == 2)
      #expect(answer.body.contains("曝光后无图像，控制台报 E-117。</textarea>"))
    }
  }

  @Test func `a second call about a machine asks first, and may be noted on the open case`() async throws {
    try await TestDesk().serve { caller in
      let model = try await caller.post("/api/v1/models", #"{"name":"DR-1","manufacturer":"万东","category":"DR"}"#).text("id")
      let machine = try await caller.post("/api/v1/equipment", #"{"serialNumber":"SN-1","model":"\#(model)"}"#).text("id")
      let desk = caller.by("call-taker")
      var fields = Self.call
      fields["equipment"] = machine
      let first = try #require(try await Self.send(desk, "/desk", fields).header("Location"))
      let number = String(first.dropFirst("/desk?taken=".count))
      (fields["key"], fields["scope"]) = ("desk-k2", nil)
      let asked = try await Self.send(desk, "/desk", fields)
      #expect(asked.status == 422 && asked.body.contains(number) && asked.body.contains(#"value="new""#))
      #expect(asked.body.matches(of: /class="bad"/).count == 2, "all that is missing is said at once")
      (fields["join"], fields["harm"], fields["phone"]) = (number, "suspected", "0793-9")
      let again = try await Self.send(desk, "/desk", fields)
      #expect(again.header("Location") == "/desk?taken=\(number)&again=1")
      let after = try await desk.get("/api/v1/requests/\(number)")
      #expect(try after.text("harm") == "suspected")
      #expect(try await desk.get("/api/v1/requests/\(number)/journal").body.contains("吴秋霞（0793-9）来电"))
      #expect(try await caller.by("quality").get("/api/v1/notices").body.contains(number), "told to quality at once (BEY-2)")
      (fields["join"], fields["key"], fields["scope"]) = ("new", "desk-k3", "down")
      #expect(try await Self.send(desk, "/desk", fields).header("Location") != first)
    }
  }

  @Test func `for ten minutes a case is corrected on the spot`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      let address = try #require(try await Self.send(desk, "/desk", Self.call).header("Location"))
      let number = String(address.dropFirst("/desk?taken=".count))
      let page = try await desk.get("/desk?correct=\(number)", [Self.html])
      #expect(page.body.contains(#"action="/desk/correct/\#(number)""#) && page.body.contains(#"name="triedRestart" value="1" checked"#))
      var fields = Self.call
      (fields["urgency"], fields["key"]) = ("emergency", "desk-k9")
      #expect(try await Self.send(desk, "/desk/correct/\(number)", fields).header("Location") == address)
      #expect(try await desk.get("/api/v1/requests/\(number)").text("urgency") == "emergency")
    }
  }

  @Test func `a new hospital and machine are made within the call, and what may be the same is shown first`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      _ = try await caller.post("/api/v1/models", #"{"name":"DR-1","manufacturer":"万东","category":"DR"}"#)
      func new(_ fields: [String: String]) async throws -> Answered { try await Self.send(desk, "/desk/new", fields) }
      let made = try #require(try await new(["what": "customer", "name": "余干县人民医院", "key": "n1"]).header("Location"))
      #expect(made.hasPrefix("/desk?customer=") && made.hasSuffix("new=machine"))
      let alike = try await new(["what": "customer", "name": "余干县第一人民医院", "key": "n2"])
      #expect(alike.status == 200 && alike.body.contains(#"name="sure""#) && alike.body.contains("余干县人民医院"))
      #expect(try await desk.get("/api/v1/customers").body.contains("第一") == false, "nothing was made yet")
      #expect(try await new(["what": "customer", "name": "余干县第一人民医院", "key": "n3", "sure": "1"]).status == 303)
      let customer = String(made.dropFirst("/desk?customer=".count).prefix { $0 != "&" })
      let machine = try await new(
        ["what": "machine", "model": "DR-1", "serialNumber": "SN-7", "customer": customer, "department": "放射科", "key": "n4"])
      #expect(machine.header("Location")?.hasPrefix("/desk?equipment=") == true)
      let unknown = try await new(["what": "machine", "model": "没有", "serialNumber": "ZZ-99", "customer": customer, "key": "n5"])
      #expect(unknown.status == 422 && unknown.body.contains("row wrong"))
    }
  }

  @Test func `finds come as a part of a page while somebody types`() async throws {
    try await TestDesk().serve { caller in
      _ = try await Self.send(caller.by("call-taker"), "/desk", Self.call)
      let found = try await caller.by("call-taker").get("/desk/found?q=\(Address.escaped("无图像"))", [Self.html])
      #expect(found.status == 200 && found.body.contains("1123-0001") && !found.body.contains("<html"))
      #expect(try await caller.by("call-taker").get("/desk/found", [Self.html]).status == 200)
      for outsider in ["hospital", "partner"] {
        #expect(try await caller.by(outsider).get("/desk?find=a", [Self.html]).status == 403)
      }
    }
  }

  @Test func `a form that was typed and not sent comes back, and goes when it is sent (INT-4)`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      let kept = try await desk.call(.put, "/api/v1/desk/drafts/desk-k1", #"{"name":"吴秋霞","said":"曝光<b>后"}"#)
      #expect(kept.status == 204)
      #expect(try await desk.call(.put, "/api/v1/desk/drafts/desk-k1", #"{"other":"x"}"#).status == 422)
      let page = try await desk.get("/desk", [Self.html])
      #expect(
        page.body.contains(#"value="desk-k1""#) && page.body.contains("曝光&lt;b&gt;后</textarea>") && page.body.contains(#"id="draft-note""#))
      #expect(try await desk.get("/desk?fresh=1", [Self.html]).body.contains("/desk?draft=desk-k1"), "offered where another is begun")
      #expect(try await caller.by("dispatcher").get("/desk", [Self.html]).body.contains("draft-note") == false)
      let ofTheCase = try #require(page.body.firstMatch(of: /<form id="case-form"(.|\n)*?<\/form>/)).output.0
      #expect(
        ofTheCase.contains(#"data-changed="\#(TestDesk.now.milliseconds)""#), "the browser tells by it whether its own copy is the later")
      #expect(
        !ofTheCase.contains("/desk/drop") && ofTheCase.contains(#"form="drop-draft""#),
        "Enter presses the first button of a form, and throwing away is none of the case's")
      _ = try await Self.send(desk, "/desk", Self.call)
      #expect(try await desk.get("/api/v1/desk/drafts").body.contains("desk-k1") == false)
      _ = try await desk.call(.put, "/api/v1/desk/drafts/desk-k2", #"{"said":"不要了"}"#)
      #expect(try await Self.send(desk, "/desk/drop", ["key": "desk-k2", "said": "不要了"]).header("Location") == "/desk?fresh=1")
      #expect(try await desk.get("/desk", [Self.html]).body.contains("不要了") == false)
    }
  }

  private static func value(_ name: String, in body: String) throws -> String {
    String(try #require(body.firstMatch(of: try Regex(#"name="\#(name)" value="([^"]*)""#, as: (Substring, Substring).self))).output.1)
  }

  @Test func `a refused form is put right and sent again, and its draft goes along (INT-4)`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      _ = try await desk.call(.put, "/api/v1/desk/drafts/desk-k1", #"{"said":"曝光后无图像"}"#)
      var fields = Self.call
      fields["equipment"] = "no-such-machine"
      let refused = try await Self.send(desk, "/desk", fields)
      #expect(refused.status == 422)
      let key = try Self.value("key", in: refused.body)
      #expect(key != "desk-k1", "a refusal is kept under its key")
      let drafts = try await desk.get("/api/v1/desk/drafts").body
      #expect(drafts.contains(key) && !drafts.contains("desk-k1"))
      (fields["equipment"], fields["key"]) = ("", key)
      #expect(try await Self.send(desk, "/desk", fields).status == 303)
      #expect(try await desk.get("/api/v1/desk/drafts").body.contains(key) == false)
    }
  }

  @Test func `a refused hospital or machine is put right and sent again`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      _ = try await caller.post("/api/v1/customers", #"{"name":"余干县人民医院"}"#)
      // Said to be another, it still may not have the same name.
      var fields = ["what": "customer", "name": "余干县人民医院", "key": "n1", "sure": "1"]
      let refused = try await Self.send(desk, "/desk/new", fields)
      #expect(refused.status == 422)
      let form = try #require(refused.body.firstMatch(of: /<form class="fields in" id="new-form"(.|\n)*?<\/form>/)).output.0
      (fields["name"], fields["key"]) = ("进贤县中医院", try Self.value("key", in: String(form)))
      #expect(fields["key"] != "n1")
      #expect(try await Self.send(desk, "/desk/new", fields).status == 303)
    }
  }

  @Test func `the hospital that was chosen stays with the case while its machine is being made`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      let customer = try await caller.post("/api/v1/customers", #"{"name":"余干县人民医院"}"#).text("id")
      let page = try await desk.get("/desk?customer=\(customer)&new=machine", [Self.html])
      #expect(page.body.contains(#"<input type="hidden" name="customer" value="\#(customer)">"#))
      let form = try #require(page.body.firstMatch(of: /<form id="case-form"(.|\n)*?<\/form>/)).output.0
      #expect(try Self.value("customer", in: String(form)) == customer)
    }
  }

  @Test func `a machine is taken off the form though it is all that was found, but not off a case`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      let model = try await caller.post("/api/v1/models", #"{"name":"DR-1","manufacturer":"万东","category":"DR"}"#).text("id")
      let machine = try await caller.post("/api/v1/equipment", #"{"serialNumber":"SN-7001","model":"\#(model)"}"#).text("id")
      let found = try await desk.get("/desk?find=SN-7001", [Self.html])
      #expect(try Self.value("equipment", in: found.body) == machine)
      #expect(found.body.contains("/desk?find=SN-7001&amp;clear=1"))
      let cleared = try await desk.get("/desk?find=SN-7001&clear=1", [Self.html])
      #expect(try Self.value("equipment", in: cleared.body) == "" && cleared.body.contains(#"id="f-place""#))
      var fields = Self.call
      fields["equipment"] = machine
      let taken = try #require(try await Self.send(desk, "/desk", fields).header("Location"))
      let correction = try await desk.get("/desk?correct=\(taken.dropFirst("/desk?taken=".count))", [Self.html])
      #expect(correction.body.contains(#"id="about-machine""#) && !correction.body.contains("clear=1"))
    }
  }

  @Test func `what a colleague changed while a case was corrected is shown, and sent again it is saved`() async throws {
    try await TestDesk().serve { caller in
      let desk = caller.by("call-taker")
      let address = try #require(try await Self.send(desk, "/desk", Self.call).header("Location"))
      let number = String(address.dropFirst("/desk?taken=".count))
      let page = try await desk.get("/desk?correct=\(number)", [Self.html])
      var fields = Self.call  // with a key of its own, as every page has one
      for (_, name, value) in page.body.matches(of: /name="(was\.[^"]+|version)" value="([^"]*)"/).map(\.output) {
        fields[String(name)] = String(value).replacing("\n", with: "\r\n")
      }
      #expect(fields["was.urgency"] == "normal")
      let changed = try await caller.by("dispatcher").post(
        "/api/v1/requests/\(number)/change", #"{"urgency":"emergency","contact":{"name":"吴秋霞","phone":"0793-1"}}"#)
      #expect(changed.status == 200, "\(changed.body)")
      (fields["name"], fields["phone"]) = ("吴秋", "139 0000 2717")
      let stale = try await Self.send(desk, "/desk/correct/\(number)", fields)
      #expect(stale.status == 412)
      #expect(stale.body.contains("紧急改成了") && stale.body.contains("同事刚改成“0793-1”"))
      #expect(stale.body.contains(#"name="urgency" value="emergency" checked"#), "what only they changed is filled in")
      #expect(stale.body.contains(#"value="139 0000 2717""#) && stale.body.contains(#"value="吴秋""#), "what was typed stays")
      for name in ["key", "version", "was.urgency", "was.phone"] { fields[name] = try Self.value(name, in: stale.body) }
      fields["urgency"] = "emergency"
      let again = try await Self.send(desk, "/desk/correct/\(number)", fields)
      #expect(again.header("Location") == address, "\(again.body.matches(of: /role="alert".*|class="bad".*/).map(\.output))")
      let after = try await desk.get("/api/v1/requests/\(number)").body
      #expect(after.contains("139 0000 2717") && after.contains("emergency"))
    }
  }
}

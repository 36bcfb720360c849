import Domain
import Foundation
import HTTPTypes
import NIOCore
import Operations
import Testing

@testable import Web

/// Forms of the registers as a browser without scripts sends them.
@Suite struct RecordCallTests {
  private static func make(_ caller: Caller, _ register: String, _ body: String) async throws -> String {
    let answer = try await caller.post("/api/v1/\(register)", body)
    #expect(answer.status == 201, "\(answer.body)")
    return try answer.text("id")
  }

  @Test func `a record is made from names, and shown`() async throws {
    try await TestDesk().serve { caller in
      let customer = try await Self.make(caller, "customers", #"{"name":"余干县人民医院"}"#)
      let site = try await Self.make(caller, "sites", #"{"customer":"\#(customer)","name":"门诊楼"}"#)
      _ = try await Self.make(caller, "models", #"{"name":"DR-3000","manufacturer":"万东","category":"DR"}"#)
      let made = try await caller.form(
        "/registers/equipment",
        ["serialNumber": "SN-7", "model": "DR-3000", "customer": "余干县人民医院", "site": "门诊楼", "installedOn": "2026-01-31", "key": "k1"])
      #expect(made.status == 303, "\(made.body)")
      let page = try await caller.get(try #require(made.header("Location")))
      #expect(page.body.contains("SN-7") && page.body.contains("保修到 2027-01-31") && page.body.contains("已建档"))
      #expect(page.body.contains("/registers/sites/\(site)"))
      // A second press of the same button makes no second one.
      let pressed = try await caller.form(
        "/registers/equipment",
        ["serialNumber": "SN-7", "model": "DR-3000", "customer": "余干县人民医院", "site": "门诊楼", "installedOn": "2026-01-31", "key": "k1"])
      #expect(pressed.status == 303 && pressed.header("Location") == made.header("Location"))
      let again = try await caller.form(
        "/registers/equipment",
        [
          "serialNumber": "SN-7", "model": "DR-3000", "customer": "余干县人民医院", "site": "门诊楼", "installedOn": "2026-01-31", "key": "k2",
          "sure": "true",
        ])
      #expect(again.status == 422 && again.body.contains("已经有一条用了这个值"))
    }
  }

  @Test func `what is wrong is said beside the field, and what was typed stays`() async throws {
    try await TestDesk().serve { caller in
      let answer = try await caller.form(
        "/registers/staff",
        ["name": "<b>王</b>", "experienceYears": "many", "certificates.0.name": "DR", "certificates.0.expires": "soon", "skills": "DR\nCT"])
      #expect(answer.status == 422)
      #expect(answer.body.contains("&lt;b&gt;王&lt;/b&gt;") && answer.body.contains("DR\nCT</textarea>"))
      for field in ["role", "experienceYears", "certificates.0.expires"] { #expect(answer.body.contains("id=\"p-\(field)\""), "\(field)") }
      #expect(answer.body.matches(of: /\ autofocus/).count == 1)
    }
  }

  @Test func `a name that several have is asked for, and the answer is taken`() async throws {
    try await TestDesk().serve { caller in
      let one = try await Self.make(caller, "customers", #"{"name":"万年县中医院"}"#)
      _ = try await Self.make(caller, "customers", #"{"name":"余干县中医院"}"#)
      let asked = try await caller.form("/registers/sites", ["customer": "中医院", "name": "本部"])
      #expect(asked.status == 422 && asked.body.contains("type=\"radio\"") && asked.body.contains(one))
      let taken = try await caller.form(
        "/registers/sites", ["customer": "中医院", "customer.asked": "中医院", "customer.pick": one, "name": "本部"])
      #expect(taken.status == 303)
      #expect(try await caller.get("/api/v1/sites").body.contains(one))
      let nobody = try await caller.form("/registers/sites", ["customer": "没有这家", "name": "本部"])
      #expect(nobody.body.contains("没有在用的记录叫这个名字"))
    }
  }

  @Test func `what may be there already is shown before another is made (ORG-2)`() async throws {
    try await TestDesk().serve { caller in
      let customer = try await Self.make(caller, "customers", #"{"name":"余干县人民医院"}"#)
      _ = try await Self.make(caller, "contacts", #"{"customer":"\#(customer)","name":"周","phone":"13800000001"}"#)
      let typed = ["customer": "余干县人民医院", "name": "周敏", "phone": "13800000001"]
      let warned = try await caller.form("/registers/contacts", typed)
      #expect(warned.status == 409 && warned.body.contains("可能已经有了") && warned.body.contains("value=\"周敏\""))
      let made = try await caller.form("/registers/contacts", typed.merging(["sure": "true"]) { $1 })
      #expect(made.status == 303)
    }
  }

  @Test func `two people change one record: nothing is overwritten, both sides are shown, and what was typed stays`() async throws {
    try await TestDesk().serve { caller in
      let id = try await Self.make(caller, "branches", #"{"code":"YG","name":"余干服务站","district":"余干县","phone":"1"}"#)
      let theirs = try await caller.call(
        .patch, "/api/v1/branches/\(id)", #"{"phone":"2","name":"余干站"}"#, [("If-Match", "\"1\"")])
      #expect(theirs.status == 200)
      let mine = ["code": "YG", "name": "余干服务中心", "district": "余干县", "phone": "1", "version": "1", "key": "k"]
      let answer = try await caller.form("/registers/branches/\(id)/edit", mine)
      #expect(answer.status == 409 && answer.body.contains("两人都改了"))
      #expect(answer.body.contains("余干站") && answer.body.contains("value=\"余干服务中心\""))
      // Only they changed the phone: it is taken over.
      #expect(answer.body.contains("name=\"phone\" value=\"2\""))
      #expect(answer.body.contains("name=\"version\" value=\"2\""))
      let saved = try await caller.form(
        "/registers/branches/\(id)/edit", mine.merging(["phone": "2", "version": "2", "key": "k2"]) { $1 })
      #expect(saved.status == 303)
      #expect(try await caller.get("/api/v1/branches/\(id)").text("name") == "余干服务中心")
    }
  }

  @Test func `archive, restore and retire say what they did; history tells it`() async throws {
    try await TestDesk().serve { caller in
      let model = try await Self.make(caller, "models", #"{"name":"DR-3000","manufacturer":"万东","category":"DR"}"#)
      let id = try await Self.make(caller, "equipment", #"{"serialNumber":"SN-1","model":"\#(model)"}"#)
      let page = "/registers/equipment/\(id)"
      #expect(try await caller.form("\(page)/retire", ["version": "1", "key": "a"]).status == 303)
      #expect(try await caller.form("\(page)/archive", ["version": "2", "key": "b"]).status == 303)
      let stale = try await caller.form("\(page)/restore", ["version": "2", "key": "c"])
      #expect(stale.status == 412 && stale.body.contains("没有保存"))
      #expect(try await caller.form("\(page)/restore", ["version": "3", "key": "d"]).status == 303)
      let shown = try await caller.get(page, [("Accept-Language", "zh")]).body
      for words in ["报废", "归档", "恢复使用", "<del>在用</del>"] { #expect(shown.contains(words), "\(words)") }
    }
  }

  @Test func `a merge is looked at first, then done, and can be undone (ORG-5)`() async throws {
    try await TestDesk().serve { caller in
      let twin = try await Self.make(caller, "customers", #"{"name":"余干县医院"}"#)
      let other = try await Self.make(caller, "customers", #"{"name":"余干县人民医院"}"#)
      let page = "/registers/customers/\(twin)"
      let preview = try await caller.form("\(page)/merge", ["into": "余干县人民医院", "reason": "同一块牌子", "version": "1", "key": "a"])
      #expect(preview.status == 200 && preview.body.contains("以后用“余干县人民医院”"))
      #expect(try await caller.get("/api/v1/customers/\(twin)").body.contains(#""mergedInto":null"#))
      #expect(preview.body.contains(#"name="seen" value="\#(other)""#))
      let third = try await Self.make(caller, "customers", #"{"name":"进贤县人民医院"}"#)
      let sure = ["reason": "同一块牌子", "sure": "true", "version": "1", "seen": other]
      let changed = try await caller.form("\(page)/merge", sure.merging(["into": "进贤县人民医院", "key": "b"]) { $1 })
      #expect(changed.status == 200 && changed.body.contains(#"name="seen" value="\#(third)""#), "another than was shown is shown first")
      #expect(changed.body.contains("以后用“进贤县人民医院”"))
      #expect(try await caller.get("/api/v1/customers/\(twin)").body.contains(#""mergedInto":null"#))
      let done = try await caller.form(
        "\(page)/merge",
        sure.merging(["into": "余干县人民医院", "into.id": other, "into.was": "余干县人民医院", "key": "b2"]) { $1 })
      #expect(done.status == 303 && done.header("Location") == "/registers/customers/\(other)?done=merged")
      #expect(try await caller.get(page).body.contains("这条已并入另一条"))
      #expect(try await caller.form("\(page)/unmerge", ["reason": "看错了", "version": "2", "key": "c"]).status == 303)
      #expect(try await caller.get("/api/v1/customers/\(twin)").body.contains(#""mergedInto":null"#))
    }
  }

  @Test func `who may not change a register gets no form of it, and an unknown register is no page`() async throws {
    try await TestDesk().serve { caller in
      let unknown = try await caller.get("/registers/nothing")
      #expect(unknown.status == 404)
      for path in ["/registers/staff/new", "/registers/branches/new"] { #expect(try await caller.by("call-taker").get(path).status == 403) }
      #expect(try await caller.by("call-taker").form("/registers/staff", ["name": "x", "role": "engineer"]).status == 403)
      #expect(try await caller.by("finance").get("/registers/customers/new").status == 403)
      #expect(try await caller.by("hospital").get("/registers/staff").status == 404)
    }
  }

  @Test func `a list is searched, filtered and sorted by its address`() async throws {
    try await TestDesk().serve { caller in
      for name in ["甲医院", "乙医院"] { _ = try await Self.make(caller, "customers", #"{"name":"\#(name)"}"#) }
      _ = try await Self.make(caller, "customers", #"{"name":"丙诊所","kind":"clinic"}"#)
      func names(_ query: String) async throws -> [String] {
        try await caller.get("/registers/customers\(query)").body.matches(of: /class="open" href="[^"]+">([^<]+)</).map { String($0.1) }
      }
      #expect(Set(try await names("")) == ["丙诊所", "乙医院", "甲医院"])
      #expect(try await names("?sort=name") == ["丙诊所", "乙医院", "甲医院"].sorted())
      #expect(try await names("?kind=clinic") == ["丙诊所"])
      #expect(try await names("?find=yyy") == ["乙医院"])
      #expect(try await caller.get("/registers/customers?sort=address").status == 422)
    }
  }
}

extension Caller {
  /// A form as a browser posts it.
  func form(_ path: String, _ values: [String: String]) async throws -> Answered {
    let body = values.sorted { $0.key < $1.key }.map { "\(Address.escaped($0.key))=\(Address.escaped($0.value))" }.joined(separator: "&")
    return try await call(
      .post, path, body, [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html"), ("Accept-Language", "zh")])
  }
}

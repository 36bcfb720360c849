import Domain
import Foundation
import HTTPTypes
import NIOCore
import Operations
import Persistence
import Testing

@testable import Web

/// Files in and out of the registers as a browser without scripts sends and gets them.
@Suite struct ImportCallTests {
  private static let boundary = "x-boundary"

  private static func upload(
    _ caller: Caller, _ path: String, _ text: String, name: String = "医院<b>.csv", token: String? = nil, _ more: [(String, String)] = []
  )
    async throws -> Answered
  {
    let field = token.map { "--\(boundary)\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n\($0)\r\n" } ?? ""
    let body =
      field + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n\(text)\r\n--\(boundary)--\r\n"
    return try await caller.call(
      .post, path, body,
      [("Content-Type", "multipart/form-data; boundary=\(boundary)"), ("Accept", "text/html"), ("Accept-Language", "zh")] + more)
  }

  /// The administrator of the tests is in no register; an import asks it again when it is done.
  private static func account(_ desk: TestDesk) async throws {
    try await desk.company.database.write { db in
      _ = try db.execute(
        "INSERT INTO staff (id, version, archived, role) VALUES ('staff-administrator', 1, ?, 'administrator')", [.bool(false)])
      _ = try db.execute(
        "INSERT INTO account (staff, name, password, disabled, created_at, changed_at) VALUES ('staff-administrator', 'a', '', ?, 0, 0)",
        [.bool(false)])
    }
  }

  @Test func `a file is sent, looked at, shown line by line and applied (ORG-2)`() async throws {
    let desk = try await TestDesk()
    try await Self.account(desk)
    let runner = ImportRunner(desk.web.imports)
    try await desk.serve { caller in
      let sent = try await Self.upload(caller, "/registers/customers/import", "客户名称,类型\n甲医院,医院\n<script>alert(1)</script>,飞船\n")
      #expect(sent.status == 303, "\(sent.body)")
      let page = try #require(sent.header("Location"))
      let waiting = try await caller.get(page).body
      #expect(waiting.contains("http-equiv=\"refresh\"") && waiting.contains("医院&lt;b&gt;.csv"))
      try await runner.work()
      let shown = try await caller.get(page).body
      #expect(shown.contains("“飞船”不在可选之列") && shown.contains("只导入对的 1 行，留下 1 行") && !shown.contains("<script>alert"))
      #expect(!shown.contains("导入这 1 行"))
      let refused = try await caller.get("\(page)/refused")
      #expect(
        refused.status == 200 && refused.header("Content-Disposition")?.hasPrefix("attachment") == true && refused.body.contains("飞船"))
      #expect(try await caller.form("\(page)/apply", [:]).status == 409)
      #expect(try await caller.form("\(page)/apply", ["skip": "true"]).status == 303)
      #expect(try await caller.get(page).body.contains("等待导入"))
      try await runner.work()
      #expect(try await caller.get(page).body.contains("导入完成"))
      #expect(try await caller.get("/registers/customers").body.contains("甲医院"))
      #expect(try await caller.get("/registers/customers/import").body.contains("医院&lt;b&gt;.csv"))
      #expect(try await caller.form("\(page)/discard", [:]).status == 303)
      #expect(try await caller.get(page, [("Accept", "text/html")]).status == 404)
    }
  }

  @Test func `a file from a foreign page is refused, and so is what is no form`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let cookie = [("Cookie", "weibao-session=administrator"), ("Sec-Fetch-Site", "same-origin")]
      let path = "/registers/customers/import", nobody = caller.by(nil)
      let stolen = try await Self.upload(nobody, path, "name\nx\n", token: "stolen", cookie)
      #expect(stolen.status == 403)
      #expect(try await Self.upload(nobody, path, "name\nx\n", cookie).status == 403)
      #expect(try await Self.upload(nobody, path, "name\nx\n", token: PageToken.make(session: "administrator"), cookie).status == 303)
      #expect([400, 415, 422].contains(try await caller.form(path, ["file": "x"]).status))
      #expect(try await Self.upload(caller.by("finance"), path, "name\nx\n").status == 403)
      #expect(try await Self.upload(caller.by("call-taker"), "/registers/staff/import", "name\nx\n").status == 403)
    }
  }

  @Test func `templates and exports are files that an import reads again`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let template = try await caller.get("/registers/equipment/import/template")
      #expect(template.body.hasPrefix("\u{FEFF}序列号,型号") && template.header("Content-Type") == "text/csv; charset=utf-8")
      #expect(try await caller.get("/registers/equipment/import/template?lang=en").body.hasPrefix("\u{FEFF}serialNumber,model"))
      for (name, kind) in [("甲医院", "hospital"), ("=乙诊所", "clinic")] {
        _ = try await caller.post("/api/v1/customers", #"{"name":"\#(name)","kind":"\#(kind)"}"#)
      }
      let all = try await caller.get("/registers/customers/export").body
      #expect(all.contains("甲医院") && all.contains("'=乙诊所"), "a spreadsheet computes nothing")
      let some = try await caller.get("/registers/customers/export?kind=clinic").body
      #expect(!some.contains("甲医院") && some.contains("乙诊所"))
      #expect(try await caller.by("call-taker").get("/registers/customers/export").status == 403)
    }
  }

  @Test func `accounts are made, shown their password once, and locked`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let made = try await caller.form("/registers/users", ["signInName": "wang", "name": "<b>王强</b>", "role": "engineer"])
      #expect(made.status == 200 && made.header("Cache-Control") == "no-store" && made.body.contains("&lt;b&gt;王强"))
      let secret = try #require(made.body.firstMatch(of: /<output class="secret-text">([^<]+)</)?.1)
      let page = try #require(made.body.firstMatch(of: /action="(\/registers\/users\/[^"]+)\/lock"/)?.1)
      #expect(try await !caller.get(String(page)).body.contains(secret))
      #expect(try await caller.form("\(page)/lock", [:]).header("Location") == "\(page)?done=locked")
      #expect(try await caller.get(String(page)).body.contains("重新启用"))
      #expect(try await caller.get("/registers/users?find=wa").body.contains("wang"))
      let twice = try await caller.form("/registers/users", ["signInName": "wang", "role": "engineer", "password": "my own password"])
      #expect(twice.status == 409 && twice.body.contains("value=\"wang\"") && !twice.body.contains("my own password"))
      #expect(try await caller.form("/registers/users", ["signInName": "li"]).status == 422)
      #expect(try await caller.form("\(page)/password", ["password": "short"]).status == 422)
      #expect(try await caller.by("general-manager").get("/registers/users").status == 403)
    }
  }
}

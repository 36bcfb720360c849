import Domain
import HTTPTypes
import Testing

@testable import Operations
@testable import Web

/// Pages for people outside, with and without a link that opens anything.
@Suite struct HospitalPageTests {
  /// A machine with a label, a case of it with a link, a badge; and the same of another hospital.
  private struct Outside {
    let desk: TestDesk
    let label, link, badge: LinkView
    let number, id: String

    init() async throws {
      let desk = try await TestDesk()
      self.desk = desk
      func make(_ register: Register, _ values: [String: FieldValue]) async throws -> String {
        let answer = try await RegisterOperations(desk.company).create(register, Fields(values), Call(.system))
        return try JSONValue(parsing: answer.body)["id"]?.text ?? ""
      }
      let hospital = try await make(.customers, ["name": .text("余干县人民医院")])
      let model = try await make(.models, ["name": .text("DX-560"), "manufacturer": .text("万东"), "category": .text("DR")])
      let machine = try await make(
        .equipment, ["serialNumber": .text("SN-1"), "model": .text(model), "customer": .text(hospital)])
      let engineer = try await make(.staff, ["name": .text("徐建军"), "role": .text("engineer"), "badgeNumber": .text("XP 0286")])
      let links = desk.web.links
      self.label = try await links.labels(for: [machine], by: .system)[0].link
      badge = try await links.badge(of: engineer, by: .system)
      let answer = try await desk.web.requests.report(
        Fields([
          "kind": .text("support"), "summary": .text("内部的话"), "equipment": .text(machine),
          "contact": .object(Fields(["name": .text("吴秋霞"), "phone": .text("0793-1")])),
        ]), Call(.system))
      let id = try JSONValue(parsing: answer.body)["id"]?.text ?? ""
      self.id = id
      number = try JSONValue(parsing: answer.body)["number"]?.text ?? ""
      link = try await links.makeCaseLink(for: id, by: .system)
    }
  }

  static let form = ("Content-Type", "application/x-www-form-urlencoded"), html = ("Accept", "text/html")

  private func routes(_ desk: TestDesk) throws -> [PageRoutes.Route] {
    try PageRoutes(
      services: desk.web, guard: Guard(authenticator: desk.web.authenticator), configuration: WebConfiguration(),
      logger: desk.company.logger
    ).hospitalRoutes
  }

  @Test(arguments: Language.allCases)
  func `every page is whole in both languages, secret towards other sites, and without a cookie`(_ language: Language) async throws {
    let outside = try await Outside(), c = "/c/\(outside.link.token)"
    try await outside.desk.serve { caller in
      let nobody = caller.by(nil)
      for path in ["/m/\(outside.label.token)", c, "\(c)/badge", "\(c)/message", "/b/\(outside.badge.token)", "/c/nothing"] {
        let answer = try await nobody.get(path, [Self.html, ("Accept-Language", language.rawValue)])
        #expect(answer.status == (path == "/c/nothing" ? 404 : 200), "\(path)")
        PageCheck.expectWhole(answer.body, language)
        #expect(answer.header("Referrer-Policy") == "no-referrer" && answer.header("X-Robots-Tag") == "noindex, nofollow")
        #expect(answer.header("Cache-Control") == "no-store" && answer.header("Set-Cookie") == nil)
        #expect(answer.body.contains("tel:079100000000"))
        // Nothing of the one who reported it, of colleagues' words, or of who reads it.
        for secret in ["吴秋霞", "0793-1", "内部的话", outside.id] { #expect(!answer.body.contains(secret), "\(path) \(secret)") }
      }
    }
  }

  @Test func `every open route answers an unknown, a revoked and a foreign token alike, and changes nothing`() async throws {
    let outside = try await Outside(), all = try routes(outside.desk)
    try await outside.desk.web.links.revoke(outside.link.id, by: .system)
    let unknown = "0123456789abcdefghjkmnpqrs"
    try await outside.desk.serve { caller in
      for (index, route) in all.enumerated() {
        let own = route.path.hasPrefix("/m/") ? outside.label : route.path.hasPrefix("/b/") ? outside.badge : outside.link
        let foreign = [outside.label, outside.link, outside.badge].filter { $0.kind != own.kind }.map(\.token)
        let tokens = [unknown, foreign[index % 2]] + (own.kind == .request ? [own.token] : [])
        for token in tokens {
          let path = route.path.replacing("{token}", with: token)
          let answer = try await caller.by(nil).call(
            route.method, path, route.method == .post ? "contact=a&trouble=down&phone=1&text=x&reason=y" : nil,
            [Self.html] + (route.method == .post ? [Self.form] : []) + [("X-Forwarded-For", "10.0.\(index).1")])
          #expect([404, 429].contains(answer.status), "\(route.method) \(path)")
          #expect(!answer.body.contains("SN-1") && !answer.body.contains(outside.number), "\(path)")
        }
      }
      let untouched = try await caller.get("/api/v1/requests/\(outside.id)")
      #expect(untouched.body.contains("\"version\":1,"))
    }
  }

  @Test func `a report in one form leads to the case, and says what is missing without losing what was typed`() async throws {
    let outside = try await Outside(), m = "/m/\(outside.label.token)"
    try await outside.desk.serve { caller in
      let nobody = caller.by(nil)
      let refused = try await nobody.post(
        m, "key=a&trouble=down&text=%E6%9B%9D%E5%85%89%22%3E%3Cscript%3E", [Self.html, Self.form, ("Accept-Language", "zh")])
      #expect(refused.status == 422)
      #expect(refused.body.contains("请写一个能找到您的电话") && refused.body.contains("曝光&quot;&gt;&lt;script&gt;"))
      #expect(!refused.body.contains("<script>"))
      let body = "key=b&trouble=faulty&text=%3Cscript%3Ealert(1)%3C/script%3E&phone=139&waiting=true"
      let taken = try await nobody.post(m, body, [Self.html, Self.form])
      #expect(taken.status == 303)
      let place = try #require(taken.header("Location"))
      #expect(place.hasPrefix("/c/") && !place.contains(outside.link.token))
      // The same press again leads to the same case.
      #expect(try await nobody.post(m, body, [Self.html, Self.form]).header("Location") == place)
      let page = try await nobody.get(place, [Self.html, ("Accept-Language", "zh")])
      #expect(page.body.contains("报上去了") && !page.body.contains("<script>alert"))
      // Who scans the label next is told that it is known, and nothing else.
      let again = try await nobody.get(m, [Self.html, ("Accept-Language", "zh")])
      #expect(again.body.contains("已经报过") && !again.body.contains("alert(1)") && !again.body.contains("139"))
      let list = try await caller.get("/api/v1/requests?sort=-reportedAt")
      #expect(list.body.contains("能用但不对：<script>") || list.body.contains("能用但不对："))
    }
  }

  @Test func `a photo that is refused takes no word along`() async throws {
    let outside = try await Outside()
    let multipart = ("Content-Type", "multipart/form-data; boundary=x")
    func part(_ head: String, _ body: String) -> String { "--x\r\nContent-Disposition: form-data; \(head)\r\n\r\n\(body)\r\n" }
    let body =
      part("name=\"key\"", "k") + part("name=\"text\"", "门锁着") + part("name=\"photo\"; filename=\"a.jpg\"", "MZ no picture") + "--x--\r\n"
    try await outside.desk.serve { caller in
      let answer = try await caller.by(nil).post("/c/\(outside.link.token)/message", body, [Self.html, multipart])
      #expect((400..<500).contains(answer.status) && answer.body.contains("门锁着"))
      // An empty part is a photo that was not chosen.
      let none = body.replacing("MZ no picture", with: "").replacing("a.jpg", with: "")
      #expect(try await caller.by(nil).post("/c/\(outside.link.token)/message", none, [Self.html, multipart]).status == 303)
    }
  }

  @Test func `another site's form is refused, a browser that says nothing is not`() async throws {
    let outside = try await Outside(), c = "/c/\(outside.link.token)/message"
    try await outside.desk.serve { caller in
      let from: [([(String, String)], Int)] = [
        ([("Origin", "https://evil.example")], 403), ([("Sec-Fetch-Site", "cross-site")], 403),
        ([("Origin", "null"), ("Sec-Fetch-Site", "cross-site")], 403),
        // A page that sends no Referer sends its own forms with `Origin: null`.
        ([("Origin", "null"), ("Sec-Fetch-Site", "same-origin")], 303), ([("Origin", "null")], 303), ([], 303),
      ]
      for (headers, status) in from {
        let answer = try await caller.by(nil).post(c, "text=hello", [Self.html, Self.form] + headers)
        #expect(answer.status == status, "\(headers)")
      }
    }
  }

  @Test func `a session's cookie changes nothing: the holder is the link, whoever is signed in`() async throws {
    let outside = try await Outside()
    try await outside.desk.serve { caller in
      let answer = try await caller.by(nil).post(
        "/c/\(outside.link.token)/message", "text=hello",
        [Self.html, Self.form, ("Cookie", "weibao-session=administrator"), ("Sec-Fetch-Site", "same-origin")])
      #expect(answer.status == 303)
      let journal = try await caller.get("/api/v1/requests/\(outside.id)/journal")
      #expect(journal.body.contains("link:\(outside.link.id)"))
    }
  }

  @Test func `the hospital says yes or no to a remedy and to a remote session; each is on record as the link's (FLT-3, REM-2)`()
    async throws
  {
    let outside = try await Outside(), c = "/c/\(outside.link.token)", r = "/api/v1/requests/\(outside.id)"
    try await outside.desk.serve { caller in
      let nobody = caller.by(nil), zh = [Self.html, Self.form, ("Accept-Language", "zh")]
      // Nothing is asked yet: the page leads back, and nobody agrees to nothing.
      #expect(try await nobody.get("\(c)/agree", [Self.html]).status == 303)
      for (step, body) in [("accept", "{}"), ("propose", #"{"remedy":"换板<script>"}"#)] {
        #expect(try await caller.post("\(r)/\(step)", body).status == 200)
      }
      for page in ["agree", "decline", "consent"] {
        let answer = try await nobody.get("\(c)/\(page)", [Self.html, ("Accept-Language", "zh")])
        #expect(answer.status == 200 && !answer.body.contains("<script>"), "\(page)")
        PageCheck.expectWhole(answer.body, .zh)
      }
      let shown = try await nobody.get("\(c)/agree", [Self.html]).body
      let seen = try #require(shown.firstMatch(of: /name="seen" value="(\d+)"/)).1
      #expect(try await nobody.post("\(c)/decline", "key=a&seen=\(seen)&reason=", zh).status == 422)
      // To another remedy than the one on the page nobody says yes or no.
      #expect(try await nobody.post("\(c)/agree", "key=x&seen=1&contact=a", zh).body.contains("方案刚刚换过"))
      #expect(try await nobody.post("\(c)/decline", "key=y&seen=1&reason=a", zh).status == 409)
      #expect(
        try await nobody.post("\(c)/decline", "key=a&seen=\(seen)&reason=%E5%85%88%E9%97%AE%E9%99%A2%E9%95%BF", zh).header("Location")
          == "\(c)?done=decline")
      #expect(try await nobody.post("\(c)/consent", "key=b", zh).header("Location") == "\(c)?done=consent")
      let clear = try await caller.post("\(r)/clear", #"{"cause":"hardware","remedy":"x"}"#)
      #expect(clear.status == 409, "a no is no yes")
      #expect(try await nobody.post("\(c)/agree", "key=c&seen=\(seen)&contact=", zh).status == 422)
      #expect(try await nobody.post("\(c)/agree", "key=c&seen=\(seen)&contact=%E5%88%98", zh).header("Location") == "\(c)?done=agree")
      #expect(try await caller.post("\(r)/clear", #"{"cause":"hardware","remedy":"x"}"#).status == 200)
      let confirm = try await nobody.get("\(c)/confirm", [Self.html, ("Accept-Language", "en")])
      PageCheck.expectWhole(confirm.body, .en)
      #expect(
        try await nobody.post("\(c)/confirm", "key=d&contact=%E5%88%98&rating=5&signature=", zh).header("Location") == "\(c)?done=confirm")
      // Once more is told calmly, on the page of the case.
      #expect(try await nobody.post("\(c)/confirm", "key=e&contact=%E5%88%98&rating=1", zh).status == 409)
      let journal = try await caller.get("\(r)/journal").body
      for said in ["先不修：先问院长", "允许远程操作这一次", "\"rating\":5"] { #expect(journal.contains(said), "\(said)") }
    }
  }

  @Test func `too many calls of one link are 429 with words and a time`() async throws {
    let outside = try await Outside(), c = "/c/\(outside.link.token)/message"
    try await outside.desk.serve { caller in
      let nobody = caller.by(nil)
      for _ in 0..<OpenLimits.writesOfLink { #expect(try await nobody.post(c, "text=", [Self.html, Self.form]).status == 422) }
      let answer = try await nobody.post(c, "text=hello", [Self.html, Self.form, ("Accept-Language", "zh")])
      #expect(answer.status == 429 && Int(answer.header("Retry-After") ?? "") ?? 0 > 0)
      #expect(answer.body.contains("请等") && answer.body.contains("tel:"))
      // Reading goes on.
      #expect(try await nobody.get("/c/\(outside.link.token)", [Self.html]).status == 200)
    }
  }

  @Test func `whoever guesses is held up, and good links are not`() async throws {
    let outside = try await Outside()
    try await outside.desk.serve { caller in
      let nobody = caller.by(nil)
      var last = 0
      for index in 0..<OpenLimits.unknownOfAddress + 1 {
        last = try await nobody.get("/c/\(String(repeating: "a", count: 24))\(10 + index)", [Self.html]).status
      }
      #expect(last == 429)
      #expect(try await nobody.get("/c/\(outside.link.token)", [Self.html]).status == 200)
    }
  }

  @Test func `limits forget, and stay bounded`() {
    let limits = OpenLimits()
    for index in 0..<50_000 { #expect(limits.count("x", "\(index)", most: 1) == nil) }
    #expect(limits.count("y", "a", most: 1) == nil)
    #expect(limits.count("y", "a", most: 1) ?? 0 > 0)
  }
}

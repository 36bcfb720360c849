import Domain
import Operations
import Testing

@testable import Web

/// On-time rates, the wall and calendars as they are served (REP-1, INT-6).
@Suite struct InsightPageTests {
  private static let html = [("Accept", "text/html")]

  @Test func `every figure of the page is a link to its cases, in both languages`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let number = try await desk.report(caller).number
      _ = try await caller.post("/api/v1/requests/\(number)/accept", "{}")
      _ = try await caller.post("/api/v1/requests/\(number)/respond", "{}")
      for language in ["zh", "en"] {
        let page = try await caller.get("/insight/on-time", Self.html + [("Accept-Language", language)])
        #expect(page.status == 200 && page.body.contains("/requests?promise=met&amp;from=2026-11&amp;to=2026-11"), "\(page.body)")
        #expect(page.body.contains("target=respond"))
      }
      let list = try await caller.get("/requests?promise=met&from=2026-11&to=2026-11&target=respond", Self.html)
      #expect(list.status == 200 && list.body.contains(String(number.dropFirst(7))))
      let none = try await caller.get("/requests?promise=missed&from=2026-11&to=2026-11", Self.html)
      #expect(none.status == 200 && !none.body.contains(String(number.dropFirst(7))))
      let api = try await caller.get("/api/v1/requests?promise=met&from=2026-11&target=respond")
      #expect(api.status == 200 && api.body.contains(number))
      let rates = try await caller.get("/api/v1/insight/on-time?by=month")
      #expect(rates.status == 200 && rates.body.contains(#""total":{"met":1,"missed":0,"permille":1000}"#), "\(rates.body)")
      let file = try await caller.get("/insight/on-time.csv?by=target", Self.html)
      #expect(file.header("Content-Type") == "text/csv; charset=utf-8" && file.body.contains(",1,0,1,100.0"))
      for wrong in ["from=2026-13", "from=2026-11&to=2026-10", "from=2020-01&to=2026-11"] {
        #expect(try await caller.get("/api/v1/insight/on-time?\(wrong)").status == 422, "\(wrong)")
      }
      let empty = try await caller.get("/insight/on-time?from=2025-01", Self.html)
      #expect(empty.status == 200 && empty.body.contains("empty big"))
    }
  }

  @Test func `a screen's link shows the wall without a sign-in, in the language of its address, until it is ended`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      _ = try await desk.report(caller)
      let link = try await desk.web.wall.makeScreen(branch: nil, by: .system)
      let screen = caller.by(nil)
      for (language, tag, word) in [("zh", "zh-CN", "未结"), ("en", "en", "Open")] {
        let page = try await screen.get("/w/\(link.token)?lang=\(language)", Self.html)
        #expect(
          page.status == 200 && page.body.contains("lang=\"\(tag)\"") && page.body.contains(word)
            && page.body.contains("data-theme=\"dark\""))
        #expect(page.header("Referrer-Policy") == "no-referrer" && page.header("Set-Cookie") == nil)
        // Nobody's telephone, no way on: no link, no live connection that needs a sign-in.
        #expect(!page.body.contains("<a ") && !page.body.contains("data-live="))
      }
      let parts = try await screen.get("/w/\(link.token)/parts", Self.html)
      #expect(parts.status == 200 && parts.body.hasPrefix("<main"))
      try await desk.web.links.revoke(link.id, by: .system)
      #expect(try await screen.get("/w/\(link.token)", Self.html).status == 404)
      #expect(try await caller.get("/wall", Self.html).status == 200)
      #expect(try await caller.get("/wall/screens", Self.html).status == 200)
    }
  }

  @Test func `a calendar that has not changed is not sent again`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      #expect(try await caller.by("engineer").get("/feed", Self.html).status == 200)
      let made = try await caller.post("/api/v1/staff", #"{"name":"王","role":"engineer"}"#)
      let id = try #require(try JSONValue(parsing: made.body)["id"]?.text)
      let link = try await desk.web.visits.renew(by: Actor(identity: .staff(StaffID(id)), name: "王", role: .engineer))
      let answer = try await caller.by(nil).get("/feed/\(link.token)/visits.ics")
      #expect(answer.status == 200 && answer.header("Content-Type") == "text/calendar; charset=utf-8")
      #expect(answer.body.hasPrefix("BEGIN:VCALENDAR\r\n") && answer.body.hasSuffix("END:VCALENDAR\r\n"))
      let tag = try #require(answer.header("ETag"))
      let again = try await caller.by(nil).get("/feed/\(link.token)/visits.ics", [("If-None-Match", tag)])
      #expect(again.status == 304 && again.body.isEmpty)
      #expect(try await caller.by(nil).get("/feed/00000000000000000000000000/visits.ics").status == 404)
    }
  }
}

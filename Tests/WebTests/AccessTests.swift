import Domain
import HTTPTypes
import Operations
import Testing

@testable import Web

@Suite struct AccessTests {
  /// Deny by default: who adds a route must say for whom.
  @Test func `without a sign-in every route of the interface is 401 but the few that are open`() async throws {
    let desk = try await TestDesk()
    let endpoints = try WebApplication(desk.web, logger: desk.company.logger).endpoints
    #expect(
      endpoints.filter { $0.access == .open }.map(\.path).sorted() == [
        "/api/openapi.json", "/api/v1/inbound/{channel}", "/healthz", "/metrics", "/readyz",
      ])
    // Open to a signature instead: see InboundWebTests.
    #expect(endpoints.filter(\.isSigned).map(\.path) == ["/api/v1/inbound/{channel}"])
    try await desk.serve { caller in
      for (index, endpoint) in endpoints.enumerated() where endpoint.access != .open {
        // One kind each in turn: unknown tokens are counted, and too many are 429.
        for nobody in [nil, ["garbage", ""][index % 2]] as [String?] {
          let path = endpoint.path.replacing("{id}", with: "x")
          let answer = try await caller.by(nobody).call(endpoint.method, path, endpoint.method == .get ? nil : "{}")
          #expect(answer.status == 401, "\(endpoint.method) \(path)")
          #expect(answer.header("WWW-Authenticate") == "Bearer")
        }
      }
    }
  }

  @Test(arguments: Role.allCases)
  func `a role without the right gets 403 from every route that needs it`(_ role: Role) async throws {
    let desk = try await TestDesk()
    let endpoints = try WebApplication(desk.web, logger: desk.company.logger).endpoints
    try await desk.serve { caller in
      for endpoint in endpoints {
        guard case .right(let action) = endpoint.access, Permissions.scope(of: action, for: role) == nil else { continue }
        let path = endpoint.path.replacing("{id}", with: "x")
        let answer = try await caller.by(role.rawValue).call(
          endpoint.method, path, endpoint.method == .get ? nil : "{}", [("If-Match", "*")])
        #expect(answer.status == 403, "\(endpoint.method) \(path)")
      }
    }
  }

  /// Who adds a page must say for whom it is.
  @Test func `without a sign-in a page asks for one, but the few that are open`() async throws {
    let desk = try await TestDesk()
    let routes = try PageRoutes(
      services: desk.web, guard: Guard(authenticator: desk.web.authenticator), configuration: WebConfiguration(),
      logger: desk.company.logger
    ).routes
    let open: Set = [
      "/assets/{name}", "/sign-in", "/sign-out", "/language", "/theme", "/my-day/worker.js", "/my-day/app.webmanifest",
    ]
    // Whoever holds the link may; see HospitalPageTests.
    let links: Set = [
      "/m/{token}", "/b/{token}", "/c/{token}", "/c/{token}/badge", "/c/{token}/message", "/c/{token}/agree", "/c/{token}/decline",
      "/c/{token}/consent",
      "/c/{token}/confirm",
      "/c/{token}/reject", "/c/{token}/acknowledge", "/c/{token}/remote-end",
      "/w/{token}", "/w/{token}/parts", "/feed/{token}/visits.ics",
    ]
    #expect(Set(routes.filter { $0.access == .open }.map(\.path)) == open.union(links))
    try await desk.serve { caller in
      for route in routes where route.access != .open {
        let path = route.path.replacing(#/\{[a-z]+\}/#, with: "x")
        let answer = try await caller.by(nil).call(route.method, path, nil, [("Accept", "text/html")])
        if route.method == .get {
          #expect(answer.status == 303 && answer.header("Location")?.hasPrefix("/sign-in?next=") == true, "\(path)")
        } else {
          #expect(answer.status == 401, "\(path)")
        }
      }
    }
  }

  @Test(arguments: Role.allCases)
  func `a role without the right gets no page that needs it`(_ role: Role) async throws {
    let desk = try await TestDesk()
    let routes = try PageRoutes(
      services: desk.web, guard: Guard(authenticator: desk.web.authenticator), configuration: WebConfiguration(),
      logger: desk.company.logger
    ).routes
    try await desk.serve { caller in
      for route in routes {
        guard case .right(let action) = route.access, Permissions.scope(of: action, for: role) == nil else { continue }
        let path = route.path.replacing(#/\{[a-z]+\}/#, with: "x")
        let answer = try await caller.by(role.rawValue).call(route.method, path, nil, [("Accept", "text/html")])
        #expect(answer.status == 403, "\(route.method) \(path)")
      }
    }
  }

  @Test func `many unknown tokens from one address are 429, a good one still passes`() async throws {
    try await TestDesk().serve { caller in
      for _ in 0..<BadTokens.limit { _ = try await caller.by("garbage").get("/api/v1/me") }
      let answer = try await caller.by("garbage").get("/api/v1/me")
      #expect(answer.status == 429)
      #expect(Int(answer.header("Retry-After") ?? "") ?? 0 > 0)
      #expect(try await caller.get("/api/v1/me").status == 200)
    }
  }

  @Test func `a change by cookie must come from our own page`() async throws {
    try await TestDesk().serve { caller in
      let cookie = ("Cookie", "weibao-session=administrator"), nobody = caller.by(nil)
      #expect(try await nobody.get("/api/v1/me", [cookie]).status == 200)
      let foreign = try await nobody.post("/api/v1/requests", Caller.aReport, [cookie, ("Origin", "https://evil.example")])
      #expect(foreign.status == 403)
      let acrossSites = try await nobody.post("/api/v1/requests", Caller.aReport, [cookie, ("Sec-Fetch-Site", "cross-site")])
      #expect(acrossSites.status == 403)
      let ours = try await nobody.post("/api/v1/requests", Caller.aReport, [cookie, ("Sec-Fetch-Site", "same-origin")])
      #expect(ours.status == 201)
    }
  }

  @Test func `every answer carries the headers that keep browsers safe`() async throws {
    try await TestDesk().serve { caller in
      for path in ["/healthz", "/api/v1/me", "/nothing"] {
        let answer = try await caller.get(path)
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
        #expect(answer.header("Content-Security-Policy")?.contains("unsafe-inline") == false)
        #expect(answer.header("Strict-Transport-Security") == nil)
      }
    }
  }

  @Test func `a token of a form belongs to one session`() {
    #expect(PageToken.make(session: "a") != PageToken.make(session: "b"))
    #expect(!PageToken.make(session: "a").contains("a".uppercased()))
  }
}

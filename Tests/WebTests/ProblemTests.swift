import Domain
import HTTPTypes
import Logging
import Operations
import Persistence
import Testing

@testable import Web

@Suite struct ProblemTests {
  @Test func `a problem has what RFC 9457 and design say`() async throws {
    try await TestDesk().serve { caller in
      let answer = try await caller.get("/api/v1/requests/SR-20200101-0001")
      #expect(answer.status == 404)
      #expect(answer.header("Content-Type") == "application/problem+json")
      #expect(answer.json["type"] as? String == "/problems/access.not-found")
      #expect(answer.json["status"] as? Int == 404)
      #expect(answer.json["code"] as? String == "access.not-found")
      #expect(Set(answer.json.keys) == ["type", "title", "status", "detail", "code", "errors"])
    }
  }

  @Test func `a refused step says the state and what it allows`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let id = try await desk.report(caller).id
      let answer = try await caller.post("/api/v1/requests/\(id)/close")
      #expect(answer.status == 409)
      #expect(answer.json["state"] as? String == "reported")
      #expect((answer.json["steps"] as? [String])?.contains("accept") == true)
    }
  }

  @Test func `problems speak the caller's language`() async throws {
    try await TestDesk().serve { caller in
      for (header, language) in [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en", "en"), ("fr, zh;q=0.1", "zh-CN"), ("fr", "en")] {
        let answer = try await caller.post("/api/v1/requests", "{}", [("Accept-Language", header)])
        #expect(answer.header("Content-Language") == language)
        #expect(answer.errors["kind"] == (language == "en" ? "It is required." : "必填。"))
      }
    }
  }

  @Test func `an unknown path is 404, a wrong method 405 with Allow, OPTIONS says what there is`() async throws {
    try await TestDesk().serve { caller in
      #expect(try await caller.get("/api/v1/nothing").json["code"] as? String == "http.no-such-path")
      let wrong = try await caller.call(.delete, "/api/v1/requests")
      #expect(wrong.status == 405)
      #expect(wrong.header("Allow") == "GET, HEAD, POST")
      let options = try await caller.call(.options, "/api/v1/requests/x")
      #expect(options.status == 204)
      #expect(options.header("Allow") == "GET, HEAD")
    }
  }

  static let troubles: [(any Error & Sendable, HTTPResponse.Status, String)] = [
    (DatabaseError.busy(retryAfter: 2), .serviceUnavailable, "storage.busy"),
    (DatabaseError.diskFull, .serviceUnavailable, "storage.disk-full"),
    (DatabaseError.readOnly, .serviceUnavailable, "storage.read-only"),
    (DatabaseError.damaged("page 7"), .serviceUnavailable, "storage.damaged"),
    (JournalError.changed(stream: "request/1", expected: 1, actual: 2), .conflict, "storage.changed"),
    (AccessError.tooManyTries(seconds: 9), .tooManyRequests, "access.too-many-tries"),
    (DatabaseError.other("no such table: salary"), .internalServerError, "fault"),
  ]

  @Test(arguments: 0..<ProblemTests.troubles.count)
  func `what the floor below cannot do is said plainly, a fault only by its number`(_ index: Int) {
    let (error, status, code) = Self.troubles[index]
    let problem = Problem(error, in: .en, named: false, requestID: "77", logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(problem.status == status)
    #expect(problem.code == code)
    #expect((problem.headers[.retryAfter] != nil) == [429, 503].contains(status.code))
    if code == "fault" {
      #expect(problem.id == "77")
      #expect(!problem.json(in: .en).contains("salary"))
    }
  }

  @Test func `coming second after naming a version is 412`() {
    let error = JournalError.changed(stream: "request/1", expected: 1, actual: 2)
    let problem = Problem(error, in: .zh, named: true, requestID: "", logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(problem.status == .preconditionFailed)
  }
}

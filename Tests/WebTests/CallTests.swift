import Domain
import HTTPTypes
import Operations
import Testing

@testable import Web

@Suite struct CallTests {
  @Test func `a report is 201 with Location and ETag, and reads back as it was answered`() async throws {
    try await TestDesk().serve { caller in
      let made = try await caller.post("/api/v1/requests", Caller.aReport)
      #expect(made.status == 201)
      #expect(made.header("ETag") == "\"1\"")
      let location = try #require(made.header("Location"))
      let read = try await caller.get(location)
      #expect(read.status == 200)
      #expect(read.header("ETag") == "\"1\"")
      #expect(try await caller.get("/api/v1/requests/\(made.text("number"))").body == read.body)
      #expect(try await caller.call(.head, location).status == 200)
    }
  }

  @Test func `the same key and body get the first answer again, another body 422`() async throws {
    try await TestDesk().serve { caller in
      let key = [("Idempotency-Key", "k-1")]
      let first = try await caller.post("/api/v1/requests", Caller.aReport, key)
      let second = try await caller.post("/api/v1/requests", Caller.aReport, key)
      #expect(first.header("Idempotency-Replayed") == nil)
      #expect(second.header("Idempotency-Replayed") == "true")
      #expect(second.status == 201 && second.body == first.body && second.header("Location") == first.header("Location"))
      #expect(try await caller.post("/api/v1/requests", Caller.aReport + " ", key).status == 422)
      for bad in [String(repeating: "k", count: 256), "caf\u{e9}"] {
        #expect(try await caller.post("/api/v1/requests", Caller.aReport, [("Idempotency-Key", bad)]).status == 422)
      }
    }
  }

  @Test func `a refused input is kept under its key too, and another body is 422 (Idempotency-Key)`() async throws {
    try await TestDesk().serve { caller in
      for (number, bad) in [#"{"kind":"sport"}"#, "{"].enumerated() {
        let key = [("Idempotency-Key", "bad-\(number)")]
        let first = try await caller.post("/api/v1/requests", bad, key), second = try await caller.post("/api/v1/requests", bad, key)
        #expect(first.status == [422, 400][number] && first.header("Idempotency-Replayed") == nil)
        #expect(second.status == first.status && second.body == first.body && second.header("Idempotency-Replayed") == "true")
        let other = try await caller.post("/api/v1/requests", Caller.aReport, key)
        #expect(try other.status == 422 && other.text("code") == "idempotency.other-body")
        #expect(try await caller.by("dispatcher").post("/api/v1/requests", Caller.aReport, key).status == 201)
      }
    }
  }

  @Test func `a PATCH sent again under its key is the first answer, not 412`() async throws {
    try await TestDesk().serve { caller in
      let made = try await caller.post("/api/v1/branches", #"{"code":"YG","name":"余干","district":"余干"}"#)
      let path = try #require(made.header("Location")), headers = [("If-Match", "\"1\""), ("Idempotency-Key", "p-1")]
      let first = try await caller.call(.patch, path, #"{"phone":"1"}"#, headers)
      let second = try await caller.call(.patch, path, #"{"phone":"1"}"#, headers)
      #expect(first.status == 200 && second.status == 200 && second.body == first.body && second.header("ETag") == "\"2\"")
      #expect(second.header("Idempotency-Replayed") == "true")
    }
  }

  @Test func `If-Match: the version passes, an old, weak or unreadable one is 412`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let path = "/api/v1/requests/\(try await desk.report(caller).id)"
      for tag in ["\"7\"", "W/\"1\"", "1", "nonsense", "\"\"", "\"1\", \"2\"", "\"+1\""] {
        #expect(try await caller.post(path + "/accept", "{}", [("If-Match", tag)]).status == 412, "\(tag)")
      }
      let accepted = try await caller.post(path + "/accept", "{}", [("If-Match", "\"1\"")])
      #expect(accepted.status == 200)
      #expect(try await caller.post(path + "/respond", "{}", [("If-Match", "*")]).status == 200)
    }
  }

  @Test func `PATCH without If-Match is 428, with any it changes the newest`() async throws {
    try await TestDesk().serve { caller in
      let made = try await caller.post("/api/v1/branches", #"{"code":"YG","name":"余干","district":"余干"}"#)
      #expect(made.status == 201, "\(made.body)")
      let path = try #require(made.header("Location"))
      #expect(try await caller.call(.patch, path, #"{"phone":"1"}"#).status == 428)
      let changed = try await caller.call(.patch, path, #"{"phone":"1"}"#, [("If-Match", "*")])
      #expect(changed.status == 200)
      #expect(changed.header("ETag") == "\"2\"")
      #expect(try await caller.call(.patch, path, #"{"phone":"2"}"#, [("If-Match", "\"1\"")]).status == 412)
      #expect(try await caller.post(path + "/archive").status == 200)
    }
  }

  @Test func `bodies: no JSON type is 415, too much is 413, a step that needs nothing may have none`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let path = "/api/v1/requests"
      for type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk"] {
        #expect(try await caller.post(path, Caller.aReport, [("Content-Type", type)]).status == 415)
      }
      #expect(try await caller.post(path, Caller.aReport, [("Content-Type", "application/json; charset=UTF-8")]).status == 201)
      #expect(try await caller.post(path, Caller.aReport, [("Content-Encoding", "gzip")]).status == 415)
      #expect(try await caller.post(path, Caller.aReport, [("Content-Encoding", "identity")]).status == 201)
      let large = #"{"summary":""# + String(repeating: "x", count: Incoming.bodyLimit) + #""}"#
      #expect(try await caller.post(path, large).status == 413)
      #expect(try await caller.call(.post, path, "").status == 400)
      let id = try await desk.report(caller).id
      #expect(try await caller.post("\(path)/\(id)/accept", nil).status == 200)
    }
  }

  @Test(arguments: [
    ("limit=0", "limit"), ("limit=201", "limit"), ("limit=abc", "limit"), ("sort=colour", "sort"), ("colour=red", "colour"),
    ("state=lost", "state"), ("cursor=%21", "cursor"), ("state=open&state=closed", "state"), ("limit=", "limit"), ("limit=%2B5", "limit"),
    ("state=%ff", "state"), ("state=%zz", "state"), ("%6cimit=0", "limit"), ("=", ""),
  ])
  func `a wrong query item is 422 by its name`(_ query: String, _ field: String) async throws {
    try await TestDesk().serve { caller in
      let answer = try await caller.get("/api/v1/requests?\(query)")
      #expect(answer.status == 422)
      #expect(answer.errors.keys.contains(field))
    }
  }

  @Test(arguments: ["requests", "work-orders", "branches", "staff", "contacts", "notices"])
  func `a cursor that no list gave out is 422`(_ list: String) async throws {
    try await TestDesk().serve { caller in
      for cursor in ["abc", "*", "a%20b", "%E4%BD%99", "a%27", String(repeating: "A", count: 401)] {
        let answer = try await caller.get("/api/v1/\(list)?cursor=\(cursor)")
        #expect(answer.status == 422 && answer.errors.keys.contains("cursor"), "\(cursor)")
      }
    }
  }

  @Test func `a space in a query may be written as plus`() async throws {
    try await TestDesk().serve { caller in
      _ = try await caller.post("/api/v1/models", #"{"name":"DR 3000","manufacturer":"A+B","category":"DR"}"#)
      for query in ["name=DR+3000", "name=DR%203000", "manufacturer=A%2BB"] {
        #expect((try await caller.get("/api/v1/models?\(query)").json["items"] as? [Any])?.count == 1, "\(query)")
      }
    }
  }

  @Test func `a list pages to its end without a case twice`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      for _ in 0..<5 { _ = try await desk.report(caller) }
      for sort in ["due", "-reportedAt", "number"] {
        var seen: [String] = [], next: String? = ""
        while let cursor = next {
          let page = try await caller.get("/api/v1/requests?limit=2&sort=\(sort)" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
          seen += (page.json["items"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? String }
          next = page.json["next"] as? String
        }
        #expect(seen.count == 5 && Set(seen).count == 5, "\(sort)")
      }
    }
  }
}

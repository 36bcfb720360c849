import Domain
import Foundation
import HTTPTypes
import Operations
import Testing

@testable import Web

@Suite struct DocumentTests {
  @Test func `the document lists every route that serves, with all it may answer`() async throws {
    let desk = try await TestDesk()
    let endpoints = try WebApplication(desk.web, logger: desk.company.logger).endpoints
    try await desk.serve { caller in
      let document = try await caller.by(nil).get("/api/openapi.json").json
      #expect((document["openapi"] as? String)?.hasPrefix("3.1") == true)
      let paths = try #require(document["paths"] as? [String: [String: Any]])
      for endpoint in endpoints where endpoint.documented {
        let operation = try #require(paths[endpoint.path]?[endpoint.method.rawValue.lowercased()] as? [String: Any], "\(endpoint.path)")
        let responses = try #require(operation["responses"] as? [String: Any])
        #expect(responses[String(endpoint.success.code)] != nil)
        if endpoint.access != .open { #expect(responses["401"] != nil && responses["503"] != nil) }
      }
      let shown = endpoints.filter(\.documented)
      #expect(Set(shown.map(\.operationID)).count == shown.count)
    }
  }

  @Test func `every reference in the document leads somewhere`() async throws {
    try await TestDesk().serve { caller in
      let text = try await caller.get("/api/openapi.json").body
      let schemas = try #require(
        (try await caller.get("/api/openapi.json").json["components"] as? [String: Any])?["schemas"] as? [String: Any])
      let names = text.matches(of: #/#\/components\/schemas\/([A-Za-z]+)/#).map { String($0.1) }
      #expect(!names.isEmpty)
      for name in Set(names) { #expect(schemas[name] != nil, "\(name)") }
    }
  }

  /// What is answered has exactly the members that the document says: null, never missing.
  @Test func `a case, a work order and a record have the members of their schemas`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let schemas = try #require(
        (try await caller.get("/api/openapi.json").json["components"] as? [String: Any])?["schemas"] as? [String: Any])
      func members(_ name: String) -> Set<String> { Set((schemas[name] as? [String: Any])?["required"] as? [String] ?? []) }
      let engineer = try await caller.post("/api/v1/staff", #"{"name":"徐建军","role":"engineer"}"#)
      #expect(Set(engineer.json.keys) == members("Staff"))
      let id = try await desk.report(caller).id
      #expect(Set(try await caller.get("/api/v1/requests/\(id)").json.keys) == members("Request"))
      _ = try await caller.post("/api/v1/requests/\(id)/accept")
      let sent = try await caller.post("/api/v1/requests/\(id)/dispatch", #"{"engineer":"\#(try engineer.text("id"))"}"#)
      let order = try #require((sent.json["workOrders"] as? [[String: Any]])?.first)
      #expect(Set(order.keys) == members("WorkOrder"))
      let target = try #require((sent.json["targets"] as? [[String: Any]])?.first)
      #expect(Set(target.keys) == members("Target"))
      let journal = try await caller.get("/api/v1/requests/\(id)/journal")
      #expect(Set(try #require((journal.json["items"] as? [[String: Any]])?.first).keys) == members("JournalItem"))
    }
  }
}

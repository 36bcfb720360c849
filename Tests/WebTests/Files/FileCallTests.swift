import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Operations
import Testing

@testable import Web

/// Files over HTTP: raw and as a form, attached, listed, read in parts, and never a page of ours.
@Suite struct FileCallTests {
  private static let type = ("Content-Type", "application/octet-stream")

  private func form(_ parts: [(head: String, body: String)], boundary: String = "XyZ") -> String {
    parts.map { "--\(boundary)\r\nContent-Disposition: form-data; \($0.head)\r\n\r\n\($0.body)\r\n" }.joined() + "--\(boundary)--\r\n"
  }

  @Test func `bytes as body, name by query or header; the file is attached, listed, and read back`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let schemas = try #require(
        (try await caller.get("/api/openapi.json").json["components"] as? [String: Any])?["schemas"] as? [String: Any])
      func members(_ name: String) -> Set<String> { Set((schemas[name] as? [String: Any])?["required"] as? [String] ?? []) }
      let number = try await desk.report(caller).number
      let sent = try await caller.call(.post, "/api/v1/files?name=%E9%93%AD%E7%89%8C.txt", "铭牌", [Self.type])
      #expect(sent.status == 201 && Set(sent.json.keys) == members("File"))
      #expect(try sent.text("name") == "铭牌.txt")
      let other = try await caller.call(
        .post, "/api/v1/files", "x", [Self.type, ("Content-Disposition", "attachment; filename=\"a.txt\"; filename*=UTF-8''%E5%9B%BE.txt")])
      #expect(try other.text("name") == "图.txt")
      let made = try await caller.post("/api/v1/requests/\(number)/attachments", #"{"file":"\#(try sent.text("id"))","note":"<b>"}"#)
      #expect(made.status == 201 && Set(made.json.keys) == members("Attachment"))
      let path = "/api/v1/requests/\(number)/attachments/\(try made.text("id"))"
      #expect(made.header("Location") == path)
      #expect((try await caller.get("/api/v1/requests/\(number)/attachments").json["items"] as? [Any])?.count == 1)
      let content = try await caller.get("\(path)/content")
      #expect(content.status == 200 && content.body == "铭牌" && content.header("Content-Length") == "6")
      #expect(content.header("Content-Disposition") == "attachment; filename=\"__.txt\"; filename*=UTF-8''%E9%93%AD%E7%89%8C.txt")
      #expect(content.header("Content-Security-Policy")?.contains("sandbox") == true)
      #expect(content.header("X-Content-Type-Options") == "nosniff" && content.header("Cache-Control") == "private, no-cache")
      let tag = try #require(content.header("ETag"))
      #expect(try await caller.get("\(path)/content", [("If-None-Match", tag)]).status == 304)
      let part = try await caller.get("\(path)/content", [("Range", "bytes=3-")])
      #expect(part.status == 206 && part.body == "牌" && part.header("Content-Range") == "bytes 3-5/6")
      #expect(try await caller.get("\(path)/content", [("Range", "bytes=6-")]).status == 416)
      #expect(try await caller.get("\(path)/preview").status == 404)
      #expect(try await caller.get("\(path)x/content").status == 404)
      let journal = try await caller.get("/api/v1/requests/\(number)/journal")
      #expect(journal.body.contains("\"attached\""))
      #expect(try await caller.by("engineer").post("\(path)/erase", #"{"reason":"x"}"#).status == 403)
      let erased = try await caller.post("\(path)/erase", #"{"reason":"病人"}"#)
      #expect(erased.status == 200 && erased.json["name"] is NSNull)
      #expect(try await caller.get("\(path)/content").status == 404)
    }
  }

  @Test func `a form with one file is read; none, two, or a broken one are refused and nothing is kept`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let type = ("Content-Type", "multipart/form-data; boundary=\"XyZ\"")
      let file = (head: "name=\"file\"; filename=\"a b;c.txt\"", body: "x\r\n--Xy\r\n--X")
      let sent = try await caller.call(.post, "/api/v1/files", form([file]), [type])
      #expect(sent.status == 201 && sent.json["size"] as? Int == 12)
      #expect(try sent.text("name") == "a b;c.txt")
      for (body, status) in [
        (form([]), 415), (form([file, file]), 415), ("--XyZ\r\n\r\n", 415), (String(form([file]).dropLast(8)), 415), ("", 415),
        (form([(head: "name=\"surprise\"", body: "1"), file]), 415),
      ] {
        #expect(try await caller.call(.post, "/api/v1/files", body, [type]).status == status, "\(body)")
      }
      #expect(try await caller.call(.post, "/api/v1/files", "x", [("Content-Type", "multipart/form-data")]).status == 415)
      #expect(try await caller.call(.post, "/api/v1/files", "", [Self.type]).status == 422)
      #expect(try FileManager.default.contentsOfDirectory(atPath: desk.company.files.incoming) == [])
    }
  }

  @Test func `a piece that missed its time is answered as kept when its file is, else that it was too slow`() async throws {
    let desk = try await TestDesk(), files = desk.web.files
    let actor = try await RolesAsTokens().actor(token: "administrator")
    try await desk.serve { _ in
      for (length, isWhole) in [(4, true), (3, false)] {
        let id = try await files.open(Fields(["name": .text("a.txt"), "size": .integer(4)]), by: actor).id
        let late: @Sendable () async throws -> UploadState = {
          // Not before the time is over.
          let state = try await Task {
            var pieces = [[UInt8](repeating: 97, count: length)]
            return try await files.put(0...length - 1, of: 4, to: id, by: actor) { pieces.popLast() }
          }.value
          while !Task.isCancelled { await Task.yield() }
          return state
        }
        do {
          let state = try await FileBody.piece(of: id, within: 0, into: files, by: actor, late)
          #expect(isWhole && state.file?.facts.size == 4)
        } catch { #expect(!isWhole && error as? UploadRefusal == .tooSlow(0)) }
      }
    }
  }

  @Test func `a piece of an upload needs its range; a gap says where to go on`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let opened = try await caller.post("/api/v1/files/uploads", #"{"name":"a.txt","size":6}"#)
      let path = "/api/v1/files/uploads/\(try opened.text("id"))"
      #expect(opened.status == 201 && opened.header("Location") == path)
      func put(_ body: String, _ range: String?) async throws -> Answered {
        try await caller.call(.put, path, body, [Self.type] + (range.map { [("Content-Range", $0)] } ?? []))
      }
      #expect(try await put("abc", nil).status == 422)
      #expect(try await put("abc", "bytes 0-3/6").status == 422)
      #expect(try await put("abc", "bytes 0-2/7").status == 422)
      let gap = try await put("def", "bytes 3-5/6")
      #expect(gap.status == 409 && gap.json["offset"] as? Int == 0)
      #expect(try await put("abc", "bytes 0-2/6").json["offset"] as? Int == 3)
      #expect(try await caller.by("engineer").get(path).status == 404)
      let whole = try await put("def", "bytes 3-5/6")
      #expect((whole.json["file"] as? [String: Any])?["size"] as? Int == 6)
      #expect(try await caller.get(path).json["offset"] as? Int == 6)
    }
  }

  @Test func `more than 50 MB is no upload`() async throws {
    try await TestDesk().serve { caller in
      let answer = try await caller.post("/api/v1/files/uploads", #"{"name":"a","size":52428801}"#)
      #expect(answer.status == 422)
    }
  }

  @Test(arguments: [
    ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=5-", .part(5..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)),
    ("bytes=8-99", .part(8..<10)), ("bytes=10-", .none), ("bytes=-0", .none), ("bytes=5-4", .whole), ("bytes=0-1,3-4", .whole),
    ("lines=1-2", .whole), ("bytes=a-b", .whole), ("bytes=99999999999999999999-", .whole),
  ])
  func `a range of ten bytes`(_ header: String, _ expected: ByteRange) { #expect(ByteRange.read(header, of: 10) == expected) }

  @Test func `a boundary is found however the bytes are cut`() async throws {
    let text = form([(head: "name=\"a\"", body: "1"), (head: "name=\"file\"; filename=\"f\"", body: "\r\n--Xy\r\r\n--XyQ-")])
    for size in 1...40 {
      let all = Array(text.utf8)
      var pieces = stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min($0 + size, all.count)]) }
      var reader = try #require(
        MultipartReader(contentType: "multipart/form-data; boundary=XyZ") { pieces.isEmpty ? nil : pieces.removeFirst() })
      #expect(try await reader.next()?.name == "a")
      #expect(try await reader.text() == "1")
      #expect(try await reader.next()?.fileName == "f")
      #expect(try await reader.text() == "\r\n--Xy\r\r\n--XyQ-")
      #expect(try await reader.next() == nil)
    }
  }
}

import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Web

@Suite struct CompressionTests {
  @Test func `a page is sent packed to whoever takes it, and plain to others`() async throws {
    try await TestDesk().serve { caller in
      let html = [("Accept", "text/html")]
      let plain = try await caller.get("/requests", html)
      let packed = try await caller.get("/requests", html + [("Accept-Encoding", "br, gzip;q=0.8")])
      #expect(plain.header("Content-Encoding") == nil && packed.header("Content-Encoding") == "gzip")
      #expect(plain.header("Vary")?.contains("Accept-Encoding") == true && packed.header("Vary")?.contains("Cookie") == true)
      #expect(packed.bytes.count * 2 < plain.bytes.count)
      #expect(try unpacked(packed.bytes) == plain.bytes)
    }
  }

  @Test func `the interface stays as it is`() async throws {
    try await TestDesk().serve { caller in
      let answer = try await caller.get("/api/openapi.json", [("Accept-Encoding", "gzip")])
      #expect(answer.header("Content-Encoding") == nil)
    }
  }

  @Test(arguments: [
    ("gzip", true), ("GZIP", true), ("br, gzip;q=0.5", true), ("gzip;q=0", false), ("gzip; q=0.0", false), ("br", false), ("", false),
  ])
  func `whether gzip is taken`(_ header: String, _ takes: Bool) {
    #expect(Compression.accepts(header) == takes)
  }

  /// By a program that is not ours.
  private func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appending(path: "weibao-\(UUID()).gz")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-dc", file.path]
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Array(output)
  }
}

import Foundation
import Testing

@testable import Operations

@Suite struct PaperScanReaderTests {
  private let reader = PaperScanReader()

  private static func page(_ texts: [String]) -> String {
    let codes = texts.compactMap { QRCode($0) }.map { code in
      "<svg width=\"30mm\" height=\"30mm\" viewBox=\"0 0 \(code.side) \(code.side)\"><path d=\"\(code.path)\"/></svg>"
    }
    return "<html><style>@page { size: A4 } svg { display: block; margin: 2cm } </style><body><p>page" + codes.joined()
  }

  private func scan(_ texts: String..., png: Bool = false) async throws -> [UInt8] {
    let pdf = try await PaperPrinter().pdf(Self.page(texts))
    guard png else { return pdf }
    return try await ExternalProgram("pdftoppm").run(["-r", "100", "-png", "-f", "1", "-l", "1", "-"], input: .bytes(pdf))
  }

  @Test func `a scanned picture and a scanned PDF lead to their case`() async throws {
    #expect(try await reader.numbers(in: scan("weibao:SR-20261123-0042", png: true)) == ["SR-20261123-0042"])
    #expect(try await reader.numbers(in: scan("https://a.example/requests/SR-20261123-0042")) == ["SR-20261123-0042"])
  }

  @Test func `codes of others and pages without one lead nowhere, two cases are both named`() async throws {
    #expect(try await reader.numbers(in: scan("https://evil.example/pay")) == [])
    #expect(try await reader.numbers(in: scan(png: true)) == [])
    let both = try await reader.numbers(in: scan("weibao:SR-20261123-0042", "weibao:SR-20261123-0043"))
    #expect(Set(both) == ["SR-20261123-0042", "SR-20261123-0043"])
  }

  @Test func `what is no scan is refused, however it is called`() async {
    let svg = Array(#"<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>"#.utf8)
    for bytes in [[], Array("hello".utf8), svg, Array("push graphic-context".utf8), [0x89, 0x50]] as [[UInt8]] {
      await #expect(throws: PaperScanError.notAScan) { try await reader.numbers(in: bytes) }
    }
    // The right beginning, and nothing after it.
    let broken: [[UInt8]] = [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xE0], Array("%PDF-1.7\n".utf8)]
    for bytes in broken {
      await #expect(throws: PaperScanError.notAScan) { try await reader.numbers(in: bytes) }
    }
  }
}

import Testing

@testable import Operations

@Suite struct PaperCodeTests {
  @Test(arguments: [
    ("weibao:SR-20261123-0042", "SR-20261123-0042"), ("https://weibao.example.com/requests/SR-20261123-0042", "SR-20261123-0042"),
    ("http://old.example/x/requests/SR-20261123-123456", "SR-20261123-123456"),
  ])
  func `a code leads to its case, whatever the address was when it was printed`(_ text: String, _ number: String) {
    #expect(PaperCode.number(in: text) == number)
  }

  @Test(arguments: [
    "", "SR-20261123-0042", "weibao:", "weibao:WO-20261123-0001", "https://evil.example/SR-20261123-0042", "weibao:SR-2026-1",
    "weibao:SR-20261123-00a2", "https://a/requests/../admin", "weibao:SR-２０２６１１２３-0042",
  ])
  func `what is no code of ours leads nowhere`(_ text: String) {
    #expect(PaperCode.number(in: text) == nil)
  }

  @Test func `a paper's code is the address, or the bare number where there is none`() {
    #expect(PaperCode.text(of: "SR-1", at: nil) == "weibao:SR-1")
    #expect(PaperCode.text(of: "SR-1", at: "https://a.example") == "https://a.example/requests/SR-1")
  }

  @Test func `a QR code has its border, its three corners, and only dark squares are drawn`() throws {
    let code = try #require(QRCode("weibao:SR-20261123-0042"))
    #expect(code.side == 25 + 8)
    #expect(code.path.hasPrefix("M4 4h7v1h-7z"))
    #expect(code.path.allSatisfy { "Mhvz- 0123456789".contains($0) })
    #expect(QRCode("") == nil && QRCode("a\0b") == nil && QRCode(String(repeating: "x", count: 4_000)) == nil)
  }
}

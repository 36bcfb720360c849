import Domain
import Foundation
import Testing

@testable import Operations

@Suite struct PaperPrinterTests {
  private static let page = #"<html lang="zh-CN"><meta charset="utf-8"><style>@page { size: A4 }</style><body>维修单 𠮷㛃䶮𬱖"#

  @Test func `a page becomes a PDF with its fonts inside, the same bytes each time`() async throws {
    let first = try await PaperPrinter().pdf(Self.page), again = try await PaperPrinter().pdf(Self.page)
    let isSame = first == again
    #expect(isSame)
    #expect(first.starts(with: Array("%PDF-".utf8)))
    let text = try await ExternalProgram("pdftotext").run(["-", "-"], input: .bytes(first))
    let flat = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
    #expect(flat.contains("维修单𠮷㛃䶮𬱖"))
    let fonts = String(decoding: try await ExternalProgram("pdffonts").run(["-"], input: .bytes(first)), as: UTF8.self)
    let lines = fonts.split(separator: "\n").dropFirst(2)
    #expect(!lines.isEmpty && lines.allSatisfy { $0.contains("Noto") && $0.contains("yes yes yes") })
  }

  @Test(arguments: [
    #"<img src="file:///etc/passwd">"#, #"<img src="http://127.0.0.1/x.png">"#, #"<link rel="stylesheet" href="file:///x">"#,
    #"<style>@import "file:///x"</style>"#, #"<object data="file:///etc/passwd">"#, #"<base href="file:///etc/">"#,
  ])
  func `a page that names anything outside itself is not printed`(_ html: String) async {
    await #expect(throws: ForeignContent.self) { try await PaperPrinter().pdf(html) }
  }

  @Test func `without WeasyPrint one is told to print the page`() async {
    await #expect(throws: PaperError.noPrinter) { try await PaperPrinter("no-such-weasyprint").pdf(Self.page) }
    #expect(PaperError.noPrinter.category == .unavailable)
  }
}

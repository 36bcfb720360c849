import Domain
import HTTPTypes
import Operations
import Testing

@testable import Web

@Suite struct PaperTests {
  private func printed(_ language: Language = .zh, full: Bool = true) throws -> String {
    let values = PaperSamples.all(language, isPrinted: true)[full ? 0 : 1]
    return try Pages().paper(values.paper, values.frame)
  }

  @Test(arguments: Language.allCases)
  func `what goes to the printer is whole in itself, whatever people typed`(_ language: Language) throws {
    for full in [true, false] {
      let html = try printed(language, full: full)
      #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("file:"))
      #expect(html.split(separator: "src=\"").dropFirst().allSatisfy { $0.hasPrefix("data:image/png;base64,") })
      #expect(html.contains("size: A4"))
    }
    #expect(try printed(language).contains("&lt;script&gt;"))
  }

  @Test func `hours are the company's, and nothing on paper is today`() throws {
    #expect(try printed().contains("2026-11-23 10:42"))
    #expect(!(try printed().contains("今天")))
  }

  @Test func `an empty form keeps its places for the pen, the signatures and the seal (REP-2)`() throws {
    let html = try printed(full: false)
    for words in ["维修工程师（签字）", "客户代表（签字）", "客户单位（盖章）", "服务单位审核", "class=\"pen\""] { #expect(html.contains(words)) }
    #expect(!html.contains("<img") && !html.contains("class=\"qr\""))
  }

  @Test func `the page has its buttons, and leads to the PDF in the same language`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let number = try await desk.report(caller).number
      let page = try await caller.get("/requests/\(number)/repair-report?lang=en")
      #expect(page.status == 200)
      #expect(page.body.contains("/api/v1/requests/\(number)/repair-report.pdf?lang=en") && page.body.contains("paper.css"))
      #expect(page.header("Content-Language") == "en")
      #expect(try await caller.get("/requests/\(number)").body.contains("/requests/\(number)/repair-report\""))
      // The paper is in its own language, the buttons above it in the reader's.
      let english = [("Cookie", "weibao-language=en")]
      let chinese = try await caller.get("/requests/\(number)/repair-report", english).body
      #expect(chinese.contains("Back to the case") && chinese.contains("维修单") && !chinese.contains("返回工单"))
      #expect(try await caller.get("/requests/\(number)/repair-report?lang=fr").status == 422)
      #expect(try await caller.get("/requests/SR-20261123-9999/repair-report").status == 404)
    }
  }

  @Test func `without WeasyPrint the PDF is 503 with a clear word, and the page prints all the same`() async throws {
    let desk = try await TestDesk()
    try await desk.serve(printer: PaperPrinter("no-such-weasyprint")) { caller in
      let number = try await desk.report(caller).number
      let answer = try await caller.get("/api/v1/requests/\(number)/repair-report.pdf")
      #expect(answer.status == 503 && answer.header("Retry-After") != nil)
      #expect(answer.json["code"] as? String == "paper.no-printer")
      #expect(try await caller.get("/requests/\(number)/repair-report").status == 200)
    }
  }
}

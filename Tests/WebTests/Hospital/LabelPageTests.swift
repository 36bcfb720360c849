import Domain
import Testing

@testable import Operations
@testable import Web

/// Labels of machines: chosen, printed, replaced (INT-1, REP-2).
@Suite struct LabelPageTests {
  static let form = ("Content-Type", "application/x-www-form-urlencoded"), html = ("Accept", "text/html")

  /// Machines of one hospital, named so that a page has to escape them.
  private func machines(_ desk: TestDesk, _ count: Int) async throws -> (customer: String, ids: [String]) {
    func make(_ register: Register, _ values: [String: FieldValue]) async throws -> String {
      let answer = try await RegisterOperations(desk.company).create(register, Fields(values), Call(.system))
      return try JSONValue(parsing: answer.body)["id"]?.text ?? ""
    }
    let hospital = try await make(.customers, ["name": .text("<script>余干</script>")])
    let model = try await make(.models, ["name": .text("DX-560 & <b>"), "manufacturer": .text("万东"), "category": .text("DR")])
    var ids: [String] = []
    for number in 0..<count {
      ids.append(
        try await make(.equipment, ["serialNumber": .text("SN-\(number)"), "model": .text(model), "customer": .text(hospital)]))
    }
    return (hospital, ids)
  }

  @Test(arguments: Language.allCases)
  func `the screen is whole in both languages, and says when codes would lead nowhere`(_ language: Language) async throws {
    let desk = try await TestDesk(), (customer, ids) = try await machines(desk, 2)
    try await desk.serve { caller in
      for path in ["/labels", "/labels?customer=\(customer)", "/labels?machine=\(ids[0])"] {
        let page = try await caller.get(path, [Self.html, ("Accept-Language", language.rawValue)])
        #expect(page.status == 200, "\(path)")
        PageCheck.expectWhole(page.body, language)
        #expect(page.body.contains("public-url") && !page.body.contains("<script>余干"))
      }
    }
  }

  @Test func `a sheet holds each machine's code under the public address, and the same one when it is printed again`() async throws {
    let desk = try await TestDesk(), (customer, ids) = try await machines(desk, 3)
    var configuration = WebConfiguration()
    configuration.publicAddress = "https://weibao.example.com"
    let body = "size=60x40&as=page&" + ids.map { "m-\($0)=on" }.joined(separator: "&")
    try await desk.serve(configuration) { caller in
      let sheet = try await caller.post("/labels/sheet", body, [Self.html, Self.form])
      #expect(sheet.status == 200 && sheet.body.contains("扫码报修") && sheet.body.contains("0791-00000000"))
      #expect(sheet.body.split(separator: "class=\"code\"").count == 4 && !sheet.body.contains("<b>\""))
      #expect(try await caller.post("/labels/sheet", body, [Self.html, Self.form]).body == sheet.body)
      let labels = try await desk.web.links.machines(of: customer, by: .system).items
      for label in labels {
        let token = try #require(label.label?.token), code = try #require(QRCode("https://weibao.example.com/m/\(token)"))
        #expect(sheet.body.contains(code.path))
      }
      // A new label is another code; nothing else changes.
      let replaced = try await caller.post("/labels/\(ids[0])/replace", "customer=\(customer)", [Self.html, Self.form])
      #expect(replaced.status == 303 && replaced.header("Location") == "/labels?customer=\(customer)&done=replace")
      #expect(try await caller.post("/labels/sheet", body, [Self.html, Self.form]).body != sheet.body)
      // Who may not, may not; and a size that there is not is said so.
      #expect(try await caller.by("finance").post("/labels/sheet", body, [Self.html, Self.form]).status == 403)
      #expect(try await caller.post("/labels/sheet", "size=1x1&m-\(ids[0])=on", [Self.html, Self.form]).status == 422)
    }
  }

  @Test func `the PDF has as many pages as the sheets need`() async throws {
    let desk = try await TestDesk(), (_, ids) = try await machines(desk, 22)
    try await desk.serve(printer: PaperPrinter()) { caller in
      let picked = ids.map { "m-\($0)=on" }.joined(separator: "&")
      for (size, pages) in [("40x30", 1), ("70x36", 1), ("60x40", 2)] {
        let pdf = try await caller.post("/labels/sheet", "size=\(size)&as=pdf&\(picked)", [Self.html, Self.form])
        #expect(pdf.status == 200 && pdf.header("Content-Type") == "application/pdf", "\(size)")
        let found = pdf.body.split(separator: "/Type /Page\n").count - 1
        #expect(found == pages, "\(size)")
      }
    }
  }
}

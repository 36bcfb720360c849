import Domain
import Testing

@testable import Operations
@testable import Web

/// A name that a template asks for and no value knows ends the program here (`FramedPage`): so every page is rendered.
@Suite struct PageRenderingTests {
  let pages: Pages

  init() throws { pages = try Pages() }

  @Test(arguments: Language.allCases)
  func `every page renders whole, full or empty`(_ language: Language) throws {
    let templates = try TemplateSet(language)
    for (name, page) in PageSamples.all(language) {
      let text = templates.render(page, with: name)
      PageCheck.expectWhole(text, language)
    }
  }

  @Test func `whatever people typed is shown, and never runs`() {
    let text = pages.request(PageSamples.request(.zh)) + pages.cases(PageSamples.cases(.zh, [PageSamples.view()]))
    #expect(!text.contains("<script>"))
    #expect(text.contains("无图像&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"))
  }

  @Test func `a refused form keeps what was typed, and the cursor goes to the field`() {
    var page = PageSamples.request(.zh, PageSamples.view(steps: ["attempt"]))
    page.refused = RefusedStep(
      step: "attempt", values: ["note": "重启 <b>无效</b>", "level": "remote"], message: "请改正：结果。", fields: ["result": "必填。"])
    let text = pages.request(page)
    #expect(text.contains("重启 &lt;b&gt;无效&lt;/b&gt;</textarea>"))
    #expect(text.contains(#"<option value="remote" selected>"#))
    #expect(text.matches(of: /\ autofocus/).count == 1)
    #expect(text.contains(#"id="attempt-result-problem">必填。"#))
  }

  @Test func `a step that is possible no more says what is`() {
    var page = PageSamples.request(.zh, PageSamples.view(steps: ["arrive", "comment"]))
    page.refused = RefusedStep(step: "depart", values: ["occurredAt": ""], message: "派工单“在路上”时不能做“出发”。")
    let text = pages.request(page)
    #expect(text.contains("现在可以做：到场。"))
    #expect(!text.contains("/depart\""), "nothing was typed, so nothing is kept")
    page.refused?.values = ["occurredAt": "2026-11-23T10:00"]
    #expect(pages.request(page).contains("/depart\""))
  }

  @Test func `hours are the company's, whatever the machine's zone`() {
    let view = PageSamples.view(targets: [PageSamples.target("respond", from: PageSamples.now, 7_200, .running)])
    #expect(pages.request(PageSamples.request(.zh, view)).contains("响应 今天 12:42"))
    #expect(pages.request(PageSamples.request(.en, view)).contains("Response today 12:42"))
  }

  @Test func `a wait that stops no clock does not say that clocks stand`() {
    func words(_ target: TargetView) -> String { pages.request(PageSamples.request(.zh, PageSamples.view(targets: [target]))) }
    #expect(words(PageSamples.target("clear", from: PageSamples.now, 3_600, .running)).contains("等备件，时钟照走"))
    #expect(words(PageSamples.target("clear", from: PageSamples.now, 3_600, .paused)).contains("计时已暂停：等备件"))
  }

  @Test func `an engineer begins with the own jobs, a branch with its own work, the desk with all`() {
    func home(_ role: Role) -> String {
      CasesPage.Filters.home(of: Actor(identity: .staff(StaffID("s")), name: "n", role: role, branch: BranchID("b"))).address()
    }
    #expect(home(.engineer) == "/requests?engineer=s")
    #expect(home(.branchManager) == "/requests?branch=b")
    #expect(home(.callTaker) == "/requests")
    #expect(home(.hospital) == "/requests")
  }

  @Test(arguments: [
    ("1123-0042", "SR-20261123-0042"), ("1124-0001", "SR-20251124-0001"), ("sr-20261123-0042", "SR-20261123-0042"),
    ("DX-0042", "DX-0042"), ("0793-1", "0793-1"), ("余干县", "余干县"),
  ])
  func `a number is found as people read it off the list`(_ typed: String, _ sought: String) {
    // 2026-11-23
    #expect(CasesPage.sought(typed, today: CivilDate(daysSinceEpoch: 20_780)) == sought)
  }

  @Test func `the rail follows what happened, and whoever is on the way will arrive`() {
    func item(_ kind: String, _ seconds: Int) -> JournalItem { PageSamples.item(kind, after: seconds, version: seconds + 1) }
    let journal = [item("accepted", 0), item("attempted", 60), item("located", 120), item("dispatched", 180), item("attempted", 240)]
    let order = WorkOrderView(
      id: "w", number: "WO-1", request: "r", requestNumber: "SR-1", state: .departed, engineer: .init(id: "s", name: "n"), partner: nil,
      dispatchedAt: PageSamples.now, departedAt: PageSamples.now, arrivedAt: nil, leftAt: nil, handedBackAt: nil, version: 2, steps: [])
    let wording = PageSamples.frame(.en).wording
    let marks = StageMark.stages(of: PageSamples.view(orders: [order]), journal, wording)
    #expect(marks.filter { $0.mark == "done" }.map(\.name) == ["Accepted", "Response", "Located", "Sent"])
    #expect(marks.first { $0.mark == "now" }?.name == "On site")
    #expect(marks[1].time == wording.clock(journal[1].occurredAt))
    let complaint = StageMark.stages(of: PageSamples.view(kind: .complaint), [item("reported", 0)], wording)
    #expect(complaint.map(\.name) == ["Accepted", "Response", "Cleared", "Confirmed", "Closed"])
    let phoneOnly = [item("accepted", 0), item("attempted", 60), item("cleared", 120)]
    #expect(
      StageMark.stages(of: PageSamples.view(), phoneOnly, wording).map(\.name) == [
        "Accepted", "Response", "Cleared", "Confirmed", "Closed",
      ])
  }
}

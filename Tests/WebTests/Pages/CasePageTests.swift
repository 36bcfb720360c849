import Domain
import Foundation
import Testing

@testable import Operations
@testable import Web

/// The page of one case: two places to write, a story that says for whom each word was, and due times that add up.
@Suite struct CasePageTests {
  let pages: Pages
  let now = PageSamples.now

  init() throws { pages = try Pages() }

  private func page(_ change: (inout RequestPage) -> Void = { _ in }, view: RequestView = PageSamples.view()) -> RequestPage {
    var page = PageSamples.request(.zh, view)
    change(&page)
    return page
  }

  private func item(_ kind: String, _ version: Int, _ body: String = "{}", hospital: Bool = false) -> JournalItem {
    var item = PageSamples.item(kind, after: version * 60, version: version, body: body)
    item.isHospitals = hospital
    return item
  }

  @Test func `a note and a message are two forms that share nothing (INT-5)`() {
    let text = pages.request(page())
    let forms = text.matches(of: /<form class="(for-us|for-them)"[^>]*action="[^"]*\/comment">(.*?)<\/form>/).map {
      (String($0.1), String($0.2))
    }
    #expect(forms.map(\.0).sorted() == ["for-them", "for-us"])
    for (name, form) in forms {
      #expect(form.contains(#"name="audience" value="customer""#) == (name == "for-them"))
      #expect(form.contains("#i-talk") == (name == "for-them"))
      #expect(form.contains("#i-lock") == (name == "for-us"))
    }
  }

  @Test func `a text that was refused comes back where it was typed, and nowhere else`() {
    for (audience, place) in [("", "note-text"), ("customer", "message-text")] {
      let text = pages.request(
        page { $0.refused = RefusedStep(step: "comment", values: ["text": "只说给您", "audience": audience], message: "m", fields: [:]) })
      #expect(text.matches(of: /只说给您/).count == 1)
      #expect(text.contains("id=\"\(place)\"") && text.firstMatch(of: try! Regex("id=\"\(place)\"[^>]*>只说给您</textarea>")) != nil)
    }
  }

  @Test func `the story shows for whom each remark was, and which came from the hospital`() {
    let journal = [
      item("commented", 1, #"{"text":"内部话"}"#), item("commented", 2, #"{"audience":"customer","text":"给院方"}"#),
      item("commented", 3, #"{"audience":"customer","text":"院方来"}"#, hospital: true),
    ]
    let text = pages.request(page { $0.journal = journal })
    #expect(text.contains(#"<div class="bubble in">内部话</div>"#))
    #expect(text.contains(#"<div class="bubble out">给院方</div>"#))
    #expect(text.contains("院方来信"))
  }

  @Test func `somebody of the hospital sees messages, one place to write, and no word of ours among colleagues`() {
    let frame = PageSamples.frame(.zh, role: .hospital)
    var own = RequestPage(frame: frame, view: PageSamples.view(steps: ["comment", "confirm"]))
    own.messages = [MessageView(version: 4, at: now, text: PageSamples.evil, fromHospital: false, author: nil)]
    let text = pages.request(own)
    PageCheck.expectWhole(text, .zh)
    #expect(!text.contains("for-us") && text.contains("给服务公司留言"))
    #expect(text.contains("无图像&lt;script&gt;") && !text.contains("<script>"))
  }

  private func explanation(_ events: [ClockEvent], on calendar: WorkingCalendar? = nil) throws -> Explanation {
    let rule = TargetRule(
      id: "clear", clause: "SLA-5", starts: "arrived", metBy: ["cleared"], owner: "engineer", within: .seconds(86_400),
      calendar: calendar == nil ? "always" : "office", pauses: .always, onReopen: .resume, warn: [.left(.seconds(7_200))],
      escalate: [.init(to: "branch-manager", after: .seconds(0))])
    let policy = try ServicePolicy(version: "t", targets: [rule], calendars: calendar.map { ["office": $0] } ?? [:])
    var run = ClockRun(policy: policy, attributes: [:], explained: true)
    run.apply(events)
    return try #require(run.explanations(at: now).first)
  }

  @Test func `a due time is a sum: what started it, the promise, each pause with its reason (SLA-7)`() throws {
    let start = now - 9_000 + 60, wording = PageSamples.frame(.zh).wording
    let sum = ClockSum(
      explanation: try explanation([
        ClockEvent(at: start, event: "arrived"), ClockEvent(at: now - 8_400, event: "paused", reason: "customer"),
        ClockEvent(at: now - 8_040, event: "resumed"),
      ]), wording: wording, journal: [item("arrived", 1)])
    let lines = sum.lines
    #expect(lines.map(\.sign) == ["", "+", "+", "=", "", ""])
    #expect(lines.map(\.words) == ["到场", "承诺 24 小时", "暂停 6 分，08:22 到 08:28", "到期", "提醒工程师", "仍未做到则上报片区经理"])
    #expect(lines[2].source == wording.word("wait", "customer") && lines[1].source == "按钟点算 · SLA-5")
    // Who is told is for those who see the journal.
    #expect(ClockSum(explanation: sum.explanation, wording: wording).lines.map(\.sign) == ["", "+", "+", "="])
    #expect(sum.brief.hasPrefix("到场 ") && sum.brief.contains("= 到期 ") && !sum.brief.contains("提醒"))
    var page = page(view: PageSamples.view(targets: [PageSamples.target("clear", from: start, 86_760, .running)]))
    page.explanations = ["clear": sum.explanation]
    #expect(pages.request(page).contains("暂停 6 分，08:22 到 08:28"))
  }

  @Test(arguments: [
    // 24 h and 10 min of waiting; 2 h from the change; the 24 h stay.
    (26, "情况变更，从起点算承诺 26 小时 + 暂停 10 分"), (2, "情况变更，从变更时算承诺 2 小时"), (23, "情况变更，承诺 23 小时，会晚于原先的承诺，到期时间不变"),
  ])
  func `another promise says from when it counts, and where it may not become later (SLA-2)`(hours: Int, words: String) throws {
    func rule(_ hours: Int, _ when: [String: String]) -> TargetRule {
      TargetRule(
        id: "clear", clause: "SLA-5", starts: "arrived", metBy: ["cleared"], within: .seconds(hours * 3_600), pauses: .always, when: when)
    }
    let policy = try ServicePolicy(version: "t", targets: [rule(24, [:]), rule(hours, ["urgency": "emergency"])])
    var run = ClockRun(policy: policy, attributes: [:], explained: true)
    run.apply([
      ClockEvent(at: now - 7_200, event: "arrived"), ClockEvent(at: now - 6_600, event: "paused", reason: "parts"),
      ClockEvent(at: now - 6_000, event: "resumed"), ClockEvent(at: now - 600, event: "changed", attributes: ["urgency": "emergency"]),
    ])
    let lines = ClockSum(explanation: try #require(run.explanations(at: now).first), wording: PageSamples.frame(.zh).wording).lines
    #expect(lines.contains { $0.words.hasSuffix(words) }, "\(lines.map(\.words))")
  }

  @Test func `who was told of a missed promise stands beneath its sum, with what they made of it (SLA-8)`() throws {
    let since = "2026-11-23T01:00:00.000Z"
    func said(_ kind: String, _ minute: Int, _ place: Int, _ more: String) -> JournalItem {
      item(kind, minute, #"{"target":"clear","place":\#(place),"since":"\#(since)",\#(more)}"#)
    }
    let journal = [
      said("warned", 1, 0, #""to":"engineer","told":["w"]"#), said("escalated", 2, 0, #""to":"engineer","told":["w"]"#),
      said("escalated", 3, 1, #""to":"branch-manager","told":[]"#), said("escalation-answered", 4, 0, #""answer":"seen","by":"w""#),
      said("escalation-answered", 5, 0, #""answer":"handed-on","by":"w","to":"g""#),
      item("escalated", 6, #"{"target":"other","place":0,"since":"\#(since)","to":"engineer","told":["w"]}"#),
    ]
    let lines = ClockSum(
      explanation: try explanation([ClockEvent(at: now - 90_000, event: "arrived")]), wording: PageSamples.frame(.zh).wording,
      journal: journal,
      names: ["w": "王强", "g": "郭红"]
    ).lines.filter { $0.kind == .then }
    #expect(lines.map(\.words) == ["已提醒 王强", "已上报 王强", "已上报 片区经理"])
    let at = { PageSamples.frame(.zh).wording.moment($0) }
    #expect(lines[1].source == "王强已知悉（\(at(journal[3].occurredAt))）、王强转给郭红（\(at(journal[4].occurredAt))）")
    #expect(lines[0].source.isEmpty && lines[2].source.isEmpty)
  }

  @Test func `under office hours the sum names them, and the days that are none or more; reopened, what does not count (SLA-7)`() throws {
    let spans = [try HoursSpan(parsing: "09:00-17:00")], today = now.date(offsetSeconds: 28_800)
    let tomorrow = CivilDate(daysSinceEpoch: today.daysSinceEpoch + 1)
    let office = try WorkingCalendar(
      CalendarDefinition(
        name: "南昌办公", timeZone: "Asia/Shanghai", week: Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, spans) }),
        days: [tomorrow: []]), holidays: .none)
    let lines = ClockSum(
      explanation: try explanation(
        [
          ClockEvent(at: now - 9_000, event: "arrived"), ClockEvent(at: now - 5_400, event: "cleared"),
          ClockEvent(at: now - 1_800, event: "rejected"),
        ], on: office), wording: PageSamples.frame(.en).wording
    ).lines
    #expect(lines[1].source == "in working time (南昌办公) · SLA-5")
    #expect(lines.contains { $0.words.hasPrefix("Result rejected: ") && $0.sign == "+" })
    #expect(lines.contains { $0.words.hasPrefix("In between ") && $0.words.hasSuffix(": closed") })
  }

  @Test func `a refused step shows what others did meanwhile, beside what was typed`() {
    var refused = RefusedStep(step: "attempt", values: ["note": "我填的"], message: "不行")
    refused.seen = 1
    let journal = [item("accepted", 1), item("cancelled", 2, #"{"reason":"院方撤回"}"#)]
    let view = RequestView(
      id: "r", number: "SR-20261123-0042", state: .cancelled, summary: "坏了", reportedAt: now, version: 2, steps: ["reopen"])
    let text = pages.request(page({ ($0.journal, $0.refused) = (journal, refused) }, view: view))
    let meanwhile = text.firstMatch(of: /class="panel meanwhile".*?<\/section>/.dotMatchesNewlines()).map { String($0.output) } ?? ""
    #expect(meanwhile.contains("院方撤回") && !meanwhile.contains(#"id="e1""#))
    #expect(text.contains("我填的</textarea>"))
  }

  @Test func `a remote session shows who consented, and that it runs (REM-2)`() {
    var started = item("remote-started", 1, #"{"tool":"向日葵","purpose":"看日志"}"#)
    started.personName = "李护士"
    let wording = PageSamples.frame(.zh).wording
    let running = RemotePart(PageSamples.view(), [started], wording)
    #expect(running?.isRunning == true && running?.lines.map(\.words).contains("李护士") == true)
    #expect(RemotePart(PageSamples.view(), [started, item("remote-ended", 2, #"{"result":"stopped"}"#)], wording)?.isRunning == false)
    #expect(RemotePart(PageSamples.view(), [], wording) == nil)
  }

  @Test func `what cannot be done yet says why, and who would`() {
    let text = pages.request(
      page {
        $0.hindrances = [
          Hindrance(step: .clear, reason: .rule(.agreementMissing)), Hindrance(step: .signOff, reason: .others([.branchManager])),
          Hindrance(step: .close, reason: .rule(.signOffMissing)),
        ]
      })
    #expect(text.contains("排除故障：院方还没有同意处理方案") && text.contains("签核：由片区经理来做"))
    #expect(!text.contains("经理还没有签核"), "two are enough")
  }

  @Test func `a wait is chosen from the reasons of the case's policy, its own in its own words (SLA-8)`() {
    var view = PageSamples.view(steps: ["pause"])
    view.pauseReasons += ["等院方验收"]
    let text = pages.request(page(view: view))
    for choice in [#"<option value="customer">等客户</option>"#, #"<option value="等院方验收">等院方验收</option>"#] {
      #expect(text.contains(choice), "\(choice)")
    }
  }

  @Test func `a long story begins with its newest, and the rest is one press away`() {
    let journal = (1...100).map { item("commented", $0, #"{"text":"第\#($0)条"}"#) }
    let text = pages.request(page { $0.journal = journal })
    #expect(text.contains("第100条<") && !text.contains("第20条<") && text.contains("更早的 20 条"))
    let whole = pages.request(page { ($0.journal, $0.isWholeStory) = (journal, true) })
    #expect(whole.contains("第1条<") && !whole.contains("更早的"))
  }

  @Test func `the next step is the one button in ink, and it names its effect`() {
    let view = PageSamples.view(steps: ["depart", "pause", "comment"])
    let order = WorkOrderView(
      id: "w", number: "WO-1", request: "r", requestNumber: "SR-1", state: .dispatched, engineer: .init(id: "s", name: "n"), partner: nil,
      dispatchedAt: now, departedAt: nil, arrivedAt: nil, leftAt: nil, handedBackAt: nil, version: 1, steps: [])
    let text = pages.request(
      page(
        { $0.done = nil },
        view: RequestView(
          id: "r", number: view.number, state: .working, summary: "坏了", customer: (id: "c", name: "余干县人民医院"), reportedAt: now,
          workOrders: [order], steps: view.steps)))
    let main = text.components(separatedBy: "<main")[1].components(separatedBy: "</main>")[0]
    #expect(main.matches(of: /btn pri/).count == 1)
    #expect(main.contains("出发去余干县人民医院"))
  }
}

import Domain
import Testing

@testable import Operations
@testable import Web

/// The board with something in every place, made without a database (INT-6).
@Suite struct BoardPageTests {
  static let now = PageSamples.now
  static let evil = PageSamples.evil
  let pages: Pages

  init() throws { pages = try Pages() }

  private static func order(_ state: WorkOrderState, ago: Int64 = 60, planned: Instant? = nil) -> WorkOrderView {
    var order = WorkOrderView(
      id: "w-\(state.rawValue)", number: "WO-1", request: "r", requestNumber: "SR-20261123-0042", state: state,
      engineer: .init(id: "staff-1", name: evil), partner: nil, dispatchedAt: now - ago, departedAt: nil, arrivedAt: nil, leftAt: nil,
      handedBackAt: nil, version: 1, steps: [])
    order.plannedAt = planned
    return order
  }

  private static let tally = BoardTally(
    cases: [
      .init(branch: "b-1", urgency: "normal", kind: "support", state: "working", bucket: .late, isSent: false, engineer: nil, count: 7),
      .init(branch: nil, urgency: "emergency", kind: "parts", state: "accepted", bucket: .held, isSent: true, engineer: nil, count: 2),
    ], sent: [])

  private static func visit(_ state: WorkOrderState) -> BoardVisit {
    BoardVisit(
      id: "w", number: "WO-1", request: "r", requestNumber: "SR-20261123-0042", engineer: "staff-1", customer: evil, category: evil,
      urgency: .normal, visit: Visit(state: state, dispatchedAt: now))
  }

  private static func lane(_ id: String) -> BoardLane {
    BoardLane(
      engineer: .init(id: id, name: evil, branch: "b-1", branchName: evil), open: 3,
      pieces: [
        .init(look: .done, from: now - 9_000, to: now - 3_600, visit: visit(.left)),
        .init(look: .site, from: now - 1_800, to: now + 3_600, visit: visit(.arrived)),
        .init(look: .way, from: now, to: now + 1_800, visit: visit(.departed)),
        .init(look: .planned, from: now + 1_800, to: now + 86_400, visit: visit(.dispatched)),
      ])
  }

  /// Offers with every reason there is.
  private static var offers: [BoardCase.Offer] {
    let place = Coordinate(latitude: "28.7", longitude: "116.7"), far = Coordinate(latitude: "29.7", longitude: "116.7")
    let today = CivilDate(year: 2026, month: 11, day: 23)!, past = CivilDate(year: 2026, month: 1, day: 1)!
    let busy = Visit(state: .arrived, dispatchedAt: now - 900, arrivedAt: now - 600, place: place)
    let candidates = [
      Candidate(staff: StaffID("a"), branch: BranchID("b-1"), skills: ["DR"], base: place),
      Candidate(
        staff: StaffID("b"), branch: BranchID("b-2"), certificates: [.init(name: "DR", expires: today)], base: far, visits: [busy],
        knowsMachineSince: now - 900_000), Candidate(staff: StaffID("c"), branch: nil),
      Candidate(staff: StaffID("d"), branch: BranchID("b-1"), skills: ["CT"], base: place, isSent: true),
      Candidate(staff: StaffID("e"), branch: BranchID("b-1"), certificates: [.init(name: "DR", expires: past)], base: place),
    ]
    let errand = Errand(category: "DR", branch: BranchID("b-1"), place: place, due: now, urgency: .normal)
    return Suggestion.rank(candidates, for: errand, at: now, today: today).map {
      .init(engineer: .init(id: $0.staff.text, name: "\($0.staff) \(evil)", branch: "branch-1", branchName: evil), suggestion: $0)
    }
  }

  static func board(_ language: Language, _ cases: [RequestView], selected: RequestView? = nil) -> BoardPage {
    var page = BoardPage(frame: PageSamples.frame(language, role: .dispatcher), tally: tally)
    page.listed = .init(cases: cases, departments: ["e": evil], next: "n")
    page.views = [SavedView(id: "v", name: evil, filter: page.filter)]
    page.branches = [NamedThing(id: "b-1", name: evil)]
    page.engineers = [.init(id: "staff-1", name: evil, branch: "b-1", branchName: evil, partner: evil)]
    page.lanes = [lane("a"), lane("b")]
    page.laneNotes = ["a": evil]
    page.formKey = "board-1"
    page.selected = selected.map {
      BoardCase(
        view: $0, site: evil, department: evil, category: "DR",
        lastAttempt: PageSamples.item("attempted", after: 0, version: 1, body: #"{"level":"phone","result":"failed","note":"<script>"}"#),
        sent: [
          .init(workOrder: order(.dispatched, planned: now + 900), by: evil, isOwn: false),
          .init(workOrder: order(.departed), by: nil, isOwn: true),
        ],
        casesOfYear: 2, offers: offers)
    }
    return page
  }

  private static var samples: [RequestView] {
    let orders = WorkOrderState.allCases.map { order($0, planned: now + 90_000) }
    return RequestState.allCases.map { PageSamples.view($0) } + orders.map { PageSamples.view(orders: [$0]) }
      + PageSamples.targets.map { PageSamples.view(targets: [$0]) } + [PageSamples.view(bare: true)]
  }

  private func text(_ page: BoardPage) -> String {
    pages.render("board", page.frame, page.frame.wording.text("board.title"), "board", page.values())
  }

  @Test(arguments: Language.allCases)
  func `the board renders whole: full, empty, chosen, refused, done, and in parts`(_ language: Language) {
    var full = Self.board(language, Self.samples, selected: PageSamples.view())
    full.cursor = "c"
    var refused = full
    refused.refused = .init(message: Self.evil, plannedAt: "2026-11-23T14:30")
    refused.done = .init(words: Self.evil, workOrder: "w")
    var narrow = Self.board(language, [])
    (narrow.filter.place, narrow.filter.branch, narrow.filter.engineer) = (.toSend, "b-1", "staff-1")
    (narrow.filter.urgency, narrow.filter.kind, narrow.done) = (.emergency, .parts, .init(words: "x", isGood: false))
    let ended = Self.board(language, Self.samples, selected: PageSamples.view(.reported, steps: ["accept"]))
    let empty = BoardPage(frame: full.frame, tally: BoardTally(cases: [], sent: []))
    for page in [full, refused, narrow, ended, empty] { PageCheck.expectWhole(text(page), language) }
    for part in BoardParts.Part.allCases {
      let values = BoardParts(board: full.values(), parts: [part])
      PageCheck.expectWhole(pages.render("board-parts", full.frame, "x", "board", values), language)
    }
    let keys = text(full).matches(of: /[>"\s]board\.[a-z.-]+[<"\s]/)
    #expect(keys.isEmpty)
  }

  @Test func `whatever people typed is shown on the board, and never runs`() {
    let shown = text(Self.board(.zh, Self.samples, selected: PageSamples.view()))
    #expect(!shown.contains("<script>") && !shown.contains("<script>alert"))
    #expect(shown.contains("无图像&lt;script&gt;"))
  }

  @Test func `rows say where the engineer is, and who waits to be sent stands out`() {
    func row(_ view: RequestView) -> String {
      let shown = text(Self.board(.zh, [view]))
      return String(shown.split(separator: "<td class=\"c-state\">").dropFirst().first?.prefix(400) ?? "")
    }
    #expect(row(PageSamples.view()).contains("待派工") && row(PageSamples.view()).contains("state todo"))
    #expect(row(PageSamples.view(orders: [Self.order(.dispatched, planned: Self.now + 3_600)])).contains("已派 11:42"))
    // A case whose clocks wait says for what (SLA-8).
    #expect(row(PageSamples.view()).contains("待派工 · 等客户") && !row(PageSamples.view(bare: true)).contains(" · "))
    // Taken back for ten minutes, and only before they leave.
    #expect(row(PageSamples.view(orders: [Self.order(.dispatched)])).contains("/board/undo"))
    #expect(!row(PageSamples.view(orders: [Self.order(.dispatched, ago: 601)])).contains("/board/undo"))
    #expect(!row(PageSamples.view(orders: [Self.order(.departed)])).contains("/board/undo"))
  }

  @Test func `one ink-black button names whom it sends, and each other offer its own`() {
    let shown = text(Self.board(.zh, [], selected: PageSamples.view()))
    #expect(shown.matches(of: /btn pri send/).count == 1)
    #expect(shown.contains(#/btn pri send" name="engineer" value="a@2026-11-23T[^"]+">派给 a /#))
    #expect(shown.contains("没有 DR 资质") && shown.contains("证书 2026年1月1日 已到期") && shown.contains("修过本机"))
    #expect(shown.contains("3 人合适，2 人不合适"))
  }

  @Test func `the timeline stands on quarters of the hour, overlapping visits below each other`() {
    let start = Self.now - 3 * 3_600 - 2_520  // 07:00
    #expect(BoardTimeline.span(start, start + 900, start: start).map { [$0.first, $0.count] } == [0, 1])
    #expect(BoardTimeline.span(start - 900, start + 901, start: start).map { [$0.first, $0.count] } == [0, 2])
    #expect(BoardTimeline.span(start + 43_000, start + 99_000, start: start).map { [$0.first, $0.count] } == [47, 1])
    #expect(BoardTimeline.span(start - 900, start, start: start) == nil)
    #expect(BoardTimeline.span(start + 43_200, start + 44_000, start: start) == nil)
    let shown = text(Self.board(.zh, [], selected: PageSamples.view()))
    #expect(shown.contains(#"<line x1="222" x2="222""#), "10:42 is 222 minutes after 07:00")
    #expect(shown.contains(/data-v="site"/) && shown.contains(/data-v="way"/) && shown.contains(/data-v="want"/))
    #expect(shown.contains(/visit q\d+ n\d+ l1/), "what overlaps has a line of its own")
  }

  @Test func `headings count what the company has, not what the page shows`() {
    let shown = text(Self.board(.zh, [PageSamples.view(targets: [PageSamples.targets[2]])]))
    #expect(shown.contains("已超时 <span class=\"count\">7</span>"))
  }
}

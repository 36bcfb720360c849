import Domain

@testable import Operations
@testable import Web

/// Pages with something in every place, made without a database.
enum PageSamples {
  static let now = TestDesk.now
  /// Of every event that a page tells.
  static let kinds = Telling.icons.keys.sorted()
  static let evil = #"无图像<script>alert("1")</script>&'"#

  static func frame(_ language: Language, role: Role? = .administrator) -> Frame {
    Frame(
      language: language, now: now,
      reader: role.map { Actor(identity: .staff(StaffID("staff-1")), name: "万丽", role: $0, branch: BranchID("branch-1")) },
      path: "/requests")
  }

  static func target(
    _ id: String, from start: Instant, _ seconds: Int64, _ state: TargetReading.State, met: Instant? = nil, paused: Int64 = 0,
    owed: Bool = true
  ) -> TargetView {
    TargetView(
      reading: TargetReading(
        id: id, clause: "SLA-1", owner: "dispatcher", start: start, due: start + seconds, state: state, metAt: met, usedSeconds: 60,
        pausedSeconds: paused), name: .init(zh: "响应", en: "Response"), isOwed: owed)
  }

  /// One clock of every state.
  static let targets = [
    target("run", from: now - 60, 86_400, .running), target("soon", from: now - 3_000, 3_600, .running),
    target("late", from: now - 9_000, 3_600, .missed), target("hold", from: now - 60, 7_200, .paused, paused: 30),
    target("hold-late", from: now - 9_000, 3_600, .paused, paused: 30), target("met", from: now - 60, 3_600, .met, met: now, owed: false),
    target("met-late", from: now - 9_000, 3_600, .missed, met: now, owed: false),
    target("gone", from: now - 9_000, 3_600, .missed, owed: false), target("dropped", from: now, 60, .dropped, owed: false),
  ]

  static func view(
    _ state: RequestState = .working, kind: RequestKind = .support, bare: Bool = false, steps: [String]? = nil,
    orders: [WorkOrderView] = [], targets: [TargetView] = PageSamples.targets
  ) -> RequestView {
    let all = RequestStep.allCases.map(\.rawValue)
    guard !bare else {
      return RequestView(id: "r", number: "SR-20261123-0042", kind: kind, state: state, summary: "坏了", reportedAt: now, steps: steps ?? [])
    }
    return RequestView(
      id: "r", number: "SR-20261123-0042", kind: kind, urgency: .emergency, state: state, level: .onSite, pausedFor: "customer",
      summary: evil,
      description: evil, harm: .suspected, customer: (id: "c", name: evil),
      equipment: (id: "e", serialNumber: "DX-1", model: evil, warrantyEnds: CivilDate(daysSinceEpoch: 21_000)), contactName: evil,
      contactPhone: "0793-1", branch: "branch-1", owner: "staff-1", ownerName: "万丽", reportedAt: now - 9_000, workOrders: orders,
      targets: targets, steps: steps ?? all)
  }

  /// The journal of a case in which everything has happened.
  static let journal: [JournalItem] = PageSamples.kinds.enumerated().map { index, kind in
    item(kind, after: index * 60, version: index + 1, body: bodies[kind] ?? "{}")
  }

  static func item(_ kind: String, after seconds: Int, version: Int, body: String = "{}") -> JournalItem {
    let at = now - 9_000 + Int64(seconds)
    return JournalItem(
      position: Int64(version), stream: "request/r", version: version, event: kind, schema: 1, occurredAt: at, recordedAt: at + 600,
      actor: "staff:staff-1", behalf: nil, device: nil, data: body, body: body, previousHash: "", hash: "", actorName: evil)
  }

  private static let bodies = [
    "reported": #"{"channel":"hotline","summary":"<script>"}"#, "accepted": #"{"owner":"staff-1"}"#,
    "acknowledged": #"{"how":"phone"}"#, "attempted": #"{"level":"phone","result":"failed","note":"<script>"}"#,
    "located": #"{"cause":"hardware","part":"供电板"}"#, "level-raised": #"{"from":"phone","to":"on-site","reason":"x"}"#,
    "dispatched": #"{"engineer":"staff-1","number":"WO-20261123-0001","partner":"某公司"}"#, "handed-back": #"{"reason":"缺件"}"#,
    "work-recorded": #"{"workOrder":"w","work":"换板","parts":["PB-2207"],"readings":[{"name":"电压","value":"5.0","unit":"V"}]}"#,
    "proposed": #"{"remedy":"换板"}"#, "agreed": #"{"how":"link"}"#, "remote-started": #"{"tool":"向日葵","purpose":"看日志"}"#,
    "remote-ended": #"{"result":"failed"}"#, "paused": #"{"reason":"parts"}"#,
    "changed": #"{"urgency":"emergency","summary":"新","customer":"c","lateReason":"忘了"}"#,
    "cleared": #"{"cause":"hardware","remedy":"换板"}"#, "confirmed": #"{"how":"signature"}"#, "rejected": #"{"reason":"x"}"#,
    "merged": #"{"number":"SR-1","reason":"x"}"#, "absorbed": #"{"number":"SR-2"}"#, "commented": #"{"text":"<script>"}"#,
    "attached": #"{"attachment":"a1","note":"<script>","paper":"repair-report"}"#, "attachment-erased": #"{"reason":"<script>"}"#,
    "policy-moved": #"{"from":"a","to":"<script>","reason":"<script>","due":[{"target":"on-site","now":"2026-11-23T03:00:00.000Z"}]}"#,
    "due-changed":
      #"{"from":"a","to":"<script>","years":[2027],"due":[{"target":"on-site","now":"2027-02-12T03:00:00.000Z"}]}"#,
    "warned": #"{"target":"on-site","to":"engineer","told":["staff-1"],"due":"2026-11-23T03:00:00.000Z","late":true}"#,
    "escalated": #"{"target":"on-site","to":"branch-manager","told":[],"due":"2026-11-23T03:00:00.000Z","late":false}"#,
    "escalation-answered": #"{"target":"on-site","answer":"handed-on","by":"staff-1","to":"staff-1","note":"<script>"}"#,
  ]

  /// A picture, a signed paper for us alone, and one that was erased.
  static let attachments = ["image/jpeg", "application/pdf", "x/y"].enumerated().map { index, type in
    AttachmentView(
      id: "a\(index)", request: "r", requestNumber: "SR-20261123-0042", file: "f", name: index == 2 ? nil : evil,
      facts: FileFacts(type: type, size: 2_400_000, sha256: "", pages: index == 1 ? 2 : nil),
      note: index == 0 ? evil : nil, isInternal: index == 1,
      paper: index == 1 ? "repair-report" : nil, code: nil, attachedAt: now, actor: "staff:staff-1", actorName: evil,
      erasedAt: index == 2 ? now : nil, erasedReason: index == 2 ? evil : nil)
  }

  static func cases(_ language: Language, _ items: [RequestView], next: String? = "n") -> CasesPage {
    CasesPage(
      frame: frame(language), page: Page(items: items, next: next), branches: [NamedThing(id: "branch-1", name: evil)],
      engineers: [NamedThing(id: "staff-1", name: evil)])
  }

  static func request(_ language: Language, _ view: RequestView = PageSamples.view()) -> RequestPage {
    RequestPage(
      frame: frame(language), view: view, journal: journal, journalGoesOn: true,
      hindrances: [
        Hindrance(step: .clear, reason: .rule(.agreementMissing)), Hindrance(step: .signOff, reason: .others([.branchManager])),
      ],
      branchName: "余干", siteName: "本部",
      attachments: attachments, attachmentsGoOn: true, arrived: [inbound(.held)], token: "t",
      engineers: [NamedThing(id: "staff-1", name: evil, note: "余干")], done: "accept", formKey: "page-1")
  }

  static func inbound(_ state: InboundState) -> InboundView {
    let isTaken = state == .taken || state == .joined
    return InboundView(
      id: "i", channel: isTaken ? "wecom" : "email", state: state, reason: state == .held ? "flood" : nil, sender: isTaken ? nil : evil,
      senderName: state == .joined ? nil : evil, subject: state == .taken ? "" : evil, requestID: isTaken ? "r" : nil,
      requestNumber: isTaken ? "SR-20261123-0001" : nil, isKept: !isTaken, receivedAt: now, decidedAt: nil)
  }

  /// Every page, full and empty, with the template that it is for.
  static func all(_ language: Language) -> [(template: String, page: FramedPage)] {
    let full = RequestState.allCases.map { view($0) }, bare = RequestState.allCases.map { view($0, bare: true) }
    var found = cases(language, [])
    (found.find, found.found) = ("x", [])
    var filtered = cases(language, [], next: nil)
    filtered.filters = .init(state: "closed", kind: "support", equipment: "e", customer: "c", owner: "o")
    filtered.isFollowing = true
    var refused = request(language)
    refused.refused = RefusedStep(step: "clear", values: ["remedy": "x"], message: "m", fields: ["cause": "c", "occurredAt": "o"], seen: 0)
    var outside = RequestPage(frame: frame(language, role: .hospital), view: view(steps: ["comment"]))
    outside.messages = [true, false].map { MessageView(version: 1, at: now, text: evil, fromHospital: $0, author: $0 ? nil : evil) }
    let notices =
      [nil, now].map { seen in
        NoticeView(
          id: "n", role: "quality", kind: "harm-suspected", stream: "request/r", number: "SR-1", created: now, seenBy: nil, seenAt: seen,
          summary: evil, customer: nil, seenByName: nil, target: nil, place: nil, due: nil,
          note: nil, targetName: nil)
      }
      + ["warned", "escalated", "handed-on"].map { kind in
        NoticeView(
          id: "n", role: "branch-manager", kind: kind, stream: "request/r", number: "SR-1", created: now, seenBy: nil, seenAt: nil,
          summary: evil, customer: evil, seenByName: nil, target: "on-site", place: 1, due: now, note: evil,
          targetName: .init(zh: evil, en: evil))
      }
    let nobody = frame(language, role: nil), somebody = frame(language)
    func framed(_ frame: Frame, _ content: any PageValue) -> FramedPage {
      FramedPage(frame: frame, title: evil, screen: "cases", content: content)
    }
    var all: [(template: String, page: FramedPage)] = [
      ("help", framed(somebody, NoValues())),
      ("sign-in", framed(nobody, SignInPage(frame: nobody).values())),
      ("sign-in", framed(nobody, SignInPage(frame: nobody, name: "wang", problem: "p").values())),
      (
        "notices",
        framed(somebody, NoticesPage(frame: somebody, page: Page(items: notices, next: "n"), isFollowing: true).values())
      ),
      ("notices", framed(somebody, NoticesPage(frame: somebody, page: Page(items: [], next: nil)).values())),
      (
        "inbound",
        framed(
          somebody,
          InboundPage(
            frame: somebody, page: Page(items: InboundState.allCases.map(inbound), next: "n"), state: .held, sender: evil,
            waiting: [.held: 3], isFollowing: true, done: "SR-20261123-0001", problem: evil,
            troubles: [MailboxTrouble(box: "imaps://a@b/INBOX", since: now, error: evil)]
          ).values())
      ),
      ("inbound", framed(somebody, InboundPage(frame: somebody, page: Page(items: [], next: nil)).values())),
      (
        "error",
        framed(
          somebody,
          ErrorPage(
            frame: somebody, status: 503, title: "t", message: "m", details: ["d"], requestID: "1", isWrite: true, retry: "/x"
          ).values())
      ),
      ("error", framed(nobody, ErrorPage(frame: nobody, status: 401, title: "t", message: "m").values())),
    ]
    let lists = [cases(language, full), cases(language, bare, next: nil), cases(language, [], next: nil), found, filtered]
    all += lists.map { ("cases", framed(somebody, $0.values())) }
    let requests = [refused, outside] + (full + bare).map { request(language, $0) } + bare.map { RequestPage(frame: somebody, view: $0) }
    all += [true, false].flatMap { isPrinted in
      PaperSamples.all(language, isPrinted: isPrinted).map { ($0.paper.template, framed(nobody, $0)) }
    }
    return all + requests.map { ("request", framed(somebody, $0.values())) }
  }
}

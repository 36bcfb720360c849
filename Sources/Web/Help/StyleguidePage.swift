import Domain
import Hummingbird
import Operations

/// Every component in every state, from the parts that the pages are made of.
struct StyleguidePage: PageValue {
  let frame: Frame
  private let wording: Wording

  init(_ frame: Frame) { (self.frame, wording) = (frame, frame.wording) }

  func child(named: String) -> Any? {
    switch named {
    case "sgLang": frame.language.rawValue
    case "sgTheme": frame.theme?.rawValue ?? "auto"
    case "sgLight": frame.theme == .light
    case "sgDark": frame.theme == .dark
    case "sgClocks": clocks.map(clock)
    case "sgRows": rows.map { CaseRow($0, nearest: $0.nearest, branch: "", wording) }
    case "sgStages": stages
    case "sgStory": story
    case "sgComposer": Composer(RequestPage(frame: frame, view: Self.view(wording.now, .working)))
    case "sgDigits": zip("0142", ["洞", "幺", "四", "两"]).map { Choice(value: String($0), words: $1) }
    case "sgForm": form(refused: nil)
    case "sgWrong": form(refused: wrong)
    case "sgIcons": PageAsset.icons.sorted().map { Choice(value: String($0), words: "") }
    default: nil
    }
  }

  private static let kinds: [(state: TargetReading.State, start: Int64, within: Int64, paused: Int64, owed: Bool, met: Int64?)] = [
    (.running, -4_700, 86_400, 0, true, nil), (.running, -5_600, 7_200, 0, true, nil), (.missed, -9_000, 7_200, 0, true, nil),
    (.paused, -9_000, 86_400, 360, true, nil), (.met, -4_000, 7_200, 0, false, -3_580), (.missed, -9_000, 3_600, 0, false, -3_000),
    (.dropped, -9_000, 86_400, 0, false, nil),
  ]

  private static func target(_ now: Instant, _ index: Int) -> TargetView {
    let kind = kinds[index % kinds.count]
    return TargetView(
      reading: TargetReading(
        id: "t\(index)", clause: "SLA-5", owner: "engineer", start: now + kind.start, due: now + kind.start + kind.within + kind.paused,
        state: kind.state, metAt: kind.met.map { now + $0 }, usedSeconds: 420, pausedSeconds: kind.paused),
      name: .init(zh: "排除", en: "Clear"), isOwed: kind.owed)
  }

  private func clock(_ target: TargetView) -> ClockPart {
    var part = ClockPart(target, wording)
    let reading = target.reading, within = wording.duration(milliseconds: reading.due.milliseconds(since: reading.start))
    part.sum = [
      SumLine(words: wording.text("event.arrived"), value: wording.moment(reading.start)),
      SumLine(sign: "+", words: wording.text("case.sum-promise", within), source: reading.clause ?? "", value: wording.moment(reading.due)),
      SumLine(sign: "=", words: wording.text("case.sum-due"), value: wording.moment(reading.due), kind: .total),
    ]
    return part
  }

  private var clocks: [TargetView] { Self.kinds.indices.map { Self.target(wording.now, $0) } }

  private static func view(_ now: Instant, _ state: RequestState, clock: Int? = nil) -> RequestView {
    RequestView(
      id: "r", number: "SR-20261123-0042", urgency: clock == 2 ? .emergency : .normal, state: state, level: .onSite,
      summary: "曝光后无图像，报 E-117",
      harm: clock == 2 ? .suspected : .none, customer: clock == 3 ? nil : (id: "c", name: "余干县人民医院"),
      equipment: clock == 3 ? nil : (id: "e", serialNumber: "DX56-1", model: "DR DX-560", warrantyEnds: nil),
      ownerName: clock == 3 ? nil : "徐建军", reportedAt: now - 9_000, targets: clock.map { [target(now, $0)] } ?? [])
  }

  private var rows: [RequestView] {
    [2, 1, 0, 3].map { Self.view(wording.now, $0 == 3 ? .reported : .working, clock: $0) } + [Self.view(wording.now, .closed)]
  }

  private var stages: [StageMark] {
    let names = ["accepted", "responded", "dispatched", "arrived", "located", "cleared", "confirmed", "signed-off"]
    return names.enumerated().map { index, name in
      let mark = index < 4 ? "done" : index == 4 ? "now" : "todo"
      let time = index < 4 ? wording.clock(wording.now - Int64(9_000 - index * 900)) : index == 4 ? wording.text("case.stage-next") : ""
      return StageMark(name: wording.text("case.stage.\(name)"), time: time, mark: mark)
    }
  }

  private var story: [StoryEntry] {
    func entry(
      _ minutes: Int64, _ icon: String, _ what: String, _ quote: String = "", _ audience: Audience? = nil, isFirst: Bool = false
    ) -> StoryEntry {
      let at = wording.now - minutes * 60
      var entry = StoryEntry(
        day: isFirst ? wording.dayHeading(at) : "", time: wording.clock(at), iso: at.description, icon: icon, who: "徐建军", what: what,
        more: [],
        quote: quote)
      entry.audience = audience
      entry.isNow = isFirst
      return entry
    }
    var measured = entry(50, "tool", wording.text("event.work-recorded"))
    measured.readings = [
      ReadingLine(name: "供电板 5 V", value: "4.12 V", expected: "5.00 ± 0.25 V", passed: false),
      ReadingLine(name: "主机 24 V", value: "23.9 V", expected: "24.0 ± 1.2 V", passed: true),
    ]
    return [
      entry(3, "go", wording.text("event.departed"), isFirst: true),
      entry(12, "lock", wording.text("event.commented"), wording.text("sg.bubble-in"), .colleagues),
      entry(20, "talk", wording.text("event.commented.customer"), wording.text("sg.bubble-out"), .customer),
      measured,
    ]
  }

  private var wrong: RefusedStep {
    RefusedStep(
      step: "attempt", values: ["level": "phone", "note": wording.text("sg.bubble-in")], message: wording.text("sg.note-late"),
      fields: ["result": wording.text("sg.required")])
  }

  private func form(refused: RefusedStep?) -> StepForm {
    StepForm("attempt", shape: RequestStep.attempt.shape, action: "#row", refused: refused, key: "sg\(refused == nil ? 1 : 2)", wording)
  }
}

extension PageRoutes {
  /// For whoever builds and judges screens: `?theme=light|dark`, `?lang=zh|en`. Not for outsiders, and in no menu.
  func styleguidePage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    guard !actor.role.isOutside else { throw WebRefusal.noSuchPath }
    let query = try PageQuery(request)
    var frame = frame(request, context)
    if let theme = query["theme"] { frame.theme = Frame.Theme(rawValue: theme) }
    if let language = query["lang"].flatMap(Language.init(rawValue:)) { frame.language = language }
    return PageAnswer.html(
      pages.render("styleguide", frame, frame.wording.text("sg.title"), "", StyleguidePage(frame)), frame.language)
  }
}

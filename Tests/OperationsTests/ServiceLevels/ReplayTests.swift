import Domain
import Foundation
import Operations
import Testing

@Suite struct ReplayTests {
  private let policy = """
    policy: 2026-11
    targets:
      - {id: respond, clause: SLA-1, starts: reported, met_by: [responded, attempted, cleared], within: 2h}
      - {id: dispatch, clause: SLA-2, starts: reported, met_by: dispatched, within: 1h}
      - {id: dispatch, clause: SLA-2, starts: reported, met_by: dispatched, within: 5min, when: {urgency: emergency}}
      - {id: visit, clause: SLA-4, starts: remote-failed, met_by: arrived, within: 30min, when: {area: covered}}
    """
  private let history = """
    reported: 2026-11-23T09:00:00+08:00
    urgency: normal
    events:
      - {at: 2026-11-23T09:40:00+08:00, event: changed, urgency: emergency}
      - {at: 2026-11-23T09:20:00+08:00, event: responded}
    """

  @Test func `a case is replayed to the letter (SLA-1, SLA-2)`() throws {
    #expect(
      try Replay.run(policyText: policy, caseText: history) == """
        {"targets":[{"id":"respond","clause":"SLA-1","start":"2026-11-23T01:00:00.000Z","due":"2026-11-23T03:00:00.000Z","state":"met",\
        "met_at":"2026-11-23T01:20:00.000Z","used_seconds":1200,"paused_seconds":0},\
        {"id":"dispatch","clause":"SLA-2","start":"2026-11-23T01:00:00.000Z","due":"2026-11-23T01:45:00.000Z","state":"running",\
        "met_at":null,"used_seconds":2400,"paused_seconds":0}]}
        """)
  }

  private let office = """
    name: Nanchang office
    time_zone: Asia/Shanghai
    week: {mon: ["08:30-12:00", "13:30-17:30"], tue: ["08:30-12:00", "13:30-17:30"], wed: ["08:30-12:00", "13:30-17:30"],
      thu: ["08:30-12:00", "13:30-17:30"], fri: ["08:30-12:00", "13:30-17:30"], sat: [], sun: off}
    holidays: china
    days: {2026-12-31: off, 2026-10-01: ["09:00-10:00"], 2026-11-29: mon}
    """

  @Test func `a fault on the evening before the National Day is due by the office's hours, and a pause counts only in them (SLA-7)`() throws
  {
    let policy = """
      policy: 2026-11
      calendars: {office: office.cal.yaml}
      targets:
        - {id: reply, starts: reported, met_by: responded, within: 2h, calendar: office, pauses: true}
        - {id: quote, starts: reported, met_by: proposed, within: 2wd, calendar: office, ends: close}
      """
    let history = """
      reported: 2026-09-30T18:10:00+08:00
      events:
        - {at: 2026-10-01T09:30:00+08:00, event: paused, reason: customer}
        - {at: 2026-10-08T09:00:00+08:00, event: resumed}
      """
    let json = try Replay.run(policyText: policy, caseText: history) { $0 == "office.cal.yaml" ? office : nil }
    #expect(
      json == """
        {"targets":[{"id":"reply","clause":null,"start":"2026-09-30T10:10:00.000Z","due":"2026-10-08T02:30:00.000Z","state":"running",\
        "met_at":null,"used_seconds":1800,"paused_seconds":3600},\
        {"id":"quote","clause":null,"start":"2026-09-30T10:10:00.000Z","due":"2026-10-09T09:30:00.000Z","state":"running",\
        "met_at":null,"used_seconds":5400,"paused_seconds":0}]}
        """)
    #expect(throws: PolicyError.self) { try Replay.run(policyText: policy, caseText: history) }
  }

  @Test func `the shipped table holds every make-up day from 2019 to 2026 (SLA-7)`() throws {
    let table = HolidayTable.china
    #expect(table.years == Set(2019...2026))
    for (first, last, make) in [("2026-02-15", "2026-02-23", "2026-02-28"), ("2020-01-24", "2020-02-02", "2020-01-19")] {
      let days = [first, last, make].compactMap { CivilDate(parsing: $0) }
      #expect(table.off.contains(days[0]) && table.off.contains(days[1]) && table.makeup.contains(days[2]))
    }
    for day in table.makeup { #expect([.sat, .sun].contains(Weekday(day))) }
    #expect(table.off.isDisjoint(with: table.makeup))
  }

  @Test func `a fault of 31 December that reaches into a year without a table counts by the week there (SLA-7)`() throws {
    let policy = """
      policy: 2026-11
      calendars: {office: office.cal.yaml}
      targets: [{id: reply, starts: reported, met_by: responded, within: 8h, calendar: office}]
      """
    // Half an hour on the 30th; the 31st is off here; 1 January 2027 is a Friday, and nobody said yet that it is a holiday.
    let json = try Replay.run(policyText: policy, caseText: "reported: 2026-12-30T17:00:00+08:00") { _ in office }
    #expect(json.contains(#""due":"2027-01-01T09:30:00.000Z""#))
  }

  @Test func `events out of order are sorted, and at one instant keep their order in the file`() throws {
    func replay(_ events: String...) throws -> String {
      try Replay.run(
        policyText: policy,
        caseText: "reported: 2026-11-23T09:00:00+08:00\nurgency: normal\nevents:\n" + events.map { "  - {\($0)}\n" }.joined())
    }
    let responded = "at: 2026-11-23T09:20:00+08:00, event: responded", left = "at: 2026-11-23T09:40:00+08:00, event: dispatched"
    #expect(try replay(responded, left) == replay(left, responded))
    // What is cancelled and dispatched at one instant: the first in the file decides.
    let cancelled = "at: 2026-11-23T09:40:00+08:00, event: cancelled"
    #expect(try replay(cancelled, left).contains(#""state":"dropped""#))
    #expect(try replay(left, cancelled).contains(#""state":"met","met_at":"2026-11-23T01:40:00.000Z""#))
    #expect(try !replay(cancelled, left).contains(#""state":"met""#))
    // The report at the head of the file comes first of its instant; what lies before it starts nothing.
    #expect(try replay("at: 2026-11-23T09:00:00+08:00, event: responded").contains(#""state":"met","met_at":"2026-11-23T01:00:00.000Z""#))
    #expect(try !replay("at: 2026-11-23T08:59:59+08:00, event: responded").contains(#""state":"met""#))
  }

  @Test(arguments: [
    ("week: {mon: [\"08:30-25:00\"]}", "line 2, mon: “08:30-25:00” are no hours."),
    ("week: {mon: [\"08:30-12:00\", \"11:00-13:00\"]}", "line 2, mon: “08:30-12:00” and “11:00-13:00” overlap."),
    ("week: {mon: 08:30-08:30}", "line 2, mon: “08:30-08:30” has no length."),
    ("week: {monday: off}", "line 2, week: “monday” is not known here."),
    ("week: {}", "line 2: This calendar has no working hours at all."),
    ("week: {mon: 08:30-12:00}\ndays: {2026-02-30: off}", "line 3, days: “2026-02-30” is not a day."),
    ("week: {mon: 08:30-12:00}\nholidays: france", "line 3: “france” is not a value of “holidays”."),
    ("week: {mon: 08:30-12:00}\nzone: x", "line 3: “zone” is not known here."),
  ])
  func `a calendar file that is wrong names the line`(_ rest: String, _ message: String) throws {
    do {
      _ = try CalendarDefinition(yaml: "time_zone: Asia/Shanghai\n\(rest)\n")
      Issue.record("taken")
    } catch { #expect(error.message.hasPrefix(message), "\(error.message)") }
  }

  @Test func `what comes after now has not happened`() throws {
    let json = try Replay.run(policyText: policy, caseText: history, at: Instant(parsing: "2026-11-23T09:10:00+08:00"))
    #expect(json.contains(#""due":"2026-11-23T02:00:00.000Z","state":"running","met_at":null,"used_seconds":600"#))
    #expect(!json.contains("met\","))
    #expect(try Replay.run(policyText: policy, caseText: history, at: .earliest) == #"{"targets":[]}"#)
  }

  @Test func `files as editors on Windows write them are read the same`() throws {
    let windows = ["\u{FEFF}" + policy, "\u{FEFF}" + history].map { $0.replacing("\n", with: "\r\n") }
    #expect(try Replay.run(policyText: windows[0], caseText: windows[1]) == Replay.run(policyText: policy, caseText: history))
  }

  @Test func `each due time can be explained`() throws {
    let json = try Replay.run(policyText: policy, caseText: history, explain: true)
    #expect(json.contains(#"{"en":"+ promise 1 h, to 2026-11-23T10:00:00+08:00","zh":"+ 承诺 1 小时，至 2026-11-23T10:00:00+08:00"}"#))
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
  }

  @Test func `a due time in a year without a table is provisional, and says so (SLA-7)`() throws {
    let office = "{time_zone: Asia/Shanghai, holidays: china, week: {mon: [\"09:00-17:00\"], tue: [\"09:00-17:00\"]}}"
    let policy = """
      policy: t
      calendars: {office: office.cal.yaml}
      targets:
        - {id: parts, starts: reported, met_by: cleared, within: 16h, calendar: office}
        - {id: close, starts: reported, met_by: closed, within: 8h, calendar: office}
        - {id: respond, starts: reported, met_by: responded, within: 90d}
      """
    var warned: Set<Int> = []
    // Tuesday 29 December 2026: two days of work lead to 4 January.
    let json = try Replay.run(
      policyText: policy, caseText: "reported: 2026-12-29T09:00:00+08:00\n", explain: true, calendar: { _ in office }, warn: { warned = $0 }
    )
    let targets = try JSON(json)["targets"].value.array ?? []
    #expect(warned == [2027] && targets.map { $0["provisional"] == .bool(true) } == [true, false, false])
    #expect(targets.first?["due"]?.text == "2027-01-04T09:00:00.000Z")
    #expect(json.contains("2027 年放假安排尚未录入，暂按每周工作时间计算"))
  }

  @Test func `a due time after a holiday says which days were none, and that a make-up day was one (SLA-7)`() throws {
    let office = """
      time_zone: Asia/Shanghai
      name: 南昌办公
      week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
      holidays: china
      days: {2026-10-12: off, 2026-10-13: ["09:00-10:00"]}
      """
    let policy = """
      policy: t
      calendars: {office: office.cal.yaml}
      targets: [{id: parts, name: {zh: 备件, en: Parts}, starts: reported, met_by: cleared, within: 26h, calendar: office, pauses: true, on_reopen: resume}]
      """
    let history = """
      reported: 2026-09-30T16:00:00+08:00
      events: [{at: "2026-10-08T10:00:00+08:00", event: paused, reason: parts}, {at: "2026-10-08T12:00:00+08:00", event: resumed},
        {at: "2026-10-08T13:00:00+08:00", event: cleared}, {at: "2026-10-09T10:00:00+08:00", event: rejected}]
      """
    let json = try Replay.run(policyText: policy, caseText: history, explain: true) { _ in office }
    let answer = try JSON(json)["targets"].value.array?.first?["explain"]?.array ?? []
    let chinese = answer.compactMap { $0["zh"]?.text }, english = answer.compactMap { $0["en"]?.text }
    #expect(
      chinese == [
        "备件", "按工作时间计算（南昌办公）", "每周：周一至周五 09:00-17:00", "起点 2026-09-30T16:00:00+08:00（报修）",
        // 1 h on 30 September, 8 h each on 8, 9 and 10 October, 1 h on the 13th.
        "+ 承诺 26 小时，至 2026-10-13T10:00:00+08:00", "+ 暂停（等备件）2026-10-08T10:00:00+08:00 至 2026-10-08T12:00:00+08:00：2 小时",
        "完成 2026-10-08T13:00:00+08:00（排除故障）",
        "+ 院方不认可结果：2026-10-08T13:00:00+08:00 至 2026-10-09T10:00:00+08:00 计为暂停 5 小时",
        "其间 2026-10-01..2026-10-07 放假", "其间 2026-10-10 调休上班 09:00-17:00", "其间 2026-10-12 不上班",
        "其间 2026-10-13 工作时间为 09:00-10:00",
        "= 期限 2026-10-14T16:00:00+08:00", "进行中：已用 3 小时，暂停 7 小时",
      ])
    #expect(english.contains("in between 2026-10-01..2026-10-07: public holiday"))
  }

  @Test(arguments: [
    (
      "within: 1h", "within: 12:30",
      "line 4, policy, target 2 (dispatch): “12:30” is not a duration. Write digits and a unit: 7200s, 30min, 2h, 1d or 2wd."
    ),
    ("id: visit, clause", "id: visit, claus", "line 6, policy, target 4 (visit): “claus” is not known here."),
    ("area: covered", "aera: covered", "line 6, policy, target 4 (visit): “aera” is not known here."),
    ("met_by: arrived, ", "", "line 6, policy, target 4 (visit): “met_by” is missing. Write it."),
    ("met_by: arrived, ", "met_by: arived, ", "line 6, policy, target 4 (visit): “arived” is not a value of “met_by”."),
    ("policy: 2026-11", "policies: 2026-11", "line 1, policy: “policies” is not known here."),
    ("within: 1h", "within: 1h, pauses: off", "line 4, policy, target 2 (dispatch): “pauses” has the wrong shape."),
    ("within: 1h", "within: 1h, within: 2h", "line 4, policy: This is not readable YAML: the key within stands twice."),
    ("within: 1h", "within: 1h, warn: [0%]", "line 4, policy, target 2 (dispatch): “warn” has the wrong shape."),
    ("within: 1h", "within: 1h, calendar: office", "line 4, policy, target 2 (dispatch): The calendar “office” is unknown."),
    ("within: 1h}", "within: 1h", "line 6, policy: This is not readable YAML:"),
  ])
  func `a wrong policy is refused with its line`(from: String, to: String, sentence: String) throws {
    let text = policy.replacingOccurrences(of: from, with: to)
    let error = #expect(throws: PolicyError.self) { try Replay.run(policyText: text, caseText: history) }
    if !sentence.hasPrefix("line 6, policy: ") { #expect(try #require(error).message.hasPrefix(sentence)) }
  }

  @Test(arguments: [
    ("event: responded", "event: answered", "line 5, case, event 2: “answered” is not a value of “event”."),
    ("2026-11-23T09:20:00+08:00", "2026-02-30T09:20:00Z", "line 5, case, event 2: “at”: “2026-02-30T09:20:00Z” is not a moment."),
    ("urgency: normal", "urgency: urgent", "line 2, case: “urgent” is not a value of “urgency”."),
    ("urgency: normal", "colour: red", "line 2, case: “colour” is not known here."),
  ])
  func `a wrong case is refused with its line`(from: String, to: String, sentence: String) throws {
    let text = history.replacingOccurrences(of: from, with: to)
    let error = #expect(throws: PolicyError.self) { try Replay.run(policyText: policy, caseText: text) }
    #expect(try #require(error).message.hasPrefix(sentence))
  }

  @Test(arguments: [
    // 16 h on 29 and 30 September, 8 h on 8 October; then 240 h of the clock. What the first sum went around is said still.
    (
      "time_zone: Asia/Shanghai\nholidays: china\nweek: {tue: [\"09:00-17:00\"], wed: [\"09:00-17:00\"], thu: [\"09:00-17:00\"]}", 24,
      "2026-09-29T09:00:00+08:00", "in between 2026-10-01..2026-10-07: public holiday"
    ),
    // Reported in the night that began the day before.
    (
      "time_zone: Asia/Shanghai\nweek: {mon: [\"22:00-06:00\"], tue: [\"22:00-06:00\"]}\ndays: {2026-11-23: [\"23:00-03:00\"]}", 2,
      "2026-11-24T02:00:00+08:00", "in between 2026-11-23: hours of its own, 23:00-03:00"
    ),
  ])
  func `each day that a sum went around is told, whatever the case is counted by now (SLA-7)`(
    _ calendar: String, _ hours: Int, _ reported: String, _ line: String
  ) throws {
    let policy = """
      policy: t
      calendars: {office: office.cal.yaml}
      targets:
        - {id: a, starts: reported, met_by: responded, within: \(hours)h, calendar: office}
        - {id: a, starts: reported, met_by: responded, within: 240h, when: {urgency: emergency}}
      """
    let at = try Instant(parsing: reported) + 3_600
    let history = "reported: \(reported)\nevents: [{at: \"\(at)\", event: changed, urgency: emergency}]"
    let json = try Replay.run(policyText: policy, caseText: history, explain: true) { _ in calendar }
    let english = try JSON(json)["targets"].items.first?["explain"].items.map { $0["en"].text } ?? []
    #expect(english.contains(line), "\(english)")
  }

  @Test func `a case file may say what the interface says beside, and a change takes an attribute away`() throws {
    let policy = """
      policy: t
      targets:
        - {id: a, starts: reported, met_by: responded, within: 2h}
        - {id: a, starts: reported, met_by: responded, within: 4h, when: {contract: gold}}
      """
    let history = """
      reported: 2026-11-23T09:00:00+08:00
      contract: gold
      channel: hotline
      equipment: {serialNumber: SN-1}
      events:
        - {at: "2026-11-23T09:10:00+08:00", event: accepted, actor: chen, device: phone, occurredAt: "2026-11-23T09:09:00+08:00"}
        - {at: "2026-11-23T09:20:00+08:00", event: changed, contract: }
      """
    let due = try JSON(try Replay.run(policyText: policy, caseText: history))["targets"].items.first?["due"].text
    // Earlier than the gold one: two hours from the change.
    #expect(due == "2026-11-23T03:20:00.000Z")
  }

  @Test func `a promise that would never be due is an error, not the end of time (SLA-7)`() throws {
    let mondays = (0..<80).map { "\(CivilDate(daysSinceEpoch: 20_794 + $0 * 7)): off" }.joined(separator: ", ")
    let closed = "time_zone: Asia/Shanghai\nweek: {mon: [\"09:00-17:00\"]}\ndays: {\(mondays)}\n"
    let policy = """
      policy: t
      calendars: {office: office.cal.yaml}
      targets: [{id: a, starts: reported, met_by: responded, within: 2h, calendar: office}]
      """
    func due(_ reported: String) throws -> String? {
      let answer = try Replay.run(policyText: policy, caseText: "reported: \(reported)") { _ in closed }
      return try JSON(answer)["targets"].items.first?["due"].text
    }
    #expect(try due("2026-11-23T09:00:00+08:00") == "2026-11-23T03:00:00.000Z")
    let error = #expect(throws: PolicyError.self) { try due("2026-12-07T09:00:00+08:00") }
    #expect(try #require(error).message.hasPrefix("policy, target a: After 2026-12-07 there are no working hours for more than 400 days"))
  }

  @Test func `deep and endless files are refused`() {
    let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(throws: PolicyError.self) { try Replay.run(policyText: deep, caseText: history) }
    #expect(throws: PolicyError.self) { try ServicePolicy(yaml: String(repeating: "#", count: 1_000_001)) }
  }

  @Test func `the shipped policy holds the handbook's numbers (SLA-1..SLA-6)`() throws {
    let policy = try ServicePolicy(yaml: ShippedPolicy.yaml)
    #expect(policy.version == ShippedPolicy.version)
    let promises = policy.targets.map { "\($0.clause ?? "") \($0.id) \($0.starts) \($0.within.english) \($0.onReopen)" }
    #expect(
      promises == [
        "SLA-1 respond reported 2 h keep", "SLA-2 dispatch reported 1 h keep", "SLA-2 dispatch reported 5 min keep",
        "SLA-3 on-site reported 1 d keep", "SLA-4 visit remote-failed 30 min keep", "SLA-5 clear arrived 1 d resume",
        "SLA-6 standby arrived 1 d resume",
      ])
    for rule in policy.targets { #expect(rule.owner != nil && !rule.warn.isEmpty && rule.escalate.count == 4, "SLA-8") }
    #expect(ShippedPolicy.policy.pauseReasons == ["customer", "parts", "access", "other"])
  }
}

import Domain
import Testing

/// What a promise makes the company say, and when (SLA-8).
@Suite struct AlarmTests {
  private static let start = Story.at("09:00")

  private func run(_ rule: TargetRule, _ events: [ClockEvent] = [], _ more: [TargetRule] = []) throws -> ClockRun {
    var run = ClockRun(
      policy: try ServicePolicy(version: "1", targets: [rule] + more, calendars: ["office": Story.office]), attributes: [:])
    run.apply([ClockEvent(at: Self.start, event: "reported")] + events)
    return run
  }

  private func rule(
    warn: [TargetRule.Warning] = [.share(percent: 50), .left(.seconds(1_800))], within: PolicyDuration = .seconds(7_200),
    calendar: String = "always", warnIn: String? = nil, pauses: TargetRule.Pauses = .never, onReopen: TargetRule.Reopening = .keep,
    escalate: [TargetRule.Escalation] = [.init(to: "engineer", after: .seconds(0)), .init(to: "branch-manager", after: .seconds(900))],
    when: [String: String] = [:]
  ) -> TargetRule {
    TargetRule(
      id: "respond", starts: "reported", metBy: ["responded"], owner: "call-taker", within: within, calendar: calendar, pauses: pauses,
      onReopen: onReopen, warn: warn, warnIn: warnIn, escalate: escalate, when: when)
  }

  /// `warning 0 10:00 call-taker`.
  private func said(_ run: ClockRun, except raised: Set<Alarm.Key> = []) -> [String] {
    run.alarms(except: raised).map { alarm in
      "\(alarm.key.kind) \(alarm.key.place) \(Story.time(alarm.at)) \(alarm.to ?? "-")"
    }
  }

  @Test func `warnings come before due, then the chain goes up step by step`() throws {
    #expect(
      said(try run(rule())) == [
        "warning 0 10:00 call-taker", "warning 1 10:30 call-taker", "escalation 0 11:00 engineer", "escalation 1 11:15 branch-manager",
      ])
  }

  @Test func `what was raised is not said again, what is left stays in its order`() throws {
    let run = try run(rule()), all = run.alarms(except: [])
    #expect(said(run, except: [all[0].key, all[2].key]) == ["warning 1 10:30 call-taker", "escalation 1 11:15 branch-manager"])
  }

  @Test func `a promise that is kept or let go has nothing to say`() throws {
    #expect(said(try run(rule(), [ClockEvent(at: Self.start + 600, event: "responded")])) == [])
    #expect(said(try run(rule(), [ClockEvent(at: Self.start + 600, event: "cancelled")])) == [])
  }

  @Test func `while it waits nobody is told; resumed, what is left moves with due and what was said is not said again`() throws {
    let waits = ClockEvent(at: Self.start + 5_400, event: "paused", reason: "customer")
    let rule = rule(pauses: .always), before = try run(rule), paused = try run(rule, [waits])
    #expect(said(paused) == [])
    let resumed = try run(rule, [waits, ClockEvent(at: Self.start + 9_000, event: "resumed")])
    // Paused from 10:30 to 11:30: due at 12:00. The warning of 10:00 was said then.
    #expect(
      said(resumed, except: [before.alarms(except: [])[0].key]) == [
        "warning 1 11:30 call-taker", "escalation 0 12:00 engineer", "escalation 1 12:15 branch-manager",
      ])
  }

  /// `10:00 call-taker`.
  private func saidByThen(_ rule: TargetRule, _ events: [ClockEvent], _ more: [TargetRule] = [], at time: String) throws -> [String] {
    var run = ClockRun(policy: try ServicePolicy(version: "1", targets: [rule] + more), attributes: ["urgency": "normal"], watched: true)
    run.apply([ClockEvent(at: Self.start, event: "reported")] + events)
    return run.said(by: Story.at(time)).map { "\(Story.time($0.at)) \($0.to ?? "-")" }
  }

  @Test func `whom a promise has called can be told afterwards: each once, and none that its end or a wait forestalled (BEY-5)`() throws {
    func at(_ time: String, _ event: String) -> ClockEvent { ClockEvent(at: Story.at(time), event: event, reason: "customer") }
    #expect(try saidByThen(rule(), [], at: "10:29") == ["10:00 call-taker"])
    #expect(try saidByThen(rule(), [], at: "11:15").count == 4)
    // At the very instant: what was done comes first.
    #expect(try saidByThen(rule(), [at("10:30", "responded")], at: "20:00") == ["10:00 call-taker"])
    #expect(try saidByThen(rule(), [at("11:05", "responded")], at: "20:00").last == "11:00 engineer")
    // From 10:15 to 10:45 it waits: what was said is not said again, the rest half an hour later.
    let waited = [at("10:15", "paused"), at("10:45", "resumed")]
    #expect(
      try saidByThen(rule(pauses: .always), waited, at: "11:40") == ["10:00 call-taker", "11:00 call-taker", "11:30 engineer"])
    #expect(try saidByThen(rule(pauses: .always), [at("09:30", "paused")], at: "20:00") == [])
    // Another promise speaks for itself from the change on.
    let urgent = rule(warn: [], within: .seconds(600), when: ["urgency": "emergency"])
    let change = ClockEvent(at: Story.at("10:10"), event: "changed", attributes: ["urgency": "emergency"])
    #expect(try saidByThen(rule(), [change], [urgent], at: "10:20") == ["10:00 call-taker", "10:20 engineer"])
    // Nobody watched.
    #expect(try run(rule()).said(by: Story.at("20:00")).isEmpty)
  }

  @Test func `nothing is said of a case that is over, until it is reopened (BEY-5)`() throws {
    var rule = rule()
    rule.droppedBy = []
    func at(_ time: String, _ event: String) -> ClockEvent { ClockEvent(at: Story.at(time), event: event) }
    #expect(try saidByThen(rule, [at("10:10", "closed")], at: "20:00") == ["10:00 call-taker"])
    #expect(try saidByThen(rule, [at("10:10", "merged"), at("10:20", "commented")], at: "20:00") == ["10:00 call-taker"])
    let again = [at("10:10", "closed"), at("10:40", "reopened"), at("11:05", "commented")]
    #expect(try saidByThen(rule, again, at: "11:05") == ["10:00 call-taker", "10:30 call-taker", "11:00 engineer"])
  }

  @Test func `a pause after due does not stop the chain: it was missed before`() throws {
    let late = try run(rule(pauses: .always), [ClockEvent(at: Self.start + 7_500, event: "paused", reason: "customer")])
    #expect(said(late).contains("escalation 1 11:15 branch-manager"))
  }

  @Test func `another entry speaks for itself from the change on, and says nothing of the time before it`() throws {
    let urgent = rule(warn: [.share(percent: 50)], within: .seconds(600), when: ["urgency": "emergency"])
    let changed = try run(
      rule(), [ClockEvent(at: Self.start + 2_400, event: "changed", attributes: ["urgency": "emergency"])], [urgent])
    // Due 10 min after 09:40; half of them is left at 09:45.
    #expect(
      said(changed) == ["warning 0 09:45 call-taker", "escalation 0 09:50 engineer", "escalation 1 10:05 branch-manager"])
    #expect(changed.alarms(except: []).allSatisfy { $0.key.since == Self.start + 2_400 })
  }

  @Test func `taken up again after a reopening, only what lies ahead is said`() throws {
    let rule = TargetRule(
      id: "clear", starts: "reported", metBy: ["cleared"], within: .seconds(7_200), onReopen: .resume,
      warn: [.share(percent: 25), .share(percent: 75)], escalate: [.init(to: "engineer", after: .seconds(0))])
    let again = try run(
      rule, [ClockEvent(at: Self.start + 3_600, event: "cleared"), ClockEvent(at: Self.start + 7_200, event: "rejected")])
    #expect(said(again) == ["warning 1 11:30 -", "escalation 0 12:00 engineer"])
  }

  @Test func `time left is working time counted backwards (SLA-7)`() throws {
    // From Monday 09:00 on, 8 working hours of 09:00-17:00 end at 17:00; 30 min before lies in the afternoon.
    let day = try run(rule(within: .seconds(9 * 3_600), calendar: "office"))
    // 9 h: due on Tuesday at 10:00, half of them left on Monday at 13:30; 30 min before due is Tuesday 09:30.
    #expect(
      said(day) == [
        "warning 0 13:30 call-taker", "warning 1 33:30 call-taker", "escalation 0 34:00 engineer", "escalation 1 34:15 branch-manager",
      ])
    let short = try run(rule(warn: [.left(.seconds(7_200))], within: .seconds(9 * 3_600), calendar: "office"))
    // Two working hours before Tuesday 10:00 is Monday 16:00.
    #expect(said(short).first == "warning 0 16:00 call-taker")
    let days = try run(rule(warn: [.left(.workingDays(1))], within: .workingDays(2), calendar: "office"))
    #expect(said(days).first == "warning 0 33:00 call-taker")
  }

  @Test func `a warning outside its hours waits for the opening, unless it would come after due (SLA-8)`() throws {
    // 7 x 24, 30 h: due on Tuesday at 15:00. Half of them, Tuesday 00:00, waits for 09:00.
    let waits = try run(rule(warn: [.share(percent: 50)], within: .seconds(30 * 3_600), warnIn: "office"))
    #expect(said(waits).first == "warning 0 33:00 call-taker")
    // Due on Tuesday at 07:00, before anybody opens: no warning, the chain says it.
    let never = try run(rule(warn: [.left(.seconds(3_600))], within: .seconds(22 * 3_600), warnIn: "office"))
    #expect(said(never).first == "escalation 0 31:00 engineer")
  }

  @Test func `a share is of the time before it is rounded to closing time`() throws {
    var rule = rule(warn: [.share(percent: 50)], within: .seconds(7_200), calendar: "office", escalate: [])
    rule.ends = .close
    #expect(said(try run(rule)) == ["warning 0 10:00 call-taker"])
  }
}

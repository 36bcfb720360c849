import Domain
import Testing

@Suite struct ClockTests {
  @Test func `a call at 09:00 is due at 11:00, and running until then (SLA-1)`() throws {
    let story = try Story(.respond()).told("09:00 reported")
    #expect(story.reading("09:30") == "respond 09:00 11:00 running - 30 0")
    #expect(story.reading("11:00") == "respond 09:00 11:00 running - 120 0")
    #expect(story.reading("11:01") == "respond 09:00 11:00 missed - 121 0")
  }

  @Test func `met at the very instant of due is met (SLA-1)`() throws {
    #expect(try Story(.respond()).told("09:00 reported", "11:00 responded").reading("12:00") == "respond 09:00 11:00 met 11:00 120 0")
  }

  @Test func `met late stays missed, with the time it was met (SLA-1)`() throws {
    #expect(try Story(.respond()).told("09:00 reported", "11:01 responded").reading("12:00") == "respond 09:00 11:00 missed 11:01 121 0")
  }

  @Test func `solved on the phone was responded to: met_by is looked at before dropped_by (SLA-1)`() throws {
    #expect(try Story(.respond()).told("09:00 reported", "09:10 cleared").reading("12:00") == "respond 09:00 11:00 met 09:10 10 0")
  }

  @Test(arguments: ["cleared", "closed", "cancelled", "merged"])
  func `no visit is owed any more (SLA-2)`(event: String) throws {
    let story = try Story(.dispatch(minutes: 60)).told("09:00 reported", "09:20 \(event)", "09:30 dispatched")
    #expect(story.reading("12:00") == "dispatch 09:00 10:00 dropped - 20 0")
  }

  @Test func `let go at the very instant of due is dropped, after it stays missed and stops (SLA-2)`() throws {
    let story = try Story(.dispatch(minutes: 60))
    #expect(story.told("09:00 reported", "10:00 cancelled").reading("12:00") == "dispatch 09:00 10:00 dropped - 60 0")
    #expect(story.told("09:00 reported", "10:01 cancelled").reading("12:00") == "dispatch 09:00 10:00 missed - 61 0")
  }

  @Test func `a target that has not started is not listed (SLA-5)`() throws {
    let story = try Story(.clear()).told("09:00 reported", "10:00 arrived")
    #expect(story.readings("09:59").isEmpty)
    #expect(story.reading("10:00") == "clear 10:00 14:00 running - 0 0")
  }

  @Test func `the first start event counts (SLA-5)`() throws {
    #expect(try Story(.clear()).told("09:00 arrived", "10:00 arrived").reading() == "clear 09:00 13:00 running - 60 0")
  }

  @Test func `met_by counts only after the start, at one instant by order (SLA-1)`() throws {
    let story = try Story(.respond())
    #expect(story.told("08:00 responded", "09:00 reported").reading("09:30") == "respond 09:00 11:00 running - 30 0")
    #expect(story.told("09:00 responded", "09:00 reported").reading("09:30") == "respond 09:00 11:00 running - 30 0")
    #expect(story.told("09:00 reported", "09:00 responded").reading("09:30") == "respond 09:00 11:00 met 09:00 0 0")
    let same = try Story(TargetRule(id: "again", starts: "arrived", metBy: ["arrived"], within: .seconds(3_600)))
    #expect(same.told("09:00 arrived", "09:30 arrived").reading() == "again 09:00 10:00 met 09:30 30 0")
  }

  @Test func `of several entries the one with most matching keys counts, then the later (SLA-9)`() throws {
    let story = try Story(
      .dispatch(minutes: 5, when: ["urgency": "emergency"]), .dispatch(minutes: 60), .dispatch(minutes: 50),
      .dispatch(minutes: 40, when: ["area": "covered"]), attributes: ["urgency": "emergency", "area": "covered"])
    #expect(story.told("09:00 reported").reading() == "dispatch 09:00 09:40 running - 0 0")
    let normal = try Story(.dispatch(minutes: 60), .dispatch(minutes: 50), .dispatch(minutes: 5, when: ["urgency": "emergency"]))
    #expect(normal.told("09:00 reported").reading() == "dispatch 09:00 09:50 running - 0 0")
    let none = try Story(.dispatch(minutes: 5, when: ["urgency": "emergency"]), attributes: ["urgency": "normal"])
    #expect(none.told("09:00 reported").readings().isEmpty)
  }

  @Test func `the board sorts by the earliest due that is owed and not waiting (INT-6)`() throws {
    let story = try Story(.respond(), .dispatch(minutes: 60), .clear(hours: 1, pauses: .always))
    func next(_ lines: String...) -> String? {
      var run = ClockRun(policy: story.policy, attributes: [:])
      for line in lines { run.apply(story.told(line).events) }
      return ClockState.nextDue(of: run.states).map(Story.time)
    }
    #expect(next("09:00 reported") == "10:00")
    #expect(next("09:00 reported", "10:30 commented") == "10:00")
    #expect(next("09:00 reported", "10:30 dispatched") == "11:00")
    #expect(next("09:00 reported", "09:01 arrived", "09:02 paused", "09:03 dispatched", "09:04 responded") == nil)
    #expect(next("09:00 reported", "09:05 cleared") == nil)
  }

  @Test func `a changed promise is explained by its own words, and what was before keeps its own (SLA-9)`() throws {
    let story = try Story(.dispatch(minutes: 60), .dispatch(minutes: 5, when: ["urgency": "emergency"]), attributes: ["urgency": "normal"])
    var run = ClockRun(policy: story.policy, attributes: story.attributes, explained: true)
    run.apply(story.told("09:00 reported", "09:40 changed urgency=emergency").events)
    let lines = try #require(run.explanations(at: Story.at("09:41")).first).lines(offsetSeconds: 8 * 3_600)
    #expect(
      lines.dropFirst(3).map(\.zh) == [
        "+ 承诺 1 小时，至 2026-11-23T10:00:00+08:00",
        "2026-11-23T09:40:00+08:00 情况变更（SLA-2）：从变更时算承诺 5 分钟，按钟点，期限 2026-11-23T09:45:00+08:00",
        "= 期限 2026-11-23T09:45:00+08:00", "进行中：已用 41 分钟，暂停 0 秒",
      ])
  }

  @Test func `a promise that may not become later than it was says so (SLA-2)`() throws {
    let story = try Story(.dispatch(minutes: 60), .dispatch(minutes: 5, when: ["urgency": "emergency"]), attributes: ["urgency": "normal"])
      .told("09:00 reported", "09:58 changed urgency=emergency")
    #expect(
      try explained(story, at: "09:59").contains(
        "changed at 2026-11-23T09:58:00+08:00 (SLA-2): promise 5 min around the clock would be later than was promised before, "
          + "due stays 2026-11-23T10:00:00+08:00"))
  }

  @Test func `another calendar counts the waits anew, and the line of the change has all parts of its sum (SLA-7)`() throws {
    var office = TargetRule.dispatch(minutes: 120, pauses: .always)
    office.calendar = "office"
    var emergency = TargetRule.dispatch(minutes: 240, when: ["urgency": "emergency"], pauses: .always)
    emergency.clause = "SLA-9"
    var story = try Story(emergency, attributes: ["urgency": "normal"])
    story.policy = try ServicePolicy(version: "test", targets: [office, emergency], calendars: ["office": Story.office])
    // 16:30 to 17:30 is half an hour of the office's and an hour of the clock's.
    let lines = try explained(
      story.told("16:00 reported", "16:30 paused customer", "17:30 resumed", "18:00 changed urgency=emergency"), at: "18:10")
    #expect(
      lines == [
        "dispatch (SLA-9)", "counted in working time (office)", "week: Mon to Fri 09:00-17:00",
        "start 2026-11-23T16:00:00+08:00 (reported)",
        "+ promise 2 h (SLA-2), to 2026-11-24T10:00:00+08:00",
        "+ pause (waiting for the customer) 2026-11-23T16:30:00+08:00 to 2026-11-23T17:30:00+08:00: 30 min",
        "changed at 2026-11-23T18:00:00+08:00 (SLA-9): promise 4 h from the change, around the clock (pauses so far counted anew: 1 h), "
          + "due 2026-11-23T22:00:00+08:00",
        "= due 2026-11-23T22:00:00+08:00", "running: used 1 h 10 min, paused 1 h",
      ])
    emergency.within = .seconds(86_400)
    story.policy = try ServicePolicy(version: "test", targets: [office, emergency], calendars: ["office": Story.office])
    let later = try explained(
      story.told("16:00 reported", "16:30 paused customer", "17:30 resumed", "18:00 changed urgency=emergency"), at: "18:10")
    #expect(
      later.contains(
        "changed at 2026-11-23T18:00:00+08:00 (SLA-9): promise 1 d from the start, around the clock + 1 h of pauses, counted anew, "
          + "due 2026-11-24T17:00:00+08:00"))
  }

  @Test func `what is due at closing time says where it would have ended, before and after a wait (SLA-7)`() throws {
    var rule = TargetRule(id: "answer", starts: "reported", metBy: ["responded"], within: .seconds(7_200), calendar: "office", ends: .close)
    rule.pauses = .always
    var story = try Story(.respond())
    story.policy = try ServicePolicy(version: "test", targets: [rule], calendars: ["office": Story.office])
    let lines = try explained(story.told("10:00 reported", "11:00 paused customer", "16:30 resumed"), at: "16:40")
    #expect(
      lines.dropFirst(4) == [
        "+ promise 2 h, to 2026-11-23T12:00:00+08:00, then to closing time of that day, 2026-11-23T17:00:00+08:00",
        "+ pause (waiting for the customer) 2026-11-23T11:00:00+08:00 to 2026-11-23T16:30:00+08:00: 5 h 30 min, "
          + "to 2026-11-24T09:30:00+08:00, then to closing time of that day, 2026-11-24T17:00:00+08:00",
        "= due 2026-11-24T17:00:00+08:00", "running: used 1 h 10 min, paused 5 h 30 min",
      ])
  }

  @Test func `a wait tells each of its reasons, and one that this promise does not wait for says so (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .reasons(["customer", "access"])))
      .told("09:00 arrived", "10:00 paused customer", "10:30 paused access", "11:00 paused parts", "11:10 commented", "11:30 resumed")
    let lines = try explained(story, at: "12:00")
    #expect(
      lines.dropFirst(4) == [
        "+ pause (waiting for the customer) 2026-11-23T10:00:00+08:00 to 2026-11-23T10:30:00+08:00: 30 min",
        "+ pause (waiting for access to the machine) 2026-11-23T10:30:00+08:00 to 2026-11-23T11:00:00+08:00: 30 min",
        "pause (waiting for parts) 2026-11-23T11:00:00+08:00 to 2026-11-23T11:30:00+08:00: this promise does not wait for it",
        "= due 2026-11-23T14:00:00+08:00", "running: used 2 h, paused 1 h",
      ])
  }

  @Test func `a reopening after due says that it moves nothing, and a new start that it stays missed (INT-5)`() throws {
    let events = ["09:00 arrived", "15:00 cleared", "16:00 rejected"]
    func lines(_ how: TargetRule.Reopening) throws -> [String] {
      let story = try Story(.clear(hours: 4, onReopen: how))
      return try explained(story.told(events[0], events[1], events[2]), at: "16:10")
    }
    #expect(
      try lines(.resume).contains(
        "result rejected: 2026-11-23T15:00:00+08:00 to 2026-11-23T16:00:00+08:00 counts as a pause of 1 h, missed already, moves nothing")
    )
    #expect(
      try lines(.restart).suffix(4) == [
        "+ promise 4 h, to 2026-11-23T20:00:00+08:00", "missed before, due 2026-11-23T13:00:00+08:00, and stays missed",
        "= due 2026-11-23T20:00:00+08:00", "missed: used 10 min, paused 0 s",
      ])
  }

  @Test func `a reopening says how much of its time was counted as a wait before (INT-5)`() throws {
    var rule = TargetRule(id: "close", starts: "reported", metBy: ["closed"], within: .seconds(36_000), pauses: .always, onReopen: .resume)
    rule.droppedBy = []
    let lines = try explained(
      Story(rule).told("09:00 reported", "11:00 cleared", "11:10 paused customer", "11:40 resumed", "12:00 closed", "13:00 reopened"),
      at: "13:00")
    #expect(
      lines.contains(
        "+ reopened: 2026-11-23T11:00:00+08:00 to 2026-11-23T13:00:00+08:00 counts as a pause of 2 h, 30 min of it counted before"))
    #expect(lines.contains("= due 2026-11-23T21:00:00+08:00"))
  }

  @Test func `a promise that applies only later tells how long the wait was by then (SLA-8)`() throws {
    let story = try Story(.dispatch(minutes: 120, when: ["urgency": "emergency"], pauses: .always), attributes: ["urgency": "normal"])
    let lines = try explained(story.told("09:00 reported", "10:00 paused customer", "11:00 changed urgency=emergency"), at: "11:30")
    #expect(
      lines.dropFirst(4) == [
        "+ pause (waiting for the customer) 2026-11-23T10:00:00+08:00 to 2026-11-23T11:00:00+08:00: 1 h",
        "changed at 2026-11-23T11:00:00+08:00 (SLA-2): promise 2 h from the change, around the clock, due 2026-11-23T13:00:00+08:00",
        "+ pause (waiting for the customer) since 2026-11-23T11:00:00+08:00, still waiting: 30 min", "= due 2026-11-23T13:30:00+08:00",
        "paused: used 1 h, paused 1 h 30 min",
      ])
  }

  private func explained(_ story: Story, at time: String) throws -> [String] {
    var run = ClockRun(policy: story.policy, attributes: story.attributes, explained: true)
    run.apply(story.events)
    return try #require(run.explanations(at: Story.at(time)).first).lines(offsetSeconds: 8 * 3_600).map(\.en)
  }

  @Test func `a due time is explained: start + promise + pauses (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always)).told("09:00 arrived", "10:00 paused customer", "10:30 resumed")
    var run = ClockRun(policy: story.policy, attributes: [:], explained: true)
    run.apply(story.events)
    let lines = try #require(run.explanations(at: Story.at("11:00")).first).lines(offsetSeconds: 8 * 3_600)
    #expect(
      lines.map(\.en) == [
        "clear (SLA-5)", "counted around the clock (7 x 24)", "start 2026-11-23T09:00:00+08:00 (on site)",
        "+ promise 4 h, to 2026-11-23T13:00:00+08:00",
        "+ pause (waiting for the customer) 2026-11-23T10:00:00+08:00 to 2026-11-23T10:30:00+08:00: 30 min",
        "= due 2026-11-23T13:30:00+08:00", "running: used 1 h 30 min, paused 30 min",
      ])
    #expect(
      lines.map(\.zh) == [
        "clear (SLA-5)", "按钟点连续计算（7×24）", "起点 2026-11-23T09:00:00+08:00（到场）", "+ 承诺 4 小时，至 2026-11-23T13:00:00+08:00",
        "+ 暂停（等客户）2026-11-23T10:00:00+08:00 至 2026-11-23T10:30:00+08:00：30 分钟", "= 期限 2026-11-23T13:30:00+08:00",
        "进行中：已用 1 小时 30 分钟，暂停 30 分钟",
      ])
  }
}

import Domain
import Testing

@Suite struct ChangeTests {
  private let urgencies: [TargetRule] = [.dispatch(minutes: 60), .dispatch(minutes: 5, when: ["urgency": "emergency"])]
  private func story() throws -> Story { try Story(urgencies[0], urgencies[1], attributes: ["urgency": "normal"]) }

  @Test func `normal to emergency at 40 min, 1 h to 5 min, is due at 45 min (SLA-2)`() throws {
    let story = try story().told("09:00 reported", "09:40 changed urgency=emergency")
    #expect(story.reading("09:40") == "dispatch 09:00 09:45 running - 40 0")
    #expect(story.reading("09:46") == "dispatch 09:00 09:45 missed - 46 0")
  }

  @Test func `an earlier due is never after the old one (SLA-2)`() throws {
    let story = try story().told("09:00 reported", "09:58 changed urgency=emergency")
    #expect(story.reading() == "dispatch 09:00 10:00 running - 58 0")
  }

  @Test func `a later due is start + the new promise (SLA-2)`() throws {
    let story = try Story(urgencies[0], urgencies[1], attributes: ["urgency": "emergency"])
    #expect(story.told("09:00 reported", "09:03 changed urgency=normal").reading() == "dispatch 09:00 10:00 running - 3 0")
    #expect(
      story.told("09:00 reported", "09:03 changed urgency=normal", "09:40 changed urgency=emergency").reading()
        == "dispatch 09:00 09:45 running - 40 0")
  }

  @Test func `another change leaves what it does not concern (SLA-9)`() throws {
    let story = try story().told("09:00 reported", "09:40 changed urgency=emergency", "09:42 changed site=east")
    #expect(story.reading() == "dispatch 09:00 09:45 running - 42 0")
  }

  @Test func `pauses stay (SLA-8)`() throws {
    let story = try Story(
      .dispatch(minutes: 5, when: ["urgency": "emergency"], pauses: .always), .dispatch(minutes: 60, pauses: .always),
      attributes: ["urgency": "emergency"])
    let told = story.told("09:00 reported", "09:01 paused customer", "09:11 resumed", "09:12 changed urgency=normal")
    #expect(told.reading() == "dispatch 09:00 10:10 running - 2 10")
    let waiting = story.told("09:00 reported", "09:01 paused customer", "09:11 changed urgency=normal", "09:21 resumed")
    #expect(waiting.reading("09:11") == "dispatch 09:00 10:10 paused - 1 10")
    #expect(waiting.reading("09:21") == "dispatch 09:00 10:20 running - 1 20")
  }

  @Test func `decided and missed ones stay (SLA-2)`() throws {
    let story = try story()
    #expect(
      story.told("09:00 reported", "09:30 dispatched", "09:40 changed urgency=emergency").reading() == "dispatch 09:00 10:00 met 09:30 30 0"
    )
    #expect(story.told("09:00 reported", "10:10 changed urgency=emergency").reading() == "dispatch 09:00 10:00 missed - 70 0")
  }

  @Test func `no entry left: dropped, and it stays so (SLA-4)`() throws {
    let rule = TargetRule(
      id: "visit", clause: "SLA-4", starts: "remote-failed", metBy: ["arrived"], within: .seconds(1_800), when: ["area": "covered"])
    let story = try Story(rule, attributes: ["area": "covered"])
      .told("09:00 remote-failed", "09:10 changed area=outside", "09:20 changed area=covered")
    #expect(story.reading("09:10") == "visit 09:00 09:30 dropped - 10 0")
    #expect(story.reading("09:50") == "visit 09:00 09:30 dropped - 10 0")
  }

  @Test func `an id that newly applies keeps its start event, due not before the change + the promise (SLA-4)`() throws {
    let rule = TargetRule(
      id: "visit", clause: "SLA-4", starts: "remote-failed", metBy: ["arrived"], within: .seconds(1_800), when: ["area": "covered"])
    let story = try Story(rule, attributes: ["area": "outside"])
    let told = story.told("09:00 remote-failed", "11:00 changed area=covered", "11:31 commented")
    #expect(told.readings("10:00").isEmpty)
    #expect(told.reading("11:10") == "visit 09:00 11:30 running - 130 0")
    #expect(told.reading("11:31") == "visit 09:00 11:30 missed - 151 0")
    let there = story.told("09:00 remote-failed", "10:00 arrived", "11:00 changed area=covered")
    #expect(there.reading("12:00") == "visit 09:00 11:30 met 10:00 60 0")
    let later = story.told("09:00 changed area=covered", "10:00 remote-failed")
    #expect(later.reading() == "visit 10:00 10:30 running - 0 0")
  }

  @Test func `pauses since its start count for an id that newly applies (SLA-8)`() throws {
    let rule = TargetRule.dispatch(minutes: 60, when: ["urgency": "emergency"], pauses: .always)
    let story = try Story(rule, attributes: ["urgency": "normal"])
      .told("09:00 reported", "09:10 paused customer", "09:20 resumed", "09:25 changed urgency=emergency")
    #expect(story.reading() == "dispatch 09:00 10:25 running - 15 10")
  }

  private func changing(from before: TargetRule, to after: TargetRule) throws -> Story {
    var story = try Story(.dispatch(minutes: 60), attributes: ["urgency": "normal"])
    story.policy = try ServicePolicy(version: "test", targets: [before, after], calendars: ["office": WorkingCalendarTests.office()])
    return story
  }

  @Test func `where the new entry has another calendar, used and paused are its working time since the start (SLA-7)`() throws {
    var office = TargetRule.dispatch(minutes: 120, pauses: .always)
    office.calendar = "office"
    let story = try changing(from: office, to: .dispatch(minutes: 240, when: ["urgency": "emergency"], pauses: .always))
      .told("11:00 reported", "11:30 paused customer", "12:30 resumed", "13:00 changed urgency=emergency", "13:10 cleared")
    #expect(story.reading("12:59") == "dispatch 11:00 15:00 running - 30 30")
    #expect(story.reading("13:00") == "dispatch 11:00 16:00 running - 60 60")
    #expect(story.reading("14:00") == "dispatch 11:00 16:00 dropped - 70 60")
  }

  @Test func `a reopening after such a change measures the time since the work ended on the new calendar (INT-5)`() throws {
    var hours = TargetRule(id: "close", starts: "reported", metBy: ["closed"], within: .seconds(36_000), onReopen: .resume)
    hours.droppedBy = []
    var office = hours
    (office.calendar, office.when) = ("office", ["urgency": "emergency"])
    let story = try changing(from: hours, to: office)
      .told("09:00 reported", "11:00 cleared", "12:30 changed urgency=emergency", "13:00 closed", "14:00 reopened")
    // 11:00 to 14:00 is an hour and a half of the office's time: nobody's, and due as much later.
    #expect(story.reading("14:00") == "close 09:00 38:30 running - 120 90")
  }

  @Test func `a due time kept by a change stays, also through a wait outside the new entry's hours (SLA-8)`() throws {
    var office = TargetRule.dispatch(minutes: 360, when: ["urgency": "emergency"], pauses: .always)
    office.calendar = "office"
    let story = try changing(from: .dispatch(minutes: 600), to: office)
      .told("09:00 reported", "15:00 changed urgency=emergency", "18:00 paused customer", "18:30 resumed")
    #expect(story.reading("15:00") == "dispatch 09:00 19:00 running - 270 0")
    #expect(story.reading("18:40") == "dispatch 09:00 19:00 running - 420 0")
    #expect(story.reading("19:01") == "dispatch 09:00 19:00 missed - 420 0")
  }
}

import Domain
import Testing

@Suite struct ReopeningTests {
  @Test(arguments: ["reopened", "rejected"])
  func `keep leaves what was decided (INT-5)`(event: String) throws {
    let story = try Story(.clear(onReopen: .keep)).told("09:00 arrived", "10:00 cleared", "11:00 \(event)", "12:00 cleared")
    #expect(story.reading("13:00") == "clear 09:00 13:00 met 10:00 60 0")
  }

  @Test(arguments: ["reopened", "rejected"])
  func `resume counts the time between as a pause, though the target never pauses (INT-5)`(event: String) throws {
    let story = try Story(.clear(onReopen: .resume)).told("09:00 arrived", "10:00 cleared", "11:00 \(event)", "12:00 cleared")
    #expect(story.reading("11:30") == "clear 09:00 14:00 running - 90 60")
    #expect(story.reading("13:00") == "clear 09:00 14:00 met 12:00 120 60")
    #expect(story.reading("10:30") == "clear 09:00 13:00 met 10:00 60 0")
  }

  @Test func `resume goes back to the first of cleared, confirmed, closed (INT-5)`() throws {
    let rule = TargetRule(
      id: "confirm", starts: "reported", metBy: ["confirmed"], droppedBy: [], within: .seconds(7_200), onReopen: .resume)
    let story = try Story(rule).told("09:00 reported", "09:30 cleared", "10:00 confirmed", "10:30 closed", "11:00 reopened")
    #expect(story.reading("11:00") == "confirm 09:00 12:30 running - 30 90")
    let twice = story.told("09:00 reported", "09:30 cleared", "10:00 confirmed", "10:30 rejected", "11:00 confirmed", "11:30 reopened")
    #expect(twice.reading() == "confirm 09:00 12:30 running - 60 90")
  }

  @Test func `resume takes up what was cancelled (INT-5)`() throws {
    let rule = TargetRule.clear(onReopen: .resume)
    #expect(
      try Story(rule).told("09:00 arrived", "10:00 cancelled", "10:30 reopened").reading("11:00") == "clear 09:00 13:30 running - 90 30")
  }

  @Test func `resume leaves what another event met or let go (SLA-6)`() throws {
    let rule = TargetRule(
      id: "standby", starts: "arrived", metBy: ["cleared", "standby-provided"], within: .seconds(86_400), onReopen: .resume)
    let story = try Story(rule).told("09:00 arrived", "10:00 standby-provided", "11:00 cleared", "12:00 rejected")
    #expect(story.reading("13:00") == "standby 09:00 33:00 met 10:00 60 0")
    #expect(story.told("09:00 arrived", "10:00 merged", "12:00 reopened").reading() == "standby 09:00 33:00 dropped - 60 0")
  }

  @Test func `restart starts anew at the reopening with the whole promise (INT-5)`() throws {
    let story = try Story(.clear(onReopen: .restart)).told("09:00 arrived", "10:00 cleared", "11:00 rejected", "12:00 cleared")
    #expect(story.reading("11:30") == "clear 11:00 15:00 running - 30 0")
    #expect(story.reading("13:00") == "clear 11:00 15:00 met 12:00 60 0")
  }

  @Test(arguments: TargetRule.Reopening.allCases)
  func `once missed stays missed (SLA-5)`(how: TargetRule.Reopening) throws {
    let story = try Story(.clear(onReopen: how)).told("09:00 arrived", "13:30 cleared", "14:00 rejected", "14:10 cleared")
    #expect(story.reading("14:05").contains(" missed "))
    #expect(story.reading("15:00").contains(" missed "))
  }

  @Test func `a missed target that is taken up again is owed until met again, with its due as it was (SLA-5)`() throws {
    let story = try Story(.clear(onReopen: .resume)).told("09:00 arrived", "13:30 cleared", "14:00 rejected", "14:10 cleared")
    #expect(story.reading("14:05") == "clear 09:00 13:00 missed - 275 30")
    #expect(story.reading("15:00") == "clear 09:00 13:00 missed 14:10 280 30")
  }
}

import Domain
import Testing

@Suite struct PauseTests {
  @Test func `waiting moves due by what it lasted; while it lasts due is as if resumed now (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always)).told("09:00 arrived", "10:00 paused customer", "10:30 resumed")
    #expect(story.reading("10:00") == "clear 09:00 13:00 paused - 60 0")
    #expect(story.reading("10:20") == "clear 09:00 13:20 paused - 60 20")
    #expect(story.reading("11:00") == "clear 09:00 13:30 running - 90 30")
    #expect(story.reading("13:30") == "clear 09:00 13:30 running - 240 30")
    #expect(story.reading("13:31") == "clear 09:00 13:30 missed - 241 30")
  }

  @Test func `nothing is missed while it waits (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always)).told("09:00 arrived", "13:00 paused customer")
    #expect(story.reading("20:00") == "clear 09:00 20:00 paused - 240 420")
  }

  @Test func `only the reasons the policy names stop the clock (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .reasons(["customer", "access"])))
    #expect(story.told("09:00 arrived", "10:00 paused parts").reading("11:00") == "clear 09:00 13:00 running - 120 0")
    #expect(story.told("09:00 arrived", "10:00 paused access").reading("11:00") == "clear 09:00 14:00 paused - 60 60")
    #expect(story.told("09:00 arrived", "10:00 paused").reading("11:00") == "clear 09:00 13:00 running - 120 0")
    #expect(try Story(.clear()).told("09:00 arrived", "10:00 paused customer").reading("11:00") == "clear 09:00 13:00 running - 120 0")
    #expect(try Story(.clear(pauses: .always)).told("09:00 arrived", "10:00 paused").reading("11:00") == "clear 09:00 14:00 paused - 60 60")
  }

  @Test func `a pause after due moves neither due nor state, but is counted and taken out (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always)).told("09:00 arrived", "14:00 paused customer", "15:00 resumed", "16:00 cleared")
    #expect(story.reading("14:30") == "clear 09:00 13:00 missed - 300 30")
    #expect(story.reading("17:00") == "clear 09:00 13:00 missed 16:00 360 60")
  }

  @Test(arguments: ["cancelled", "merged", "closed"])
  func `the end of a case ends its pause (SLA-8)`(event: String) throws {
    let rule = TargetRule(
      id: "answer", starts: "reported", metBy: ["confirmed"], droppedBy: ["commented"], within: .seconds(7_200), pauses: .always)
    let story = try Story(rule).told("09:00 reported", "09:30 paused customer", "10:00 \(event)")
    #expect(story.reading("10:30") == "answer 09:00 11:30 running - 60 30")
  }

  @Test func `met or let go while it waits, due stays as at that instant (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always))
    #expect(story.told("09:00 arrived", "10:00 paused x", "10:30 cleared").reading("12:00") == "clear 09:00 13:30 met 10:30 60 30")
    #expect(story.told("09:00 arrived", "10:00 paused x", "10:30 cancelled").reading("12:00") == "clear 09:00 13:30 dropped - 60 30")
  }

  @Test func `a target that starts in a pause starts paused (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always)).told("08:00 paused customer", "09:00 arrived", "09:30 resumed")
    #expect(story.reading("09:10") == "clear 09:00 13:10 paused - 0 10")
    #expect(story.reading("10:00") == "clear 09:00 13:30 running - 30 30")
  }

  @Test func `paused at the very instant of due is not yet missed (SLA-8)`() throws {
    let story = try Story(.clear(pauses: .always)).told("09:00 arrived", "13:00 paused customer", "14:00 resumed", "14:00 cleared")
    #expect(story.reading() == "clear 09:00 14:00 met 14:00 240 60")
  }

  @Test func `a resume without a pause changes nothing, and a second pause goes on with the first (SLA-8)`() throws {
    let story = try Story(.respond(pauses: .always))
    #expect(story.told("09:00 reported", "09:10 resumed", "09:20 resumed").reading("09:30") == "respond 09:00 11:00 running - 30 0")
    #expect(
      story.told("09:00 reported", "09:10 paused customer", "09:20 paused parts", "09:30 resumed", "09:40 resumed").reading("10:00")
        == "respond 09:00 11:20 running - 40 20")
  }

  @Test func `a look from before the last event, as after NTP set the clock back, is a look at that event (SLA-8)`() throws {
    let story = try Story(.respond(pauses: .always)).told("09:00 reported", "09:10 paused customer", "09:30 resumed", "09:40 commented")
    let clock = try #require(story.policy.clocks(attributes: [:], timeline: story.events).first)
    let then = story.policy.reading(of: clock, at: Story.at("09:40"))
    for earlier in ["09:39", "09:15", "08:00"] { #expect(story.policy.reading(of: clock, at: Story.at(earlier)) == then) }
    #expect(then.usedSeconds == 1_200 && then.pausedSeconds == 1_200)
  }
}

import Domain
import Operations
import Persistence
import Testing

/// design.md, "Steps that arrive late".
@Suite struct LateTests {
  /// A case of 09:00, accepted, with Wang under way; the clock stands at a time of day.
  private func underway(_ now: String) async throws -> (TestDesk, String, String) {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)["workOrders"][0]["id"].text
    desk.at(now)
    return (desk, id, order)
  }

  @Test func `the work order's own engineer has a day`() async throws {
    let (desk, id, order) = try await underway("33:30")
    #expect(await desk.outcome { try await desk.take(.arrive, order: order, by: desk.wang, at: "09:29") } == "forbidden access.too-late")
    try await desk.take(.arrive, order: order, by: desk.wang, at: "09:30")
    try await desk.take(.leave, on: id, by: desk.wang, at: "10:00")
    // What was done on that job too: the cellar has no network.
    try await desk.take(.locate, ["cause": "network"], on: id, by: desk.wang, at: "09:45")
    #expect(
      await desk.outcome { try await desk.take(.locate, ["cause": "network"], on: id, by: desk.li, at: "09:45") }
        == "forbidden access.too-late")
    let view = try await desk.find(id)
    #expect(view["workOrders"][0]["arrivedAt"].text == "2026-11-23T01:30:00.000Z")
    let events = try await desk.events("request/\(id)")
    #expect(events.last?.occurred == monday("09:45").milliseconds && events.last?.recorded == monday("33:30").milliseconds)
  }

  @Test func `everybody else has 4 hours`() async throws {
    let (desk, id, order) = try await underway("14:00")
    #expect(await desk.outcome { try await desk.take(.respond, on: id, at: "09:59") } == "forbidden access.too-late")
    try await desk.take(.respond, on: id, at: "10:00")
    #expect(await desk.outcome { try await desk.take(.arrive, order: order, by: desk.gao, at: "09:59") } == "forbidden access.too-late")
    try await desk.take(.arrive, order: order, by: desk.gao, at: "10:00")
  }

  @Test func `for older ones a manager says why`() async throws {
    let (desk, id, _) = try await underway("20:00")
    #expect(await desk.outcome { try await desk.take(.respond, on: id, by: desk.manager, at: "09:10") } == "forbidden access.too-late")
    #expect(await desk.outcome { try await desk.take(.respond, on: id, at: "09:10", lateReason: "x") } == "forbidden access.too-late")
    let view = try await desk.take(.respond, on: id, by: desk.manager, at: "09:10", lateReason: "断网")
    #expect(view.promises.first == "respond met 11:00")
    #expect(try await desk.events("request/\(id)").last?.body == #"{"lateReason":"断网"}"#)
  }

  @Test func `a phone that knows the time to the second is not refused for a second`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    desk.at("09:30")
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)["workOrders"][0]["id"].text
    let dispatched = monday("09:30")
    for early in [2_001, 2_000] as [Int64] {
      let time = FieldValue.instant(Instant(milliseconds: dispatched.milliseconds - early))
      let outcome = await desk.outcome { try await desk.take(.depart, ["occurredAt": time], order: order, by: desk.wang) }
      #expect((outcome == "taken") == (early <= 2_000), "\(early) ms early: \(outcome)")
    }
    #expect(try await desk.events("work-order/\(order)").last?.occurred == dispatched.milliseconds)
    // Everybody else's time is theirs.
    let arrived = FieldValue.instant(Instant(milliseconds: dispatched.milliseconds - 1_000))
    #expect(await desk.outcome { try await desk.take(.arrive, ["occurredAt": arrived], order: order, by: desk.gao) } != "taken")
  }

  @Test func `a device's clock may be 2 minutes ahead, not more`() async throws {
    let (desk, id, _) = try await underway("10:00")
    #expect(await desk.outcome { try await desk.take(.respond, on: id, at: "10:03") } == "invalid input.invalid")
    try await desk.take(.pause, ["reason": "parts"], on: id, at: "10:02")
    // A colleague with a better clock comes after it all the same.
    try await desk.take(.resume, on: id)
    #expect(try await desk.events("request/\(id)").last?.occurred == monday("10:02").milliseconds)
    #expect(try await desk.find(id)["paused"].value == .bool(false))
  }

  @Test func `a late step is judged by its time and by what came after`() async throws {
    let (desk, id, _) = try await underway("10:00")
    try await desk.take(.agree, ["contact": "周", "how": "phone"], on: id)
    desk.at("11:00")
    try await desk.take(.clear, ["cause": "other", "remedy": "x"], on: id)
    desk.at("12:00")
    try await desk.take(.attempt, ["level": "phone", "result": "failed"], on: id, at: "10:30")
    #expect(try await desk.find(id)["state"].text == "cleared")
    do {
      try await desk.take(.propose, ["remedy": "y"], on: id, at: "10:40")
      Issue.record("taken")
    } catch let refusal as KeptRefusal {
      #expect(refusal.code == "request.later-step" && refusal.category == .conflict)
      #expect(refusal.state == "cleared" && refusal.steps.contains("confirm"))
    }
    #expect(
      await desk.outcome { try await desk.take(.attempt, ["level": "phone", "result": "failed"], on: id, at: "11:30") }
        == "conflict request.not-allowed")
    #expect(await desk.outcome { try await desk.take(.comment, ["text": "x"], on: id, at: "08:59") } == "conflict request.before-report")
  }

  @Test func `a late arrival turns missed into met (SLA-3)`() async throws {
    let (desk, id, order) = try await underway("33:01")
    #expect(try await desk.find(id).promises.contains("on-site missed 33:00"))
    let view = try await desk.take(.arrive, order: order, by: desk.wang, at: "32:00")
    #expect(view["arrivedAt"].text == "2026-11-24T00:00:00.000Z")
    #expect(try await desk.find(id).promises.contains("on-site met 33:00"))
  }
}

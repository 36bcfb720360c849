import Domain
import Operations
import Testing

/// The promises of a case as the API shows them, under the shipped policy (SLA-1 to SLA-6).
@Suite struct PromiseTests {
  @Test func `a normal fault is owed a response, a dispatch and a visit (SLA-1, SLA-2, SLA-3)`() async throws {
    let desk = try await TestDesk()
    let it = try await desk.report(), id = it["id"].text
    #expect(it.promises == ["respond running 11:00", "dispatch running 10:00", "on-site running 33:00"])
    desk.at("10:01")
    #expect(try await desk.find(id).promises == ["respond running 11:00", "dispatch missed 10:00", "on-site running 33:00"])
    try await desk.take(.accept, on: id)
    try await desk.take(.attempt, ["level": "phone", "result": "failed"], on: id)
    let view = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    #expect(view.promises == ["respond met 11:00", "dispatch missed 10:00", "on-site running 33:00"])
    #expect(view["targets"][1]["metAt"].text == "2026-11-23T02:01:00.000Z")
    #expect(view["targets"][1]["usedSeconds"].integer == 3_660)
    #expect(view["targets"][0]["clause"].text == "SLA-1" && view["targets"][0]["owner"].text == "call-taker")
  }

  @Test func `an emergency is owed a dispatch at once (SLA-2)`() async throws {
    let desk = try await TestDesk()
    let it = try await desk.report(["urgency": "emergency"])
    #expect(it.promises == ["respond running 11:00", "dispatch running 09:05", "on-site running 33:00"])
    // Normal to emergency: change + 5 min, never after the old due.
    let normal = try await desk.report()
    desk.at("09:40")
    #expect(try await desk.take(.change, ["urgency": "emergency"], on: normal["id"].text).promises[1] == "dispatch running 09:45")
    let late = try await desk.report(["reportedAt": .instant(monday("08:42"))])
    #expect(try await desk.take(.change, ["urgency": "emergency"], on: late["id"].text).promises[1] == "dispatch running 09:42")
  }

  @Test func `solved on the phone: responded to, and nobody owes a visit`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    desk.at("09:30")
    let view = try await desk.take(.clear, ["cause": "operation", "remedy": "x"], on: id)
    #expect(view.promises == ["respond met 11:00", "dispatch dropped 10:00", "on-site dropped 33:00"])
  }

  @Test func `when remote help has failed an engineer comes within 30 min, in the covered area (SLA-4)`() async throws {
    let desk = try await TestDesk()
    for (machine, promised) in [("SN-1", true), ("SN-2", false)] {
      let id = try await desk.report(["serialNumber": .text(machine)])["id"].text
      try await desk.take(.accept, on: id)
      let view = try await desk.take(.attempt, ["level": "remote", "result": "failed"], on: id)
      #expect(view.promises.contains("visit running 09:30") == promised)
    }
  }

  @Test func `cleared or helped out within a day of the arrival, waiting taken out (SLA-5, SLA-6, SLA-8)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    desk.at("10:00")
    var view = try await desk.take(.arrive, on: id, by: desk.wang)
    #expect(view.promises.suffix(2) == ["clear running 34:00", "standby running 34:00"])
    desk.at("11:00")
    #expect(
      try await desk.take(.pause, ["reason": "customer"], on: id).promises.suffix(2) == ["clear paused 34:00", "standby paused 34:00"])
    desk.at("13:00")
    #expect(try await desk.take(.resume, on: id).promises.suffix(2) == ["clear running 36:00", "standby running 36:00"])
    // Waiting for parts is our time.
    try await desk.take(.pause, ["reason": "parts"], on: id)
    #expect(try await desk.find(id)["paused"].truth)
    desk.at("14:00")
    view = try await desk.take(.standby, ["equipment": "SN-2"], on: id)
    #expect(view.promises.suffix(2) == ["clear running 36:00", "standby met 36:00"])
    try await desk.take(.agree, ["contact": "周", "how": "phone"], on: id)
    view = try await desk.take(.clear, ["cause": "hardware", "remedy": "x"], on: id)
    #expect(view.promises.suffix(2) == ["clear met 36:00", "standby met 36:00"] && !view["paused"].truth)
    #expect(view["targets"].items.last { $0["id"].text == "clear" }?["usedSeconds"].integer == 7_200)
    #expect(view["targets"].items.last { $0["id"].text == "clear" }?["pausedSeconds"].integer == 7_200)
    // Rejected: the time that was left goes on.
    desk.at("15:00")
    view = try await desk.take(.reject, ["contact": "周", "reason": "x"], on: id)
    #expect(view.promises.contains("clear running 37:00"))
  }

  @Test func `other kinds are owed a response, not a visit (INT-2)`() async throws {
    let desk = try await TestDesk()
    #expect(try await desk.report(["kind": "complaint"]).promises == ["respond running 11:00"])
  }

  @Test(arguments: [RequestStep.cancel, .merge])
  func `no clock runs on a case that has ended`(_ step: RequestStep) async throws {
    let desk = try await TestDesk()
    let into = try await desk.report()["id"].text
    let id = try await desk.report()["id"].text
    let view = try await desk.take(step, ["reason": "x"].merging(step == .merge ? ["into": .text(into)] : [:]) { $1 }, on: id)
    #expect(Set(view["targets"].items.map { $0["state"].text }) == ["dropped"])
    #expect(try await desk.find(into).promises.allSatisfy { $0.contains("running") })
  }
}

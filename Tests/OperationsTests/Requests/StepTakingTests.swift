import Domain
import Operations
import Persistence
import Testing

@Suite struct StepTakingTests {
  private static let word: [String: FieldValue] = ["contact": "周主任", "how": "phone"]
  private static let cleared: [String: FieldValue] = ["cause": "hardware", "remedy": "换保险丝"]

  @Test func `one fault, from the call to the signature (INT-3 to FLT-4)`() async throws {
    let desk = try await TestDesk()
    let it = try await desk.report(), id = it["id"].text, number = it["number"].text
    var view = try await desk.take(.accept, on: number)
    #expect(view["owner"].value == .text(desk.chen.staff!.text) && view["ownerName"].text == "陈")
    try await desk.take(.acknowledge, ["contact": .text(desk.contact), "how": "phone"], on: id)
    try await desk.take(.respond, on: id, by: desk.wang)
    try await desk.take(.attempt, ["level": "phone", "result": "failed", "note": "重启无效"], on: id, by: desk.wang)
    try await desk.take(.raise, ["level": "remote", "reason": "电话未解决"], on: id, by: desk.wang)
    try await desk.take(.remoteStart, ["consent": "周主任", "tool": "RustDesk", "purpose": "看日志"], on: id, by: desk.wang)
    try await desk.take(.remoteEnd, ["result": "failed"], on: id, by: desk.doctor)
    view = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)
    #expect(view["level"].text == "on-site")
    let order = view["workOrders"][0]
    #expect(order["number"].text == "WO-20261123-0001" && order["engineer"]["name"].text == "王" && order["state"].text == "dispatched")
    try await desk.take(.depart, on: id, by: desk.wang)
    try await desk.take(.arrive, order: order["id"].text, by: desk.wang)
    try await desk.take(.locate, ["cause": "hardware", "part": "保险丝"], on: id, by: desk.wang)
    try await desk.take(.propose, ["remedy": "换保险丝"], on: id, by: desk.wang)
    #expect(await desk.outcome { try await desk.take(.clear, Self.cleared, on: id, by: desk.wang) } == "conflict request.agreement-missing")
    try await desk.take(.agree, Self.word, on: id, by: desk.wang)
    let reading: FieldValue = .object(Fields(["name": "kV", "value": "79", "passed": .bool(true)]))
    try await desk.take(
      .record, ["work": "换保险丝", "parts": .list(["保险丝"]), "readings": .list([reading])], order: order["number"].text, by: desk.wang)
    try await desk.take(.clear, Self.cleared, on: id, by: desk.wang)
    try await desk.take(.leave, on: id, by: desk.wang)
    let signature: FieldValue = "data:image/png;base64,iVBORw0KGgo="
    try await desk.take(.confirm, ["contact": "周主任", "how": "signature", "signature": signature], on: id, by: desk.wang)
    #expect(await desk.outcome { try await desk.take(.close, on: id) } == "conflict request.sign-off-missing")
    #expect(await desk.outcome { try await desk.take(.signOff, on: id, by: desk.wang) } == "forbidden access.not-allowed")
    try await desk.take(.signOff, on: id, by: desk.manager)
    view = try await desk.take(.close, on: id)
    #expect(view["state"].text == "closed" && view["steps"].texts == ["reopen", "comment"])
    #expect(view["workOrders"][0]["state"].text == "left")
    let kinds = try await desk.kinds(id)
    #expect(
      kinds == [
        "reported", "accepted", "acknowledged", "responded", "attempted", "level-raised", "remote-started", "remote-ended", "remote-failed",
        "level-raised", "dispatched", "departed", "arrived", "located", "proposed", "agreed", "cleared", "left", "confirmed", "signed-off",
        "closed",
      ])
    // What matters to the case is in both streams, work and readings in the work order's alone.
    let trip = try await desk.events("work-order/\(order["id"].text)")
    #expect(trip.map(\.kind) == ["dispatched", "departed", "arrived", "work-recorded", "left"])
    #expect(try await desk.workOrders.work(of: order["id"].text, by: desk.manager).map(\.work) == ["换保险丝"])
    let journal = try await desk.events("request/\(id)")
    #expect(journal.map(\.actor)[3] == "staff:\(desk.wang.staff!)" && journal[7].actor == "staff:\(desk.doctor.staff!)")
    for event in trip where event.kind != "work-recorded" { #expect(journal.contains { $0.kind == event.kind && $0.body == event.body }) }
  }

  @Test func `a case names what its state allows, and what of it is possible now (design.md)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    let working = try await desk.take(.accept, on: id)
    #expect(working["steps"].texts.contains("clear") && working["steps"].texts.contains("resume"))
    #expect(!working["possibleSteps"].texts.contains("resume"))
    #expect(Set(working["possibleSteps"].texts).isSubset(of: working["steps"].texts))
    #expect(!working["steps"].texts.contains("accept") && !working["steps"].texts.contains("confirm"))
  }

  @Test func `a refused step names the state and the steps it allows, and writes nothing`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    let before = try await desk.test.number("SELECT COUNT(*) FROM journal")
    do {
      try await desk.take(.clear, Self.cleared, on: id)
      Issue.record("taken")
    } catch let refusal as KeptRefusal {
      #expect(refusal.category == .conflict && refusal.code == "request.not-allowed" && refusal.arguments == ["clear", "reported"])
      #expect(refusal.state == "reported" && refusal.steps == ["accept", "cancel", "merge", "change", "comment"])
    }
    // The state comes before the values.
    #expect(await desk.outcome { try await desk.take(.dispatch, ["engineer": "nobody"], on: id) } == "conflict request.not-allowed")
    #expect(try await desk.test.number("SELECT COUNT(*) FROM journal") == before)
  }

  @Test func `values that name nothing are refused by their field`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let wrong: [(RequestStep, String, [String: FieldValue])] = [
      (.dispatch, "engineer", ["engineer": "nobody"]), (.dispatch, "engineer", ["engineer": desk.chen.id]),
      (.locate, "cause", ["cause": "gremlins"]), (.clear, "cause", ["cause": "gremlins", "remedy": "x"]),
      (.standby, "equipment", ["equipment": "nothing"]), (.merge, "into", ["into": "SR-20261123-9999", "reason": "x"]),
      (.change, "equipment", ["equipment": "nothing"]), (.change, "customer", ["customer": "nothing"]),
      (.change, "customer", ["customer": .text(desk.otherHospital)]),
    ]
    for (step, field, values) in wrong {
      do {
        try await desk.take(step, values, on: id, by: desk.gao)
        Issue.record("taken: \(step) \(values)")
      } catch let refusal as any Refusal {
        #expect(refusal.category == .invalid && refusal.fields.map(\.field) == [field], "\(step) \(values)")
      }
    }
    #expect(try await desk.kinds(id) == ["reported", "accepted"])
  }

  @Test func `the version the caller saw counts where it is named (412)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    _ = try await desk.requests.take(.accept, Fields(), on: id, Call(desk.chen, expected: 1))
    let stale = await desk.outcome { try await desk.requests.take(.respond, Fields(), on: id, Call(desk.gao, expected: 1)) }
    #expect(stale == "stale version.stale")
    let answer = try await desk.requests.take(.respond, Fields(), on: id, Call(desk.gao, expected: 2))
    #expect(answer.version == 3 && !answer.created)
  }

  @Test func `who may see a case may not take every step, who may not see it learns nothing (ORG-3, ORG-5)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    #expect(await desk.outcome { try await desk.find(id, by: desk.otherDoctor) } == "missing access.not-found")
    #expect(await desk.outcome { try await desk.take(.comment, ["text": "x"], on: id, by: desk.otherDoctor) } == "missing access.not-found")
    #expect(await desk.outcome { try await desk.take(.comment, ["text": "x"], on: id, by: desk.partner) } == "missing access.not-found")
    #expect(await desk.outcome { try await desk.take(.comment, ["text": "x"], on: "nothing") } == "missing access.not-found")
    #expect(await desk.outcome { try await desk.take(.accept, on: id, by: desk.doctor) } == "forbidden access.not-allowed")
    #expect(await desk.outcome { try await desk.take(.accept, on: id, by: desk.finance) } == "forbidden access.not-allowed")
    #expect(try await desk.find(id, by: desk.doctor)["steps"].texts == ["comment"])
    try await desk.take(.accept, on: id)
    let order = try await desk.take(.dispatch, ["engineer": desk.partner.id], on: id, by: desk.gao)["workOrders"][0]
    #expect(order["partner"].text == "江西医修")
    #expect(try await desk.find(id, by: desk.partner)["number"].text == "SR-20261123-0001")
    try await desk.take(.arrive, on: id, by: desk.partner)
    #expect(await desk.outcome { try await desk.take(.leave, on: id, by: desk.wang) } == "forbidden access.not-allowed")
    #expect(await desk.outcome { try await desk.take(.leave, order: order["id"].text, by: desk.wang) } == "forbidden access.not-allowed")
    #expect(await desk.outcome { try await desk.take(.leave, order: order["id"].text, by: desk.otherDoctor) } == "missing access.not-found")
    #expect(await desk.outcome { try await desk.take(.close, ["reason": "x"], on: id, by: desk.partner) } == "forbidden access.not-allowed")
    // A colleague's work order offers nothing; the engineer's own does.
    #expect(try await desk.workOrders.find(order["id"].text, by: desk.wang).steps == [])
    #expect(try await desk.workOrders.find(order["id"].text, by: desk.partner).steps == ["leave", "hand-back", "record"])
  }

  @Test func `unconfirmed, only a manager closes, and only with a reason (INT-4)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let view = try await desk.take(.clear, Self.cleared, on: id)
    #expect(!view["steps"].texts.contains("close"))
    #expect(try await desk.find(id, by: desk.manager)["steps"].texts.contains("close"))
    let refused = "conflict request.confirmation-missing"
    #expect(await desk.outcome { try await desk.take(.close, ["reason": "无人接听"], on: id) } == refused)
    #expect(await desk.outcome { try await desk.take(.close, on: id, by: desk.manager) } == refused)
    #expect(try await desk.take(.close, ["reason": "无人接听"], on: id, by: desk.manager)["state"].text == "closed")
  }

  @Test func `a merge writes both cases, and both numbers answer`() async throws {
    let desk = try await TestDesk()
    let kept = try await desk.report()
    desk.at("09:10")
    let twice = try await desk.report(), id = twice["id"].text
    let merge: [String: FieldValue] = ["into": .text(kept["number"].text), "reason": "同一故障"]
    #expect(
      await desk.outcome { try await desk.take(.merge, ["into": .text(id), "reason": "x"], on: id) } == "conflict request.merge-into-itself"
    )
    let younger = await desk.outcome { try await desk.take(.merge, ["into": .text(id), "reason": "x"], on: kept["id"].text) }
    #expect(younger == "conflict request.merge-into-younger")
    let before = try await desk.find(kept["id"].text).promises
    let view = try await desk.take(.merge, merge, on: id)
    #expect(view["state"].text == "merged" && view["mergedInto"] == kept["id"] && view["steps"].texts == ["comment"])
    #expect(try await desk.find(twice["number"].text)["mergedInto"] == kept["id"])
    #expect(try await desk.kinds(kept["id"].text) == ["reported", "absorbed"])
    #expect(try await desk.find(kept["id"].text).promises == before)
    #expect(try await desk.find(kept["id"].text)["version"].integer == 2)
    // Never in a circle, never into what has ended.
    let circle = await desk.outcome { try await desk.take(.merge, ["into": .text(id), "reason": "x"], on: kept["id"].text) }
    #expect(circle == "conflict request.merge-into-itself")
    let third = try await desk.report()
    let ended = await desk.outcome { try await desk.take(.merge, ["into": .text(id), "reason": "x"], on: third["id"].text) }
    #expect(ended == "conflict request.merge-into-ended")
    #expect(try await desk.kinds(third["id"].text) == ["reported"])
  }

  @Test func `a change of machine or customer brings its facts along`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report([:])["id"].text
    var view = try await desk.take(.change, ["equipment": .text(desk.machine)], on: id)
    #expect(view["customer"]["id"].text == desk.hospital && view["site"].text == desk.site && view["branch"].text == desk.branch)
    view = try await desk.take(.change, ["equipment": .text(desk.otherMachine)], on: id)
    #expect(view["customer"]["id"].text == desk.otherHospital && view["site"].isNull)
    let body = try await desk.events("request/\(id)").last?.body ?? ""
    #expect(body.contains(#""attributes":{"area":"","region":""}"#) && body.contains(#""site":"""#))
    #expect(
      await desk.outcome { try await desk.take(.change, ["equipment": .text(desk.otherMachine)], on: id) }
        == "conflict request.nothing-changed")
    view = try await desk.take(.change, ["contact": .object(Fields(["name": "吴", "phone": "13900000000"]))], on: id)
    #expect(view["contact"]["name"].text == "吴" && view["contact"]["id"].isNull)
  }

  @Test func `work and readings wait for the arrival and go forward in time (FLT-4)`() async throws {
    let desk = try await TestDesk()
    let id = try await desk.report()["id"].text
    try await desk.take(.accept, on: id)
    let order = try await desk.take(.dispatch, ["engineer": desk.wang.id], on: id, by: desk.gao)["workOrders"][0]["id"].text
    let work: [String: FieldValue] = ["work": "x"]
    #expect(await desk.outcome { try await desk.take(.record, work, order: order, by: desk.wang) } == "conflict request.not-arrived")
    desk.at("10:00")
    try await desk.take(.arrive, order: order, by: desk.wang)
    desk.at("11:00")
    try await desk.take(.record, work, order: order, by: desk.wang)
    let late = "conflict request.work-order-goes-forward"
    #expect(await desk.outcome { try await desk.take(.leave, order: order, by: desk.wang, at: "10:30") } == late)
    #expect(await desk.outcome { try await desk.take(.leave, on: id, by: desk.wang, at: "10:30") } == late)
    #expect(await desk.outcome { try await desk.take(.record, work, order: order, by: desk.wang, at: "10:30") } == late)
    #expect(
      await desk.outcome { try await desk.take(.record, work, order: order, by: desk.wang, at: "09:30") } == "conflict request.not-arrived")
    let left = try await desk.take(.leave, order: order, by: desk.wang)
    #expect(left["state"].text == "left" && left["version"].integer == 4 && left["steps"].texts == ["record"])
    try await desk.take(.record, work, order: order, by: desk.wang)
    #expect(try await desk.find(id)["state"].text == "working")
  }
}

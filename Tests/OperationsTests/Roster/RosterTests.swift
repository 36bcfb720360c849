import Domain
import Persistence
import Testing

@testable import Operations

/// The duty roster: planned, kept, and looked at ahead (INT-8, SLA-8).
@Suite struct RosterTests {
  private func plan(
    _ desk: TestDesk, _ who: Actor, _ from: String, _ to: String, weeks: Int = 0, branch: String? = nil, by actor: Actor? = nil
  ) async -> String {
    await desk.outcome {
      var input: [String: FieldValue] = [
        "staff": who.id, "from": .instant(monday(from)), "to": .instant(monday(to)), "weeks": .integer(weeks),
      ]
      if let branch { input["branch"] = .text(branch) }
      return try await RosterOperations(desk.test.company).plan(Fields(input), Call(actor ?? desk.gao))
    }
  }

  @Test func `a shift is planned for weeks, seen by everybody inside, and taken off again`() async throws {
    let desk = try await TestDesk(), roster = RosterOperations(desk.test.company)
    #expect(await plan(desk, desk.wang, "17:30", "32:30", weeks: 2, branch: desk.branch) == "taken")
    let all = try await roster.list(from: monday("00:00"), to: monday("00:00") + 30 * 86_400, branch: nil, by: desk.chen)
    #expect(all.map(\.from) == (0...2).map { monday("17:30") + $0 * 604_800 })
    #expect(all.allSatisfy { $0.name == "王" && $0.branchName == "余干服务站" && $0.role == .engineer })
    _ = try await roster.remove(all[1].id, Call(desk.gao))
    #expect(try await roster.list(from: monday("00:00"), to: monday("00:00") + 30 * 86_400, branch: nil, by: desk.chen).count == 2)
    #expect(try await desk.events("shift/\(all[1].id)").map(\.kind) == ["planned", "removed"])
    #expect(try await Verify(desk.test.company).run().findings.isEmpty)
  }

  @Test func `what cannot be planned is refused with a reason`() async throws {
    let desk = try await TestDesk()
    #expect(await plan(desk, desk.wang, "20:00", "18:00") == "invalid roster.empty")
    #expect(await plan(desk, desk.wang, "10:00", "59:00") == "invalid roster.too-long")
    #expect(await plan(desk, desk.wang, "01:00", "08:00") == "conflict roster.past")
    #expect(await plan(desk, desk.doctor, "18:00", "20:00") == "invalid input.invalid")
    #expect(await plan(desk, desk.wang, "18:00", "20:00", branch: "nowhere") == "invalid input.invalid")
    #expect(await plan(desk, desk.wang, "18:00", "20:00") == "taken")
    #expect(await plan(desk, desk.wang, "19:00", "22:00") == "conflict roster.twice")
    #expect(await plan(desk, desk.wang, "20:00", "22:00") == "taken")
    for actor in [desk.chen, desk.wang, desk.finance] {
      #expect(await plan(desk, desk.li, "18:00", "20:00", by: actor) == "forbidden access.not-allowed")
    }
    #expect(
      await desk.outcome {
        try await RosterOperations(desk.test.company).gaps(from: monday("09:00"), to: monday("10:00"), branch: nil, by: desk.doctor)
      }
        == "forbidden access.not-allowed")
    let shift = try await RosterOperations(desk.test.company).list(from: monday("18:00"), to: monday("19:00"), branch: nil, by: desk.chen)
    desk.at("20:00")
    #expect(
      await desk.outcome { try await RosterOperations(desk.test.company).remove(shift[0].id, Call(desk.gao)) } == "conflict roster.past")
  }

  @Test func `a gap is seen beforehand, for what the roster covers at all`() async throws {
    let desk = try await TestDesk(), roster = RosterOperations(desk.test.company)
    func gaps() async throws -> [String] {
      try await roster.gaps(from: monday("09:00"), to: monday("33:00"), branch: nil, by: desk.chen).map { gap in
        "\(gap.duty.role.rawValue) \(gap.from.milliseconds(since: monday("00:00")) / 3_600_000)-\(gap.to.milliseconds(since: monday("00:00")) / 3_600_000)"
      }
    }
    #expect(try await gaps() == [])
    _ = await plan(desk, desk.wang, "09:00", "17:00")
    #expect(try await gaps() == ["engineer 17-33"])
    _ = await plan(desk, desk.li, "17:00", "33:00")
    #expect(try await gaps() == [])
  }

  @Test func `a roster of two hundred shifts a day has no gap where it has none`() async throws {
    let desk = try await TestDesk(), roster = RosterOperations(desk.test.company), day: Int64 = 86_400
    try await desk.test.company.database.write { db in
      for (place, start) in (-28...1).map({ monday("00:00") + Int64($0) * day }).enumerated() {
        for number in 0..<200 {
          try db.execute(
            "INSERT INTO shift (id, staff_id, role, branch_id, from_at, to_at, removed, version) VALUES (?, ?, 'engineer', NULL, ?, ?, 0, 1)",
            [
              .text("s\(place)-\(number)"), .text("p\(number)"), .integer(start.milliseconds), .integer((start + day).milliseconds),
            ])
        }
      }
    }
    #expect(try await roster.gaps(from: monday("09:00"), to: monday("33:00"), branch: nil, by: desk.chen) == [])
    let late = try await roster.gaps(from: monday("09:00"), to: monday("50:00"), branch: nil, by: desk.chen)
    #expect(late.map(\.from) == [monday("48:00")])
  }
}

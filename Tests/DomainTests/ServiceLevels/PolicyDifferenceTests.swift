import Domain
import Testing

/// What one policy promises otherwise than another, in lines that a manager reads (SLA-9).
@Suite struct PolicyDifferenceTests {
  private func policy(_ targets: [TargetRule], hotline: String? = "1") throws -> ServicePolicy {
    try ServicePolicy(version: "v\(targets.count)", hotline: hotline, targets: targets)
  }

  private let respond = TargetRule(id: "respond", starts: "reported", metBy: ["responded"], within: .seconds(7_200))

  @Test func `equal promises differ in nothing, whatever the version is called`() throws {
    let old = try policy([respond]), new = try ServicePolicy(version: "other", hotline: "1", targets: [respond])
    #expect(new.differences(from: old).isEmpty)
  }

  @Test func `a changed length, a new entry, one that is gone and another hotline are a line each`() throws {
    var quicker = respond
    quicker.within = .seconds(1_800)
    quicker.escalate = [.init(to: "call-taker", after: .seconds(0))]
    var urgent = respond
    (urgent.when, urgent.within) = (["urgency": "emergency"], .seconds(300))
    let visit = TargetRule(id: "visit", starts: "remote-failed", metBy: ["arrived"], within: .seconds(1_800))
    let lines = try policy([quicker, urgent], hotline: nil).differences(from: policy([respond, visit])).map(\.line)
    #expect(
      lines == [
        "~ policy: hotline 1 -> none", "~ respond: within 2 h -> 30 min", "~ respond: escalate none -> call-taker after 0 s",
        "+ respond {urgency: emergency}", "- visit",
      ])
  }

  @Test func `two entries that apply to the same are told apart by their order`() throws {
    var second = respond
    second.owner = "dispatcher"
    let lines = try policy([respond, second]).differences(from: policy([respond])).map(\.line)
    #expect(lines == ["+ respond #2"])
  }
}

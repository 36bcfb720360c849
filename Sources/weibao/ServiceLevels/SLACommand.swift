import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao sla`: the promised times outside the desk.
struct SLACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sla", abstract: "Promised times: run a policy over the history of a case.", subcommands: [ReplayCommand.self])
}

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Print each target's due time and state for a case told in a file, as JSON.",
    discussion: """
      POLICY.yaml is a service policy; `shipped` stands for the one that comes with weibao. CASE.yaml has `reported`, `urgency` and \
      other attributes, and `events: [{at, event, ...}]`. Derives no events: the case names each.
      """)

  // Taken by every command; a replay needs no company.
  @OptionGroup(visibility: .hidden) var data: DataOptions
  @Option(help: ArgumentHelp("The policy file, or `shipped`.", valueName: "POLICY.yaml")) var policy: String
  @Option(name: .customLong("case"), help: ArgumentHelp("The case file.", valueName: "CASE.yaml")) var history: String
  @Option(help: "The moment that is now, RFC 3339. Default: the last event.", transform: Instant.init(parsing:)) var at: Instant?
  @Flag(help: "Say line by line how each due time came about.") var explain = false

  func run() throws {
    let policyText = policy == "shipped" ? ShippedPolicy.yaml : try TextFile.read(policy)
    var unknownYears: Set<Int> = []
    let answer = try Replay.run(
      policyText: policyText, caseText: TextFile.read(history), at: at, explain: explain,
      calendar: { try? TextFile.read($0, beside: policy) },
      warn: { unknownYears = $0 })
    print(answer)
    try UnknownYears.warn(unknownYears)
  }
}

/// A sentence for standard error; the exit is 1.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

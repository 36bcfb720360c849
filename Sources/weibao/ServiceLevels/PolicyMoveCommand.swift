import ArgumentParser
import Domain
import Foundation
import Operations

struct PolicyMoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Put open cases under another version, with a reason; their promises are reckoned anew (SLA-9).",
    discussion: """
      For cases that were taken under the wrong version, or that a new table of holidays would decide otherwise (`weibao calendar follow` \
      names them). 2026-11 is that policy as it holds, 2026-11-r2 a revision of it, 2026-11-r1 as it was first recorded: with --case also to say \
      that a case stays there. A case that has ended stays.
      """
  )

  @OptionGroup var data: DataOptions
  @Argument(help: "The version that shall hold for them; it need not be activated.") var version: String
  @Option(help: "Why; it stands in each case.") var reason: String
  @Option(name: .customLong("case"), help: "Only this case, by number or id. Without it: every open case of another version.")
  var number: String?
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let move = PolicyMove(opened.company)
    var report = PolicyMove.Report()
    let input = try PolicyMove.shape.decode(text: ["policy": version, "reason": reason])
    if let number {
      _ = try await move.move(number, input, Call(.system))
      report.cases = 1
    } else {
      report = try await move.moveAll(to: version, because: reason, by: .system)
    }
    print(json ? JSONWriter.text(report) : "\(report.cases) cases moved to \(version); \(report.changed) of them with other due times.")
    try await opened.close()
  }
}

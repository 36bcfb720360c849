import ArgumentParser
import Operations

struct RebuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Makes every projection anew from the journal. Refuses while a node serves.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print the report as JSON.") var json = false

  func run() async throws {
    let open = try await OpenCompany.openRecord(options)
    let start = ContinuousClock.now
    let report = try await Rebuild(open.company).run()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if json {
      try print(
        Output.json([
          "streams": Double(report.streams), "events": Double(report.events), "removed": Double(report.removed), "seconds": seconds,
        ]))
    } else {
      print("Rebuilt \(report.streams) rows from \(report.events) events; \(report.removed) rows without a stream removed.")
    }
    try await open.close()
  }
}

import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence

/// `weibao demo`: a company to look around in.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Fill an empty database with a believable company and its cases of the past year.",
    discussion: "The same seed gives the same company. Prints names and password of its users.")

  @OptionGroup var data: DataOptions
  @Option(help: "How many cases.") var cases = 600
  @Option(help: "Another seed, another company.") var seed: UInt64 = 1
  @Flag(help: "Print the report as JSON.") var json = false

  func validate() throws {
    guard (0...1_000_000).contains(cases) else { throw ValidationError("--cases is 0 to 1000000.") }
  }

  func run() async throws {
    // Whole minutes, as the cases have: runs of one minute make the same journal.
    let earliest = Instant(milliseconds: (OpenCompany.machineTime().milliseconds / 60_000 - DemoOperations.days(cases) * 1_440) * 60_000)
    let opened = try await OpenCompany.open(data, earliest: earliest)
    let start = ContinuousClock.now
    let report = try await DemoOperations(opened.company).run(cases: cases, seed: seed)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try await opened.close()
    if json { return print(JSONWriter.text(report)) }
    print("Made a company of \(report.events) events with \(report.cases) cases in \(String(format: "%.1f", seconds)) s.")
    print("Sign in with the password \(DemoOperations.password) as \(report.users.joined(separator: ", ")).")
  }
}

import ArgumentParser
import Foundation
import Web

/// For Benchmarks: the mark is a page of 50 rows in 1.5 ms or less.
struct BenchRender: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-render", abstract: "Prints the milliseconds to render a list of cases, the median of many.", shouldDisplay: false)

  @Option(help: "How many cases.") var rows = 50
  @Option(help: "How many times.") var times = 1_000

  func validate() throws {
    guard (1...1_000).contains(rows), (1...100_000).contains(times) else {
      throw ValidationError("--rows is 1 to 1000, --times 1 to 100000.")
    }
  }

  func run() throws { print(String(format: "%.3f ms", try PageBench.list(rows: rows, times: times))) }
}

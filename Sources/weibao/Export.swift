import ArgumentParser
import Foundation
import Operations

/// `weibao export --all FILE`: a whole company, to carry it to the other engine or to leave us.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a whole company to a file that `weibao import --all` reads, on either engine.",
    discussion: "Goes on beside a serving node. The file holds personal data and password hashes; signing keys stay in DIR/keys: copy them."
  )

  @OptionGroup var data: DataOptions
  @Option(help: ArgumentHelp("The file to write; it must not be there yet.", valueName: "FILE")) var all: String
  @Flag(help: "Print the counts as JSON.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let counts = try await CompanyExport(opened.company).run(to: all) { Output.progress("\($0) rows") }
    try await opened.close()
    print(json ? try Output.json(counts) : "Exported \(counts["journal"] ?? 0) events and \(counts.values.reduce(0, +)) rows in all.")
  }
}

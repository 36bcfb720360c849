public import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao import KIND FILE`: registers from CSV.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import a register from a CSV file; or print a template to fill in.",
    discussion: """
      KIND is branches, staff, customers, sites, departments, contacts, models or machines. Headings are English or Chinese, in any \
      order; the file is UTF-8, UTF-16 or GB18030, separated by commas, semicolons or tabs. The whole file is checked \
      first: with one bad line nothing is written. A second run doubles nothing.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: "What to import.") var kind: ImportKind?
  @Argument(help: ArgumentHelp("The CSV file; - is standard input.", valueName: "FILE")) var file: String?
  @Option(help: ArgumentHelp("A whole company, as `weibao export --all` wrote it, into an empty database.", valueName: "FILE"))
  var all: String?
  @Flag(help: "Check only.") var dryRun = false
  @Flag(help: "Print the report as JSON.") var json = false
  @Flag(help: "Print a file to fill in.") var template = false
  @Option(help: "Language of the template: en or zh.") var lang = "en"

  func validate() throws {
    guard all == nil else {
      guard kind == nil, !dryRun, !template else { throw ValidationError("--all takes a FILE and nothing else.") }
      return
    }
    guard kind != nil else { throw ValidationError("Name what to import: KIND and FILE, or --all FILE.") }
    guard template != (file != nil) else { throw ValidationError("Name a FILE to import, or ask for a --template.") }
    guard ["en", "zh"].contains(lang) else { throw ValidationError("--lang is en or zh.") }
  }

  func run() async throws {
    if let all { return try await importAll(all) }
    guard let kind else { return }
    guard let file else { return print(kind.template(chinese: lang == "zh"), terminator: "") }
    guard let bytes = file == "-" ? try FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file) else {
      throw CommandFailure("cannot read \(file). Name a file that exists and may be read.")
    }
    let opened = try await OpenCompany.open(data)
    let report = try await ImportOperations(opened.company).run(kind, Array(bytes), dryRun: dryRun, by: .system)
    try await opened.close()
    if json { print(JSONWriter.text(report)) }
    guard report.problems.isEmpty else {
      if !json {
        for problem in report.problems {
          let line = "line \(problem.line): \(problem.field.map { "\($0): " } ?? "")\(problem.message)\n"
          try FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
      }
      throw CommandFailure(
        "\(Set(report.problems.map(\.line)).count) of \(report.lines) lines are bad, nothing was written. Correct them, then run it again.")
    }
    guard !json else { return }
    let unchanged = report.found - report.changed
    print(
      dryRun
        ? "\(report.lines) lines are right: \(report.added) new, \(report.found) known. Nothing was written."
        : "\(report.lines) lines: \(report.added) added, \(report.changed) changed, \(unchanged) unchanged.")
  }
}

extension ImportCommand {
  private func importAll(_ path: String) async throws {
    let opened = try await OpenCompany.openEmpty(data)
    let counts = try await CompanyImport(opened.company).run(from: path) { Output.progress("\($0) rows") }
    try await opened.close()
    print(json ? try Output.json(counts) : "Imported \(counts["journal"] ?? 0) events and \(counts.values.reduce(0, +)) rows in all.")
  }
}

extension ImportKind: ExpressibleByArgument {}

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
      order; the file is UTF-8, UTF-16 or GB18030, separated by commas, semicolons or tabs, up to 512 MB and 1,000,000 lines. The whole file is \
      checked first: with one bad line nothing is written, unless --skip-bad is said. A second run doubles nothing; one that was stopped goes on \
      where it was.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: "What to import.") var kind: ImportKind?
  @Argument(help: ArgumentHelp("The CSV file; - is standard input.", valueName: "FILE")) var file: String?
  @Option(help: ArgumentHelp("A whole company, as `weibao export --all` wrote it, into an empty database.", valueName: "FILE"))
  var all: String?
  @Flag(help: "Check only.") var dryRun = false
  @Flag(help: "Apply the right lines although others are bad; --refused gets those.") var skipBad = false
  @Option(help: ArgumentHelp("Write the bad lines, with the reason, to a new CSV file: correct it and import it.", valueName: "FILE"))
  var refused: String?
  @Option(help: ArgumentHelp("Leave this column out; may be said more than once.", valueName: "HEADING")) var ignore: [String] = []
  @Flag(help: "Print the report as JSON; progress as lines of JSON on standard error.") var json = false
  @Flag(help: "Print a file to fill in.") var template = false
  @Option(help: "Language of the template: en or zh.") var lang = "en"

  func validate() throws {
    guard all == nil else {
      guard kind == nil, !dryRun, !template, !skipBad, refused == nil, ignore.isEmpty else {
        throw ValidationError("--all takes a FILE and nothing else.")
      }
      return
    }
    guard kind != nil else { throw ValidationError("Name what to import: KIND and FILE, or --all FILE.") }
    guard template != (file != nil) else { throw ValidationError("Name a FILE to import, or ask for a --template.") }
    guard ["en", "zh"].contains(lang) else { throw ValidationError("--lang is en or zh.") }
    guard !skipBad || refused != nil else { throw ValidationError("--skip-bad needs --refused FILE, so that no line is lost.") }
  }

  func run() async throws {
    if let all { return try await importAll(all) }
    guard let kind else { return }
    guard let file else { return print(kind.template(chinese: lang == "zh"), terminator: "") }
    let source = try ImportFile(path: file)
    let paper = try refused.map { try RefusedFile($0) }
    let opened = try await OpenCompany.open(data)
    let teller = ImportTeller(json: json)
    let report = try await ImportOperations(opened.company).run(
      kind, source, .init(dryRun: dryRun, skipBad: skipBad, ignored: ignore), by: .system,
      refused: paper.map { paper in { try paper.write($0) } },
      progress: teller.tell)
    teller.end()
    try await opened.close()
    try paper?.finish()
    if json { print(JSONWriter.text(report)) }
    try tell(report)
  }

  /// Lines printed one by one; the file of `--refused` has all.
  private static let shown = 50

  private func tell(_ report: ImportReport) throws {
    if !json {
      var lines = report.problems.prefix(Self.shown).map { "line \($0.line): \($0.field.map { "\($0): " } ?? "")\($0.message)" }
      let told = Set(report.problems.prefix(Self.shown).map(\.line)).count
      if report.badLines > told {
        lines.append(
          "… and \(report.badLines - told) more bad lines\(refused.map { "; \($0) has all" } ?? "; --refused FILE writes all of them to a file")"
        )
      }
      lines += report.notes.prefix(Self.shown).map { "line \($0.line): note: \($0.message)" }
      if !lines.isEmpty { try FileHandle.standardError.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8)) }
    }
    let paper = report.badLines > 0 ? refused.map { " They are in \($0)." } ?? "" : ""
    guard report.badLines == 0 || report.skippedBad else {
      throw CommandFailure(
        "\(report.badLines) of \(report.lines) lines are bad, nothing was written.\(paper) Correct them, then run it again.")
    }
    guard !json else { return }
    guard !dryRun else {
      return print("\(report.lines) lines are right: \(report.added) new, \(report.found) known. Nothing was written.")
    }
    let before = report.before > 0 ? " \(report.before) lines had been applied before it was stopped." : ""
    let bad = report.badLines > 0 ? " \(report.badLines) bad lines were left out.\(paper)" : ""
    print(
      "\(report.lines) lines: \(report.added) added, \(report.changed) changed, \(report.found - report.changed) unchanged.\(before)\(bad)")
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

/// How far it is, on standard error: a line that is written over where somebody looks, else a line every ten seconds; or JSON, once a second.
private final class ImportTeller {
  private let json: Bool
  private var last = ContinuousClock.now

  init(json: Bool) { self.json = json }

  func tell(_ progress: ImportOperations.Progress) {
    let isWatched = !json && isatty(FileHandle.standardError.fileDescriptor) == 1
    let now = ContinuousClock.now
    guard last.duration(to: now) >= (json ? .seconds(1) : isWatched ? .milliseconds(100) : .seconds(10)) else { return }
    last = now
    switch (progress, json) {
    case (.checked(let count), false): show("\(count) lines checked", isWatched)
    case (.applied(let count, let all), false): show("\(count) of \(all) lines applied", isWatched)
    case (.checked(let count), true): show(#"{"stage":"check","lines":\#(count)}"#, false)
    case (.applied(let count, let all), true): show(#"{"stage":"apply","lines":\#(count),"of":\#(all)}"#, false)
    }
  }

  func end() { if !json { Output.progress("") } }

  private func show(_ text: String, _ isWatched: Bool) {
    if isWatched { Output.progress(text) } else { try? FileHandle.standardError.write(contentsOf: Data("\(text)\n".utf8)) }
  }
}

/// The file with the bad lines: there only when there are any, and never in place of another.
private final class RefusedFile {
  private let path: String
  private var handle: FileHandle?

  init(_ path: String) throws {
    self.path = path
    guard !FileManager.default.fileExists(atPath: path) else { throw UsageRefusal.exists(path) }
  }

  func write(_ text: String) throws {
    if handle == nil {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw CommandFailure("cannot write \(path). Name a new file in a folder with room.")
      }
      handle = FileHandle(forWritingAtPath: path)
    }
    try handle?.write(contentsOf: Data(text.utf8))
  }

  func finish() throws {
    try handle?.synchronize()
    try handle?.close()
  }
}

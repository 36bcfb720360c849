import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence
import Web

/// `weibao export --all FILE`: a whole company, to carry it to the other engine or to leave us. `weibao export --case NUMBER FILE`: one
/// case with what proves it. `weibao export KIND FILE`: a register as CSV. `weibao export --tables DIR`: everything, to be read by others.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a whole company, a register, or one case with what proves it, to a file.",
    discussion: """
      --all FILE is read by `weibao import --all`, on either engine; it holds personal data and password hashes; signing keys stay in \
      DIR/keys: copy them. --case NUMBER FILE is judged by `weibao check`, and by the small program inside it. KIND FILE writes a register as \
      CSV that `weibao import` reads: branches, staff, customers, sites, departments, contacts, models or machines; cells that a spreadsheet would \
      compute begin with an apostrophe. --tables DIR writes everything into a new folder, a file a register and list, as CSV or JSON Lines with \
      a README: for other systems, and for leaving us. All go on beside a serving node.
      """)

  @OptionGroup var data: DataOptions
  @Option(help: ArgumentHelp("The file to write a whole company to; it must not be there yet.", valueName: "FILE")) var all: String?
  @Option(name: .customLong("case"), help: ArgumentHelp("The case to write.", valueName: "NUMBER")) var number: String?
  @Option(help: ArgumentHelp("A new folder to write everything to, a file a register and list.", valueName: "DIR")) var tables: String?
  @Option(help: "How --tables writes: csv or jsonl.") var format = "csv"
  @Argument(help: ArgumentHelp("FILE for a case; KIND FILE for a register. The file must not be there yet.", valueName: "KIND FILE"))
  var words: [String] = []
  @Option(help: "Language of headings: en or zh.") var lang = "zh"
  @Flag(help: "Print the counts as JSON.") var json = false

  func validate() throws {
    let chosen = [all, number, tables].count { $0 != nil }
    let expected = number != nil ? 1 : chosen > 0 ? 0 : 2
    guard chosen <= 1, words.count == expected else {
      throw ValidationError("Give --all FILE, or --tables DIR, or --case NUMBER FILE, or KIND FILE.")
    }
    guard ["csv", "jsonl"].contains(format) else { throw ValidationError("--format is csv or jsonl.") }
    guard words.count != 2 || ImportKind(rawValue: words[0]) != nil else {
      throw ValidationError("“\(words[0])” is no register. Name one of \(ImportKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    guard ["en", "zh"].contains(lang) else { throw ValidationError("--lang is en or zh.") }
  }

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    if words.count == 2, let kind = ImportKind(rawValue: words[0]) {
      try await exportRegister(kind, to: words[1], opened)
    } else if let number, let file = words.first {
      try await exportCase(number, to: file, opened)
    } else if let tables {
      guard !FileManager.default.fileExists(atPath: tables) else { throw UsageRefusal.exists(tables) }
      let counts = try await TableExport(opened.company).run(to: tables, format: format, chinese: lang == "zh", by: .system) {
        Output.progress("\($0) rows")
      }
      print(json ? try Output.json(counts) : "Exported \(counts.values.reduce(0, +)) rows in \(counts.count) files.")
    } else if let all {
      let counts = try await CompanyExport(opened.company).run(to: all) { Output.progress("\($0) rows") }
      print(json ? try Output.json(counts) : "Exported \(counts["journal"] ?? 0) events and \(counts.values.reduce(0, +)) rows in all.")
    }
    try await opened.close()
  }

  private func exportRegister(_ kind: ImportKind, to path: String, _ opened: OpenCompany) async throws {
    guard !FileManager.default.fileExists(atPath: path) else { throw UsageRefusal.exists(path) }
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw CommandFailure("cannot write \(path). Name a new file in a folder with room.") }
    let count: Int
    do {
      count = try await RegisterExport(opened.company).run(kind, chinese: lang == "zh", by: .system) {
        try handle.write(contentsOf: Data($0.utf8))
      }
      try handle.synchronize()
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
    print(json ? try Output.json(["rows": count]) : "Exported \(count) \(kind.rawValue).")
  }

  private func exportCase(_ number: String, to file: String, _ opened: OpenCompany) async throws {
    guard !FileManager.default.fileExists(atPath: file) else { throw UsageRefusal.exists(file) }
    let made = try await CaseArchive(opened.company).make(number, key: opened.key, papers: await papers(number, opened), by: .system)
    guard FileManager.default.createFile(atPath: file, contents: Data(made.bytes), attributes: [.posixPermissions: 0o600]) else {
      throw CommandFailure("cannot write \(file). Name a new file in a folder with room.")
    }
    print(
      json
        ? try Output.json(["events": made.events, "streams": made.streams, "bytes": made.bytes.count])
        : "Exported \(made.number): \(made.events) events in \(made.streams) streams. Signed by \(opened.key.id); check it with `weibao check \(file)`."
    )
  }

  /// The repair report as page and, where WeasyPrint is installed, as PDF. A case file without paper proves as much.
  private func papers(_ number: String, _ opened: OpenCompany) async -> [(name: String, bytes: [UInt8])] {
    do {
      let press = try PaperPress(PaperOperations(opened.company), configuration: WebConfiguration())
      let report = try await press.repairReport(of: number, by: .system)
      var papers: [(name: String, bytes: [UInt8])] = [("repair-report.html", Array(report.html.utf8))]
      do { papers.append(("repair-report.pdf", try await press.pdf(report))) } catch {
        try? FileHandle.standardError.write(contentsOf: Data("weibao: without the PDF: \(error)\n".utf8))
      }
      return papers
    } catch { return [] }
  }
}

/// `weibao check FILE`: needs no database and no data folder.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Judges a case file by itself, without a database.",
    discussion: """
      Prints what holds, and the first thing that does not. Without --key it proves that everything fits together and nothing was \
      altered; with a key id known from elsewhere, also who signed it.
      """)

  @Argument(help: ArgumentHelp("A file that `weibao export --case` wrote.", valueName: "FILE")) var file: String
  @Option(help: "The key that must have signed it: its id, or the whole public key.") var key: String?
  @Flag(help: "Print the report as JSON.") var json = false

  func run() throws {
    guard let handle = FileHandle(forReadingAtPath: file), let bytes = try? handle.read(upToCount: (512 << 20) + 1) else {
      throw CommandFailure("cannot read \(file). Name a file that exists and may be read.")
    }
    let report: CaseArchiveCheck.Report
    do { report = try CaseArchiveCheck.run(Array(bytes), key: key) } catch {
      throw CommandFailure("\(file) does not hold: \(error).")
    }
    if json {
      return print(
        try Output.json([
          "events": report.events, "streams": report.streams, "checkpoints": report.checkpoints, "people": report.people,
          "files": report.files,
        ]))
    }
    print("\(report.number)")
    for line in report.held { print("ok  \(line)") }
    if key == nil { print("--  whose key it is, only --key with an id that you know from elsewhere can tell") }
    print("--  case.txt and papers/ are copies to read: no signature covers them, nor README.txt and check.py")
  }
}

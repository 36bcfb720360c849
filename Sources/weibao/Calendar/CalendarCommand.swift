import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao calendar`: working time, and the public holidays it knows.
struct CalendarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar", abstract: "Working calendars: sums of working time, and the years of public holidays.",
    subcommands: [CalendarRun.self, CalendarList.self, CalendarImport.self, CalendarFollow.self])
}

struct CalendarList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print the years whose public holidays and make-up days are known, and from where.",
    discussion:
      "What a policy counts by was frozen when it was recorded; `weibao doctor` says when it lacks a year that its promises reach.")

  @OptionGroup var data: DataOptions
  @Flag(help: "Print a JSON array.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let years = try await CalendarOperations(opened.company).years(by: .system)
    try await opened.close()
    guard !json else {
      var writer = JSONWriter()
      writer.array(nil, years) { $0.value($1) }
      return print(writer.text)
    }
    for year in years {
      let source = year.imported.map { "imported \($0.recordedAt) by \($0.actor), revision \($0.revision)" } ?? "shipped"
      print("\(year.year)\t\(year.off) days off\t\(year.work) make-up days\t\(source)")
    }
  }

  /// `2019-2026, 2028`.
  static func spans(_ years: some Sequence<Int>) -> String {
    years.sorted().runs().map { $0.count == 1 ? String($0.lowerBound) : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
  }
}

struct CalendarFollow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow", abstract: "Let policies and open cases follow the newest table of public holidays (SLA-7).",
    discussion: """
      For a table that came with a new version of weibao, or that was imported with --record-only. Whatever follows already stays as it is; \
      a run that was cut off goes on where it was. Nodes need not be stopped.
      """)

  @OptionGroup var data: DataOptions
  @Flag(help: "Say what would change; record nothing.") var dryRun = false
  @Flag(help: "Print the result as JSON.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let revisions = PolicyRevisions(opened.company)
    let report = try await (dryRun ? revisions.preview(by: .system) : revisions.follow(by: .system))
    try await opened.close()
    if json { print(JSONWriter.text(report)) } else { Self.say(report, dryRun: dryRun) }
    try Self.fail(report)
  }

  static func say(_ report: PolicyRevisions.Report, dryRun: Bool) {
    for one in report.revisions {
      print("Policy \(one.from) \(dryRun ? "would become" : "is now") \(one.to), with the holidays of \(CalendarList.spans(one.years)).")
    }
    if report == PolicyRevisions.Report() { return print("Policies and open cases follow the newest table.") }
    print("Open cases: \(report.cases) \(dryRun ? "would follow" : "followed"), \(report.changed) of them with other due times.")
    guard !report.left.isEmpty else { return }
    let (keep, decide) = dryRun ? ("would stay as they are", "") : ("stay as they are", " Decide about each:")
    print("\(report.left.count) \(keep), as by the newer table something would be met or missed otherwise.\(decide)")
    for one in report.left.prefix(20) {
      print(dryRun ? "  \(one.number)" : "  weibao policy move \(one.to) --case \(one.number) --reason WHY")
    }
    if report.left.count > 20 { print("  ... all of them with --json") }
    if !dryRun { print("One that is to stay for good is moved to where it is, with the reason.") }
  }

  /// After everything else was said.
  static func fail(_ report: PolicyRevisions.Report) throws {
    guard let first = report.failed.sorted(by: { $0.key < $1.key }).first else { return }
    throw CommandFailure("\(report.failed.count) open cases could not follow, the first is \(first.key): \(first.value)")
  }
}

struct CalendarImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Check a table of public holidays and make-up days and record it, one or more years.",
    discussion: """
      A line is `2027 off 01-01..01-03 02-05..02-11` (no work) or `2027 work 01-31 02-14` (a weekend day that is worked); # starts a comment. \
      A year is written down whole, and takes the place of what was known of it. Nothing is recorded when a line is wrong.

      Policies follow at once: each that counts by these years gets a revision (2026-11-r2) which holds wherever the policy does, and open \
      cases come under it, each with its due times before and after. What is met or missed stays so; a case in which the table would decide \
      something otherwise keeps what it has, and is named.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: ArgumentHelp("The table; `-` is standard input.", valueName: "FILE")) var file: String
  @Flag(help: "Check it and say what would change; record nothing.") var dryRun = false
  @Flag(help: "Record the table only; policies and open cases follow with `weibao calendar follow`.") var recordOnly = false
  @Flag(help: "Print the result as JSON.") var json = false

  func run() async throws {
    let text = try read()
    let reading = HolidayReading(text, whole: true), problems = reading.problems
    guard problems.isEmpty else {
      // All of them, so that one look at the file mends it.
      if json { print(JSONWriter.text(Problems(problems: problems))) }
      for problem in problems.prefix(100) where !json { try FileHandle.standardError.write(contentsOf: Data("\(problem.message)\n".utf8)) }
      throw CommandFailure("\(file) is no table of holidays: \(problems.count) to mend. Nothing was recorded.")
    }
    let opened = try await OpenCompany.open(data, create: false)
    let calendars = CalendarOperations(opened.company), revisions = PolicyRevisions(opened.company)
    let outcome = try await calendars.record(text, dryRun: dryRun, by: .system)
    if !json { print(words(outcome)) }
    let followed: PolicyRevisions.Report? =
      if recordOnly { nil } else if dryRun {
        try await revisions.preview(calendars.table().replacing(yearsOf: reading.table), by: .system)
      } else { try await revisions.follow(by: .system) }
    try await opened.close()
    if json { return print(JSONWriter.text(Result(outcome: outcome, followed: followed))) }
    guard let followed else { return }
    CalendarFollow.say(followed, dryRun: dryRun)
    try CalendarFollow.fail(followed)
  }

  private struct Result: JSONWritable {
    let outcome: CalendarOperations.Outcome
    let followed: PolicyRevisions.Report?

    func write(to json: inout JSONWriter) {
      json.object { json in
        outcome.fields(to: &json)
        json.field("followed", followed)
      }
    }
  }

  private struct Problems: JSONWritable {
    let problems: [PolicyError]

    func write(to json: inout JSONWriter) {
      json.object { json in
        json.array("problems", problems) { json, problem in
          json.object { json in
            if case .at(let line, _, _) = problem { json.field("line", line) }
            json.field("code", problem.code)
            json.field("message", problem.message)
          }
        }
      }
    }
  }

  private func words(_ outcome: CalendarOperations.Outcome) -> String {
    let parts = [("new", outcome.new), ("changed", outcome.changed), ("as known", outcome.same)].filter { !$0.1.isEmpty }
      .map { "\(CalendarList.spans($0.1)) \($0.0)" }.joined(separator: "; ")
    if dryRun { return "The table is well: \(parts). Nothing was recorded." }
    guard let revision = outcome.revision else { return "The table is known already: \(parts)." }
    return "Recorded as revision \(revision): \(parts)."
  }

  private func read() throws -> String {
    let data =
      file == "-" ? try FileHandle.standardInput.read(upToCount: CalendarOperations.limit + 1) : FileManager.default.contents(atPath: file)
    guard let data, let text = String(validating: data, as: UTF8.self) else {
      throw CommandFailure("cannot read \(file). Name a file in UTF-8 that exists and may be read.")
    }
    guard data.count <= CalendarOperations.limit else { throw PolicyError.tooLarge(limit: CalendarOperations.limit) }
    return text
  }
}

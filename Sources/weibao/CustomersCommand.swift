import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence

/// `weibao customers`: what the desk's screens leave to the machine's keeper.
struct CustomersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "customers", abstract: "People of customers: forget one.", subcommands: [ForgetCommand.self])
}

struct ForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Erase a person's name, phone, e-mail and signatures; the record stands whole.",
    discussion: """
      CONTACT is a contact's id, or a phone number or e-mail address as recorded: then also of somebody who is in no register. What people wrote in \
      sentences cannot be erased; it is listed for somebody to look at. Running it again is harmless. Copies in backups stay; \
      DIR/erasures remembers what was erased, and `weibao restore` erases it again.
      """)

  @OptionGroup var data: DataOptions
  @Argument(help: ArgumentHelp("Whom to forget.", valueName: "CONTACT")) var contact: String
  @Flag(help: "Only print what would be erased.") var dryRun = false
  @Flag(help: "Print the report as JSON.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let report = try await ForgetOperations(opened.company).run(contact, dryRun: dryRun, by: .system)
    var isSwept = true
    var isServing = false
    if !dryRun {
      isServing = try await Housekeeping.isServing(opened.company)
      isSwept = try await opened.database.removeTraces(rewrite: !isServing)
      try await opened.keepErasures(in: try data.places().folder.text)
    }
    try await opened.close()
    if json { print(JSONWriter.text(report)) } else { tell(report) }
    if !isSwept {
      throw CommandFailure("erased, but the log beside the database is being read and still holds the values. Run this again.")
    }
    if isServing, !json {
      print("A server runs: the values are overwritten. Run this once more while it is stopped, and the whole file is written anew.")
    }
  }

  private func tell(_ report: ForgetReport) {
    let name = report.contact.map { "contact \($0)" } ?? "this caller"
    if report.total == 0 {
      print("Nothing is kept of \(name)\(report.freeText.isEmpty ? "." : ", but what people wrote.")")
    } else {
      print(report.dryRun ? "Would be erased of \(name):" : "Erased of \(name):")
      for place in ForgetReport.Place.allCases {
        print("  \(place.title): \(report.counts[place] ?? 0)")
      }
      if !report.cases.isEmpty { print("Cases: \(report.cases.joined(separator: ", "))") }
    }
    if !report.shared.isEmpty {
      print("Another contact has the same phone number, which stays there: \(report.shared.joined(separator: ", "))")
    }
    if !report.files.isEmpty {
      print("Files of these cases, for somebody to look at and, where the person is on them, to erase on the case's page:")
      for file in report.files { print("  \(file.number) \(file.attachment): \(file.name) (\(file.type))") }
    }
    guard !report.freeText.isEmpty else { return }
    print("Texts that name the person, for somebody to look at:")
    for text in report.freeText { print("  \(text.number ?? text.stream) version \(text.version): \(text.event)") }
  }
}

extension ForgetReport.Place {
  fileprivate var title: String {
    switch self {
    case .register: "values in the register"
    case .cases: "names and phones in cases"
    case .signatures: "drawn signatures"
    case .answers: "kept answers"
    case .drafts: "forms not sent yet"
    case .outbox: "messages not sent yet"
    case .inbound: "mails and messages that came in"
    }
  }
}

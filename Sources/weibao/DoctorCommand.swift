import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Prints what is in force and from where, and what is not as it should be.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print it as JSON.") var json = false

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    func source(_ flag: String?, _ variable: String) -> String {
      flag != nil ? "flag" : environment[variable] != nil ? variable : "default"
    }
    let path = try options.databasePath()
    var lines: [(String, String)] = [
      ("data", "\(options.folder) (\(source(options.data, "WEIBAO_DATA")))"),
      ("database", "sqlite:\(path) (\(source(options.database, "WEIBAO_DATABASE")))"),
      (
        "signing key",
        "\(options.keyPath)\(FileManager.default.fileExists(atPath: options.keyPath) ? "" : ": not made yet") (content hidden)"
      ),
      ("time zone of numbers", "UTC+08:00, China"),
      (
        "time zones",
        TimeZone(identifier: "Asia/Shanghai") == nil ? "MISSING: Asia/Shanghai is unknown" : "Foundation's \(TimeZone.timeZoneDataVersion)"
      ),
    ]
    if FileManager.default.fileExists(atPath: path) {
      let open = try await OpenCompany.open(options, create: false)
      let (events, synchronous) = try await open.database.read { db in
        (
          try db.first("SELECT COALESCE(MAX(sequence), 0) FROM journal", []) { $0.integer(0) } ?? 0,
          try db.first("PRAGMA journal_mode", []) { $0.text(0) } ?? "?"
        )
      }
      lines.append(("journal", "\(events) events, journal mode \(synchronous)"))
      lines.append(("policy in force", open.company.policies.inForce(at: try open.company.clock())?.version ?? "none"))
      lines.append(("serving", try await Housekeeping.isServing(open.company) ? "yes" : "no"))
      try await open.close()
    } else {
      lines.append(("journal", "no database yet: run `weibao migrate`, `weibao demo` or `weibao serve`"))
    }
    if json {
      try print(Output.json(Dictionary(lines) { first, _ in first }))
    } else {
      for (name, value) in lines { print("\(name): \(value)") }
    }
  }
}

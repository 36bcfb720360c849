import ArgumentParser
import Operations
import Persistence

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "migrate", abstract: "Makes the database, or brings it up to date.")

  @OptionGroup var options: DataOptions

  func run() async throws {
    let open = try await OpenCompany.open(options)
    print("The database is up to date: \(Schema.migrations.map(\.name).joined(separator: ", ")).")
    try await open.close()
  }
}

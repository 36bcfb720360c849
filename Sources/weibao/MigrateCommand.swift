import ArgumentParser
import Operations
import Persistence

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "migrate", abstract: "Makes the database, or brings it up to date.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print the SQL that would run, and run none of it.") var dryRun = false

  func run() async throws {
    if dryRun { return try await printPending() }
    let open = try await OpenCompany.open(options)
    print("The database is up to date: \(Schema.migrations.map(\.name).joined(separator: ", ")).")
    try await open.close()
  }

  private func printPending() async throws {
    let address = try options.places().address
    var pending = Schema.migrations.map(\.name)
    if address.isThere {
      let database = try address.open(logger: OpenCompany.quiet)
      pending = try await Migrator.pending(Schema.migrations, in: database)
      try await database.close()
    }
    for migration in Schema.migrations where pending.contains(migration.name) {
      print("-- \(migration.name)")
      for statement in migration.statements { print("\(address.dialect.schema(statement));") }
    }
    if pending.isEmpty { print("-- The database is up to date.") }
  }
}

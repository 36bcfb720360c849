import ArgumentParser
import Foundation
import Operations

@main struct Weibao: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weibao", abstract: "The after-sales desk.",
    subcommands: [
      ServeCommand.self, MigrateCommand.self, DemoCommand.self, ImportCommand.self, ExportCommand.self, BackupCommand.self,
      RestoreCommand.self,
      VerifyCommand.self, CheckCommand.self,
      RebuildCommand.self, UserCommand.self, TokenCommand.self, CalendarCommand.self, SLACommand.self, PolicyCommand.self,
      CustomersCommand.self,
      DoctorCommand.self,
      BenchInsert.self, BenchRender.self, BenchClocks.self,
    ])

  /// ArgumentParser would leave with 64 on wrong usage; our contract is 2, and one line on standard error.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      let code = exitCode(for: error)
      if code == .success { exit(withError: error) }  // --help, --version
      let line = message(for: StorageRefusal(error) ?? error).split(whereSeparator: \.isNewline).joined(separator: " ")
      try? FileHandle.standardError.write(contentsOf: Data("weibao: \(line)\n".utf8))
      Foundation.exit(code == .validationFailure ? 2 : 1)
    }
  }
}

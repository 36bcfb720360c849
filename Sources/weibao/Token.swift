import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao token`: API tokens, with the rights of their user.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "API tokens: make, list, revoke.", subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

struct TokenCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Print a new token, good for 90 days. It is shown only this once.")

  @OptionGroup var data: DataOptions
  @Option(help: "Whose rights it has: what they sign in with.") var user: String

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    print(try await AccountOperations(opened.company).createToken(user: user, by: .system))
    try await opened.close()
  }
}

struct TokenList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Print the tokens: id, user, when made, until when good.")

  @OptionGroup var data: DataOptions
  @Option(help: "Only this user's.") var user: String?
  @Flag(help: "Print a JSON array.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let tokens = try await AccountOperations(opened.company).tokens(user: user, by: .system)
    if json {
      var writer = JSONWriter()
      writer.array(nil, tokens) { $0.value($1) }
      print(writer.text)
    } else {
      for token in tokens {
        let end = token.revokedAt.map { "revoked \($0)" } ?? "until \(token.expiresAt)"
        print([token.id, token.user, token.createdAt.description, end].joined(separator: "\t"))
      }
    }
    try await opened.close()
  }
}

struct TokenRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a token at once.")

  @OptionGroup var data: DataOptions
  @Argument(help: "The token's id, or the token itself.") var token: String

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    try await AccountOperations(opened.company).revokeToken(token, by: .system)
    print("The token is revoked.")
    try await opened.close()
  }
}

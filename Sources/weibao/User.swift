public import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao user`: who may sign in, and what each role may do.
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Users: add, list, disable, set a password; the table of permissions.",
    subcommands: [UserAdd.self, UserList.self, UserDisable.self, UserPassword.self, UserLog.self, UserPermissions.self])
}

extension Role: ExpressibleByArgument {}

struct UserAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a user: a staff record and an account.")

  @OptionGroup var data: DataOptions
  @Argument(help: "What they sign in with.") var name: String
  @Option(help: "What they are here for.") var role: Role
  @Option(help: "The person's name; NAME when left out.") var fullName: String?
  @Option(help: "Their branch, by id, code or name.") var branch: String?
  @Option(help: "For the role hospital: whose user it is, by id or name.") var customer: String?
  @Option(help: "For the role partner: which firm's user it is.") var partner: String?
  @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
  @Flag(help: "Print the user as JSON.") var json = false

  func validate() throws {
    guard passwordStdin else { throw ValidationError("Give --password-stdin, and the password on standard input.") }
  }

  func run() async throws {
    let password = try StandardInput.password()
    let opened = try await OpenCompany.open(data)
    let user = try await AccountOperations(opened.company).addUser(
      NewUser(signInName: name, name: fullName, role: role, branch: branch, customer: customer, partner: partner, password: password),
      by: .system)
    print(json ? JSONWriter.text(user) : "\(user.signInName) can sign in as \(user.role.rawValue).")
    try await opened.close()
  }
}

struct UserList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Print the users.")

  @OptionGroup var data: DataOptions
  @Flag(help: "Print a JSON array.") var json = false

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let users = try await AccountOperations(opened.company).users(by: .system)
    if json {
      var writer = JSONWriter()
      writer.array(nil, users) { $0.value($1) }
      print(writer.text)
    } else {
      for user in users {
        let place = user.customer ?? user.partner ?? user.branch ?? "-"
        print(
          [user.signInName, user.name ?? "-", user.role.rawValue, place, user.disabled ? "disabled" : "active"].joined(separator: "\t"))
      }
    }
    try await opened.close()
  }
}

struct UserDisable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Close an account: its sessions and tokens end, the staff record stays.")

  @OptionGroup var data: DataOptions
  @Argument(help: "What they sign in with.") var name: String

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    try await AccountOperations(opened.company).disableUser(name, by: .system)
    print("\(name) can no longer sign in.")
    try await opened.close()
  }
}

struct UserPassword: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Set a new password; sessions end, and a disabled account opens again.")

  @OptionGroup var data: DataOptions
  @Argument(help: "What they sign in with.") var name: String
  @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false

  func validate() throws {
    guard passwordStdin else { throw ValidationError("Give --password-stdin, and the password on standard input.") }
  }

  func run() async throws {
    let password = try StandardInput.password()
    let opened = try await OpenCompany.open(data, create: false)
    try await AccountOperations(opened.company).setPassword(name, password, by: .system)
    print("\(name) has a new password.")
    try await opened.close()
  }
}

struct UserLog: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Print the access log, newest first: sign-ins, views of personal data, exports, erasures.",
    discussion: "Who looks at the same thing again within ten minutes is one entry.")

  @OptionGroup var data: DataOptions
  @Option(help: "How many entries, 1 to 100000.") var limit = 200
  @Flag(help: "Print a JSON array.") var json = false

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000.") }
  }

  func run() async throws {
    let opened = try await OpenCompany.open(data, create: false)
    let entries = try await AccountOperations(opened.company).accessLog(limit: limit, by: .system)
    if json {
      var writer = JSONWriter()
      writer.array(nil, entries) { $0.value($1) }
      print(writer.text)
    } else {
      for entry in entries {
        print([entry.at.description, entry.event, entry.actor, entry.what, entry.address ?? "-"].joined(separator: "\t"))
      }
    }
    try await opened.close()
  }
}

struct UserPermissions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "permissions", abstract: "Print what each role may do, and how far.",
    discussion: "all: everything; customer: their own hospital's; involved: where they take part; -: not at all.")

  // Taken by every command; the table is the program's own.
  @OptionGroup(visibility: .hidden) var data: DataOptions
  @Flag(help: "Print JSON: {role: {action: scope}}.") var json = false

  func run() {
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        for role in Role.allCases {
          writer.object(role.rawValue) { writer in
            for action in Action.allCases { writer.field(action.rawValue, Permissions.scope(of: action, for: role)?.rawValue) }
          }
        }
      }
      return print(writer.text)
    }
    func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(width - text.count, 0) + 2) }
    let first = Action.allCases.map(\.rawValue.count).max() ?? 0
    let roles = Role.allCases
    print((padded("", first) + roles.map { padded($0.rawValue, 8) }.joined()).trimmedRight)
    for action in Action.allCases {
      let cells = roles.map { padded(Permissions.scope(of: action, for: $0)?.rawValue ?? "-", max($0.rawValue.count, 8)) }
      print((padded(action.rawValue, first) + cells.joined()).trimmedRight)
    }
  }
}

enum StandardInput {
  /// The first line, without its end.
  static func password() throws -> String {
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw CommandFailure("no password on standard input. Write it there, as one line.")
    }
    return line
  }
}

extension String {
  fileprivate var trimmedRight: String { String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)]) }
}

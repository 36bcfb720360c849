import ArgumentParser
import Domain
import Foundation
import Logging
import Operations
import Persistence

/// Where the company's data is: flags, then the environment, then `weibao.yaml` (``Settings``).
struct DataOptions: ParsableArguments {
  @Option(help: "Folder of database, files and keys (WEIBAO_DATA; default weibao-data).") var data: String?
  @Option(help: "sqlite:PATH or postgres://… (WEIBAO_DATABASE; default DIR/weibao.sqlite).") var database: String?
  @Option(help: ArgumentHelp("Signs checkpoints (WEIBAO_SIGNING_KEY; default DIR/keys/checkpoint.key).", valueName: "file"))
  var signingKey: String?

  func settings() throws -> Settings { try Settings(data: data) }

  /// - Throws: ``UsageRefusal`` for a URL this version cannot open.
  func places() throws -> Places {
    let settings = try settings()
    let folder = settings.value(.data, flag: data) ?? Settings.Value(text: "weibao-data", source: "default")
    let database = settings.value(.database, flag: database)
    return Places(
      folder: folder, address: try database.map { try DatabaseAddress($0.text) } ?? .sqlite("\(folder.text)/weibao.sqlite"),
      databaseSource: database?.source ?? "default",
      filesFolder: settings.value(.files) ?? .init(text: "\(folder.text)/files", source: "default"),
      key: settings.value(.signingKey, flag: signingKey) ?? .init(text: "\(folder.text)/keys/checkpoint.key", source: "default"))
  }

  struct Places {
    let folder: Settings.Value
    let address: DatabaseAddress
    let databaseSource: String
    let filesFolder: Settings.Value
    let key: Settings.Value

    /// Pictures made of files lie beside files that several nodes share, so that an erasure reaches them from every node.
    var files: FileStore {
      filesFolder.source == "default"
        ? FileStore(data: folder.text) : FileStore(root: filesFolder.text, previews: "\(filesFolder.text)/previews")
    }
  }
}

/// Where a database is, and of which engine.
enum DatabaseAddress: CustomStringConvertible {
  case sqlite(String)
  case postgres(String)

  init(_ url: String) throws {
    if url.hasPrefix("sqlite:") {
      guard url != "sqlite:" else { throw UsageRefusal.database(url) }
      self = .sqlite(String(url.dropFirst("sqlite:".count)))
    } else if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
      self = .postgres(url)
    } else {
      throw UsageRefusal.database(url)
    }
  }

  /// Whether there is a file to open; a server is asked by connecting.
  var isThere: Bool {
    switch self {
    case .sqlite(let path): FileManager.default.fileExists(atPath: path)
    case .postgres: true
    }
  }

  var dialect: SQLDialect { if case .postgres = self { .postgres } else { .sqlite } }

  func open(sharedCommits: Bool = true, logger: Logger) throws -> any SQLDatabase {
    switch self {
    case .sqlite(let path): try SQLiteDatabase(path: path, options: .init(sharedCommits: sharedCommits), logger: logger)
    case .postgres(let url): try PostgresDatabase(url: url, logger: logger)
    }
  }

  /// Without the password.
  var description: String {
    switch self {
    case .sqlite(let path): return "sqlite:\(path)"
    case .postgres(let url):
      // Everything before the last @ of the authority is user and password; so may be items of the query.
      let scheme = url.range(of: "://")?.upperBound ?? url.startIndex
      let query = url[scheme...].firstIndex(of: "?") ?? url.endIndex
      let items = url[query...].dropFirst().split(separator: "&").map { $0.hasPrefix("password=") ? "password=hidden" : String($0) }
      let authority = url[scheme..<query]
      let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
      let user = authority.lastIndex(of: "@").map { authority[..<$0].split(separator: ":").first.map { "\($0)@" } ?? "" } ?? ""
      return "postgres://\(user)\(host)\(items.isEmpty ? "" : "?\(items.joined(separator: "&"))")"
    }
  }
}

/// What the command line was told and cannot do.
enum UsageRefusal: Error, CustomStringConvertible {
  case database(String)
  case notThere(String)
  case exists(String)

  var description: String {
    switch self {
    case .database(let url):
      "“\(url)” cannot be opened: this version reads sqlite:PATH and postgres://USER@HOST/NAME. Leave --database out, or name one of these."
    case .exists(let path): "There is something at \(path) already. Name a path where nothing is."
    case .notThere(let path):
      "There is no database at \(path). Run `weibao migrate`, `weibao demo` or `weibao serve` first, or give --data."
    }
  }
}

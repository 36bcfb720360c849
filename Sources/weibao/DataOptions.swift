import ArgumentParser
import Domain
import Foundation
import Logging
import Operations
import Persistence

/// Where the company's data is: flags, then the environment, then `weibao.yaml` (``Settings``).
struct DataOptions: ParsableArguments {
  @Option(help: "Folder of database, files and keys (WEIBAO_DATA; default weibao-data).") var data: String?
  @Option(help: "sqlite:PATH (WEIBAO_DATABASE; default DIR/weibao.sqlite).") var database: String?
  @Option(help: ArgumentHelp("Signs checkpoints (WEIBAO_SIGNING_KEY; default DIR/keys/checkpoint.key).", valueName: "file"))
  var signingKey: String?

  func settings() throws -> Settings { try Settings(data: data) }

  /// - Throws: ``UsageRefusal`` for a URL this version cannot open.
  func places() throws -> Places {
    let settings = try settings()
    let folder = settings.value(.data, flag: data) ?? Settings.Value(text: "weibao-data", source: "default")
    let database = settings.value(.database, flag: database)
    if let url = database?.text, !url.hasPrefix("sqlite:") || url == "sqlite:" { throw UsageRefusal.database(url) }
    return Places(
      folder: folder,
      database: database.map { .init(text: String($0.text.dropFirst("sqlite:".count)), source: $0.source) }
        ?? .init(text: "\(folder.text)/weibao.sqlite", source: "default"),
      key: settings.value(.signingKey, flag: signingKey) ?? .init(text: "\(folder.text)/keys/checkpoint.key", source: "default"))
  }

  struct Places {
    let folder, database, key: Settings.Value
  }
}

/// What the command line was told and cannot do.
enum UsageRefusal: Error, CustomStringConvertible {
  case database(String)
  case notThere(String)
  case exists(String)

  var description: String {
    switch self {
    case .database(let url): "“\(url)” cannot be opened: this version reads sqlite:PATH. Leave --database out, or name a file."
    case .exists(let path): "There is something at \(path) already. Name a path where nothing is."
    case .notThere(let path):
      "There is no database at \(path). Run `weibao migrate`, `weibao demo` or `weibao serve` first, or give --data."
    }
  }
}

import ArgumentParser
import Domain
import Foundation
import Logging
import Operations
import Persistence

/// Where the company's data is: `--data DIR` and `--database URL`, then the environment, then `weibao.yaml`'s place is DIR.
struct DataOptions: ParsableArguments {
  @Option(help: "Folder of database, files and keys (WEIBAO_DATA; default weibao-data).") var data: String?
  @Option(help: "sqlite:PATH (WEIBAO_DATABASE; default DIR/weibao.sqlite).") var database: String?

  var folder: String { data ?? ProcessInfo.processInfo.environment["WEIBAO_DATA"] ?? "weibao-data" }

  /// - Throws: ``UsageRefusal`` for a URL this version cannot open.
  func databasePath() throws -> String {
    guard let url = database ?? ProcessInfo.processInfo.environment["WEIBAO_DATABASE"] else { return "\(folder)/weibao.sqlite" }
    guard url.hasPrefix("sqlite:") else { throw UsageRefusal.database(url) }
    return String(url.dropFirst("sqlite:".count))
  }

  var keyPath: String { "\(folder)/keys/checkpoint.key" }
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

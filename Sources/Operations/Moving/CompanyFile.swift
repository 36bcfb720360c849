import Crypto
public import Domain
import Foundation
import Persistence

/// A whole company as lines of JSON: a head, then for each table a line with its columns and a line for each row, then an end with
/// counts and the SHA-256 of all before it. Projections and indexes are left out: the other side makes them from the journal. Signing keys are
/// left out too: they are files.
enum CompanyFile {
  static let format = "weibao-company", version: Int64 = 1

  /// What is carried, in this order: what is truth, then what is kept beside it. Who serves, and the versions of schema and
  /// projections, are each database's own.
  static var tables: [String] {
    let own: Set = ["migration", "lease", "projection"]
    let all = Schema.tables.filter { !own.contains($0.key) && $0.value != .projection && $0.value != .index }
    let first = ["journal", "checkpoint", "personal"]
    return first + all.keys.filter { !first.contains($0) }.sorted()
  }
}

/// What stands in the way of carrying a company.
public enum MoveRefusal: Refusal, Hashable {
  case cannotWrite(String)
  case cannotRead(String)
  /// The line, and what is wrong there.
  case damaged(line: Int, String)
  case newer([String])
  case notEmpty
  /// An import into this database was cut off.
  case unfinished

  public var code: String {
    switch self {
    case .cannotWrite: "move.cannot-write"
    case .cannotRead: "move.cannot-read"
    case .damaged: "move.damaged"
    case .newer: "move.newer"
    case .notEmpty: "move.not-empty"
    case .unfinished: "move.unfinished"
    }
  }
  public var message: String {
    switch self {
    case .cannotWrite(let file): "\(file) cannot be written. Name a new file in a folder with room."
    case .cannotRead(let file): "\(file) cannot be read. Name a file that `weibao export --all` wrote."
    case .damaged(let line, let why): "Line \(line): \(why). The file is not as it was written; export it again. Nothing of it is in use."
    case .newer(let names): "The file is from a newer weibao (\(names.joined(separator: ", "))). Use that version."
    case .notEmpty: "There is a company in this database already. Name an empty one with --database."
    case .unfinished: "An import into this database was cut off: it holds half a company. Remove it, and import again into an empty one."
    }
  }
  public var arguments: [String] {
    switch self {
    case .cannotWrite(let file), .cannotRead(let file): [file]
    case .damaged(let line, let why): [String(line), why]
    case .newer(let names): [names.joined(separator: "、")]
    case .notEmpty, .unfinished: []
    }
  }
  public var category: RefusalCategory { self == .notEmpty || self == .unfinished ? .conflict : .invalid }
}

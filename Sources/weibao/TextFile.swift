import Foundation

/// A file that somebody names, read whole; a pipe is one, too.
enum TextFile {
  /// Policies and cases have limits of their own below it.
  private static let limit = 32_000_000

  /// - Throws: ``CommandFailure`` that says which file, and what to do.
  static func read(_ path: String) throws -> String {
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: limit + 1) ?? Data() else {
      throw CommandFailure("cannot read \(path). Name a file that exists and may be read.")
    }
    guard data.count <= limit else { throw CommandFailure("\(path) is larger than \(limit / 1_000_000) MB. Shorten it.") }
    guard let text = String(validating: data, as: UTF8.self) else { throw CommandFailure("\(path) is not UTF-8. Save it as UTF-8.") }
    return text
  }

  /// A file that another one names: where it does not say from the root on, it stands beside it.
  static func read(_ path: String, beside other: String) throws -> String {
    let folder = (other as NSString).deletingLastPathComponent
    return try read(path.hasPrefix("/") ? path : (folder as NSString).appendingPathComponent(path))
  }
}

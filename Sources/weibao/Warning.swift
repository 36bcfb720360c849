import Foundation

/// A sentence for whoever runs a command that goes on all the same.
enum Warning {
  static func say(_ sentence: String) {
    try? FileHandle.standardError.write(contentsOf: Data("weibao: warning: \(sentence)\n".utf8))
  }
}

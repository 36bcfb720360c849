import Foundation

/// The files of `Fixtures/make_files.py`, made once for a run of the tests.
enum HostileFiles {
  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weibao-files-\(UUID().uuidString)")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/make_files.py")
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/python3")
    python.arguments = [script.path, folder.path]
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try python.run()
    } catch { fatalError("\(error)") }
    python.waitUntilExit()
    precondition(python.terminationStatus == 0, "make_files.py failed")
    atexit { try? FileManager.default.removeItem(at: HostileFiles.folder) }
    return folder
  }()

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  /// A new file of these bytes; the caller removes it.
  static func file(_ bytes: [UInt8]) throws -> String {
    let path = folder.appending(path: UUID().uuidString).path
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }
}

import Foundation

/// The program of `scan-command`, asked about every file before it is kept: 0 is clean, 1 is a find, and anything else is no answer.
public struct VirusScanner: Sendable {
  /// Where the file's path goes; without it the program gets the file on its standard input.
  static let place = "{file}"

  private let program: ExternalProgram
  private let arguments: [String]

  /// - Parameter command: the program and its arguments, with blanks between: `clamdscan --no-summary --fdpass {file}`. No shell reads it.
  /// - Returns: nil for a blank command.
  public init?(_ command: String, limits: ExternalProgram.Limits? = nil) {
    let words = command.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let name = words.first else { return nil }
    // clamscan reads its signatures anew each time: about a gigabyte, some ten seconds. What it unpacks counts as output.
    let usual = ExternalProgram.Limits(seconds: 120, processorSeconds: 120, memoryBytes: 6 << 30, outputBytes: 256 << 20)
    program = ExternalProgram(name, limits: limits ?? usual, gate: ProgramGate(limit: 2, waiting: 16))
    arguments = Array(words.dropFirst())
  }

  public var name: String { program.name }
  /// Where the program is; nil when it is not there.
  public var path: String? { program.path }

  /// - Throws: ``FileRefusal/infected(_:)``; ``FileRefusal/notScanned`` when there was no answer, which is never taken for a clean one;
  ///   ``ProgramError/busy(_:seconds:)``; `CancellationError`.
  public func scan(_ path: String) async throws {
    let takesPath = arguments.contains { $0.contains(Self.place) }
    let outcome: ProgramOutcome
    do {
      outcome = try await program.outcome(
        arguments.map { $0.replacing(Self.place, with: path) }, input: takesPath ? .nothing : .file(path))
    } catch ProgramError.busy(let name, let seconds) {
      throw ProgramError.busy(name, seconds: seconds)
    } catch is ProgramError {
      throw FileRefusal.notScanned
    }
    switch outcome.status {
    case 0: return
    case 1: throw FileRefusal.infected(Self.find(in: outcome.output, path: path))
    default: throw FileRefusal.notScanned
    }
  }

  /// Whether it is a scanner: it must take a text for clean, and find the string that every scanner finds to show that it works.
  /// `clamdscan` without `-` would look at nothing, and call every file clean.
  ///
  /// - Parameter folder: where a file can be made and removed.
  /// - Returns: what is wrong; nil when all is well.
  public func problem(in folder: String) async -> String? {
    guard path != nil else { return "\(name) is not there" }
    // Put together here, so that no scanner finds it in our program.
    let known = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].joined()
    do { try await scan(text: "weibao", in: folder) } catch { return "\(name) gives no answer about a clean file" }
    do { try await scan(text: known, in: folder) } catch FileRefusal.infected { return nil } catch {
      return "\(name) gives no answer about the test virus"
    }
    return "\(name) calls everything clean, also the test virus (EICAR)"
  }

  private func scan(text: String, in folder: String) async throws {
    let file = "\(folder)/scan-\(UUID().uuidString).test"
    try Data(text.utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await scan(file)
  }

  /// The name of the find, as ClamAV writes it (`stream: Eicar-Test-Signature FOUND`), else the first line; without what a screen would obey.
  static func find(in output: [UInt8], path: String) -> String {
    let lines = String(decoding: output.prefix(4_096), as: UTF8.self).split(whereSeparator: \.isNewline)
    guard var line = (lines.first { $0.hasSuffix(" FOUND") } ?? lines.first).map(String.init) else { return "?" }
    if line.hasSuffix(" FOUND") { line.removeLast(6) }
    for before in ["\(path): ", "stream: ", "fd[0]: "] where line.hasPrefix(before) { line.removeFirst(before.count) }
    line = line.replacing(path, with: "")
    let plain = line.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F }
    let name = String(String.UnicodeScalarView(plain.prefix(80))).trimmed
    return name.isEmpty ? "?" : name
  }
}

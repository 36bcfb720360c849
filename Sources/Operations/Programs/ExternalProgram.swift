import Foundation
import Synchronization

/// A program of the system that does a piece of work for us: no shell, an environment with no secrets in it, within limits.
public struct ExternalProgram: Sendable {
  /// What one run may use.
  public struct Limits: Sendable, Hashable {
    public var seconds: Int
    public var processorSeconds: Int
    /// Address space, which is more than what is used.
    public var memoryBytes: Int
    public var outputBytes: Int

    public init(seconds: Int = 30, processorSeconds: Int = 30, memoryBytes: Int = 1 << 30, outputBytes: Int = 64 << 20) {
      (self.seconds, self.processorSeconds) = (seconds, processorSeconds)
      (self.memoryBytes, self.outputBytes) = (memoryBytes, outputBytes)
    }
  }

  public enum Input: Sendable {
    case nothing
    case bytes([UInt8])
    case file(String)
  }

  /// A name looked up on PATH, or a path as configured.
  public let name: String
  public let limits: Limits
  public let gate: ProgramGate
  /// What it needs of an environment beside the path; nothing secret.
  public let environment: [String: String]

  public init(
    _ name: String, limits: Limits = Limits(), gate: ProgramGate = ProgramGate(limit: 2, waiting: 8), environment: [String: String] = [:]
  ) {
    (self.name, self.limits, self.gate, self.environment) = (name, limits, gate, environment)
  }

  /// Where the program is; nil when it is not installed.
  public var path: String? { Self.find(name) }

  /// What it writes to its standard output.
  ///
  /// Its process group is killed at the time limit, when it writes too much, and when the task is cancelled; what it
  /// leaves running behind itself in its group is killed too.
  ///
  /// - Throws: ``ProgramError``; `CancellationError`.
  public func run(_ arguments: [String], input: Input = .nothing) async throws -> [UInt8] {
    try await start(arguments, input, output: nil).checked(name).output
  }

  /// How it ended, for a program whose status is its answer.
  ///
  /// - Throws: ``ProgramError`` when it did not end by itself; `CancellationError`.
  public func outcome(_ arguments: [String], input: Input = .nothing) async throws -> ProgramOutcome {
    try await start(arguments, input, output: nil)
  }

  /// Writes its standard output to a file, made anew; the file is removed when the run fails.
  public func run(_ arguments: [String], input: Input = .nothing, outputFile: String) async throws {
    do { _ = try await start(arguments, input, output: outputFile).checked(name) } catch {
      try? FileManager.default.removeItem(atPath: outputFile)
      throw error
    }
  }

  private func start(_ arguments: [String], _ input: Input, output: String?) async throws -> ProgramOutcome {
    guard let program = path else { throw ProgramError.notInstalled(name) }
    guard let prlimit = Self.find("prlimit") else { throw ProgramError.notInstalled("prlimit") }
    let run = ProgramRun(
      name: name, path: prlimit,
      arguments: [
        "prlimit", "--as=\(limits.memoryBytes)", "--cpu=\(limits.processorSeconds)", "--fsize=\(limits.outputBytes)", "--core=0", "--",
        program,
      ] + arguments,
      input: input, outputFile: output, limits: limits, environment: environment)
    return try await gate.pass(name) {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          // A thread of its own: it waits, and neither the pool nor an event loop may.
          Thread.detachNewThread { continuation.resume(with: Result { try run.perform() }) }
        }
      } onCancel: {
        run.cancelled.store(true, ordering: .relaxed)
      }
    }
  }

  private static func find(_ name: String) -> String? {
    let places = name.contains("/") ? [name] : searchPath.split(separator: ":").map { "\($0)/\(name)" }
    return places.first { path in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
        && FileManager.default.isExecutableFile(atPath: path)
    }
  }

  static var searchPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }
}

/// How a program ended by itself.
public struct ProgramOutcome: Sendable, Hashable {
  public let status: Int
  public let output: [UInt8]
  /// The first line it complained with.
  public let complaint: String

  func checked(_ name: String) throws(ProgramError) -> ProgramOutcome {
    guard status == 0 else { throw .failed(name, status: status, complaint: complaint) }
    return self
  }
}

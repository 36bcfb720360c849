public import Domain

/// What running another program came to, when not to its output.
public enum ProgramError: Refusal, Hashable {
  case notInstalled(String)
  case timedOut(String, seconds: Int)
  case tooMuchOutput(String, limit: Int)
  /// Ended by itself with a status, or by a signal (128 + its number, as shells say it); the first line it complained with.
  case failed(String, status: Int, complaint: String)
  /// So many run and wait already that one more would only wait too long.
  case busy(String, seconds: Int)

  public var code: String {
    switch self {
    case .notInstalled: "program.not-installed"
    case .timedOut: "program.timed-out"
    case .tooMuchOutput: "program.too-much-output"
    case .failed: "program.failed"
    case .busy: "program.busy"
    }
  }
  public var message: String {
    switch self {
    case .notInstalled(let name): "The program \(name) is not installed on the server. Install it, or say where it is."
    case .timedOut(let name, let seconds): "The program \(name) was stopped after \(seconds) seconds. Try something smaller, or later."
    case .tooMuchOutput(let name, let limit): "The program \(name) made more than \(limit) bytes and was stopped. Try something smaller."
    case .failed(let name, let status, let complaint): "The program \(name) ended with \(status): \(complaint)"
    case .busy(let name, let seconds): "The server is busy with \(name). Try again in \(seconds) seconds."
    }
  }
  public var arguments: [String] {
    switch self {
    case .notInstalled(let name): [name]
    case .timedOut(let name, let seconds), .busy(let name, let seconds): [name, String(seconds)]
    case .tooMuchOutput(let name, let limit): [name, String(limit)]
    case .failed(let name, let status, let complaint): [name, String(status), complaint]
    }
  }
  public var category: RefusalCategory { .unavailable }
}

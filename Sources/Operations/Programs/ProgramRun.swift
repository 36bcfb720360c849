import CLinux
import Foundation
import Glibc
import Synchronization

/// One run, on the thread that waits for it.
final class ProgramRun: Sendable {
  let cancelled = Atomic(false)
  private let name: String
  private let path: String
  private let arguments: [String]
  private let input: ExternalProgram.Input
  private let outputFile: String?
  private let limits: ExternalProgram.Limits
  private let environment: [String: String]
  /// Of the complaints only the first line is told.
  private static let complaintBytes = 4_096

  init(
    name: String, path: String, arguments: [String], input: ExternalProgram.Input, outputFile: String?, limits: ExternalProgram.Limits,
    environment: [String: String] = [:]
  ) {
    (self.name, self.path, self.arguments) = (name, path, arguments)
    (self.input, self.outputFile, self.limits, self.environment) = (input, outputFile, limits, environment)
  }

  func perform() throws -> ProgramOutcome {
    // A program that stops reading must not end ours; the thread ends with the run, and its mask with it.
    var pipeSignal = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)

    var open = Descriptors()
    defer { open.closeAll() }
    let (childInput, toWrite) = try inputEnds(&open)
    let (childOutput, toRead) = try outputEnds(&open)
    let complaints = try open.pipe()
    let child = try spawn(childInput, childOutput, complaints.write)
    for end in [childInput, childOutput, complaints.write] { open.close(end) }
    var conversation = ProgramConversation(
      bytes: toWrite.bytes, write: toWrite.end, read: toRead, complaints: complaints.read, outputLimit: limits.outputBytes,
      complaintLimit: Self.complaintBytes)
    let stop = follow(child, &conversation, &open)
    kill(-child, SIGKILL)  // before it is waited for: its number is still its own
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    if let stop { throw stop }
    conversation.drain()
    return try result(status, conversation)
  }

  /// Moves bytes until the program has ended or must be ended; nil when it ended by itself.
  private func follow(_ child: pid_t, _ conversation: inout ProgramConversation, _ open: inout Descriptors) -> (any Error)? {
    let deadline = ContinuousClock.now + .seconds(limits.seconds)
    while true {
      conversation.move(waitingMilliseconds: 20, &open)
      if conversation.outputIsTooMuch { return ProgramError.tooMuchOutput(name, limit: limits.outputBytes) }
      var ended = siginfo_t()
      if waitid(P_PID, id_t(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0, ended.si_signo == SIGCHLD { return nil }
      if cancelled.load(ordering: .relaxed) { return CancellationError() }
      if ContinuousClock.now >= deadline { return ProgramError.timedOut(name, seconds: limits.seconds) }
    }
  }

  private func result(_ status: Int32, _ conversation: ProgramConversation) throws -> ProgramOutcome {
    if conversation.outputIsTooMuch { throw ProgramError.tooMuchOutput(name, limit: limits.outputBytes) }
    let line = String(decoding: conversation.complaint.prefix { $0 != 10 }, as: UTF8.self)
    let signal = status & 0x7f
    switch signal {
    case 0: return ProgramOutcome(status: Int(status >> 8 & 0xff), output: conversation.output, complaint: line)
    case SIGXFSZ: throw ProgramError.tooMuchOutput(name, limit: limits.outputBytes)
    case SIGXCPU: throw ProgramError.timedOut(name, seconds: limits.processorSeconds)
    default: throw ProgramError.failed(name, status: Int(128 + signal), complaint: line)
    }
  }

  private func inputEnds(_ open: inout Descriptors) throws -> (child: Int32, ours: (bytes: [UInt8], end: Int32?)) {
    switch input {
    case .nothing: return (try open.file("/dev/null", O_RDONLY), ([], nil))
    case .file(let path): return (try open.file(path, O_RDONLY), ([], nil))
    case .bytes(let bytes):
      let pipe = try open.pipe()
      return (pipe.read, (bytes, pipe.write))
    }
  }

  private func outputEnds(_ open: inout Descriptors) throws -> (child: Int32, ours: Int32?) {
    if let outputFile { return (try open.file(outputFile, O_WRONLY | O_CREAT | O_TRUNC), nil) }
    let pipe = try open.pipe()
    return (pipe.write, pipe.read)
  }

  private func spawn(_ input: Int32, _ output: Int32, _ complaints: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, complaints, 2)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)  // databases and sockets of ours

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // Nothing of our own environment but where programs are: keys and passwords may stand in it.
    let environment =
      ["PATH=\(ExternalProgram.searchPath)", "LANG=C.UTF-8", "HOME=/nonexistent", "TZ=UTC"]
      + self.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var argumentList = arguments.map { strdup($0) } + [nil]
    var environmentList = environment.map { strdup($0) } + [nil]
    defer { for text in argumentList + environmentList { free(text) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, path, &actions, &attributes, &argumentList, &environmentList)
    guard failure == 0 else { throw ProgramError.failed(name, status: Int(failure), complaint: String(cString: strerror(failure))) }
    return child
  }
}

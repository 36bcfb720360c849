import Foundation
import Testing

@testable import Operations

@Suite struct ExternalProgramTests {
  private func shell(_ script: String, input: ExternalProgram.Input = .nothing, limits: ExternalProgram.Limits = .init()) async throws
    -> String
  {
    String(decoding: try await ExternalProgram("sh", limits: limits).run(["-c", script], input: input), as: UTF8.self)
  }

  @Test func `bytes go in and come out, more than a pipe holds`() async throws {
    let bytes = [UInt8](repeating: 97, count: 3_000_000)
    #expect(try await ExternalProgram("cat").run([], input: .bytes(bytes)) == bytes)
    #expect(try await ExternalProgram("cat").run([], input: .bytes([])) == [])
  }

  @Test func `a file goes in, a file comes out`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (from, to) = (folder.appending(path: "a"), folder.appending(path: "b"))
    try Data("维修单".utf8).write(to: from)
    try await ExternalProgram("cat").run([], input: .file(from.path), outputFile: to.path)
    #expect(try Data(contentsOf: to) == Data("维修单".utf8))
    await #expect(throws: ProgramError.failed("sh", status: 3, complaint: "")) {
      try await ExternalProgram("sh").run(["-c", "echo half; exit 3"], outputFile: to.path)
    }
    #expect(!FileManager.default.fileExists(atPath: to.path))
  }

  @Test func `arguments are no shell's words`() async throws {
    let printed = try await ExternalProgram("printf").run(["%s", "$HOME; `id` *"])
    #expect(String(decoding: printed, as: UTF8.self) == "$HOME; `id` *")
  }

  @Test func `its environment holds nothing of ours`() async throws {
    let names = try await ExternalProgram("env").run([]).split(separator: 10).compactMap { line in
      line.split(separator: 61).first.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(Set(names) == ["PATH", "LANG", "HOME", "TZ"])
  }

  @Test func `a program that is not there is named`() async {
    await #expect(throws: ProgramError.notInstalled("no-such-program")) { try await ExternalProgram("no-such-program").run([]) }
    await #expect(throws: ProgramError.notInstalled("/tmp")) { try await ExternalProgram("/tmp").run([]) }
  }

  @Test func `status and first complaint are told`() async {
    await #expect(throws: ProgramError.failed("sh", status: 7, complaint: "bad")) { try await shell("echo bad >&2; echo more >&2; exit 7") }
    await #expect(throws: ProgramError.failed("sh", status: 143, complaint: "")) { try await shell("kill -TERM $$") }
  }

  @Test func `a program that stops reading does not end ours`() async throws {
    #expect(try await shell("exec <&-; echo ok", input: .bytes([UInt8](repeating: 0, count: 1_000_000))) == "ok\n")
  }

  @Test func `at the time limit the whole group ends`() async throws {
    let mark = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: mark) }
    await #expect(throws: ProgramError.timedOut("sh", seconds: 1)) {
      try await shell("sleep 300 & echo $! > '\(mark.path)'; wait", limits: .init(seconds: 1))
    }
    let sleeper = try String(contentsOf: mark, encoding: .utf8).trimmingCharacters(in: .newlines)
    func isGone() -> Bool {
      let state = (try? String(contentsOfFile: "/proc/\(sleeper)/stat", encoding: .utf8)) ?? ""
      return state.isEmpty || state.contains(") Z ")
    }
    // A killed process is gone when the kernel has come round to it.
    let end = ContinuousClock.now + .seconds(10)
    while !isGone(), ContinuousClock.now < end { await Task.yield() }
    #expect(isGone())
  }

  @Test func `what a program leaves running holds nobody up`() async throws {
    #expect(try await shell("sleep 300 & echo done") == "done\n")
  }

  @Test func `endless output is stopped`() async {
    await #expect(throws: ProgramError.tooMuchOutput("yes", limit: 100_000)) {
      try await ExternalProgram("yes", limits: .init(outputBytes: 100_000)).run([])
    }
  }

  @Test func `memory and processor have limits`() async {
    await #expect(throws: ProgramError.self) {
      try await ExternalProgram("dd", limits: .init(memoryBytes: 50 << 20)).run(["if=/dev/zero", "bs=200M", "count=1", "of=/dev/null"])
    }
    await #expect(throws: ProgramError.self) { try await shell("while :; do :; done", limits: .init(seconds: 20, processorSeconds: 1)) }
  }

  @Test func `beyond those who may run and wait one is told to come again`() async throws {
    let gate = ProgramGate(limit: 1, waiting: 0)
    _ = try await gate.pass("first") {
      await #expect(throws: ProgramError.busy("sleep", seconds: 5)) { try await ExternalProgram("sleep", gate: gate).run(["0"]) }
    }
    #expect(try await ExternalProgram("true", gate: gate).run([]) == [])
  }

  @Test func `cancelling ends it`() async {
    let task = Task { try await ExternalProgram("sleep").run(["300"]) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}

import Domain
import Foundation
import Testing

@testable import Operations

/// The hook for a scanner, with scripts in its place: clean, found, and everything that is no answer.
@Suite struct VirusScannerTests {
  /// The test string that every scanner knows; put together here, so that none finds it in our sources.
  private static let eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].joined()

  private func script(_ body: String) throws -> String {
    let path = try HostileFiles.file(Array("#!/bin/sh\n\(body)\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func inspect(_ bytes: [UInt8], by command: String, _ limits: ExternalProgram.Limits? = nil) async throws -> InspectedFile {
    let file = try HostileFiles.file(bytes)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let scanner = try #require(VirusScanner(command, limits: limits))
    return try await FileInspector(scanner: scanner, waiting: 1_000).inspect(file, name: "a.txt")
  }

  /// As ClamAV answers.
  private static let finds = "if grep -q 'EICAR-STANDARD' $1; then echo \"${1:-stream}: Eicar-Test-Signature FOUND\"; exit 1; fi"

  @Test(arguments: ["", " {file}"])
  func `a find is refused by its name, on standard input and by path`(place: String) async throws {
    let command = try script(Self.finds) + place
    await #expect(throws: FileRefusal.infected("Eicar-Test-Signature")) { try await inspect(Array(Self.eicar.utf8), by: command) }
    #expect(try await inspect(Array("clean".utf8), by: command).type == "text/plain")
  }

  @Test func `what a scanner writes is shown without what a screen would obey`() async throws {
    let command = try script("printf '\\033[2Jstream: Bad\\033[31m.Thing\\007 FOUND\\n'; exit 1")
    await #expect(throws: FileRefusal.infected("[2Jstream: Bad[31m.Thing")) { try await inspect([65], by: command) }
    await #expect(throws: FileRefusal.infected("?")) { try await inspect([65], by: script("exit 1")) }
  }

  @Test(arguments: ["sleep 60", "kill -SEGV $$", "exit 2", "exit 127", "yes", "yes >&2 & wait"])
  func `no answer is never taken for clean: it hangs, crashes, fails, writes without end`(body: String) async throws {
    let command = try script(body)
    await #expect(throws: FileRefusal.notScanned) {
      try await inspect([65], by: command, .init(seconds: 1, processorSeconds: 1, outputBytes: 100_000))
    }
  }

  @Test func `whether it is a scanner at all can be asked`() async throws {
    let folder = FileManager.default.temporaryDirectory.path
    #expect(try await VirusScanner(script(Self.finds))?.problem(in: folder) == nil)
    #expect(await VirusScanner("true")?.problem(in: folder) == "true calls everything clean, also the test virus (EICAR)")
    #expect(await VirusScanner("false")?.problem(in: folder) == "false gives no answer about a clean file")
    #expect(await VirusScanner("/no/such/scanner")?.problem(in: folder) == "/no/such/scanner is not there")
  }

  @Test func `a scanner that is not there is no answer`() async throws {
    await #expect(throws: FileRefusal.notScanned) { try await inspect([65], by: "/no/such/scanner") }
    #expect(VirusScanner("  ") == nil && FileRefusal.notScanned.category == .unavailable)
  }

  @Test func `it sees nothing of our environment, and no shell reads its arguments`() async throws {
    let command = try script(
      "[ \"$1\" = '$(id);*' ] || exit 2; [ \"$(env | grep -c -v -E '^(PATH|LANG|HOME|TZ|PWD|_|SHLVL|OLDPWD)=')\" = 0 ] || exit 3")
    #expect(try await inspect([65], by: command + " $(id);*").size == 1)
  }
}

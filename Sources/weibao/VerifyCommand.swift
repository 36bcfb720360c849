import ArgumentParser
import Domain
import Foundation
import Operations
import Persistence

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Reads the whole journal and everything made of it, and says what is not as it was written.",
    discussion:
      "What only a witness can find: the newest tail cut off together with its checkpoints. Keep heads elsewhere with --save-witness.")

  @OptionGroup var options: DataOptions
  @Flag(help: "Print the report as JSON.") var json = false
  @Option(help: "Heads kept elsewhere: lines NUMBER HASH.") var witness: String?
  @Option(help: "Append the newest checkpoint's head to this file.") var saveWitness: String?
  @Flag(help: "Chains and checkpoints only, without folding and comparing the projections.") var chainsOnly = false

  func run() async throws {
    let open = try await OpenCompany.openRecord(options)
    let heads = try witness.map { try WitnessHead.parse(String(contentsOfFile: $0, encoding: .utf8)) } ?? []
    let start = ContinuousClock.now
    let report = try await Verify(open.company).run(witness: heads, chainsOnly: chainsOnly)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if let saveWitness, let head = report.head { try append("\(head.number) \(head.hash)\n", to: saveWitness) }
    if json {
      try print(Output.json(VerifyOutput(ok: report.isGood, report: report, seconds: seconds)))
    } else {
      for finding in report.findings { print("NOT WELL: \(place(finding))\(finding.message)") }
      if report.findingCount > report.findings.count { print("… and \(report.findingCount - report.findings.count) more.") }
      print(
        "\(report.isGood ? "All is well" : "Findings: \(report.findingCount)"): \(report.events) events in \(report.streams) streams, \(report.checkpoints) checkpoints, \(report.personal) personal values; \(report.unsealed) events not yet sealed."
      )
      if let head = report.head { print("Head: \(head.number) \(head.hash)") }
    }
    try await open.close()
    if !report.isGood { throw RecordRefusal.altered(report.findingCount) }
  }

  private func place(_ finding: Finding) -> String {
    var parts: [String] = []
    if let sequence = finding.sequence { parts.append("row \(sequence)") }
    if let table = finding.table, let key = finding.key { parts.append("\(table) \(key)") }
    if let stream = finding.stream { parts.append("stream \(stream)") }
    return parts.isEmpty ? "" : parts.joined(separator: ", ") + ": "
  }

  private func append(_ line: String, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
    try file.close()
  }
}

/// The record is not what was written.
enum RecordRefusal: Error, CustomStringConvertible {
  case altered(Int)

  var description: String {
    switch self {
    case .altered(let findings):
      """
      The record is not as it was written (\(findings) \(findings == 1 ? "finding" : "findings")). \
      Keep the database as it is; Docs/OPERATING.md says what to do.
      """
    }
  }
}

struct VerifyOutput: Encodable {
  let ok: Bool
  let report: VerifyReport
  let seconds: Double
}

enum Output {
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// One line that is written over, where somebody looks.
  static func progress(_ text: String) {
    guard isatty(FileHandle.standardError.fileDescriptor) == 1 else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\(text)\u{1B}[K".utf8))
  }
}

import Crypto
import Domain
import Foundation
import Testing

@testable import Operations
@testable import Persistence

@Suite struct CaseArchiveTests {
  private static let key = SigningKey(.init())

  /// A case with a trip and another case merged into it, whole and sealed among others.
  private func made() async throws -> (desk: TestDesk, file: CaseArchive.Made) {
    let desk = try await TestDesk()
    let number = try await desk.report()["number"].text
    try await desk.take(.accept, on: number)
    try await desk.take(.dispatch, ["engineer": desk.wang.id], on: number, by: desk.gao)
    try await desk.attach(Array("铭牌照片，已盖章".utf8), name: "铭牌.txt", to: number)
    _ = try await desk.erase(try await desk.attach(Array("拍错了".utf8), to: number))
    let second = try await desk.report()["number"].text
    try await desk.attach(Array("另一张".utf8), to: second)
    try await desk.take(.merge, ["into": .text(number), "reason": "同一台设备"], on: second)
    _ = try await desk.report(["serialNumber": "SN-2"])
    return (desk, try await CaseArchive(desk.test.company).make(number, key: Self.key, papers: [("a.html", [60, 62])], by: .system))
  }

  @Test func `a case file holds by itself, with its trips and what was merged into it`() async throws {
    let (desk, file) = try await made()
    let report = try CaseArchiveCheck.run(file.bytes)
    #expect(report.number == file.number && report.events == file.events && report.streams == 3)
    #expect(report.people == 6 && report.files == 2 && report.keys == [Self.key.id])
    _ = try CaseArchiveCheck.run(file.bytes, key: Self.key.id)
    _ = try CaseArchiveCheck.run(file.bytes, key: Self.key.publicKeyText)
    #expect(throws: CaseArchiveCheck.Fault.self) { try CaseArchiveCheck.run(file.bytes, key: SigningKey(.init()).id) }
    #expect(try await desk.test.number("SELECT COUNT(*) FROM access_log WHERE event = 'exported'") == 1)
  }

  @Test func `no single altered byte goes unseen`() async throws {
    let file = try await made().file.bytes
    for place in stride(from: 0, to: file.count, by: max(1, file.count / 1_500)) {
      var altered = file
      altered[place] ^= UInt8(1 << (place % 8))
      #expect(throws: CaseArchiveCheck.Fault.self, "byte \(place)") { try CaseArchiveCheck.run(altered) }
    }
    for cut in [0, 1, 512, 1_024, file.count / 2, file.count - 512] {
      #expect(throws: CaseArchiveCheck.Fault.self) { try CaseArchiveCheck.run(Array(file.prefix(cut))) }
    }
    #expect(throws: CaseArchiveCheck.Fault.self) { try CaseArchiveCheck.run(file + [UInt8](repeating: 0, count: 512)) }
  }

  /// Who alters the record and computes every hash anew still lacks the key.
  @Test(arguments: ["DR 不启动", "\"kind\":\"accepted\"", "\"value\":\"周主任\""])
  func `a forged record with all hashes computed anew is found`(_ text: String) async throws {
    let file = try await made().file
    var entries = try SealedTar.entries(of: file.bytes)
    entries.removeLast(2)
    var isAltered = false
    for index in entries.indices where ["events.jsonl", "personal.jsonl"].contains(entries[index].name) {
      let old = String(decoding: entries[index].bytes, as: UTF8.self)
      let new = old.replacing(text, with: text.replacing("DR", with: "CT").replacing("accepted", with: "cleared").replacing("周", with: "李"))
      isAltered = isAltered || new != old
      entries[index].bytes = Array(Self.rechained(new, entries[index].name).utf8)
    }
    #expect(isAltered)
    let forged = try CaseArchive.sealed(entries, number: file.number)
    #expect(throws: CaseArchiveCheck.Fault.self) { try CaseArchiveCheck.run(forged) }
  }

  /// Each link computed anew, as a forger would.
  private static func rechained(_ text: String, _ name: String) -> String {
    guard name == "events.jsonl" else { return text }
    var heads: [String: String] = [:]
    return text.split(separator: "\n").map { line in
      let json = try! JSONValue(parsing: String(line))
      var event = JournalEvent(
        sequence: json["sequence"]!.integer!, stream: json["stream"]!.text!, version: Int(json["version"]!.integer!),
        kind: json["kind"]!.text!,
        schema: Int(json["schema"]!.integer!), body: json["body"]!.text!, actor: json["actor"]!.text!, behalf: json["behalf"]?.text,
        device: json["device"]?.text, occurred: json["occurred"]!.integer!, recorded: json["recorded"]!.integer!,
        previousHash: heads[json["stream"]!.text!] ?? "", hash: "")
      event.hash = event.computedHash
      heads[event.stream] = event.hash
      return String(line).replacing(json["hash"]!.text!, with: event.hash).replacing(
        "\"previousHash\":\"\(json["previousHash"]!.text!)\"", with: "\"previousHash\":\"\(event.previousHash)\"")
    }.joined(separator: "\n") + "\n"
  }

  @Test func `an altered byte of a file, a file left out and one more are found, with the manifest made anew`() async throws {
    let (desk, file) = try await made()
    let alterations: [(inout [(name: String, bytes: [UInt8])], Int) -> Void] = [
      { $0[$1].bytes[0] ^= 1 }, { $0[$1].bytes.append(0) }, { $0.remove(at: $1) },
      { $0.append((name: "files/" + String(repeating: "a", count: 64), bytes: [$1 > 0 ? 1 : 0])) },
      { $0[$1].name = "papers/a.txt" },
    ]
    for (index, alter) in alterations.enumerated() {
      var entries = try SealedTar.entries(of: file.bytes)
      entries.removeLast(2)
      let place = try #require(entries.firstIndex { $0.name.hasPrefix("files/") })
      alter(&entries, place)
      let forged = try CaseArchive.sealed(entries, number: file.number)
      #expect(throws: CaseArchiveCheck.Fault.self, "\(index)") { try CaseArchiveCheck.run(forged) }
    }
    let path = try #require(desk.stored().first)
    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(desk.store.root)/\(path)"))
    let outcome = await desk.outcome { try await CaseArchive(desk.test.company).make(file.number, key: Self.key, by: .system) }
    #expect(outcome == "unavailable case-file.file-missing" || path.hasPrefix("incoming/"))
  }

  @Test func `left out events, trips and cases are missed`() async throws {
    let file = try await made().file
    for stream in ["work-order/", "request/"] {
      var entries = try SealedTar.entries(of: file.bytes)
      entries.removeLast(2)
      let index = entries.firstIndex { $0.name == "events.jsonl" }!
      let lines = String(decoding: entries[index].bytes, as: UTF8.self).split(separator: "\n")
      let last = lines.last { $0.contains("\"stream\":\"\(stream)") }!
      let name = try JSONValue(parsing: String(last))["stream"]!.text!
      entries[index].bytes = Array((lines.filter { !$0.contains("\"stream\":\"\(name)\"") }.joined(separator: "\n") + "\n").utf8)
      let shorter = try CaseArchive.sealed(entries, number: file.number)
      #expect(throws: CaseArchiveCheck.Fault.self) { try CaseArchiveCheck.run(shorter) }
    }
  }

  /// The manifest is made anew each time, as a forger would.
  @Test(arguments: ["moved", "relabelled", "blanked", "dropped", "twice"])
  func `a person's value that is altered, blanked or left out is found`(_ how: String) async throws {
    let file = try await made().file
    var entries = try SealedTar.entries(of: file.bytes)
    entries.removeLast(2)
    let index = entries.firstIndex { $0.name == "personal.jsonl" }!
    var lines = String(decoding: entries[index].bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    let place = lines.firstIndex { $0.contains("\"field\":\"phone\"") }!
    let person = try JSONValue(parsing: lines[place])
    let (hash, value, salt) = (person["hash"]!.text!, person["value"]!.text!, person["salt"]!.text!)
    func line(_ field: String, _ value: String, _ salt: String) -> String {
      #"{"hash":"\#(hash)","field":"\#(field)","value":\#(value),"salt":\#(salt)}"#
    }
    switch how {
    // The first digit goes from the value to the salt: both together are the same bytes, so the hash is the same.
    case "moved": lines[place] = line("phone", "\"\(value.dropFirst())\"", "\"\(salt)\(CaseHex.text(value.utf8.prefix(1)))\"")
    case "relabelled": lines[place] = line("name", "\"\(value)\"", "\"\(salt)\"")
    case "blanked": lines[place] = line("phone", "null", "null")
    case "dropped": lines.remove(at: place)
    default: lines.append(lines[place])
    }
    entries[index].bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    let forged = try CaseArchive.sealed(entries, number: file.number)
    let fault = #expect(throws: CaseArchiveCheck.Fault.self) { try CaseArchiveCheck.run(forged) }
    #expect(fault?.description.contains("personal.jsonl") == true)
  }

  @Test func `who was forgotten is absent, and the rest holds`() async throws {
    let (desk, file) = try await made()
    _ = try await ForgetOperations(desk.test.company).run(desk.contact, dryRun: false, by: .system)
    let after = try await CaseArchive(desk.test.company).make(file.number, key: Self.key, by: .system)
    // The names of two attached files; whether they name somebody, a person has to look.
    #expect(try CaseArchiveCheck.run(after.bytes).people == 2)
    #expect(!String(decoding: after.bytes, as: UTF8.self).contains(TestDesk.phone))
  }

  @Test func `paths of a tree lead to its root, and to no other`() {
    for count in 1...33 {
      let hashes = (0..<count).map { String(repeating: String($0 % 10), count: 64) }
      let leaves = hashes.enumerated().map { Array(CheckpointProof.leaf(Int64($0.offset + 1), $0.element)) }
      var tree = MerkleTree()
      for (index, hash) in hashes.enumerated() {
        _ = Array(hash.utf8).withUnsafeBytes { tree.append(sequence: Int64(index + 1), hash: $0) }
      }
      var checkpoint = Checkpoint(
        number: 1, firstSequence: 1, lastSequence: Int64(count), count: count, root: tree.root, leaves: "", previousHash: "", hash: "",
        keyID: "",
        signature: "", sealedAt: 0)
      for index in 0..<count {
        let path = CheckpointProof.path(of: index, in: leaves[...])
        let proof = CheckpointProof(sequence: Int64(index + 1), checkpoint: 1, index: index, path: path)
        #expect(proof.holds(for: hashes[index], under: checkpoint))
        #expect(!proof.holds(for: String(repeating: "f", count: 64), under: checkpoint))
        if count > 1 {
          #expect(
            !CheckpointProof(sequence: Int64(index + 1), checkpoint: 1, index: (index + 1) % count, path: path).holds(
              for: hashes[index], under: checkpoint))
        }
      }
      checkpoint.root = String(repeating: "0", count: 64)
      #expect(
        !CheckpointProof(sequence: 1, checkpoint: 1, index: 0, path: CheckpointProof.path(of: 0, in: leaves[...])).holds(
          for: hashes[0], under: checkpoint))
    }
  }
}

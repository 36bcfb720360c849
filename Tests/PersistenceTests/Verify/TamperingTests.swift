import Crypto
import Foundation
import Persistence
import Testing

/// Every way of changing the record by SQL is found, and named.
@Suite struct TamperingTests {
  /// Three streams of four events (sequences 1...12), a personal value named by sequence 13; sealed at 8 and 13.
  final class Company: Sendable {
    let test: TestDatabase
    let key = Curve25519.Signing.PrivateKey()
    let name: String
    var database: SQLiteDatabase { test.database }

    init() async throws {
      test = try await TestDatabase()
      let (database, key) = (test.database, key)
      for round in 1...4 {
        for stream in ["request/a", "request/b", "request/c"] {
          try await database.fill(stream, count: 1, recorded: Int64(round))
        }
        if round == 2 { try await database.write { try SigningKey(key).record(at: 9, in: $0) } }
        if round == 3 { try await database.write { _ = try Checkpoints.seal(key: key, now: 10, in: $0) } }
      }
      name = try await database.write { db in
        let hash = try Personal.store("王芳", subject: "contact/1", field: "name", salt: [UInt8](repeating: 3, count: 32), in: db)
        let event = NewEvent(kind: "recorded", schema: 1, body: #"{"name":"\#(hash)"}"#, occurred: 5)
        try Journal.append([event], to: "contact/1", expecting: 0, by: .system, recorded: 5, in: db)
        _ = try Checkpoints.seal(key: key, now: 11, in: db)
        return hash
      }
    }

    func verify(witness: [WitnessHead] = []) async throws -> VerifyReport {
      let hooks = JournalVerifier.Hooks(personalHashes: { event in
        event.stream == "contact/1" && event.kind == "recorded" ? [String(event.body.split(separator: "\"")[3])] : []
      })
      let report = try await JournalVerifier.run(database: database, witness: witness, hooks: hooks)
      // The quick way without hooks reads other columns and finds the same.
      let quick = try await JournalVerifier.run(database: database, witness: witness)
      #expect(quick.findings == report.findings.filter { !($0.kind == .personal && $0.sequence != nil) })
      return report
    }
  }

  @Test func `an untouched journal has no findings, and what is not yet signed is no error`() async throws {
    let company = try await Company()
    try await company.database.fill("request/a", count: 2)
    let report = try await company.verify()
    #expect(report.findings == [])
    #expect(report.events == 16 && report.streams == 5 && report.checkpoints == 2 && report.unsealed == 2 && report.personal == 1)
    #expect(report.head?.number == 2)
  }

  @Test(arguments: [
    "sequence = 99", "stream = 'request/x'", "version = 9", "kind = kind || 'x'", "schema = 2", "body = body || ' '",
    "actor = 'staff:1'", "behalf = 'staff:1'", "behalf = ''", "device = 'x'", "device = ''", "occurred = occurred + 1",
    "recorded = recorded + 1", "previous_hash = upper(previous_hash)", "hash = upper(hash)", "hash = 'x' || substr(hash, 2)",
  ])
  func `one byte of a column is found with its row`(_ change: String) async throws {
    let company = try await Company()
    try await company.database.run("UPDATE journal SET \(change) WHERE sequence = 5")
    let report = try await company.verify()
    if change.hasPrefix("sequence") {
      #expect(report.findings.contains { $0.kind == .missing && $0.sequence == 5 })
      #expect(report.findings.contains { $0.stream == "request/b" })
    } else {
      #expect(report.findings.contains { $0.sequence == 5 && $0.stream?.hasPrefix("request/") == true }, "\(report.findings)")
    }
  }

  @Test(arguments: [(4, 5), (1, 9), (4, 12), (1, 4)])
  func `two rows that changed places are both named`(_ pair: (Int, Int)) async throws {
    let company = try await Company()
    let (first, second) = pair
    try await company.database.run("UPDATE journal SET sequence = 1000 WHERE sequence = \(first)")
    try await company.database.run("UPDATE journal SET sequence = \(first) WHERE sequence = \(second)")
    try await company.database.run("UPDATE journal SET sequence = \(second) WHERE sequence = 1000")
    let report = try await company.verify()
    for sequence in [first, second] {
      #expect(report.findings.contains { $0.kind == .moved && $0.sequence == Int64(sequence) && $0.stream != nil })
    }
  }

  @Test func `two bodies that changed places are both named`() async throws {
    let company = try await Company()
    try await company.database.run("UPDATE journal SET body = (SELECT body || ' ' FROM journal WHERE sequence = 2) WHERE sequence = 1")
    try await company.database.run("UPDATE journal SET body = (SELECT body || ' ' FROM journal WHERE sequence = 1) WHERE sequence = 2")
    let found = try await company.verify().findings.filter { $0.kind == .altered }
    #expect(found.map(\.stream) == ["request/a", "request/b"] && found.map(\.sequence) == [1, 2])
  }

  @Test func `the newest rows of a stream deleted are missing from their checkpoint`() async throws {
    let company = try await Company()
    try await company.database.run("DELETE FROM journal WHERE stream = 'request/b' AND version >= 3")
    let report = try await company.verify()
    #expect(report.findings.filter { $0.kind == .missing }.map(\.sequence) == [9, 12])
    #expect(report.findings.filter { $0.kind == .checkpoint }.count == 2)
  }

  @Test func `a whole stream deleted is missing row by row`() async throws {
    let company = try await Company()
    try await company.database.run("DELETE FROM journal WHERE stream = 'request/a'")
    #expect(try await company.verify().findings.filter { $0.kind == .missing }.map(\.sequence) == [1, 4, 8, 11])
  }

  @Test func `a row deleted from the middle of a stream is a gap with its stream`() async throws {
    let company = try await Company()
    try await company.database.run("DELETE FROM journal WHERE sequence = 4")
    let report = try await company.verify()
    #expect(report.findings.contains { $0.kind == .gap && $0.stream == "request/a" && $0.sequence == 8 })
  }

  @Test func `unsealed rows deleted are missed by the highest number given`() async throws {
    let company = try await Company()
    try await company.database.fill("request/a", count: 2)
    try await company.database.run("DELETE FROM journal WHERE stream = 'request/a' AND version = 6")
    #expect(try await company.verify().findings.map(\.kind) == [.missing])
  }

  @Test func `a chain computed anew by who knows how is not the one that was sealed`() async throws {
    let company = try await Company()
    try await company.database.write { db in
      var previous = ""
      for var event in try Journal.events(of: "request/a", in: db) {
        if event.version == 2 { event.body = #"{"summary":"nothing happened"}"# }
        event.previousHash = previous
        event.hash = event.computedHash
        previous = event.hash
        try db.execute(
          "UPDATE journal SET body = ?, previous_hash = ?, hash = ? WHERE sequence = ?",
          [.text(event.body), .text(event.previousHash), .text(event.hash), .integer(event.sequence)])
      }
    }
    let moved = try await company.verify().findings.filter { $0.kind == .moved }
    #expect(moved.map(\.sequence) == [4, 8, 11] && moved.allSatisfy { $0.stream == "request/a" })
  }

  @Test(arguments: [
    "number = 7", "first_sequence = 2", "last_sequence = 9", "count = 9", "root = upper(root)", "leaves = '00' || substr(leaves, 3)",
    "previous_hash = 'x'", "hash = 'x' || substr(hash, 2)", "key_id = 'x'", "signature = '00' || substr(signature, 3)",
    "sealed_at = 1",
  ])
  func `one byte of a checkpoint is found with its number`(_ change: String) async throws {
    let company = try await Company()
    try await company.database.run("UPDATE checkpoint SET \(change) WHERE number = 1")
    let findings = try await company.verify().findings
    #expect(findings.contains { $0.kind == .checkpoint && ["1", "7", "2"].contains($0.key) }, "\(findings)")
  }

  @Test func `a checkpoint deleted from the middle is found`() async throws {
    let company = try await Company()
    try await company.database.run("DELETE FROM checkpoint WHERE number = 1")
    #expect(try await company.verify().findings.contains { $0.kind == .checkpoint && $0.message.contains("Checkpoint 1 is gone") })
  }

  @Test(arguments: ["value = '李芳'", "salt = x'00'", "value = NULL, salt = NULL", "erased = 5", "value = NULL, salt = NULL, erased = 5"])
  func `a personal value changed or erased behind the journal's back is named`(_ change: String) async throws {
    let company = try await Company()
    try await company.database.run("UPDATE personal SET \(change)")
    let findings = try await company.verify().findings
    #expect(findings.map(\.kind) == [.personal] && findings[0].key == company.name)
  }

  @Test func `a personal row deleted is named with the event that needs it`() async throws {
    let company = try await Company()
    try await company.database.run("DELETE FROM personal")
    let findings = try await company.verify().findings
    #expect(findings.count == 1 && findings[0].kind == .personal)
    #expect(findings[0].key == company.name && findings[0].stream == "contact/1" && findings[0].sequence == 14)
  }

  @Test func `a value that was forgotten by the rules is no finding`() async throws {
    let company = try await Company()
    let name = company.name
    try await company.database.write { db in
      try Personal.erase([name], at: 20, in: db)
      let event = NewEvent(kind: "forgotten", schema: 1, body: #"{"values":["\#(name)"]}"#, occurred: 20)
      try Journal.append([event], to: "contact/1", expecting: 1, by: .system, recorded: 20, in: db)
    }
    #expect(try await company.verify().findings == [])
  }

  @Test func `the newest tail cut off with its checkpoints is found by the witness, and only by it`() async throws {
    let company = try await Company()
    let head = try #require(try await company.verify().head)
    try await company.database.run("DELETE FROM journal WHERE sequence > 10")
    try await company.database.run("DELETE FROM checkpoint WHERE number = 2")
    try await company.database.run("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'journal'")
    #expect(try await company.verify().findings == [])
    let seen = try await company.verify(witness: try WitnessHead.parse("# day report\n\(head)\n"))
    #expect(seen.findings.map(\.kind) == [.witness] && seen.findings[0].key == "2")
  }

  @Test func `a checkpoint written anew is not the one the witness saw`() async throws {
    let company = try await Company()
    let head = try #require(try await company.verify().head)
    let key = company.key
    try await company.database.run("DELETE FROM checkpoint WHERE number = 2")
    try await company.database.write { _ = try Checkpoints.seal(key: key, now: 12, in: $0) }
    #expect(try await company.verify(witness: [head]).findings.map(\.kind) == [.witness])
  }

  @Test func `a witness file that cannot be read is refused by its line`() {
    #expect(throws: WitnessError.notAHead(line: 2)) { try WitnessHead.parse("\n12 abc") }
  }
}

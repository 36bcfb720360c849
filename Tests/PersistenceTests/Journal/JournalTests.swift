import Crypto
import Foundation
import Persistence
import Testing

@Suite struct JournalTests {
  @Test func `events come back in order of version, chained`() async throws {
    let test = try await TestDatabase()
    let appended = try await test.database.write { db in
      let author = Author(actor: "staff:1", behalf: "staff:2", device: "")
      return try Journal.append([.sample(1), .sample(2)], to: "request/1", expecting: 0, by: author, recorded: 9, in: db)
    }
    try await test.database.fill("request/2", count: 1)
    let events = try await test.database.read { try Journal.events(of: "request/1", in: $0) }
    // The database gives the sequence, and `append` does not ask for it.
    var numbered = appended
    (numbered[0].sequence, numbered[1].sequence) = (1, 2)
    #expect(events == numbered)
    #expect(events.map(\.version) == [1, 2])
    #expect(events[0].previousHash == "" && events[1].previousHash == events[0].hash)
    #expect(events[0].device == nil)
    let head = try await test.database.read { try Journal.head(of: "request/1", in: $0) }
    #expect(head?.version == 2 && head?.hash == events[1].hash)
    let pages = try await test.database.read { db in
      (try Journal.page(after: 1, through: .max, limit: 10, in: db).map(\.stream), try Journal.newestRecorded(in: db))
    }
    #expect(pages.0 == ["request/1", "request/2"] && pages.1 == 2_000)
  }

  @Test func `the hash is the one anybody can compute from the columns`() {
    let event = JournalEvent(
      sequence: 7, stream: "request/1", version: 12, kind: "reported", schema: 1, body: #"{"a":"维"}"#, actor: "system",
      behalf: nil, device: "phone", occurred: -5, recorded: 1_795_000_000_000,
      previousHash: String(repeating: "ab", count: 32), hash: "")
    let fields = [
      event.previousHash, "request/1", "12", "reported", "1", "system", "", "phone", "-5", "1795000000000", event.body,
    ]
    var data = Data()
    for field in fields {
      withUnsafeBytes(of: UInt64(field.utf8.count).bigEndian) { data.append(contentsOf: $0) }
      data.append(contentsOf: field.utf8)
    }
    #expect(event.computedHash == SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined())
  }

  @Test func `who saw an older version is told the newer one and writes nothing`() async throws {
    let test = try await TestDatabase()
    try await test.database.fill("request/1", count: 2)
    await #expect(throws: JournalError.changed(stream: "request/1", expected: 1, actual: 2)) {
      try await test.database.write { db in
        try Journal.append([.sample(3)], to: "request/1", expecting: 1, by: .system, recorded: 1, in: db)
      }
    }
    await #expect(throws: JournalError.unknownStream("request/9")) {
      try await test.database.write { db in
        try Journal.append([.sample(3)], to: "request/9", expecting: 1, by: .system, recorded: 1, in: db)
      }
    }
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 2)
  }

  @Test func `personal values are found by hash and by value until they are erased`() async throws {
    let test = try await TestDatabase()
    let hash = try await test.database.write { db in
      try Personal.store("王芳", subject: "contact/1", field: "name", salt: [UInt8](repeating: 7, count: 32), in: db)
    }
    #expect(hash.count == 64)
    let found = try await test.database.read { db in
      (
        try Personal.value(hash, in: db), try Personal.values([hash, "x"], in: db),
        try Personal.subjects(field: "name", value: "王芳", in: db)
      )
    }
    #expect(found.0 == "王芳" && found.1 == [hash: "王芳"] && found.2 == ["contact/1"])
    #expect(try await test.database.write { try Personal.erase([hash], at: 5, in: $0) } == 1)
    #expect(try await test.database.read { try Personal.value(hash, in: $0) } == nil)
    #expect(try await test.database.write { try Personal.erase([hash], at: 6, in: $0) } == 0)
  }
}

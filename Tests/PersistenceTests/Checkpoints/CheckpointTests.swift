import Crypto
import Foundation
import Persistence
import Testing

@Suite struct CheckpointTests {
  @Test func `new events are sealed in order, each once, up to the limit`() async throws {
    let test = try await TestDatabase()
    let key = Curve25519.Signing.PrivateKey()
    try await test.database.fill("request/1", count: 7)
    let sealed = try await test.database.write { db in
      try (0..<4).map { _ in try Checkpoints.seal(upTo: 3, key: key, now: 5, in: db) }
    }
    #expect(sealed.map { $0?.count } == [3, 3, 1, nil])
    #expect(sealed.map { $0?.firstSequence } == [1, 4, 7, nil])
    #expect(sealed[0]?.previousHash == "" && sealed[1]?.previousHash == sealed[0]?.hash)
    #expect(sealed.compactMap { $0 }.allSatisfy { $0.isSigned(by: key.publicKey) && $0.hash == $0.computedHash })
    #expect(try await test.database.read { try Checkpoints.page(after: 1, limit: 9, in: $0) } == sealed[1...2].compactMap { $0 })
  }

  @Test(arguments: 1...9)
  func `the root is the one of RFC 6962`(count: Int) async throws {
    let test = try await TestDatabase()
    try await test.database.fill("request/1", count: count)
    let checkpoint = try await test.database.write { db in
      try Checkpoints.seal(key: Curve25519.Signing.PrivateKey(), now: 5, in: db)
    }
    let events = try await test.database.read { try Journal.events(of: "request/1", in: $0) }
    func root(_ leaves: ArraySlice<Data>) -> Data {
      if leaves.count == 1 { return leaves.first! }
      var split = 1
      while split * 2 < leaves.count { split *= 2 }
      let (left, right) = (root(leaves.prefix(split)), root(leaves.dropFirst(split)))
      return Data(SHA256.hash(data: [1] + left + right))
    }
    let leaves = events.map { event in
      Data(SHA256.hash(data: [0] + withUnsafeBytes(of: event.sequence.bigEndian) { Data($0) } + Data(event.hash.utf8)))
    }
    #expect(checkpoint?.root == root(leaves[...]).map { String(format: "%02x", $0) }.joined())
  }

  @Test func `the signing key is made once, for its owner alone, and its public half is in the journal`() async throws {
    let test = try await TestDatabase()
    let path = test.folder.appending(path: "keys/checkpoint.key").path
    let key = try SigningKey.loadOrCreate(at: path)
    #expect(try SigningKey.loadOrCreate(at: path).id == key.id && key.id.count == 16)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try await test.database.write { db in
      try key.record(at: 5, in: db)
      try key.record(at: 6, in: db)
    }
    let keys = try await test.database.read { try SigningKey.publicKeys(in: $0) }
    #expect(keys.keys.sorted() == [key.id] && keys[key.id]?.rawRepresentation == key.key.publicKey.rawRepresentation)
    #expect(try await test.database.number("SELECT count(*) FROM journal") == 1)
    try Data("not a key".utf8).write(to: URL(filePath: path))
    #expect(throws: SigningKeyError.notAKey(path)) { try SigningKey.loadOrCreate(at: path) }
  }
}

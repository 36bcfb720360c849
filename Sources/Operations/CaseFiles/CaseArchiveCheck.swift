import Crypto
import Domain
import Foundation
import Persistence

/// `weibao check FILE`: judges a case file by itself, without a database.
public struct CaseArchiveCheck: Sendable {
  public struct Report: Sendable {
    public var number = ""
    public var events = 0, streams = 0, checkpoints = 0, people = 0, files = 0
    /// Ids of the keys that signed.
    public var keys: [String] = []
    /// What holds, in order.
    public var held: [String] = []
  }

  /// The first thing that does not hold.
  public struct Fault: Error, Hashable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
  }

  private static let lineLimit = 8 << 20

  /// - Parameter key: a key's id (16 hex digits) or the public key (64), known from elsewhere; nil: only consistency is proven.
  public static func run(_ archive: [UInt8], key known: String? = nil) throws(Fault) -> Report {
    var report = Report()
    let entries = try entries(archive)
    let files = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.bytes) })
    report.number = try manifest(files, entries.map(\.name))
    report.held.append("the archive is whole: \(entries.count) entries, every hash holds")
    let events = try lines("events.jsonl", files).map(event)
    try chains(events, of: report.number)
    report.events = events.count
    report.streams = Set(events.map(\.stream)).count
    report.held.append("the record: \(events.count) events in \(report.streams) streams, every link of their chains holds")
    let keys = try publicKeys(files)
    let checkpoints = try checkpoints(files, keys)
    report.checkpoints = checkpoints.count
    report.keys = keys.keys.sorted()
    report.held.append("the seals: \(checkpoints.count) checkpoints signed by \(report.keys.joined(separator: ", "))")
    try proofs(files, events, checkpoints)
    report.held.append("every event is under a seal")
    report.people = try people(files, events)
    report.held.append("the people: \(report.people) names, phones and signatures are those that were recorded")
    report.files = try attachments(files, entries.map(\.name), events)
    report.held.append("the files: \(report.files) are those that were attached")
    if let known {
      let wanted = known.lowercased()
      guard keys.allSatisfy({ $0.key == wanted || CaseHex.text($0.value.rawRepresentation) == wanted }) else {
        throw Fault("it is signed by \(report.keys.joined(separator: ", ")), not by \(known)")
      }
      report.held.append("the key is the one you named")
    }
    return report
  }

  // MARK: The archive

  private static func entries(_ archive: [UInt8]) throws(Fault) -> [(name: String, bytes: [UInt8])] {
    do { return try SealedTar.entries(of: archive) } catch { throw Fault("the archive is not as it was written: \(error)") }
  }

  private static func manifest(_ files: [String: [UInt8]], _ names: [String]) throws(Fault) -> String {
    guard let text = files["manifest.json"], let seal = files["manifest.sha256"], names.suffix(2) == ["manifest.json", "manifest.sha256"]
    else {
      throw Fault("it has no manifest: it is no case file")
    }
    guard Array(PassingHash.text(of: text).utf8) == seal else { throw Fault("manifest.json is not as it was written") }
    guard let json = try? JSONValue(parsing: String(decoding: text, as: UTF8.self)), json["format"]?.text == CaseArchive.format else {
      throw Fault("manifest.json is not one of a case file")
    }
    guard json["version"]?.integer == Int64(CaseArchive.version) else {
      throw Fault("the case file is of a newer format; use a newer weibao")
    }
    let said = json["entries"]?.array ?? []
    guard said.map({ $0["name"]?.text }) == names.dropLast(2).map({ $0 }) else {
      throw Fault("the manifest names other entries than there are")
    }
    for entry in said {
      guard let name = entry["name"]?.text, let bytes = files[name], entry["size"]?.integer == Int64(bytes.count),
        entry["sha256"]?.text == PassingHash.text(of: bytes)
      else { throw Fault("\(entry["name"]?.text ?? "an entry") is not as it was written") }
    }
    guard let number = json["case"]?.text else { throw Fault("the manifest names no case") }
    return number
  }

  private static func lines(_ name: String, _ files: [String: [UInt8]]) throws(Fault) -> [JSONValue] {
    guard let bytes = files[name] else { throw Fault("\(name) is missing") }
    var values: [JSONValue] = []
    for line in bytes.split(separator: 0x0A) {
      guard line.count <= lineLimit, let text = String(validating: line, as: UTF8.self), let value = try? JSONValue(parsing: text) else {
        throw Fault("\(name), line \(values.count + 1): this is not JSON")
      }
      values.append(value)
    }
    return values
  }

  // MARK: The record

  private static func event(_ json: JSONValue) throws(Fault) -> JournalEvent {
    guard let sequence = json["sequence"]?.integer, let stream = json["stream"]?.text, let version = json["version"]?.integer,
      let kind = json["kind"]?.text, let schema = json["schema"]?.integer, let body = json["body"]?.text, let actor = json["actor"]?.text,
      let occurred = json["occurred"]?.integer, let recorded = json["recorded"]?.integer, let previous = json["previousHash"]?.text,
      let hash = json["hash"]?.text
    else { throw Fault("an event lacks a field") }
    return JournalEvent(
      sequence: sequence, stream: stream, version: Int(version), kind: kind, schema: Int(schema), body: body, actor: actor,
      behalf: json["behalf"]?.text, device: json["device"]?.text, occurred: occurred, recorded: recorded, previousHash: previous, hash: hash
    )
  }

  private static func chains(_ events: [JournalEvent], of number: String) throws(Fault) {
    var heads: [String: (version: Int, hash: String)] = [:]
    for event in events {
      let head = heads[event.stream]
      guard event.version == (head?.version ?? 0) + 1, event.previousHash == head?.hash ?? "", event.computedHash == event.hash else {
        throw Fault("event \(event.version) of \(event.stream) does not fit its chain")
      }
      heads[event.stream] = (event.version, event.hash)
    }
    guard let first = events.first, first.kind == "reported", (try? JSONValue(parsing: first.body))?["number"]?.text == number else {
      throw Fault("the record is not that of \(number)")
    }
    let named = Set(events.compactMap(CaseStreams.named)).union([first.stream])
    guard named == Set(heads.keys) else {
      throw Fault(
        "the streams are not those that the case names: \(named.symmetricDifference(heads.keys).sorted().joined(separator: ", "))")
    }
  }

  // MARK: The seals

  private static func publicKeys(_ files: [String: [UInt8]]) throws(Fault) -> [String: Curve25519.Signing.PublicKey] {
    var keys: [String: Curve25519.Signing.PublicKey] = [:]
    for json in try lines("keys.jsonl", files) {
      guard let id = json["id"]?.text, let bytes = json["publicKey"]?.text.flatMap(CaseHex.bytes),
        let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes), SigningKey.id(of: key) == id
      else { throw Fault("a key in keys.jsonl is not what its id says") }
      keys[id] = key
    }
    return keys
  }

  private static func checkpoints(
    _ files: [String: [UInt8]], _ keys: [String: Curve25519.Signing.PublicKey]
  ) throws(Fault) -> [Int64: Checkpoint] {
    var checkpoints: [Int64: Checkpoint] = [:]
    for json in try lines("checkpoints.jsonl", files) {
      guard let number = json["number"]?.integer, let first = json["firstSequence"]?.integer, let last = json["lastSequence"]?.integer,
        let count = json["count"]?.integer, let root = json["root"]?.text, let leaves = json["leaves"]?.text,
        let previous = json["previousHash"]?.text, let hash = json["hash"]?.text, let keyID = json["keyId"]?.text,
        let signature = json["signature"]?.text, let sealed = json["sealedAt"]?.integer
      else { throw Fault("a checkpoint lacks a field") }
      let checkpoint = Checkpoint(
        number: number, firstSequence: first, lastSequence: last, count: Int(count), root: root, leaves: leaves, previousHash: previous,
        hash: hash, keyID: keyID, signature: signature, sealedAt: sealed)
      guard checkpoint.computedHash == hash, let key = keys[keyID], checkpoint.isSigned(by: key) else {
        throw Fault("the signature of checkpoint \(number) does not hold")
      }
      checkpoints[number] = checkpoint
    }
    return checkpoints
  }

  private static func proofs(_ files: [String: [UInt8]], _ events: [JournalEvent], _ checkpoints: [Int64: Checkpoint]) throws(Fault) {
    var proofs: [Int64: CheckpointProof] = [:]
    for json in try lines("proofs.jsonl", files) {
      guard let sequence = json["sequence"]?.integer, let number = json["checkpoint"]?.integer, let index = json["index"]?.integer,
        let path = json["path"]?.array?.compactMap(\.text)
      else { throw Fault("a proof lacks a field") }
      proofs[sequence] = CheckpointProof(sequence: sequence, checkpoint: number, index: Int(index), path: path)
    }
    for event in events {
      guard let proof = proofs[event.sequence], let checkpoint = checkpoints[proof.checkpoint],
        proof.holds(for: event.hash, under: checkpoint)
      else { throw Fault("event \(event.version) of \(event.stream) is under no seal") }
    }
  }

  // MARK: The files

  /// Every file that is attached and not erased is here under its hash, with the size that was recorded; and no other.
  private static func attachments(_ files: [String: [UInt8]], _ names: [String], _ events: [JournalEvent]) throws(Fault) -> Int {
    let held: [String: Int]
    do { held = try CaseFiles.held(by: events) } catch { throw Fault("an event of an attachment is not JSON") }
    for (sha256, size) in held.sorted(by: { $0.key < $1.key }) {
      guard let bytes = files["files/\(sha256)"] else { throw Fault("the attached file \(sha256) is missing") }
      guard bytes.count == size, PassingHash.text(of: bytes) == sha256 else { throw Fault("the file \(sha256) is not what was attached") }
    }
    for name in names where name.hasPrefix("files/") && held[String(name.dropFirst("files/".count))] == nil {
      throw Fault("\(name) is attached by no event")
    }
    return held.count
  }

  // MARK: The people

  /// Every value that an event names is here, whole, under its own name, or was erased by an event that says so.
  private static func people(_ files: [String: [UInt8]], _ events: [JournalEvent]) throws(Fault) -> Int {
    var named: [String: Set<String>] = [:]
    var erased: Set<String> = []
    for event in events {
      for hash in PersonalHashes.named(in: event) { named[hash, default: []].insert(event.body) }
      guard event.kind == "corrected", let body = try? JSONValue(parsing: event.body) else { continue }
      erased.formUnion(body["erased"]?.array?.compactMap(\.text) ?? [])
    }
    var seen: Set<String> = []
    var count = 0
    for json in try lines("personal.jsonl", files) {
      guard let hash = json["hash"]?.text, let field = json["field"]?.text, seen.insert(hash).inserted else {
        throw Fault("a value in personal.jsonl has no hash or field, or is there twice")
      }
      guard let bodies = named[hash], bodies.contains(where: { $0.contains("\"\(field)\":\"\(hash)\"") }) else {
        throw Fault("personal.jsonl has a \(field) that no event names")
      }
      guard let value = json["value"]?.text else {
        guard erased.contains(hash) else { throw Fault("a \(field) is missing from personal.jsonl, and no event says that it was erased") }
        continue
      }
      // With a salt of another length bytes could move between salt and value under one hash.
      guard let salt = json["salt"]?.text.flatMap(CaseHex.bytes), salt.count == 32, PassingHash.text(of: salt + Array(value.utf8)) == hash
      else { throw Fault("a \(field) in personal.jsonl is not the one that was recorded") }
      count += 1
    }
    guard seen.count == named.count else { throw Fault("personal.jsonl lacks a value that an event names") }
    return count
  }
}

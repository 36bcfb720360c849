import Crypto
public import Domain
import Foundation
public import Persistence

/// `weibao export --case NUMBER FILE`: everything that proves one case, in one archive that needs no database to be checked
/// (Docs/CASEFILE.md; RET-6).
public struct CaseArchive: Sendable {
  static let format = "weibao-case", version = 1

  let company: Company
  public init(_ company: Company) { self.company = company }

  public struct Made: Sendable {
    public let number: String
    public let events, streams: Int
    public let bytes: [UInt8]
  }

  /// Seals what is not sealed yet, then gathers.
  ///
  /// - Parameters:
  ///   - reference: the case's number or id.
  ///   - key: signs the newest events.
  ///   - papers: readable copies beside the record, such as `repair-report.pdf`.
  /// - Throws: `AccessError.notFound`; ``CaseArchiveError/unsealed``.
  public func make(_ reference: String, key: SigningKey, papers: [(name: String, bytes: [UInt8])] = [], by actor: Actor) async throws
    -> Made
  {
    let view = try await RequestOperations(company).find(reference, by: actor)
    let now = try company.clock()
    try await company.database.write { [company] db in
      try key.record(at: now.milliseconds, in: db)
      try AccessLog.write(
        .exported, what: "case \(view.number)", by: actor.author.actor, address: actor.address, at: now, chance: company.chance, in: db)
    }
    try await Housekeeping(company, key: key).seal()
    let (entries, events, streams) = try await company.database.read { db in try Self.gather(view, papers, in: db) }
    let files = try await files(of: events, beside: entries.reduce(0) { $0 + $1.bytes.count })
    return Made(
      number: view.number, events: events.count, streams: streams, bytes: try Self.sealed(entries + files, number: view.number))
  }

  /// What is attached, each content once, as it was attached or not at all.
  private func files(of events: [JournalEvent], beside bytes: Int) async throws -> [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = []
    // Room for heads and manifest.
    var room = SealedTar.maximumBytes - bytes - (8 << 20)
    for (sha256, size) in try CaseFiles.held(by: events).sorted(by: { $0.key < $1.key }) {
      room -= size + 1_024
      guard room > 0 else { throw CaseArchiveError.tooLarge }
      let path = company.files.path(of: sha256)
      let found = try await DiskWork.run { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }
      guard let found, PassingHash.text(of: found) == sha256 else { throw CaseArchiveError.fileMissing(sha256) }
      files.append(("files/\(sha256)", found))
    }
    return files
  }

  private typealias Gathered = (entries: [(name: String, bytes: [UInt8])], events: [JournalEvent], streams: Int)

  private static func gather(_ view: RequestView, _ papers: [(name: String, bytes: [UInt8])], in db: any SQLReader) throws -> Gathered {
    var streams: [String] = [], events: [JournalEvent] = []
    var waiting = ["request/\(view.id)"]
    while let stream = waiting.popLast() {
      guard !streams.contains(stream) else { continue }
      streams.append(stream)
      let found = try Journal.events(of: stream, in: db)
      events += found
      waiting += found.compactMap(CaseStreams.named).filter { !streams.contains($0) }
    }
    let (proofs, checkpoints) = try Checkpoints.proofs(for: events.map(\.sequence), in: db)
    guard proofs.count == events.count else { throw CaseArchiveError.unsealed }
    let keys = try SigningKey.publicKeys(in: db)
    var entries: [(name: String, bytes: [UInt8])] = [
      ("README.txt", Array(PackageResources.README_txt)), ("check.py", Array(PackageResources.check_py)),
      ("events.jsonl", lines(events) { $0.write($1) }), ("proofs.jsonl", lines(proofs) { $0.write($1) }),
      ("checkpoints.jsonl", lines(checkpoints) { $0.write($1) }),
      (
        "keys.jsonl",
        lines(Set(checkpoints.map(\.keyID)).sorted()) { json, id in
          json.object { json in
            json.field("id", id)
            json.field("publicKey", keys[id].map { CaseHex.text($0.rawRepresentation) })
          }
        }
      ),
      ("personal.jsonl", try people(in: events, in: db)), ("case.txt", Array(CaseText.of(view, events).utf8)),
    ]
    entries += papers.map { (name: "papers/\($0.name)", bytes: $0.bytes) }
    return (entries, events, streams.count)
  }

  /// Puts the manifest and its hash behind the entries.
  static func sealed(_ entries: [(name: String, bytes: [UInt8])], number: String) throws -> [UInt8] {
    var manifest = JSONWriter()
    manifest.object { json in
      json.field("format", format)
      json.field("version", version)
      json.field("case", number)
      json.array("entries", entries) { json, entry in
        json.object { json in
          json.field("name", entry.name)
          json.field("size", entry.bytes.count)
          json.field("sha256", PassingHash.text(of: entry.bytes))
        }
      }
    }
    let text = Array(manifest.bytes)
    return try SealedTar.bytes(of: entries + [("manifest.json", text), ("manifest.sha256", Array(PassingHash.text(of: text).utf8))])
  }

  /// Names, phones and signatures with their salts: whoever has the file can see that they are the ones that were recorded.
  private static func people(in events: [JournalEvent], in db: any SQLReader) throws -> [UInt8] {
    let sql = "SELECT hash, field, value, salt FROM personal WHERE hash = ?"
    let rows = try Set(events.flatMap(PersonalHashes.named)).sorted().compactMap { hash in
      try db.first(sql, [.text(hash)]) { ($0.text(0), $0.text(1), $0.optionalText(2), $0.blob(3)) }
    }
    return lines(rows) { json, row in
      json.object { json in
        json.field("hash", row.0)
        json.field("field", row.1)
        json.field("value", row.2)
        json.field("salt", row.3.map { CaseHex.text($0) })
      }
    }
  }

  private static func lines<Item>(_ items: [Item], _ write: (inout JSONWriter, Item) -> Void) -> [UInt8] {
    items.flatMap { item in
      var json = JSONWriter()
      write(&json, item)
      return Array(json.bytes) + [0x0A]
    }
  }
}

public enum CaseArchiveError: Refusal, Hashable {
  case unsealed
  /// With what is attached it would be longer than a checker reads.
  case tooLarge
  /// A file that the record names is not there, or is not what was attached.
  case fileMissing(String)

  public var code: String {
    switch self {
    case .unsealed: "case-file.unsealed"
    case .tooLarge: "case-file.too-large"
    case .fileMissing: "case-file.file-missing"
    }
  }
  public var message: String {
    switch self {
    case .unsealed: "Some events are not under a checkpoint yet. Wait a second, then export again."
    case .tooLarge:
      "With its files the case file would be larger than 512 MB, which is the most a case file has. Copy the files by themselves."
    case .fileMissing(let sha256):
      "The attached file \(sha256) is not there, or is not what was attached. Restore it from a backup, then export again."
    }
  }
  public var arguments: [String] { if case .fileMissing(let sha256) = self { [sha256] } else { [] } }
  public var category: RefusalCategory { self == .tooLarge ? .tooLarge : .unavailable }
}

enum CaseHex {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

/// Which other streams belong to a case: its trips, and the cases merged into it.
enum CaseStreams {
  static func named(in event: JournalEvent) -> String? {
    guard event.stream.hasPrefix("request/"), ["dispatched", "absorbed"].contains(event.kind),
      let body = try? JSONValue(parsing: event.body)
    else { return nil }
    return event.kind == "dispatched" ? body["workOrder"]?.text.map { "work-order/\($0)" } : body["request"]?.text.map { "request/\($0)" }
  }
}

/// Which files belong to a case: what its events say is attached and not erased, by hash, with its size.
enum CaseFiles {
  static func held(by events: [JournalEvent]) throws -> [String: Int] {
    var attached: [(id: String, sha256: String, size: Int)] = []
    var erased: Set<String> = []
    for event in events where event.stream.hasPrefix("request/") {
      guard event.kind == "attached" || event.kind == "attachment-erased" else { continue }
      let body = try JSONValue(parsing: event.body)
      let id = body["attachment"]?.text ?? ""
      if event.kind == "attached" {
        attached.append((id, body["sha256"]?.text ?? "", Int(body["size"]?.integer ?? 0)))
      } else {
        erased.insert(id)
      }
    }
    return Dictionary(attached.filter { !erased.contains($0.id) }.map { ($0.sha256, $0.size) }) { first, _ in first }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ event: JournalEvent) {
    object { json in
      json.field("sequence", Int(event.sequence))
      json.field("stream", event.stream)
      json.field("version", event.version)
      json.field("kind", event.kind)
      json.field("schema", event.schema)
      json.field("body", event.body)
      json.field("actor", event.actor)
      json.field("behalf", event.behalf)
      json.field("device", event.device)
      json.field("occurred", Int(event.occurred))
      json.field("recorded", Int(event.recorded))
      json.field("previousHash", event.previousHash)
      json.field("hash", event.hash)
    }
  }

  fileprivate mutating func write(_ proof: CheckpointProof) {
    object { json in
      json.field("sequence", Int(proof.sequence))
      json.field("checkpoint", Int(proof.checkpoint))
      json.field("index", proof.index)
      json.array("path", proof.path) { $0.value($1) }
    }
  }

  fileprivate mutating func write(_ checkpoint: Checkpoint) {
    object { json in
      json.field("number", Int(checkpoint.number))
      json.field("firstSequence", Int(checkpoint.firstSequence))
      json.field("lastSequence", Int(checkpoint.lastSequence))
      json.field("count", checkpoint.count)
      json.field("root", checkpoint.root)
      json.field("leaves", checkpoint.leaves)
      json.field("previousHash", checkpoint.previousHash)
      json.field("hash", checkpoint.hash)
      json.field("keyId", checkpoint.keyID)
      json.field("signature", checkpoint.signature)
      json.field("sealedAt", Int(checkpoint.sealedAt))
    }
  }
}

/// The case to be read by a person; what counts is the record beside it.
enum CaseText {
  static func of(_ view: RequestView, _ events: [JournalEvent]) -> String {
    var text = "\(view.number)  \(view.summary)\n"
    if let customer = view.customer { text += "客户 Customer: \(customer.name)\n" }
    if let machine = view.equipment { text += "设备 Machine: \(machine.model) \(machine.serialNumber)\n" }
    text += "\n发生 Occurred (UTC)        记录 Recorded (UTC)        谁 Who / 事件 Event\n"
    for event in events.sorted(by: { ($0.occurred, $0.sequence) < ($1.occurred, $1.sequence) }) {
      let occurred = Instant(milliseconds: event.occurred), recorded = Instant(milliseconds: event.recorded)
      text += "\(occurred)  \(recorded)  \(event.actor)  \(event.stream) \(event.version) \(event.kind)\n    \(event.body)\n"
    }
    return text
  }
}

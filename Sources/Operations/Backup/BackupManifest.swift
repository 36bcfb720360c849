import Crypto
import Domain
import Foundation
import Persistence

/// What a backup says of itself, at its end: which entries there are, how long, and the SHA-256 of each.
public struct BackupManifest: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public let name: String
    public let size: Int64
    public let sha256: String
  }

  /// Version 1 had all rows in one entry, `company.jsonl`.
  static let format = "weibao-backup", version = 2
  /// Behind the manifest stands its own SHA-256.
  static let name = "manifest.json", seal = "manifest.sha256", key = "keys/checkpoint.key"

  /// The company's lines: these entries one after another.
  static func rows(part number: Int) -> String {
    let digits = String(number)
    return "company/\(String(repeating: "0", count: max(6 - digits.count, 0)))\(digits).jsonl"
  }
  static func isRows(_ name: String) -> Bool {
    if name == "company.jsonl" { return true }
    guard name.hasPrefix("company/"), name.hasSuffix(".jsonl"), let number = Int(name.dropFirst(8).dropLast(6)) else { return false }
    return number > 0 && name == rows(part: number)
  }

  /// The entries with rows, in their order; nil when they are not as a backup of this version has them.
  var rows: ArraySlice<Entry>? {
    let rows = entries.prefix { Self.isRows($0.name) }
    guard !rows.isEmpty, entries[rows.endIndex...].allSatisfy({ !Self.isRows($0.name) }) else { return nil }
    let names = version == 1 ? ["company.jsonl"] : rows.indices.map { Self.rows(part: $0 + 1) }
    return rows.map(\.name) == names ? rows : nil
  }

  public var version = Self.version
  public var made: String
  public var engine: String
  /// Events of the journal, and the newest checkpoint's hash: to be compared with a witness.
  public var events: Int
  public var checkpoint: String?
  public var entries: [Entry]

  var text: String {
    var json = JSONWriter()
    json.object { json in
      json.field("format", Self.format)
      json.field("version", version)
      json.field("made", made)
      json.field("engine", engine)
      json.field("events", events)
      json.field("checkpoint", checkpoint)
      json.array("entries", entries) { json, entry in
        json.object { json in
          json.field("name", entry.name)
          json.field("size", Int(entry.size))
          json.field("sha256", entry.sha256)
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  init(made: String, engine: String, events: Int, checkpoint: String?, entries: [Entry]) {
    (self.made, self.engine, self.events, self.checkpoint, self.entries) = (made, engine, events, checkpoint, entries)
  }

  init(parsing bytes: [UInt8]) throws(BackupRefusal) {
    guard let json = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)), json["format"]?.text == Self.format else {
      throw .notABackup("it has no manifest of ours")
    }
    guard let version = json["version"]?.integer, 1...Int64(Self.version) ~= version else {
      throw .newer(Int(json["version"]?.integer ?? 0))
    }
    let entries = (json["entries"]?.array ?? []).compactMap { item -> Entry? in
      guard let name = item["name"]?.text, let size = item["size"]?.integer, let hash = item["sha256"]?.text else { return nil }
      return Entry(name: name, size: size, sha256: hash)
    }
    guard entries.count == json["entries"]?.array?.count, let events = json["events"]?.integer else {
      throw .damaged(Self.name, "it does not say what it should")
    }
    self.init(
      made: json["made"]?.text ?? "", engine: json["engine"]?.text ?? "", events: Int(events), checkpoint: json["checkpoint"]?.text,
      entries: entries)
    self.version = Int(version)
  }
}

/// SHA-256 of what passes by.
struct PassingHash {
  static func text(of bytes: [UInt8]) -> String {
    var hash = PassingHash()
    bytes.withUnsafeBytes { hash.add($0) }
    return hash.text
  }

  private var hash = SHA256()
  private(set) var size: Int64 = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    hash.update(bufferPointer: bytes)
    size += Int64(bytes.count)
  }
  var text: String { hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}

public import Crypto
import Foundation

/// The key that signs checkpoints. The private half is a file of the node, never in the database; the public half is an
/// event in stream `key/ID`, so that old checkpoints stay verifiable when the key is changed.
public struct SigningKey: Sendable {
  public let key: Curve25519.Signing.PrivateKey

  public init(_ key: Curve25519.Signing.PrivateKey) { self.key = key }

  /// The first 16 hex digits of SHA-256 over the public key's 32 bytes.
  public var id: String { Self.id(of: key.publicKey) }
  public static func id(of key: Curve25519.Signing.PublicKey) -> String {
    Hex.text(SHA256.hash(data: key.rawRepresentation).prefix(8))
  }

  public var stream: String { "key/\(id)" }
  /// 64 hex digits.
  public var publicKeyText: String { Hex.text(key.publicKey.rawRepresentation) }

  /// Reads the key, or makes it on the first start: 64 hex digits, readable by its owner alone.
  ///
  /// - Throws: ``SigningKeyError``.
  public static func loadOrCreate(at path: String) throws -> SigningKey {
    if FileManager.default.fileExists(atPath: path) { return try load(at: path) }
    let made = SigningKey(Curve25519.Signing.PrivateKey())
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(
        atPath: folder.isEmpty ? "." : folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw SigningKeyError.notWritable(path)
    }
    // O_EXCL: of two first starts at once one makes the key, and the other reads it.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    if file < 0 {
      guard errno == EEXIST else { throw SigningKeyError.notWritable(path) }
      return try load(at: path)
    }
    defer { close(file) }
    let text = Array((Hex.text(made.key.rawRepresentation) + "\n").utf8)
    guard write(file, text, text.count) == text.count, fsync(file) == 0 else { throw SigningKeyError.notWritable(path) }
    return made
  }

  public static func load(at path: String) throws -> SigningKey {
    guard let data = FileManager.default.contents(atPath: path) else { throw SigningKeyError.unreadable(path) }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let bytes = Hex.bytes(text), let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else {
      throw SigningKeyError.notAKey(path)
    }
    return SigningKey(key)
  }

  /// Puts the public half into the journal, once.
  public func record(at now: Int64, in db: any SQLWriter) throws {
    guard try Journal.head(of: stream, in: db) == nil else { return }
    let event = NewEvent(kind: "recorded", schema: 1, body: #"{"publicKey":"\#(publicKeyText)"}"#, occurred: now)
    try Journal.append([event], to: stream, expecting: 0, by: .system, recorded: now, in: db)
  }

  /// Every public key the journal knows, by id. A stream whose key does not hash to its id is left out.
  public static func publicKeys(in db: any SQLReader) throws -> [String: Curve25519.Signing.PublicKey] {
    struct Body: Decodable { let publicKey: String }
    var keys: [String: Curve25519.Signing.PublicKey] = [:]
    // '0' follows '/' in every collation that compares bytes.
    try db.forEach("SELECT stream, body FROM journal WHERE stream >= 'key/' AND stream < 'key0'", []) { row in
      guard let body = try? JSONDecoder().decode(Body.self, from: Data(row.text(1).utf8)),
        let bytes = Hex.bytes(body.publicKey), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
      else { return true }
      let id = id(of: key)
      if row.text(0) == "key/\(id)" { keys[id] = key }
      return true
    }
    return keys
  }
}

public enum SigningKeyError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreadable(String)
  case notAKey(String)
  case notWritable(String)

  public var description: String {
    switch self {
    case .unreadable(let path): "The signing key \(path) cannot be read. Give its owner the right, or name another with --signing-key."
    case .notAKey(let path): "\(path) holds no signing key (64 hex digits). Put the right file back; do not make a new one in its place."
    case .notWritable(let path): "The signing key \(path) cannot be made. Make its folder writable, or name a key with --signing-key."
    }
  }
}

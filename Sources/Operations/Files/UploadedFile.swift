import Domain
import Persistence

/// A file that somebody uploaded and may attach to a case within a day.
@dynamicMemberLookup
public struct UploadedFile: Sendable, Hashable, JSONWritable {
  public let id: String
  public let name: String
  public let facts: FileFacts

  /// Whether a small picture of it can be made.
  public var hasPreview: Bool { FilePreviews.isMade(of: facts.type) }

  public subscript<Value>(dynamicMember path: KeyPath<FileFacts, Value>) -> Value { facts[keyPath: path] }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      facts.write(named: name, to: &json, hasPreview: hasPreview)
    }
  }
}

enum UploadedFiles {
  static let columns = "id, name, type, size, sha256, width, height, pages"

  static func read(_ row: borrowing SQLRow) -> UploadedFile {
    UploadedFile(
      id: row.text(0), name: row.text(1),
      facts: FileFacts(
        type: row.text(2), size: row.int(3), sha256: row.text(4), width: row.optionalInteger(5).map { Int($0) },
        height: row.optionalInteger(6).map { Int($0) }, pages: row.optionalInteger(7).map { Int($0) }))
  }

  /// A file of this person that can still be attached.
  ///
  /// - Throws: ``InputRefusal`` also for a file of somebody else: knowing an id, or a hash, is no right.
  static func own(_ id: String, by actor: Actor, at now: Instant, limits: FileLimits, in db: any SQLReader) throws -> UploadedFile {
    let found = try db.first(
      "SELECT \(columns) FROM file WHERE id = ? AND owner = ? AND created > ?",
      [.text(id), .text(actor.author.actor), .integer(now.milliseconds - limits.milliseconds)], read)
    guard let found else {
      throw InputRefusal.field(
        "file", "You have uploaded no such file within the last \(limits.hours) hours. Upload it first, with POST /files.",
        code: "field.no-file")
    }
    return found
  }

  /// Written before the bytes are in their place, so that nobody sweeps them in between.
  static func insert(_ file: UploadedFile, of actor: Actor, at now: Instant, in db: any SQLWriter) throws {
    try db.execute(
      "INSERT INTO file (id, owner, name, type, size, sha256, width, height, pages, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .text(file.id), .text(actor.author.actor), .text(file.name), .text(file.type), .int(file.size), .text(file.sha256),
        .optional(file.width.map { Int64($0) }), .optional(file.height.map { Int64($0) }), .optional(file.pages.map { Int64($0) }),
        .integer(now.milliseconds),
      ])
  }

  private static let attached = "(SELECT 1 FROM attachment a WHERE a.sha256 = f.sha256 AND a.erased_at IS NULL AND a.file_id = f.id)"

  /// What this person sent and is sending, counted over a day.
  static func requireRoom(for bytes: Int, of actor: Actor, at now: Instant, limits: FileLimits, in db: any SQLReader) throws {
    let since: [SQLValue] = [.text(actor.author.actor), .integer(now.milliseconds - 86_400_000)]
    if let most = limits.outsidePictures {
      // Those that are on a case: a form that was refused, or came twice, uses none up.
      let count =
        try db.first(
          "SELECT COUNT(*) FROM file f WHERE f.owner = ? AND f.created > ? AND EXISTS \(Self.attached)", since
        ) { $0.int(0) } ?? 0
      guard count < most else { throw LinkRefusal.photosEnough(most) }
    }
    let stored = try db.first("SELECT COALESCE(SUM(size), 0) FROM file WHERE owner = ? AND created > ?", since) { $0.int(0) } ?? 0
    let open =
      try db.first("SELECT COALESCE(SUM(size), 0) FROM upload WHERE owner = ? AND created > ? AND file_id IS NULL", since) { $0.int(0) }
      ?? 0
    guard stored + open + bytes <= limits.dayBytes else { throw UploadRefusal.tooMuch(limits.dayBytes) }
  }
}

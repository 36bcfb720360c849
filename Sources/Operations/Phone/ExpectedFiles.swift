public import Domain
import Persistence

/// Files that a phone has announced and not yet sent: what was photographed in a cellar is evidence, so the manager's sign-off waits
/// for it (FLT-4). Attaching a file removes its announcement.
enum ExpectedFiles {
  /// Of one case; nobody photographs more.
  static let limit = 200

  static func count(of request: String, in db: any SQLReader) throws -> Int {
    try db.first("SELECT COUNT(*) FROM expected_file WHERE request_id = ?", [.text(request)]) { $0.int(0) } ?? 0
  }

  static func arrived(_ sha256: String, for request: String, in db: any SQLWriter) throws {
    try db.execute("DELETE FROM expected_file WHERE request_id = ? AND sha256 = ?", [.text(request), .text(sha256)])
  }

  /// - Parameter reason: a manager's `lateReason`, with which a sign-off goes on without the missing ones; it stays in the record.
  /// - Throws: ``ExpectedFileError/missing(_:)``.
  static func requireAll(of request: String, reason: String?, in db: any SQLReader) throws {
    guard reason == nil else { return }
    let count = try count(of: request, in: db)
    guard count == 0 else { throw ExpectedFileError.missing(count) }
  }
}

public enum ExpectedFileError: Refusal, Hashable {
  case missing(Int)
  case tooMany(Int)

  public var code: String {
    switch self {
    case .missing: "request.files-expected"
    case .tooMany: "request.files-too-many"
    }
  }
  public var message: String {
    switch self {
    case .missing(let count):
      "\(count) photos of this case are still on the engineer's phone. Wait until they are sent, or sign off with lateReason."
    case .tooMany(let limit): "More than \(limit) files of one case are announced. Send some first."
    }
  }
  public var arguments: [String] {
    switch self {
    case .missing(let count), .tooMany(let count): [String(count)]
    }
  }
  public var category: RefusalCategory { .conflict }
}

extension AttachmentOperations {
  /// `POST /requests/{id}/expected-files`.
  public static let expectShape = Shape(
    "ExpectFiles",
    [
      Field("sha256", .list(of: .text(max: 64), max: 50), required: true, note: "What the phone will send, 64 hex digits each"),
      Field("device", .text(max: 64)),
      Field("gone", .bool, note: "true: they will not come after all"),
    ])

  /// Announces files of a case, or takes that back; answers how many of the case are still missing.
  public func expect(_ input: Fields, of reference: String, by actor: Actor) async throws -> Int {
    let hashes = (input.list("sha256") ?? []).compactMap { if case .text(let text) = $0 { text.lowercased() } else { nil } }
    guard hashes.allSatisfy({ $0.utf8.count == 64 && $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }) else {
      throw InputRefusal.field("sha256", "A SHA-256 has 64 hex digits.", code: "field.sha256")
    }
    let company = company, device = input.text("device"), isGone = input.bool("gone") == true
    return try await company.database.write { db in
      let now = try company.clock(), file = try CaseFile.load(reference, in: db), id = file.id.text
      try CaseAccess.require(.requestAttach, on: file.request, by: actor, in: db)
      for hash in hashes {
        if isGone {
          // One's own announcement only: nobody lets a colleague's evidence go.
          try db.execute(
            "DELETE FROM expected_file WHERE request_id = ? AND sha256 = ? AND staff_id = ?",
            [.text(id), .text(hash), .text(actor.staff?.text ?? "")])
          continue
        }
        let isThere = try db.first(
          "SELECT 1 FROM attachment WHERE sha256 = ? AND request_id = ? AND erased_at IS NULL", [.text(hash), .text(id)]
        ) { _ in true }
        guard isThere == nil else { continue }
        try db.execute(
          "INSERT INTO expected_file (request_id, sha256, staff_id, device, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
          [.text(id), .text(hash), .text(actor.staff?.text ?? ""), .optional(device), .integer(now.milliseconds)])
      }
      let count = try ExpectedFiles.count(of: id, in: db)
      guard count <= ExpectedFiles.limit else { throw ExpectedFileError.tooMany(ExpectedFiles.limit) }
      return count
    }
  }
}

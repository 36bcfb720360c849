import Domain
import Foundation
import Persistence

/// An upload that goes on where it was cut off, also after the server or the phone went away.
public struct UploadState: Sendable, JSONWritable {
  public let id, name: String
  public let size: Int
  public let sha256: String?
  /// The byte to go on from: everything before it is on disk.
  public let offset: Int
  /// When it is whole.
  public let file: UploadedFile?

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("name", name)
      json.field("size", size)
      json.field("sha256", sha256)
      json.field("offset", offset)
      json.field("file", file)
    }
  }
}

extension FileOperations {
  /// `POST /files/uploads`.
  public static let uploadShape = Shape(
    "OpenUpload",
    [
      Field("name", .text(max: 400), required: true),
      Field("size", .integer(1...FileLimits.usual.fileBytes), required: true, note: "Bytes of the whole file"),
      Field("sha256", .text(max: 64), note: "64 hex digits: what arrives is compared with it"),
    ])

  public func open(_ input: Fields, by actor: Actor) async throws -> UploadState {
    let size = input.integer("size") ?? 0, name = input.text("name") ?? ""
    let sha256 = input.text("sha256")?.lowercased()
    if let sha256, sha256.utf8.count != 64 || !sha256.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) {
      throw InputRefusal.field("sha256", "A SHA-256 has 64 hex digits.", code: "field.sha256")
    }
    try await requireRoom(size, by: actor)
    let id = try newID().text, company = company, limits = limits
    try await company.database.write { db in
      let now = try company.clock()
      try UploadedFiles.requireRoom(for: size, of: actor, at: now, limits: limits, in: db)
      let open =
        try db.first(
          "SELECT COUNT(*) FROM upload WHERE owner = ? AND created > ? AND file_id IS NULL",
          [.text(actor.author.actor), .integer(now.milliseconds - limits.milliseconds)]
        ) { $0.int(0) } ?? 0
      guard open < limits.openUploads else { throw UploadRefusal.tooManyOpen(limits.openUploads) }
      try db.execute(
        "INSERT INTO upload (id, owner, name, size, sha256, received, created) VALUES (?, ?, ?, ?, ?, 0, ?)",
        [.text(id), .text(actor.author.actor), .text(name), .int(size), .optional(sha256), .integer(now.milliseconds)])
    }
    return UploadState(id: id, name: name, size: size, sha256: sha256, offset: 0, file: nil)
  }

  public func upload(_ id: String, by actor: Actor) async throws -> UploadState {
    try actor.require(.requestAttach)
    let now = try company.clock(), limits = limits
    let state = try await company.database.read { db in
      let found = try db.first(
        "SELECT name, size, sha256, received, file_id FROM upload WHERE id = ? AND owner = ? AND created > ?",
        [.text(id), .text(actor.author.actor), .integer(now.milliseconds - limits.milliseconds)]
      ) { (name: $0.text(0), size: $0.int(1), sha256: $0.optionalText(2), received: $0.int(3), file: $0.optionalText(4)) }
      guard let found else { throw AccessError.notFound("upload") }
      let file = try found.file.flatMap { id in
        try db.first("SELECT \(UploadedFiles.columns) FROM file WHERE id = ?", [.text(id)], UploadedFiles.read)
      }
      return UploadState(id: id, name: found.name, size: found.size, sha256: found.sha256, offset: found.received, file: file)
    }
    if let file = state.file { try await settle(state, file) }
    return state
  }

  /// One piece: bytes `range` of the whole. What is there already is passed over, so that a piece may come twice; what arrives is
  /// kept up to where it breaks off.
  ///
  /// - Parameter next: gives the piece's bytes in order, nil at its end; it ends when its task is cancelled, as a newer piece
  ///   of the same bytes does.
  public func put(
    _ range: ClosedRange<Int>, of total: Int, to id: String, by actor: Actor, _ next: sending @escaping () async throws -> [UInt8]?
  ) async throws -> UploadState {
    // Whose it is, before anything waits for it.
    let asked = try await upload(id, by: actor)
    guard total == asked.size, range.upperBound < total else { throw UploadRefusal.range }
    return try await busy.alone(id, range) {
      let found = try await upload(id, by: actor)
      guard found.file == nil else { return found }
      let upload = try await UploadFile.open(found, in: company.files, reserve: limits.reserveBytes)
      guard range.lowerBound <= upload.offset else { throw UploadRefusal.gap(upload.offset) }
      do {
        var place = range.lowerBound
        while let bytes = try await next() {
          guard place + bytes.count <= range.upperBound + 1 else { throw UploadRefusal.range }
          try await upload.write(bytes, at: place)
          place += bytes.count
        }
        guard place == range.upperBound + 1 else { throw UploadRefusal.range }
      } catch {
        try? await BusyUploads.whole { try await self.remember(upload, of: found) }
        // Whatever a piece that was ended broke off with.
        throw Task.isCancelled ? CancellationError() : error
      }
      // All of the piece is here: a late duplicate of it, or a caller who went away, ends nothing now.
      return try await BusyUploads.whole {
        try await self.remember(upload, of: found)
        guard upload.offset == found.size else { return try await self.upload(id, by: actor) }
        return try await self.complete(found, by: actor)
      }
    }
  }

  /// Synced first: an offset that was answered is on disk.
  private func remember(_ upload: UploadFile, of state: UploadState) async throws {
    try await upload.sync()
    let offset = upload.offset
    guard offset != state.offset else { return }
    try await company.database.write { db in
      try db.execute("UPDATE upload SET received = ? WHERE id = ? AND file_id IS NULL", [.int(offset), .text(state.id)])
    }
  }
}

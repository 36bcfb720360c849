import Domain
import Foundation
import Persistence

/// Uploads: bytes in, a file of their sender out, that can be attached to a case within a day.
public struct FileOperations: Sendable {
  let company: Company
  let inspector: FileInspector
  let limits: FileLimits
  /// Uploads of which a piece is being written on this node.
  let busy = BusyUploads()
  let arriving = ArrivingFiles()

  public init(_ company: Company, inspector: FileInspector = FileInspector(), limits: FileLimits = .usual) {
    (self.company, self.inspector, self.limits) = (company, inspector, limits)
  }

  public var fileBytes: Int { limits.fileBytes }

  /// Rights and limits, before a byte is read.
  ///
  /// - Parameter size: as the caller says; nil when it does not.
  /// - Throws: ``AccessError``, ``UploadRefusal``, ``StorageRefusal``.
  public func begin(size: Int?, by actor: Actor) async throws -> IncomingFile {
    try await requireRoom(size ?? 0, by: actor)
    let store = company.files, name = "\(try newID().text).part", limits = limits
    let place = try arriving.place(for: actor.author.actor, limit: limits.filesAtOnce)
    return try await DiskWork.run {
      try IncomingFile(in: store, named: name, limit: limits.fileBytes, reserve: limits.reserveBytes, place: place)
    }
  }

  /// Looks into what arrived, and keeps it. Nothing is kept when this throws.
  public func finish(_ incoming: IncomingFile, name: String, by actor: Actor) async throws -> UploadedFile {
    do {
      let (sha256, size) = try await incoming.finish()
      return try await keep(incoming.path, sha256: sha256, size: size, name: name, by: actor)
    } catch {
      await incoming.discard()
      throw error
    }
  }

  func keep(
    _ path: String, sha256: String, size: Int, name: String, by actor: Actor,
    also: (@Sendable (any SQLWriter, UploadedFile) throws -> Void)? = nil
  ) async throws -> UploadedFile {
    let found = try await inspector.inspect(path, name: name)
    guard limits.outsidePictures == nil || found.type.hasPrefix("image/") else { throw LinkRefusal.noPicture }
    let file = UploadedFile(
      id: try newID().text, name: found.name,
      facts: FileFacts(
        type: found.type, size: size, sha256: sha256, width: found.width, height: found.height, pages: found.pages))
    let company = company, limits = limits, store = company.files
    try await company.database.write { db in
      let now = try company.clock()
      // An upload that was opened is counted already.
      if also == nil { try UploadedFiles.requireRoom(for: size, of: actor, at: now, limits: limits, in: db) }
      try UploadedFiles.insert(file, of: actor, at: now, in: db)
      try also?(db, file)
    }
    // The bytes are synced, and so is their name: whatever event names them comes after that.
    try await DiskWork.run { try store.place(path, as: sha256) }
    return file
  }

  func requireRoom(_ bytes: Int, by actor: Actor) async throws {
    switch actor.identity {
    // Whether the link is valid was asked when it was opened, and is asked again when the photo is attached.
    case .link where limits.outsidePictures != nil: break
    // Made by nobody but `Inbound`, for one mail or message.
    case .message: break
    default: try actor.require(.requestAttach)
    }
    guard bytes <= limits.fileBytes else { throw UploadRefusal.tooLarge(limits.fileBytes) }
    let now = try company.clock(), limits = limits, store = company.files
    let free = try await DiskWork.run { () -> Int? in
      try FileStore.makeFolder(store.root)
      return store.freeBytes()
    }
    if let free, free < bytes + limits.reserveBytes { throw StorageRefusal.diskFull }
    try await company.database.read { db in try UploadedFiles.requireRoom(for: bytes, of: actor, at: now, limits: limits, in: db) }
  }

  func newID() throws -> FileID { company.chance.newID(at: try company.clock()) }
}

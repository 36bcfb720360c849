import Domain
import Persistence

/// From pieces to a file. Pieces lie where several nodes write; what is hashed, looked into and kept is a copy that nobody else has open.
extension FileOperations {
  private struct FinishedElsewhere: Error {}

  func complete(_ state: UploadState, by actor: Actor) async throws -> UploadState {
    guard let whole = try await copy(of: state) else { return try await upload(state.id, by: actor) }
    do {
      guard whole.size == state.size, state.sha256 ?? whole.sha256 == whole.sha256 else { throw UploadRefusal.hashDiffers }
      _ = try await keep(whole.file.path, sha256: whole.sha256, size: whole.size, name: state.name, by: actor) { db, file in
        let finished = try db.execute(
          "UPDATE upload SET file_id = ? WHERE id = ? AND file_id IS NULL", [.text(file.id), .text(state.id)])
        guard finished == 1 else { throw FinishedElsewhere() }
      }
    } catch {
      await whole.file.discard()
      switch error {
      case is FinishedElsewhere: break
      case let refusal as any Refusal where refusal.category != .unavailable:
        // What will never be taken is not kept.
        try await forget(state)
        throw refusal
      default: throw error
      }
    }
    return try await upload(state.id, by: actor)
  }

  /// Killed after the row and before the name: pieces that still are what the row says are put in their place. Once it is there, they go.
  ///
  /// - Throws: ``UploadRefusal/hashDiffers`` where they are something else by now: then the upload is gone.
  func settle(_ state: UploadState, _ file: UploadedFile) async throws {
    let store = company.files, pieces = UploadFile.path(of: state, in: store)
    let isThere: @Sendable () throws -> Bool = {
      guard store.has(file.sha256) else { return false }
      try store.remove(pieces)
      return true
    }
    guard try await !DiskWork.run(isThere), let whole = try await copy(of: state) else { return }
    guard whole.sha256 == file.sha256 else {
      await whole.file.discard()
      // Put there meanwhile by whoever was about to.
      guard try await !DiskWork.run(isThere) else { return }
      try await forget(state)
      throw UploadRefusal.hashDiffers
    }
    try await DiskWork.run {
      try store.place(whole.file.path, as: file.sha256)
      try store.remove(pieces)
    }
  }

  /// Synced; nil when there are no pieces.
  private func copy(of state: UploadState) async throws -> (file: IncomingFile, sha256: String, size: Int)? {
    let store = company.files, path = UploadFile.path(of: state, in: store), name = "\(try newID().text).part",
      reserve = limits.reserveBytes
    guard let pieces = try await DiskWork.run({ try FileBytes(path) }) else { return nil }
    let file = try await DiskWork.run { try IncomingFile(in: store, named: name, limit: state.size, reserve: reserve) }
    do {
      var place = 0
      while place < state.size {
        let bytes = try await pieces.read(min(1 << 20, state.size - place), at: place)
        guard !bytes.isEmpty else { break }
        try await file.write(bytes)
        place += bytes.count
      }
      let (sha256, size) = try await file.finish()
      return (file, sha256, size)
    } catch {
      await file.discard()
      throw error
    }
  }

  /// The row first: whoever finished it meanwhile keeps the bytes.
  private func forget(_ state: UploadState) async throws {
    let gone = try await company.database.write { db in
      try db.execute(
        "DELETE FROM upload WHERE id = ? AND COALESCE(file_id, '') = ?", [.text(state.id), .text(state.file?.id ?? "")])
    }
    let store = company.files, pieces = UploadFile.path(of: state, in: store)
    if gone == 1 { try await DiskWork.run { try store.remove(pieces) } }
  }
}

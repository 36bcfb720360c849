import Synchronization

/// Files that arrive on this node in one go, by person.
final class ArrivingFiles: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  /// One of a person's places; free again when nobody holds it.
  final class Place: Sendable {
    private let files: ArrivingFiles
    private let owner: String

    fileprivate init(_ files: ArrivingFiles, _ owner: String) { (self.files, self.owner) = (files, owner) }
    deinit { files.leave(owner) }
  }

  /// - Throws: ``UploadRefusal/tooManyAtOnce(_:)``.
  func place(for owner: String, limit: Int) throws(UploadRefusal) -> Place {
    let isFree = counts.withLock { counts in
      guard counts[owner, default: 0] < limit else { return false }
      counts[owner, default: 0] += 1
      return true
    }
    guard isFree else { throw .tooManyAtOnce(limit) }
    return Place(self, owner)
  }

  private func leave(_ owner: String) {
    counts.withLock { counts in
      let left = counts[owner, default: 1] - 1
      counts[owner] = left > 0 ? left : nil
    }
  }
}

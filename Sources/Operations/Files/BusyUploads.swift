/// One piece of an upload at a time on this node. A phone that lost its connection asks again long before we notice: the newest wins.
actor BusyUploads {
  struct Piece: Sendable {
    let number: Int
    let range: ClosedRange<Int>
    let cancel: @Sendable () -> Void
    let ended: @Sendable () async -> Void
  }

  /// By upload: the one that is written, and those that wait for it.
  private(set) var pieces: [String: [Piece]] = [:]
  private var count = 0

  /// Ends the pieces before it that have bytes of its `range`, waits until all before it have kept what they got, then runs `body`.
  /// What sends several pieces at once loses none of them by that.
  ///
  /// - Throws: ``UploadRefusal/busy`` when a newer one ended this one.
  nonisolated func alone<T: Sendable>(
    _ id: String, _ range: ClosedRange<Int>, _ body: sending @escaping () async throws -> T
  ) async throws -> T {
    let (number, piece) = await begin(id, range, body)
    let result = await withTaskCancellationHandler {
      await piece.result
    } onCancel: {
      piece.cancel()
    }
    await leave(id, number)
    // Any other reason is the piece's own, and told: it may have come after all bytes were here, when nothing is kept.
    if case .failure(let error) = result, error is CancellationError, piece.isCancelled, !Task.isCancelled { throw UploadRefusal.busy }
    return try result.get()
  }

  private func begin<T: Sendable>(
    _ id: String, _ range: ClosedRange<Int>, _ body: sending @escaping () async throws -> T
  ) -> (Int, Task<T, any Error>) {
    count += 1
    let before = pieces[id, default: []]
    for piece in before where piece.range.overlaps(range) { piece.cancel() }
    let piece = Task<T, any Error> {
      for piece in before { await piece.ended() }
      try Task.checkCancellation()
      return try await body()
    }
    pieces[id, default: []].append(
      Piece(number: count, range: range, cancel: { piece.cancel() }, ended: { _ = await piece.result }))
    return (count, piece)
  }

  private func leave(_ id: String, _ number: Int) {
    let left = pieces[id, default: []].filter { $0.number != number }
    pieces[id] = left.isEmpty ? nil : left
  }

  /// Runs to its end, also when whoever asked for it is gone.
  nonisolated static func whole<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await Task { try await body() }.value
  }
}

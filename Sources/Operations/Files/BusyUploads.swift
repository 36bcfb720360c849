/// One piece of an upload at a time on this node: the newest. A phone that lost its connection asks again long before we notice.
actor BusyUploads {
  private var newest: [String: (number: Int, end: @Sendable () async -> Void)] = [:]
  private var count = 0

  /// Ends the piece before it, waits until that has kept what it got, then runs `body`.
  ///
  /// - Throws: ``UploadRefusal/busy`` when a newer one ended this one.
  nonisolated func alone<T: Sendable>(_ id: String, _ body: sending @escaping () async throws -> T) async throws -> T {
    let (number, piece) = await begin(id, body)
    let result = await withTaskCancellationHandler {
      await piece.result
    } onCancel: {
      piece.cancel()
    }
    await leave(id, number)
    if case .failure = result, piece.isCancelled, !Task.isCancelled { throw UploadRefusal.busy }
    return try result.get()
  }

  private func begin<T: Sendable>(_ id: String, _ body: sending @escaping () async throws -> T) -> (Int, Task<T, any Error>) {
    count += 1
    let before = newest[id]?.end
    let piece = Task<T, any Error> {
      await before?()
      try Task.checkCancellation()
      return try await body()
    }
    newest[id] = (
      count,
      {
        piece.cancel()
        _ = await piece.result
      }
    )
    return (count, piece)
  }

  private func leave(_ id: String, _ number: Int) { if newest[id]?.number == number { newest[id] = nil } }

  /// Runs to its end, also when whoever asked for it is gone.
  nonisolated static func whole<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await Task { try await body() }.value
  }
}

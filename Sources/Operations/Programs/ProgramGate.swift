/// How many programs of a sort run at once; a few more wait in order, the rest are told to come again.
public actor ProgramGate {
  private let limit: Int
  private let waitingLimit: Int
  private var running = 0
  private var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
  private var lastID = 0

  public init(limit: Int, waiting: Int) { (self.limit, waitingLimit) = (limit, waiting) }

  /// Runs `body` when there is room.
  ///
  /// - Throws: ``ProgramError/busy(_:seconds:)`` when as many wait as may; `CancellationError` when cancelled in the queue.
  nonisolated func pass<Result: Sendable>(
    _ name: String, _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await enter(name)
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter(_ name: String) async throws {
    try Task.checkCancellation()
    if running < limit {
      running += 1
      return
    }
    guard waiting.count < waitingLimit else { throw ProgramError.busy(name, seconds: 5) }
    lastID += 1
    let id = lastID
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        // The handler may have come first, and found nobody to wake.
        if Task.isCancelled { continuation.resume(throwing: CancellationError()) } else { waiting.append((id, continuation)) }
      }
    } onCancel: {
      Task { await self.giveUp(id) }
    }
  }

  private func giveUp(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(throwing: CancellationError())
  }

  /// The place goes to the first in the queue, so that nobody passes it by.
  private func leave() {
    if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().continuation.resume() }
  }
}

import Synchronization

/// Writes that wait for the writer, in the order they came; never more than `limit`.
final class WriteQueue: Sendable {
  private struct State: ~Copyable {
    var waiting: [WaitingWrite] = []
    /// The first of `waiting` not yet taken: taking moves this index, so that nothing is shifted.
    var head = 0
    /// A drain is running or on its way; it looks here again before it ends.
    var draining = false
    var closed = false
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  var count: Int { state.withLock { $0.waiting.count - $0.head } }

  /// - Returns: true when the caller has to start a drain.
  /// - Throws: ``DatabaseError/busy(retryAfter:)`` when the queue is full.
  func enqueue(_ write: WaitingWrite) throws -> Bool {
    try state.withLock { state in
      guard !state.closed else { throw DatabaseError.other("The database is closed.") }
      guard state.waiting.count - state.head < limit else { throw DatabaseError.busy(retryAfter: 1) }
      state.waiting.append(write)
      defer { state.draining = true }
      return !state.draining
    }
  }

  func next() -> WaitingWrite? {
    state.withLock { state in
      guard state.head < state.waiting.count else { return nil }
      let write = state.waiting[state.head]
      state.head += 1
      if state.head == state.waiting.count {
        state.waiting.removeAll(keepingCapacity: true)
        state.head = 0
      } else if state.head >= 1_024 {
        state.waiting.removeFirst(state.head)
        state.head = 0
      }
      return write
    }
  }

  /// - Returns: whether another turn is needed; if not, the next ``enqueue(_:)`` starts one.
  func endTurn() -> Bool {
    state.withLock { state in
      state.draining = state.head < state.waiting.count
      return state.draining
    }
  }

  /// From now on nothing is taken in.
  func close() { state.withLock { $0.closed = true } }
}

/// One write and whoever waits for it.
class WaitingWrite: @unchecked Sendable {
  /// Runs the body and keeps what came of it; true when it did not throw.
  func run(in db: any SQLWriter) -> Bool { fatalError("A subclass runs the body.") }
  /// The write did not happen, whatever its body said.
  func fail(_ error: any Error) {}
  /// Wakes whoever waits. Once.
  func answer() {}
}

/// Touched by the writer's thread alone once it is queued.
final class WaitingWriteOf<T: Sendable>: WaitingWrite, @unchecked Sendable {
  private let body: @Sendable (any SQLWriter) throws -> T
  private let continuation: CheckedContinuation<T, any Error>
  private var result: Result<T, any Error> = .failure(CancellationError())

  init(_ body: @escaping @Sendable (any SQLWriter) throws -> T, _ continuation: CheckedContinuation<T, any Error>) {
    self.body = body
    self.continuation = continuation
  }

  override func run(in db: any SQLWriter) -> Bool {
    do {
      result = .success(try body(db))
      return true
    } catch {
      result = .failure(error)
      return false
    }
  }

  override func fail(_ error: any Error) { result = .failure(error) }
  override func answer() { continuation.resume(with: result) }
}

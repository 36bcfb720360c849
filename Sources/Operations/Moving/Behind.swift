import Dispatch
import Synchronization

/// Works on pieces one after another on a thread of its own: who makes the next piece does not wait for this one, until `limit` are
/// waiting. What the work throws is thrown at the next piece, or at the end.
final class Behind<Piece: Sendable>: Sendable {
  private let queue = DispatchQueue(label: "weibao.behind")
  private let room: DispatchSemaphore
  private let failure = Mutex<(any Error)?>(nil)
  private let work: @Sendable (Piece) throws -> Void

  /// - Parameter work: never called twice at once.
  init(limit: Int = 2, _ work: @escaping @Sendable (Piece) throws -> Void) {
    room = DispatchSemaphore(value: limit)
    self.work = work
  }

  func take(_ piece: Piece) throws {
    room.wait()
    if let failed = failure.withLock({ $0 }) {
      room.signal()
      throw failed
    }
    queue.async { [self] in
      defer { room.signal() }
      guard failure.withLock({ $0 == nil }) else { return }
      do { try work(piece) } catch { failure.withLock { $0 = error } }
    }
  }

  /// Waits until everything is done.
  func finish() throws {
    queue.sync {}
    if let failed = failure.withLock({ $0 }) { throw failed }
  }
}

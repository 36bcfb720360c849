import Foundation

/// Threads with a connection each, and the work that waits for one; never more than `limit`.
final class PostgresPool: @unchecked Sendable {
  /// One piece of work. It gets a connection, or why there is none.
  typealias Work = (Result<PostgresConnection, any Error>) -> Void

  private let condition = NSCondition()
  private var waiting: [Work] = []
  private var head = 0
  private var running = 0
  private var isClosed = false
  private let limit: Int
  private let connect: @Sendable () throws -> PostgresConnection

  init(name: String, size: Int, limit: Int, connect: @escaping @Sendable () throws -> PostgresConnection) {
    (self.limit, self.connect) = (limit, connect)
    running = size
    for number in 1...max(1, size) {
      let thread = Thread { [self] in serve() }
      thread.name = "weibao.\(name).\(number)"
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// - Throws: ``DatabaseError/busy(retryAfter:)`` when too much waits.
  func submit(_ work: @escaping Work) throws {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed else { throw DatabaseError.other("The database is closed.") }
    guard waiting.count - head < limit else { throw DatabaseError.busy(retryAfter: 1) }
    waiting.append(work)
    condition.signal()
  }

  /// Takes nothing more in; the threads end when what waited is done.
  func stop() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  /// ``stop()``, and waits for it.
  func close() {
    stop()
    condition.lock()
    while running > 0 { condition.wait() }
    condition.unlock()
  }

  private func serve() {
    var connection: PostgresConnection?
    while let work = next() {
      // A connection that was lost while nobody used it is noticed by its first statement; `PostgresDatabase` runs that work again.
      let found: Result<PostgresConnection, any Error>
      if let standing = connection, standing.isUsable {
        found = .success(standing)
      } else {
        found = Result { try connect() }
      }
      work(found)
      connection = try? found.get()
    }
    connection = nil
    condition.lock()
    running -= 1
    condition.broadcast()
    condition.unlock()
  }

  private func next() -> Work? {
    condition.lock()
    defer { condition.unlock() }
    while head == waiting.count {
      if isClosed { return nil }
      condition.wait()
    }
    let work = waiting[head]
    head += 1
    if head == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1_024 {
      waiting.removeFirst(head)
      head = 0
    }
    return work
  }
}

/// Work that has to be done in time; whoever sends a byte a minute must not hold a place for ever.
enum Deadline {
  static func within<T: Sendable>(
    _ seconds: Int, else late: any Error, _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let done = first else { throw late }
      return done
    }
  }
}

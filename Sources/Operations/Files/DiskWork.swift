import Dispatch

/// Reading and writing files waits for a disk; neither an event loop nor a task's thread may. Here are threads that may.
public enum DiskWork {
  private static let queue = DispatchQueue(label: "weibao.files", attributes: .concurrent)

  public static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }
}

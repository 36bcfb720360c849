/// Long work in many transactions rests after each as long as it took: another process cannot queue for SQLite's lock; it looks again after a
/// while, and must find it free.
enum Rest {
  static let longest = Duration.milliseconds(20)

  static func after(_ took: Duration) async throws { try await Task.sleep(for: min(took, longest)) }
}

import Synchronization

/// Tells whoever watches what has changed, after the commit is on disk. Watchers see the stream's name and version and
/// read the rest themselves, with their own rights.
public final class Watchers: Sendable {
  public struct Change: Sendable, Hashable {
    public let stream: String
    public let version: Int

    public init(stream: String, version: Int) {
      self.stream = stream
      self.version = version
    }
  }

  private struct State {
    var next = 0
    var open: [Int: AsyncStream<Change>.Continuation] = [:]
    var staffChanges = 0
    /// What this node told itself, until it is read in the journal; nil where nobody reads there.
    var told: Set<Change>?
  }
  private let state = Mutex(State())

  public init() {}

  /// Changes from now on. A watcher that does not keep up loses the oldest: it then reads the state, not the story.
  public func changes() -> AsyncStream<Change> {
    let (stream, continuation) = AsyncStream.makeStream(of: Change.self, bufferingPolicy: .bufferingNewest(1_000))
    let key = state.withLock { state in
      state.next += 1
      state.open[state.next] = continuation
      return state.next
    }
    continuation.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.open.removeValue(forKey: key) } }
    return stream
  }

  /// Grows with every change of staff or their accounts: what is known of a person's rights holds while it stands.
  var staffChanges: Int { state.withLock { $0.staffChanges } }

  func staffChanged() { state.withLock { $0.staffChanges += 1 } }

  public func tell(_ changes: [Change]) {
    state.withLock { state in
      // A change that was read in the journal before it was told here would stay for ever.
      if state.told.map({ $0.count > 10_000 }) == true { state.told = [] }
      state.told?.formUnion(changes)
    }
    spread(changes)
  }

  /// What the journal says was written, here or elsewhere: what was told already is not told again.
  func hear(_ changes: [Change]) {
    let new = state.withLock { state in
      var told = state.told ?? []
      let new = changes.filter { told.remove($0) == nil }
      state.told = told
      return new
    }
    spread(new)
  }

  private func spread(_ changes: [Change]) {
    if changes.contains(where: { $0.stream.hasPrefix("staff/") }) { staffChanged() }
    let open = state.withLock { Array($0.open.values) }
    guard !open.isEmpty else { return }
    for change in changes { for continuation in open { continuation.yield(change) } }
  }
}

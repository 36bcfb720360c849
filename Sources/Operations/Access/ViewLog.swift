public import Domain
import Logging
import Persistence
import Synchronization

/// Views and exports on their way into the access log. Reading waits for nobody: an entry is noted here, and `Housekeeping` writes
/// what has gathered twice a second, in one transaction. Kill -9 loses that half second of views, nothing else.
public final class ViewLog: Sendable {
  /// Who looks at the same thing again from the same place within this time is one entry.
  static let sameMilliseconds: Int64 = 600_000
  /// Beyond so many not yet written, entries are counted instead of kept: the disk has been full for long.
  static let limit = 20_000

  struct Entry: Sendable, Hashable {
    let event: AccessLog.Event
    let what, actor: String
    let address: String?
  }

  private struct State {
    var waiting: [(entry: Entry, at: Instant)] = []
    var seen: [Entry: Instant] = [:]
    var dropped = 0
  }

  private let state = Mutex(State())

  public init() {}

  /// - Parameter what: a stream, or a list and how many rows of it; never a value of a person.
  public func note(_ event: AccessLog.Event, what: String, by actor: Actor, at now: Instant) {
    let entry = Entry(event: event, what: what, actor: actor.author.actor, address: actor.address)
    state.withLock { state in
      if let last = state.seen[entry], now.milliseconds(since: last) < Self.sameMilliseconds { return }
      guard state.waiting.count < Self.limit else {
        state.dropped += 1
        return
      }
      if state.seen.count >= Self.limit { state.seen.removeAll() }
      state.seen[entry] = now
      state.waiting.append((entry, now))
    }
  }

  /// Writes what has gathered. What cannot be written waits for the next time.
  public func flush(in company: Company) async throws {
    let (waiting, dropped) = state.withLock { state in
      defer { (state.waiting, state.dropped) = ([], 0) }
      return (state.waiting, state.dropped)
    }
    if dropped > 0 { company.logger.error("The access log lacks entries.", metadata: ["count": "\(dropped)"]) }
    for start in stride(from: 0, to: waiting.count, by: 500) {
      do {
        try await company.database.write { db in
          for (entry, at) in waiting[start..<min(start + 500, waiting.count)] {
            try AccessLog.write(
              entry.event, what: entry.what, by: entry.actor, address: entry.address, at: at, chance: company.chance, in: db)
          }
        }
      } catch {
        state.withLock { $0.waiting.insert(contentsOf: waiting[start...], at: 0) }
        throw error
      }
    }
  }
}

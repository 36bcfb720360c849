public import Domain
import Synchronization

/// The policies by version, read once from their journal rows: a case keeps the one it was accepted under (SLA-9).
public final class PolicyShelf: Sendable {
  private struct State {
    var byVersion: [String: ServicePolicy] = [:]
    /// Activations in order of time; of one instant the one decided later is last, and holds.
    var activations: [(from: Instant, decided: Instant, version: String)] = []
  }
  private let state = Mutex(State())

  public init() {}

  /// - Parameter instant: from when it holds; nil for one that is recorded and not in force.
  public func put(_ policy: ServicePolicy, from instant: Instant?) {
    put(policy, activations: instant.map { [PolicyActivation(from: $0, decided: $0)] } ?? [])
  }

  /// - Parameter activations: all of the version: it may hold, give way to another and come back.
  func put(_ policy: ServicePolicy, activations: [PolicyActivation]) {
    state.withLock { state in
      state.byVersion[policy.version] = policy
      state.activations.removeAll { $0.version == policy.version }
      state.activations += activations.map { ($0.from, $0.decided, policy.version) }
      state.activations.sort { ($0.from, $0.decided, $0.version) < ($1.from, $1.decided, $1.version) }
    }
  }

  public subscript(_ version: String) -> ServicePolicy? { state.withLock { $0.byVersion[version] } }

  /// The policy in force at a moment; before the first activation, the first.
  public func inForce(at instant: Instant) -> ServicePolicy? {
    state.withLock { state in
      let active = state.activations.last { $0.from <= instant } ?? state.activations.first
      return active.flatMap { state.byVersion[$0.version] }
    }
  }

  /// The number that customers call just before a policy is to hold, and when the policy's own was given up last (ORG-6): nil where it
  /// never was.
  ///
  /// - Parameter now: an activation of this very policy that is still to come is what this one takes the place of.
  func hotlines(before instant: Instant, of version: String, at now: Instant) -> (before: String?, givenUp: Instant?) {
    state.withLock { state in
      let all = state.activations.filter { $0.version != version || $0.from <= now }
      let numbers = all.map { (from: $0.from, number: state.byVersion[$0.version]?.hotline) }
      let own = state.byVersion[version]?.hotline
      // Of two for one instant the earlier decision never held.
      let begun = numbers.prefix { $0.from < instant }.reduce(into: [(from: Instant, number: String?)]()) {
        if $0.last?.from == $1.from { $0.removeLast() }
        $0.append($1)
      }
      let ends = zip(begun, begun.dropFirst()).filter { $0.number == own && $1.number != own }
      return ((begun.last ?? numbers.first)?.number, ends.last?.1.from)
    }
  }

  /// The policy in force at a moment, and those that will hold.
  public func inForce(from instant: Instant) -> [ServicePolicy] {
    let now = inForce(at: instant)
    let later = planned(after: instant).map(\.version).distinct().compactMap { self[$0] }
    return [now].compactMap { $0 } + later.filter { $0.version != now?.version }
  }

  /// What will hold, in order of time; of two for one instant the one decided later.
  func planned(after instant: Instant) -> [(from: Instant, version: String)] {
    let later = state.withLock { state in state.activations.filter { $0.from > instant } }
    return later.reduce(into: []) { planned, next in
      if planned.last?.from == next.from { planned.removeLast() }
      planned.append((next.from, next.version))
    }
  }
}

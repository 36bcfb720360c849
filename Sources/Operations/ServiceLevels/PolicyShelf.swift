public import Domain
import Synchronization

/// The policies by version, read once from their journal rows: a case keeps the one it was accepted under (SLA-9).
public final class PolicyShelf: Sendable {
  private struct State {
    var byVersion: [String: ServicePolicy] = [:]
    /// The version whose text a revision has, by the revision's own.
    var bases: [String: String] = [:]
    /// What holds where a policy does, by the version of its text: its last revision.
    var current: [String: (version: String, since: Instant)] = [:]
    /// Activations in order of time; of one instant the one decided later is last, and holds.
    var activations: [(from: Instant, decided: Instant, version: String)] = []

    func current(of version: String) -> ServicePolicy? {
      let base = bases[version] ?? version
      return byVersion[current[base]?.version ?? base]
    }
  }
  private let state = Mutex(State())

  public init() {}

  /// - Parameter instant: from when it holds; nil for one that is recorded and not in force.
  public func put(_ policy: ServicePolicy, from instant: Instant?) {
    put([policy], activations: instant.map { [PolicyActivation(from: $0, decided: $0)] } ?? [])
  }

  /// - Parameters:
  ///   - policies: As it was recorded, then its revisions.
  ///   - current: The revision that holds where the policy does, and since when; nil: as it was recorded.
  ///   - activations: All of the version: it may hold, give way to another and come back.
  func put(_ policies: [ServicePolicy], current: (version: String, since: Instant)? = nil, activations: [PolicyActivation]) {
    guard let base = policies.first?.version else { return }
    state.withLock { state in
      for policy in policies { (state.byVersion[policy.version], state.bases[policy.version]) = (policy, base) }
      state.current[base] = current
      state.activations.removeAll { $0.version == base }
      state.activations += activations.map { ($0.from, $0.decided, base) }
      state.activations.sort { ($0.from, $0.decided, $0.version) < ($1.from, $1.decided, $1.version) }
    }
  }

  /// What somebody means by a name: of a policy its last revision, `2026-11-r2` that revision, `2026-11-r1` the policy as it was recorded.
  public func named(_ name: String) -> ServicePolicy? {
    state.withLock { state in
      if state.bases[name] == name { return state.current(of: name) }
      return state.byVersion[name] ?? (name.hasSuffix("-r1") ? state.byVersion[String(name.dropLast(3))] : nil)
    }
  }

  /// The policy of this very name, for what is decided about a policy and not about a revision: activated, announced.
  ///
  /// - Throws: ``PolicyRefusal``.
  func whole(_ version: String) throws(PolicyRefusal) -> ServicePolicy {
    let base = base(of: version)
    guard base == version else { throw .revision(version, of: base) }
    guard let policy = self[version] else { throw .unknown(version) }
    return policy
  }

  /// The version whose text a version has: its own, or where it is a revision that of the policy it revises.
  func base(of version: String) -> String { state.withLock { $0.bases[version] ?? version } }

  /// What holds where a version does: the last revision of its policy.
  func current(of version: String) -> ServicePolicy? { state.withLock { $0.current(of: version) } }

  /// Versions that open cases are to leave, each with the revision that has taken its place, and since when.
  var superseded: [String: (by: ServicePolicy, since: Instant)] {
    state.withLock { state in
      state.bases.reduce(into: [:]) { all, next in
        guard let current = state.current[next.value], current.version != next.key, let policy = state.byVersion[current.version] else {
          return
        }
        all[next.key] = (policy, current.since)
      }
    }
  }

  public subscript(_ version: String) -> ServicePolicy? { state.withLock { $0.byVersion[version] } }

  /// The policy in force at a moment; before the first activation, the first.
  public func inForce(at instant: Instant) -> ServicePolicy? {
    state.withLock { state in
      let active = state.activations.last { $0.from <= instant } ?? state.activations.first
      return active.flatMap { state.current(of: $0.version) }
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
    let later = state.withLock { state in
      state.activations.filter { $0.from > instant }.map(\.version).distinct().compactMap { state.current(of: $0) }
    }
    return [now].compactMap { $0 } + later.filter { $0.version != now?.version }
  }
}

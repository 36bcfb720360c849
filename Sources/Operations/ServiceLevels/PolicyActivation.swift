import Domain

/// Since when a policy holds for new cases, and when that was decided (SLA-9).
struct PolicyActivation: Hashable, Sendable {
  let from, decided: Instant
}

extension [PolicyActivation] {
  /// Another day for a version takes the place of one that was still to come; what it held before, it held.
  mutating func decide(_ activation: PolicyActivation) {
    removeAll { $0.from > activation.decided }
    append(activation)
  }
}

public import Domain
import Persistence

/// Which promises are counted: those due in these months, of one target, branch, engineer or customer where that is said.
public struct OnTimeFilter: Sendable, Hashable {
  /// So many months at once at most.
  public static let months = 24

  public var from, to: Month
  public var target, branch, engineer, customer: String?

  public init(from: Month, to: Month) { (self.from, self.to) = (from, to) }

  /// Reads months from text: this month where neither is given, one month where one of the two is.
  ///
  /// - Throws: `InputRefusal` for what is no month, the wrong way round, or more than two years.
  public init(from first: String?, to last: String?, at now: Instant) throws(InputRefusal) {
    func month(_ name: String, _ text: String?) throws(InputRefusal) -> Month? {
      guard let text else { return nil }
      guard let month = Month(parsing: text) else { throw .field(name, "Write a month as 2026-11.", code: "field.month") }
      return month
    }
    let begin = try month("from", first), end = try month("to", last)
    (from, to) = (begin ?? end ?? Month(of: now), end ?? begin ?? Month(of: now))
    guard from <= to, to.months(since: from) < Self.months else {
      throw .field("to", "Give at most \(Self.months) months, the first one first.", code: "field.months")
    }
  }
}

/// Cases by how their promises ended: what stands behind a figure of the on-time rates.
public struct PromiseFilter: Sendable, Hashable {
  public enum Outcome: String, Sendable, CaseIterable, Hashable {
    case met, missed
    /// Both: what a rate is a share of.
    case decided
  }

  public var outcome: Outcome
  public var of: OnTimeFilter

  public init(_ outcome: Outcome, of filter: OnTimeFilter) { (self.outcome, of) = (outcome, filter) }
}

extension OnTimeFilter {
  /// For whom: a branch's manager is shown the own branch, and another does not exist.
  func scoped(to actor: Actor) throws -> OnTimeFilter {
    switch try actor.require(.insightRead) {
    case .all: return self
    case .customer: throw AccessError.notAllowed(.insightRead)
    case .involved:
      guard let own = actor.branch?.text, branch == nil || branch == own else { throw AccessError.notFound("branch") }
      var scoped = self
      scoped.branch = own
      return scoped
    }
  }
}

public import Domain

/// Whether promises reach into years whose holidays and make-up days are not known (SLA-7): what `doctor` warns of.
public struct HolidayOutlook: Sendable, Hashable {
  public let version: String
  /// Years that count by the weekly pattern alone, and that the newest table does not know either: a revision would not help.
  public let unknown: [Int]

  /// Looks at the policy in force and at those that will hold. From November on the next year belongs to it, when its table is published;
  /// before, the years that the longest promise of today reaches.
  ///
  /// - Returns: the policies that lack something.
  public static func look(at policies: [ServicePolicy], newest: HolidayTable, now: Instant) -> [HolidayOutlook] {
    policies.compactMap { policy in
      var lacking: Set<Int> = []
      for rule in policy.targets {
        let calendar = policy.calendar(of: rule)
        let today = calendar.date(at: now), end = calendar.add(to: now, rule.within)
        let last = max(end == .latest ? today.year : calendar.date(at: end).year, today.month >= 11 ? today.year + 1 : today.year)
        for year in today.year...last where calendar.isProvisional(year: year) { lacking.insert(year) }
      }
      let unknown = lacking.subtracting(newest.years).sorted()
      return unknown.isEmpty ? nil : HolidayOutlook(version: policy.version, unknown: unknown)
    }
  }

  /// What is so, then what to do.
  public var sentence: String {
    "The public holidays and make-up days of \(unknown.map(String.init).joined(separator: ", ")) are not known, and promises of policy \(version) "
      + "reach there: `weibao calendar import` their table; policies and open cases follow it."
  }
}

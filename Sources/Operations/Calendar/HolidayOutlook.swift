public import Domain

/// Whether promises reach into years whose holidays and make-up days are not known (SLA-7): what `doctor` warns of.
public struct HolidayOutlook: Sendable, Hashable {
  public let version: String
  /// Years that count by the weekly pattern alone, and that the newest table does not know either.
  public let unknown: [Int]
  /// Years that the newest table knows and the policy's own, frozen one does not.
  public let known: [Int]

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
      guard !lacking.isEmpty else { return nil }
      return HolidayOutlook(
        version: policy.version, unknown: lacking.subtracting(newest.years).sorted(), known: lacking.intersection(newest.years).sorted())
    }
  }

  /// What is so, then what to do.
  public var sentences: [String] {
    func list(_ years: [Int]) -> String { years.map(String.init).joined(separator: ", ") }
    var sentences: [String] = []
    if !unknown.isEmpty {
      sentences.append(
        "The public holidays and make-up days of \(list(unknown)) are not known, and promises of policy \(version) reach there: "
          + "`weibao calendar import` their table; policies and open cases follow it.")
    }
    if !known.isEmpty {
      sentences.append(
        "Policy \(version) was recorded before the table of \(list(known)) was known, and counts without it: "
          + "`weibao calendar follow` makes its revision, and lets open cases follow.")
    }
    return sentences
  }
}

import FoundationEssentials
import FoundationInternationalization

/// A time zone as the list of its changes, made once: sums of working time never ask the system again.
struct ZoneRules: Hashable, Sendable {
  /// From this moment on, so far from UTC.
  struct Regime: Hashable, Sendable {
    /// UTC milliseconds.
    let from: Int64
    let offset: Int64
  }

  /// In order; the first reaches back without end.
  let regimes: [Regime]

  /// - Parameter identifier: an IANA name such as `Asia/Shanghai`.
  /// - Throws: `.unknownZone`.
  init(_ identifier: String, days: ClosedRange<Int>) throws(PolicyError) {
    let name = Self.fixed[identifier] ?? identifier
    guard name.contains("/") || Self.plainNames.contains(name), let zone = TimeZone(identifier: name) else {
      throw .unknownZone(identifier)
    }
    func offset(_ seconds: Int64) -> Int64 { Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))) }
    let first = Int64(days.lowerBound - 2) * 86_400, last = Int64(days.upperBound + 2) * 86_400
    var regimes = [Regime(from: .min, offset: offset(first) * 1_000)]
    var before = first
    while before < last {
      // No zone has ever changed twice within a day.
      let after = before + 86_400
      if offset(after) != offset(before) {
        var low = before, high = after
        while high - low > 1 {
          let middle = (low + high) / 2
          if offset(middle) == offset(before) { low = middle } else { high = middle }
        }
        regimes.append(Regime(from: high * 1_000, offset: offset(high) * 1_000))
      }
      before = after
    }
    self.regimes = regimes
  }

  /// The IANA names without a slash. `TimeZone` also takes abbreviations and offsets, which have no rules to follow.
  private static let plainNames: Set = [
    "CET", "CST6CDT", "Cuba", "EET", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich", "Hongkong",
    "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT",
    "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu",
  ]

  /// IANA names of zones without summer time that are abbreviations to `TimeZone`, of zones with it.
  private static let fixed = ["EST": "Etc/GMT+5", "HST": "Etc/GMT+10", "MST": "Etc/GMT+7"]

  /// Milliseconds from UTC at a moment.
  func offset(at utc: Int64) -> Int64 { regimes[index(at: utc)].offset }

  private func index(at utc: Int64) -> Int {
    var low = 0, high = regimes.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if regimes[middle].from <= utc { low = middle } else { high = middle }
    }
    return low
  }

  /// The moments whose wall clock lies in a span: what a change skips is not there, and what it repeats is there twice.
  func moments(ofLocal local: Range<Int64>) -> [Range<Int64>] {
    var found: [Range<Int64>] = []
    // No offset is further from UTC than a day.
    var place = index(at: local.lowerBound - 86_400_000)
    while place < regimes.count, regimes[place].from == .min || regimes[place].from < local.upperBound + 86_400_000 {
      let regime = regimes[place], end = place + 1 < regimes.count ? regimes[place + 1].from : .max
      let lower = max(regime.from, local.lowerBound - regime.offset), upper = min(end, local.upperBound - regime.offset)
      if lower < upper { found.append(lower..<upper) }
      place += 1
    }
    return found
  }

  /// The first moment with this reading of the wall clock; where a change skips it, the change itself.
  func moment(ofLocal local: Int64) -> Int64 { moments(ofLocal: local..<local + 86_400_000).first?.lowerBound ?? local }
}

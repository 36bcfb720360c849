import Domain
import Persistence

/// Numbers for people: `SR-20261123-0042`, of the company's date; growing, gaps allowed.
enum Numbers {
  static func next(_ series: String, at now: Instant, in db: any SQLWriter) throws -> String {
    let date = companyDay(of: now), day = String(date.year * 10_000 + date.month * 100 + date.day)
    let last = try db.first(
      """
      INSERT INTO number_series (series, day, last) VALUES (?, ?, 1)
      ON CONFLICT (series, day) DO UPDATE SET last = number_series.last + 1
      RETURNING last
      """, [.text(series), .text(day)]
    ) { $0.int(0) }
    let digits = String(last ?? 1)
    return "\(series)-\(day)-\(String(repeating: "0", count: max(4 - digits.count, 0)))\(digits)"
  }

  /// The company's date. China has had one zone without summer time since 1992, so a fixed offset is exact.
  static func companyDay(of instant: Instant) -> CivilDate {
    CivilDate(daysSinceEpoch: Int((instant.milliseconds + 28_800_000) / 86_400_000))
  }
}

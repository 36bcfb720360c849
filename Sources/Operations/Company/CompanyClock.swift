import Domain

/// The company's clock on the wall. China has had one zone without summer time since 1992, so a fixed offset is exact.
enum CompanyClock {
  static let offsetSeconds = 8 * 3_600

  static func date(of instant: Instant) -> CivilDate { instant.date(offsetSeconds: offsetSeconds) }

  /// When a day begins.
  static func midnight(of date: CivilDate) -> Instant {
    Instant(milliseconds: Int64(date.daysSinceEpoch) * 86_400_000) - Int64(offsetSeconds)
  }

  /// When the day of a moment began.
  static func midnight(before instant: Instant) -> Instant { midnight(of: date(of: instant)) }
}

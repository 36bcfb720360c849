public import Domain
import Persistence

/// How a person wants to be told: on the screen always, and beside it.
public struct NoticeSetting: Sendable, Hashable, JSONWritable {
  public enum SMS: String, Sendable, Hashable, CaseIterable { case never, emergencies, always }

  public var language = NoticeLanguage.zh
  public var email: String?
  /// To the phone that the register of staff has.
  public var sms = SMS.emergencies
  /// What is no emergency waits until their end.
  public var quiet: QuietHours?

  public init() {}

  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("language", language.rawValue)
      json.field("email", email)
      json.field("sms", sms.rawValue)
      json.field("quietFrom", quiet.map { Self.time($0.from) })
      json.field("quietTo", quiet.map { Self.time($0.to) })
    }
  }

  /// `22:30`.
  public static func time(_ minute: Int) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }

  /// Minutes of `22:30`; nil for what is no time of day.
  static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  func end(ofQuietAround now: Instant) -> Instant? { quiet?.end(around: now, offsetSeconds: CompanyClock.offsetSeconds) }

  static func of(_ staff: String, in db: any SQLReader) throws -> NoticeSetting {
    try db.first("SELECT language, email, sms, quiet_from, quiet_to FROM notice_setting WHERE staff_id = ?", [.text(staff)]) { row in
      var setting = NoticeSetting()
      setting.language = NoticeLanguage(rawValue: row.text(0)) ?? .zh
      setting.email = row.optionalText(1)
      setting.sms = SMS(rawValue: row.text(2)) ?? .emergencies
      if let from = row.optionalInteger(3), let to = row.optionalInteger(4) { setting.quiet = QuietHours(from: Int(from), to: Int(to)) }
      return setting
    } ?? NoticeSetting()
  }

  func write(of staff: String, at now: Instant, in db: any SQLWriter) throws {
    try db.execute(
      """
      INSERT INTO notice_setting (staff_id, language, email, sms, quiet_from, quiet_to, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (staff_id) DO UPDATE SET language = excluded.language, email = excluded.email, sms = excluded.sms,
        quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, changed_at = excluded.changed_at
      """,
      [
        .text(staff), .text(language.rawValue), .optional(email), .text(sms.rawValue), .optional(quiet.map { Int64($0.from) }),
        .optional(quiet.map { Int64($0.to) }), .integer(now.milliseconds),
      ])
  }
}

import Domain
import Persistence

/// Where a recipient is reached, looked up when something is to be sent.
struct OutboxReach: Sendable {
  /// Addresses that are known and wanted.
  var mail, phone: String?
  var language = NoticeLanguage.zh
  var setting: NoticeSetting?
  /// Archived, merged away or never there: nobody is told.
  var isGone = false

  init(_ recipient: OutgoingMessage.Recipient, isUrgent: Bool, in db: any SQLReader) throws {
    switch recipient {
    case .staff(let id):
      let sql = "SELECT s.archived, p.value FROM staff s LEFT JOIN personal p ON p.hash = s.phone WHERE s.id = ?"
      let found = try db.first(sql, [.text(id)]) { (archived: $0.bool(0), phone: $0.optionalText(1)) }
      let setting = try NoticeSetting.of(id, in: db)
      (self.setting, language, isGone) = (setting, setting.language, found?.archived ?? true)
      mail = setting.email
      if setting.sms == .always || (setting.sms == .emergencies && isUrgent) { phone = found?.phone }
    case .contact(let id):
      let sql = """
        SELECT c.archived, m.value, p.value FROM contact c LEFT JOIN personal m ON m.hash = c.email LEFT JOIN personal p ON p.hash = c.phone
        WHERE c.id = ?
        """
      let found = try db.first(sql, [.text(id)]) { (archived: $0.bool(0), mail: $0.optionalText(1), phone: $0.optionalText(2)) }
      (mail, phone, isGone) = (found?.mail, found?.phone, found?.archived ?? true)
    case .room, .rooms: break
    }
    if let text = mail, MailAddress(text) == nil { mail = nil }
    phone = phone.flatMap(Self.number)
  }

  /// Digits with a plus sign before them, as gateways take it; nil for what is no number that can get a text message.
  static func number(_ text: String) -> String? {
    let digits = String(text.filter { $0.isASCII && ($0.isNumber || $0 == "+") })
    return (5...16).contains(digits.utf8.count) && digits.dropFirst().allSatisfy { $0 != "+" } ? digits : nil
  }

  /// On which of these ways a contact is told: by mail, else by text message.
  func way(for contact: OutboxChannels) -> NoticeChannel? {
    if mail != nil, contact.mail != nil { return .mail }
    return phone != nil && contact.sms != nil ? .sms : nil
  }
}

import Crypto
import Domain

/// What came in, of whatever channel: the same rules decide on a mail and on a chat's message.
struct ArrivedMessage: Sendable, Hashable {
  static let email = "email"

  /// ``email``, or the name of a channel of messages.
  var channel: String
  /// The same again has the same; at most 200 bytes.
  var key: String
  var messageID: String?
  /// Ids of what it answers, the nearest first.
  var references: [String] = []
  var thread: String?
  /// The address, or the channel's id of the sender; empty where it could not be read.
  var sender: String
  var senderName: String?
  var senderPhone: String?
  var subject = ""
  var text = ""
  var serialNumber: String?
  var files: [MailFile] = []
  var filesLeftOut = 0
  /// Why it is set aside.
  var automatic: AutomaticMail?

  var isMail: Bool { channel == Self.email }

  /// A case's number that the subject names.
  var number: String? {
    guard let found = subject.firstMatch(of: #/SR-[0-9]{8}-[0-9]{4,9}/#) else { return nil }
    return String(found.0)
  }

  /// Two boxes and two readings give the same mail: one id of one sender at one moment. What has no id is known by its content.
  init(_ mail: Mail, own: OwnMail) {
    let sender = mail.sender ?? MailSender(name: "", address: "")
    let identity = mail.messageID.map { ["id", $0, sender.address, mail.date] }
    let content = ["content", sender.address, mail.date, mail.subject, mail.text] + mail.files.map { $0.name + Self.digest([$0.bytes]) }
    self.init(channel: Self.email, key: Self.digest((identity ?? content).map { Array($0.utf8) }), sender: sender.address)
    (messageID, references) = (mail.messageID, mail.references)
    (senderName, subject, text) = (sender.name.isEmpty ? nil : sender.name, mail.subject, mail.text)
    (files, filesLeftOut) = (mail.files, mail.filesLeftOut)
    automatic = own.wrote(mail) ? .own : mail.automatic
  }

  /// A mail that could not be read, known by its bytes.
  init(unreadable bytes: [UInt8], reader: MailReader) {
    let seen = reader.glance(bytes)
    self.init(channel: Self.email, key: Self.digest([bytes]), sender: seen.sender?.address ?? "")
    (messageID, subject) = (seen.messageID, seen.subject)
    senderName = seen.sender.flatMap { $0.name.isEmpty ? nil : $0.name }
  }

  init(channel: String, key: String, sender: String) { (self.channel, self.key, self.sender) = (channel, key, sender) }

  static func digest(_ parts: [[UInt8]]) -> String {
    var hash = SHA256()
    for part in parts {
      withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: part)
    }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

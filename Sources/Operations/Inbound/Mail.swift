import Domain

/// A mail as it was read: plain text, files, and what the rules go by. Everything in it was written by a stranger.
struct Mail: Sendable, Hashable {
  /// Without its angle brackets; nil where there is none.
  var messageID: String?
  /// Ids of what it answers, the nearest first.
  var references: [String] = []
  var sender: MailSender?
  var subject = ""
  /// The header `Date`, as written.
  var date = ""
  var text = ""
  var files: [MailFile] = []
  /// Files that were left out because there are too many.
  var filesLeftOut = 0
  /// What a program sent, and why we think so.
  var automatic: AutomaticMail?
}

struct MailSender: Sendable, Hashable {
  /// As the sender calls themselves; empty where they do not.
  var name: String
  /// In small letters.
  var address: String

  var domain: Substring { address.split(separator: "@", omittingEmptySubsequences: false).last ?? "" }
}

struct MailFile: Sendable, Hashable {
  var name: String
  var bytes: [UInt8]
}

/// How much of a mail is read. A mail beyond these is kept for a person to look at, or loses what is beyond them and says so.
struct MailLimits: Sendable, Hashable {
  /// The whole mail; what free mail services send at most is 25 MB, packed as 34.
  var bytes = 35 << 20
  var depth = 20
  var parts = 500
  /// How often a boundary may be named in the whole mail.
  var boundaries = 2_000
  var files = 30
  var headers = 1_000
  /// Of one header; longer ones are cut.
  var headerBytes = 16_384
  var references = 50
  /// The text of all parts together, in bytes before it is decoded.
  var textBytes = 2 << 20

  static let usual = MailLimits()
}

/// Why a mail could not be read.
enum UnreadableMail: String, Error, Sendable, Hashable {
  case tooLarge = "too-large"
  case noMail = "no-mail"
  case noSender = "no-sender"
  case tooDeep = "too-deep"
  case tooManyParts = "too-many-parts"
  case tooManyHeaders = "too-many-headers"
  /// The program failed at it several times.
  case fault
}

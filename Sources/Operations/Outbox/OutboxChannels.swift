public import Domain

/// By what messages leave the house, as its administrator has set it up; nothing is sent anywhere else.
public struct OutboxChannels: Sendable {
  public var mail: MailServer?
  public var sms: SMSGateway?
  public var rooms: [ChatRoom] = []
  /// How people reach weibao, for links in messages; none are written without it.
  public var publicAddress: String?
  public var companyName = ""
  /// A file of certificates that are trusted beside the system's: of the authority of the own network.
  public var certificates: String?

  public init() {}

  /// Those that something can be sent on now.
  var all: [NoticeChannel] {
    (mail == nil ? [] : [.mail]) + (sms == nil ? [] : [.sms]) + rooms.map { .room($0.name) }
  }

  /// Where messages go that anybody on the way can read; hosts only, for paths hold secrets.
  public var unencrypted: [String] {
    let web = rooms.map(\.url) + [sms?.url].compactMap(\.self)
    let plain = web.filter { $0.hasPrefix("http://") } + [mail].compactMap(\.self).filter(\.isPlain).map(\.url)
    return plain.map { url in String(url.split(separator: "/").dropFirst().first ?? "?") }
      .filter { host in !["127.", "[::1]", "localhost"].contains { host.hasPrefix($0) } }
  }

  func room(_ name: String) -> ChatRoom? { rooms.first { $0.name == name } }
}

public struct MailServer: Sendable, Hashable {
  /// `smtps://HOST` speaks TLS from the first byte, `smtp://HOST` must change over to it (STARTTLS), `smtp+plain://HOST` is not encrypted: for
  /// a relay on the own machine or in the own network.
  public let url: String
  public let user, password: String?
  /// An address, or `Name <address>`.
  public let from: String

  /// - Throws: ``ChannelError``.
  public init(url: String, user: String?, password: String?, from: String) throws(ChannelError) {
    guard ["smtps://", "smtp://", "smtp+plain://"].contains(where: url.hasPrefix), ChannelAddress.isPlain(url), !url.contains("@") else {
      throw .mailAddress(url)
    }
    (self.url, self.user, self.password, self.from) = (url, user, password, from)
    guard MailAddress(address) != nil else { throw .sender(from) }
  }

  var isPlain: Bool { url.hasPrefix("smtp+plain://") }
  var curlURL: String { isPlain ? "smtp" + url.dropFirst("smtp+plain".count) : url }

  /// The address alone.
  var address: String {
    guard let open = from.lastIndex(of: "<"), from.hasSuffix(">") else { return from }
    return String(from[from.index(after: open)...].dropLast())
  }

  /// What stands before the address; nil where nothing does.
  var name: String? {
    guard let open = from.lastIndex(of: "<"), from.hasSuffix(">") else { return nil }
    let name = from[..<open].filter { $0 != "\"" }
    let end = name.lastIndex { $0 != " " }
    return end.map { String(name[...$0]) }
  }
}

/// A group chat with a robot in it, or another system that wants to know.
public struct ChatRoom: Sendable, Hashable {
  public enum Format: String, Sendable, CaseIterable { case weibao, wecom, dingtalk }

  public let name: String
  public let url: String
  public let format: Format
  public let secret: String?
  public let kinds: Set<OutgoingMessage.Kind>
  public let language: NoticeLanguage

  /// A robot that is spoken to more than 20 times a minute stops listening for a while.
  var pauseMilliseconds: Int64 { format == .weibao ? 0 : 3_000 }
}

/// A gateway for text messages, as its provider describes it: `{phone}`, `{text}` and `{id}` are put into url and body.
public struct SMSGateway: Sendable, Hashable {
  public let url: String
  public let method: String
  public let headers: [String: String]
  public let body: String

  var isForm: Bool {
    headers.contains { $0.key.lowercased() == "content-type" && $0.value.lowercased().hasPrefix("application/x-www-form-urlencoded") }
  }
}

public enum NoticeLanguage: String, Sendable, Hashable, CaseIterable { case zh, en }

/// A mailbox that can be written to without harm: nothing in it ends a line, opens a list or quotes.
struct MailAddress {
  let text: String

  init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    func isWord(_ part: Substring, _ more: String) -> Bool {
      !part.isEmpty && part.utf8.count <= 100
        && part.utf8.allSatisfy { byte in
          (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || more.utf8.contains(byte)
        }
    }
    guard parts.count == 2, isWord(parts[0], "!#$%&'*+-/=?^_`{|}~."), isWord(parts[1], "-."), parts[1].first != "-",
      !parts[0].hasPrefix("-")
    else { return nil }
    self.text = text
  }
}

enum ChannelAddress {
  /// Printable ASCII without blanks: it can stand in a request line.
  static func isPlain(_ url: String) -> Bool { url.utf8.count <= 1_000 && url.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

  static func isWeb(_ url: String) -> Bool { (url.hasPrefix("https://") || url.hasPrefix("http://")) && isPlain(url) }
}

/// Why a channel cannot be used; names no secret.
public enum ChannelError: Refusal, Hashable {
  case mailAddress(String)
  case sender(String)
  case file(String, line: Int, String)

  public var code: String { "channels.bad" }
  public var message: String {
    switch self {
    case .mailAddress(let url):
      "“\(url)” is no mail server. Write smtps://HOST:465, smtp://HOST:587 (it must offer STARTTLS), or smtp+plain://HOST:25 for a relay of your own; "
        + "name and password are settings of their own."
    case .sender(let from): "“\(from)” is no sender of mails. Write service@example.com, or 售后服务 <service@example.com>."
    case .file(let path, let line, let reason): "\(path), line \(line): \(reason)"
    }
  }
  public var category: RefusalCategory { .invalid }
}

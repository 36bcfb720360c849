import ArgumentParser
import Foundation
import Operations

/// By what messages leave the house: flags, `WEIBAO_*`, `weibao.yaml`, and the file with rooms and the gateway for text messages.
struct ChannelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Mail server: smtps://HOST:465, smtp://HOST:587 with STARTTLS, smtp+plain://HOST:25 in the own network (WEIBAO_SMTP_URL).",
      valueName: "url"))
  var smtpUrl: String?
  @Option(
    help: ArgumentHelp(
      "Whose account at the mail server (WEIBAO_SMTP_USER; the password only as WEIBAO_SMTP_PASSWORD or in weibao.yaml).", valueName: "name"
    ))
  var smtpUser: String?
  @Option(help: ArgumentHelp("Who sends: an address, or NAME <ADDRESS> (WEIBAO_SMTP_FROM).", valueName: "address")) var smtpFrom: String?
  @Option(help: ArgumentHelp("Chat rooms and the gateway for text messages, YAML (WEIBAO_CHANNELS).", valueName: "file")) var channels:
    String?

  func channels(_ settings: Settings, publicAddress: String? = nil, companyName: String = "") throws -> OutboxChannels {
    var found = try Self.inForce(settings, url: smtpUrl, user: smtpUser, from: smtpFrom, file: channels)
    found.publicAddress = publicAddress ?? found.publicAddress
    found.companyName = companyName
    return found
  }

  /// - Throws: ``ChannelError``, ``CommandFailure``.
  static func inForce(
    _ settings: Settings, url: String? = nil, user: String? = nil, from: String? = nil, file: String? = nil
  ) throws -> OutboxChannels {
    var found = OutboxChannels()
    found.publicAddress = settings.value(.publicURL)?.text
    found.certificates = try settings.certificates
    if let url = settings.value(.smtpURL, flag: url)?.text {
      guard let from = settings.value(.smtpFrom, flag: from)?.text else {
        throw CommandFailure("smtp-url is set and smtp-from is not. Say who sends, such as service@example.com.")
      }
      found.mail = try MailServer(
        url: url, user: settings.value(.smtpUser, flag: user)?.text, password: settings.value(.smtpPassword)?.text, from: from)
    }
    if let path = settings.value(.channels, flag: file)?.text {
      guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self) else {
        throw CommandFailure("cannot read \(path). channels must name a file in UTF-8 that exists and may be read.")
      }
      let file = try ChannelFile(yaml: text, path: path)
      (found.rooms, found.sms) = (file.rooms, file.sms)
    }
    return found
  }
}

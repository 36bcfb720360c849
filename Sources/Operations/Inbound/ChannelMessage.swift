import Crypto
public import Domain
import Foundation

/// A message of a chat system, as its bridge sends it.
public struct ChannelMessage: Sendable {
  public static let shape = Shape(
    "ChannelMessage",
    [
      Field("id", .text(max: 200), required: true, note: "The channel's own id of this message; the same again changes nothing"),
      Field("thread", .text(max: 200), note: "Messages of one thread join its open case"),
      Field("sender", .object(sender), required: true),
      Field("text", .text(max: 20_000, lines: true), note: "Needed where there is no file"),
      Field("serialNumber", .text(max: 100), note: "Of the machine, where the channel knows it"),
      Field("files", .list(of: .object(file), max: 10)),
    ])
  private static let sender = Shape(
    "ChannelSender",
    [
      Field("id", .text(max: 200), required: true, note: "The channel's own id of the sender"), Field("name", .text(max: 100)),
      Field("phone", .text(max: 40)),
    ])
  private static let file = Shape(
    "ChannelFile",
    [
      Field("name", .text(max: 200), required: true),
      Field("data", .text(max: 1_000_000), required: true, note: "Base64; a message with all its files has at most 1 MiB"),
    ])

  let fields: Fields

  /// - Throws: ``InputRefusal``, ``InboundRefusal/notAMessage(_:)``.
  public init(_ body: [UInt8]) throws {
    fields = try Self.shape.decode(body)
    guard fields.text("text") != nil || fields.list("files")?.isEmpty == false else {
      throw InputRefusal.invalid([.missing("text")])
    }
  }

  func arrived(in channel: String) throws -> ArrivedMessage {
    let sender = fields.object("sender") ?? Fields(), id = fields.text("id") ?? ""
    var message = ArrivedMessage(
      channel: channel, key: ArrivedMessage.digest([Array(id.utf8)]), sender: (sender.text("id") ?? "").lowercased())
    message.thread = fields.text("thread")
    message.senderName = sender.text("name").map { MailText.line($0, max: 100) }
    message.senderPhone = sender.text("phone")
    message.text = MailText.plain(fields.text("text") ?? "")
    message.serialNumber = fields.text("serialNumber")
    message.files = try (fields.list("files") ?? []).map { item in
      guard case .object(let file) = item, let bytes = Data(base64Encoded: file.text("data") ?? "") else {
        throw InboundRefusal.notAMessage("a file's data is not Base64")
      }
      return MailFile(name: file.text("name") ?? "", bytes: Array(bytes))
    }
    return message
  }
}

/// The channels of messages there are, each with the secret that its bridge signs with.
public struct InboundChannels: Sendable, Hashable {
  /// How far the bridge's clock may be off, and how late a message may be sent again.
  public static let seconds: Int64 = 300
  private let secrets: [String: String]

  public init(_ secrets: [String: String] = [:]) { self.secrets = secrets }

  /// - Parameters:
  ///   - timestamp: seconds since 1970, as in the header.
  ///   - signature: HMAC-SHA256 over the timestamp, a dot and the body, in hex; `sha256=` before it does no harm.
  /// - Throws: ``InboundRefusal/notSigned``, whatever does not hold.
  public func require(_ channel: String, timestamp: String?, signature: String?, body: [UInt8], at now: Instant) throws(InboundRefusal) {
    // A channel that is not there is reckoned like one that is, so that its name is not told by the time that it takes.
    let secret = secrets[channel]
    let key = SymmetricKey(data: Array((secret ?? "no channel of this name").utf8))
    let given = signature.map { $0.hasPrefix("sha256=") ? String($0.dropFirst(7)) : $0 } ?? ""
    let isSigned = HMAC<SHA256>.isValidAuthenticationCode(
      Self.bytes(given) ?? [], authenticating: Array("\(timestamp ?? "").".utf8) + body, using: key)
    guard secret != nil, isSigned, let timestamp, (1...12).contains(timestamp.utf8.count), let seconds = Int64(timestamp),
      abs(now.milliseconds / 1_000 - seconds) <= Self.seconds
    else { throw .notSigned }
  }

  private static func bytes(_ hex: String) -> [UInt8]? {
    guard hex.utf8.count == 64 else { return nil }
    var bytes: [UInt8] = [], rest = hex[...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}

extension InboundOperations {
  /// A message whose signature was found to hold. The same id again changes nothing, and is answered as the first time.
  public func take(message body: [UInt8], in channel: String) async throws -> (view: InboundView, isNew: Bool) {
    try await take(ChannelMessage(body).arrived(in: channel), raw: body)
  }
}

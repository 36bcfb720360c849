import Domain

/// The file with the rooms and the gateway for text messages (`--channels`).
public struct ChannelFile: Sendable {
  public let rooms: [ChatRoom]
  public let sms: SMSGateway?

  /// - Parameter path: names the file in refusals.
  /// - Throws: ``ChannelError`` with the line; `PolicyError` for what is no YAML.
  public init(yaml text: String, path: String) throws {
    let file = try Fields(YAMLDocument.read(text, limit: 200_000), ["rooms", "sms"], path)
    var rooms: [ChatRoom] = []
    for node in try file.list("rooms") {
      let fields = try Fields(node, ["name", "url", "format", "secret", "kinds", "language"], path)
      let name = try fields.require("name")
      guard name.utf8.count <= 60, !name.contains(":"), !rooms.contains(where: { $0.name == name }) else {
        throw fields.error("name", "every room has a name of its own, of up to 60 bytes and without a colon")
      }
      let kinds = try fields.texts("kinds")
      rooms.append(
        ChatRoom(
          name: name, url: try fields.address("url"), format: try fields.word("format") ?? .weibao, secret: try fields.text("secret"),
          kinds: try kinds.map { words in
            try Set(
              words.map { word in
                guard let kind = OutgoingMessage.Kind(rawValue: word), kind != .announcement else {
                  throw fields.error("kinds", "“\(word)” is no kind for a room; there are harm, warned, escalated, handed-on, test")
                }
                return kind
              })
          } ?? [.harm, .escalated], language: try fields.word("language") ?? .zh))
    }
    self.rooms = rooms
    sms = try file.node("sms").map { node in
      let fields = try Fields(node, ["url", "method", "headers", "body"], path)
      let method = try fields.text("method") ?? "POST"
      guard method == "POST" || method == "GET" else { throw fields.error("method", "method is POST or GET") }
      let url = try fields.address("url"), body = try fields.text("body") ?? ""
      guard (url + body).contains("{phone}"), (url + body).contains("{text}") else {
        throw fields.error("body", "{phone} and {text} must stand in url or body")
      }
      let headers = try fields.map("headers")
      for (name, value) in headers where !Self.isHeader(name, value) { throw fields.error("headers", "“\(name)” is no header") }
      return SMSGateway(url: url, method: method, headers: headers, body: body)
    }
  }

  private static func isHeader(_ name: String, _ value: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
      && value.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }

  /// One map of the file.
  private struct Fields {
    private let path: String
    private let line: Int
    private let entries: [String: DocumentNode.Entry]

    init(_ node: DocumentNode, _ keys: [String], _ path: String) throws(ChannelError) {
      (self.path, line) = (path, node.line)
      guard case .map(let entries) = node.content else { throw .file(path, line: node.line, "write keys with values here") }
      for entry in entries where !keys.contains(entry.key) {
        throw .file(path, line: entry.line, "there is no “\(entry.key)” here; there are \(keys.joined(separator: ", "))")
      }
      self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
    }

    func error(_ key: String, _ reason: String) -> ChannelError { .file(path, line: entries[key]?.line ?? line, reason) }

    func node(_ key: String) -> DocumentNode? { entries[key]?.value.content == .nothing ? nil : entries[key]?.value }

    func text(_ key: String) throws(ChannelError) -> String? {
      guard let node = node(key) else { return nil }
      guard case .text(let text) = node.content, text.utf8.count <= 2_000, !text.contains("\0") else {
        throw error(key, "“\(key)” is a text of up to 2,000 bytes")
      }
      return text
    }

    func require(_ key: String) throws(ChannelError) -> String {
      guard let text = try text(key), !text.isEmpty else { throw error(key, "“\(key)” is missing") }
      return text
    }

    func address(_ key: String) throws(ChannelError) -> String {
      let url = try require(key)
      guard ChannelAddress.isWeb(url) else {
        throw error(key, "“\(key)” begins with https:// (or http:// in your own network), without blanks")
      }
      return url
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) throws(ChannelError) -> Word? {
      guard let text = try text(key) else { return nil }
      guard let word = Word(rawValue: text) else {
        throw error(key, "“\(text)” is none of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return word
    }

    func list(_ key: String) throws(ChannelError) -> [DocumentNode] {
      guard let node = node(key) else { return [] }
      guard case .list(let items) = node.content, items.count <= 100 else { throw error(key, "“\(key)” is a list of at most 100") }
      return items
    }

    func texts(_ key: String) throws(ChannelError) -> [String]? {
      guard node(key) != nil else { return nil }
      return try list(key).map { item throws(ChannelError) in
        guard case .text(let text) = item.content else { throw error(key, "“\(key)” is a list of words") }
        return text
      }
    }

    func map(_ key: String) throws(ChannelError) -> [String: String] {
      guard let node = node(key) else { return [:] }
      guard case .map(let entries) = node.content else { throw error(key, "“\(key)” is {name: value}") }
      var values: [String: String] = [:]
      for entry in entries {
        guard case .text(let text) = entry.value.content else { throw error(key, "“\(entry.key)” is a text") }
        values[entry.key] = text
      }
      return values
    }
  }
}

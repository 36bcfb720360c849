import Domain
import Persistence
import Synchronization

@testable import Operations

/// A desk with channels, and a world outside that answers as it is told.
final class OutboxDesk: Sendable {
  let desk: TestDesk
  let world = World()
  let channels: OutboxChannels

  final class World: OutboxCaller {
    let calls = Mutex<[OutboxCall]>([])
    let answers = Mutex<[OutboxOutcome]>([])

    func perform(_ call: OutboxCall) async -> OutboxOutcome {
      calls.withLock { $0.append(call) }
      return answers.withLock { $0.isEmpty ? .sent : $0.removeFirst() }
    }

    var taken: [OutboxCall] {
      calls.withLock { calls in
        defer { calls = [] }
        return calls
      }
    }
  }

  init(file: String = OutboxDesk.file) async throws {
    desk = try await TestDesk()
    var channels = OutboxChannels()
    channels.mail = try MailServer(url: "smtp+plain://mail:25", user: nil, password: nil, from: "售后服务 <service@example.com>")
    let read = try ChannelFile(yaml: file, path: "channels.yaml")
    (channels.rooms, channels.sms) = (read.rooms, read.sms)
    channels.publicAddress = "https://weibao.example.com"
    self.channels = channels
  }

  static let file = """
    rooms:
      - {name: quality, url: "https://hook.example/x", secret: s3cret}

    """ + gateway

  static let gateway = """
    sms:
      url: https://sms.example/send
      body: '{"mobile":"{phone}","text":"{text}"}'
    """

  var company: Company { desk.test.company }
  var sender: OutboxSender { OutboxSender(company, channels, caller: world) }

  func put(_ messages: OutgoingMessage...) async throws {
    let company = company
    try await company.database.write { db in try Outbox.put(messages, at: try company.clock(), chance: company.chance, in: db) }
  }

  func set(_ staff: Actor, _ change: (inout NoticeSetting) -> Void) async throws {
    var setting = NoticeSetting()
    change(&setting)
    let company = company, made = setting, id = staff.staff?.text ?? ""
    try await company.database.write { db in try made.write(of: id, at: try company.clock(), in: db) }
  }

  /// What a running service does with all that is due now; how many rows it took.
  @discardableResult
  func send() async throws -> Int {
    let sender = sender
    var count = 0
    for channel in [NoticeChannel.screen] + channels.all {
      while case let taken = try await sender.work(channel), taken > 0 { count += taken }
    }
    return count
  }

  func rows(_ condition: String = "channel <> 'screen'") async throws -> [OutboxRow] {
    let sql = "SELECT \(OutboxRow.columns.joined(separator: ", ")) FROM outbox WHERE \(condition) ORDER BY created, recipient, channel"
    return try await company.database.read { db in try db.rows(sql, []) { OutboxRow($0) } }.compactMap(\.self)
  }

  func told(_ staff: Actor, key: String = "k", _ kind: OutgoingMessage.Kind = .warned, isEmergency: Bool = false) -> OutgoingMessage {
    OutgoingMessage(
      key: key, kind: kind, to: .staff(staff.staff?.text ?? ""), stream: "request/1", number: "SR-20261123-0001",
      facts: ["zh": "响应", "en": "Response", "due": String(monday("11:00").milliseconds), "customer": "余干县人民医院"], isEmergency: isEmergency)
  }
}

extension OutboxCall {
  var text: String {
    switch self {
    case .mail(_, _, let data): String(decoding: data, as: UTF8.self)
    case .web(_, _, _, let body, _): String(decoding: body, as: UTF8.self)
    }
  }
  var isMail: Bool { if case .mail = self { true } else { false } }
  var headers: [String] { if case .web(_, _, let headers, _, _) = self { headers } else { text.split(separator: "\r\n").map(String.init) } }
  var url: String { if case .web(let url, _, _, _, _) = self { url } else { "" } }
  func header(_ name: String) -> String? { headers.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.utf8.count + 2)) } }
}

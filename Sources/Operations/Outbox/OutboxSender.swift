import AsyncAlgorithms
import Domain
import Logging
import Persistence
public import ServiceLifecycle
import Synchronization

/// Sends what lies in the outbox. Of several nodes one takes each row; what a killed node held, another sends when its time is over: at least
/// once, each time with the same Message-ID and Idempotency-Key.
///
/// Each channel is a lane of its own: a mail server that does not answer keeps no text message waiting.
public struct OutboxSender: Service {
  let company: Company
  let letters: OutboxLetters
  let caller: any OutboxCaller
  private let busy = Lanes()
  private var queue: OutboxQueue { OutboxQueue(company: company) }
  private var channels: OutboxChannels { letters.channels }
  /// Sent at once on one channel.
  static let batch = 4

  public init(_ company: Company, _ channels: OutboxChannels) {
    self.init(company, channels, caller: CurlCaller(certificates: channels.certificates))
  }

  init(_ company: Company, _ channels: OutboxChannels, caller: any OutboxCaller) {
    (self.company, self.caller) = (company, caller)
    letters = OutboxLetters(channels: channels)
  }

  /// Twice a second one look at the index; nobody who puts has to wake it, on whichever node.
  public func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      var turn = 0
      for await _ in AsyncTimerSequence(interval: .milliseconds(500), clock: .continuous).cancelOnGracefulShutdown() {
        do {
          for channel in try await queue.due(of: [.screen] + channels.all) where busy.begin(channel) {
            group.addTask {
              await drain(channel)
              busy.end(channel)
            }
          }
          if turn % 600 == 60 { try await sweep() }
          turn += 1
        } catch {
          company.logger.error("The outbox was not read; the next turn tries again.", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  private func drain(_ channel: NoticeChannel) async {
    do {
      while !Task.isShuttingDownGracefully, try await work(channel) > 0 {
        if case .room(let name) = channel, let pause = channels.room(name)?.pauseMilliseconds, pause > 0 {
          try await Task.sleep(for: .milliseconds(pause))
        }
      }
    } catch {
      company.logger.error(
        "A channel stopped; the next turn goes on.", metadata: ["channel": "\(channel.text)", "error": "\(error)"])
    }
  }

  /// One round on a channel.
  ///
  /// - Returns: how many rows it took.
  @discardableResult
  func work(_ channel: NoticeChannel) async throws -> Int {
    var limit = channel == .screen ? 50 : Self.batch
    if case .room(let name) = channel, channels.room(name)?.pauseMilliseconds != 0 { limit = 1 }
    let claim = try await queue.claim(channel, limit: limit)
    if channel == .screen {
      for row in claim.rows { try await spread(row, claim.holder) }
    } else {
      try await withThrowingDiscardingTaskGroup { group in
        for row in claim.rows { group.addTask { try await deliver(row, claim.holder) } }
      }
    }
    return claim.rows.count
  }

  // MARK: One row becomes one for each way

  private func spread(_ row: OutboxRow, _ holder: String) async throws {
    let company = company, channels = channels
    try await company.database.write { db in
      let now = try company.clock()
      let (ways, end) = try OutboxWays(channels: channels).ways(for: row, at: now, in: db)
      guard try OutboxQueue.end(row, end, holder: holder, at: now, in: db) else { return }
      for (message, channel, start) in ways {
        try Outbox.insert(OutboxRow(message, channel, at: row.created, nextTry: start, chance: company.chance), in: db)
      }
    }
  }

  // MARK: One row is sent

  private func deliver(_ row: OutboxRow, _ holder: String) async throws {
    let now = try company.clock()
    let reach = try await company.database.read { db in
      try OutboxReach(row.message.to, isUrgent: row.message.isUrgent, in: db)
    }
    if reach.isGone { return _ = try await queue.end(row, .givenUp(error: "gone"), holder: holder) }
    if !row.message.isUrgent, let end = reach.setting?.end(ofQuietAround: now) {
      return _ = try await queue.end(row, .later(end, error: nil, text: nil, counts: false), holder: holder)
    }
    guard let (call, address) = call(row, reach, at: now) else {
      return _ = try await queue.end(row, .dead(error: "unreachable", text: nil), holder: holder)
    }
    let outcome = await caller.perform(call).telling(without: address)
    let end = OutboxRetry.end(of: outcome, attempts: row.attempts, at: try company.clock(), chance: company.chance)
    try await queue.end(row, end, holder: holder)
    if case .dead(let error, _) = end {
      company.logger.warning(
        "A message was not delivered.", metadata: ["id": "\(row.id)", "channel": "\(row.channel.text)", "error": "\(error)"])
    }
  }

  private func call(_ row: OutboxRow, _ reach: OutboxReach, at now: Instant) -> (OutboxCall, address: String)? {
    switch row.channel {
    case .screen: nil
    case .mail:
      channels.mail.flatMap { server in reach.mail.map { (letters.mail(row, server, to: $0, reach.language, at: now), $0) } }
    case .sms: channels.sms.flatMap { gateway in reach.phone.map { (letters.sms(row, gateway, to: $0, reach.language), $0) } }
    case .room(let name): channels.room(name).map { (letters.room(row, $0, at: now), $0.secret ?? "") }
    }
  }

  // MARK: Now and then

  /// Kept so long after it was sent or given up; an announcement stays, as the proof of it.
  static let keptMilliseconds: Int64 = 90 * 86_400_000

  static let passedSQL = "SELECT id FROM outbox WHERE state = ? AND created < ? AND kind <> 'announcement' ORDER BY created, id LIMIT 500"

  func sweep() async throws {
    let company = company, known = OneOf("channel", ([.screen] + channels.all).map(\.text).sorted())
    try await company.database.write { db in
      let now = try company.clock().milliseconds
      for state in ["sent", "given-up"] {
        try db.execute("DELETE FROM outbox WHERE id IN (\(Self.passedSQL))", [.text(state), .integer(now - Self.keptMilliseconds)])
      }
      // On channels that are no more. A day's grace: another node may know them.
      try db.execute(
        "UPDATE outbox SET state = 'dead', error = 'no-channel' WHERE state = 'waiting' AND created < ? AND NOT (\(known.condition))",
        [.integer(now - 86_400_000)] + known.values)
    }
  }
}

/// Which lanes somebody works on.
private final class Lanes: Sendable {
  private let busy = Mutex<Set<NoticeChannel>>([])
  func begin(_ channel: NoticeChannel) -> Bool { busy.withLock { $0.insert(channel).inserted } }
  func end(_ channel: NoticeChannel) { busy.withLock { _ = $0.remove(channel) } }
}

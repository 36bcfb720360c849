import Domain
import Persistence

/// On which ways a message goes: what its recipient wants, and what the house has.
struct OutboxWays: Sendable {
  let channels: OutboxChannels

  typealias Way = (message: OutgoingMessage, channel: NoticeChannel, start: Instant)

  /// - Returns: the deliveries, and what becomes of the row itself.
  func ways(for row: OutboxRow, at now: Instant, in db: any SQLReader) throws -> ([Way], OutboxQueue.End) {
    let message = row.message
    switch message.to {
    case .rooms: return (rooms(for: message, now), .sent)
    case .room(let name):
      guard channels.room(name) != nil else { return ([], .dead(error: "no-channel", text: nil)) }
      return ([(message, .room(name), now)], .sent)
    case .contact:
      let reach = try OutboxReach(message.to, isUrgent: message.isUrgent, in: db)
      if reach.isGone { return ([], .givenUp(error: "gone")) }
      guard let way = reach.way(for: channels) else { return ([], .dead(error: "unreachable", text: nil)) }
      return ([(message, way, now)], .sent)
    case .staff:
      let reach = try OutboxReach(message.to, isUrgent: message.isUrgent, in: db)
      if reach.isGone { return (rooms(for: message, now), .givenUp(error: "gone")) }
      let start = message.isUrgent ? now : reach.setting?.end(ofQuietAround: now) ?? now
      var ways: [Way] = []
      if reach.mail != nil, channels.mail != nil { ways.append((message, .mail, start)) }
      if reach.phone != nil, channels.sms != nil { ways.append((message, .sms, start)) }
      return (ways + rooms(for: message, now), .sent)
    }
  }

  /// Rooms have a recipient of their own, so that of one fact each is told once however many people are.
  private func rooms(for message: OutgoingMessage, _ now: Instant) -> [Way] {
    channels.rooms.filter { $0.kinds.contains(message.kind) }.map { room in
      let told = OutgoingMessage(
        key: message.key, kind: message.kind, to: .room(room.name), stream: message.stream, number: message.number, facts: message.facts,
        isEmergency: message.isEmergency)
      return (told, .room(room.name), now)
    }
  }
}

/// When a try that came to nothing is made again.
enum OutboxRetry {
  /// Some eleven hours: a night without a mail server loses nothing.
  static let tries = 20
  /// What is refused for good may have been refused by mistake: once more, and soon after.
  static let refusedTries = 2
  static let firstMilliseconds: Int64 = 5_000, mostMilliseconds: Int64 = 3_600_000

  static func end(of outcome: OutboxOutcome, attempts: Int, at now: Instant, chance: Chance) -> OutboxQueue.End {
    switch outcome {
    case .sent: .sent
    case .trouble(let code, let text):
      attempts >= tries
        ? .dead(error: code, text: text) : .later(next(after: attempts, at: now, chance), error: code, text: text, counts: true)
    case .refused(let code, let text):
      attempts >= refusedTries
        ? .dead(error: code, text: text) : .later(next(after: attempts, at: now, chance), error: code, text: text, counts: true)
    }
  }

  /// Twice as long each time up to an hour, and uneven by a quarter to both sides, so that what failed together does not come back together.
  static func next(after attempts: Int, at now: Instant, _ chance: Chance) -> Instant {
    let even = min(firstMilliseconds << Int64(min(max(attempts - 1, 0), 20)), mostMilliseconds)
    return Instant(milliseconds: now.milliseconds + even * 3 / 4 + Int64(chance.next() % UInt64(even / 2 + 1)))
  }
}

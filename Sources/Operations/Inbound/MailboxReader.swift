import AsyncAlgorithms
import Domain
import Logging
import Persistence
public import ServiceLifecycle
import Synchronization

/// Reads the mailboxes as long as the program serves: each mail becomes what it becomes, and only when that is on disk it is marked as read.
///
/// Of several nodes one reads at a time: it holds the lease `inbound`, which runs out when the node is dead. A mail that two take all the same
/// is one row (`inbound_key`).
public struct MailboxReader: Service {
  public static let leaseMilliseconds: Int64 = 60_000
  /// Of one mailbox in one turn.
  static let batch = 500
  /// Faults at one mail, then it is left to a person.
  static let tries = 5

  let inbound: InboundOperations
  let boxes: [MailboxAddress]
  let seconds: Double
  let certificates: String?
  let holder: String
  private let troubles = Troubles()

  public init(_ inbound: InboundOperations, boxes: [MailboxAddress], seconds: Double = 30, certificates: String? = nil) {
    (self.inbound, self.boxes, self.seconds, self.certificates) = (inbound, boxes, seconds, certificates)
    holder = String(inbound.company.chance.next(), radix: 16)
  }

  public func run() async throws {
    await turn()
    for await _ in AsyncTimerSequence(interval: .seconds(seconds), clock: .continuous).cancelOnGracefulShutdown() { await turn() }
    _ = try? await inbound.company.database.write { [holder] db in
      try db.execute("DELETE FROM lease WHERE name = 'inbound' AND holder = ?", [.text(holder)])
    }
  }

  /// Reads each mailbox once, if it is this node's turn.
  func turn() async {
    guard !boxes.isEmpty, await holdsLease() else { return }
    await withTaskGroup(of: Void.self) { group in
      for box in boxes { group.addTask { await poll(box) } }
    }
  }

  /// Takes the lease, or renews it; a node that is dead holds it for a minute.
  func holdsLease() async -> Bool {
    let company = inbound.company, holder = holder
    do {
      return try await company.database.write { db in
        let now = try company.clock().milliseconds
        try db.execute(
          """
          INSERT INTO lease (name, holder, expires) VALUES ('inbound', ?, ?)
          ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
          WHERE lease.holder = excluded.holder OR lease.expires < ?
          """, [.text(holder), .integer(now + Self.leaseMilliseconds), .integer(now)])
        return try db.first("SELECT holder FROM lease WHERE name = 'inbound'", []) { $0.text(0) } == holder
      }
    } catch {
      return false
    }
  }

  private func poll(_ box: MailboxAddress) async {
    do {
      try await read(box)
      let before = troubles.end(box)
      guard before != .good else { return }
      if before == .bad { inbound.company.logger.notice("The mailbox is read again.", metadata: ["box": "\(box)"]) }
      // At the first turn, too: another node may have left word of a trouble that is over.
      _ = try? await inbound.company.database.write { db in try MailboxTrouble.end(box.description, in: db) }
    } catch {
      let now = try? inbound.company.clock()
      _ = try? await inbound.company.database.write { db in
        if let now { try MailboxTrouble.begin(box.description, error: "\(error)", at: now, in: db) }
      }
      // Logged when it begins, not every half minute.
      guard troubles.begin(box) else { return }
      inbound.company.logger.error(
        "A mailbox cannot be read; it is tried again and again.", metadata: ["box": "\(box)", "error": "\(error)"])
    }
  }

  /// - Throws: what keeps the mailbox from being read; what fails at one mail does not hold up the next.
  func read(_ box: MailboxAddress) async throws {
    let work = MailboxWork()
    defer { work.end() }
    for uid in try await work.begin(box, certificates, limit: Self.batch) {
      guard !Task.isShuttingDownGracefully, await holdsLease() else { return }
      let name = "\(box) \(uid)"
      do {
        guard let size = try await work.run({ try $0.size(of: uid) }) else { continue }
        if size > MailLimits.usual.bytes {
          guard let head = try await work.run({ try $0.head(uid) }) else { continue }
          _ = try await inbound.giveUp(mail: head, reason: .tooLarge)
        } else {
          guard let bytes = try await work.run({ try $0.mail(uid) }) else { continue }
          if troubles.faults(of: name) >= Self.tries {
            _ = try await inbound.giveUp(mail: bytes)
          } else {
            try await inbound.take(mail: bytes)
          }
        }
      } catch let error as MailboxError {
        throw error
      } catch {
        // Full, busy, out of reach: later. All else is this mail's, and counted, so that it is not tried for ever.
        if !(error is StorageRefusal), StorageRefusal(error) == nil { troubles.count(name) }
        inbound.company.logger.error("A mail could not be taken; it stays unread.", metadata: ["mail": "\(name)", "error": "\(error)"])
        continue
      }
      try await work.run { try $0.markRead(uid) }
    }
  }
}

/// A connection on threads that may wait; one thing at a time.
private final class MailboxWork: @unchecked Sendable {
  private var connection: MailboxConnection?

  func begin(_ box: MailboxAddress, _ certificates: String?, limit: Int) async throws -> [UInt32] {
    try await MailWork.run { [self] in
      let made = try MailboxConnection(box, certificates: certificates)
      connection = made
      return try made.unread(limit: limit)
    }
  }

  /// The caller waits for each before the next, so nothing here happens at once.
  func run<T: Sendable>(_ body: @escaping @Sendable (MailboxConnection) throws -> T) async throws -> T {
    try await MailWork.run { [self] in
      guard let connection else { throw MailboxError("no connection") }
      return try body(connection)
    }
  }

  func end() {
    MailWork.later { [self] in
      connection?.close()
      connection = nil
    }
  }
}

/// What goes wrong, so that it is told once and tried a bounded number of times.
private final class Troubles: Sendable {
  private let boxes = Mutex<[MailboxAddress: State]>([:])
  enum State { case good, bad }
  private let mails = Mutex<[String: Int]>([:])

  /// - Returns: whether it was not in trouble before.
  func begin(_ box: MailboxAddress) -> Bool { boxes.withLock { $0.updateValue(.bad, forKey: box) != .bad } }
  /// - Returns: how it was before; nil at the first look.
  func end(_ box: MailboxAddress) -> State? { boxes.withLock { $0.updateValue(.good, forKey: box) } }
  func faults(of mail: String) -> Int { mails.withLock { $0[mail] ?? 0 } }
  func count(_ mail: String) {
    mails.withLock { mails in
      if mails.count >= 1_000 { mails = [:] }
      mails[mail, default: 0] += 1
    }
  }
}

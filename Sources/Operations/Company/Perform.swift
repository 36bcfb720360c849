public import Domain
import FoundationEssentials
import Persistence

extension Company {
  /// One change in one transaction: permission first, then the kept answer where the key was used before, then the change.
  ///
  /// - Parameters:
  ///   - permit: checks the right and answers what `change` needs of it; runs before a replay too.
  ///   - change: does it. A refusal undoes it, and is kept under the key as the first answer.
  /// - Throws: the refusal; ``KeptRefusal`` with `replayed` where it was kept.
  func perform<P>(
    _ call: Call, permit: @escaping @Sendable (any SQLWriter, Instant) throws -> P,
    change: @escaping @Sendable (any SQLWriter, Instant, P, inout [Watchers.Change]) throws -> Answer
  ) async throws -> Answer {
    let clock = clock
    let (outcome, told) = try await write { db -> (Outcome, [Watchers.Change]) in
      let now = try clock()
      let permitted = try permit(db, now)
      var changes: [Watchers.Change] = []
      guard let key = call.idempotency else { return (.answered(try change(db, now, permitted, &changes)), changes) }
      if let kept = try KeptAnswers.find(key, of: call.actor, in: db) { return (kept, []) }
      do {
        let answer = try db.savepoint { try change(db, now, permitted, &changes) }
        try KeptAnswers.keep(.answered(answer), key, of: call.actor, at: now, changes, in: db)
        return (.answered(answer), changes)
      } catch let refusal as any Refusal where KeptAnswers.keeps(refusal.category) {
        let kept = refusal as? KeptRefusal ?? KeptRefusal(refusal)
        try KeptAnswers.keep(.refused(kept), key, of: call.actor, at: now, [], in: db)
        return (.refused(kept), [])
      }
    }
    watchers.tell(told)
    switch outcome {
    case .answered(let answer): return answer
    case .refused(let refusal): throw refusal
    }
  }
}

extension Company {
  /// A call that was refused before anything could be looked up. Under an Idempotency-Key the refusal is kept as its first
  /// answer, or the first answer there was is given again.
  public func refuse(_ refusal: any Refusal, _ call: Call) async throws {
    _ = try await perform(call, permit: { _, _ in }, change: { _, _, _, _ in throw refusal })
  }
}

/// What a change came to.
enum Outcome: Sendable {
  case answered(Answer)
  case refused(KeptRefusal)
}

/// Answers kept under their Idempotency-Key for 30 days, written in the transaction of the change itself.
enum KeptAnswers {
  static let days: Int64 = 30

  /// 401, 429 and 5xx are not kept: the same call may succeed later.
  static func keeps(_ category: RefusalCategory) -> Bool {
    switch category {
    case .unauthenticated, .tooMany, .unavailable: false
    default: true
    }
  }

  static func find(_ key: IdempotencyKey, of actor: Actor, in db: any SQLWriter) throws -> Outcome? {
    let sql = "SELECT body_hash, outcome, version, body FROM idempotency WHERE actor = ? AND method = ? AND path = ? AND key = ?"
    let found = try db.first(sql, [.text(actor.author.actor), .text(key.method), .text(key.path), .text(key.key)]) {
      (bodyHash: $0.text(0), outcome: $0.text(1), version: $0.int(2), body: $0.optionalText(3))
    }
    guard let found else { return nil }
    // First: with the answer the hash of the body went too, because a phone number could be guessed from it.
    guard let body = found.body else { throw IdempotencyError.erased }
    guard found.bodyHash == key.bodyHash else { throw IdempotencyError.otherBody }
    if found.outcome == "refused" {
      var refusal = try JSONDecoder().decode(KeptRefusal.self, from: Data(body.utf8))
      refusal.replayed = true
      return .refused(refusal)
    }
    return .answered(Answer(created: found.outcome == "created", version: found.version, body: body, replayed: true))
  }

  static func keep(
    _ outcome: Outcome, _ key: IdempotencyKey, of actor: Actor, at now: Instant, _ changes: [Watchers.Change], in db: any SQLWriter
  ) throws {
    let (word, version, body): (String, Int, String) =
      switch outcome {
      case .answered(let answer): (answer.created ? "created" : "done", answer.version, answer.body)
      case .refused(let refusal): ("refused", 0, String(decoding: try JSONEncoder().encode(refusal), as: UTF8.self))
      }
    try db.execute(
      """
      INSERT INTO idempotency (actor, method, path, key, body_hash, created, outcome, version, body, subject)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(actor.author.actor), .text(key.method), .text(key.path), .text(key.key), .text(key.bodyHash), .integer(now.milliseconds),
        .text(word), .int(version), .text(body), .optional(changes.first?.stream),
      ])
  }

  /// Lets go of what is older than 30 days, a bounded number at a time.
  static func sweep(at now: Instant, in db: any SQLWriter) throws -> Int {
    try db.execute(
      """
      DELETE FROM idempotency WHERE (actor, method, path, key) IN
        (SELECT actor, method, path, key FROM idempotency WHERE created < ? ORDER BY created LIMIT 500)
      """, [.integer(now.milliseconds - days * 86_400_000)])
  }
}

public enum IdempotencyError: Refusal, Hashable {
  case otherBody
  case erased

  public var code: String {
    switch self {
    case .otherBody: "idempotency.other-body"
    case .erased: "idempotency.erased"
    }
  }
  public var message: String {
    switch self {
    case .otherBody: "This Idempotency-Key was used with another body. Use a new key for a new request."
    case .erased: "This was done already; its answer held personal values that have been erased since. Read the case instead."
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .otherBody: .invalid
    case .erased: .conflict
    }
  }
}

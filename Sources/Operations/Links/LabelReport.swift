public import Domain
import Persistence

/// What a label shows whoever scans it: the machine, and whether it is reported already; nobody's name, no number, no words.
public struct LabelFacts: Sendable, Hashable {
  public let machine: MachineFacts
  /// When the newest open case of this machine was reported, and how far it is.
  public let open: Reported?
  /// The promise that a report made now begins with (SLA-1), in seconds; nil where policy has none.
  public let respondSeconds: Int?

  public struct Reported: Sendable, Hashable {
    public let at: Instant
    public let stage: PublicStage
  }
}

/// What is wrong, as a tile says it.
public enum LabelTrouble: String, CaseIterable, Sendable, Hashable { case down, faulty, question, other }

extension LinkOperations {
  /// A machine is reported so often a day by its label, then by telephone: whoever photographs a label cannot bury the desk.
  public static let reportsPerDay = 10

  /// What is under a label.
  ///
  /// - Throws: ``LinkRefusal/closed`` also where the machine is retired or archived.
  public func label(_ token: String) async throws -> LabelFacts {
    let company = company, link = try await open(token, .label), now = try company.clock()
    return try await company.database.read { db in
      guard let machine = try MachineFacts.find(link.subject, in: db) else { throw LinkRefusal.closed }
      let members = OneOf("equipment_id", try Family.members(of: machine.id, .equipment, in: db))
      let newest = try db.first(
        "SELECT id FROM request WHERE \(members.condition) AND open = 1 ORDER BY id DESC LIMIT 1", members.values
      ) { $0.text(0) }
      let open = try newest.flatMap { id -> LabelFacts.Reported? in
        let history = try CaseFile.load(id, in: db).history
        // What the hospital has confirmed is only to be filed.
        guard history.request.state != .confirmed else { return nil }
        return LabelFacts.Reported(at: history.request.reportedAt ?? now, stage: PublicStages(history).now)
      }
      return LabelFacts(machine: machine, open: open, respondSeconds: Self.respondSeconds(company.policies.inForce(at: now)))
    }
  }

  private static func respondSeconds(_ policy: ServicePolicy?) -> Int? {
    guard let rule = policy?.targets.first(where: { $0.id == "respond" }), case .seconds(let seconds) = rule.within else { return nil }
    return seconds
  }

  /// What a label's form takes.
  public static let reportShape = Shape(
    "LabelReport",
    [
      Field("trouble", Shapes.words(LabelTrouble.self), required: true),
      Field("text", .text(max: 1_000, lines: true)),
      Field("phone", .text(max: 40), required: true),
      Field("name", .text(max: 100)),
      Field("waiting", .bool),
    ])

  /// Reports a fault of the machine under a label as a new case (INT-1), and answers the token of a link to it.
  ///
  /// - Parameters:
  ///   - summary: the trouble in the company's language; the sentence follows it.
  ///   - photos: files that this label uploaded.
  public func report(
    _ token: String, _ input: Fields, summary: String, photos: [UploadedFile], key: IdempotencyKey?
  ) async throws -> String {
    let company = company, link = try await open(token, .label), actor = link.actor
    guard input.text("text") != nil || !photos.isEmpty || input.text("trouble") != LabelTrouble.other.rawValue else {
      throw LinkRefusal.nothingSaid
    }
    let answer = try await company.perform(Call(actor, idempotency: key)) { db, now in
      try link.requireValid(in: db)
      guard let machine = try MachineFacts.find(link.subject, in: db) else { throw LinkRefusal.closed }
      return machine
    } change: { db, now, machine, changes in
      let today = try db.first(
        "SELECT COUNT(*) FROM request WHERE equipment_id = ? AND reported_at > ? AND channel = 'label'",
        [.text(machine.id), .integer(now.milliseconds - 86_400_000)]
      ) { $0.int(0) }
      guard (today ?? 0) < Self.reportsPerDay else { throw LinkRefusal.reportedEnough(Self.reportsPerDay) }
      let view = try RequestOperations.record(
        Self.fields(input, of: machine, summary), ownCustomer: nil, by: actor, at: now, for: company, &changes, in: db)
      let made = try Self.insert(.request, view.id, by: actor, for: company, in: db)
      return Answer(created: true, version: 1, body: made.token)
    }
    if !answer.replayed, !photos.isEmpty, let made = try? await open(answer.body, .request) {
      // The case is taken; a photo that is lost is no reason to say otherwise.
      for photo in photos { _ = try? await attach(photo, to: made, by: actor, key: nil) }
    }
    return answer.body
  }

  /// The report that a call taker would have written.
  private static func fields(_ input: Fields, of machine: MachineFacts, _ summary: String) -> Fields {
    let said = input.text("text") ?? "", line = said.split(whereSeparator: \.isNewline).joined(separator: " ")
    let whole = line.isEmpty ? summary : "\(summary)：\(line)"
    var values: [String: FieldValue] = [
      "kind": .text(RequestKind.support.rawValue), "channel": .text(Channel.label.rawValue), "equipment": .text(machine.id),
      "summary": .text(String(whole.prefix(200))),
      "urgency": .text((input.bool("waiting") == true ? Urgency.emergency : .normal).rawValue),
    ]
    if whole.count > 200 || said.contains("\n") { values["description"] = .text(said) }
    var contact: [String: FieldValue] = ["phone": .text(input.text("phone") ?? "")]
    contact["name"] = input.text("name").map { .text($0) }
    values["contact"] = .object(Fields(contact))
    return Fields(values)
  }
}

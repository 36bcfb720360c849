public import Domain
import Persistence

extension RequestOperations {
  public static let escalationShape = Shape(
    "EscalationAnswer",
    [
      Field("target", .text(max: 60), required: true),
      Field("place", .integer(0...100), required: true, note: "Which step of the chain, from 0"),
      Field("answer", Shapes.words(RequestEvent.EscalationAnswered.Answer.self), required: true),
      Field("to", .reference, note: "Of handed-on: whose it is now"), Field("note", .text(max: 500, lines: true)),
    ])

  /// What somebody makes of an escalation: seen, taken over (they look after the case from now on), or handed on with a word (SLA-8).
  ///
  /// - Throws: `AccessError`; ``EscalationRefusal``.
  public func answerEscalation(_ input: Fields, on reference: String, _ call: Call) async throws -> Answer {
    let company = company
    return try await company.perform(call) { db, _ in
      try call.actor.require(.noticeRead)
      return try CaseFile.load(reference, in: db)
    } change: { db, now, loaded, changes in
      var file = loaded
      let answer = input.text("answer").flatMap(RequestEvent.EscalationAnswered.Answer.init(rawValue:)) ?? .seen
      changes = try Escalations.answer(
        answer, target: input.text("target") ?? "", place: input.integer("place") ?? 0, to: input.text("to").map { StaffID($0) },
        note: input.text("note"), in: &file, by: call.actor, at: now, for: company, db)
      let view = try ReadRequests.view(id: file.id.text, for: call.actor, at: now, policies: company.policies, in: db)
      return Answer(created: false, version: view.version, body: JSONWriter.text(view))
    }
  }
}

enum Escalations {
  /// - Returns: nothing where the same person says the same again, and nobody said otherwise since.
  static func answer(
    _ answer: RequestEvent.EscalationAnswered.Answer, target: String, place: Int, to other: StaffID? = nil, note: String? = nil,
    in file: inout CaseFile, by actor: Actor, at now: Instant, for company: Company, _ db: any SQLWriter
  ) throws -> [Watchers.Change] {
    let raised = file.request.escalations.last { $0.alarm.target == target && $0.alarm.place == place }
    guard let raised, let staff = actor.staff else { throw EscalationRefusal.unknown }
    guard
      raised.alarm.told.contains(staff) || actor.role.isManager || raised.alarm.to == actor.role.rawValue
        || raised.answers.contains(where: { $0.event.to == staff })
    else { throw EscalationRefusal.notYours }
    // Whoever took it over after somebody else did, or hands it on once more, says something new; to have seen it is said once.
    let said =
      answer == .seen ? raised.answers.filter { $0.event.by == staff } : Array(raised.answers.filter { $0.event.answer != .seen }.suffix(1))
    guard !said.contains(where: { $0.event.by == staff && $0.event.answer == answer && $0.event.to == other }) else { return [] }
    var next: (id: StaffID, role: Role)?
    if answer == .handedOn {
      guard let other, other != staff else { throw EscalationRefusal.toWhom }
      let role = try db.first("SELECT role FROM staff WHERE id = ? AND archived = 0", [.text(other.text)]) { $0.optionalText(0) }
      guard let role = role.flatMap({ $0 }).flatMap(Role.init(rawValue:)), !role.isOutside else { throw EscalationRefusal.toWhom }
      next = (other, role)
    } else if answer == .takenOver, !file.request.state.isOpen {
      throw EscalationRefusal.ended
    }
    let event = RequestEvent.escalationAnswered(
      .init(
        target: target, place: place, since: raised.alarm.since, answer: answer, by: staff, to: next?.id, note: note))
    let changes = try file.record(event, at: now, by: actor, policies: company.policies, in: db)
    try db.execute(
      "UPDATE notice SET seen_by = ?, seen_at = ? WHERE stream = ? AND target = ? AND place = ? AND staff = ? AND seen_at IS NULL",
      [.text(actor.author.actor), .integer(now.milliseconds), .text(file.stream), .text(target), .int(place), .text(staff.text)])
    if let next {
      var notice = Notices.New(role: next.role.rawValue, kind: Notices.handedOn)
      (notice.staff, notice.target, notice.place) = (next.id, target, place)
      (notice.since, notice.due, notice.note) = (raised.alarm.since, raised.alarm.due, note)
      try Notices.put(notice, file, now, company.chance, db)
      let policy = file.request.reported.flatMap { company.policies[$0.policy] }
      try Notices.send(.handedOn, notice, to: [.staff(next.id.text)], file, policy, now, company.chance, db)
    }
    return changes
  }
}

public enum EscalationRefusal: Refusal, Hashable {
  case unknown, notYours, toWhom, ended

  public var code: String {
    switch self {
    case .unknown: "escalation.unknown"
    case .notYours: "escalation.not-yours"
    case .toWhom: "escalation.to-whom"
    case .ended: "escalation.ended"
    }
  }
  public var message: String {
    switch self {
    case .unknown: "There was no such escalation. Read the case again."
    case .notYours: "Somebody else was told of this. Write a comment if you know something."
    case .toWhom: "Say to whom it is handed on: somebody else of the company."
    case .ended: "The case has ended: nobody need take it over."
    }
  }
  public var category: RefusalCategory {
    switch self {
    case .unknown: .missing
    case .notYours: .forbidden
    case .toWhom: .invalid
    case .ended: .conflict
    }
  }
}

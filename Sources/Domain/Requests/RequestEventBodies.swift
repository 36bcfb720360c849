/// Each event's body, field by field. Names never change; what a later schema brings is read here beside the old.
extension RequestEvent.Reported: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(
      number: try body.text("number"), kind: try body.word("kind"), urgency: try body.word("urgency"), channel: try body.word("channel"),
      summary: try body.text("summary"), description: try body.optionalText("description"), contact: try body.body("contact"),
      customer: try body.optionalID("customer"), site: try body.optionalID("site"), equipment: try body.optionalID("equipment"),
      branch: try body.optionalID("branch"), harm: try body.word("harm"), policy: try body.text("policy"),
      attributes: try body.optionalAttributes("attributes") ?? [:])
  }

  var json: JSONValue {
    .fields(
      ("number", JSONValue(number)), ("kind", JSONValue(kind)), ("urgency", JSONValue(urgency)), ("channel", JSONValue(channel)),
      ("summary", JSONValue(summary)), ("description", JSONValue(description)), ("contact", contact.json),
      ("customer", JSONValue(customer)), ("site", JSONValue(site)), ("equipment", JSONValue(equipment)), ("branch", JSONValue(branch)),
      ("harm", JSONValue(harm)), ("policy", JSONValue(policy)), ("attributes", JSONValue(attributes)))
  }
}

extension RequestEvent.Accepted: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(owner: try body.optionalID("owner"))
  }

  var json: JSONValue { .fields(("owner", JSONValue(owner))) }
}

extension RequestEvent.Word: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(contact: try body.body("contact"), how: try body.word("how"))
  }

  var json: JSONValue { .fields(("contact", contact.json), ("how", JSONValue(how))) }
}

extension RequestEvent.Attempted: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(level: try body.word("level"), result: try body.word("result"), note: try body.optionalText("note"))
  }

  var json: JSONValue { .fields(("level", JSONValue(level)), ("result", JSONValue(result)), ("note", JSONValue(note))) }
}

extension RequestEvent.Located: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(cause: try body.word("cause"), part: try body.optionalText("part"))
  }

  var json: JSONValue { .fields(("cause", JSONValue(cause)), ("part", JSONValue(part))) }
}

extension RequestEvent.LevelRaised: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(from: try body.word("from"), to: try body.word("to"), reason: try body.optionalText("reason"))
  }

  var json: JSONValue { .fields(("from", JSONValue(from)), ("to", JSONValue(to)), ("reason", JSONValue(reason))) }
}

extension RequestEvent.Dispatched: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(
      workOrder: try body.id("workOrder"), number: try body.text("number"), request: try body.id("request"),
      requestNumber: try body.text("requestNumber"), engineer: try body.id("engineer"), partner: try body.optionalText("partner"),
      plannedAt: try body.optionalInstant("plannedAt"))
  }

  var json: JSONValue {
    .fields(
      ("workOrder", JSONValue(workOrder)), ("number", JSONValue(number)), ("request", JSONValue(request)),
      ("requestNumber", JSONValue(requestNumber)), ("engineer", JSONValue(engineer)), ("partner", JSONValue(partner)),
      ("plannedAt", JSONValue(plannedAt?.description)))
  }
}

extension RequestEvent.Trip: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(workOrder: try body.id("workOrder"))
  }

  var json: JSONValue { .fields(("workOrder", JSONValue(workOrder))) }
}

extension RequestEvent.HandedBack: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(workOrder: try body.id("workOrder"), reason: try body.text("reason"))
  }

  var json: JSONValue { .fields(("workOrder", JSONValue(workOrder)), ("reason", JSONValue(reason))) }
}

extension RequestEvent.Proposed: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(remedy: try body.text("remedy"))
  }

  var json: JSONValue { .fields(("remedy", JSONValue(remedy))) }
}

extension RequestEvent.RemoteStarted: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(consent: try body.body("consent"), tool: try body.text("tool"), purpose: try body.text("purpose"))
  }

  var json: JSONValue { .fields(("consent", consent.json), ("tool", JSONValue(tool)), ("purpose", JSONValue(purpose))) }
}

extension RequestEvent.RemoteEnded: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(result: try body.word("result"))
  }

  var json: JSONValue { .fields(("result", JSONValue(result))) }
}

extension RequestEvent.Paused: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(reason: try body.word("reason"))
  }

  var json: JSONValue { .fields(("reason", JSONValue(reason))) }
}

extension RequestEvent.Cleared: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(cause: try body.word("cause"), remedy: try body.text("remedy"))
  }

  var json: JSONValue { .fields(("cause", JSONValue(cause)), ("remedy", JSONValue(remedy))) }
}

extension RequestEvent.StandbyProvided: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(equipment: try body.id("equipment"))
  }

  var json: JSONValue { .fields(("equipment", JSONValue(equipment))) }
}

extension RequestEvent.Confirmed: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(
      contact: try body.body("contact"), how: try body.word("how"), signature: try body.optionalText("signature"),
      rating: try body.optionalNumber("rating"))
  }

  var json: JSONValue {
    .fields(("contact", contact.json), ("how", JSONValue(how)), ("signature", JSONValue(signature)), ("rating", JSONValue(rating)))
  }
}

extension RequestEvent.Rejected: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(contact: try body.body("contact"), reason: try body.text("reason"))
  }

  var json: JSONValue { .fields(("contact", contact.json), ("reason", JSONValue(reason))) }
}

extension RequestEvent.Closed: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(reason: try body.optionalText("reason"))
  }

  var json: JSONValue { .fields(("reason", JSONValue(reason))) }
}

extension RequestEvent.Reason: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(reason: try body.text("reason"))
  }

  var json: JSONValue { .fields(("reason", JSONValue(reason))) }
}

extension RequestEvent.Merged: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(into: try body.id("into"), number: try body.text("number"), reason: try body.text("reason"))
  }

  var json: JSONValue { .fields(("into", JSONValue(into)), ("number", JSONValue(number)), ("reason", JSONValue(reason))) }
}

extension RequestEvent.Absorbed: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(request: try body.id("request"), number: try body.text("number"))
  }

  var json: JSONValue { .fields(("request", JSONValue(request)), ("number", JSONValue(number))) }
}

extension RequestEvent.Commented: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(text: try body.text("text"), audience: try body.optionalWord("audience") ?? .colleagues)
  }

  /// Written only where it is for the customer: what older versions wrote was for colleagues.
  var json: JSONValue { .fields(("text", JSONValue(text)), ("audience", JSONValue(audience == .customer ? audience : nil))) }
}

extension RequestEvent.Changed: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init()
    urgency = try body.optionalWord("urgency")
    kind = try body.optionalWord("kind")
    summary = try body.optionalText("summary")
    description = try body.optionalText("description")
    customer = try body.optionalID("customer")
    site = try body.optionalID("site")
    equipment = try body.optionalID("equipment")
    branch = try body.optionalID("branch")
    harm = try body.optionalWord("harm")
    attributes = try body.optionalAttributes("attributes")
    if let given = body["contact"], given != .null { contact = try body.body("contact") }
  }

  var json: JSONValue {
    .fields(
      ("urgency", JSONValue(urgency)), ("kind", JSONValue(kind)), ("summary", JSONValue(summary)), ("description", JSONValue(description)),
      ("customer", JSONValue(customer)), ("site", JSONValue(site)), ("equipment", JSONValue(equipment)), ("branch", JSONValue(branch)),
      ("harm", JSONValue(harm)), ("attributes", JSONValue(attributes)), ("contact", contact?.json ?? .null))
  }
}

extension RequestEvent.WorkRecorded: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    var measured: [Measured]?
    if let given = body["readings"], given != .null {
      guard let values = given.array else { throw UnreadableBody(field: "readings") }
      measured = []
      for value in values { measured?.append(try Measured(value)) }
    }
    self.init(
      workOrder: try body.id("workOrder"), work: try body.optionalText("work"), parts: try body.optionalTexts("parts"), readings: measured)
  }

  var json: JSONValue {
    .fields(
      ("workOrder", JSONValue(workOrder)), ("work", JSONValue(work)), ("parts", JSONValue(parts)),
      ("readings", readings.map { .array($0.map(\.json)) } ?? .null))
  }
}

extension RequestEvent.WorkRecorded.Measured: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    var passed: Bool?
    if case .bool(let bool) = body["passed"] { passed = bool }
    self.init(
      name: try body.text("name"), value: try body.text("value"), unit: try body.optionalText("unit"),
      expected: try body.optionalText("expected"), passed: passed)
  }

  var json: JSONValue {
    .fields(
      ("name", .text(name)), ("value", .text(value)), ("unit", JSONValue(unit)), ("expected", JSONValue(expected)),
      ("passed", passed.map { .bool($0) } ?? .null))
  }
}

extension RequestEvent.Attached: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(
      attachment: try body.id("attachment"), file: try body.id("file"), sha256: try body.text("sha256"), name: try body.text("name"),
      type: try body.text("type"), size: try body.number("size"), width: try body.optionalNumber("width"),
      height: try body.optionalNumber("height"), pages: try body.optionalNumber("pages"), note: try body.optionalText("note"),
      isInternal: body["internal"] == .bool(true), paper: try body.optionalText("paper"), code: try body.optionalText("code"))
  }

  var json: JSONValue {
    .fields(
      ("attachment", JSONValue(attachment)), ("file", JSONValue(file)), ("sha256", .text(sha256)), ("name", .text(name)),
      ("type", .text(type)), ("size", JSONValue(size)), ("width", JSONValue(width)), ("height", JSONValue(height)),
      ("pages", JSONValue(pages)), ("note", JSONValue(note)), ("internal", isInternal ? .bool(true) : .null),
      ("paper", JSONValue(paper)), ("code", JSONValue(code)))
  }
}

extension RequestEvent.AttachmentErased: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(attachment: try body.id("attachment"), sha256: try body.text("sha256"), reason: try body.text("reason"))
  }

  var json: JSONValue { .fields(("attachment", JSONValue(attachment)), ("sha256", .text(sha256)), ("reason", .text(reason))) }
}

extension RequestEvent.Corrected: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    guard let erased = try body.optionalTexts("erased") else { throw UnreadableBody(field: "erased") }
    self.init(erased: erased)
  }

  var json: JSONValue { .fields(("erased", JSONValue(erased))) }
}

extension RequestEvent.PolicyMoved: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(from: try body.text("from"), to: try body.text("to"), reason: try body.text("reason"), due: try body.movedDue("due"))
  }

  var json: JSONValue { .fields(("due", JSONValue(due)), ("from", .text(from)), ("reason", .text(reason)), ("to", .text(to))) }
}

extension RequestEvent.DueChanged: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    guard let items = body["years"]?.array else { throw UnreadableBody(field: "years") }
    let years = items.compactMap { $0.integer.map(Int.init) }
    guard years.count == items.count else { throw UnreadableBody(field: "years") }
    self.init(
      from: try body.text("from"), to: try body.text("to"), years: years,
      due: try body.movedDue("due"))
  }

  var json: JSONValue {
    .fields(("due", JSONValue(due)), ("from", .text(from)), ("to", .text(to)), ("years", .array(years.map { JSONValue($0) })))
  }
}

extension JSONValue {
  fileprivate init(_ due: [RequestEvent.MovedDue]) {
    self = .array(
      due.map { .fields(("now", JSONValue($0.now?.description)), ("target", .text($0.target)), ("was", JSONValue($0.was?.description))) })
  }

  fileprivate func movedDue(_ name: String) throws(UnreadableBody) -> [RequestEvent.MovedDue] {
    guard let due = self[name]?.array else { throw UnreadableBody(field: name) }
    var moved: [RequestEvent.MovedDue] = []
    for one in due {
      moved.append(.init(target: try one.text("target"), was: try one.optionalInstant("was"), now: try one.optionalInstant("now")))
    }
    return moved
  }
}

extension RequestEvent.Alarmed: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(
      target: try body.text("target"), place: try body.number("place"), since: try body.instant("since"), at: try body.instant("at"),
      due: try body.instant("due"), to: try body.optionalText("to"), told: (try body.optionalTexts("told") ?? []).map { StaffID($0) },
      late: body["late"] == .bool(true))
  }

  var json: JSONValue {
    .fields(
      ("at", .text(at.description)), ("due", .text(due.description)), ("late", .bool(late)), ("place", JSONValue(place)),
      ("since", .text(since.description)), ("target", .text(target)), ("to", JSONValue(to)), ("told", JSONValue(told.map(\.text))))
  }
}

extension RequestEvent.EscalationAnswered: EventBody {
  init(_ body: JSONValue) throws(UnreadableBody) {
    self.init(
      target: try body.text("target"), place: try body.number("place"), since: try body.instant("since"), answer: try body.word("answer"),
      by: try body.id("by"), to: try body.optionalID("to"), note: try body.optionalText("note"))
  }

  var json: JSONValue {
    .fields(
      ("answer", JSONValue(answer)), ("by", JSONValue(by)), ("note", JSONValue(note)), ("place", JSONValue(place)),
      ("since", .text(since.description)), ("target", .text(target)), ("to", JSONValue(to)))
  }
}

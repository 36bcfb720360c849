import Domain
import HTTPTypes
import Operations

extension WebServices {
  /// Cases: report, list, read, step, journal.
  var requestEndpoints: [Endpoint] {
    let base = "/api/v1/requests", requests = requests
    return [
      Endpoint(
        method: .get, path: base, summary: "Cases, filtered and sorted", tag: "requests", access: .right(.requestRead),
        query: RequestListQuery.shape, answer: "RequestList"
      ) { incoming in
        var query = RequestListQuery.read(incoming)
        query.promise = try RequestListQuery.promise(incoming.query, at: try requests.now())
        return .json(try await requests.list(query, by: incoming.actor))
      },
      Endpoint(
        method: .post, path: base, summary: "Report a case (INT-4)", tag: "requests", access: .right(.requestReport),
        input: Shapes.report, success: .created, answer: "ReportedRequest"
      ) { .answer(try await requests.report($0.input, $0.call), in: base) },
      Endpoint(
        method: .get, path: "\(base)/{id}", summary: "A case by id or number", tag: "requests", access: .right(.requestRead),
        version: .optional, answer: "Request"
      ) { incoming in
        let found = try await requests.find(incoming.parameter("id"), by: incoming.actor)
        return .json(found, version: found.version)
      },
      Endpoint(
        method: .get, path: "\(base)/{id}/journal", summary: "The journal of a case, oldest first", tag: "requests",
        access: .right(.requestJournal), query: .page, answer: "JournalList"
      ) { incoming in
        .json(
          try await requests.journal(of: incoming.parameter("id"), after: incoming.cursor, limit: incoming.limit, by: incoming.actor))
      },
      Endpoint(
        method: .get, path: "\(base)/{id}/messages", summary: "What the hospital and the company wrote to each other, oldest first",
        tag: "requests", access: .right(.requestRead), query: .page, answer: "MessageList"
      ) { incoming in
        .json(
          try await requests.messages(of: incoming.parameter("id"), after: incoming.cursor, limit: incoming.limit, by: incoming.actor))
      },
      Endpoint(
        method: .get, path: "/api/v1/changes", summary: "Everything that happened, in order of position", tag: "changes",
        access: .right(.changesRead),
        query: Shape(
          "ChangesQuery", [Field("after", .text(max: 400), note: "The place to go on from: `next` of the page before"), .limit]),
        answer: "JournalList"
      ) { incoming in
        .json(try await requests.changes(after: incoming.query.text("after"), limit: incoming.limit, by: incoming.actor))
      },
    ]
      + RequestStep.allCases.map { step in
        Endpoint(
          method: .post, path: "\(base)/{id}/\(step.rawValue)", summary: step.summary, tag: "steps", access: .right(step.action),
          input: step.shape, version: .optional, answer: "Request"
        ) { incoming in
          .answer(try await requests.take(step, incoming.input, on: incoming.parameter("id"), incoming.call), in: base)
        }
      }
  }
}

/// The query items of `GET /requests`, and of the page that shows the same list.
enum RequestListQuery {
  static let shape = Shape(
    "RequestListQuery",
    [
      Field(
        "state", .word(["open", RequestQuery.toSend] + RequestState.allCases.map(\.rawValue)),
        note: "open: everything that is still owed something; to-send: taken, nobody sent"),
      Field("kind", .word(RequestKind.allCases.map(\.rawValue))), Field("urgency", .word(Urgency.allCases.map(\.rawValue))),
      Field("branch", .reference), Field("customer", .reference), Field("equipment", .reference),
      Field("engineer", .reference, note: "A staff id: cases with an open work order of this engineer"), Field("owner", .reference),
      Field("sort", .word(RequestQuery.Sort.allCases.map(\.rawValue)), note: "-reportedAt when left out"),
      Field(
        "promise", .word(PromiseFilter.Outcome.allCases.map(\.rawValue)),
        note: "Cases by how a promise due in from…to ended (REP-1), the last due first; of the items beside it target, branch, engineer and"
          + " customer count, and are the promise's"),
    ] + OnTimeInput.months + [.cursor, .limit])

  static func promise(_ fields: Fields, at now: Instant) throws(InputRefusal) -> PromiseFilter? {
    guard let outcome = fields.text("promise").flatMap(PromiseFilter.Outcome.init(rawValue:)) else { return nil }
    return PromiseFilter(outcome, of: try OnTimeInput.filter(fields, at: now))
  }

  static func read(_ incoming: Incoming) -> RequestQuery { read(incoming.query) }

  static func read(_ fields: Fields) -> RequestQuery {
    var query = RequestQuery()
    query.state = fields.text("state")
    query.kind = fields.text("kind").flatMap(RequestKind.init(rawValue:))
    query.urgency = fields.text("urgency").flatMap(Urgency.init(rawValue:))
    query.branch = fields.text("branch")
    query.customer = fields.text("customer")
    query.equipment = fields.text("equipment")
    query.engineer = fields.text("engineer")
    query.owner = fields.text("owner")
    query.sort = fields.text("sort").flatMap(RequestQuery.Sort.init(rawValue:)) ?? .newest
    query.cursor = fields.text("cursor")
    query.limit = fields.integer("limit") ?? 50
    return query
  }
}

extension Field {
  static let limit = Field("limit", .integer(1...200), note: "50 when left out")
  static let cursor = Field("cursor", .text(max: 400), note: "`next` of the page before")
}

extension Shape {
  static let page = Shape("PageQuery", [.cursor, .limit])
}

extension RequestStep {
  /// One sentence for the document.
  var summary: String {
    switch self {
    case .accept: "Take the case on (INT-5)"
    case .acknowledge: "The customer confirms the acceptance (INT-5)"
    case .respond: "The customer was called back (SLA-1)"
    case .attempt: "Record an attempt at a level, with its result (FLT-1)"
    case .locate: "The fault is located (FLT-2)"
    case .raise: "Raise the case to a higher level (FLT-1)"
    case .dispatch: "Send an engineer: a new work order (SLA-2)"
    case .depart: "The engineer is on the way"
    case .arrive: "The engineer is on site (SLA-3, FLT-4)"
    case .leave: "The engineer has left (FLT-4)"
    case .handBack: "The work order goes back, with the reason"
    case .propose: "Propose a remedy (FLT-3)"
    case .agree: "The customer agrees to the remedy (FLT-3)"
    case .remoteStart: "Start a remote session, with consent (REM-2)"
    case .remoteEnd: "End the remote session, with its result (REM-2)"
    case .pause: "Wait for somebody: clocks that may pause stand still (SLA-8)"
    case .resume: "Go on after a pause"
    case .clear: "The fault is cleared (SLA-5)"
    case .confirm: "The customer confirms the outcome (INT-5)"
    case .reject: "The customer rejects the outcome; the case reopens (INT-5)"
    case .signOff: "A manager signs the work off (FLT-4)"
    case .standby: "A standby unit is provided (SLA-6)"
    case .close: "Close the case (INT-4)"
    case .reopen: "Open the case again, with the reason"
    case .cancel: "Cancel the case, with the reason"
    case .merge: "Merge this case into another"
    case .change: "Change what the case says"
    case .comment: "Write a remark for colleagues, or a message to the customer"
    }
  }
}

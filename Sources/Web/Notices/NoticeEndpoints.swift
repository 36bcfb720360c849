import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Operations

extension WebServices {
  /// What a desk must be told at once (BEY-2), and who the caller is.
  var noticeEndpoints: [Endpoint] {
    let notices = notices, requests = requests
    return [
      Endpoint(
        method: .get, path: "/api/v1/notices", summary: "What your desk must know, newest first", tag: "notices",
        access: .right(.noticeRead), query: .page, answer: "NoticeList"
      ) { .json(try await notices.list(after: $0.cursor, limit: $0.limit, by: $0.actor)) },
      Endpoint(
        method: .post, path: "/api/v1/notices/{id}/seen", summary: "Say that it was read; the first reader stands", tag: "notices",
        access: .right(.noticeRead), input: .nothing, success: .noContent, answer: "Nothing"
      ) { incoming in
        try await notices.see(incoming.parameter("id"), by: incoming.actor)
        return Reply(status: .noContent, body: .init())
      },
      Endpoint(
        method: .post, path: "/api/v1/requests/{id}/escalations", summary: "Answer an escalation: seen, taken over, handed on (SLA-8)",
        tag: "notices", access: .right(.noticeRead), input: RequestOperations.escalationShape, answer: "Request"
      ) { incoming in
        .answer(try await requests.answerEscalation(incoming.input, on: incoming.parameter("id"), incoming.call), in: "/api/v1/requests")
      },
      Endpoint(
        method: .post, path: "/api/v1/requests/{id}/policy",
        summary: "Put an open case under another policy version, with a reason (SLA-9)",
        tag: "requests", access: .right(.policyWrite), input: PolicyMove.shape, answer: "Request"
      ) { .answer(try await PolicyMove(requests).move($0.parameter("id"), $0.input, $0.call), in: "/api/v1/requests") },
      Endpoint(
        method: .get, path: "/api/v1/me", summary: "Who is signed in, and what this role may do", tag: "me", access: .signedIn, answer: "Me"
      ) { .json(Me(actor: $0.actor)) },
    ]
  }
}

/// The signed-in person.
struct Me: JSONWritable {
  let actor: Actor

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", actor.staff?.text)
      json.field("name", actor.name)
      json.field("role", actor.role.rawValue)
      json.field("branch", actor.branch)
      json.field("customer", actor.customer)
      json.field("partner", actor.partner)
      json.object("rights") { json in
        for action in Action.allCases {
          if let scope = Permissions.scope(of: action, for: actor.role) { json.field(action.rawValue, scope.rawValue) }
        }
      }
    }
  }
}

import Domain
import HTTPTypes
import HummingbirdCore
import Operations

extension WebServices {
  /// Forms of the desk that are not sent yet: kept while they are typed, each person's own.
  var deskEndpoints: [Endpoint] {
    let drafts = desk.drafts
    return [
      Endpoint(
        method: .get, path: "/api/v1/desk/drafts", summary: "Your forms that are not sent yet, the newest first", tag: "desk",
        access: .right(.requestReport), answer: "DeskDraftList"
      ) { .json(Page(items: try await drafts.list(by: $0.actor), next: nil)) },
      Endpoint(
        method: .put, path: "/api/v1/desk/drafts/{id}", summary: "Keep a form as it is typed", tag: "desk", access: .right(.requestReport),
        input: DeskDrafts.shape, success: .noContent, answer: "Nothing", keepsAnswers: false
      ) { incoming in
        try await drafts.put(incoming.parameter("id"), incoming.input, by: incoming.actor)
        return Reply(status: .noContent, body: .init())
      },
      Endpoint(
        method: .delete, path: "/api/v1/desk/drafts/{id}", summary: "Throw a form away", tag: "desk", access: .right(.requestReport),
        success: .noContent, answer: "Nothing"
      ) { incoming in
        try await drafts.drop(incoming.parameter("id"), by: incoming.actor)
        return Reply(status: .noContent, body: .init())
      },
    ]
  }
}

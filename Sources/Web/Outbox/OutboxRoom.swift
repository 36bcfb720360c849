import Domain
import HTTPTypes
import HummingbirdCore
import Operations

/// How a person is told, what was sent, and what could not be.
extension PageRoom {
  static let outbox = PageRoom(
    templates: [
      ("notice-settings", PackageResources.notice_settings_mustache), ("outbox", PackageResources.outbox_mustache),
      ("announcements", PackageResources.announcements_mustache),
    ], zh: OutboxTexts.zh, en: OutboxTexts.en)
}

extension PageRoutes {
  var outboxRoutes: [Route] {
    [
      signedIn(.get, "/settings/notices", .right(.noticeRead), noticeSettingsPage),
      signedIn(.post, "/settings/notices", .right(.noticeRead), saveNoticeSettings),
      signedIn(.post, "/settings/notices/test", .right(.noticeRead), testNotice),
      signedIn(.get, "/outbox", .right(.outboxManage), outboxPage),
      signedIn(.post, "/outbox/{id}/resend", .right(.outboxManage), resendMessage),
      signedIn(.post, "/outbox/{id}/give-up", .right(.outboxManage), giveUpMessage),
      signedIn(.get, "/announcements", .right(.outboxManage), announcementsPage),
      signedIn(.get, "/announcements/{id}/list", .right(.outboxManage), announcementList),
      signedIn(.post, "/announcements/{id}/letters", .right(.outboxManage), lettersSent),
    ]
  }
}

extension WebServices {
  var outboxEndpoints: [Endpoint] {
    let outbox = outbox, announcements = announcements
    func change(_ step: String, _ summary: String, _ perform: @escaping @Sendable (String, Actor) async throws -> Void) -> Endpoint {
      Endpoint(
        method: .post, path: "/api/v1/outbox/{id}/\(step)", summary: summary, tag: "outbox", access: .right(.outboxManage), input: .nothing,
        success: .noContent, answer: "Nothing"
      ) { incoming in
        try await perform(incoming.parameter("id"), incoming.actor)
        return Reply(status: .noContent, body: .init())
      }
    }
    return [
      Endpoint(
        method: .get, path: "/api/v1/outbox", summary: "Messages that wait, were sent, or could not be; newest first", tag: "outbox",
        access: .right(.outboxManage), query: OutboxOperations.listShape, answer: "OutboxList"
      ) { incoming in
        let state = incoming.query.text("state").flatMap { OutboxRow.State(rawValue: $0) } ?? .dead
        return .json(try await outbox.list(state, after: incoming.cursor, limit: incoming.limit, by: incoming.actor))
      },
      change("resend", "Send it again, at once") { try await outbox.resend($0, by: $1) },
      change("give-up", "It is not to be sent any more") { try await outbox.giveUp($0, by: $1) },
      Endpoint(
        method: .get, path: "/api/v1/me/notices", summary: "How I am told", tag: "me", access: .right(.noticeRead), answer: "NoticeSetting"
      ) { .json(try await outbox.setting(by: $0.actor)) },
      Endpoint(
        method: .post, path: "/api/v1/me/notices", summary: "Say how I want to be told", tag: "me", access: .right(.noticeRead),
        input: OutboxOperations.settingShape, answer: "NoticeSetting"
      ) { incoming in
        try await outbox.set(incoming.input, by: incoming.actor)
        return .json(try await outbox.setting(by: incoming.actor))
      },
      Endpoint(
        method: .post, path: "/api/v1/me/notices/test", summary: "Send me a test message", tag: "me", access: .right(.noticeRead),
        input: .nothing, success: .noContent, answer: "Nothing"
      ) { incoming in
        try await outbox.test(by: incoming.actor)
        return Reply(status: .noContent, body: .init())
      },
      Endpoint(
        method: .get, path: "/api/v1/announcements", summary: "Announcements of a new hotline number, newest first (ORG-6)", tag: "outbox",
        access: .right(.outboxManage), answer: "AnnouncementList"
      ) { .json(Page(items: try await announcements.all(by: $0.actor), next: nil)) },
    ]
  }
}

extension AnswerSchemas {
  static let outboxMessage = object([
    ("id", string), ("kind", words(OutgoingMessage.Kind.self)), ("channel", string), ("recipient", string), ("name", string.orNull),
    ("number", string.orNull), ("emergency", bool), ("state", words(OutboxRow.State.self)), ("attempts", count), ("created", instant),
    ("nextTry", instant.orNull), ("sentAt", instant.orNull), ("error", string.orNull), ("errorText", string.orNull),
  ])
  static let noticeSetting = object([
    ("language", words(NoticeLanguage.self)), ("email", string.orNull), ("sms", words(NoticeSetting.SMS.self)),
    ("quietFrom", string.orNull), ("quietTo", string.orNull),
  ])
  static let announcement = object([
    ("id", string), ("policy", string), ("hotline", string), ("before", string.orNull), ("from", instant), ("createdAt", instant),
    ("customers", count), ("sent", count), ("waiting", count), ("failed", count), ("letters", count), ("lettersToSend", count),
  ])
}

import Domain
import HTTPTypes
import Testing

@testable import Operations
@testable import Web

@Suite struct OutboxPageTests {
  private let pages = try! Pages()

  private func rows() -> [OutboxView] {
    let errors: [(String, String?)] = [
      ("smtp-550", PageSamples.evil), ("no-answer", nil), ("robot-93000", ""), ("unreachable", nil), ("?", nil),
    ]
    return errors.flatMap { error, text in
      OutboxRow.State.allCases.map { state in
        let message = OutgoingMessage(
          key: "k", kind: .escalated, to: .staff("s"), stream: "request/1", number: "SR-20261123-0042", facts: [:], isEmergency: true)
        var row = OutboxRow(message, .mail, at: PageSamples.now, chance: .system)
        (row.state, row.attempts, row.error, row.errorText) = (state, 3, error, text)
        row.sentAt = state == .sent ? PageSamples.now : nil
        return OutboxView(row: row, name: PageSamples.evil)
      }
    } + [
      OutboxView(
        row: OutboxRow(
          .init(key: "k", kind: .test, to: .room(PageSamples.evil), stream: "", number: nil), .room(PageSamples.evil), at: PageSamples.now,
          chance: .system), name: nil)
    ]
  }

  @Test(arguments: Language.allCases)
  func `settings, outbox and announcements are whole in both languages, whatever people typed`(_ language: Language) {
    let frame = PageSamples.frame(language, role: .serviceManager)
    var setting = NoticeSetting()
    (setting.email, setting.quiet) = ("a@b.cn", QuietHours(from: 1_320, to: 420))
    var texts: [String] = []
    for has in [true, false] {
      let reach = NoticeReach(setting: has ? setting : NoticeSetting(), phone: has ? PageSamples.evil : nil, hasMail: has, hasSMS: true)
      texts.append(pages.noticeSettings(NoticeSettingsPage(frame: frame, reach: reach, done: has ? "saved" : nil)))
    }
    texts.append(
      pages.noticeSettings(
        NoticeSettingsPage(
          frame: frame, reach: NoticeReach(setting: setting, phone: nil, hasMail: false, hasSMS: false),
          typed: ["email": PageSamples.evil, "sms": "always"], problems: ["email": PageSamples.evil, "quietTo": "x", "quietFrom": "y"],
          problem: PageSamples.evil)))
    for state in OutboxRow.State.allCases {
      texts.append(
        pages.outbox(OutboxPage(frame: frame, state: state, page: Page(items: rows(), next: "c"), done: "resend", isFollowing: true)))
      texts.append(pages.outbox(OutboxPage(frame: frame, state: state, page: Page(items: [], next: nil))))
    }
    let one = Announcement(
      id: "a", policy: "2026-12", hotline: PageSamples.evil, before: nil, from: PageSamples.now + 3_600, created: PageSamples.now,
      customers: 3, sent: 1, waiting: 1, failed: 1, letters: 2, lettersToSend: 1)
    for list in [[one], []] {
      texts.append(pages.announcements(AnnouncementsPage(frame: frame, announcements: list, isDone: true)))
    }
    for text in texts {
      PageCheck.expectWhole(text, language)
      #expect(!text.contains("<script>alert") && text.firstMatch(of: /[>"\s](outbox|announcements|notice-setting)\.[a-z-]+[<"\s]/) == nil)
    }
  }

  @Test func `what a form sent wrongly is shown again, and nothing is kept`() async throws {
    let desk = try await TestDesk()
    try await desk.serve { caller in
      let engineer = caller.by("engineer")
      func send(_ form: String) async throws -> (Int, String) {
        let answer = try await engineer.call(
          .post, "/settings/notices", form,
          [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html"), ("Accept-Language", "en")])
        return (answer.status, answer.body)
      }
      let wrong = try await send("language=en&sms=always&email=nobody&quietFrom=22%3A00&quietTo=")
      #expect(wrong.0 == 422 && wrong.1.contains("value=\"nobody\"") && wrong.1.contains("no mail address"))
      #expect(try await engineer.call(.get, "/api/v1/me/notices").body.contains(#""email":null"#))
      #expect(try await send("language=en&sms=always&email=li%40example.com&quietFrom=22%3A00&quietTo=07%3A00").0 == 303)
      #expect(
        try await engineer.call(.get, "/api/v1/me/notices").body
          == #"{"language":"en","email":"li@example.com","sms":"always","quietFrom":"22:00","quietTo":"07:00"}"#)
    }
  }
}

import Domain
import HTTPTypes
import Hummingbird
import Operations

/// How the reader wants to be told.
extension PageRoutes {
  func noticeSettingsPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let reach = try await services.outbox.setting(by: actor)
    let page = NoticeSettingsPage(frame: frame(request, context), reach: reach, done: try PageQuery(request)["done"])
    return PageAnswer.html(pages.noticeSettings(page), context.language)
  }

  func saveNoticeSettings(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    do {
      let fields = try OutboxOperations.settingShape.decode(text: form.values.filter { !$0.value.isEmpty })
      try await services.outbox.set(fields, by: actor)
      return PageAnswer.redirect("/settings/notices?done=saved")
    } catch let refusal as InputRefusal {
      let problem = Problem(refusal, in: context.language, named: false, requestID: context.requestID, logger: logger)
      var page = NoticeSettingsPage(
        frame: frame(request, context, shown: "/settings/notices"), reach: try await services.outbox.setting(by: actor), typed: form.values)
      for field in problem.errors { page.problems[field.field] = field.message(in: context.language) }
      page.problem = problem.detail
      return PageAnswer.html(pages.noticeSettings(page), status: problem.status, context.language)
    }
  }

  func testNotice(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await services.outbox.test(by: actor)
    return PageAnswer.redirect("/settings/notices?done=test")
  }
}

extension Pages {
  func noticeSettings(_ page: NoticeSettingsPage) -> String {
    render("notice-settings", page.frame, page.frame.wording.text("notice-setting.title"), "notice-settings", page.values())
  }
}

struct NoticeSettingsPage: Sendable {
  var frame: Frame
  var reach: NoticeReach
  var done: String?
  /// What was sent and refused.
  var typed: [String: String]?
  var problems: [String: String] = [:]
  var problem: String?

  func values() -> some PageValue { NoticeSettingsValues(page: self) }
}

struct NoticeSettingsValues: PageValue {
  let page: NoticeSettingsPage

  private func shown(_ name: String, _ kept: String?) -> String { page.typed.map { $0[name] ?? "" } ?? kept ?? "" }

  func child(named: String) -> Any? {
    let wording = page.frame.wording, setting = page.reach.setting
    switch named {
    case "doneWords":
      return page.done.flatMap { wording.has("notice-setting.done.\($0)") ? wording.text("notice-setting.done.\($0)") : nil } ?? false
    case "problem": return page.problem ?? false
    case "email": return shown("email", setting.email)
    case "emailProblem": return page.problems["email"] ?? false
    case "emailHint": return wording.text(page.reach.hasMail ? "notice-setting.email-hint" : "notice-setting.no-mail")
    case "smsHint":
      if !page.reach.hasSMS { return wording.text("notice-setting.no-sms") }
      return page.reach.phone.map { wording.text("notice-setting.phone", $0) } ?? wording.text("notice-setting.no-phone")
    case "smsChoices":
      let chosen = shown("sms", setting.sms.rawValue)
      return NoticeSetting.SMS.allCases.map {
        Choice(value: $0.rawValue, words: wording.text("notice-setting.sms.\($0.rawValue)"), isChosen: $0.rawValue == chosen)
      }
    case "quietFrom": return shown("quietFrom", setting.quiet.map { NoticeSetting.time($0.from) })
    case "quietTo": return shown("quietTo", setting.quiet.map { NoticeSetting.time($0.to) })
    case "fromProblem": return page.problems["quietFrom"] ?? false
    case "toProblem": return page.problems["quietTo"] ?? false
    case "languages":
      let chosen = shown("language", setting.language.rawValue)
      return NoticeLanguage.allCases.map {
        Choice(value: $0.rawValue, words: wording.text("notice-setting.language.\($0.rawValue)"), isChosen: $0.rawValue == chosen)
      }
    default: return nil
    }
  }
}

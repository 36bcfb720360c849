import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// Figures for managers (REP-1).
extension PageRoutes {
  var insightRoutes: [Route] {
    [
      signedIn(.get, "/insight/on-time", .right(.insightRead), onTimePage),
      signedIn(.get, "/insight/on-time.csv", .right(.insightRead), onTimeFile),
    ]
  }

  func onTimePage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let choices = try choices(request), frame = frame(request, context)
    let found = try await services.insight.onTime(choices.filter, by: choices.group, by: actor)
    let isOwnBranch = Permissions.scope(of: .insightRead, for: actor.role) != .all
    var page = OnTimePage(frame: frame, choices: choices, found: found)
    page.targets = services.insight.targets()
    page.branches = isOwnBranch ? [] : await things(.branches, by: actor)
    page.engineers = await things(.staff, ["role": Role.engineer.rawValue], by: actor)
      .filter { !isOwnBranch || $0.branch == actor.branch?.text }
    if let customer = choices.filter.customer { page.customer = await name(.customers, customer, by: actor) }
    return PageAnswer.html(
      pages.render("on-time", frame, frame.wording.text("insight.title"), "insight", page.values()), context.language)
  }

  /// The same table as a file for spreadsheets, with all its rows.
  func onTimeFile(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let choices = try choices(request), wording = frame(request, context).wording
    let text = try await services.insight.csv(
      choices.filter, by: choices.group,
      headings: [wording.word("insight.by", choices.group.rawValue)]
        + ["met", "missed", "all", "rate"].map { wording.text("insight.\($0)") },
      nothing: wording.word("insight.none", choices.group.rawValue), chinese: context.language == .zh, by: actor)
    return PageAnswer.csv(named: "on-time-\(choices.filter.from)-\(choices.filter.to).csv") { writer in
      try await writer.write(ByteBuffer(string: text))
    }
  }

  private func choices(_ request: Request) throws -> OnTimePage.Choices {
    let items = try PageQuery(request)
    return OnTimePage.Choices(
      filter: try OnTimeFilter(items, at: try services.requests.now()), group: try items.word("by", OnTimeGroup.self) ?? .target)
  }
}

extension OnTimeFilter {
  /// As an address holds it.
  init(_ items: PageQuery, at now: Instant) throws(InputRefusal) {
    try self.init(from: items["from"], to: items["to"], at: now)
    (target, branch, engineer, customer) = (items["target"], items["branch"], items["engineer"], items["customer"])
  }
}

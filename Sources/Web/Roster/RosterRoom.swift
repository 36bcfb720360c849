import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Who is on duty (值班): the week, the gaps ahead, and planning (INT-8, SLA-8).
extension PageRoom {
  static let roster = PageRoom(
    templates: [("roster", PackageResources.roster_mustache)], assets: ["roster.css": .style(PackageResources.roster_css)],
    zh: RosterTexts.zh, en: RosterTexts.en)
}

extension PageRoutes {
  var rosterRoutes: [Route] {
    [
      signedIn(.get, "/roster", .right(.rosterRead), rosterPage),
      signedIn(.post, "/roster", .right(.rosterWrite), planShift),
      signedIn(.post, "/roster/{id}/remove", .right(.rosterWrite), removeShift),
    ]
  }

  func rosterPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await rosterPage(request, context, actor)
  }

  func planShift(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var form = try await PageForm(request)
    let shown = form.take("shown")
    do {
      let input = try form.fields(of: RosterOperations.shape, offsetSeconds: configuration.offsetSeconds)
      let day = input.instant("from")?.date(offsetSeconds: configuration.offsetSeconds).description
      _ = try await services.roster.plan(input, Call(actor))
      return rosterAgain("planned", week: day, branch: shown)
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard problem.status.code < 500, problem.status.code != 404 else { throw error }
      let wording = frame(request, context).wording
      let fields = problem.errors.map { "\(wording.word("roster.field", $0.field)): \($0.message(in: context.language))" }
      return try await rosterPage(request, context, actor, status: problem.status, shown: shown) {
        $0.typed = form.values
        $0.problem = fields.isEmpty ? problem.detail : fields.joined(separator: "; ")
      }
    }
  }

  func removeShift(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    _ = try await services.roster.remove(context.parameter("id"), Call(actor))
    return rosterAgain("removed", week: form["week"], branch: form["shown"])
  }

  /// The week that was changed, of the branch that was shown.
  private func rosterAgain(_ done: String, week: String?, branch: String?) -> Response {
    let items = [("done", done), ("week", week ?? ""), ("branch", branch ?? "")].filter { !$0.1.isEmpty }
    return PageAnswer.redirect("/roster?" + items.map { "\($0.0)=\(Address.escaped($0.1))" }.joined(separator: "&"))
  }

  private func rosterPage(
    _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok, shown: String? = nil,
    _ complete: (inout RosterPage) -> Void = { _ in }
  ) async throws -> Response {
    let query = try PageQuery(request), frame = frame(request, context, shown: "/roster")
    let monday = RosterPage.monday(of: query["week"].flatMap { CivilDate(parsing: $0) }, now: frame.now, configuration.offsetSeconds)
    let week = CivilDate.rosterWeek(monday, offsetSeconds: configuration.offsetSeconds), branch = query["branch"] ?? shown
    var page = RosterPage(frame: frame, monday: monday, branch: branch)
    page.shifts = try await services.roster.list(from: week.from, to: week.to, branch: branch, by: actor)
    page.gaps = try await services.roster.gaps(from: frame.now, to: frame.now + 14 * 86_400, branch: branch, by: actor)
    page.branches = await things(.branches, by: actor)
    if Permissions.scope(of: .rosterWrite, for: actor.role) != nil { page.staff = await things(.staff, by: actor) }
    page.done = query["done"].flatMap { ["planned", "removed"].contains($0) ? $0 : nil }
    complete(&page)
    return PageAnswer.html(
      pages.render("roster", frame, frame.wording.text("roster.title"), "roster", page.values()), status: status, context.language)
  }
}

extension WebServices {
  var rosterEndpoints: [Endpoint] {
    let base = "/api/v1/shifts", roster = roster
    let week = Shape(
      "ShiftQuery", [Field("from", .instant, required: true), Field("to", .instant, required: true), Field("branch", .reference)])
    return [
      Endpoint(
        method: .get, path: base, summary: "Who is on duty in a time, in order (SLA-8)", tag: "roster", access: .right(.rosterRead),
        query: week, answer: "ShiftList"
      ) { incoming in
        let query = incoming.query, from = query.instant("from") ?? .earliest, to = query.instant("to") ?? .earliest
        let shifts = try await roster.list(from: from, to: to, branch: query.text("branch"), by: incoming.actor)
        return .json(Page(items: shifts, next: nil))
      },
      Endpoint(
        method: .post, path: base, summary: "Plan somebody's duty, and the same in weeks to come", tag: "roster",
        access: .right(.rosterWrite), input: RosterOperations.shape, success: .created, answer: "Shift"
      ) { .answer(try await roster.plan($0.input, $0.call), in: base) },
      Endpoint(
        method: .post, path: "\(base)/{id}/remove", summary: "Take a shift off the roster", tag: "roster", access: .right(.rosterWrite),
        input: .nothing, answer: "Shift"
      ) { .answer(try await roster.remove($0.parameter("id"), $0.call), in: base) },
    ]
  }
}

import Domain
import HTTPTypes
import Hummingbird
import Operations

/// One case, and its steps as forms.
extension PageRoutes {
  func requestPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    let done = query["done"].flatMap { word in
      RequestStep(rawValue: word)?.rawValue ?? WorkOrderStep(rawValue: word)?.rawValue ?? ["attach", "erase-file"].first { $0 == word }
    }
    return try await requestPage(context.parameter("id"), request, context, actor) {
      $0.done = done
      $0.isWholeStory = query["story"] == "all"
    }
  }

  func takeStep(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    guard let step = RequestStep(rawValue: try context.parameter("step")) else { throw WebRefusal.noSuchPath }
    let reference = try context.parameter("id")
    return try await take(step.rawValue, step.shape, on: reference, nil, request, context, actor) { fields, call in
      _ = try await services.requests.take(step, fields, on: reference, call)
    }
  }

  func takeWorkOrderStep(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    guard let step = WorkOrderStep(rawValue: try context.parameter("step")) else { throw WebRefusal.noSuchPath }
    let order = try await services.workOrders.find(context.parameter("id"), by: actor)
    return try await take(step.rawValue, step.shape, on: order.requestNumber, order.id, request, context, actor) { fields, call in
      _ = try await services.workOrders.take(step, fields, on: order.id, call)
    }
  }

  /// A work order has no page of its own yet: it stands on its case's.
  func workOrderPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let order = try await services.workOrders.find(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/requests/\(Address.escaped(order.requestNumber))#orders")
  }

  /// Takes a step; a refusal comes back on the page of the case, with all that was typed.
  private func take(
    _ step: String, _ shape: Shape, on reference: String, _ workOrder: String?, _ request: Request, _ context: WebContext, _ actor: Actor,
    _ perform: (Fields, Call) async throws -> Void
  ) async throws -> Response {
    var form = try await PageForm(request)
    let key = form.take("key"), version = form.take("version"), seen = form.take("seen").flatMap { Int($0) }, sent = form
    return try await taking(step, on: reference, order: workOrder, seen: seen, request, context, actor, values: { sent.values }) {
      var call = Call(actor, expected: version.flatMap { Int($0) })
      if let key, key.utf8.count <= 255 {
        call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: sent.bodyHash)
      }
      try await perform(sent.fields(of: shape, offsetSeconds: configuration.offsetSeconds), call)
    }
  }

  /// Does what a form asks for; then the page anew, or the same page with what was typed and why it was refused.
  func taking(
    _ step: String, on reference: String, order workOrder: String? = nil, seen: Int? = nil, _ request: Request, _ context: WebContext,
    _ actor: Actor,
    values: () -> [String: String], _ perform: () async throws -> Void
  ) async throws -> Response {
    do {
      try await perform()
      return PageAnswer.redirect("/requests/\(Address.escaped(reference))?done=\(step)")
    } catch {
      // What is no refusal, and a case that is not this reader's to see, is a page of its own.
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard problem.status.code != 404, problem.status.code < 500 || problem.status.code == 503 else { throw error }
      let wording = frame(request, context).wording
      var fields: [String: String] = [:]
      for field in problem.errors { fields[field.field] = field.message(in: context.language) }
      // Names of inputs as the page names them.
      let names = problem.errors.map { wording.word("label", $0.field) }
      let message = names.isEmpty ? problem.detail : wording.text("case.correct", wording.list(names))
      return try await requestPage(reference, request, context, actor, status: problem.status) {
        $0.refused = RefusedStep(step: step, workOrder: workOrder, values: values(), message: message, fields: fields, seen: seen)
      }
    }
  }

  private func requestPage(
    _ reference: String, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    change: (inout RequestPage) -> Void
  ) async throws -> Response {
    let view = try await services.requests.find(reference, by: actor)
    var page = RequestPage(frame: frame(request, context, shown: "/requests/\(view.number)"), view: view)
    if Permissions.scope(of: .requestJournal, for: actor.role) != nil {
      var (journal, goesOn) = try await journal(of: view, by: actor)
      for order in view.workOrders { journal += try await services.workOrders.recorded(of: order.id, by: actor) }
      (page.journal, page.journalGoesOn) = (journal, goesOn)
    } else {
      page.messages = try await services.requests.messages(of: view.id, after: nil, limit: 200, by: actor).items
    }
    page.explanations = try await services.requests.explanations(of: view.id, by: actor)
    page.hindrances = try await services.requests.hindrances(of: view.id, by: actor)
    let attached = try await services.attachments.list(of: view.id, after: nil, limit: 100, by: actor)
    (page.attachments, page.attachmentsGoOn) = (attached.items, attached.next != nil)
    if view.channel == .email || view.channel == .message || page.journal?.contains(where: { $0.actor.hasPrefix("message:") }) == true {
      page.arrived = try await services.inbound.arrived(on: view.id, by: actor)
    }
    page.token = context.session.map { PageToken.make(session: $0) } ?? ""
    page.branchName = await name(.branches, view.branch, by: actor)
    page.siteName = await name(.sites, view.site, by: actor)
    if view.steps.contains(RequestStep.dispatch.rawValue) {
      page.engineers = await engineers(for: view.branch, by: actor)
    }
    page.links = try await caseLinks(of: view, request, context, actor)
    // No two calls have the same number: two pages of one case are two intents.
    page.formKey = "page-\(context.requestID)"
    change(&page)
    return PageAnswer.html(pages.request(page), status: status, context.language)
  }

  /// The case's own branch first: they are nearest.
  private func engineers(for branch: String?, by actor: Actor) async -> [NamedThing] {
    func rank(_ engineer: NamedThing) -> (Int, String, String) { (engineer.branch == branch ? 0 : 1, engineer.note, engineer.name) }
    return await things(.staff, ["role": Role.engineer.rawValue], by: actor).sorted { rank($0) < rank($1) }
  }

  /// The whole journal of a usual case; the first and the newest events of an unusual one, and that there are more between.
  private func journal(of view: RequestView, by actor: Actor) async throws -> ([JournalItem], Bool) {
    let jump = view.version - 800
    var items: [JournalItem] = [], last = 0
    while true {
      let page = try await services.requests.journal(of: view.id, afterVersion: last, limit: 200, by: actor)
      items += page.items
      guard page.next != nil, let end = page.items.last?.version, items.count < 1_200 else { return (items, jump > 200) }
      last = end == 200 ? max(end, jump) : end
    }
  }
}

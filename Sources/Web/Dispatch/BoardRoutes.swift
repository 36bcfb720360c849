import Domain
import HTTPTypes
import Hummingbird
import Operations

/// The board's page, the parts of it that are read anew, and what is done on it.
extension PageRoutes {
  var boardRoutes: [Route] {
    [
      signedIn(.get, "/board", .right(.requestDispatch), boardPage),
      signedIn(.get, "/board/parts", .right(.requestDispatch), boardParts),
      signedIn(.post, "/board/dispatch", .right(.requestDispatch), sendEngineer),
      signedIn(.post, "/board/undo", .right(.workOrderStep), callBack),
      signedIn(.post, "/board/views", .right(.requestDispatch), keepView),
      signedIn(.post, "/board/views/{id}/remove", .right(.requestDispatch), removeView),
    ]
  }

  /// Rows of one page: what a screen of 1440 px shows is a quarter of it; more come as one scrolls.
  private static let rows = 100

  func boardPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var page = try await board(request, context, actor, with: Set(BoardParts.Part.allCases))
    page.done = try await done(PageQuery(request), page.frame.wording, actor)
    return PageAnswer.html(render(page), context.language)
  }

  /// `part=rows,side,time`: as many as are asked for in one journey; `ids` asks for some rows only.
  func boardParts(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let items = try PageQuery(request)
    let parts = Set((items["part"] ?? "").split(separator: ",").compactMap { BoardParts.Part(rawValue: String($0)) })
    let page = try await board(request, context, actor, with: parts)
    let values = BoardParts(board: page.values(), parts: parts)
    return PageAnswer.html(
      pages.render("board-parts", page.frame, page.frame.wording.text("board.title"), "board", values), context.language)
  }

  private func render(_ page: BoardPage) -> String {
    pages.render("board", page.frame, page.frame.wording.text("board.title"), "board", page.values())
  }

  private func board(
    _ request: Request, _ context: WebContext, _ actor: Actor, with parts: Set<BoardParts.Part>
  ) async throws -> BoardPage {
    let items = try PageQuery(request)
    let filter = try BoardFilter { items[$0] }
    return try await board(
      filter, cursor: items["cursor"] ?? "", number: items["case"], only: items["ids"], parts, request, context, actor)
  }

  private func board(
    _ filter: BoardFilter, cursor: String, number: String?, only: String? = nil, _ parts: Set<BoardParts.Part>, _ request: Request,
    _ context: WebContext, _ actor: Actor
  ) async throws -> BoardPage {
    let dispatch = services.dispatch
    var page = BoardPage(
      frame: frame(request, context, shown: BoardPage.address(filter, cursor: cursor, case: number)), filter: filter, cursor: cursor,
      tally: try await dispatch.tally(by: actor))
    page.formKey = "board-\(context.requestID)"
    page.views = try await dispatch.views(by: actor)
    if parts.contains(.side) || parts.contains(.time), let number { page.selected = try await dispatch.find(number, by: actor) }
    if parts.contains(.rows) {
      if let only {
        let ids = only.split(separator: ",").prefix(Self.rows).map(String.init)
        page.listed = try await dispatch.list(filter, only: ids, by: actor)
      } else {
        page.listed = try await dispatch.list(filter, after: cursor.isEmpty ? nil : cursor, limit: Self.rows, by: actor)
      }
    }
    // The chips' choices stand on the whole page only; what is read anew with each change leaves them.
    if parts == Set(BoardParts.Part.allCases) {
      page.branches = await things(.branches, by: actor)
      page.engineers = try await dispatch.engineers(by: actor)
    }
    if parts.contains(.time) {
      let best = page.selected?.offers.filter(\.suggestion.fits).prefix(3).map(\.engineer.id) ?? []
      page.lanes = try await dispatch.lanes(
        of: filter.branch ?? page.selected?.view.branch ?? actor.branch?.text, also: Array(best), by: actor)
      let wording = page.frame.wording
      page.laneNotes = try await services.devices.silent(page.lanes.map(\.engineer.id), by: actor).mapValues {
        wording.text("board.phone-silent", wording.duration(milliseconds: max(0, wording.now.milliseconds(since: $0))))
      }
    }
    return page
  }

  // MARK: what is done

  /// Sends an engineer; then the board anew, or the same case with who was faster.
  func sendEngineer(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var form = try await PageForm(request)
    let key = form.take("key"), version = form.take("version").flatMap { Int($0) }, hash = form.bodyHash
    guard let number = form.take("request"), let filter = BoardFilter(form["filter"]) else { throw WebRefusal.noSuchPath }
    let cursor = form["cursor"], typed = form["plannedAt"]
    // The button names whom, and when they would be there.
    let parts = form["engineer"].split(separator: "@").map(String.init)
    do {
      var call = Call(actor, expected: version)
      if let key, key.utf8.count <= 255 {
        call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: hash)
      }
      var sent = PageForm(values: ["engineer": parts.first ?? "", "plannedAt": typed])
      if typed.isEmpty, parts.count == 2 { sent = PageForm(values: ["engineer": parts[0], "plannedAt": parts[1]]) }
      let fields = try sent.fields(of: RequestStep.dispatch.shape, offsetSeconds: configuration.offsetSeconds)
      let answer = try await services.requests.take(.dispatch, fields, on: number, call)
      let order = (try? JSONValue(parsing: answer.body))?["workOrders"]?.array?.last?["id"]?.text ?? ""
      return PageAnswer.redirect(Self.adding("sent=\(Address.escaped(order))", to: BoardPage.address(filter, cursor: cursor, case: number)))
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard problem.status.code != 404, problem.status.code < 500 || problem.status.code == 503 else { throw error }
      var page = try await board(filter, cursor: cursor, number: number, Set(BoardParts.Part.allCases), request, context, actor)
      page.refused = .init(message: refusal(problem, page), plannedAt: typed)
      return PageAnswer.html(render(page), status: problem.status, context.language)
    }
  }

  /// Who was faster says more than that a version is old.
  private func refusal(_ problem: Problem, _ page: BoardPage) -> String {
    let wording = page.frame.wording
    let isOvertaken = problem.status == .conflict || problem.status == .preconditionFailed
    if isOvertaken, let sent = page.selected?.sent.last {
      let time = wording.clock(sent.workOrder.dispatchedAt)
      return sent.by.map { wording.text("board.faster", $0, time, sent.workOrder.engineer.name) }
        ?? wording.text("board.faster-somebody", time, sent.workOrder.engineer.name)
    }
    if problem.status == .preconditionFailed { return wording.text("board.changed") }
    let details = problem.errors.map { $0.message(in: wording.language) }
    return details.isEmpty ? problem.detail : details.joined(separator: " ")
  }

  /// Calls an engineer back who is not on the way yet: the work order is handed back, and says that dispatch took it back.
  func callBack(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var form = try await PageForm(request)
    guard let order = form.take("order") else { throw WebRefusal.noSuchPath }
    let back = Address.own(form["back"]).flatMap { $0.hasPrefix("/board") ? $0 : nil } ?? "/board"
    let wording = frame(request, context).wording
    // Already on the way, or back: said on the board, which shows how it is. The version keeps it so while we take it back.
    let kept = PageAnswer.redirect(Self.adding("kept=\(Address.escaped(order))", to: back))
    let found = try await services.workOrders.find(order, by: actor)
    guard found.state == .dispatched else { return kept }
    do {
      _ = try await services.workOrders.take(
        .handBack, Fields(["reason": .text(wording.text("board.undo-reason"))]), on: order, Call(actor, expected: found.version))
      return PageAnswer.redirect(Self.adding("undone=\(Address.escaped(order))", to: back))
    } catch let refusal as any Refusal where refusal.category == .conflict || refusal.category == .stale {
      return kept
    }
  }

  private static func adding(_ item: String, to address: String) -> String {
    var items = (address.split(separator: "?").dropFirst().first ?? "").split(separator: "&").map(String.init)
    items.removeAll { $0.hasPrefix("sent=") || $0.hasPrefix("undone=") || $0.hasPrefix("kept=") }
    return "/board?\((items + [item]).joined(separator: "&"))"
  }

  /// What the address says was done, read anew: nobody can make the page say what was not.
  private func done(_ items: PageQuery, _ wording: Wording, _ actor: Actor) async throws -> BoardPage.Done? {
    func order(_ name: String) async -> WorkOrderView? {
      guard let id = items[name] else { return nil }
      return try? await services.workOrders.find(id, by: actor)
    }
    if let sent = await order("sent") {
      let may = sent.state == .dispatched && Permissions.scope(of: .workOrderStep, for: actor.role) == .all
      return .init(
        words: wording.text("board.done.sent", String(sent.requestNumber.suffix(4)), sent.engineer.name), workOrder: may ? sent.id : nil)
    }
    if let back = await order("undone"), back.state == .handedBack {
      return .init(words: wording.text("board.done.undone", String(back.requestNumber.suffix(4)), back.engineer.name))
    }
    if let kept = await order("kept") {
      return .init(
        words: wording.text("board.done.kept", kept.engineer.name, wording.word("order", kept.state.rawValue)), isGood: false)
    }
    return nil
  }

  // MARK: views

  func keepView(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    guard let filter = BoardFilter(form["filter"]) else { throw WebRefusal.noSuchPath }
    let fields = try DispatchOperations.viewShape.decode(text: ["name": form["name"]])
    try await services.dispatch.save(fields.text("name") ?? "", filter, by: actor)
    return PageAnswer.redirect(BoardPage.address(filter))
  }

  func removeView(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await services.dispatch.remove(view: context.parameter("id"), by: actor)
    return PageAnswer.redirect("/board")
  }
}

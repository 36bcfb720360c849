import Domain
import HTTPTypes
import Hummingbird
import Operations

/// The desk: a page that works by itself, and the parts of it that the script reads anew.
extension PageRoutes {
  var deskRoutes: [Route] {
    [
      signedIn(.get, "/desk", .right(.requestReport), deskPage),
      signedIn(.get, "/desk/found", .right(.requestReport), deskFound),
      signedIn(.post, "/desk", .right(.requestReport), takeCall),
      signedIn(.post, "/desk/drop", .right(.requestReport), dropDraft),
      signedIn(.post, "/desk/new", .right(.registerWrite), registerFromDesk),
      signedIn(.post, "/desk/correct/{number}", .right(.requestReport), correctCall),
      signedIn(.post, "/desk/taken/{number}/read", .right(.requestReport), readBack),
    ]
  }

  func deskPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    var page = try await desk(query, request, context, actor)
    if let number = query["taken"] {
      page.taken = DeskReadback(view: try await services.requests.find(number, by: actor), isAgain: query["again"] != nil)
    }
    if let number = query["correct"] {
      let view = try await services.requests.find(number, by: actor)
      guard page.frame.now.milliseconds(since: view.reportedAt) < DeskReadback.correctable else {
        return PageAnswer.redirect("/requests/\(Address.escaped(view.number))")
      }
      page.form = DeskForm(correcting: view, key: page.form.key)
      if let id = view.equipment?.id { page.card = .machine(try await services.desk.machine(id, by: actor)) }
    }
    if page.taken == nil, page.form.correcting == nil { try await restore(query, request, &page, by: actor) }
    return PageAnswer.html(pages.desk(page), context.language)
  }

  /// A form that was typed and not sent comes back by itself where nothing else was asked for; else it is offered.
  private func restore(_ query: PageQuery, _ request: Request, _ page: inout DeskPage, by actor: Actor) async throws {
    guard actor.staff != nil else { return }
    let drafts = try await services.desk.drafts.list(by: actor)
    let isPlain = request.uri.queryParameters.isEmpty
    guard let draft = query["draft"].map({ id in drafts.first { $0.id == id } }) ?? (isPlain ? drafts.first : nil) else {
      if case .none = page.card { page.form.otherDraft = drafts.first?.id }
      return
    }
    // The machine may be gone since; what was typed is not.
    if let equipment = draft.values["equipment"], !equipment.isEmpty, let card = try? await services.desk.machine(equipment, by: actor) {
      page.form.choose(card, draft.values["join"])
      page.card = .machine(card)
    }
    page.form.values.merge(draft.values) { $1 }
    (page.form.key, page.form.draftOf) = (draft.id, draft.changedAt)
  }

  /// The list of finds alone, while somebody types.
  func deskFound(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    var page = DeskPage(frame: frame(request, context), find: query["q"] ?? "")
    page.mayRegister = Permissions.scope(of: .registerWrite, for: actor.role) != nil
    page.found = try await found(page.find, page.frame, by: actor)
    return PageAnswer.html(pages.deskFound(page), context.language)
  }

  private func found(_ text: String, _ frame: Frame, by actor: Actor) async throws -> DeskFound? {
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    return try await services.desk.find(CasesPage.sought(text, today: frame.wording.todayDate), by: actor)
  }

  /// The page as its address asks for it.
  func desk(_ query: PageQuery, _ request: Request, _ context: WebContext, _ actor: Actor) async throws -> DeskPage {
    var page = DeskPage(frame: frame(request, context, shown: request.method.isSafe ? nil : "/desk"), find: query["find"] ?? "")
    page.mayRegister = Permissions.scope(of: .registerWrite, for: actor.role) != nil
    // No two calls have the same number, so no two forms have the same key.
    page.form.key = "desk-\(context.requestID)"
    page.found = try await found(page.find, page.frame, by: actor)
    var equipment = query["equipment"], customer = query["customer"]
    if let number = query["case"] {
      let view = try await services.requests.find(number, by: actor)
      (equipment, customer) = (view.equipment?.id, view.customer?.id)
      page.form.values["join"] = view.number
      page.form.offered = [DeskFound.Case(view)]
    }
    if let only = page.found?.onlyMachine, equipment == nil, customer == nil, query["new"] == nil, query["clear"] == nil {
      equipment = only
    }
    if let what = query["new"].flatMap(DeskNew.What.init(rawValue:)) {
      page.card = .new(try await new(what, customer: customer, find: page.find, key: page.form.key, by: actor))
      // Whoever gives up on the machine still has the hospital that was chosen, or just made.
      page.form.values["customer"] = customer ?? ""
    } else if let equipment {
      let card = try await services.desk.machine(equipment, said: query["said"] ?? "", by: actor)
      page.form.choose(card, query["case"])
      page.card = .machine(card)
    } else if let customer {
      let card = try await services.desk.customer(customer, by: actor)
      page.form.values["customer"] = card.customer.id
      page.card = .customer(card)
    }
    if let caller = page.caller(query["contact"]) {
      page.form.values.merge(["name": caller.name, "phone": caller.phone, "contact": caller.id]) { $1 }
    }
    return page
  }

  // MARK: The case

  /// Takes the case, or notes the call on one that is open already.
  func takeCall(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var form = try await PageForm(request)
    let key = form.take("key"), join = form.take("join"), sent = form
    let wording = frame(request, context).wording, input = DeskInput(values: sent.values, wording: wording)
    return try await answeringDesk(request, context, actor, sent.values.merging(["join": join ?? ""]) { $1 }, key: key) {
      var call = Call(actor)
      if let key, key.utf8.count <= 200 {
        call.idempotency = IdempotencyKey(key: key, method: "POST", path: "/desk", bodyHash: sent.bodyHash)
      }
      if let join, join != "new" { return try await again(join, input, call) }
      let fields = try await report(input, isDecided: join != nil, by: actor)
      let answer = try await services.requests.report(fields, call)
      let number = (try JSONValue(parsing: answer.body))["number"]?.text ?? ""
      // Who takes the call takes the case; where that is not theirs, or was done, the report stands all the same.
      if Permissions.scope(of: .requestWork, for: actor.role) == .all {
        _ = try? await services.requests.take(.accept, Fields(), on: number, Call(actor))
      }
      if let key { try await services.desk.drafts.drop(key, by: actor) }
      return "/desk?taken=\(Address.escaped(number))"
    }
  }

  /// A machine with open cases asks first whether it is the same matter; all that is missing is said at once.
  private func report(_ input: DeskInput, isDecided: Bool, by actor: Actor) async throws -> Fields {
    let equipment = isDecided ? "" : input.values["equipment"] ?? ""
    let isAsked = equipment.isEmpty ? false : try await services.desk.hasOpenCases(equipment, by: actor)
    let asked =
      isAsked
      ? [FieldProblem(field: "join", message: "Choose: note this call on the open case, or make another.", code: "field.desk-join")] : []
    let fields: Fields
    do throws(InputRefusal) { fields = try input.report() } catch { throw InputRefusal.invalid(asked + error.fields) }
    guard asked.isEmpty else { throw InputRefusal.invalid(asked) }
    return fields
  }

  private func again(_ number: String, _ input: DeskInput, _ call: Call) async throws -> String {
    let view = try await services.requests.find(number, by: call.actor)
    let (comment, change) = try input.again(on: view)
    // What makes it worse is told first, in a step of its own: quality must not wait for a remark (BEY-2).
    if !change.values.isEmpty { _ = try await services.requests.take(.change, change, on: view.number, Call(call.actor)) }
    _ = try await services.requests.take(.comment, comment, on: view.number, call)
    if let key = call.idempotency?.key { try await services.desk.drafts.drop(key, by: call.actor) }
    return "/desk?taken=\(Address.escaped(view.number))&again=1"
  }

  /// The form is not wanted any more.
  func dropDraft(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    try await services.desk.drafts.drop(form["key"], by: actor)
    return PageAnswer.redirect("/desk?fresh=1")
  }

  func correctCall(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let number = try context.parameter("number")
    var form = try await PageForm(request)
    let key = form.take("key"), version = form.take("version").flatMap { Int($0) }, sent = form
    let view = try await services.requests.find(number, by: actor)
    guard try services.requests.now().milliseconds(since: view.reportedAt) < DeskReadback.correctable else {
      return PageAnswer.redirect("/requests/\(Address.escaped(view.number))")
    }
    let input = DeskInput(values: sent.values, wording: frame(request, context).wording)
    return try await answeringDesk(request, context, actor, sent.values, key: key, correcting: (view.number, version ?? view.version)) {
      let change = try input.change(of: view)
      if !change.values.isEmpty {
        var call = Call(actor, expected: version)
        if let key { call.idempotency = IdempotencyKey(key: key, method: "POST", path: request.uri.path, bodyHash: sent.bodyHash) }
        _ = try await services.requests.take(.change, change, on: view.number, call)
      }
      return "/desk?taken=\(Address.escaped(view.number))"
    }
  }

  /// The number was read back: the caller's word that the case was accepted (INT-5), and the desk is free for the next call.
  func readBack(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let view = try await services.requests.find(context.parameter("number"), by: actor)
    let hasWord = Permissions.scope(of: .requestCustomerWord, for: actor.role) == .all
    if hasWord, view.state == .accepted, view.steps.contains(RequestStep.acknowledge.rawValue),
      let contact = view.contact.id ?? view.contact.name
    {
      let fields = Fields(["contact": .text(contact), "how": .text(Means.phone.rawValue)])
      _ = try? await services.requests.take(.acknowledge, fields, on: view.number, Call(actor))
    }
    return PageAnswer.redirect("/desk?fresh=1")
  }

  /// Goes where `perform` says; a refusal comes back on the desk, with all that was typed and why.
  private func answeringDesk(
    _ request: Request, _ context: WebContext, _ actor: Actor, _ typed: [String: String], key: String?,
    correcting: (number: String, version: Int)? = nil, _ perform: () async throws -> String
  ) async throws -> Response {
    do { return PageAnswer.redirect(try await perform()) } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard problem.status.code != 404, problem.status.code < 500 || problem.status.code == 503 else { throw error }
      var query: [String: String] = [:]
      for name in ["equipment", "customer"] { query[name] = typed[name] }
      if let equipment = typed["equipment"], !equipment.isEmpty { query["customer"] = nil; query["equipment"] = equipment }
      var page = (try? await desk(PageQuery(query), request, context, actor)) ?? DeskPage(frame: frame(request, context, shown: "/desk"))
      let label = page.form.machineLabel, offered = page.form.offered, count = page.form.openCount
      page.form = DeskForm(values: typed)
      (page.form.machineLabel, page.form.offered, page.form.openCount, page.form.correcting) = (label, offered, count, correcting)
      page.form.key = try await nextKey(after: key, refused: problem.status, context, by: actor)
      if let refusal = error as? any Refusal { page.form.problems = DeskInput.problems(of: refusal, in: context.language) }
      page.form.message =
        page.form.problems.isEmpty ? problem.detail : page.frame.wording.text("desk.correct-these")
      if let correcting, problem.code == StaleVersion(expected: 0, actual: 0).code {
        page.form.catchUp(with: try await services.requests.find(correcting.number, by: actor), page.frame.wording)
      }
      return PageAnswer.html(pages.desk(page), status: problem.status, context.language)
    }
  }

  /// A refusal is kept under its key, so what is sent next has another, and the draft goes along. What was only put off keeps its key: it may
  /// have been done.
  private func nextKey(
    after key: String?, refused status: HTTPResponse.Status, _ context: WebContext, by actor: Actor
  ) async throws -> String {
    if let key, status == .tooManyRequests || status == .serviceUnavailable { return key }
    let next = "desk-\(context.requestID)"
    if let key { try await services.desk.drafts.rename(key, to: next, by: actor) }
    return next
  }
}

extension DeskPage {
  /// Who is calling: whoever was chosen, else who has the number that was looked for.
  func caller(_ chosen: String?) -> DeskFound.Contact? {
    guard let chosen else { return found?.caller }
    switch card {
    case .machine(let card): return (card.contacts + (found?.contacts ?? [])).first { $0.id == chosen }
    case .customer(let card): return (card.contacts + (found?.contacts ?? [])).first { $0.id == chosen }
    case .none, .new: return nil
    }
  }
}

extension DeskForm {
  /// Fills in the machine, and offers its open cases.
  mutating func choose(_ card: DeskMachine, _ named: String?) {
    values["equipment"] = card.machine.id
    values["customer"] = card.machine.customerID ?? ""
    machineLabel = DeskMachinePart.label(card.machine)
    openCount = card.machine.openCases
    // More than three nobody reads through during a call; the card counts them all.
    offered = Array((card.open.filter { $0.number == named } + card.open.filter { $0.number != named }).prefix(3))
  }
}

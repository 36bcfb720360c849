import Domain
import HTTPTypes
import Hummingbird
import Operations

/// A new customer or machine from within a call.
extension PageRoutes {
  /// The empty form.
  func new(_ what: DeskNew.What, customer: String?, find: String, key: String, by actor: Actor) async throws -> DeskNew {
    try actor.require(.registerWrite)
    var new = DeskNew(what: what, key: "\(key)-new")
    if let customer { new.customer = NamedThing(id: customer, name: await name(.customers, customer, by: actor)) }
    switch what {
    case .customer:
      new.branches = await things(.branches, by: actor)
      // What was looked for and not found is most likely its name.
      if find.unicodeScalars.contains(where: { (0x4E00...0x9FFF).contains($0.value) }) { new.values["name"] = find }
    case .machine: new.models = await things(.models, by: actor)
    }
    return new
  }

  func registerFromDesk(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var form = try await PageForm(request)
    let key = form.take("key"), sure = form.take("sure") != nil, find = form.take("find") ?? ""
    let what = form.take("what").flatMap(DeskNew.What.init(rawValue:)) ?? .customer, sent = form
    var values = sent.values.filter { !$0.value.isEmpty }
    let address = DeskAddress(find: find)
    do {
      let department = values.removeValue(forKey: "department")
      let register: Register = what == .customer ? .customers : .equipment
      let input = try register.description.createShape.decode(text: values)
      if !sure,
        let alike = try await services.desk.alike(
          what == .customer ? input.text("name") ?? "" : input.text("serialNumber") ?? "", by: actor)
      {
        return try await newPage(what, sent.values, key: key, find: find, request, context, actor, alike: alike)
      }
      func call(_ part: String) -> Call {
        var call = Call(actor)
        if let key, key.utf8.count <= 200 {
          call.idempotency = IdempotencyKey(key: "\(key)-\(part)", method: "POST", path: request.uri.path, bodyHash: sent.bodyHash)
        }
        return call
      }
      var complete = input
      if let department, let customer = input.text("customer") {
        complete.values["department"] = .text(try await services.desk.department(department, of: customer, call("department")))
      }
      let answer = try await services.registers.create(register, complete, call(what.rawValue))
      let id = (try JSONValue(parsing: answer.body))["id"]?.text ?? ""
      switch what {
      // A new hospital has no machine yet: that is what comes next.
      case .customer: return PageAnswer.redirect(address.with("customer", id).with("new", "machine").text)
      case .machine: return PageAnswer.redirect(address.with("equipment", id).text)
      }
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard problem.status.code != 404, problem.status.code < 500 || problem.status.code == 503 else { throw error }
      let fields = (error as? any Refusal)?.fields ?? []
      // A refusal is kept under its key: what is sent next has another. What was only put off keeps it.
      let isPutOff = problem.status == .tooManyRequests || problem.status == .serviceUnavailable
      return try await newPage(
        what, sent.values, key: isPutOff ? key : nil, find: find, request, context, actor, status: problem.status,
        problems: Dictionary(fields.map { ($0.field, $0.message(in: context.language)) }) { first, _ in first },
        message: fields.isEmpty ? problem.detail : "")
    }
  }

  private func newPage(
    _ what: DeskNew.What, _ values: [String: String], key: String?, find: String, _ request: Request, _ context: WebContext, _ actor: Actor,
    status: HTTPResponse.Status = .ok, problems: [String: String] = [:], message: String = "", alike: DeskFound? = nil
  ) async throws -> Response {
    var query = ["new": what.rawValue]
    if !find.isEmpty { query["find"] = find }
    if let customer = values["customer"], !customer.isEmpty { query["customer"] = customer }
    var page = try await desk(PageQuery(query), request, context, actor)
    if case .new(var new) = page.card {
      new.values = values
      (new.problems, new.message, new.alike) = (problems, message, alike)
      if let key { new.key = key }
      page.card = .new(new)
    }
    return PageAnswer.html(pages.desk(page), status: status, context.language)
  }
}

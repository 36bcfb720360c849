import Domain
import HTTPTypes
import Hummingbird
import Operations

/// The list of cases, and the notices.
extension PageRoutes {
  func casesPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let items = try PageQuery(request)
    var filters = CasesPage.Filters()
    filters.state = items["state"] ?? filters.state
    filters.sort = items["sort"] ?? filters.sort
    filters.kind = items["kind"] ?? ""
    filters.urgency = items["urgency"] ?? ""
    filters.branch = items["branch"] ?? ""
    filters.engineer = items["engineer"] ?? ""
    filters.equipment = items["equipment"] ?? ""
    filters.customer = items["customer"] ?? ""
    filters.owner = items["owner"] ?? ""
    var query = RequestQuery()
    query.state = filters.state == "all" ? nil : filters.state
    if let state = query.state, state != "open", RequestState(rawValue: state) == nil {
      throw InputRefusal.field("state", "Choose one of open, all, \(RequestState.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    query.kind = try items.word("kind", RequestKind.self)
    query.urgency = try items.word("urgency", Urgency.self)
    query.sort = try items.word("sort", RequestQuery.Sort.self) ?? .due
    query.branch = items["branch"]
    query.engineer = items["engineer"]
    query.equipment = items["equipment"]
    query.customer = items["customer"]
    query.owner = items["owner"]
    query.cursor = items["cursor"]
    if let outcome = try items.word("promise", PromiseFilter.Outcome.self) {
      let filter = try OnTimeFilter(items, at: try services.requests.now())
      query.promise = PromiseFilter(outcome, of: filter)
      (filters.promise, filters.of) = (outcome.rawValue, filter)
    }
    var found: [SearchOperations.Hit]?
    if let find = items["find"] {
      let today = frame(request, context).wording.todayDate
      let result = try await services.search.search(CasesPage.sought(find, today: today), by: actor)
      // Exactly one case of that number: open it, as a person at the telephone wants.
      if result.items.count == 1, let only = result.items.first, only.type == "request", let number = only.number {
        return PageAnswer.redirect("/requests/\(number)")
      }
      found = result.items
    }
    var page = CasesPage(
      frame: frame(request, context), filters: filters, page: try await services.requests.list(query, by: actor),
      isFollowing: query.cursor != nil, branches: await things(.branches, by: actor),
      engineers: await things(.staff, ["role": Role.engineer.rawValue], by: actor), find: items["find"] ?? "", found: found)
    if let of = filters.of {
      page.targets = Dictionary(services.insight.targets().map { ($0.id, $0.name) }) { first, _ in first }
      if let customer = of.customer { page.names[customer] = await name(.customers, customer, by: actor) }
      if let engineer = of.engineer { page.names[engineer] = await name(.staff, engineer, by: actor) }
    }
    return PageAnswer.html(pages.cases(page), context.language)
  }

  func noticesPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request), cursor = query["cursor"]
    let list = try await services.notices.list(after: cursor, limit: 50, by: actor)
    var page = NoticesPage(frame: frame(request, context), page: list, isFollowing: cursor != nil)
    if list.items.contains(where: { $0.target != nil }) {
      page.colleagues = await things(.staff, by: actor).filter { $0.id != actor.staff?.text }
    }
    page.isDone = query["done"] == "answered"
    return PageAnswer.html(pages.notices(page), context.language)
  }

  /// What a person makes of an escalation (SLA-8).
  func answerEscalation(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    let input = try form.fields(of: RequestOperations.escalationShape, offsetSeconds: configuration.offsetSeconds)
    _ = try await services.requests.answerEscalation(input, on: context.parameter("id"), Call(actor))
    return PageAnswer.redirect("/notices?done=answered")
  }

  func seeNotice(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await services.notices.see(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/notices")
  }

  /// Names of a register for a list to choose from; none where the reader may not see it.
  func things(_ register: Register, _ filters: [String: String] = [:], by actor: Actor) async -> [NamedThing] {
    var query = RegisterQuery()
    query.filters = filters
    query.limit = 200
    guard let page = try? await services.registers.list(register, query, by: actor) else { return [] }
    return page.items.compactMap { item in
      guard let json = try? JSONValue(parsing: item.json), let name = json["name"]?.text else { return nil }
      return NamedThing(id: item.id, name: name, branch: json["branch"]?.text, note: json["branchName"]?.text ?? "")
    }
  }

  func name(_ register: Register, _ id: String?, by actor: Actor) async -> String {
    guard let id, let item = try? await services.registers.find(register, id, by: actor) else { return "" }
    return (try? JSONValue(parsing: item.json))?["name"]?.text ?? ""
  }
}

/// The query of a page's address; an empty item, which a form sends for "all", is one left out.
struct PageQuery {
  private var values: [String: String] = [:]

  /// As a page asks for another.
  init(_ values: [String: String]) { self.values = values }

  init(_ request: Request) throws(InputRefusal) {
    for item in request.uri.queryParameters where !item.value.isEmpty {
      let value = String(item.value)
      guard value.utf8.count <= 400, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        throw .field(FieldProblem.printable(String(item.key)), "Give at most 400 bytes without control characters.")
      }
      values[String(item.key)] = value
    }
  }

  subscript(name: String) -> String? { values[name] }

  func word<Word: CaseIterable & RawRepresentable<String>>(_ name: String, _ type: Word.Type) throws(InputRefusal) -> Word? {
    guard let text = values[name] else { return nil }
    guard let word = Word(rawValue: text) else {
      throw .field(name, "Choose one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return word
  }
}

extension WebContext {
  /// A part of the path, decoded.
  func parameter(_ name: String) throws -> String {
    guard let raw = parameters.get(name), raw.utf8.count <= 200, let text = raw.removingURLPercentEncoding(), !text.isEmpty,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw WebRefusal.noSuchPath }
    return text
  }
}

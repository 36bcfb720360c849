import Domain
import HTTPTypes
import Hummingbird
import Operations

/// The registers as lists, and one record of each.
extension PageRoutes {
  /// - Throws: ``WebRefusal/noSuchPath``, also for what is not for this reader.
  func register(_ context: WebContext, for actor: Actor) throws -> Register {
    guard let register = Register(rawValue: try context.parameter("register")), RegisterList.shown(to: actor).contains(register) else {
      throw WebRefusal.noSuchPath
    }
    return register
  }

  func mayWrite(_ register: Register, _ actor: Actor) -> Bool { Permissions.scope(of: register.writeAction, for: actor.role) == .all }

  func registersPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    var entries: [RegistersPage.Entry] = []
    for register in RegisterList.shown(to: actor) {
      entries.append(
        .init(
          register: register, count: try await services.registers.count(register, upTo: RegistersPage.most, by: actor),
          mayWrite: mayWrite(register, actor)))
    }
    let page = RegistersPage(frame: frame(request, context), entries: entries)
    return PageAnswer.html(
      pages.render("registers", page.frame, page.frame.wording.text("records.title"), "records", page.values()), context.language)
  }

  func registerPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try register(context, for: actor), items = try PageQuery(request)
    var filters = RegisterListPage.Filters()
    for name in register.description.filters { if let value = items[name] { filters.values[name] = value } }
    filters.archived = items["archived"] == "true"
    filters.find = items["find"] ?? ""
    filters.sort = items["sort"] ?? ""
    var query = filters.query
    query.cursor = items["cursor"]
    if !filters.find.isEmpty {
      query.limit = RegisterListPage.foundMost
      query.sort = nil
    }
    let list = try await services.registers.list(register, query, by: actor)
    var page = RegisterListPage(frame: frame(request, context), register: register, filters: filters, page: list)
    page.isFollowing = query.cursor != nil
    if filters.find.isEmpty {
      query.cursor = nil
      page.count = try await services.registers.count(register, query, upTo: RegisterListPage.most, by: actor)
    }
    if register.description.field("branch") != nil { page.branches = await things(.branches, by: actor) }
    page.names = await names(of: filters.values, register, by: actor)
    page.mayWrite = mayWrite(register, actor)
    page.mayExport = Permissions.scope(of: .export, for: actor.role) != nil
    let title = page.frame.wording.text("register.\(register.rawValue)")
    return PageAnswer.html(pages.render("register", page.frame, title, "records", page.values()), context.language)
  }

  /// Of what a link's filters refer to, so that a person reads names.
  private func names(of filters: [String: String], _ register: Register, by actor: Actor) async -> [String: String] {
    var names: [String: String] = [:]
    for (name, id) in filters {
      guard case .reference(let other) = register.description.field(name)?.storage, other != .branches else { continue }
      if let item = try? await services.registers.find(other, id, by: actor) { names[name] = RecordItem(other, item).title }
    }
    return names
  }

  func recordPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let register = try register(context, for: actor), done = try PageQuery(request)["done"]
    return try await recordPage(register, context.parameter("id"), request, context, actor) { page in
      page.done = done.flatMap { page.frame.wording.has("record.done.\($0)") ? $0 : nil }
    }
  }

  func recordPage(
    _ register: Register, _ id: String, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    change: (inout RecordPage) -> Void = { _ in }
  ) async throws -> Response {
    let item = RecordItem(register, try await services.registers.find(register, id, by: actor))
    var page = RecordPage(frame: frame(request, context, shown: RegisterWords.address(register, item.id)), item: item)
    page.rights = .init(
      write: mayWrite(register, actor), merge: Permissions.scope(of: .registerMerge, for: actor.role) == .all,
      account: Permissions.scope(of: .accountManage, for: actor.role) == .all,
      label: Permissions.scope(of: .linkLabel, for: actor.role) == .all)
    for panel in RecordPanels.of(register) where RegisterList.shown(to: actor).contains(panel.register) {
      var query = RegisterQuery()
      (query.filters, query.limit, query.sort) = ([panel.field: item.id], RecordPanels.shown, "-id")
      let found = try await services.registers.list(panel.register, query, by: actor)
      page.panels.append(
        RecordPanels.panel(
          panel, of: item, found, mayWrite: mayWrite(panel.register, actor) && !item.isArchived, page.frame.wording))
    }
    if let query = RecordPanels.cases(of: item), Permissions.scope(of: .requestRead, for: actor.role) != nil {
      let found = try await services.requests.list(query, by: actor)
      (page.cases, page.casesMore) = (found.items, found.next != nil)
    }
    if Permissions.scope(of: .registerRead, for: actor.role) == .all {
      (page.changes, page.changesGoOn) = try await services.registers.changes(register, of: item.id, by: actor)
    }
    if register == .staff, page.rights.account {
      let there = try? await services.accounts.user(item.id, by: actor)
      page.account = there.map { (page.frame.wording.text("users.of", $0.user.signInName), "/registers/users/\(Address.escaped(item.id))") }
      if there == nil, !item.isArchived {
        page.account = (page.frame.wording.text("users.new"), "/registers/users/new?staff=\(Address.escaped(item.id))")
      }
    }
    page.formKey = "page-\(context.requestID)"
    change(&page)
    let title = item.title.isEmpty ? page.frame.wording.text("records.forgotten") : item.title
    return PageAnswer.html(pages.render("record", page.frame, title, "record", page.values()), status: status, context.language)
  }
}

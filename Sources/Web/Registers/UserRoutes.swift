import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Who may sign in, as their administrator keeps it.
extension PageRoutes {
  func usersPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request), find = query["find"]
    let list = try await services.accounts.users(find: find, after: query["cursor"], by: actor)
    let page = UsersPage(frame: frame(request, context), page: list, find: find ?? "", isFollowing: query["cursor"] != nil)
    return PageAnswer.html(
      pages.render("users", page.frame, page.frame.wording.text("users.title"), "records", page.values()), context.language)
  }

  func newUserPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let query = try PageQuery(request)
    var page = UserFormPage(frame: frame(request, context))
    try await fill(&page, staff: query["staff"], actor)
    return render(page, context)
  }

  private func fill(_ page: inout UserFormPage, staff: String?, _ actor: Actor) async throws {
    if let staff {
      let item = RecordItem(.staff, try await services.registers.find(.staff, staff, by: actor))
      (page.staff, page.staffName) = (staff, item.title)
    }
    page.branches = await things(.branches, by: actor)
  }

  private func render(_ page: UserFormPage, _ context: WebContext, status: HTTPResponse.Status = .ok) -> Response {
    PageAnswer.html(
      pages.render("user-form", page.frame, page.frame.wording.text("users.new"), "record-form", page.values()), status: status,
      context.language)
  }

  /// The password is shown in this very answer, and never again.
  func createUser(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    let isMade = form["password"].isEmpty, password = isMade ? services.accounts.newPassword() : form["password"]
    do {
      let staff: String
      if form["staff"].isEmpty {
        guard let role = Role(rawValue: form["role"]) else { throw InputRefusal.invalid([.required("role")]) }
        func given(_ name: String) -> String? { form[name].isEmpty ? nil : form[name] }
        staff = try await services.accounts.addUser(
          NewUser(
            signInName: form["signInName"], name: given("name"), role: role, branch: given("branch"),
            customer: given("customer.id") ?? given("customer"),
            partner: given("partner"), password: password), by: actor
        ).staff
      } else {
        staff = form["staff"]
        try await services.accounts.addAccount(staff: staff, signInName: form["signInName"], password: password, by: actor)
      }
      return try await userPage(staff, request, context, actor) { ($0.done, $0.secret) = ("created", isMade ? password : nil) }
    } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard ![401, 403].contains(problem.status.code), problem.status.code < 500 || problem.status.code == 503 else { throw error }
      var page = UserFormPage(frame: frame(request, context, shown: "/registers/users/new"), typed: form.values)
      page.typed["password"] = nil
      for field in problem.errors { page.problems[field.field] = field.message(in: context.language) }
      page.problem = problem.errors.isEmpty ? problem.detail : nil
      try await fill(&page, staff: form["staff"].isEmpty ? nil : form["staff"], actor)
      return render(page, context, status: problem.status)
    }
  }

  func userPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let done = try PageQuery(request)["done"]
    return try await userPage(context.parameter("id"), request, context, actor) { page in
      page.done = done.flatMap { page.frame.wording.has("users.done.\($0)") ? $0 : nil }
    }
  }

  private func userPage(
    _ staff: String, _ request: Request, _ context: WebContext, _ actor: Actor, status: HTTPResponse.Status = .ok,
    change: (inout UserPage) -> Void = { _ in }
  ) async throws -> Response {
    let address = "/registers/users/\(Address.escaped(staff))"
    var page = UserPage(frame: frame(request, context, shown: address), details: try await services.accounts.user(staff, by: actor))
    change(&page)
    return PageAnswer.html(
      pages.render("user", page.frame, page.details.user.signInName, "record", page.values()), status: status, context.language)
  }

  func lockUser(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await user("locked", request, context, actor) { staff, _ in try await services.accounts.lock(staff, by: actor) }
  }

  func unlockUser(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await user("unlocked", request, context, actor) { staff, _ in try await services.accounts.unlock(staff, by: actor) }
  }

  func signOutUser(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await user("signed-out", request, context, actor) { staff, _ in try await services.accounts.signOutEverywhere(staff, by: actor) }
  }

  func changeUserRole(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await user("role", request, context, actor) { staff, form in
      guard let role = Role(rawValue: form["role"]) else { throw InputRefusal.invalid([.required("role")]) }
      try await services.accounts.changeRole(staff, to: role, expected: Int(form["version"]), by: actor)
    }
  }

  func revokeUserToken(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await user("revoked", request, context, actor) { _, form in try await services.accounts.revokeToken(form["revoke"], by: actor) }
  }

  func resetUserPassword(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let staff = try context.parameter("id"), form = try await PageForm(request)
    let isMade = form["password"].isEmpty, password = isMade ? services.accounts.newPassword() : form["password"]
    return try await refusing(staff, request, context, actor) {
      try await services.accounts.reset(staff, password: password, by: actor)
      return try await userPage(staff, request, context, actor) { ($0.done, $0.secret) = ("password", isMade ? password : nil) }
    }
  }

  private func user(
    _ done: String, _ request: Request, _ context: WebContext, _ actor: Actor, _ perform: (String, PageForm) async throws -> Void
  ) async throws -> Response {
    let staff = try context.parameter("id"), form = try await PageForm(request)
    return try await refusing(staff, request, context, actor) {
      try await perform(staff, form)
      return PageAnswer.redirect("/registers/users/\(Address.escaped(staff))?done=\(done)")
    }
  }

  private func refusing(
    _ staff: String, _ request: Request, _ context: WebContext, _ actor: Actor, _ perform: () async throws -> Response
  ) async throws -> Response {
    do { return try await perform() } catch {
      let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
      guard ![401, 403, 404].contains(problem.status.code), problem.status.code < 500 || problem.status.code == 503 else { throw error }
      return try await userPage(staff, request, context, actor, status: problem.status) { $0.problem = problem.detail }
    }
  }
}

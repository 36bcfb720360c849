import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Operations

/// The pages of the desk: each reads what it needs, makes a plain value, and renders it.
struct PageRoutes: Sendable {
  struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    /// Every page says for whom it is; a test walks all as every role.
    let access: Endpoint.Access
    let handle: @Sendable (Request, WebContext) async throws -> Response
    var routerPath: String { path.replacing("{", with: ":").replacing("}", with: "") }
  }

  let services: WebServices
  let `guard`: Guard
  let configuration: WebConfiguration
  let logger: Logger
  let pages: Pages
  let press: PaperPress
  /// For pages without a sign-in.
  let open = OpenLimits()

  init(services: WebServices, guard: Guard, configuration: WebConfiguration, logger: Logger) throws {
    (self.services, self.guard, self.configuration, self.logger) = (services, `guard`, configuration, logger)
    press = try PaperPress(services.papers, printer: services.printer, configuration: configuration)
    pages = press.pages
  }

  var routes: [Route] {
    accountRoutes + caseRoutes + deskRoutes + boardRoutes + phoneRoutes + hospitalRoutes + labelRoutes + linkRoutes + recordRoutes
      + insightRoutes + wallRoutes + feedRoutes + rosterRoutes + outboxRoutes + inboundRoutes + helpRoutes
  }

  private var accountRoutes: [Route] {
    [
      signedIn(.get, "/", .signedIn) { _, _, actor in PageAnswer.redirect(Screen.home(of: actor)) },
      Route(method: .get, path: "/assets/{name}", access: .open) { _, context in
        try PageAnswer.asset(context.parameters.get("name"))
      },
      Route(method: .get, path: "/sign-in", access: .open, handle: signInPage),
      Route(method: .post, path: "/sign-in", access: .open, handle: signIn),
      Route(method: .post, path: "/sign-out", access: .open, handle: signOut),
      Route(method: .post, path: "/language", access: .open, handle: chooseLanguage),
      Route(method: .post, path: "/theme", access: .open, handle: chooseTheme),
      signedIn(.get, "/notices", .right(.noticeRead), noticesPage),
      signedIn(.post, "/notices/{id}/seen", .right(.noticeRead), seeNotice),
      signedIn(.post, "/requests/{id}/escalations", .right(.noticeRead), answerEscalation),
    ]
  }

  private var caseRoutes: [Route] {
    [
      signedIn(.get, "/requests", .right(.requestRead), casesPage),
      signedIn(.get, "/requests/{id}", .right(.requestRead), requestPage),
      signedIn(.get, "/requests/{id}/repair-report", .right(.requestRead), repairReportPage),
      signedIn(.post, "/requests/{id}/attachments", .right(.requestAttach), attachFile),
      signedIn(.post, "/requests/{id}/attachments/{attachment}/erase", .right(.attachmentErase), eraseFile),
      // Which right a step needs, Operations knows.
      signedIn(.post, "/requests/{id}/{step}", .right(.requestRead), takeStep),
      signedIn(.get, "/work-orders/{id}", .right(.workOrderRead), workOrderPage),
      signedIn(.post, "/work-orders/{id}/{step}", .right(.workOrderStep), takeWorkOrderStep),
    ]
  }

  /// Whoever is not signed in is asked to, and comes back.
  func signedIn(
    _ method: HTTPRequest.Method, _ path: String, _ access: Endpoint.Access,
    _ handle: @escaping @Sendable (Request, WebContext, Actor) async throws -> Response
  ) -> Route {
    Route(method: method, path: path, access: access) { request, context in
      var context = context
      do {
        (context.actor, context.session) = try await `guard`.signedIn(request, context)
      } catch AccessError.notSignedIn where method == .get {
        return PageAnswer.redirect("/sign-in?next=\(Address.escaped(request.uri.string))")
      }
      guard let actor = context.actor else { throw AccessError.notSignedIn }
      do {
        if case .right(let action) = access { try actor.require(action) }
        return try await handle(request, context, actor)
      } catch {
        // Here the reader is known, so the page about it keeps the menu.
        let problem = Problem(error, in: context.language, named: false, requestID: context.requestID, logger: logger)
        return errorPage(problem, request, context)
      }
    }
  }

  func frame(_ request: Request, _ context: WebContext, shown path: String? = nil) -> Frame {
    // A machine whose clock was set back answers nothing but errors, and those tell no time.
    let now = (try? services.requests.now()) ?? Instant(milliseconds: 0)
    return Frame(
      language: context.language, now: now, offsetSeconds: configuration.offsetSeconds, reader: context.actor,
      path: Address.own(path ?? request.uri.string) ?? "/requests",
      theme: request.cookies["weibao-theme"].flatMap { Frame.Theme(rawValue: $0.value) })
  }

  /// A problem for people, where the caller reads pages; nil leaves it JSON.
  func problem(_ problem: Problem, _ request: Request, _ context: WebContext) -> Response? {
    guard !request.uri.path.hasPrefix("/api/"), request.headers[.accept]?.contains("text/html") == true else { return nil }
    return errorPage(problem, request, context)
  }

  private func errorPage(_ problem: Problem, _ request: Request, _ context: WebContext) -> Response {
    let isRead = request.method.isSafe
    let frame = frame(request, context, shown: isRead ? nil : "/requests"), wording = frame.wording
    // The interface speaks to programs of addresses and names of rights; a person is told otherwise.
    let message = wording.has("page.\(problem.code)") ? wording.text("page.\(problem.code)") : problem.detail
    let details = problem.errors.map { "\(wording.word("label", $0.field)): \($0.message(in: context.language))" }
    let page = ErrorPage(
      frame: frame, status: problem.status.code, title: problem.title, message: message, details: details, requestID: problem.id,
      isWrite: !isRead, retry: isRead && problem.status.code >= 500 ? Address.own(request.uri.string) : nil)
    var response = PageAnswer.html(pages.error(page), status: problem.status, context.language)
    for field in problem.headers where field.name == .retryAfter || field.name == .allow { response.headers[field.name] = field.value }
    return response
  }
}

/// What a page route answers.
enum PageAnswer {
  static func html(_ text: String, status: HTTPResponse.Status = .ok, _ language: Language) -> Response {
    Response(
      status: status,
      headers: [
        .contentType: "text/html; charset=utf-8", .contentLanguage: language.tag, .cacheControl: "no-store",
        .vary: "Cookie, Accept-Language",
      ], body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  /// After a form: the browser reads the page anew, and a reload sends nothing again.
  static func redirect(_ path: String) -> Response {
    Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
  }

  static func asset(_ name: String?) throws -> Response {
    guard let asset = PageAsset.all[name ?? ""] else { throw WebRefusal.noSuchPath }
    return Response(
      status: .ok, headers: [.contentType: asset.contentType, .cacheControl: "public, max-age=31536000, immutable"],
      body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
  }
}

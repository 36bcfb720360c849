import Domain
import HTTPTypes
import Hummingbird
import Operations

/// The wall: for colleagues who are signed in, and for a screen that holds a link; and the links of screens.
extension PageRoutes {
  var wallRoutes: [Route] {
    [
      signedIn(.get, "/wall", .right(.requestDispatch)) { try await wall($0, $1, $2, "wall") },
      signedIn(.get, "/wall/parts", .right(.requestDispatch)) { try await wall($0, $1, $2, "wall-parts") },
      outside(.get, "/w/{token}") { try await screen($0, $1, $2, "wall") },
      outside(.get, "/w/{token}/parts") { try await screen($0, $1, $2, "wall-parts") },
      signedIn(.get, "/wall/screens", .right(.linkWall), screensPage),
      signedIn(.post, "/wall/screens", .right(.linkWall), makeScreen),
      signedIn(.post, "/wall/screens/{id}/revoke", .right(.linkWall), revokeScreen),
    ]
  }

  private func wall(_ request: Request, _ context: WebContext, _ actor: Actor, _ template: String) async throws -> Response {
    let branch = try PageQuery(request)["branch"], items = branch.map { "?branch=\(Address.escaped($0))" } ?? ""
    let wall = try await services.wall.wall(branch: branch, by: actor)
    return try answer(wall, template, parts: "/wall/parts\(items)", isKiosk: false, request, context)
  }

  private func screen(_ request: Request, _ context: WebContext, _ token: String, _ template: String) async throws -> Response {
    let wall = try await services.wall.wall(link: token)
    let lang = try PageQuery(request)["lang"].map { "?lang=\(Address.escaped($0))" } ?? ""
    return try answer(wall, template, parts: "/w/\(Address.escaped(token))/parts\(lang)", isKiosk: true, request, context)
  }

  private func answer(
    _ wall: Wall, _ template: String, parts: String, isKiosk: Bool, _ request: Request, _ context: WebContext
  ) throws -> Response {
    var frame = frame(request, context)
    // A television has no menu to choose a language in: its address says it.
    if let language = try PageQuery(request)["lang"].flatMap(Language.init(rawValue:)) { frame.language = language }
    if isKiosk { frame.reader = nil }
    frame.theme = frame.theme ?? .dark
    let page = WallPage(frame: frame, wall: wall, company: configuration.companyName, parts: parts, isKiosk: isKiosk)
    return PageAnswer.html(pages.render(template, frame, frame.wording.text("wall.title"), "wall", page.values()), frame.language)
  }

  // MARK: links of screens

  func screensPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let frame = frame(request, context)
    let page = ScreensPage(
      screens: try await services.wall.screens(by: actor), branches: await things(.branches, by: actor),
      token: context.session.map { PageToken.make(session: $0) } ?? "", site: configuration.publicAddress ?? "", wording: frame.wording)
    return PageAnswer.html(
      pages.render("wall-screens", frame, frame.wording.text("wall.screens"), "wall-screens", page), context.language)
  }

  func makeScreen(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    if let session = context.session { try PageToken.require(form["token"], session: session, request, context) }
    let branch = form["branch"]
    _ = try await services.wall.makeScreen(branch: branch.isEmpty ? nil : branch, by: actor)
    return PageAnswer.redirect("/wall/screens")
  }

  func revokeScreen(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let form = try await PageForm(request)
    if let session = context.session { try PageToken.require(form["token"], session: session, request, context) }
    try await services.links.revoke(context.parameter("id"), by: actor)
    return PageAnswer.redirect("/wall/screens")
  }
}

/// The screens that hold a link: which branch, the address, when it was last used.
struct ScreensPage: PageValue {
  let screens: [LinkView]
  let branches: [NamedThing]
  let token, site: String
  let wording: Wording

  func child(named: String) -> Any? {
    switch named {
    case "token": token
    case "branches": branches.map { Choice(value: $0.id, words: $0.name) }
    case "isEmpty": screens.isEmpty
    case "screenLinks": screens.map { Line(link: $0, page: self) }
    default: nil
    }
  }

  struct Line: PageValue {
    let link: LinkView
    let page: ScreensPage

    func child(named: String) -> Any? {
      switch named {
      case "screenPlace": page.branches.first { $0.id == link.subject }?.name ?? page.wording.text("wall.whole")
      case "screenHref": "\(page.site)/w/\(link.token)?lang=\(page.wording.language.rawValue)"
      case "screenUsed":
        link.usedAt.map { page.wording.text("wall.used", page.wording.moment($0)) } ?? page.wording.text("wall.unused")
      case "screenRevoke": "/wall/screens/\(link.id)/revoke"
      default: nil
      }
    }
  }
}

import Hummingbird
import Operations

/// Help of each screen, and the components side by side.
extension PageRoom {
  static let help = PageRoom(
    templates: [
      ("help", PackageResources.help_mustache), ("helping", PackageResources.helping_mustache),
      ("styleguide", PackageResources.styleguide_mustache),
    ], assets: ["styleguide.css": .style(PackageResources.styleguide_css)], zh: PageTexts.styleguideZh, en: PageTexts.styleguideEn)
}

extension PageRoutes {
  var helpRoutes: [Route] {
    [
      signedIn(.get, "/help/{screen}", .signedIn, helpPage),
      signedIn(.get, "/styleguide", .signedIn, styleguidePage),
    ]
  }

  /// The same words that `?` shows, as a page: for whoever has script off.
  func helpPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let screen = try context.parameter("screen"), frame = frame(request, context)
    guard frame.wording.has("help.\(screen).1") else { throw WebRefusal.noSuchPath }
    let name = frame.wording.has("nav.\(screen)") ? frame.wording.text("nav.\(screen)") : frame.wording.text("nav.cases")
    let title = frame.wording.text("help.title", name)
    return PageAnswer.html(pages.render("help", frame, title, screen, NoValues()), context.language)
  }
}

/// A page that says only what its frame and its texts say.
struct NoValues: PageValue {
  func child(named: String) -> Any? { nil }
}

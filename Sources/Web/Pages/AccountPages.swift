import Domain
import HTTPTypes
import Hummingbird
import Operations

/// Signing in and out, and the language of a person's pages.
extension PageRoutes {
  func signInPage(_ request: Request, context: WebContext) async throws -> Response {
    let next = Address.own(request.uri.queryParameters["next"].map(String.init)?.removingURLPercentEncoding()) ?? "/"
    return PageAnswer.html(pages.signIn(SignInPage(frame: frame(request, context), next: next)), context.language)
  }

  func signIn(_ request: Request, context: WebContext) async throws -> Response {
    try SameOrigin.require(request, context)
    let form = try await PageForm(request)
    let next = Address.own(form["next"]) ?? "/"
    do {
      let session = try await services.authenticator.signIn(name: form["name"], password: form["password"], address: context.address)
      var response = PageAnswer.redirect(next)
      response.setCookie(SessionCookie.set(session.session, secure: context.isSecure))
      return response
    } catch let refusal as AccessError {
      let page = SignInPage(
        frame: frame(request, context, shown: "/sign-in"), name: form["name"], problem: refusal.message(in: context.language), next: next)
      return PageAnswer.html(pages.signIn(page), status: refusal.category.status, context.language)
    }
  }

  func signOut(_ request: Request, context: WebContext) async throws -> Response {
    try SameOrigin.require(request, context)
    if let session = SessionCookie.read(request) { try await services.authenticator.signOut(session: session) }
    var response = PageAnswer.redirect("/sign-in")
    response.setCookie(SessionCookie.clear(secure: context.isSecure))
    return response
  }

  /// Light, dark, or as the browser has it.
  func chooseTheme(_ request: Request, context: WebContext) async throws -> Response {
    try SameOrigin.require(request, context)
    let form = try await PageForm(request), theme = Frame.Theme(rawValue: form["theme"])
    guard theme != nil || form["theme"] == "auto" else { throw InputRefusal.field("theme", "Choose one of light, dark, auto.") }
    var response = PageAnswer.redirect(Address.own(form["back"]) ?? "/")
    response.setCookie(
      Cookie(
        name: "weibao-theme", value: theme?.rawValue ?? "", maxAge: theme == nil ? 0 : 31_536_000, path: "/", secure: context.isSecure,
        httpOnly: true, sameSite: .lax))
    return response
  }

  func chooseLanguage(_ request: Request, context: WebContext) async throws -> Response {
    try SameOrigin.require(request, context)
    let form = try await PageForm(request)
    guard let language = Language(rawValue: form["language"]) else {
      throw InputRefusal.field("language", "Choose one of \(Language.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    var response = PageAnswer.redirect(Address.own(form["back"]) ?? "/requests")
    response.setCookie(
      Cookie(
        name: "weibao-language", value: language.rawValue, maxAge: 31_536_000, path: "/", secure: context.isSecure, httpOnly: true,
        sameSite: .lax))
    return response
  }
}

import Crypto
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// An engineer's visits as a calendar to subscribe to, and the page on which its address is made.
extension PageRoutes {
  var feedRoutes: [Route] {
    [
      signedIn(.get, "/feed", .right(.workOrderStep), feedPage),
      signedIn(.post, "/feed/renew", .right(.workOrderStep)) { try await changeFeed($0, $1, $2) { try await $0.renew(by: $1) } },
      signedIn(.post, "/feed/end", .right(.workOrderStep)) { try await changeFeed($0, $1, $2) { try await $0.end(by: $1) } },
      outside(.get, "/feed/{token}/visits.ics", feed),
    ]
  }

  func feedPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    let frame = frame(request, context)
    let page = FeedPage(
      link: try await services.visits.link(of: actor), token: context.session.map { PageToken.make(session: $0) } ?? "",
      site: configuration.publicAddress ?? "", wording: frame.wording)
    return PageAnswer.html(pages.render("feed", frame, frame.wording.text("feed.title"), "feed", page), context.language)
  }

  private func changeFeed(
    _ request: Request, _ context: WebContext, _ actor: Actor, _ change: (VisitFeed, Actor) async throws -> some Any
  ) async throws -> Response {
    let form = try await PageForm(request)
    if let session = context.session { try PageToken.require(form["token"], session: session, request, context) }
    _ = try await change(services.visits, actor)
    return PageAnswer.redirect("/feed")
  }

  /// Asked for again every quarter of an hour by every phone: what has not changed is not sent again.
  func feed(_ request: Request, context: WebContext, token: String) async throws -> Response {
    let language = try PageQuery(request)["lang"].flatMap(Language.init(rawValue:)) ?? .zh
    let text = try await services.visits.calendar(token, chinese: language == .zh)
    let tag = "\"\(SHA256.hash(data: Array(text.utf8)).hexadecimal)\""
    var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
    let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { !$0.isWhitespace } } ?? []
    if known.contains(where: { $0 == tag || $0 == "W/\(tag)" || $0 == "*" }) { return Response(status: .notModified, headers: headers) }
    headers[.contentType] = "text/calendar; charset=utf-8"
    headers[.contentDisposition] = "inline; filename=\"visits.ics\""
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}

struct FeedPage: PageValue {
  let link: LinkView?
  let token, site: String
  let wording: Wording

  func child(named: String) -> Any? {
    switch named {
    case "token": token
    case "hasFeed": link != nil
    case "feedAddress": link.map { "\(site)/feed/\($0.token)/visits.ics\(wording.language == .en ? "?lang=en" : "")" } ?? ""
    case "feedUsed": link?.usedAt.map { wording.text("feed.used", wording.moment($0)) } ?? wording.text("feed.unused")
    default: nil
    }
  }
}

import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// The list of what came in, and what a person decides there.
extension PageRoutes {
  var inboundRoutes: [Route] {
    [
      signedIn(.get, "/inbound", .right(.inboundHandle), inboundPage),
      signedIn(.get, "/inbound/{id}/raw", .right(.inboundHandle)) { _, context, actor in
        let id = try context.parameter("id")
        return InboundAnswer.raw(try await services.inbound.raw(id, by: actor), of: id).response
      },
      signedIn(.post, "/inbound/{id}/take", .right(.inboundHandle)) { request, context, actor in
        try await deciding(request, context, actor) { try await services.inbound.accept($0, by: actor).requestNumber ?? "" }
      },
      signedIn(.post, "/inbound/{id}/dismiss", .right(.inboundHandle)) { request, context, actor in
        try await deciding(request, context, actor) {
          try await services.inbound.dismiss($0, by: actor)
          return ""
        }
      },
    ]
  }

  func inboundPage(_ request: Request, context: WebContext, actor: Actor) async throws -> Response {
    try await inboundPage(request, context, actor, done: try PageQuery(request)["done"])
  }

  /// Does what was asked; then the list anew, with what was done or why not.
  private func deciding(
    _ request: Request, _ context: WebContext, _ actor: Actor, _ decide: (String) async throws -> String
  ) async throws -> Response {
    do {
      return PageAnswer.redirect("/inbound?done=\(Address.escaped(try await decide(context.parameter("id"))))")
    } catch let refusal as InboundRefusal {
      return try await inboundPage(request, context, actor, problem: refusal.message(in: context.language), status: .conflict)
    }
  }

  private func inboundPage(
    _ request: Request, _ context: WebContext, _ actor: Actor, done: String? = nil, problem: String? = nil,
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let query = try PageQuery(request)
    let state = query["state"].flatMap { InboundState(rawValue: $0) }, sender = (query["sender"] ?? "").trimmingBlanks
    let found = try await services.inbound.list(
      state, sender: sender.isEmpty ? nil : sender, after: query["cursor"], limit: 50, by: actor)
    var page = InboundPage(
      frame: frame(request, context, shown: problem == nil ? nil : "/inbound"), page: found, state: state, sender: sender,
      waiting: try await services.inbound.waiting(by: actor), isFollowing: query["cursor"] != nil)
    // A number of ours, or nothing: never words that somebody put into an address.
    page.done = done.flatMap { $0.isEmpty || $0.wholeMatch(of: #/SR-[0-9]{8}-[0-9]{4,9}/#) != nil ? $0 : nil }
    page.problem = problem
    page.troubles = try await services.inbound.troubles(by: actor)
    let title = page.frame.wording.text("inbound.title")
    return PageAnswer.html(pages.render("inbound", page.frame, title, "inbound", page.values()), status: status, context.language)
  }
}

extension String {
  fileprivate var trimmingBlanks: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

enum InboundAnswer {
  /// What came, as bytes to save: no browser shows it or runs anything of it.
  static func raw(_ bytes: [UInt8], of id: String) -> Reply {
    var reply = Reply(body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    reply.headers[.contentType] = "application/octet-stream"
    reply.headers[.contentDisposition] = "attachment; filename=\"inbound-\(id.prefix(40)).eml\""
    reply.headers[.cacheControl] = "no-store"
    reply.headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    return reply
  }
}

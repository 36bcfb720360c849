import HTTPTypes
public import Hummingbird
public import Logging
import NIOCore
import Operations

/// All routes over the operations: the JSON interface, the pages, health.
public struct WebApplication {
  let endpoints: [Endpoint]
  public let router: Router<WebContext>

  public init(_ services: WebServices, configuration: WebConfiguration = WebConfiguration(), logger: Logger) throws {
    let metrics = Metrics(), `guard` = Guard(authenticator: services.authenticator)
    let pages = try PageRoutes(services: services, guard: `guard`, configuration: configuration, logger: logger)
    var endpoints =
      services.requestEndpoints + services.workOrderEndpoints + services.registerEndpoints + services.noticeEndpoints
      + services.paperEndpoints(pages.press) + services.fileEndpoints + services.deskEndpoints + services.phoneEndpoints
      + services.rosterEndpoints + services.outboxEndpoints
      + services.insightEndpoints + services.inboundEndpoints
      + [services.searchEndpoint, services.liveEndpoint(`guard`, metrics)]
      + services.healthEndpoints(metrics)
    let about = Endpoint(
      method: .get, path: "/api/openapi.json", summary: "This document", tag: "health", access: .open, answer: "Any"
    ) { _ in .json("{}") }
    let document = ByteBuffer(string: OpenAPI.document(endpoints + [about], version: configuration.version))
    endpoints.append(
      Endpoint(method: .get, path: about.path, summary: about.summary, tag: about.tag, access: .open, answer: about.answer) { _ in
        var reply = Reply.json("")
        reply.body = .init(byteBuffer: document)
        return reply
      })
    self.endpoints = endpoints

    var paths = PathTable(endpoints.map { ($0.method, $0.path) } + pages.routes.map { ($0.method, $0.path) })
    paths.problemPage = { pages.problem($0, $1, $2) }
    router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: FrontDoor(configuration: configuration, metrics: metrics, paths: paths, logger: logger))
    for endpoint in endpoints {
      router.on(RouterPath(endpoint.routerPath), method: endpoint.method) { request, context in
        var context = context
        if endpoint.access != .open { (context.actor, context.session) = try await `guard`.signedIn(request, context) }
        do {
          return try await endpoint.handle(endpoint.read(request, context)).response
        } catch let refused as RefusedInput {
          try await services.keepRefusal(refused.refusal, refused.call)
          throw refused.refusal
        }
      }
    }
    for route in pages.routes {
      router.on(RouterPath(route.routerPath), method: route.method) { try await route.handle($0, $1) }
    }
  }
}

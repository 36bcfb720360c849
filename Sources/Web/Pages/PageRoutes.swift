import HTTPTypes
import Hummingbird
import Logging
import Operations

/// The pages of the desk.
struct PageRoutes: Sendable {
  struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let handle: @Sendable (Request, WebContext) async throws -> Response
    var routerPath: String { path.replacing("{", with: ":").replacing("}", with: "") }
  }

  let routes: [Route] = []

  init(services: WebServices, guard: Guard, configuration: WebConfiguration, logger: Logger) throws {}

  func problem(_ problem: Problem, _ request: Request, _ context: WebContext) -> Response? { nil }
}

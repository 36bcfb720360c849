import HTTPTypes
import Hummingbird

/// All paths there are, for what the router does not say: which methods a path takes (405).
struct PathTable: Sendable {
  static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

  private let routes: [(parts: [Substring], methods: [String])]
  /// Makes pages of problems for people; nil leaves them JSON.
  var problemPage: (@Sendable (Problem, Request, WebContext) -> Response?)?

  init(_ list: [(method: HTTPRequest.Method, path: String)]) {
    var methods: [String: [String]] = [:]
    for (method, path) in list {
      methods[path, default: []] += method == .get ? ["GET", "HEAD"] : [method.rawValue]
    }
    routes = methods.keys.sorted().map { ($0.split(separator: "/"), methods[$0] ?? []) }
  }

  func methods(of path: String) -> [String] { matches(path).first?.methods.sorted() ?? [] }

  /// Literal parts win over parameters.
  private func matches(_ path: String) -> [(parts: [Substring], methods: [String])] {
    let parts = path.split(separator: "/")
    return routes.filter { route in
      route.parts.count == parts.count && zip(route.parts, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }.sorted { a, b in a.parts.filter { $0.hasPrefix("{") }.count < b.parts.filter { $0.hasPrefix("{") }.count }
  }
}

import Domain
import HTTPTypes
import Hummingbird
import Logging
import Operations

/// Stands before every route: where the call comes from, its language and number, one line in the log, the counts, the headers
/// that keep browsers safe, and whatever was thrown as a problem.
struct FrontDoor: RouterMiddleware {
  typealias Context = WebContext

  let configuration: WebConfiguration
  let metrics: Metrics
  let paths: PathTable
  let logger: Logger

  func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
    let start = ContinuousClock.now
    var context = prepare(context, for: request)
    context.requestID = context.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? ""
    metrics.begin()
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      response = problem(error, request, context)
    }
    harden(&response, request, context)
    await Compression.pack(&response, for: request)
    let seconds = (ContinuousClock.now - start).seconds
    // Routes, never paths or queries: those may hold names and phone numbers.
    let route = context.endpointPath.flatMap { $0 == "NotFound" ? nil : $0 } ?? "none"
    let method = PathTable.methods.contains(request.method) ? request.method.rawValue : "OTHER"
    metrics.end(method: method, route: route, status: response.status.code, seconds: seconds)
    logger.info(
      "call",
      metadata: [
        "id": "\(context.requestID)", "method": "\(method)", "route": "\(route)", "status": "\(response.status.code)",
        "ms": "\(Int(seconds * 1_000))",
      ])
    return response
  }

  private func prepare(_ context: WebContext, for request: Request) -> WebContext {
    var context = context
    context.isSecure = configuration.tls != nil
    if configuration.trustedProxies.contains(context.address) {
      // The proxy appends: the last address is the one it saw itself.
      if let client = request.headers[.forwardedFor]?.split(separator: ",").last { context.address = client.filter { $0 != " " } }
      if request.headers[.forwardedProto] == "https" { context.isSecure = true }
    }
    let isInterface = request.uri.path.hasPrefix("/api/")
    let chosen = isInterface ? nil : request.cookies["weibao-language"].flatMap { Language(rawValue: $0.value) }
    context.language = chosen ?? Language(accepting: request.headers[.acceptLanguage]) ?? (isInterface ? .en : .zh)
    return context
  }

  private func problem(_ error: any Error, _ request: Request, _ context: WebContext) -> Response {
    var error = error
    let allowed = paths.methods(of: request.uri.path)
    if let wrong = WebRefusal(error), wrong == .noSuchPath, !allowed.isEmpty {
      if request.method == .options { return Response(status: .noContent, headers: [.allow: allowed.joined(separator: ", ")]) }
      error = WebRefusal.methodNotAllowed(allowed.joined(separator: ", "))
    }
    let problem = Problem(
      error, in: context.language, named: request.headers[.ifMatch] != nil, requestID: context.requestID, logger: logger)
    guard var page = paths.problemPage?(problem, request, context) else { return problem.response(in: context.language) }
    for header in [HTTPField.Name.retryAfter, .allow, .connection] {
      page.headers[header] = page.headers[header] ?? problem.headers[header]
    }
    return page
  }

  private func harden(_ response: inout Response, _ request: Request, _ context: WebContext) {
    response.headers[.requestID] = context.requestID
    response.headers[.contentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = response.headers[.referrerPolicy] ?? "same-origin"
    response.headers[.frameOptions] = "DENY"
    // A file of somebody has one of its own.
    response.headers[.contentSecurityPolicy] =
      response.headers[.contentSecurityPolicy]
      ?? "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; script-src 'self'; worker-src 'self'; "
      + "manifest-src 'self'; connect-src 'self'; "
      + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    if context.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

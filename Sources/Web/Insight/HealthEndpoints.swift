import HTTPTypes
import Hummingbird
import NIOCore
import Operations

extension WebServices {
  /// What a supervisor asks, without token.
  func healthEndpoints(_ metrics: Metrics) -> [Endpoint] {
    let isReady = isReady, gauges = gauges
    return [
      Endpoint(
        method: .get, path: "/healthz", summary: "Alive", tag: "health", access: .open, answer: "Text", contentType: "text/plain"
      ) { _ in .text("ok\n") },
      Endpoint(
        method: .get, path: "/readyz", summary: "The database is reachable and migrated", tag: "health", access: .open, answer: "Text",
        contentType: "text/plain"
      ) { _ in
        guard await isReady() else {
          var reply = Reply.text("not ready\n")
          reply.status = .serviceUnavailable
          reply.headers[.retryAfter] = "1"
          return reply
        }
        return .text("ready\n")
      },
      Endpoint(
        method: .get, path: "/metrics", summary: "Counts and times, as Prometheus reads them", tag: "health", access: .open, answer: "Text",
        contentType: "text/plain"
      ) { _ in .text(metrics.text(gauges: gauges())) },
    ]
  }
}

extension Reply {
  static func text(_ text: String) -> Reply {
    var reply = Reply(body: .init(byteBuffer: ByteBuffer(string: text)))
    reply.headers[.contentType] = "text/plain; charset=utf-8"
    reply.headers[.cacheControl] = "no-store"
    return reply
  }
}

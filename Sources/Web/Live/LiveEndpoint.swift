import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Operations
import ServiceLifecycle

extension WebServices {
  /// Server-sent events: which stream has which version now. The reader asks for the rest with its own rights.
  func liveEndpoint(_ guard: Guard, _ metrics: Metrics) -> Endpoint {
    let watchers = watchers
    return Endpoint(
      method: .get, path: "/api/v1/events", summary: "What changes, as it changes (server-sent events)", tag: "changes",
      access: .right(.noticeRead), answer: "Text", contentType: "text/event-stream", documented: false
    ) { incoming in
      let request = incoming.request, context = incoming.context
      var reply = Reply(
        body: ResponseBody { writer in
          metrics.liveBegins()
          defer { metrics.liveEnds() }
          try await LiveStream(changes: watchers.changes()).write(to: &writer, for: request) {
            // A right taken away, a session ended: the next heartbeat ends the stream.
            (try? await `guard`.signedIn(request, context)) != nil
          }
          try await writer.finish(nil)
        })
      reply.headers[.contentType] = "text/event-stream"
      reply.headers[.cacheControl] = "no-store"
      return reply
    }
  }
}

/// Changes and heartbeats, one after the other, until the reader or the server goes.
struct LiveStream: Sendable {
  static let heartbeat = Duration.seconds(15)
  let changes: AsyncStream<Watchers.Change>

  private enum Item: Sendable { case change(Watchers.Change), beat, end }

  func write(to writer: inout any ResponseBodyWriter, for request: Request, while isAllowed: @Sendable () async -> Bool) async throws {
    let (items, feed) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingNewest(1_000))
    let changes = changes
    let listening = Task { for await change in changes { feed.yield(.change(change)) } }
    let beating = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: Self.heartbeat)
        feed.yield(.beat)
      }
    }
    defer {
      listening.cancel()
      beating.cancel()
    }
    try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
    // Whoever has gone is noticed at once, not at the next heartbeat.
    try await request.body.consumeWithInboundCloseHandler { _ in
      try await Self.write(items, to: &writer, while: isAllowed)
    } onInboundClosed: {
      feed.yield(.end)
    }
  }

  private static func write(
    _ items: AsyncStream<Item>, to writer: inout any ResponseBodyWriter, while isAllowed: @Sendable () async -> Bool
  ) async throws {
    for await item in items.cancelOnGracefulShutdown() {
      switch item {
      case .change(let change):
        var json = JSONWriter()
        json.object {
          $0.field("stream", change.stream); $0.field("version", change.version)
        }
        try await writer.write(ByteBuffer(string: "event: change\ndata: \(json.text)\n\n"))
      case .beat:
        guard await isAllowed() else { return }
        try await writer.write(ByteBuffer(string: ": beat\n\n"))
      case .end: return
      }
    }
  }
}
